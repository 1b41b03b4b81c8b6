"""Logistic regression on sparse rows: small, exact enough, without a numeric library.

The loss is the sum of the log losses plus l2/2 times the squared weights, which is strictly convex, so the answer does not
depend on the order of anything. One weight at a time takes the step that minimises a quadratic upper bound of the loss
(a sigmoid's slope is at most 1/4): each step lowers the loss, and no step size is to be chosen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Row = Mapping[str, float]

TOLERANCE = 1e-4
"""Training ends when no weight moved by more than this in one round."""

MAX_ROUNDS = 400


def sigmoid(z: float) -> float:
    """1 / (1 + e^-z), without overflow at either end."""
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def dot(weights: Mapping[str, float], row: Row) -> float:
    """The sum of weight times value; a feature without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in row.items())


def fit(rows: Sequence[Row], targets: Sequence[bool], offsets: Sequence[float], *, l2: float) -> dict[str, float]:
    """Weights that best tell the targets on top of the offsets (logits that are known before). Zero weights are left out.

    Without rows there is nothing to learn: all weights are zero. Raises ValueError unless l2 is positive.
    """
    if l2 <= 0:
        raise ValueError("l2 must be positive: without it, separable targets have no best weights")
    columns: dict[str, list[tuple[int, float]]] = {}
    for i, row in enumerate(rows):
        for name, value in row.items():
            if value:
                columns.setdefault(name, []).append((i, value))
    curvature = {name: l2 + 0.25 * sum(v * v for _, v in column) for name, column in columns.items()}
    weights = dict.fromkeys(sorted(columns), 0.0)
    logits = list(offsets)
    for _ in range(MAX_ROUNDS):
        largest = 0.0
        for name, weight in weights.items():
            column = columns[name]
            slope = l2 * weight + sum((sigmoid(logits[i]) - targets[i]) * v for i, v in column)
            step = -slope / curvature[name]
            if step:
                weights[name] = weight + step
                for i, v in column:
                    logits[i] += step * v
                largest = max(largest, abs(step))
        if largest < TOLERANCE:
            break
    return {name: weight for name, weight in weights.items() if weight}


def fit_calibration(logits: Sequence[float], targets: Sequence[bool]) -> tuple[float, float]:
    """Platt's scaling: (a, b) so that sigmoid(a * logit + b) is a probability one can bet on.

    Give it logits of rows that the weights have not seen. It is drawn towards (1, 0), no change, so that a few rows cannot
    bend it much; a is never negative: a calibration does not turn an opinion round.
    """
    rows = [{"a": z, "b": 1.0} for z in logits]
    weights = fit(rows, targets, logits, l2=1.0)
    return max(0.0, 1.0 + weights.get("a", 0.0)), weights.get("b", 0.0)
