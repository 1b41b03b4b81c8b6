"""Is an article on one of our topics, is it news, and at which stage or with which update? With a reason for every point.

`classify` is pure: a document and a vocabulary in, a `Classification` out. Two judges (`tender`, `huiminbao`) score the same
evidence; a round-up's items that can stand alone are judged alone.
"""

from __future__ import annotations

from monitor.classify import huiminbao, tender
from monitor.classify.evidence import Evidence
from monitor.classify.form import form_of, items_worth_judging
from monitor.classify.verdict import Opinion
from monitor.model import Classification, Reason, Relevance, Update
from monitor.taxonomy import Vocabulary
from monitor.text import Document

__all__ = ["UNDECIDED_MARGIN", "classify"]

UNDECIDED_MARGIN = 1.0
"""How near its threshold a score must be for a second opinion to be worth asking for."""

_RANK = {Relevance.NONE: 0, Relevance.DIGEST: 1, Relevance.ALERT: 2}


def classify(document: Document, vocabulary: Vocabulary) -> Classification:
    """The verdict on one article. Never raises for odd text; an empty one is `none`."""
    if not vocabulary.gate.any_in(document.whole):
        return _NOTHING
    evidence = Evidence(document, vocabulary)
    form = form_of(evidence)
    opinions = _hear(evidence)
    if form.roundup:
        opinions = _with_items(document, vocabulary, opinions)
    return _sum_up(opinions)


def _hear(evidence: Evidence) -> tuple[Opinion, Opinion]:
    form = form_of(evidence)
    on_product = huiminbao.judge(evidence, form)
    on_tender = tender.judge(evidence, form, huiminbao=on_product.relevance is not Relevance.NONE and on_product.firm)
    return on_tender, on_product


def _with_items(
    document: Document, vocabulary: Vocabulary, opinions: tuple[Opinion, Opinion]
) -> tuple[Opinion, Opinion]:
    """A round-up takes the verdict of its best item where that item alone is an alert."""
    best = list(opinions)
    for item in items_worth_judging(document):
        if not vocabulary.gate.any_in(item.whole):
            continue
        for i, opinion in enumerate(_hear(Evidence(item, vocabulary))):
            if opinion.relevance is Relevance.ALERT and best[i].relevance is not Relevance.ALERT:
                best[i] = opinion
    return best[0], best[1]


def _sum_up(opinions: tuple[Opinion, Opinion]) -> Classification:
    on_tender, on_product = opinions
    relevance = max((o.relevance for o in opinions), key=_RANK.__getitem__)
    counted = [o for o in opinions if o.relevance is not Relevance.NONE and (o.firm or relevance is Relevance.DIGEST)]
    if relevance is Relevance.DIGEST and any(o.firm for o in counted):
        counted = [o for o in counted if o.firm]
    update = on_product.update if on_product in counted else None
    stage = on_tender.stage if on_tender in counted else None
    if (
        on_tender in counted
        and on_product in counted
        and relevance is Relevance.ALERT
        and on_tender.relevance is Relevance.ALERT
    ):
        update = Update.LAUNCH
    reasons = tuple(
        Reason(code=f"topic.{o.topic.value}", detail=f"{o.score:g} of {o.threshold:g}: {o.relevance.value}")
        for o in counted
    )
    return Classification(
        topics=tuple(o.topic for o in counted),
        relevance=relevance if counted else Relevance.NONE,
        stage=stage,
        update=update,
        scores=tuple(o.as_score() for o in opinions),
        reasons=reasons,
        undecided=any(abs(o.score - o.threshold) < UNDECIDED_MARGIN for o in opinions if o.score > 0),
    )


_NOTHING = Classification(topics=(), relevance=Relevance.NONE, stage=None, update=None, scores=())
