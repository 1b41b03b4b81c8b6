"""What a second judge may change of the rules' verdict: raise what is undecided, or lower it to the digest.

Two limits hold for whoever asks (the learned model, a language model), by construction:

- only topics whose score lies within the undecided band are touched; a verdict that rests on a topic clearly above its
  threshold stands;
- nothing is ever lowered below `digest`: it is still sent, with less noise.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.classify import UNDECIDED_MARGIN
from monitor.classify.evidence import Evidence
from monitor.classify.stage import stage_of
from monitor.classify.update import update_of
from monitor.model import Classification, Reason, Relevance, Topic, TopicScore
from monitor.taxonomy import Vocabulary
from monitor.text import Document

RANK = {Relevance.NONE: 0, Relevance.DIGEST: 1, Relevance.ALERT: 2}
"""Which of two relevances is the higher."""


def in_band(score: TopicScore) -> bool:
    """Whether a topic's score is so near its threshold that the rules do not trust themselves."""
    return score.score > 0 and abs(score.score - score.threshold) < UNDECIDED_MARGIN


def can_raise(classification: Classification) -> bool:
    """Whether there is anything undecided that is not an alert yet."""
    return (
        classification.undecided
        and classification.relevance is not Relevance.ALERT
        and any(map(in_band, classification.scores))
    )


def can_lower(classification: Classification) -> bool:
    """Whether the verdict is an alert that rests on undecided scores alone."""
    alerts = [s for s in classification.scores if s.relevance is Relevance.ALERT]
    return (
        classification.undecided
        and classification.relevance is Relevance.ALERT
        and bool(alerts)
        and all(map(in_band, alerts))
    )


def noted(classification: Classification, reason: Reason) -> Classification:
    """The verdict with one more reason; as undecided as it was."""
    return replace(classification, reasons=(*classification.reasons, reason))


def raised(
    document: Document, classification: Classification, to: Relevance, reason: Reason, vocabulary: Vocabulary
) -> Classification:
    """The verdict with its undecided topics raised to `to`; the same verdict with the reason where `to` is no higher.

    An article that becomes an alert gets its stage and update from the rules, as if they had decided so themselves.
    """
    reasons = (*classification.reasons, reason)
    if not can_raise(classification) or RANK[to] <= RANK[classification.relevance]:
        return replace(classification, reasons=reasons, undecided=False)
    band = {s.topic for s in classification.scores if in_band(s)}
    topics = tuple(s.topic for s in classification.scores if s.topic in band or (s.topic in classification.topics))
    scores = tuple(
        replace(s, relevance=to) if s.topic in band and RANK[s.relevance] < RANK[to] else s
        for s in classification.scores
    )
    stage, update = classification.stage, classification.update
    if to is Relevance.ALERT:
        evidence = Evidence(document, vocabulary)
        if Topic.GOV_TENDER in band:
            stage = stage or stage_of(evidence)[0]
        if Topic.HUIMINBAO in band:
            names = (*evidence.cues("topic.huiminbao"), *evidence.products, *evidence.unknown_products)
            update = update or update_of(evidence, names)
    return replace(
        classification,
        topics=topics,
        relevance=to,
        stage=stage,
        update=update,
        scores=scores,
        reasons=reasons,
        undecided=False,
    )


def lowered(classification: Classification, reason: Reason) -> Classification:
    """The verdict lowered from `alert` to `digest`, where it may be; else the same verdict."""
    if not can_lower(classification):
        return classification
    scores = tuple(
        replace(s, relevance=Relevance.DIGEST) if s.relevance is Relevance.ALERT else s for s in classification.scores
    )
    return replace(
        classification,
        relevance=Relevance.DIGEST,
        scores=scores,
        reasons=(*classification.reasons, reason),
        undecided=False,
    )
