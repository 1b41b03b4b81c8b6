"""PDF bytes to text: lines of a paragraph joined again, rows of ruled tables as cells joined by a tab.

PDFium says which character stands where and which lines are drawn; everything else is geometry. A table is what stands
between drawn lines; what stands on one line with a wide gap counts as cells too. Runs as a script of its own (`cell`), so it
imports nothing from its package. Lengths are PDF points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from ctypes import c_double, c_float
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_THIN = 3.0
"""A drawn shape up to this thick is a line."""
_SNAP = 3.0
"""Lines this near to each other are one."""
_MIN_RULE = 8.0
_MAX_SHAPES = 20_000
_PAGE_NUMBER = re.compile(r"(?:第\s*\d+\s*页|\d+\s*/\s*\d+|[-—–·\s]*\d{1,4}[-—–·\s]*)(?:[,，/\s]*共\s*\d+\s*页)?$")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z,;]$"), re.compile(r"[A-Za-z(]")


@dataclass(slots=True)
class Glyph:
    """A character: where it begins and ends, on which line it stands, and how high it may be."""

    char: str
    left: float
    right: float
    base: float
    size: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, self.base + self.size / 3


@dataclass(slots=True)
class Line:
    """Glyphs side by side, as text."""

    text: str
    left: float
    right: float
    size: float


@dataclass(slots=True)
class Ruling:
    """A drawn line: at `at`, from `start` to `end` along the other axis."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Band:
    """What stands between two horizontal lines of a table, cut into cells by the vertical lines `edges`."""

    bottom: float
    top: float
    edges: list[float]
    cells: dict[int, list[Glyph]] = field(default_factory=dict)

    def holds(self, x: float, y: float) -> bool:
        return self.bottom < y < self.top and self.edges[0] < x < self.edges[-1]


