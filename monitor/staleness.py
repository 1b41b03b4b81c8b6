"""Quiet or broken: whether a source's silence is out of the ordinary for that source. Pure.

Two questions, kept apart. *Reach*: does the source answer when it is asked? *State*: of what it told us when it last answered,
is the silence usual? Silence is judged up to the last successful look, never up to now, so that neither a failing fetch nor a
daemon that was off is taken for a silent site.

Silence is measured on the source's own clock (`rates`): in items to be expected by weekday, hour and China's calendar. It is

- `lively` while the gap is like nine in ten of its gaps before;
- `quiet` beyond that: worth a line on a status page, no alarm;
- `silent` where the gap is longer than the longest before (one outage among them left out), far outside their spread and, for
  a source that stirs many times a day, lasts a whole day at work;
- `too young to say` before five stirs over a week.

Laws, held by tests: more silence never makes a source livelier; a holiday never makes it more alarmed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean, pstdev

from monitor.phrases import CHINA, moment
from monitor.rates import Calendar, Rates, stirs
from monitor.records import SourceRecord

WINDOW = dt.timedelta(weeks=26)
"""How far back habits are read."""
_RECENT, _ENOUGH = dt.timedelta(weeks=8), 20
"""Where the last eight weeks hold this many stirs, older ones are forgotten: habits change."""
_FEW, _SHORT = 5, dt.timedelta(days=7)
_NEVER = dt.timedelta(days=14)
"""A source that was read for so long and never brought anything is worth a look."""
_FAINT = dt.timedelta(days=30)
_HORIZON = dt.timedelta(days=400)
_LEAST = 2.0
"""Missing twice in a row is the least that is called silent."""
_SPREADS = 6.0
"""Standard deviations above the mean gap: of gaps at random (which deviate by their mean) one in a thousand is that long."""
_OUTLIER = 3.0
_FAILURES = 3
_NOON = dt.time(12)


class State(StrEnum):
    """How usual a source's silence is, least alarming first."""

    TOO_YOUNG = "too_young"
    LIVELY = "lively"
    QUIET = "quiet"
    SILENT = "silent"


