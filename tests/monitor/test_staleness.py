"""Quiet or broken: sources with known habits, silenced at a known moment; and the laws of silence."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.phrases import CHINA
from monitor.records import NewArticle, SourceRecord
from monitor.staleness import Appearance, History, Reach, State, Verdict, history_of, judge
from monitor.storage import Store
from monitor.workdays import Day, china
from tests.conftest import START

WEEK = dt.timedelta(weeks=1)
ORDER = [State.LIVELY, State.QUIET, State.SILENT]


def at(text: str) -> dt.datetime:
    """A time in China."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def days(first: str, last: str) -> Iterable[dt.date]:
    day = dt.date.fromisoformat(first)
    while day <= dt.date.fromisoformat(last):
        yield day
        day += dt.timedelta(days=1)


def of(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), CHINA)


def works(day: dt.date) -> bool:
    return china(day) in (Day.WORKDAY, Day.MAKE_UP)


def portal(first: str, last: str, seed: int = 1) -> list[dt.datetime]:
    """A procurement portal: about eight notices in office hours of a workday, next to none on other days."""
    chance = random.Random(seed)
    return [
        of(day, chance.randrange(9, 18), chance.randrange(60))
        for day in days(first, last)
        for _ in range(chance.randrange(5, 12) if works(day) else chance.random() < 0.2)
    ]


def daily(first: str, last: str, seed: int = 0) -> list[dt.datetime]:
    """One article at nine on each workday."""
    return [of(day, 9, 5) for day in days(first, last) if works(day)]


def weekly(first: str, last: str, seed: int = 0) -> list[dt.datetime]:
    """A paper that comes out on Fridays, not in holidays."""
    return [of(day, 16) for day in days(first, last) if day.weekday() == 4 and china(day) is not Day.HOLIDAY]


def rare(first: str, last: str, seed: int = 3) -> list[dt.datetime]:
    """An office that writes on one workday in eight, at random."""
    chance = random.Random(seed)
    return [of(day, chance.randrange(9, 18)) for day in days(first, last) if works(day) and chance.random() < 0.125]


def bursts(first: str, last: str, seed: int = 4) -> list[dt.datetime]:
    """Forty notices at once on about two days a week."""
    chance = random.Random(seed)
    return [
        of(day, hour, minute)
        for day in days(first, last)
        if works(day) and chance.random() < 0.4
        for hour in (chance.randrange(9, 17),)
        for minute in range(40)
    ]


def verdict(items: Iterable[dt.datetime], now: dt.datetime, **changes: object) -> Verdict:
    """The verdict on a source that answered just now."""
    known = tuple(item for item in items if item <= now)
    history = History(items=known, watched_since=min(known, default=now), last_success_at=now, last_checked_at=now)
    return judge(replace(history, **changes), china, now)


@pytest.mark.parametrize(
    ("habit", "silenced", "look", "state"),
    [
        # A portal that stops on Tuesday night: Wednesday noon is nothing yet, Thursday noon is an alarm.
        (portal, "2026-06-09", "2026-06-10T11:00", State.LIVELY),
        (portal, "2026-06-09", "2026-06-11T12:00", State.SILENT),
        # The same over a weekend: Friday's last word makes no alarm before Monday is over.
        (portal, "2026-06-05", "2026-06-08T09:30", State.LIVELY),
        (portal, "2026-06-05", "2026-06-09T12:00", State.SILENT),
        # One article a day: the first missing one is quiet at most, the second is an alarm.
        (daily, "2026-06-09", "2026-06-10T18:00", State.QUIET),
        (daily, "2026-06-09", "2026-06-11T18:00", State.SILENT),
        # A weekly paper: no word on day 3 nor on day 6, quiet after a missed Friday, an alarm after the second.
        (weekly, "2026-06-05", "2026-06-08T16:00", State.LIVELY),
        (weekly, "2026-06-05", "2026-06-11T20:00", State.LIVELY),
        (weekly, "2026-06-05", "2026-06-15T12:00", State.QUIET),
        (weekly, "2026-06-05", "2026-06-29T12:00", State.SILENT),
        # 春节 2026 (15–23 February) and 国庆 (1–7 October): all of it is no silence, two workdays later it is.
        (portal, "2026-02-14", "2026-02-23T20:00", State.LIVELY),
        (portal, "2026-02-14", "2026-02-26T12:00", State.SILENT),
        (daily, "2026-09-30", "2026-10-08T08:00", State.LIVELY),
        (daily, "2026-09-30", "2026-10-10T18:00", State.SILENT),
        (weekly, "2026-02-13", "2026-02-24T12:00", State.LIVELY),
        # At random and rarely: three weeks are usual, three months are not.
        (rare, "2026-06-05", "2026-06-19T12:00", State.LIVELY),
        (rare, "2026-06-05", "2026-09-20T12:00", State.SILENT),
        # A burst is one stir: eighty rows on Monday do not make Thursday silent.
        (bursts, "2026-06-08", "2026-06-11T12:00", State.LIVELY),
        (bursts, "2026-06-08", "2026-07-20T12:00", State.SILENT),
    ],
)
def test_a_source_that_stops(
    habit: Callable[[str, str], list[dt.datetime]], silenced: str, look: str, state: State
) -> None:
    """Each habit has its own patience."""
    assert verdict(habit("2025-12-01", silenced), at(look)).state is state


