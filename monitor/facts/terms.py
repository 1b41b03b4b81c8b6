"""The term of the project or edition: [first year, last year].

Printed dates win, then years of the project's name, then the year of the edition (2024年度, 2024版, "2024 edition"). The year
of a statistic is no term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from monitor.facts.context import Context
from monitor.facts.dates import DateRange, Moment, settle
from monitor.facts.quantities import chinese_number
from monitor.facts.term_years import (
    STATISTIC,
    YEARS,
    Found,
    by_edition,
    by_project,
    by_years,
    edition_reported,
    plain_years,
)
from monitor.model import Fact, Update

_COUNT = r"(?:([一二两三四五六壹贰叁]|(?<!\d)\d)\s?(?:年(?![度\d])|个(?:保障|保险)?年度)|(12|24|36|十二|二十四|三十六)\s?个月)"
_LASTS = re.compile(
    rf"[^。；\n]{{0,18}}?(?:为期|有效期|期限|合同期|服务期|协议期|合作期)\s?(?:限|为|共)?{_COUNT}|\s?(?:零时)?起[,，的]?\s?(?:共|为期|保障|生效|连续)?{_COUNT}"
    rf"|\s?(?:零时|0时|0点)?(?:正式|即)?生效[,，]?\s?(?:保障|保险)(?:期|期限)?(?:为|共)?{_COUNT}"
    r"|[^.]{0,40}?for a period of (one|two|three|\d) years?"
    r"|(?: and)? (?:lasts?|lasting|runs?|running|valid) (?:for )?(a|one|two|three|four|five|\d) years?"
    r"|,? for (a|one|two|three|four|five|\d) years?\b|,? for (twelve|12|twenty-four|24|thirty-six|36) months",
    re.IGNORECASE,
)
_LASTED_BEFORE = re.compile(
    rf"(?:为期|有效期|期限|合同期|服务期|协议期|合作期|保险期|保险责任期|保障期|承办期|经办期)\s?(?:限|为|共|间|:)*{_COUNT}[,，(]?\s?(?:即|均)?(?:自|从|由|于)?\s?$"
    r"|\bterm (?:of |is )?(one|two|three|four|five|\d) years? (?:from |starting (?:from |on )?)$"
    r"|for (?:another |a further |a term of |up to )?(one|two|three|four|five|\d) years?,? (?:starting |beginning |effective |commencing )?(?:from |on )?$"
    r"|(one|two|three|four|five|\d)-year (?:contract|agreement|term|deal|period)[^.]{0,24}?(?:start\w*|begin\w*|from|effective|commencing)(?: from| on)? $",
    re.IGNORECASE,
)
_MONTHS_IN_YEAR = 12
_ENGLISH_COUNTS = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "twelve": 12, "twenty-four": 24, "thirty-six": 36,
}  # fmt: skip
_BEGINS = re.compile(r"\s?(?:零时)?(?:起|开始|算起|生效|执行)")
_SINCE_YEAR = re.compile(r"(?:(?:自|从)(20[0-4]\d)\s?年(?:度)?|(?<!\d)(20[0-4]\d)\s?年度)(?=起)")
_UNTIL_YEAR = re.compile(
    r"(?:一签|签|为期|合同|任期)[^。\n]{0,8}?([一二两三四五])年[^。\n]{0,8}?(?:到|至)(20[0-4]\d)年(?:底|末|12月)"
)
_MONTHS = re.compile(
    r"(20[0-4]\d)\s?年\s?(\d{1,2})\s?月\s?(?:起)?\s?(?:至|到|—+|-|~)\s?(20[0-4]\d)\s?年\s?(\d{1,2})\s?月"
)
_HAN_YEAR = "二[〇零○][一二三四][〇零○一二三四五六七八九]"
_MONTHS_HAN = re.compile(
    rf"({_HAN_YEAR})年[一二三四五六七八九十]{{1,2}}月起?(?:至|到|—+|-|~)({_HAN_YEAR})年[一二三四五六七八九十]{{1,2}}月(?![一二三四五六七八九十])"
)
_EN_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_MONTHS_EN = re.compile(rf"from {_EN_MONTH} (20[0-4]\d) (?:to|until|through) (?:the end of )?{_EN_MONTH} (20[0-4]\d)")
_MONTH = re.compile(r"(?<!\d)(20[0-4]\d)\s?年\s?(\d{1,2})\s?月(?!\s?\d{1,2}\s?日)")
_NOT_TERM = re.compile(
    r"公示|报名|获取|公告|投标|递交|参保期|投保期(?!间)|投保时间|参保时间|集中参保|登记|enrol|window|报价|答疑",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(r"上一轮|上一周期|现行|原合同|原协议|previous|上轮|上一期", re.IGNORECASE)


def period(context: Context, project: str, reported: tuple[Fact, ...] = ()) -> tuple[Fact, ...]:
    """The term, from printed dates, else from the names of project and edition.

    `reported` are the payments of a claims report: the edition that they stand beside is the one reported on.
    """
    claims = context.classification.update is Update.CLAIMS
    if claims and (found := edition_reported(context, reported)):
        return (_fact(context, *found),)
    for find in (_by_field, _by_dates, _by_months, _by_start, _by_end):
        found = find(context)
        if found is not None:
            return (_fact(context, *found),)
    found = by_project(context, project) or (by_edition(context) if context.is_huiminbao else by_years(context))
    return (_fact(context, *found),) if found else ()


def stated_terms(context: Context) -> Iterator[Fact]:
    """Terms that are printed beyond doubt: dates under a label for the whole, two years in a tender's headline."""
    for field in context.layout.of("period"):
        joined = next((r for r in context.ranges if field.start <= r.start < field.end), None)
        if joined is not None and not field.lot and not field.old and (years := _years(context, joined)):
            yield _fact(context, years, joined.start, joined.end)
    named = YEARS.search(context.title) if context.is_tender else None
    if named is not None and not STATISTIC.search(context.title[named.end() : named.end() + 8]):
        yield _fact(context, plain_years(named), named.start(), named.end())