class Reach(StrEnum):
    """Whether a source answers."""

    ANSWERS = "answers"
    STUMBLES = "stumbles"  # failed once or twice in a row: nothing yet
    FAILS = "fails"
    UNASKED = "unasked"


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What is remembered of a source. `items`: when its articles were published, or first seen where it does not say, in any
    order; times are aware UTC."""

    items: tuple[dt.datetime, ...]
    watched_since: dt.datetime | None
    """The first success."""
    last_success_at: dt.datetime | None
    last_checked_at: dt.datetime | None
    failures: int = 0
    """Failed looks since the last success."""
    problem: str = ""
    """What the last failure was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appearance:
    """What an article says of when it appeared; `precision` is that of `published`: `minute`, `day` or empty."""

    published: dt.datetime | None
    precision: str
    first_seen_at: dt.datetime

    @property
    def at(self) -> dt.datetime:
        """The best guess. Dates lie, so none is later than when we saw it; a bare day is believed to the day only."""
        if self.published is None:
            return self.first_seen_at
        if self.precision == "minute":
            return min(self.published, self.first_seen_at)
        day = self.published.astimezone(CHINA).date()
        if self.first_seen_at.astimezone(CHINA).date() == day:
            return self.first_seen_at
        return min(dt.datetime.combine(day, _NOON, CHINA).astimezone(dt.UTC), self.first_seen_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether something is wrong with a source, and why. `is_alarming` is what an operator is told about unasked."""

    state: State
    reach: Reach
    last_item_at: dt.datetime | None
    judged_at: dt.datetime | None
    """The last look that counts: silence after it is ours, not the source's."""
    expected_by: dt.datetime | None
    """By when something new is usual; None where nothing can be said."""
    silent_from: dt.datetime | None
    """When silence will be, or was, out of the ordinary."""
    failing_since: dt.datetime | None
    """The last success before the failures; None where it answers or never did."""
    problem: str = ""
    failures: int = 0

    @property
    def is_alarming(self) -> bool:
        """Silent, or failing again and again."""
        return self.state is State.SILENT or self.reach is Reach.FAILS

    def reason(self, lang: str = "zh") -> str:
        """Why, in words; `lang` is `zh` or `en`."""
        parts = [_about_reach(self, lang), _about_state(self, lang)]
        return ("; " if lang == "en" else "；").join(part for part in parts if part)


def history_of(record: SourceRecord, appearances: Iterable[Appearance]) -> History:
    """What the store remembers of a source, as `judge` reads it."""
    return History(
        items=tuple(appearance.at for appearance in appearances),
        watched_since=record.baseline_at,
        last_success_at=record.last_success_at,
        last_checked_at=record.last_checked_at,
        failures=record.failures,
        problem=record.last_problem,
    )


def judge(history: History, calendar: Calendar, now: dt.datetime) -> Verdict:
    """The verdict on a source at `now`; `calendar` says what kind of day a day is (`workdays.china`)."""
    heard = min(now, history.last_success_at) if history.last_success_at else None
    seen = _habit([at for at in history.items if heard is not None and at <= heard])
    state, expected_by, silent_from = _silence(seen, heard, history.watched_since, calendar)
    return Verdict(
        state=state,
        reach=_reach(history),
        last_item_at=seen[-1] if seen else None,
        judged_at=heard,
        expected_by=expected_by,
        silent_from=silent_from,
        failing_since=history.last_success_at if history.failures else None,
        problem=history.problem if history.failures else "",
        failures=history.failures,
    )


def _reach(history: History) -> Reach:
    if history.last_checked_at is None:
        return Reach.UNASKED
    if history.failures == 0:
        return Reach.ANSWERS
    return Reach.FAILS if history.failures >= _FAILURES else Reach.STUMBLES


def _habit(items: Sequence[dt.datetime]) -> tuple[dt.datetime, ...]:
    """The stirs that tell of today's habits. Counted back from the last, so that silence does not change what is known."""
    if not items:
        return ()
    last = max(items)
    seen = stirs([at for at in items if at >= last - WINDOW])
    recent = tuple(at for at in seen if at >= last - _RECENT)
    return recent if len(recent) >= _ENOUGH else seen


def _silence(
    seen: Sequence[dt.datetime], heard: dt.datetime | None, watched_since: dt.datetime | None, calendar: Calendar
) -> tuple[State, dt.datetime | None, dt.datetime | None]:
    """The state, when something is expected, and from when silence is out of the ordinary."""
    if heard is None:
        return State.TOO_YOUNG, None, None
    if not seen:
        barren = watched_since is not None and heard - watched_since > _NEVER
        return (State.QUIET if barren else State.TOO_YOUNG), None, None
    last, span = seen[-1], seen[-1] - seen[0]
    if len(seen) < _FEW or span < _SHORT:
        # Too few to know a rhythm, but thrice its whole life is long.
        return (State.QUIET if heard - last > max(_FAINT, 3 * span) else State.TOO_YOUNG), None, None
    rates = Rates(seen, calendar)
    gaps = sorted(rates.expected(earlier, later) for earlier, later in pairwise(seen))
    quiet = max(1.0, 1.25 * gaps[len(gaps) * 9 // 10])
    usual = gaps[:-1] if _stands_alone(gaps) else gaps
    silent = max(_LEAST, quiet, rates.workday, 1.25 * usual[-1], fmean(usual) + _SPREADS * pstdev(usual))
    expected_by = rates.reached(last, quiet, within=_HORIZON)
    silent_from = rates.reached(last, silent, within=_HORIZON)
    gap = rates.expected(last, heard)
    state = State.SILENT if gap >= silent else State.QUIET if gap >= quiet else State.LIVELY
    return state, expected_by, silent_from


def _stands_alone(gaps: Sequence[float]) -> bool:
    """Whether the longest of sorted gaps is far from all others: that was an outage, no habit."""
    return len(gaps) > _FEW and gaps[-1] > _OUTLIER * max(1.0, gaps[-2])


def _about_reach(verdict: Verdict, lang: str) -> str:
    if verdict.reach is Reach.UNASKED:
        return "not asked yet" if lang == "en" else "尚未轮询"
    if verdict.reach is Reach.ANSWERS:
        return ""
    since = moment(verdict.failing_since) if verdict.failing_since else ""
    if lang == "en":
        text = f"failed {verdict.failures} times in a row" + (f", last read {since}" if since else ", never read yet")
        return f"{text}: {verdict.problem}" if verdict.problem else text
    text = f"连续 {verdict.failures} 次读取失败" + (f"，上次成功 {since}" if since else "，从未成功")
    return f"{text}：{verdict.problem}" if verdict.problem else text


def _about_state(verdict: Verdict, lang: str) -> str:
    english, last = lang == "en", moment(verdict.last_item_at) if verdict.last_item_at else ""
    expected = moment(verdict.expected_by) if verdict.expected_by else ""
    match verdict.state:
        case State.TOO_YOUNG if not last:
            return "" if verdict.judged_at is None else "nothing came yet" if english else "暂无内容"
        case State.TOO_YOUNG:
            return (
                f"last item {last}; its rhythm is not known yet"
                if english
                else f"最近一条 {last}，尚不足以判断更新规律"
            )
        case State.QUIET if not last:
            return "it is read, but never brought anything" if english else "读取正常，但从未有过内容"
        case State.LIVELY:
            return f"last item {last}, as usual" if english else f"最近一条 {last}，更新正常"
        case State.QUIET:
            usual = f", the next was usual by {expected}" if english else f"，按规律应在 {expected} 前更新"
            head = f"no new item since {last}" if english else f"{last} 之后没有新内容"
            return head + (usual if expected else "")
        case State.SILENT:
            head = f"silent since {last}" if english else f"{last} 之后再无新内容"
            tail = (
                f", although something was due by {expected}"
                if english
                else f"，按规律应在 {expected} 前更新，列表可能已失效"
            )
            return head + (tail if expected else "")