@pytest.mark.parametrize(("habit", "most"), [(portal, 0), (daily, 0), (weekly, 0), (rare, 1), (bursts, 1)])
def test_a_source_that_goes_on_raises_no_alarm(habit: Callable[[str, str, int], list[dt.datetime]], most: int) -> None:
    """Half a year with 春节, 清明, 五一 and 端午: never silent; a source at random, at most once in a source-year."""
    alarms = 0
    for seed in (1, 2):
        items, before = habit("2025-08-04", "2026-07-10", seed), State.LIVELY
        for look in range(26 * 7):
            state = verdict(items, at("2026-01-05T08:00") + dt.timedelta(hours=25 * look)).state
            alarms += state is State.SILENT and before is not State.SILENT
            before = state
    assert alarms <= most


def test_when_and_why() -> None:
    """A verdict tells the last item, when the next was due and from when silence counts, in both languages."""
    found = verdict(daily("2026-03-02", "2026-06-09"), at("2026-06-12T18:00"))
    assert found.last_item_at == at("2026-06-09T09:05")
    assert found.expected_by is not None
    assert found.silent_from is not None
    assert at("2026-06-10T09:00") <= found.expected_by <= found.silent_from <= at("2026-06-11T18:00")
    assert found.is_alarming
    assert "2026-06-09 09:05" in found.reason("zh")
    assert "按规律应在 2026-06-10" in found.reason("zh")
    assert found.reason("en").startswith("silent since 2026-06-09 09:05, although something was due by 2026-06-10")


def test_failing_is_not_silent() -> None:
    """A source that cannot be read is judged up to its last answer: it fails, its silence is not held against it."""
    items, now = daily("2026-03-02", "2026-06-09"), at("2026-06-20T12:00")
    alive = at("2026-06-09T10:00")
    found = verdict(items, now, last_success_at=alive, failures=40, problem="HTTP 503")
    assert (found.state, found.reach, found.is_alarming) == (State.LIVELY, Reach.FAILS, True)
    assert found.failing_since == alive
    assert "连续 40 次读取失败，上次成功 2026-06-09 10:00：HTTP 503" in found.reason("zh")
    assert verdict(items, now, last_success_at=alive, failures=1).is_alarming is False
    both = verdict(items, now, last_success_at=at("2026-06-18T10:00"), failures=9)
    assert (both.state, both.reach) == (State.SILENT, Reach.FAILS)


def test_a_daemon_that_was_off_blames_nobody() -> None:
    """Started again after a holiday of its own, before the first poll: what was not asked cannot have been silent."""
    items = daily("2026-03-02", "2026-06-09")
    asleep = verdict(items, at("2026-07-20T12:00"), last_success_at=at("2026-06-09T12:00"))
    assert (asleep.state, asleep.reach) == (State.LIVELY, Reach.ANSWERS)


@pytest.mark.parametrize(
    ("items", "look", "state"),
    [
        ([], "2026-06-02T12:00", State.TOO_YOUNG),
        ([at("2026-06-01T09:00")] * 30, "2026-06-12T12:00", State.TOO_YOUNG),
        (daily("2026-06-01", "2026-06-04"), "2026-06-12T12:00", State.TOO_YOUNG),
        (daily("2026-06-01", "2026-06-04"), "2026-08-12T12:00", State.QUIET),
    ],
)
def test_too_young_to_say(items: list[dt.datetime], look: str, state: State) -> None:
    """Few stirs tell no rhythm, however many rows they brought; much later even they are quiet."""
    assert verdict(items, at(look)).state is state


def test_nothing_ever_came() -> None:
    """Read for weeks without an item: worth a look, no alarm. Never asked at all: neither."""
    began, now = at("2026-06-01T09:00"), at("2026-06-20T09:00")
    barren = judge(History(items=(), watched_since=began, last_success_at=now, last_checked_at=now), china, now)
    assert (barren.state, barren.is_alarming) == (State.QUIET, False)
    assert barren.reason("zh") == "读取正常，但从未有过内容"
    new = judge(History(items=(), watched_since=None, last_success_at=None, last_checked_at=None), china, now)
    assert (new.state, new.reach, new.reason("zh")) == (State.TOO_YOUNG, Reach.UNASKED, "尚未轮询")


def test_one_outage_does_not_teach_patience() -> None:
    """A month of silence in the past, mended since, does not make the next one usual; two of them do."""
    once = [*daily("2026-01-05", "2026-02-13"), *daily("2026-03-23", "2026-06-09")]
    assert verdict(once, at("2026-06-12T18:00")).state is State.SILENT
    twice = [*daily("2026-01-05", "2026-04-24"), *daily("2026-05-13", "2026-05-22"), *daily("2026-06-05", "2026-06-09")]
    assert verdict(twice, at("2026-06-12T18:00")).state is not State.SILENT


