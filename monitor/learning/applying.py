"""The model's word on one article: it may raise what is undecided, or lower an undecided alert to the digest."""

from __future__ import annotations

from monitor.learning.model import LearnedModel
from monitor.model import Classification, Reason, Relevance
from monitor.revision import can_lower, can_raise, lowered, noted, raised
from monitor.taxonomy import Vocabulary
from monitor.text import Document

CODE = "model"
"""The code of the model's reason."""


def verdict(model: LearnedModel, probability: float, classification: Classification) -> Relevance:
    """The relevance that the model gives an article of this probability; the rules' own wherever they are decided."""
    if can_raise(classification) and probability >= model.raise_at:
        return Relevance.ALERT
    if can_lower(classification) and probability <= model.lower_at:
        return Relevance.DIGEST
    return classification.relevance


def adjust(
    document: Document, classification: Classification, model: LearnedModel | None, vocabulary: Vocabulary
) -> Classification:
    """The verdict with the model's word on it, and its probability as a reason. No model, or a decided verdict: the same."""
    if model is None or not (can_raise(classification) or can_lower(classification)):
        return classification
    title = document.article.title
    probability = model.probability(title, classification)
    to = verdict(model, probability, classification)
    reason = Reason(code=CODE, detail=_told(model, probability, classification.relevance, to))
    if to is classification.relevance:
        return noted(classification, reason)
    if to is Relevance.ALERT:
        return raised(document, classification, to, reason, vocabulary)
    return lowered(classification, reason)


def _told(model: LearnedModel, probability: float, before: Relevance, after: Relevance) -> str:
    what = f"{before.value} stands" if before is after else f"{before.value} → {after.value}"
    return (
        f"worth an alert with probability {probability:.2f} by model {model.version} of {model.judgements} judgements "
        f"(raises at {model.raise_at:.2f}, lowers at {model.lower_at:.2f}): {what}"
    )
