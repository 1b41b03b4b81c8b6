"""The form of a notice: labelled values, table rows, sections and lots, whatever portal printed them.

Works on the normalised text (`Document.whole`), line by line, and knows no portal. It understands:

- `label：value`, several on a line, labels with inner blanks, brackets or numbering before them;
- a heading or a label alone on its line with the value on the next line ("四、提交投标文件截止时间 ⏎ 2024年5月10日");
- tables as rows of cells (tab, "|" or blanks) under a head whose cells are labels, and rows of label/value pairs;
- blocks of a lot (采购包1, 标项二, 第三包, A包), which last until the next section;
- rows 更正前/更正后 of an amendment: the new value stands for the item, the old one is kept as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.facts.fields import AMENDED, Field, Layout
from monitor.facts.labels import Label, LabelWords
from monitor.facts.lot_names import LOT, NUMERAL, lot_number
from monitor.facts.tables import Cell, Head, align, fits, is_ruled, is_total, read_head, split_cells, total_cells

_NUMBERING = re.compile(
    r"\s*(?:第[一二三四五六七八九十]+[章节条]、?|[一二三四五六七八九十]{1,3}\s?[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:\.\d{1,2})*\s?(?:[、)）]|[.．](?!\d))"
    r"|\d{1,2}(?:\.\d{1,2})+\s?(?=[\u4e00-\u9fff])|[①-⑳]|[·•●■◆*-]\s?)\s*"
)
_TOP_SECTION = re.compile(r"\s*[一二三四五六七八九十]{1,3}\s?[、.．]")
_COUNT = re.compile(r"\s*(\d{1,2})\s?[、.．)](?!\d)")
_BOXED = re.compile(r"【(?P<label>[^】\n]{2,12})】(?=\S)")
_COLON = re.compile(r"[:：]")
_SENTENCE = re.compile(r"[。！？]")
_NAMES = frozenset({"project", "buyer", "winner", "supplier", "lot_name", "project_number", "name", "contract_name"})
_LISTED = frozenset({"winner", "supplier", "candidate"})
_COMPANY_LINE = re.compile(r"[^，。:：]{4,60}(?:公司|中心|营业部|Branch|Ltd\.?)(?:\([^()]*\))?[;；、。]?$")
_TOTAL_LABEL = re.compile(r"\s*(?:合计|总计|共计|各包合计|总(?:中标|成交|中选|合同|预算)|grand total)", re.IGNORECASE)
_STRANGER = re.compile(r"\s(?=[\u4e00-\u9fff]{2,10}[:：])")
"""A label that no role is known for ends the value before it."""

_ENGLISH_END = re.compile(r"(?<=[a-z)])(?<!Ltd)(?<!Co)[.;]\s+(?=[A-Z])")


@dataclass(slots=True)
class _Reader:
    """Where the reading of a text stands: section, lot, table head."""

    words: LabelWords
    fields: list[Field] = field(default_factory=list)
    section: str = ""
    sub_section: str = ""
    lot: str = ""
    number: int = 0
    number_before_lot: int = 0
    head: Head = ()
    pending: tuple[Label, str] | None = None
    row: int = 0

    def add(self, label: Label, printed: str, value: str, start: int, **more: bool) -> None:
        lead = len(value) - len(value.lstrip())
        value, start = value.strip(), start + lead
        if not value:
            return
        if value.isascii() and label.role in _NAMES and (end := _ENGLISH_END.search(value)):
            value = value[: end.start()]
        if value.isascii() and label.role in _NAMES and not value.endswith(("Ltd.", "Co.", "Inc.")):
            value = value.rstrip(".")
        role = label.role
        if role == "name":
            role = self._named_by_section()
        self.fields.append(
            Field(
                role,
                printed.strip(),
                label.note,
                value,
                start,
                start + len(value),
                self.sub_section or self.section,
                self.lot,
                row=self.row,
                **more,
            )
        )

    def enter_lot(self, number: str) -> None:
        if not self.lot:
            self.number_before_lot = self.number
        self.lot = number

    def _named_by_section(self) -> str:
        section = self.sub_section or self.section
        return {"award_section": "supplier"}.get(section, section) or "name"


def read_layout(whole: str, words: LabelWords, body_start: int) -> Layout:
    """Read the labelled values of `whole` from `body_start` (the title holds none)."""
    reader = _Reader(words)
    for start, line in _lines(whole, body_start):
        _read_line(reader, start, line)
    return Layout(tuple(reader.fields))


def _lines(whole: str, at: int) -> Iterator[tuple[int, str]]:
    while at < len(whole):
        end = whole.find("\n", at)
        end = len(whole) if end < 0 else end
        if whole[at:end].strip():
            yield at, whole[at:end]
        at = end + 1


def _read_line(reader: _Reader, start: int, line: str) -> None:
    numbering = _NUMBERING.match(line)
    offset = numbering.end() if numbering else 0
    content = line[offset:]
    top = bool(_TOP_SECTION.match(line))
    boxed = _BOXED.match(content)
    if boxed and (label := reader.words.find(boxed["label"])):
        reader.pending = None
        reader.add(label, boxed["label"], content[boxed.end() :], start + offset + boxed.end())
        return
    lot = LOT.match(content)
    if top and not lot:
        reader.lot, reader.section, reader.sub_section, reader.head = "", "", "", ()
    count = _COUNT.match(line)
    if count:
        # A numbered line that goes on where the list stood before the lot is no part of the lot.
        if reader.lot and int(count[1]) == reader.number_before_lot + 1 > 1:
            reader.lot = ""
        reader.number = int(count[1])
    if _read_table(reader, start + offset, content):
        reader.pending = None
        return
    if lot and (lot.end() == len(content.rstrip()) or content[lot.end()] in " :：(（,，\t、的、为"):
        reader.enter_lot(lot_number(lot))
    if _read_labels(reader, start + offset, content):
        return
    heading = reader.words.heading(content) if len(content) <= 60 and not _SENTENCE.search(content) else None
    if heading is not None:
        if top or not reader.section:
            reader.section, reader.sub_section = heading.role, ""
        else:
            reader.sub_section = heading.role
        reader.pending = (heading, content.strip())
        return
    if reader.pending is not None:
        label, printed = reader.pending
        if label.role in _LISTED and _COMPANY_LINE.match(content):
            reader.add(label, printed, content, start + offset)  # one of a list of companies, perhaps not the last
            return
        reader.pending = None
        if label.role not in ("award_section", "subject_section", "other_section", *_LISTED):
            reader.add(label, printed, line, start)


def _read_labels(reader: _Reader, start: int, content: str) -> bool:
    """Read `label：value` pairs of a line. False where the line has none."""
    colon = _COLON.search(content)
    if colon is None:
        return False
    found = list(reader.words.inline.finditer(content))
    pairs: list[tuple[Label, str, int]] = []
    first = content[: colon.start()]
    if not found or found[0].start() > 0:
        label = None
        if len(first) <= 80 and not _SENTENCE.search(first):
            label = reader.words.find(first) or (None if re.search(r"\d", first) else reader.words.heading(first))
        if label is not None and not any(m.start() < colon.start() < m.end() for m in found):
            pairs.append((label, first, colon.end()))
    starts = [0]
    for match in found:
        label = reader.words.find(match["label"])
        if label is None:
            continue
        note = match["note"].strip("()")
        pairs.append((Label(label.role, note), match["label"], match.end()))
        starts.append(match.start())
    if not pairs:
        return False
    reader.pending = None
    pairs.sort(key=lambda pair: pair[2])
    reader.row = start + 1 if len(pairs) > 1 else 0
    for (label, printed, at), following in zip(pairs, [*pairs[1:], None], strict=True):
        end = len(content)
        if following is not None:
            end = max((s for s in starts if at <= s < following[2]), default=following[2])
        value = content[at:end].rstrip(" ;；,，、\t")
        if stranger := _STRANGER.search(value):
            value = value[: stranger.start()]
        if label.role == "name" and at and (above := reader.words.find(content[: content.find(printed)])):
            reader.sub_section = above.role  # "1.采购人信息 名 称：…" on one line
        if label.role == "lot":
            lot = re.match(rf"\s*第?(?P<n>{NUMERAL})", value)
            reader.enter_lot(lot["n"].upper() if lot else reader.lot)
        if not value.strip():
            reader.pending = (label, printed)
            if label.role in ("award_section", "buyer", "agency", "intended", "winner"):
                reader.sub_section = label.role
            continue
        total = bool(_TOTAL_LABEL.match(printed))
        if total:
            reader.lot = ""  # "合计参保人数", "总中标金额": of all lots, below the last one
        reader.add(label, printed, value, start + at, total=total)
    reader.row = 0
    return True


def _read_table(reader: _Reader, start: int, content: str) -> bool:
    """Read a table's head, one of its rows, or a row of label/value pairs. False where the line is none of these."""
    cells = split_cells(content)
    if len(cells) < 2:
        reader.head = ()
        return False
    ruled = is_ruled(content)
    head = read_head(cells, reader.words)
    if head:
        reader.head = head
        return True
    if fits(reader.head, cells, ruled=ruled):
        _read_row(reader, start, cells)
        return True
    return ruled and _read_pairs(reader, start, cells)


