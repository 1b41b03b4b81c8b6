"""Numbers with their unit and basis, as news and notices print them, in Chinese and in English.

One pass over the normalised text finds every number that carries a unit (yuan, persons, times paid, households, per cent) or
a scale (万, 亿, million) that makes it worth looking at. Rules:

- "约", "近", "余", "多", "more than" are dropped: the number printed is the value;
- 万 = 10^4, 亿 = 10^8, million = 10^6; "31万5千元" and "1亿2000万" are one number; 叁佰陆拾叁万元整 is read as 363万;
- a price per head or per year keeps that basis (`Basis`), it never turns into a plain sum;
- glued words of machine translations ("yuanallowing", "visitorsamount") do not hide a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache


class Unit(StrEnum):
    """What a number counts. `BARE` has a scale or thousands separators but no unit of its own."""

    YUAN = "yuan"
    PERSONS = "persons"
    TIMES = "times"  # 人次, 件, 起, 笔: how often something was paid
    HOUSEHOLDS = "households"
    PERCENT = "percent"  # the value is a share: 42% is 0.42
    POINTS = "points"  # percentage points: a change, never a share
    BARE = "bare"


class Basis(StrEnum):
    """What a sum of money is for."""

    TOTAL = "total"
    PERSON_YEAR = "person/year"
    PERSON = "person"
    PERSON_MONTH = "person/month"
    PERSON_DAY = "person/day"
    YEAR = "year"
    HOUSEHOLD = "household"
    OTHER = "other"  # a month, a day, a case, a point of a score


PER_HEAD = frozenset({Basis.PERSON_YEAR, Basis.PERSON})
"""Bases of a price that one insured person pays for a year (an unnamed term is a year)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of the text. `start`..`end` covers number, scale, unit and basis."""

    value: int | float
    unit: Unit
    basis: Basis
    start: int
    end: int
    raw: str


_SCALES = {
    "万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
    "trillion": 10**12, "hundred million": 10**8, "billion": 10**9, "million": 10**6, "ten thousand": 10**4,
    "thousand": 10**3, "bn": 10**9, "mn": 10**6,
}  # fmt: skip
_WORDS = {"half a": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
          "a": 1}  # fmt: skip

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_HAN_SCALE = r"万亿|亿|千万|百万|十万|万|千(?!米|克|瓦|伏|卡)|百"
_EN_SCALE = r"hundred[ -]million|trillion|billion|million|ten thousand|thousand|bn\b|mn\b"
_HAN_DIGITS = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_DIGITS = "〇一二三四五六七八九"
_MORE = "[余多]"
_MORE_BEFORE_UNIT = re.compile(rf"\s?{_MORE}?")
_BEFORE_BASIS = re.compile(r"\s?整?\s?\(?")  # "80元(每人每年)", "80元整/人"

_NUMBER = re.compile(
    rf"""
    (?P<currency>(?:RMB|CNY|人民币|¥)\s?)?
    (?:
      (?<![\d/])(?<!\d[.,])(?P<arabic>{_ARABIC})(?![\d,]*\d)
      (?:
        \s?{_MORE}?(?P<scale>{_HAN_SCALE})
        (?:(?P<rest>\d+(?:\.\d+)?)(?P<rest_scale>亿|万|千|百)?(?=\s?{_MORE}?(?:元|人|名|件|笔|圆)))?
        | [ -]?(?P<en_scale>{_EN_SCALE})
      )?
      | (?<![{_HAN_DIGITS}几数\d])(?P<han>[{_HAN_DIGITS}]+(?:点[{_HAN_DIGITS}]+)?)(?:{_MORE}(?P<han_scale>[万亿]))?
      | (?<![A-Za-z])(?P<word>{"|".join(_WORDS)})[ ](?P<word_scale>{_EN_SCALE})
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)

