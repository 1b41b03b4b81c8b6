"""Years that name a term: those of the project's name, of a contract or programme in prose, of a product's edition.

The year of a statistic is no term.
"""

from __future__ import annotations

import re

from monitor.facts.context import Context
from monitor.model import Fact, Stage, Update

Found = tuple[list[int], int, int]
"""[first year, last year] and where they stand."""

YEARS = re.compile(
    r"(?<!\d)(20[0-4]\d)\s?年?(?:度)?\s?(?:—+|–|-|~|至|到|to|through|and|、)\s?(20[0-4]\d)(?!\d)\s?(?:年度|年)?(?!\s?月|\d|\s?[-/.]\d)",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"(?<!\d)(20[0-4]\d)\s?((?:保障|保险|参保)?年度|版|年版|edition|version)|(?<![\d])(20[0-4]\d)(?=\s?(?:年)?\s?[\"'(《])",
    re.IGNORECASE,
)
STATISTIC = re.compile(
    r"累计|赔付|参保人数|数据|统计|支付|救助|核查|理赔|全年|共(?!保)|insured persons|paid|participated", re.IGNORECASE
)
_SEVERAL_YEARS = re.compile(r"20[0-4]\d\s?年?(?:and|to|-|—+|至|、|和|,)\s?$|20[0-4]\d (?:and|to) $")
_CALLED_OFF = re.compile(
    r"不再[^，。]{0,8}$|停止[^，。]{0,6}$|没有[^，。]{0,6}$|no longer[^,.]{0,12}$|not [^,.]{0,14}$"
)
_NO_MORE = re.compile(r"[^，。]{0,6}?(?:不再|停止|不续|停办|取消)|[^,.]{0,20}(?:no longer|will not)")
_PERIOD_WORD = re.compile(
    r"(20[0-4]\d) annual protection period|(20[0-4]\d) (?:insurance year|annual product|product year)|(20[0-4]\d) undertaking|for (20[0-4]\d)\b|calendar year (20[0-4]\d)|year (20[0-4]\d)\b",
    re.IGNORECASE,
)


def edition_reported(context: Context, reported: tuple[Fact, ...]) -> Found | None:
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


def plain_years(match: re.Match[str]) -> list[int]:
    """The two years of a match of `YEARS`, the earlier first."""
    return sorted((int(match[1]), int(match[2])))


def by_project(context: Context, project: str) -> Found | None:
    """The years in the project's name; `project` is its normalised text."""
    where = context.whole.find(project) if project else -1
    if where < 0:
        return None
    many = YEARS.search(context.whole, where, where + len(project))
    if many:
        return plain_years(many), many.start(), many.end()
    one = re.compile(r"(?<!\d)(20[0-4]\d)\s?年?度?").search(context.whole, where, where + len(project))
    return ([int(one[1])] * 2, one.start(), one.end()) if one else None


_NAMES_TERM = re.compile(r"[^，。]{0,20}(?:项目|承办|承保|服务|资格|保险|协议|edition)")
_CONTRACT_BEHIND = re.compile(r"[^，。；\n]{0,8}(?:合同|协议|项目)")


def _year_of_contract(context: Context) -> Found | None:
    """ "续签2026年民生综合保险合同": the year stands before the programme whose contract it is."""
    for match in re.finditer(r"(?<!\d)(20[0-4]\d)\s?年(?=[\u4e00-\u9fff])", context.whole):
        named = next((m for m in context.programmes if match.end() <= m.start <= match.end() + 4), None)
        if named is not None and _CONTRACT_BEHIND.match(context.whole, named.end):
            return [int(match[1])] * 2, match.start(), match.end()
    return None


_AWARDED = frozenset({Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL})
"""Years that lie ahead when a contract is told are its term: no statistic knows them."""
_OF_PROGRAMME = re.compile(r"\s?(?:for|in|\()\s?")
_TERM_BEFORE = re.compile(
    r"(?:[一二两三四五]|\d)年\s?\($|(?:服务|合同|承办|经办|协议|保障|保险|合作)(?:期|期限|周期|年限|年度)\s?[:为是]?\s?$"
)
_IN_YEARS = re.compile(r"(?:next|coming|over the) \w+ years,? (?:from )?$|years from $", re.IGNORECASE)


def by_years(context: Context) -> Found | None:
    """Years before the name of a programme or project in prose: "2026—2028年居民大病保险承办服务"."""
    for match in YEARS.finditer(context.whole):
        sentence = context.sentence(match.start())
        before = context.whole[sentence.start : match.start()]
        after = context.whole[match.end() : match.end() + 40]
        named = any(match.end() <= m.start < match.end() + 24 for m in context.programmes)
        named = named or any(
            m.end <= match.start() <= m.end + 8 and _OF_PROGRAMME.fullmatch(context.whole, m.end, match.start())
            for m in context.programmes
        )
        cue = _TERM_BEFORE.search(context.whole[context.clause(match.start()).start : match.start()])
        named = named or (cue is not None and not STATISTIC.search(after[:10]))
        ahead = context.published is not None and int(match[1]) >= context.published.year < int(match[2])
        named = named or (ahead and context.stage in _AWARDED)
        told = named or _NAMES_TERM.match(after) or _IN_YEARS.search(before)
        if told and not STATISTIC.search(before[-20:]):
            return plain_years(match), match.start(), match.end()
    if context.stage is Stage.OPERATION:
        return None
    if context.stage in _AWARDED and (found := _year_of_contract(context)):
        return found
    for match in re.finditer(r"(?<!\d)(20[0-4]\d)\s?年度", context.whole):
        after = context.whole[match.end() : match.end() + 14]
        named = any(match.end() <= m.start < match.end() + 8 for m in context.programmes)
        if named or re.match(r"(?:保费|承办|合同|协议|保险|仍|继续)", after):
            return [int(match[1])] * 2, match.start(), match.end()
    return None


def by_edition(context: Context) -> Found | None:
    """The year of the edition: beside the product's name, or as 年度/版 in title and lead."""
    many = next((m for m in YEARS.finditer(context.whole) if _beside_product(context, m.start(), m.end())), None)
    if many is not None and (context.is_tender or many.group().endswith("年度")):
        return plain_years(many), many.start(), many.end()
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
    if not claims and STATISTIC.search(after):
        score -= 1
    if claims and re.search(r"参保期|投保|参保时间", after):
        score -= 1.5
    return score


def _beside_product(context: Context, start: int, end: int) -> bool:
    return any(end - 2 <= m.start <= end + 6 or start - 8 <= m.end <= start + 1 for m in context.products)