def _fact(context: Context, years: list[int], start: int, end: int) -> Fact:
    return context.fact("period", years, start, end, unit="years")


def _by_field(context: Context) -> Found | None:
    for field in context.layout.of("period"):
        for joined in context.ranges:
            if field.start <= joined.start < field.end:
                years = _years(context, joined)
                if years:
                    return years, joined.start, joined.end
        for pattern, find in ((_MONTHS, _month_years), (YEARS, plain_years)):
            match = pattern.search(context.whole, field.start, field.end)
            if match:
                return find(match), match.start(), match.end()
        single = re.search(r"(20[0-4]\d)\s?(?:年度|年全年)", context.whole[field.start : field.end])
        if single:
            return [int(single[1])] * 2, field.start + single.start(), field.start + single.end()
    return None


def _by_dates(context: Context) -> Found | None:
    """Two dates behind a word for a term (保障期, 服务期, 协议期)."""
    words = context.words
    best: tuple[float, Found] | None = None
    for joined in context.ranges:
        clause = context.clause(joined.start)
        before = context.whole[clause.start : joined.start]
        after = context.whole[joined.end : joined.end + 8]
        cues = list(words["cover_term"].finditer(before))
        blame = list(_NOT_TERM.finditer(before))
        score = 0.0
        if cues and (not blame or blame[-1].end() <= cues[-1].start()):
            score = 3 - 0.02 * (len(before) - cues[-1].end()) + (1 if len(cues[-1].group()) > 1 else 0)
        elif blame:
            continue
        if _PREVIOUS.search(before) or _stretch(context, joined) < 150:
            continue
        if score == 0 and _stretch(context, joined) < 330:
            continue
        if STATISTIC.search(before + after):
            score -= 2
        years = _years(context, joined)
        if years and score >= 0 and (best is None or score > best[0]):
            best = score, (years, joined.start, joined.end)
    return best[1] if best else _one_year_from(context)


def _one_year_from(context: Context) -> Found | None:
    """ "protection will take effect on August 1, 2025 and last until July 31, 2026"; "保障从2024年1月1日开始，为期一年"."""
    for first, last in zip(context.moments, context.moments[1:], strict=False):
        between = context.whole[first.end : last.start]
        if (
            len(between) < 24
            and not re.search("[;；。]", between)
            and re.search(r"last(?:s|ing)? until|有效期至|持续至|结束于|ends? on", between)
        ):
            years = _years(context, DateRange(first, last, first.start, last.end))
            if years:
                return years, first.start, last.end
    return None