_PERSON_NOUN = (
    r"(?:participants?|participators?|persons?|people|residents?|citizens?|insured|policy-?holders?|employees|members|students"
    r"|individuals|inhabitants|workers|pupils|retirees|elderly|enrolle+s|subscribers|beneficiaries|children|locals|users"
    r"|applicants|civil servants|customers|patients|visitors)"
)
_TIMES_NOUN = (
    r"(?:person[- ]?times?|man[- ]?times|people[- ]?times|visitors?|visits|claims?|cases|payments|settlements"
    r"|reimbursements|pay-?outs|times|instances|trips)"
)
_HAN_PEOPLE = (
    r"(?:基本|城乡|城镇|常住|户籍|参保|在职|在册|退休|本市|当地|全市|全区|全县|全省|失能|困难|脱贫|易返贫|农村|大中小|中小|在校|"
    r"老年|计划生育|计生|重点|特殊|投保|参加|被保险|持证|职工医保|居民医保|医保|义务教育|高中|阶段|环卫|流动|实有|户口|低收入|和|及|的)*"
    r"(?:居民|职工|人口|市民|老人|老年人|学生|群众|参保|村民|用户|客户|残疾人|人员|村干部|农民|员工|教师|儿童|妇女|教职工|对象|师生"
    r"|户主|人群|家庭成员|工人|会员|户籍|百姓|老百姓|乡亲|中小学生|新市民"
    r"|(?![家例个张份套辆亩吨次场种项款天月年])[\u4e00-\u9fff]{2,4}?(?:市民|居民|职工|百姓|群众|村民|老人|学生|参保人|人(?=参|投|购|买|加入|为|选|报|已|都|在保|上车|入手|续|，|。)))"
)
_UNITS: tuple[tuple[Unit, re.Pattern[str]], ...] = tuple(
    (unit, re.compile(pattern, re.IGNORECASE))
    for unit, pattern in (
        (Unit.POINTS, r"\s?个百分点|\s?(?:percentage|per cent|percent) points?"),
        (Unit.PERCENT, r"\s?(?:%|percent|per cent)"),
        (Unit.YUAN, r"[\s-]?(?:元|圆|块(?:钱)?(?![地板])|(?:Chinese )?(?:yuan|rmb|renminbi|cny))"),
        (Unit.TIMES, rf"\s?(?:人\(次\)|人次|件次|例次|件(?!套)|起(?![草来])|笔|宗|{_TIMES_NOUN})"),
        (Unit.HOUSEHOLDS, r"\s?(?:余|多)?(?:户(?!籍|口|主)|个(?:[一-鿿]{0,4})家庭|households|families)"),
        (Unit.PERSONS, rf"\s?(?:人(?!民|均|才|工|保|寿|员)|名|位|{_PERSON_NOUN})"),
    )
)
_PERSONS_AHEAD = re.compile(rf"\s?{_HAN_PEOPLE}")
_EN_PERSONS_AHEAD = re.compile(
    r"(?: (?!(?:for|to|by|from|in|on|with|at|per|a|paid|claims|cases|applications|yuan|times|person-times|payments)(?![\w-]))[A-Za-z][\w'-]*){1,6}? "
    + _PERSON_NOUN + r"\b",
    re.IGNORECASE,
)  # fmt: skip
_EN_TIMES_AHEAD = re.compile(r" (?:[a-z-]+ ){1,2}(?:person-times?|claims|cases)\b", re.IGNORECASE)
_BASES: tuple[tuple[Basis, re.Pattern[str]], ...] = tuple(
    (basis, re.compile(pattern, re.IGNORECASE))
    for basis, pattern in (
        (Basis.PERSON_YEAR, r"\s?(?:[/每]\s?(?:每)?(?:人|person|head|capita)\s?[/·.・•每、*-]\s?(?:每)?(?:年度?|year|annum|保险期)"
                            r"|[/每]\s?年\s?[/·.・每]\s?(?:每)?人"
                            r"|[/ ]?\s?(?:per|a|/) ?(?:person|head|capita|insured)[ ,/]*(?:per|a|each|every|/) ?(?:year|annum)"
                            r"|\s?(?:per|a|/) ?(?:year|annum)[ ,/]*(?:per|a|/|for each|for every) ?(?:person|head|capita)"
                            r"|\s?annually per person|\s?per person annually|\s?(?:a|per|every) year each)"),
        (Basis.PERSON_MONTH, r"\s?(?:[/每]\s?人\s?[/·.・每]\s?月|(?:per|/) ?person (?:per|a|/) ?month)"),
        (Basis.PERSON_DAY, r"\s?(?:[/每]\s?人\s?[/·.・每]\s?[天日])"),
        (Basis.PERSON, r"\s?(?:(?:/|每)\s?(?:人|位|份)(?!次|/次)|一(?:个人|人|位)|(?:per|a|each|/) ?(?:person|head|capita|insured|member|participant|resident|student|pupil|employee|enrolle+)\b|each\b)"),
        (Basis.HOUSEHOLD, r"\s?(?:[/每]\s?户|per household)"),
        (Basis.YEAR, r"\s?(?:[/每]\s?(?:年|年度)|一年(?!期)|(?:per|a|each|every) (?:year|annum)|annually|a year)"),
        (Basis.OTHER, r"\s?(?:[/每]\s?(?:月|天|日|次|人次|件|床日|份|例|辆|座|亩|小时)|(?:per|a) (?:month|day|case|visit|time|hour))"),
    )
)  # fmt: skip
_PERCENT_HAN = re.compile(
    r"(?P<tens>[一二两三四五六七八九\d])成(?P<unit>[一二三四五六七八九半])?(?![立为本功绩果交员分都人就长])"
)
_PERCENT_WORD = re.compile(
    r"百分之(?P<number>[〇零一二三四五六七八九十百]+(?:点[〇零一二三四五六七八九]+)?|\d+(?:\.\d+)?)"
)
_SCALE_ONLY = re.compile(r"[百千万亿佰仟拾十]+")


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All numbers of the normalised `text` that carry a unit or a scale, in order of appearance."""
    return tuple(sorted(_iterate(text), key=lambda q: q.start))


def _iterate(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is not None:
            quantity = _with_unit(text, match, value)
            if quantity is not None:
                yield quantity
    for match in _PERCENT_HAN.finditer(text):
        tens = _digit(match["tens"])
        share = Decimal(tens) / 10 + (Decimal(0) if not match["unit"] else Decimal(_digit(match["unit"])) / 100)
        yield _quantity(text, share, Unit.PERCENT, Basis.TOTAL, match.start(), match.end())
    for match in _PERCENT_WORD.finditer(text):
        number = match["number"]
        plain = Decimal(number) if number[0].isdigit() else chinese_number(number)
        if plain is not None:
            yield _quantity(text, plain / 100, Unit.PERCENT, Basis.TOTAL, match.start(), match.end())


def _digit(char: str) -> Decimal:
    if char.isdigit():
        return Decimal(char)
    return {"半": Decimal(5), "两": Decimal(2)}.get(char) or Decimal(_DIGITS.find(char))


def _value(match: re.Match[str]) -> Decimal | None:
    if match["arabic"]:
        value = Decimal(match["arabic"].replace(",", ""))
        if match["scale"]:
            value *= _SCALES[match["scale"]]
            if match["rest"]:
                # "31万5千" and "3亿5600万" carry a scale of their own; "31万5000" goes on in ones.
                value += Decimal(match["rest"]) * _SCALES.get(match["rest_scale"] or "", 1)
        elif match["en_scale"]:
            value *= _SCALES[match["en_scale"].lower().replace("-", " ")]
        return value
    if match["han"]:
        value_of_han = chinese_number(match["han"])
        if value_of_han is not None and match["han_scale"]:
            return value_of_han * _SCALES[match["han_scale"]]  # 三百二十余万
        return value_of_han
    return Decimal(str(_WORDS[match["word"].lower()])) * _SCALES[match["word_scale"].lower().replace("-", " ")]


def _with_unit(text: str, match: re.Match[str], value: Decimal) -> Quantity | None:
    at = match.end()
    more = _MORE_BEFORE_UNIT.match(text, at)
    after = more.end() if more and more.group().strip() else at
    scaled = bool(match["scale"] or match["en_scale"] or match["word"])
    for unit, pattern in _UNITS:
        found = pattern.match(text, after)
        if found:
            if unit is Unit.YUAN:
                basis, end = _basis(text, found.end())
                return _quantity(text, value, unit, basis, match.start(), end)
            if unit is Unit.PERCENT:
                value = value / 100
            return _quantity(text, value, unit, Basis.TOTAL, match.start(), found.end())
    if match["currency"]:
        basis, end = _basis(text, after)
        return _quantity(text, value, Unit.YUAN, basis, match.start(), end)
    if match["han"]:
        # "六十四万市民", "参保人数已达二百八十五万": a scale makes a count of a bare numeral.
        scaled = bool(match["han_scale"]) or (len(match["han"]) > 1 and match["han"][-1] in "万亿")
        if not scaled:
            return None
    elif not scaled and "," not in match["arabic"] and 1900 <= value <= 2100:
        return None  # a year, as in "2024参保"
    ahead = _PERSONS_AHEAD.match(text, after) or _EN_PERSONS_AHEAD.match(text, after)
    if ahead and (scaled or value >= 100):
        if _EN_TIMES_AHEAD.match(text, after):
            return _quantity(text, value, Unit.TIMES, Basis.TOTAL, match.start(), ahead.end())
        return _quantity(text, value, Unit.PERSONS, Basis.TOTAL, match.start(), ahead.end())
    if scaled or "," in (match["arabic"] or ""):
        return _quantity(text, value, Unit.BARE, Basis.TOTAL, match.start(), at)
    return None


def _basis(text: str, at: int) -> tuple[Basis, int]:
    skipped = _BEFORE_BASIS.match(text, at)
    start = skipped.end() if skipped else at
    for basis, pattern in _BASES:
        found = pattern.match(text, start)
        if found and found.end() > start:
            return basis, found.end()
    return Basis.TOTAL, at


def _quantity(text: str, value: Decimal, unit: Unit, basis: Basis, start: int, end: int) -> Quantity:
    plain: int | float = int(value) if value == value.to_integral_value() else float(value)
    return Quantity(plain, unit, basis, start, end, text[start:end].strip())


@lru_cache(maxsize=4096)
def chinese_number(printed: str) -> Decimal | None:
    """The value of a Chinese numeral (四百七十万, 叁佰陆拾叁万, 一点二六亿, 一百五); None where it is none (万, 百千)."""
    if _SCALE_ONLY.fullmatch(printed) and printed[0] not in "十拾":
        return None
    head, point, tail = printed.partition("点")
    if point:
        scale = 1
        while tail and tail[-1] in "百千万亿":
            scale *= _SCALES[tail[-1]]
            tail = tail[:-1]
        whole = chinese_number(head)
        digits = "".join(str(_DIGITS.find(c)) for c in tail.replace("零", "〇"))
        if whole is None or not digits.isdigit():
            return None
        return (whole + Decimal(f"0.{digits}")) * scale
    import cn2an  # takes a fifth of a second, and most numbers have no Chinese numerals

    try:
        return Decimal(str(cn2an.cn2an(printed, "smart")))
    except (ValueError, KeyError):  # KeyError: a numeral that starts with a bare scale
        return None
