"""The figures of a text in reading order, free of language and format.

A figure is a number, a share or a calendar day, written so that 470万, 4.7 million, 4,700,000 and 四百七十万 are the same
string: `4700000`, `42%`, `@12-31`. Two texts that report the same thing share figures even where they share no word (a
translation); two that were made from one template share words and no figures (a template twin).

Whole numbers below ten are left out: they are list numbers, counts of companies and parts of words. Units are not looked
at: what a figure counts is the business of `monitor.facts`; here it is only compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = "〇零一二两三四五六七八九十百千"
_HAN_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {
    "万亿": 10.0**12, "亿": 10.0**8, "千万": 10.0**7, "百万": 10.0**6, "十万": 10.0**5, "万": 10.0**4, "千": 10.0**3,
    "trillion": 10.0**12, "billion": 10.0**9, "million": 10.0**6, "thousand": 10.0**3,
    "bn": 10.0**9, "mn": 10.0**6,
}  # fmt: skip
_MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)

_CHUNK = re.compile(
    rf"[0-9{_HAN}](?:[0-9{_HAN}]|[,.\-/](?=[0-9]))*"
    r"(?:\s?[多余]?(万亿|亿|千万|百万|十万|万|年|月|日|号|%|个?百分点)|[ -]?((?i:trillion|billion|million|thousand|percent|per cent|bn|mn))(?![a-z]{0,2}aire))?"
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DECIMAL = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_EN_DATE = re.compile(
    _MONTH.format("m1") + r" (?P<d1>\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y1>\d{4}))?"
    r"|(?<!\d)(?P<d2>\d{1,2})(?:st|nd|rd|th)? (?:of )?" + _MONTH.format("m2") + r"(?:,? (?P<y2>\d{4}))?",
    re.IGNORECASE,
)
_EN_UNITS = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_EN_TENS = {
    w: i * 10 for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_EN_WORD = "|".join((*_EN_UNITS, *_EN_TENS))
_EN_NUMBER = re.compile(
    rf"\b(?:{_EN_WORD}|a (?:hundred|thousand))(?:[ -](?:and )?(?:{_EN_WORD}|hundred|thousand))*\b",
    re.IGNORECASE,
)
_PERCENT_OF_HAN = re.compile(rf"百分之([{_HAN}]+|\d+(?:\.\d+)?)")


def figures_of(text: str, *, latin: bool) -> tuple[str, ...]:
    """Figures of a normalised text in reading order, repeated where the text repeats them."""
    if latin:
        text = _EN_NUMBER.sub(lambda m: str(_en_value(m.group())), text)
        text = _EN_DATE.sub(_rewrite_date, text)
    if "百分之" in text:
        text = _PERCENT_OF_HAN.sub(lambda m: f"{_plain(_value(m[1]))}%", text)
    return tuple(_read(text))


def is_calendar(figure: str) -> bool:
    """True for a day and for what reads as a year."""
    return figure.startswith("@") or (len(figure) == 4 and figure.startswith(("19", "20")) and figure.isdigit())


def weight(figure: str) -> int:
    """How telling a shared figure is: its significant digits; a day counts as two, a bare year as one."""
    if is_calendar(figure):
        return 2 if figure.startswith("@") else 1
    return len(figure.rstrip("%").replace(".", "").strip("0"))


def _rewrite_date(match: re.Match[str]) -> str:
    name = match["m1"] or match["m2"]
    month = _MONTHS[name[:3].lower()]
    year = match["y1"] or match["y2"]
    day = match["d1"] or match["d2"]
    return (f"{year}年" if year else "") + f"{month}月{day}日"


def _en_value(words: str) -> int:
    """one thousand three hundred → 1300, twenty-six → 26, twelve hundred → 1200."""
    total = part = 0
    for word in re.split(r"[ -]", words.lower()):
        if word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word == "hundred":
            part = (part or 1) * 100
        else:
            part += _EN_UNITS.get(word, _EN_TENS.get(word, 0))
    return total + part


def _read(text: str) -> Iterator[str]:
    month = 0
    month_end = -1
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        suffix = match[1] or match[2] or ""
        number = chunk[: len(chunk) - len(suffix)].rstrip(" -多余") if suffix else chunk
        first = number[0]
        if len(number) == 1 and not suffix:
            continue  # 一, 两, 5: parts of words and list numbers
        if suffix == "月":
            value = _value(number)
            month, month_end = (int(value), match.end()) if value is not None and 1 <= value <= 12 else (0, -1)
            continue
        if suffix in ("日", "号"):
            day = _value(number)
            if month and match.start() == month_end and day is not None:
                yield f"@{month:02d}-{int(day):02d}"
            month = 0
            continue
        if "0" <= first <= "9" and ("-" in number or "/" in number):
            yield from _joined(number, suffix)
            continue
        yield from _figure(number, suffix)


def _joined(number: str, suffix: str) -> Iterator[str]:
    """A printed date, or numbers joined by a dash or a stroke: a range, a ratio, a reference number."""
    if iso := _ISO.fullmatch(number):
        yield iso[1]
        yield f"@{int(iso[2]):02d}-{int(iso[3]):02d}"
        return
    *before, last = re.split(r"[-/]", number)
    for part in before:
        yield from _figure(part, "")
    yield from _figure(last, suffix)


def _figure(number: str, suffix: str) -> Iterator[str]:
    value = _value(number)
    if value is None:
        return
    suffix = suffix.lower()
    if suffix in ("%", "percent", "per cent"):
        yield f"{_plain(value)}%"
        return
    value *= _SCALES.get(suffix, 1.0)
    if value >= 10 or value != int(value):
        yield _plain(value)


def _plain(value: float | None) -> str:
    if value is None:
        return "?"
    whole = round(value)
    if abs(value - whole) <= 1e-7 * max(1.0, value):
        return str(whole)
    return f"{value:.4f}".rstrip("0")


def _value(number: str) -> float | None:
    if "0" <= number[0] <= "9":
        found = _DECIMAL.match(number)
        return float(found.group().replace(",", "")) if found and len(found.group()) <= 18 else None
    return _han_value(number)


def _han_value(number: str) -> float | None:
    """四百七十 → 470, 二〇二五 → 2025, 十二 → 12; None for a scale without a digit (百, 千) and for mixtures."""
    if not any(c in _HAN_TENS for c in number):
        digits = "".join(str(_HAN_DIGITS.get(c, "")) for c in number)
        return float(digits) if len(digits) == len(number) and len(digits) != 2 else None
    if number[0] in "百千" or any("0" <= c <= "9" for c in number):
        return None
    total, digit = 0, 0
    for c in number:
        if c in _HAN_TENS:
            total += (digit or 1) * _HAN_TENS[c]
            digit = 0
        else:
            digit = _HAN_DIGITS[c]
    return float(total + digit)
