"""What an opinion, or its absence, does to a reading. Pure. It may only raise, and an unanswered question is sent as digest."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Classification, Reason, Relevance
from monitor.pipeline import Reading, reread
from monitor.revision import in_band, noted, raised
from monitor.second_opinion.model import Opinion, Outcome, Unanswered
from monitor.taxonomy import Vocabulary
from monitor.text import Document, prepare

CODE = "second_opinion"
"""The code of the reason; `second_opinion.unanswered` where there is none."""


def heed(reading: Reading, outcome: Outcome | None, vocabulary: Vocabulary) -> Reading:
    """The reading with the second opinion on it; facts and fingerprints are taken again where the verdict changed.

    None (nobody was asked) changes nothing.
    """
    if outcome is None:
        return reading
    document = prepare(reading.article)
    classification = settled(document, reading.classification, outcome, vocabulary)
    if classification.relevance is reading.classification.relevance:
        return replace(reading, classification=classification)
    return reread(document, classification, vocabulary)


def settled(
    document: Document, classification: Classification, outcome: Outcome, vocabulary: Vocabulary
) -> Classification:
    """The verdict after asking. Without an answer it stays undecided, and is sent as digest rather than dropped."""
    if isinstance(outcome, Unanswered):
        reason = Reason(code=f"{CODE}.unanswered", detail=str(outcome))
        if classification.relevance is not Relevance.NONE:
            return noted(classification, reason)
        return replace(raised(document, classification, Relevance.DIGEST, reason, vocabulary), undecided=True)
    reason = Reason(code=CODE, detail=_told(outcome))
    topics = {s.topic for s in classification.scores if in_band(s)}
    if outcome.topic is not None and outcome.topic not in topics:
        return noted(classification, reason)  # of this topic the rules are sure
    return raised(document, classification, outcome.relevance, reason, vocabulary)


def _told(opinion: Opinion) -> str:
    about = f" on {opinion.topic.value}: “{opinion.quote}”" if opinion.topic else ""
    return f"{opinion.model} says {opinion.relevance.value}{about}"