def _by_end(context: Context) -> Found | None:
    """Cover of a city product lasts a year: the day on which it ends ("保障至2023年6月30日") gives the term."""
    if not context.is_huiminbao:
        return None
    for moment in context.moments:
        before = context.whole[max(0, moment.start - 10) : moment.start]
        ends = re.search(r"保障(?:期|服务)?(?:将)?(?:于)?\s?$", before) and re.match(
            r"(?:\d+时)?(?:终止|届满|到期|结束)", context.whole[moment.end : moment.end + 8]
        )
        ends = ends or re.search(
            r"(?:protection|cover(?:age)?|guarantee) (?:will )?(?:end|expire)s? (?:at [\d:]+ )?(?:on )?$",
            context.whole[max(0, moment.start - 50) : moment.start],
            re.IGNORECASE,
        )
        if not ends and not re.search(
            r"(?:保障|保|保障期|有效期|持续)(?:期限?)?(?:延续)?(?:至|到)\s?$|cover(?:age)? (?:lasts|runs) (?:until|to) $",
            before,
        ):
            continue
        if _NOT_TERM.search(before) or re.search("参保|投保", before):
            continue
        last = settle(moment, context.published)
        if last.year is not None:
            first = last.year - (0 if (last.month, last.day) == (12, 31) else 1)
            return [first, last.year], moment.start, moment.end
    return None


def _years(context: Context, joined: DateRange) -> list[int]:
    first, last = _settled(context, joined)
    if first.year is None or last.year is None or last.year < first.year:
        return []
    return [first.year, last.year]


def _settled(context: Context, joined: DateRange) -> tuple[Moment, Moment]:
    first, last = settle(joined.first, context.published), joined.last
    if last.year is None and first.year is not None:
        last = replace(last, year=first.year + ((last.month, last.day) < (first.month, first.day)))
    return first, last


def _stretch(context: Context, joined: DateRange) -> int:
    first, last = (m.date() for m in _settled(context, joined))
    return (last - first).days if first and last else 365


def _by_months(context: Context) -> Found | None:
    for match in (*_MONTHS_HAN.finditer(context.whole), *_MONTHS_EN.finditer(context.whole)):
        sentence = context.sentence(match.start())
        if context.is_tender and not STATISTIC.search(sentence.text):
            found = [year if year.isascii() else _han_year(year) for year in match.groups()]
            return [int(year) for year in found], match.start(), match.end()
    for match in _MONTHS.finditer(context.whole):
        before = context.whole[context.clause(match.start()).start : match.start()]
        if context.words["cover_term"].search(before) and not STATISTIC.search(before):
            return _month_years(match), match.start(), match.end()
    return None


def _han_year(printed: str) -> str:
    return "".join(str("〇一二三四五六七八九".find(c)) for c in re.sub("[零○]", "〇", printed))


def _month_years(match: re.Match[str]) -> list[int]:
    return [int(match[1]), int(match[3])]


def _by_start(context: Context) -> Found | None:
    """A start and a number of years: "2021年10月起，为期三年" ends in 2024, "2024年1月1日起三年" in 2026."""
    starts = [(m.start, m.end, settle(m, context.published)) for m in context.moments]
    starts += [
        (m.start(), m.end(), Moment(int(m[1]), int(m[2]), 1, None, 0, *m.span()))
        for m in _MONTH.finditer(context.whole)
    ]
    starts += [
        (m.start(), m.end(), Moment(int(m[1] or m[2]), 1, 1, None, 0, *m.span()))
        for m in _SINCE_YEAR.finditer(context.whole)
    ]
    for start, end, first in sorted(starts, key=lambda s: s[0]):
        lasts = _LASTS.match(context.whole, end, min(len(context.whole), end + 30 * context.window))
        lasts = lasts or _LASTED_BEFORE.search(context.whole, max(0, start - 24 * context.window), start)
        before = context.whole[context.clause(start).start : start]
        if (
            lasts is not None
            and lasts.end() <= start
            and not (
                lasts.group()
                .rstrip()
                .endswith(
                    ("自", "从", "由", "于", "from", "on", "starting", "beginning", "starts", "begins", "effective")
                )
                or _BEGINS.match(context.whole, end)
            )
        ):
            lasts = None
        if lasts is None or first.year is None or _NOT_TERM.search(before) or STATISTIC.search(before):
            continue
        return _term(first.year, first.month, first.day, _count(lasts)), start, end
    if until := _UNTIL_YEAR.search(context.whole):  # "一签三年，到2027年底"
        last = int(until[2])
        return [last - int(chinese_number(until[1]) or 1) + 1, last], until.start(), until.end()
    return None


def _count(lasts: re.Match[str]) -> int:
    printed = next(g for g in lasts.groups() if g).lower()
    count = int(printed) if printed.isdigit() else _ENGLISH_COUNTS.get(printed) or int(chinese_number(printed) or 1)
    return count if count < _MONTHS_IN_YEAR else count // _MONTHS_IN_YEAR


def _term(year: int, month: int, day: int, count: int) -> list[int]:
    """First and last year of `count` years that begin on this day (the last day is the eve of the anniversary)."""
    return [year, year + count - (1 if (month, day) == (1, 1) else 0)]
