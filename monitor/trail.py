"""The whole reasoning on one article as JSON values, for the store and for `explain`.

Of an article that is not relevant only the scores and the story are kept: nine of ten articles are such, and their
reasons are short.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from monitor.model import Comparison, Fact, Lot, Reason, Span, TopicScore, Understanding


def to_json(understanding: Understanding, *, alert: str) -> dict[str, Any]:
    """`alert` is the reason for which an alert was or was not caused."""
    u = understanding
    return {
        "scores": [_score(s) for s in u.classification.scores],
        "reasons": [_reason(r) for r in u.classification.reasons],
        "undecided": u.classification.undecided,
        "facts": u.facts.values(),
        "evidence": [_fact(f) for f in u.facts.facts],
        "rates": [_fact(f) for f in u.facts.rates],
        "lots": [_lot(lot) for lot in u.facts.lots],
        "conflicts": [
            {"key": c.key, "kept": _fact(c.kept), "other": _fact(c.other), "reason": c.reason}
            for c in u.facts.conflicts
        ],
        "story": {
            "id": u.story.story_id,
            "duplicate_of": u.story.duplicate_of,
            "reason": u.story.reason,
            "compared": [_comparison(c) for c in u.story.compared],
        },
        "event": {
            "id": u.event.event_id,
            "is_new": u.event.is_new,
            "thread": u.event.thread_id,
            "reason": u.event.reason,
            "compared": [_comparison(c) for c in u.event.compared],
        },
        "alert": alert,
    }


def _score(score: TopicScore) -> dict[str, Any]:
    return {
        "topic": score.topic.value,
        "score": round(score.score, 3),
        "threshold": score.threshold,
        "relevance": score.relevance.value,
        "reasons": [_reason(r) for r in score.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "detail": reason.detail,
        "weight": round(reason.weight, 3),
        "span": _span(reason.span) if reason.span else None,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "value": fact.value,
        "raw": fact.raw,
        "unit": fact.unit,
        "basis": fact.basis,
        "sentence": fact.sentence,
        "span": _span(fact.span),
    }


def _lot(lot: Lot) -> dict[str, Any]:
    return {"number": lot.number, "name": lot.name, "facts": [_fact(f) for f in lot.facts]}


def _span(span: Span) -> dict[str, Any]:
    return {"field": span.field, "start": span.start, "end": span.end}  # `asdict` copies deeply, at ten times the cost


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return asdict(comparison)
