"""Round-ups: which of the items on one page is the subject's, so that no other item lends it a figure.

A page is a round-up where its headline says so (周报, 要闻, "in brief") or where it lists several headed items (【…】) under a
headline that does not name the subject. The subject's items are those that name its product or programme, with the lines
below them that belong to no other item. Where the subject is named all over the page, nothing is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.taxonomy import Vocabulary
from monitor.text import Document

_HEADED = re.compile(
    r"\s*(?:【[^】\n]{2,40}】|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、](?!\d)|[(（][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳●■◆▲]|[·•*-]\s)"
)
_BOXED = re.compile(r"\s*【[^】\n]{2,40}】")
_COVER = re.compile(r"惠民保|城市定制型|普惠型(?:商业)?(?:补充)?医疗|huimin|city-customi[sz]ed", re.IGNORECASE)
_CLAUSE = re.compile(r"[^；;|｜]+[；;|｜]?")
_MIN_LINES = 3
_MIN_BOXED = 4
_BLANK = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    names: bool
    headed: bool


def without_other_items(document: Document, vocabulary: Vocabulary) -> str:
    """`Document.whole`, in a round-up with the other items blanked out; every position stays where it is."""
    whole = document.whole
    border = len(document.title.plain)
    lines = [m.span() for m in re.finditer(r"[^\n]+", whole) if m.start() > border and m.group().strip()]
    said = any(m.code == "form.roundup" for m in vocabulary.cues["form"].find(document.title.plain))
    boxed = sum(1 for start, _ in lines if _BOXED.match(whole, start))
    if len(lines) < _MIN_LINES or not (said or boxed >= _MIN_BOXED):
        return whole
    named = [m.start for m in (*vocabulary.programmes.find(whole), *vocabulary.products.find(whole))]
    named += [m.start for m in vocabulary.unknown_products(whole)] + [m.start() for m in _COVER.finditer(whole)]
    if not said and any(at <= border for at in named):
        return whole
    page = [_Line(s, e, any(s <= at < e for at in named), bool(_HEADED.match(whole, s))) for s, e in lines]
    kept = _subject(page)
    if not kept or len(kept) * 2 > len(page):
        return whole
    spans = [(line.start, line.end) for line in kept] + _of_title(whole[:border], named)
    return _only(whole, spans)


def _subject(page: list[_Line]) -> list[_Line]:
    """The lines that name the subject, and those that follow such a line until the next item begins."""
    listed = sum(line.headed for line in page) >= _MIN_LINES
    kept: list[_Line] = []
    own = False
    for line in page:
        if line.names or (line.headed and listed):
            own = line.names
        elif not listed:
            own = False  # no marks part the items: each paragraph is one
        if own:
            kept.append(line)
    return kept


def _of_title(title: str, named: list[int]) -> list[tuple[int, int]]:
    """The clauses of the headline that name the subject."""
    return [m.span() for m in _CLAUSE.finditer(title) if any(m.start() <= at < m.end() for at in named)]


def _only(whole: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        pieces += [_BLANK.sub(" ", whole[at:start]), whole[start:end]]
        at = end
    pieces.append(_BLANK.sub(" ", whole[at:]))
    return "".join(pieces)
