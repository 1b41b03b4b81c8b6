"""What tells a template twin from a copy.

Texts that were made from one template agree in nearly every word; a telling mark (`monitor.identity`) or a figure tells them
apart. But marks are read, and may be misread where a text was cut or got another headline. So where one text stands
word for word in the other, a mark counts against a copy only if the texts themselves can bear it out: what is read from
words that both print is no difference between them.
"""

from __future__ import annotations

import datetime as dt

from monitor.figures import is_calendar
from monitor.fingerprint import Overlap
from monitor.identity import Mark, agreements, conflicts, headlines_contradict
from monitor.signature import Signature

FIGURES_AGREE = 0.75
"""Share of the smaller text's figures that must stand in the larger one. A corrected figure leaves more, a template less."""

VERBATIM = 0.97
"""Share of the smaller text's shingles from which on it stands in the larger one word for word; the rest are seams, where
the cut ran through a paragraph or a line was put in."""

NEVER_MISREAD: frozenset[Mark] = frozenset({"project number", "lot", "round"})
"""Marks that are printed in one fixed form behind their label: no likeness overrules them."""

_CORRECTION_WINDOW = dt.timedelta(days=4)
_YEARLY = dt.timedelta(days=45)


def told_apart(a: Signature, b: Signature, overlap: Overlap) -> list[str]:
    """Everything that forbids to call two like texts copies, in words; empty where nothing does."""
    small, large = sorted((a, b), key=lambda s: (s.sketch.letters, len(s.figures), s.figures))
    figures = _figures_against(small, large, overlap.containment)
    same_text = a.sketch == b.sketch and a.figures == b.figures
    found = [
        str(c)
        for c in conflicts(a.identity, b.identity, same_language=True)
        if not _is_misread(c.mark, small, large, overlap, same_text=same_text, figures_agree=not figures)
    ]
    if a.identity.years and b.identity.years and not set(a.identity.years) & set(b.identity.years) and not same_text:
        found.append(f"year in the title {a.identity.years} / {b.identity.years}")
    if figures:
        found.append(figures)
    return found


def near(a: Signature, b: Signature, window: dt.timedelta) -> bool:
    """Published within `window` of one another, or one of them undated."""
    return a.published is None or b.published is None or abs(a.published - b.published) <= window


def _is_misread(
    mark: Mark, small: Signature, large: Signature, overlap: Overlap, *, same_text: bool, figures_agree: bool
) -> bool:
    """Whether a contradiction is one of two readings of the same words, so that it says nothing against a copy."""
    if mark in NEVER_MISREAD:
        return False
    numbered = small.identity.number or large.identity.number
    if mark in ("stage", "buyer") and (
        same_text or (overlap.containment >= 0.9 and figures_agree and not numbered)
    ):  # A re-headed or trimmed news story may read as another stage or act; its text is what counts.
        return True
    verbatim = overlap.containment >= VERBATIM and not set(small.figures) - set(large.figures)
    if not verbatim:
        return False
    if mark == "stage":
        # An amendment or a result may reprint the whole notice: then their headlines say so.
        return not headlines_contradict(small.identity, large.identity)
    if mark in ("region", "place in the title"):
        # A body that names no place may be anybody's form, and its headline tells whose.
        return bool(small.identity.named) and set(small.identity.named) <= set(large.identity.named)
    if mark == "period":
        dated = any(is_calendar(f) and not f.startswith("@") for f in small.figures)
        return dated or near(small, large, _YEARLY)
    # A name that is printed once may escape the sample, so names need the very same text.
    return bool(small.identity.body) and small.identity.body == large.identity.body


def _figures_against(small: Signature, large: Signature, contained: float) -> str:
    """Why the figures speak against a copy; empty where they do not.

    The smaller text's figures must stand in the larger one. Texts of few figures may differ in one only where all else
    says that one outlet corrected the other: nearly the same words within days.
    """
    mine, theirs = set(small.figures), set(large.figures)
    missing = mine - theirs
    if not missing:
        return ""
    share = 1 - len(missing) / len(mine)
    if len(mine) >= 4 and share >= FIGURES_AGREE:
        return ""
    corrected = len(missing) == 1 and contained >= 0.9 and near(small, large, _CORRECTION_WINDOW)
    if (
        corrected
        and not next(iter(missing)).startswith("@")
        and agreements(small.identity, large.identity, same_language=True)
    ):
        return ""
    return f"figures differ ({', '.join(sorted(missing)[:4])} only in one; {share:.0%} agree)"
