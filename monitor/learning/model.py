"""The trained model as a value: weights, calibration, and the two probabilities at which it speaks up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.learning.features import VERSION, features, offset
from monitor.learning.logistic import Row, dot, sigmoid
from monitor.model import Classification


@dataclass(frozen=True, kw_only=True, slots=True)
class LearnedModel:
    """How likely an article is worth an alert, learned on top of the rules.

    `calibration` is (a, b) of sigmoid(a * logit + b). At `raise_at` and above an undecided article becomes an alert, at
    `lower_at` and below an undecided alert becomes a digest; between them the rules' verdict stands. `version` is the
    store's number, 0 before it has one. `metrics` is the trial's report as JSON values.
    """

    weights: Mapping[str, float]
    calibration: tuple[float, float]
    raise_at: float
    lower_at: float
    trained_at: dt.datetime
    judgements: int
    version: int = 0
    features_version: int = VERSION
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, title: str, classification: Classification) -> float:
        """The calibrated probability that the article is worth an alert."""
        return self.probability_of(offset(classification), features(title, classification))

    def probability_of(self, offset: float, row: Row) -> float:
        """The same, of features that were computed before."""
        a, b = self.calibration
        return sigmoid(a * (offset + dot(self.weights, row)) + b)
