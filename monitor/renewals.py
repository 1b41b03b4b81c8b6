"""The renewal radar: which contracts end, who holds them, and when their next tender is to be expected.

A forecast, so it says what it assumes (`Renewal.assumptions`):

- a term ends on the day that is printed; where only a year is, on its 31 December; where a start and a length are, on the eve of
  the anniversary;
- the next notice comes as long before the new term as this project's last notice did, within `LEAST_WEEKS` and `MOST_WEEKS`;
  where that is not known, `USUAL_WEEKS` before: 20 days for bids (Government Procurement Law, art. 35), about a week to the
  award, 30 days to the contract (art. 46);
- the intention is published 30 days before the notice (Ministry of Finance, 财库〔2020〕10号).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.facts.dates import find_moments
from monitor.identity import regions_meet
from monitor.model import Stage
from monitor.phrases import CHINA
from monitor.statements import Statement
from monitor.text import normalise
from monitor.threads import Thread

USUAL_WEEKS = 8
LEAST_WEEKS, MOST_WEEKS = 4, 26
INTENTION_BEFORE = dt.timedelta(days=30)

_HELD = frozenset({Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL, Stage.OPERATION})
_YEARLY = re.compile(r"一年一签|按年度?签|逐年签|每年签|一年一续|合同按年")
_START_MONTH = re.compile(r"(20\d\d)\s?年\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewal:
    """A contract that ends. `term` proves the end; `winners` are the statements that name who holds it, lot by lot.

    `exact`: the last day was printed. `weeks` is how long before the end the next notice is expected; `followed_by` is the thread
    of the next round, once there is one (set by `radar`).
    """

    thread_id: str
    title: str
    regions: tuple[str, ...]
    programmes: tuple[str, ...]
    buyer: str
    ends: dt.date
    exact: bool
    yearly: bool
    winners: tuple[Statement, ...]
    term: Statement
    weeks: int
    expected_notice: dt.date
    expected_intention: dt.date
    assumptions: tuple[str, ...]
    followed_by: str = ""

    @property
    def winner_names(self) -> tuple[str, ...]:
        """Who holds the contract, each once."""
        return tuple(dict.fromkeys(name for s in self.winners for name in s.value))


def renewal(thread: Thread) -> Renewal | None:
    """When a project's contract ends and its next tender is due; None where nobody holds it or no term is known."""
    term = thread.says("period")
    if term is None or not any(s.stage in _HELD for s in thread.steps) or thread.stage is Stage.FAILED:
        return None
    ends, exact = _end(term)
    weeks, from_history = _lead_weeks(thread, term)
    expected = ends + dt.timedelta(days=1) - dt.timedelta(weeks=weeks)
    yearly = any(_YEARLY.search(normalise(s.sentence).plain) for s in _terms(thread))
    buyer = thread.says("buyer")
    return Renewal(
        thread_id=thread.thread_id,
        title=thread.title,
        regions=_codes(thread, "regions"),
        programmes=_codes(thread, "programmes"),
        buyer=str(buyer.value) if buyer else "",
        ends=ends,
        exact=exact,
        yearly=yearly,
        winners=thread.all_of("winner") or thread.all_of("insurers"),
        term=term,
        weeks=weeks,
        expected_notice=expected,
        expected_intention=expected - INTENTION_BEFORE,
        assumptions=tuple(_assumptions(ends, exact=exact, weeks=weeks, from_history=from_history, yearly=yearly)),
    )


def radar(
    threads: Iterable[Thread], now: dt.datetime, *, within: dt.timedelta = dt.timedelta(days=730)
) -> tuple[Renewal, ...]:
    """Contracts that end between `now` and `within` from now, the soonest first.

    A project of the same place and programme whose term begins when this one ends is the next round: it is named in `followed_by`.
    """
    all_threads = tuple(threads)
    today = now.astimezone(CHINA).date()
    found = (renewal(t) for t in all_threads)
    due = (r for r in found if r is not None and today <= r.ends <= today + within)
    return tuple(
        sorted((replace(r, followed_by=_next_round(r, all_threads)) for r in due), key=lambda r: (r.ends, r.thread_id))
    )


def _next_round(ending: Renewal, threads: tuple[Thread, ...]) -> str:
    for thread in threads:
        term = thread.says("period")
        if term is None or thread.thread_id == ending.thread_id or term.value[0] < ending.ends.year:
            continue
        if (
            term.value[1] > ending.ends.year
            and set(_codes(thread, "programmes")) & set(ending.programmes)
            and regions_meet(_codes(thread, "regions"), ending.regions)
        ):
            return thread.thread_id
    return ""


def _terms(thread: Thread) -> tuple[Statement, ...]:
    return tuple(s for step in thread.steps for s in step.stated if s.key == "period")


def _codes(thread: Thread, key: str) -> tuple[str, ...]:
    stated = thread.says(key)
    return tuple(stated.value) if stated else ()


def _end(term: Statement) -> tuple[dt.date, bool]:
    """The last day of a term, and whether it follows from what is printed."""
    first, last = term.value
    printed = normalise(term.raw).plain
    days = [d for m in find_moments(printed) if (d := m.date()) is not None]
    if len(days) >= 2 and days[-1].year == last:
        return days[-1], True
    begins = _START_MONTH.search(printed)
    if begins and int(begins[1]) == first < last and len(days) < 2:
        month, day = int(begins[2]), int(begins[3] or 1)
        if 1 <= month <= 12 and (month, day) != (1, 1):
            return _anniversary(last, month, day) - dt.timedelta(days=1), bool(begins[3])
    return dt.date(last, 12, 31), False


def _anniversary(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:  # 29 February
        return dt.date(year, month, 28)


def _begin(term: Statement) -> dt.date:
    first = term.value[0]
    days = [d for m in find_moments(normalise(term.raw).plain) if (d := m.date()) is not None]
    return days[0] if days and days[0].year == first else dt.date(first, 1, 1)


def _lead_weeks(thread: Thread, term: Statement) -> tuple[int, bool]:
    """How many weeks before a term its notice comes, and whether this project's own last round says so."""
    begins = _begin(term)
    asked = [
        step.at.astimezone(CHINA).date()
        for step in thread.steps
        if step.stage is Stage.NOTICE and step.at.astimezone(CHINA).date() < begins
    ]
    if not asked:
        return USUAL_WEEKS, False
    return max(LEAST_WEEKS, min(MOST_WEEKS, (begins - asked[0]).days // 7)), True


def _assumptions(ends: dt.date, *, exact: bool, weeks: int, from_history: bool, yearly: bool) -> Iterable[str]:
    if not exact:
        yield f"未印截止日，按 {ends:%Y-%m-%d} 到期计 no last day is printed: taken to end on this one"
    if from_history:
        yield f"上一轮公告早于服务期约 {weeks} 周 the last round's notice came so many weeks before its term"
    else:
        yield f"按法定最短流程约 {weeks} 周 the least that the law's terms for bids and contract take"
    if yearly:
        yield "合同一年一签，考核不合格可提前重招 signed a year at a time: it may be tendered earlier"
