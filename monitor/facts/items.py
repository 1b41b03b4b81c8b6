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
    r"\s*(?:【[^】\n]{1,40}】|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、](?!\d)|[(（][一二三四五六七八九十\d]{1,2}[)）]|[①-⑳●■◆▲]|[·•]|[*-]\s)"
)
_BOXED = re.compile(r"\s*【[^】\n]{2,40}】")
_GOES_ON = re.compile(
    r"\s*(?:这|该|此|上一|上述|前述|据|其|本次|新一|同时|目前|截至|根据|按照|协议|产品|项目|参保|投保|保费|调整|双方|公司|\""
    r"|The (?:plan|scheme|product|programme|policy|contract|deal|city|company|bureau)\b|Its? |Under |According )",
    re.IGNORECASE,
)
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
    places: frozenset[str]
    goes_on: bool


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
    page = [
        _Line(
            start,
            end,
            any(start <= at < end for at in named),
            bool(_HEADED.match(whole, start)),
            frozenset(p.code for p in vocabulary.regions.find(whole[start:end])),
            bool(_GOES_ON.match(whole, start)),
        )
        for start, end in lines
    ]
    kept = _subject(page)
    if not kept or len(kept) == len(page):
        return whole
    spans = [(line.start, line.end) for line in kept] + _of_title(whole[:border], named)
    return _only(whole, spans)


def _subject(page: list[_Line]) -> list[_Line]:
    """The lines that name the subject, and those below such a line until the next item begins.

    Where no marks part the items, a paragraph goes on with the item above where its first words say so (该产品, 上一协议期).
    """
    listed = sum(line.headed for line in page) >= _MIN_LINES
    kept: list[_Line] = []
    own = False
    for line in page:
        if line.names:
            own = True
        elif line.headed if listed else kept and not (line.goes_on and line.places <= kept[-1].places):
            own = False
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
