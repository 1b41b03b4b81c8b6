"""Rows of a table in running text: cells, heads, and which cell belongs to which head.

Cells are parted by tabs or bars, in plain text by blanks. Extractors drop empty cells, so a row may be shorter than its head;
then a cell goes to the next head that it can belong to (a sum has digits, a supplier is a company).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.facts.labels import Label, LabelWords

SUMS = frozenset({"award", "budget", "contract_amount", "premium_total"})
"""Roles whose cells are sums of money."""

_TOTALLED = SUMS | {"ceiling", "persons"}
_COMPANIES = frozenset({"supplier", "winner", "candidate", "intended"})
_TOTAL_ROW = re.compile(r"合\s?计|总\s?计|共\s?计|total\b", re.IGNORECASE)
_RULED = re.compile(r"\s*[\t|｜]\s*")
_BLANK = re.compile(r"\s+")
_HEAD_UNIT = re.compile(r"\((?P<unit>[^()]*(?:元|人|%)[^()]*)\)")
_COLON = re.compile(r"[:：]")
_COMPANY = re.compile(r"公司|中心|保险|联合体|Co\.|Ltd|Company|Insurance|Branch", re.IGNORECASE)
_MOST_MISSING = 2
_MOST_COLUMNS = 16
_LONGEST_HEAD = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and its offset in the line."""

    text: str
    at: int


Head = tuple[Label | None, ...]


def is_ruled(line: str) -> bool:
    """True where tabs or bars part the cells, so that blanks inside a cell mean nothing."""
    return bool(re.search(r"[\t|｜]", line))


def split_cells(line: str) -> tuple[Cell, ...]:
    """The cells of a line that are not empty."""
    cells: list[Cell] = []
    at = 0
    for gap in (_RULED if is_ruled(line) else _BLANK).finditer(line):
        if line[at : gap.start()].strip():
            cells.append(Cell(line[at : gap.start()], at))
        at = gap.end()
    if line[at:].strip():
        cells.append(Cell(line[at:].rstrip(), at))
    return tuple(cells)


def read_head(cells: tuple[Cell, ...], words: LabelWords) -> Head:
    """The labels of a table's head; empty where the row is none. A unit in a head's brackets becomes its note."""
    if not 2 <= len(cells) <= _MOST_COLUMNS or any(len(c.text) > _LONGEST_HEAD or _COLON.search(c.text) for c in cells):
        return ()
    labels = [words.find(c.text) for c in cells]
    known = sum(label is not None for label in labels)
    if known < 2 or known * 2 < len(cells):
        return ()
    units = [m["unit"] if (m := _HEAD_UNIT.search(c.text)) else "" for c in cells]
    return tuple(Label(la.role, unit or la.note) if la else None for la, unit in zip(labels, units, strict=True))


def fits(head: Head, cells: tuple[Cell, ...], *, ruled: bool) -> bool:
    """Whether a row belongs to the table under `head`."""
    if not head or not cells:
        return False
    missing = len(head) - len(cells)
    return (
        missing == 0
        or bool(_TOTAL_ROW.match(cells[0].text))
        or (ruled and 0 < missing <= _MOST_MISSING and len(cells) > 1)
    )


def is_total(cells: tuple[Cell, ...]) -> bool:
    """A row that sums up the others (合计)."""
    return bool(_TOTAL_ROW.match(cells[0].text))


def total_cells(head: Head, cells: tuple[Cell, ...]) -> tuple[tuple[Label, Cell], ...]:
    """The totals of a total row under their heads; empty cells are lost, so only as many as there are columns of figures.

    Where the two do not agree the first figure is the total of the first column of sums.
    """
    figures = [c for c in cells[1:] if re.search(r"\d", c.text)]
    columns = [label for label in head if label and label.role in _TOTALLED]
    if len(figures) == len(columns):
        return tuple(zip(columns, figures, strict=True))
    money = next((label for label in columns if label.role in SUMS), None)
    return ((money, figures[0]),) if money and figures else ()


def align(head: Head, cells: tuple[Cell, ...]) -> Iterator[tuple[Label, Cell]]:
    """Cells with their heads; of a short row each cell goes to the next head that it can belong to."""
    if len(head) == len(cells):
        yield from ((label, cell) for label, cell in zip(head, cells, strict=True) if label)
        return
    spare = len(head) - len(cells)
    at = 0
    for cell in cells:
        while at < len(head) and spare > 0 and not _can_be(head[at], cell.text):
            at, spare = at + 1, spare - 1
        if at >= len(head):
            return
        label = head[at]
        if label is not None:
            yield label, cell
        at += 1


def _can_be(label: Label | None, text: str) -> bool:
    if label is None:
        return True
    if label.role in SUMS or label.role in ("unit_price", "persons"):
        return bool(re.search(r"\d|[零一二三四五六七八九十百千万]", text))
    if label.role in _COMPANIES:
        return bool(_COMPANY.search(text))
    return label.role != "period" or bool(re.search(r"\d|年|月", text))
