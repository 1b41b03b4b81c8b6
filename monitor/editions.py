"""Which year's edition of a Huiminbao product an article, and each of its figures, belongs to.

An article on one edition prints figures of others: a launch tells what last year's edition paid. A figure in the wrong year's
row would be worse than a gap, so:

- a year that stands before the figure in its sentence (2021年度…投保人数达367万人) decides;
- 去年 is the year before publication, 上年度 the edition before the article's;
- an edition that only opens (launch, enrolment, terms) has paid nothing yet: its pay-outs are the previous edition's;
- a total over several editions (四年来累计) is kept apart, and a part (one insurer's share, one-stop settlement alone) is no total.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.identity import years_of
from monitor.phrases import CHINA
from monitor.statements import Report, Statement
from monitor.text import normalise

RUNNING = frozenset({"insured_persons", "participation_rate", "premium_total", "payout", "claims_count"})
"""Figures that grow while an edition sells or pays."""
PAID = frozenset({"payout", "claims_count"})
SELLING = frozenset({"launch", "enrolment", "terms"})

_NEXT_EDITION_FROM = 9
"""Editions that are opened from September on are next year's."""
_YEAR = re.compile(
    r"(?<!\d)(20[0-4]\d)\s?(?:年度|保单年度|年(?!\s?\d{1,2}\s?月|[，。来内]|底|初|末|推出|上线)|版| (?:edition|version|annual|insurance year|policy year))"
    r"|\b(?:for|in|during)(?: the)? (20[0-4]\d)\b"
)
_BEFORE = re.compile(r"上一?(?:个)?(?:保单)?年度|上一?期|上一版|previous (?:year|edition)", re.IGNORECASE)
_FIRST_YEAR = re.compile(r"首年|first year", re.IGNORECASE)
_IS_FIRST = re.compile(r"首年|首款|首次|first", re.IGNORECASE)
_LAST_YEAR = re.compile(r"去年|last year|past year", re.IGNORECASE)
_SINCE_LAUNCH = re.compile(
    r"[二两三四五六七八九十\d]{1,2}\s?年(?:来|间|以来|累计|共)|(?:上线|推出|开办|实施|运行)(?:\D{0,4}年)?以来|自\s?20\d\d\s?年[^，。]{0,8}(?:以来|起|至今)"
    r"|(?:in|over) (?:two|three|four|five|six) years|since (?:its |the )?launch|since 20\d\d",
    re.IGNORECASE,
)
_YEAR_OF_LAUNCH = 2
"""How far into "自2021年…以来" its own year stands."""
_CUMULATIVE = re.compile(r"累计|cumulative|a total of|in total", re.IGNORECASE)
_PART = re.compile(
    r"份额|我司|本公司|该公司|一站式|分区域|其中(?!\s?20\d\d)|曾有|一度|最多时|one-stop|own share", re.IGNORECASE
)
_SHARE = re.compile(r"份额|own share", re.IGNORECASE)
_CLAUSE = re.compile(r"[，。；;]|,(?!\d{3})")
_COMPARES = re.compile(r"[较比]\s?$")


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which edition a figure is of; `since_launch` for a total over all editions up to that one."""

    year: int
    since_launch: bool = False


def edition_of(report: Report) -> int:
    """The year of the edition that an article is about: its thread's, its term's, its headline's, else the calendar's."""
    tail = report.thread_id.rpartition(":")[2]
    if report.thread_id.startswith("product:") and re.fullmatch(r"20\d\d", tail):
        return int(tail)
    if term := report.states("period"):
        return int(term.value[0])
    if years := years_of(normalise(report.cited.title).plain):
        return years[-1]
    local = report.cited.at.astimezone(CHINA)
    return local.year + (1 if report.update in SELLING and local.month >= _NEXT_EDITION_FROM else 0)


def belonging(statement: Statement, report: Report, edition: int) -> Belonging | None:
    """The edition that a figure is of; None where it is only a part of a total, or of no edition that is told."""
    if statement.key not in RUNNING:
        return Belonging(edition)
    if _SHARE.search(normalise(report.cited.title).plain):
        return None
    sentence = normalise(statement.sentence).plain
    raw = normalise(statement.raw).plain
    at = max(sentence.find(raw), 0)
    before, after = sentence[:at], sentence[at + len(raw) :]
    if _PART.search(_CLAUSE.split(before)[-1]):
        return None
    told = _told_year(before, after, report, edition)
    if statement.key in PAID and _runs_since_launch(statement, before, told, report):
        return Belonging(edition, since_launch=True)
    if told is not None:
        return Belonging(told[1])
    return Belonging(edition - 1 if statement.key in PAID and report.update in SELLING else edition)


def _told_year(before: str, after: str, report: Report, edition: int) -> tuple[int, int] | None:
    """Place and year of what is said last before a figure, or behind it in its own clause (English says it there).

    What a figure is compared with says nothing.
    """
    last_year = report.cited.at.astimezone(CHINA).year - 1
    found = [(m.start(), int(m[1] or m[2])) for m in _YEAR.finditer(before)]
    found += [(m.start(), edition - 1) for m in _BEFORE.finditer(before)]
    found += [(m.start(), last_year) for m in _LAST_YEAR.finditer(before)]
    if report.update in SELLING and not _IS_FIRST.search(normalise(report.cited.title).plain):
        found += [
            (m.start(), edition - 1) for m in _FIRST_YEAR.finditer(before)
        ]  # of an older product: at best a guess
    told = [(at, year) for at, year in found if not _COMPARES.search(before[:at])]
    own_clause = len(before) - len(_CLAUSE.split(before)[-1])
    behind = _YEAR.search(_CLAUSE.split(after)[0]) if before.isascii() else None
    if behind and behind[2] and not any(at >= own_clause for at, _ in told):
        return len(before), int(behind[2])
    return max(told, default=None)


def _runs_since_launch(statement: Statement, before: str, told: tuple[int, int] | None, report: Report) -> bool:
    """A total over editions: said so, and no year said after that; or a total without a year while a new edition sells."""
    if statement.basis == "running total":
        return True
    since = max((m.start() for m in _SINCE_LAUNCH.finditer(before)), default=-1)
    if since >= 0:
        return told is None or told[0] <= since + _YEAR_OF_LAUNCH
    return told is None and report.update in SELLING and bool(_CUMULATIVE.search(before))
