"""The term of the project or edition: [first year, last year].

Printed dates win, then years of the project's name, then the year of the edition (2024年度, 2024版, "2024 edition"). The year
of a statistic is no term.
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.facts.context import Context
from monitor.facts.dates import DateRange, Moment, settle
from monitor.facts.quantities import chinese_number
from monitor.model import Fact, Stage, Update

_Found = tuple[list[int], int, int]

_YEARS = re.compile(
    r"(?<!\d)(20[0-4]\d)\s?年?(?:度)?\s?(?:—+|–|-|~|至|到|to|through|and|、)\s?(20[0-4]\d)(?!\d)\s?(?:年度|年)?(?!\s?月|\d|\s?[-/.]\d)",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"(?<!\d)(20[0-4]\d)\s?((?:保障|保险|参保)?年度|版|年版|edition|version)|(?<![\d])(20[0-4]\d)(?=\s?(?:年)?\s?[\"'(《])",
    re.IGNORECASE,
)
_COUNT = r"([一二两三四五六]|(?<!\d)\d)\s?年(?![度\d])"
_LASTS = re.compile(
    rf"[^。；\n]{{0,18}}?(?:为期|有效期|期限|合同期|服务期|协议期|合作期)\s?(?:限|为|共)?{_COUNT}|\s?(?:零时)?起[,，]?\s?(?:共|为期|保障|生效|连续)?{_COUNT}"
    r"|[^.]{0,40}?for a period of (one|two|three|\d) years?",
    re.IGNORECASE,
)
_LASTED_BEFORE = re.compile(
    rf"(?:为期|有效期|期限|合同期|服务期|协议期|合作期|保险期|保障期|承办期|经办期)\s?(?:限|为|共|间)*{_COUNT}[,，(]?\s?(?:即|均)?(?:自|从|由|于)?\s?$"
    r"|for (?:another |a further |a term of |up to )?(one|two|three|four|five|\d) years?,? (?:starting |beginning |effective |commencing )?(?:from |on )?$"
    r"|(one|two|three|four|five|\d)-year (?:contract|agreement|term|deal|period)[^.]{0,24}?(?:start\w*|begin\w*|from|effective|commencing)(?: from| on)? $",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"\s?(?:零时)?(?:起|开始|算起|生效|执行)")
_SINCE_YEAR = re.compile(r"(?:自|从)(20[0-4]\d)\s?年(?:度)?(?=起)")
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
_STATISTIC = re.compile(
    r"累计|赔付|参保人数|数据|统计|支付|救助|核查|理赔|全年|共(?!保)|insured persons|paid|participated", re.IGNORECASE
)
_NOT_TERM = re.compile(
    r"公示|报名|获取|公告|投标|递交|参保期|投保期(?!间)|投保时间|参保时间|集中参保|登记|enrol|window|报价|答疑",
    re.IGNORECASE,
)
_SEVERAL_YEARS = re.compile(r"20[0-4]\d\s?年?(?:and|to|-|—+|至|、|和|,)\s?$|20[0-4]\d (?:and|to) $")
_CALLED_OFF = re.compile(
    r"不再[^，。]{0,8}$|停止[^，。]{0,6}$|没有[^，。]{0,6}$|no longer[^,.]{0,12}$|not [^,.]{0,14}$"
)
_NO_MORE = re.compile(r"[^，。]{0,6}?(?:不再|停止|不续|停办|取消)|[^,.]{0,20}(?:no longer|will not)")
_PREVIOUS = re.compile(r"上一轮|上一周期|现行|原合同|原协议|previous|上轮|上一期", re.IGNORECASE)
_PERIOD_WORD = re.compile(
    r"(20[0-4]\d) annual protection period|(20[0-4]\d) (?:insurance year|annual product|product year)|(20[0-4]\d) undertaking|for (20[0-4]\d)\b|calendar year (20[0-4]\d)|year (20[0-4]\d)\b",
    re.IGNORECASE,
)


def period(context: Context, project: str, reported: tuple[Fact, ...] = ()) -> tuple[Fact, ...]:
    """The term, from printed dates, else from the names of project and edition.

    `reported` are the payments of a claims report: the edition that they stand beside is the one reported on.
    """
    claims = context.classification.update is Update.CLAIMS
    if claims and (found := _edition_reported(context, reported)):
        return (_fact(context, *found),)
    for find in (_by_field, _by_dates, _by_months, _by_start, _by_end):
        found = find(context)
        if found is not None:
            return (_fact(context, *found),)
    found = _by_project(context, project) or (_by_edition(context) if context.is_huiminbao else _by_years(context))
    return (_fact(context, *found),) if found else ()


def _edition_reported(context: Context, reported: tuple[Fact, ...]) -> _Found | None:
    """ "2023年度理赔年报" in the headline, else the 2023年度 before the payout in its sentence."""
    in_title = re.search(r"(?<!\d)(20[0-4]\d)\s?(?:保障|保险)?年度", context.title)
    if in_title:
        return [int(in_title[1])] * 2, in_title.start(), in_title.end()
    for fact in reported:
        if fact.key == "payout":
            found = list(re.finditer(r"(?<!\d)(20[0-4]\d)\s?(?:年度|版)", fact.sentence))
            before = [m for m in found if m.start() < fact.sentence.find(fact.raw)]
            where = context.whole.find(before[-1].group()) if before else -1
            if where >= 0:
                return [int(before[-1][1])] * 2, where, where + len(before[-1].group())
    return None


def _fact(context: Context, years: list[int], start: int, end: int) -> Fact:
    return context.fact("period", years, start, end, unit="years")


def _by_field(context: Context) -> _Found | None:
    for field in context.layout.of("period"):
        for joined in context.ranges:
            if field.start <= joined.start < field.end:
                years = _years(context, joined)
                if years:
                    return years, joined.start, joined.end
        for pattern, find in ((_MONTHS, _month_years), (_YEARS, _plain_years)):
            match = pattern.search(context.whole, field.start, field.end)
            if match:
                return find(match), match.start(), match.end()
        single = re.search(r"(20[0-4]\d)\s?(?:年度|年全年)", context.whole[field.start : field.end])
        if single:
            return [int(single[1])] * 2, field.start + single.start(), field.start + single.end()
    return None


def _by_dates(context: Context) -> _Found | None:
    """Two dates behind a word for a term (保障期, 服务期, 协议期)."""
    words = context.words
    best: tuple[float, _Found] | None = None
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
        if _STATISTIC.search(before + after):
            score -= 2
        years = _years(context, joined)
        if years and score >= 0 and (best is None or score > best[0]):
            best = score, (years, joined.start, joined.end)
    return best[1] if best else _one_year_from(context)


def _one_year_from(context: Context) -> _Found | None:
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


def _by_end(context: Context) -> _Found | None:
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


def _by_months(context: Context) -> _Found | None:
    for match in _MONTHS_HAN.finditer(context.whole):
        return [_han_year(match[1]), _han_year(match[2])], match.start(), match.end()
    for match in _MONTHS_EN.finditer(context.whole):
        return [int(match[1]), int(match[2])], match.start(), match.end()
    for match in _MONTHS.finditer(context.whole):
        before = context.whole[context.clause(match.start()).start : match.start()]
        if context.words["cover_term"].search(before) and not _STATISTIC.search(before):
            return _month_years(match), match.start(), match.end()
    return None


def _han_year(printed: str) -> int:
    return int("".join(str("〇一二三四五六七八九".find(c)) for c in re.sub("[零○]", "〇", printed)))


def _month_years(match: re.Match[str]) -> list[int]:
    return [int(match[1]), int(match[3])]


def _plain_years(match: re.Match[str]) -> list[int]:
    return sorted((int(match[1]), int(match[2])))


def _by_start(context: Context) -> _Found | None:
    """A start and a number of years: "2021年10月起，为期三年" ends in 2024, "2024年1月1日起三年" in 2026."""
    starts = [(m.start, m.end, settle(m, context.published)) for m in context.moments]
    starts += [
        (m.start(), m.end(), Moment(int(m[1]), int(m[2]), 1, None, 0, *m.span()))
        for m in _MONTH.finditer(context.whole)
    ]
    starts += [
        (m.start(), m.end(), Moment(int(m[1]), 1, 1, None, 0, *m.span())) for m in _SINCE_YEAR.finditer(context.whole)
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
        if lasts is None or first.year is None or _NOT_TERM.search(before) or _STATISTIC.search(before):
            continue
        return _term(first.year, first.month, first.day, _count(lasts)), start, end
    return None


def _count(lasts: re.Match[str]) -> int:
    printed = next(g for g in lasts.groups() if g).lower()
    return (
        int(printed)
        if printed.isdigit()
        else {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}.get(printed) or int(chinese_number(printed) or 1)
    )


def _term(year: int, month: int, day: int, count: int) -> list[int]:
    """First and last year of `count` years that begin on this day (the last day is the eve of the anniversary)."""
    return [year, year + count - (1 if (month, day) == (1, 1) else 0)]


def _by_project(context: Context, project: str) -> _Found | None:
    where = context.whole.find(project) if project else -1
    if where < 0:
        return None
    many = _YEARS.search(context.whole, where, where + len(project))
    if many:
        return _plain_years(many), many.start(), many.end()
    one = re.compile(r"(?<!\d)(20[0-4]\d)\s?年?度?").search(context.whole, where, where + len(project))
    return ([int(one[1])] * 2, one.start(), one.end()) if one else None


_NAMES_TERM = re.compile(r"[^，。]{0,20}(?:项目|承办|承保|服务|资格|保险|协议|edition)")
_CONTRACT_BEHIND = re.compile(r"[^，。；\n]{0,8}(?:合同|协议|项目)")


def _year_of_contract(context: Context) -> _Found | None:
    """ "续签2026年民生综合保险合同": the year stands before the programme whose contract it is."""
    for match in re.finditer(r"(?<!\d)(20[0-4]\d)\s?年(?=[\u4e00-\u9fff])", context.whole):
        named = next((m for m in context.programmes if match.end() <= m.start <= match.end() + 4), None)
        if named is not None and _CONTRACT_BEHIND.match(context.whole, named.end):
            return [int(match[1])] * 2, match.start(), match.end()
    return None


_AWARDED = frozenset({Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL})
"""Years that lie ahead when a contract is told are its term: no statistic knows them."""
_OF_PROGRAMME = re.compile(r"\s?(?:for|in|\()\s?")
_TERM_BEFORE = re.compile(r"(?:服务|合同|承办|经办|协议|保障|保险|合作)(?:期|期限|周期|年限|年度)\s?[:为是]?\s?$")
_IN_YEARS = re.compile(r"(?:next|coming|over the) \w+ years,? (?:from )?$|years from $", re.IGNORECASE)


def _by_years(context: Context) -> _Found | None:
    """Years before the name of a programme or project in prose: "2026—2028年居民大病保险承办服务"."""
    for match in _YEARS.finditer(context.whole):
        sentence = context.sentence(match.start())
        before = context.whole[sentence.start : match.start()]
        after = context.whole[match.end() : match.end() + 40]
        named = any(match.end() <= m.start < match.end() + 24 for m in context.programmes)
        named = named or any(
            m.end <= match.start() <= m.end + 8 and _OF_PROGRAMME.fullmatch(context.whole, m.end, match.start())
            for m in context.programmes
        )
        cue = _TERM_BEFORE.search(context.whole[context.clause(match.start()).start : match.start()])
        named = named or (cue is not None and not _STATISTIC.search(after[:10]))
        ahead = context.published is not None and int(match[1]) >= context.published.year < int(match[2])
        named = named or (ahead and context.stage in _AWARDED)
        told = named or _NAMES_TERM.match(after) or _IN_YEARS.search(before)
        if told and not _STATISTIC.search(before[-20:]):
            return _plain_years(match), match.start(), match.end()
    if context.stage is Stage.OPERATION:
        return None
    if context.stage in _AWARDED and (found := _year_of_contract(context)):
        return found
    for match in re.finditer(r"(?<!\d)(20[0-4]\d)\s?年度", context.whole):
        after = context.whole[match.end() : match.end() + 14]
        named = any(match.end() <= m.start < match.end() + 8 for m in context.programmes)
        if named or re.match(r"(?:保费|承办|合同|协议|保险)", after):
            return [int(match[1])] * 2, match.start(), match.end()
    return None


def _by_edition(context: Context) -> _Found | None:
    """The year of the edition: beside the product's name, or as 年度/版 in title and lead."""
    many = next((m for m in _YEARS.finditer(context.whole) if _beside_product(context, m.start(), m.end())), None)
    if many is not None and context.is_tender:
        return _plain_years(many), many.start(), many.end()
    best: tuple[float, int, int, int] | None = None
    for match in _EDITION.finditer(context.whole):
        year = int(match[1] or match[3])
        score = _edition_score(context, match)
        if score > 0 and (best is None or (score, year) > (best[0], best[1])):
            best = score, year, match.start(), match.end()
    if best is None:
        named = _PERIOD_WORD.search(context.whole)
        if named is None:
            return None
        year = int(next(g for g in named.groups() if g))
        return [year, year], named.start(), named.end()
    return [best[1], best[1]], best[2], best[3]


def _edition_score(context: Context, match: re.Match[str]) -> float:
    beside = _beside_product(context, match.start(), match.end())
    if match[1] is None and (not beside or _SEVERAL_YEARS.search(context.whole[: match.start()][-12:])):
        return 0
    score = 1.0 + (2 if beside else 0)
    score += 2 if context.in_title(match.start()) else 0.7 if match.start() < context.lead_end() else 0
    if match[3] and not context.in_title(match.start()):
        score -= 1.5
    after = context.whole[match.end() : match.end() + 16]
    if _CALLED_OFF.search(context.whole[max(0, match.start() - 12) : match.start()]) or _NO_MORE.match(after):
        return 0
    if re.match(r"(?:产品|方案|参保|保障|投保|条款|product|plan)", after):
        score += 1
    claims = context.classification.update is Update.CLAIMS
    if not claims and _STATISTIC.search(after):
        score -= 1
    if claims and re.search(r"参保期|投保|参保时间", after):
        score -= 1.5
    return score


def _beside_product(context: Context, start: int, end: int) -> bool:
    return any(end - 2 <= m.start <= end + 6 or start - 8 <= m.end <= start + 1 for m in context.products)
