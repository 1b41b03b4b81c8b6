"""What the model sees of an article: the rules' scores and reasons, and the headline's pairs of characters.

The offset is what the rules' verdict alone is worth; the weights learn only where users differ from it. Change
`VERSION` with any change here: a stored model of another version is not used.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping

from monitor.model import Classification, Relevance
from monitor.text import normalise

VERSION = 1

BUCKETS = 256
"""Headline pairs share this many weights: enough to tell common words apart, too few to learn a headline by heart."""

# What the rules' verdict is worth before any feedback: a decided one is right 97 times in 100 (the aim of the benchmarks),
# an undecided one two times in three. Calibration corrects both from the judgements.
_DECIDED_LOGIT = 3.5
_UNDECIDED_LOGIT = 0.7

_MARGIN_SCALE = 3.0  # points of score; beyond it more points say nothing more
_NUMBER = re.compile(r"\d+")
_BLANK = re.compile(r"[\s\W_]+")


def offset(classification: Classification) -> float:
    """The logit of `alert` as the rules have it."""
    size = _UNDECIDED_LOGIT if classification.undecided else _DECIDED_LOGIT
    return size if classification.relevance is Relevance.ALERT else -size


def features(title: str, classification: Classification) -> Mapping[str, float]:
    """Named numbers, each about one in size: scores, verdicts and reason codes by topic, hashed pairs of the headline."""
    found = {"bias": 1.0}
    for score in classification.scores:
        if not score.reasons:
            continue
        topic = score.topic.value
        margin = (score.score - score.threshold) / _MARGIN_SCALE
        found[f"{topic}.margin"] = max(-1.0, min(1.0, margin))
        found[f"{topic}.is.{score.relevance.value}"] = 1.0
        for reason in score.reasons:
            found[f"{topic}.{reason.code}"] = 1.0
    return {**found, **_pairs(title)}


def _pairs(title: str) -> dict[str, float]:
    """Character pairs of the headline in a fixed number of buckets, together of length one. Figures count as one sign."""
    plain = _BLANK.sub("", _NUMBER.sub("0", normalise(title).plain.lower()))
    counts: dict[str, float] = {}
    for pair in {plain[i : i + 2] for i in range(len(plain) - 1)}:
        bucket = f"~{zlib.crc32(pair.encode()) % BUCKETS}"
        counts[bucket] = counts.get(bucket, 0.0) + 1.0
    length = math.sqrt(sum(v * v for v in counts.values())) or 1.0
    return {bucket: value / length for bucket, value in counts.items()}
