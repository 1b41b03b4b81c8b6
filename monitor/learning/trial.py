"""Is the model better than the rules alone, on judgements that it has not seen?

Cross-validation over stories: each judgement is decided by a model that was trained, calibrated and guarded without its
story. The rules' own probabilities are calibrated in the same way, so that the Brier scores compare like with like.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from monitor.learning.applying import verdict
from monitor.learning.logistic import fit_calibration, sigmoid
from monitor.learning.training import Example, folds, train
from monitor.model import Relevance
from monitor.revision import can_lower, can_raise

MIN_JUDGEMENTS = 30
MIN_OF_A_CLASS = 5
"""Fewer judgements than these say nothing of the next hundred articles."""

MIN_MENDED = 2
"""So many more verdicts must be mended than broken: one more may be luck."""


class Refusal(StrEnum):
    """Why a model is not switched on."""

    TOO_FEW = "too few judgements"
    ONE_SIDED = "too few judgements of one kind"
    NONE_UNDECIDED = "no judged article is undecided: there is nothing that a model may change"
    NO_GAIN = "no gain over the rules"
    LESS_RECALL = "it would miss alerts that the rules find"
    WORSE_PROBABILITIES = "its probabilities are worse than the rules'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """How well alerts were told. `brier` is the mean squared error of the probabilities; lower is better."""

    precision: float
    recall: float
    f1: float
    brier: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The cross-validated comparison. `mended` and `broken` count verdicts that the model changed for better or worse."""

    judgements: int
    alerts: int
    undecided: int
    rules: Scores
    learned: Scores
    mended: int
    broken: int
    refusal: Refusal | None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "refusal": self.refusal.value if self.refusal else None}


def run_trial(examples: Sequence[Example], shipped: Iterable[Example], now: dt.datetime) -> Trial:
    """Compare rules and model on the judgements, and say whether the model deserves to be switched on."""
    anchors = tuple(shipped)
    truth = [e.alert for e in examples]
    before = [e.classification.relevance is Relevance.ALERT for e in examples]
    place = {id(e): i for i, e in enumerate(examples)}
    after, learned_p, rules_p = before.copy(), [0.5] * len(examples), [0.5] * len(examples)
    for rest, held in folds(examples):
        model = train(rest, anchors, now)
        a, b = fit_calibration([e.offset for e in rest], [e.alert for e in rest])
        for e in held:
            at = place[id(e)]
            learned_p[at] = model.probability_of(e.offset, e.row)
            rules_p[at] = sigmoid(a * e.offset + b)
            after[at] = verdict(model, learned_p[at], e.classification) is Relevance.ALERT
    changed = [at for at in range(len(examples)) if before[at] != after[at]]
    mended = sum(after[at] == truth[at] for at in changed)
    rules, learned = _scores(before, rules_p, truth), _scores(after, learned_p, truth)
    undecided = sum(can_raise(e.classification) or can_lower(e.classification) for e in examples)
    return Trial(
        judgements=len(examples),
        alerts=sum(truth),
        undecided=undecided,
        rules=rules,
        learned=learned,
        mended=mended,
        broken=len(changed) - mended,
        refusal=_refusal(truth, undecided, rules, learned, 2 * mended - len(changed)),
    )


def _refusal(truth: Sequence[bool], undecided: int, rules: Scores, learned: Scores, net: int) -> Refusal | None:
    if len(truth) < MIN_JUDGEMENTS:
        return Refusal.TOO_FEW
    if min(sum(truth), len(truth) - sum(truth)) < MIN_OF_A_CLASS:
        return Refusal.ONE_SIDED
    if not undecided:
        return Refusal.NONE_UNDECIDED
    if learned.recall < rules.recall:
        return Refusal.LESS_RECALL
    if learned.f1 <= rules.f1 or net < MIN_MENDED:
        return Refusal.NO_GAIN
    if learned.brier > rules.brier:
        return Refusal.WORSE_PROBABILITIES
    return None


def _scores(verdicts: Sequence[bool], probabilities: Sequence[float], truth: Sequence[bool]) -> Scores:
    hits = sum(v and t for v, t in zip(verdicts, truth, strict=True))
    precision, recall = _ratio(hits, sum(verdicts)), _ratio(hits, sum(truth))
    return Scores(
        precision=precision,
        recall=recall,
        f1=_ratio(2 * precision * recall, precision + recall),
        brier=_ratio(sum((p - t) ** 2 for p, t in zip(probabilities, truth, strict=True)), len(truth)),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