def test_habits_change() -> None:
    """A source that slowed down from hourly to daily three months ago is judged by what it does now."""
    before = [of(day, hour) for day in days("2026-01-05", "2026-03-06") if works(day) for hour in range(9, 18)]
    assert verdict([*before, *daily("2026-03-09", "2026-06-10")], at("2026-06-11T18:00")).state is not State.SILENT


moments = st.integers(0, 24 * 150).map(lambda hour: at("2026-01-01T00:00") + dt.timedelta(hours=hour))
histories = st.lists(moments, min_size=1, max_size=60)
waits = st.integers(0, 24 * 120).map(lambda hours: dt.timedelta(hours=hours))


@settings(max_examples=150, deadline=None)
@given(histories, waits, waits)
def test_more_silence_never_makes_it_livelier(items: list[dt.datetime], wait: dt.timedelta, more: dt.timedelta) -> None:
    """Whatever the history: later without anything new is as alarming or more."""
    sooner, later = (verdict(items, max(items) + passed) for passed in (wait, wait + more))
    if sooner.state in ORDER and later.state in ORDER:
        assert ORDER.index(later.state) >= ORDER.index(sooner.state)
    assert sooner.state is State.TOO_YOUNG or later.state is not State.TOO_YOUNG


@settings(max_examples=150, deadline=None)
@given(histories, waits, st.sets(st.integers(1, 120), max_size=40))
def test_a_holiday_never_makes_it_more_alarmed(items: list[dt.datetime], wait: dt.timedelta, off: set[int]) -> None:
    """Declare any days of the silence holidays: the verdict is as calm or calmer, and nothing is due sooner."""
    last = max(items)
    free = {last.astimezone(CHINA).date() + dt.timedelta(days=n) for n in off}
    history = History(
        items=tuple(items), watched_since=items[0], last_success_at=last + wait, last_checked_at=last + wait
    )
    usual = judge(history, china, last + wait)
    eased = judge(history, lambda day: Day.HOLIDAY if day in free else china(day), last + wait)
    if usual.state in ORDER:
        assert ORDER.index(eased.state) <= ORDER.index(usual.state)
    if usual.silent_from is not None:
        assert eased.silent_from is None or eased.silent_from >= usual.silent_from


@settings(max_examples=60, deadline=None)
@given(histories, waits)
def test_what_is_told_agrees_with_the_state(items: list[dt.datetime], wait: dt.timedelta) -> None:
    """Silent exactly from the moment that was announced; rows more in an hour already known change nothing."""
    now = max(items) + wait
    found = verdict(items, now)
    if found.silent_from is not None:
        assert (found.state is State.SILENT) == (now >= found.silent_from) or abs(
            now - found.silent_from
        ) < dt.timedelta(hours=1)
    assert verdict([*items, *items], now) == found


@pytest.mark.parametrize(
    ("published", "precision", "seen", "expected"),
    [
        ("2026-06-09T08:30", "minute", "2026-06-09T09:00", "2026-06-09T08:30"),
        ("2026-06-19T08:30", "minute", "2026-06-09T09:00", "2026-06-09T09:00"),
        ("2026-06-09T00:00", "day", "2026-06-09T15:00", "2026-06-09T15:00"),
        ("2026-06-01T00:00", "day", "2026-06-09T15:00", "2026-06-01T12:00"),
        ("2026-06-11T00:00", "day", "2026-06-09T15:00", "2026-06-09T15:00"),
        (None, "", "2026-06-09T15:00", "2026-06-09T15:00"),
    ],
)
def test_dates_lie(published: str | None, precision: str, seen: str, expected: str) -> None:
    """No article appeared after it was seen; a bare day says no hour."""
    found = Appearance(published=at(published) if published else None, precision=precision, first_seen_at=at(seen))
    assert found.at == at(expected)


def test_the_store_tells_the_history(store: Store) -> None:
    """What was stored of a source, and nothing of another, is what its verdict is read from."""
    with store.transaction() as session:
        session.sources.register(["a", "b"], START)
        for number in range(8):
            for name in "ab":
                published = START + dt.timedelta(days=number - 20)
                session.articles.add(article(name, number, published), START + dt.timedelta(hours=number))
        session.sources.polled(
            "a", state={}, now=START, next_check_at=START, succeeded=True, new_articles=8, problem=""
        )
        record, seen = session.sources.get("a"), session.sources.appearances("a", limit=5)
    assert isinstance(record, SourceRecord)
    history = history_of(record, seen)
    assert history.items == tuple(START + dt.timedelta(days=number - 20) for number in (7, 6, 5, 4, 3))
    assert (history.watched_since, history.last_success_at, history.failures) == (START, START, 0)


def article(source: str, number: int, published: dt.datetime) -> NewArticle:
    url = f"https://{source}.example/{number}"
    return NewArticle(
        url=url, canonical_url=url, keys=(url,), source_name=source, publisher="", author="", title="题", text="文",
        lang="zh", published=published, published_precision="minute", origin_url="", stock_codes=(), attachments=(),
        page="generic", fetched_at=published, content_hash=url, silent=True,
    )  # fmt: skip
