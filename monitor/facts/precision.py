"""How precisely a figure is printed: what a rounding may hide, so that 19.94亿 and 199,444万 are one figure."""

from __future__ import annotations

import math
import re

from monitor.text import normalise

_RELATIVE_DOUBT = 0.05
"""The most by which "about 2 million" may be off."""
_EXACT = 1e-9
_FARTHEST = 3.0
"""Figures farther apart count different things: a firm's staff, one insurer's share, another project on the page."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_HEDGE_BEFORE = re.compile(
    r"(?:约|近|逾|超|超过|突破|达|多达|about|around|nearly|over|some|more than)\s?(?:人民币|RMB|为|了)?\s?$",
    re.IGNORECASE,
)
_HEDGE_AFTER = re.compile(r"\s?(?:多|余|左右|上下)")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def printed_step(value: float, raw: str, sentence: str) -> float:
    """The unit of the last printed digit: 1e6 for 19.94亿, 0.001 for 17.2%; what a rounding may hide.

    `raw` is the figure as printed, `sentence` where it stands. Hedged figures (约200万, 300余人) and Chinese numerals (四百七十万)
    count their last zeros as not printed, by at most 5 %.
    """
    plain = normalise(raw).plain
    found = _NUMBER.search(plain)
    if found is None:
        return min(_zeros(value), _RELATIVE_DOUBT * abs(value)) if _HAN.search(plain) else 0.0
    printed = float(found[0].replace(",", ""))
    if not printed or not value:
        return 0.0
    scale = abs(value / printed)
    if not math.isclose(math.log10(scale), round(math.log10(scale)), abs_tol=1e-6):
        return 0.0  # several numbers, or one that was reckoned: nothing is known of its precision
    unit = scale * 10.0 ** -len(found[1] or "")
    if not found[1] and _hedged(raw, sentence):
        unit = max(unit, min(scale * _zeros(printed), _RELATIVE_DOUBT * abs(value)))
    return unit


def agree(a: float, step_a: float, b: float, step_b: float) -> bool:
    """One figure in two prints: the coarser print is a rounding of the finer one."""
    return abs(a - b) < max(step_a, step_b, _EXACT * abs(a))


def comparable(a: float, b: float) -> bool:
    """Near enough to be two prints of one thing: within a factor of three, or the same digits with another scale."""
    digits = [str(int(v)).rstrip("0") for v in (a, b)]
    return digits[0] == digits[1] or max(a, b) <= _FARTHEST * min(a, b)


def _zeros(value: float) -> float:
    """The size of the last digit that is not zero: 100000 for 4,700,000."""
    if value < 1 or value != int(value):
        return 0.01 if 0 < value < 1 else 1.0
    size = 1.0
    while value % (size * 10) == 0:
        size *= 10
    return size


def _hedged(raw: str, sentence: str) -> bool:
    at = sentence.find(raw)
    if at < 0:
        return False
    before, after = sentence[max(0, at - 12) : at], sentence[at + len(raw) :]
    return bool(_HEDGE_BEFORE.search(before) or _HEDGE_AFTER.match(after) or re.search(r"[多余]", raw))