def _read_row(reader: _Reader, start: int, cells: tuple[Cell, ...]) -> None:
    if is_total(cells):
        reader.lot = ""
        for label, cell in total_cells(reader.head, cells):
            reader.add(label, "合计", cell.text, start + cell.at, total=True)
        return
    reader.row = start + 1
    named = next(
        (lot for c in cells if (lot := LOT.match(c.text)) and lot.end() - lot.start() >= min(len(c.text), 3)), None
    )
    if named:
        reader.enter_lot(lot_number(named))
    item: Label | None = None
    for label, cell in align(reader.head, cells):
        if label.role == "lot" and not named and (bare := re.match(rf"{NUMERAL}$", cell.text.strip())):
            reader.enter_lot(bare.group().upper())
        if label.role == "changed_item":
            item = reader.words.heading(cell.text)
        elif label.role in ("old_value", "new_value") and item is not None:
            reader.add(Label(item.role, ""), AMENDED, cell.text, start + cell.at, old=label.role == "old_value")
        else:
            reader.add(label, label.role, cell.text, start + cell.at)
    reader.row = 0


def _read_pairs(reader: _Reader, start: int, cells: tuple[Cell, ...]) -> bool:
    """ "项目名称 ⇥ … ⇥ 采购人 ⇥ …": labels and values in turn."""
    labels = [reader.words.find(c.text) for c in cells]
    if labels[0] is None:
        labels[0] = reader.words.heading(cells[0].text)
    found = False
    for i, cell in enumerate(cells[1:]):
        label = labels[i]
        if label is not None and labels[i + 1] is None:
            reader.add(label, cells[i].text, cell.text, start + cell.at)
            found = True
    return found
