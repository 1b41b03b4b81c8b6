"""A judge's opinion on one topic, before the judges are heard together."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.model import Reason, Relevance, Stage, Topic, TopicScore, Update


@dataclass(frozen=True, slots=True)
class Opinion:
    """One topic's verdict. `firm` is False for a mention in passing: it yields to another topic that is reported."""

    topic: Topic
    score: float
    threshold: float
    relevance: Relevance
    stage: Stage | None = None
    update: Update | None = None
    firm: bool = True
    reasons: tuple[Reason, ...] = ()

    def as_score(self) -> TopicScore:
        return TopicScore(
            topic=self.topic, score=self.score, threshold=self.threshold, relevance=self.relevance, reasons=self.reasons
        )


@dataclass(slots=True)
class Tally:
    """Points with their reasons, as they are collected for one topic, and the opinion that they come to."""

    topic: Topic
    threshold: float
    reasons: list[Reason] = field(default_factory=list)

    @property
    def score(self) -> float:
        return round(sum(r.weight for r in self.reasons), 2)

    def add(self, reason: Reason) -> None:
        self.reasons.append(reason)

    def note(self, code: str, detail: str, weight: float = 0.0) -> None:
        self.reasons.append(Reason(code=code, detail=detail, weight=weight))

    def opinion(
        self, relevance: Relevance, *, stage: Stage | None = None, update: Update | None = None, firm: bool = True
    ) -> Opinion:
        """The verdict with all that was collected for it."""
        return Opinion(
            topic=self.topic,
            score=self.score,
            threshold=self.threshold,
            relevance=relevance,
            stage=stage,
            update=update,
            firm=firm,
            reasons=tuple(self.reasons),
        )

    def in_passing(self, detail: str) -> Opinion:
        """On topic by a mention only: a digest that yields to whatever else the article reports."""
        self.note("form.passing", detail)
        return self.opinion(Relevance.DIGEST, firm=False)