def read(data: bytes, *, max_pages: int, max_chars: int) -> tuple[str, str]:
    """The text and a note: empty, `encrypted`, `damaged`, `no_text` (pictures of pages), or `cut` where a limit was met."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return "", "encrypted" if "password" in str(error).lower() else "damaged"
    pages: list[list[str]] = []
    length = 0
    for number in range(min(len(document), max_pages)):
        try:
            pages.append(_page(document[number]))
        except pypdfium2.PdfiumError:
            continue  # one broken page of many
        length += sum(map(len, pages[-1]))
        if length > max_chars:
            break
    text = "\n".join(line for page in _without_margins(pages) for line in page)
    if not text.strip():
        return "", "no_text"
    cut = len(document) > len(pages) or len(text) > max_chars
    return text[:max_chars], "cut" if cut else ""


def _page(page: Any) -> list[str]:
    """The paragraphs and rows of a page, in the order in which they were written."""
    glyphs = _glyphs(page.get_textpage())
    bands = _bands(*_rulings(page))
    parts: list[list[Glyph] | Band] = []
    placed: set[int] = set()
    for glyph in glyphs:
        band = next((band for band in bands if band.holds(*glyph.middle)), None)
        if band is None:
            if not parts or isinstance(parts[-1], Band):
                parts.append([])
            last = parts[-1]
            assert isinstance(last, list)
            last.append(glyph)
            continue
        band.cells.setdefault(bisect_right(band.edges, glyph.middle[0]) - 1, []).append(glyph)
        if id(band) not in placed:
            placed.add(id(band))
            parts.append(band)
    return [text for part in parts for text in ([_row(part)] if isinstance(part, Band) else _paragraphs(_lines(part)))]


def _glyphs(textpage: Any) -> list[Glyph]:
    found = []
    x, y = c_double(), c_double()
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not char or not char.isprintable() or char.isspace():
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        # The line that it stands on; boxes of flat characters (一) are flat in some fonts.
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        found.append(Glyph(char, left, right, y.value, max(top - bottom, right - left, 1.0)))
    return found


def _lines(glyphs: list[Glyph]) -> list[Line]:
    """Glyphs in writing order as lines; a gap wider than two characters separates cells, a small one Latin words."""
    lines: list[list[Glyph]] = []
    for glyph in glyphs:
        last = lines[-1][-1] if lines else None
        if last and abs(glyph.base - last.base) < glyph.size / 2 and glyph.left > last.left - glyph.size:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [_line(line) for line in lines]


def _line(glyphs: list[Glyph]) -> Line:
    size = max(glyph.size for glyph in glyphs)
    text = glyphs[0].char
    for before, glyph in pairwise(glyphs):
        gap = glyph.left - before.right
        if gap > 2 * size:
            text += "\t"
        elif gap > 0.15 * size and before.char.isascii() and glyph.char.isascii():
            text += " "
        text += glyph.char
    return Line(text, glyphs[0].left, max(glyph.right for glyph in glyphs), size)


def _paragraphs(lines: list[Line]) -> Iterator[str]:
    """Lines that run to the right margin go on in the next one, unless that is indented."""
    margin = max((line.right for line in lines), default=0.0)
    start = Counter(round(line.left) for line in lines)
    left = min((at for at, count in start.items() if count > 1), default=min(start, default=0))
    text, before = "", None
    for line in lines:
        goes_on = (
            before is not None
            and before.right > margin - 2 * before.size
            and "\t" not in before.text
            and "\t" not in line.text
            and line.left < left + 1.2 * line.size
            and 0.8 < line.size / before.size < 1.25
        )
        if goes_on:
            space = " " if _LATIN_END.search(text) and _LATIN_START.match(line.text) else ""
            text += space + line.text
        else:
            if text:
                yield text
            text = line.text
        before = line
    if text:
        yield text


def _row(band: Band) -> str:
    """The cells of a band, each with its lines joined; empty ones keep their place."""
    cells = ["".join(line.text for line in _lines(band.cells.get(n, []))) for n in range(len(band.edges) - 1)]
    return "\t".join(cell.replace("\t", " ") for cell in cells).strip("\t")


def _rulings(page: Any) -> tuple[list[Ruling], list[Ruling]]:
    """Drawn horizontal and vertical lines."""
    horizontal: list[Ruling] = []
    vertical: list[Ruling] = []
    for number, shape in enumerate(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=4)):
        if number > _MAX_SHAPES:
            break
        for (x0, y0), (x1, y1) in pairwise(_points(shape)):
            if abs(y1 - y0) <= _THIN and abs(x1 - x0) >= _MIN_RULE:
                horizontal.append(Ruling((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= _THIN and abs(y1 - y0) >= _MIN_RULE:
                vertical.append(Ruling((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return horizontal, vertical


def _points(shape: Any) -> list[tuple[float, float]]:
    """The corners of a path on the page, the first one again at the end; nothing for curves."""
    matrix, points = shape.get_matrix(), []
    count = pdfium.FPDFPath_CountSegments(shape)
    if not 2 <= count <= 64:
        return []
    x, y = c_float(), c_float()
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(shape, index)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_BEZIERTO:
            return []
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            points.append(matrix.on_point(x.value, y.value))
    return [*points, points[0]] if points else []


def _bands(horizontal: list[Ruling], vertical: list[Ruling]) -> list[Band]:
    """The rows of ruled tables: between neighbouring horizontal lines, where at least three vertical ones cross."""
    heights = _snapped([line.at for line in horizontal])
    bands = []
    for bottom, top in pairwise(heights):
        if top - bottom < _MIN_RULE:
            continue
        middle = (bottom + top) / 2
        crossing = [line for line in vertical if line.start - _SNAP <= middle <= line.end + _SNAP]
        edges = _snapped([line.at for line in crossing])
        if len(edges) > 2:
            bands.append(Band(bottom, top, edges))
    return bands


def _snapped(values: list[float]) -> list[float]:
    """Sorted, near ones as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SNAP:
            found.append(value)
    return found


def _without_margins(pages: list[list[str]]) -> list[list[str]]:
    """Pages without page numbers, and without first and last lines that most pages share (running heads)."""
    ends = Counter(line for page in pages for line in {*page[:1], *page[-1:]})
    running = {line for line, count in ends.items() if len(pages) > 2 and count > len(pages) / 2}

    def is_margin(page: list[str], at: int) -> bool:
        return at in (0, 1, len(page) - 1, len(page) - 2) and (
            page[at] in running or bool(_PAGE_NUMBER.match(page[at]))
        )

    return [[line for at, line in enumerate(page) if not is_margin(page, at)] for page in pages]
