"""From judgements to a model: fit, calibrate, and set the two probabilities so that the shipped labelled set never suffers.

**Never below the rules' recall.** A model speaks only on undecided articles (`monitor.revision`), and `guard` puts the
probability at which it lowers below that of every shipped article which is truly an alert, and the one at which it raises
above that of every shipped article which is none. So on the shipped set no verdict can become worse, whatever was learned.
Without a shipped set the model never lowers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.learning.features import features, offset
from monitor.learning.logistic import Row, dot, fit, fit_calibration
from monitor.learning.model import LearnedModel
from monitor.model import Classification
from monitor.revision import can_lower, can_raise

L2 = 1.0
"""Strength of the pull towards the rules. With features about one in size it takes some five agreeing judgements to
overrule an undecided verdict."""

RAISE_AT = 0.6
LOWER_AT = 0.2
"""Where the model speaks up, before the guard. Further down than up: a missed tender costs more than a false alarm."""

NEVER = -1.0
"""A probability that no article is below: a model with this `lower_at` lowers nothing."""

FOLDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One judged article: what the rules say of it today, and whether it is worth an alert.

    `group` names its story: copies of one article never stand on both sides of a trial.
    """

    classification: Classification
    row: Row
    offset: float
    alert: bool
    group: str


def example(title: str, classification: Classification, *, alert: bool, group: str) -> Example:
    """An example with its features, which are computed here once for all the fits of a trial."""
    return Example(
        classification=classification,
        row=features(title, classification),
        offset=offset(classification),
        alert=alert,
        group=group,
    )


def train(examples: Sequence[Example], shipped: Iterable[Example], now: dt.datetime) -> LearnedModel:
    """A calibrated model of these judgements, guarded by the shipped set. Its version is 0 until it is stored."""
    weights = _fit(examples)
    unseen: list[tuple[float, bool]] = []
    for rest, held in folds(examples):
        partial = _fit(rest)
        unseen += [(e.offset + dot(partial, e.row), e.alert) for e in held]
    model = LearnedModel(
        weights=weights,
        calibration=fit_calibration([z for z, _ in unseen], [y for _, y in unseen]),
        raise_at=RAISE_AT,
        lower_at=LOWER_AT,
        trained_at=now,
        judgements=len(examples),
    )
    return guard(model, shipped)


def guard(model: LearnedModel, shipped: Iterable[Example]) -> LearnedModel:
    """The model with its two probabilities moved so that no shipped verdict becomes worse under today's rules."""
    raise_at, lower_at, empty = model.raise_at, model.lower_at, True
    for example in shipped:
        empty = False
        if example.alert and can_lower(example.classification):
            lower_at = min(lower_at, math.nextafter(model.probability_of(example.offset, example.row), -math.inf))
        elif not example.alert and can_raise(example.classification):
            raise_at = max(raise_at, math.nextafter(model.probability_of(example.offset, example.row), math.inf))
    return replace(model, raise_at=raise_at, lower_at=NEVER if empty else lower_at)


def folds(examples: Sequence[Example], count: int = FOLDS) -> Iterator[tuple[list[Example], list[Example]]]:
    """(rest, held out) so that each example is held out once, stories stay whole, and each part has its share of alerts.

    The same examples in any order give the same parts.
    """
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(example.group, []).append(example)
    order = sorted(groups, key=lambda g: (any(e.alert for e in groups[g]), hashlib.sha256(g.encode()).digest()))
    part = {group: i % count for i, group in enumerate(order)}
    for k in range(min(count, len(order))):
        held = [e for e in examples if part[e.group] == k]
        rest = [e for e in examples if part[e.group] != k]
        yield rest, held


def _fit(examples: Sequence[Example]) -> dict[str, float]:
    return fit([e.row for e in examples], [e.alert for e in examples], [e.offset for e in examples], l2=L2)
