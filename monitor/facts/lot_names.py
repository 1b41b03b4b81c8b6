"""How the lots of a tender are named: 采购包1, 标项二, 第三包, A包, 第一、第三标段, Lot 2, the first package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

NUMERAL = r"[一二三四五六七八九十\dA-Za-z]{1,3}"
LOT = re.compile(
    rf"第?\s?(?:采购包|标包|标项|标段|分包|包组|包件|合同包|包号|包)\s?[:：]?\s?(?P<after>{NUMERAL})(?![A-Za-z\d一-鿿])"
    rf"|第?(?P<before>{NUMERAL})\s?(?:采购包|标包|标项|标段|分包|合同包|包)(?![含括装])"
    r"|(?:lot|package)\s?(?:no\.?\s?)?(?P<en>\d{1,2}|[A-Z])\b",
    re.IGNORECASE,
)
"""A lot as it is named: 采购包1, 标项二, 第三包, A包, Lot 2."""

_WORD = r"(?:采购包|标包|标项|标段|分包|合同包|包组|包件|包)"
_ONE = r"第?\s?(?:[一二三四五六七八九十]{1,2}|\d{1,2}|(?<![A-Za-z])[A-Z])"
_LISTED = re.compile(
    rf"(?<![共分成为计各每某余前后])(?P<list>{_ONE}(?:\s?[、,，和及与至—-]\s?{_ONE})*)\s?{_WORD}(?![含括装个数])"
    rf"|{_WORD}\s?(?P<behind>[一二三四五六七八九十]{{1,2}}|\d{{1,2}}|[A-Z])(?![A-Za-z\d一二三四五六七八九十个元万%.])"
    r"|\b(?:lots?|packages?|sections?)\s(?:no\.?\s?)?(?P<en>(?:\d{1,2}|[A-Z])(?:(?:,| and|, and| &)\s(?:\d{1,2}|[A-Z]))*)\b(?!%)"
    r"|\bthe (?P<ordinal>first|second|third|fourth|fifth|sixth)(?: (?:lot|package|section|bid section))?(?=[ ,.;:])",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[一二三四五六七八九十]{1,2}|\d{1,2}|[A-Z]")
_RANGE = re.compile(r"\d\s?[至—-]\s?\d|[一二三四五六七八九十]\s?[至—-]\s?第?[一二三四五六七八九十]")
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6"}
_WHOLE_COUNT = re.compile(
    r"(?P<n>[二两三四五六七八九]|\d{1,2})个?(?:采购包|标包|标项|标段|分包|合同包|包)(?:项目)?(?:的)?(?P<what>[^，。；\d]{0,12}?)(?P<how>分别|依次|各自)",
)
_HAN = {c: i for i, c in enumerate("〇一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class LotMention:
    """One or several lots named together: their numbers as printed, and where they stand."""

    numbers: tuple[str, ...]
    start: int
    end: int


def lot_number(match: re.Match[str]) -> str:
    """The number of a match of `LOT`, letters in capitals."""
    return (match["after"] or match["before"] or match["en"] or "").upper()


def same_lot(number: str) -> str:
    """A key under which 一, 1 and 01 are one lot."""
    if number and all(c in _HAN for c in number):
        if len(number) == 1:
            return str(_HAN[number])
        return str(10 + _HAN[number[1]]) if number[0] == "十" else str(_HAN[number[0]] * 10)
    return number.upper().lstrip("0") or number


def mentions(text: str, start: int, end: int) -> Iterator[LotMention]:
    """The lots that a stretch of prose names, in order. A count of lots (共2包, 三个标段) names none."""
    for match in _LISTED.finditer(text, start, end):
        if match["ordinal"]:
            # "the first" alone is a lot's only where the sentence speaks of lots.
            if not re.search(r"\b(?:lots?|packages?|sections?)\b", text[start:end], re.IGNORECASE):
                continue
            yield LotMention((_ORDINALS[match["ordinal"].lower()],), match.start(), match.end())
            continue
        listed = match["list"] or match["behind"] or match["en"]
        numbers = tuple(m.group().upper() for m in _NUMBERS.finditer(listed.replace("第", "")))
        if _RANGE.search(listed) and len(numbers) == 2 and (span := _spelled(*numbers)):
            numbers = span
        if numbers:
            yield LotMention(numbers, match.start(), match.end())


def counted(text: str, start: int, end: int) -> Iterator[tuple[int, str, int]]:
    """ "三个包分别由…", "两个标段的费率依次为…": (how many lots, what is told of them, where the list begins)."""
    for match in _WHOLE_COUNT.finditer(text, start, end):
        printed = match["n"]
        number = int(printed) if printed.isdigit() else _HAN[printed]
        if number > 1:
            yield number, match["what"], match.end()


def _spelled(first: str, last: str) -> tuple[str, ...]:
    low, high = same_lot(first), same_lot(last)
    if not (low.isdigit() and high.isdigit() and int(low) < int(high) <= int(low) + 9):
        return ()
    return tuple(str(n) for n in range(int(low), int(high) + 1))
