"""When an alert is told: cadences, quiet hours, digests, urgency; on working days, holidays and in nights of 23 hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.cadence import AtOnce, Cadence, Calendar, Days, Digest, Grouped, QuietHours, Urgency
from alerts.errors import CadenceDefinitionError
from alerts.matchers import Between, Equals
from alerts.model import Alert, AlertKind, MessageForm, Receiver
from alerts.timing import GroupState, Slot, group_of, next_digest, quiet_until, slot
from tests.alerts.samples import alert

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
CAIRO = ZoneInfo("Africa/Cairo")  # its clocks jump at midnight
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Africa/Cairo", "America/St_Johns", "Pacific/Apia")
FRESH = GroupState()
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
NIGHT = QuietHours(start=dt.time(20), end=dt.time(7, 30), days=Days.DAILY)
OFFICE = QuietHours(start=dt.time(20), end=dt.time(7, 30), days=Days.WORKDAYS, rest_days=True)


@dataclass
class Holidays:
    """Monday to Friday, without `rest` and with `work`."""

    rest: Collection[dt.date] = ()
    work: Collection[dt.date] = ()
    asked: int = field(default=0, compare=False)

    def is_workday(self, day: dt.date) -> bool:
        self.asked += 1
        return day in self.work or (day.weekday() < 5 and day not in self.rest)


class Never:
    """A calendar that knows no working day."""

    def __init__(self) -> None:
        self.asked = 0

    def is_workday(self, day: dt.date) -> bool:
        self.asked += 1
        return False


NATIONAL_DAY = Holidays(
    rest=[dt.date(2026, 10, day) for day in range(1, 8)],
    work=[dt.date(2026, 9, 20), dt.date(2026, 10, 10)],  # a Sunday and a Saturday, worked in exchange
)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(dt.UTC)


def plain(**changes: Any) -> Alert:
    return alert(**{"deadline": None, **changes})


def told(
    now: str, *, what: Alert | None = None, state: GroupState = FRESH, calendar: Calendar | None = None, **receiver: Any
) -> Slot:
    found = slot(what or plain(), Receiver(name="r", **receiver), state, at(now), calendar)
    assert found is not None
    return found


# --- cadences -------------------------------------------------------------------------------------------------------


def test_what_is_told_at_once_is_due_now() -> None:
    assert told("2026-06-01 10:00") == Slot(due_at=at("2026-06-01 10:00"), reason="at once")


def test_the_first_of_a_group_waits_for_others() -> None:
    found = told("2026-06-01 10:00", cadence=Grouped(wait=dt.timedelta(seconds=30), by=("stage",)))
    assert found.due_at == at("2026-06-01 10:00:30")
    assert found.form is MessageForm.MERGED
    assert found.group == '{"stage":["result"]}'
    assert found.reason == "waits until 10:00:30: waits for others of its group"


def test_a_group_that_waits_takes_the_next_along() -> None:
    state = GroupState(waiting_until=at("2026-06-01 10:00:30"), last_sent_at=at("2026-06-01 09:00"))
    assert told("2026-06-01 10:00:20", cadence=Grouped(), state=state).due_at == at("2026-06-01 10:00:30")
    late = told("2026-06-01 10:00:40", cadence=Grouped(), state=state)
    assert late.due_at == at("2026-06-01 10:00:40"), "its message was not sent yet: it goes along now"


def test_a_group_is_heard_of_once_in_an_interval() -> None:
    state = GroupState(last_sent_at=at("2026-06-01 10:00"))
    assert told("2026-06-01 10:01", cadence=Grouped(), state=state).due_at == at("2026-06-01 10:05")
    assert told("2026-06-01 10:04:50", cadence=Grouped(), state=state).due_at == at("2026-06-01 10:05:20")
    assert told("2026-06-01 12:00", cadence=Grouped(), state=state).due_at == at("2026-06-01 12:00:30")


def test_a_group_told_already_does_not_wait() -> None:
    """A waiting time not later than the last message is that message's."""
    state = GroupState(waiting_until=at("2026-06-01 10:00"), last_sent_at=at("2026-06-01 10:00"))
    assert told("2026-06-01 10:01", cadence=Grouped(), state=state).due_at == at("2026-06-01 10:05")


def test_a_time_in_the_future_does_not_silence_a_group() -> None:
    """A clock that was a year ahead when it was written down costs one interval, not a year."""
    state = GroupState(last_sent_at=at("2027-06-01 10:00"))
    assert told("2026-06-01 10:00", cadence=Grouped(), state=state).due_at == at("2026-06-01 10:05")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-06-01 08:00", "2026-06-01 08:30"),
        ("2026-06-01 08:30", "2026-06-01 17:00"),
        ("2026-06-01 18:00", "2026-06-02 08:30"),
        ("2026-06-05 18:00", "2026-06-08 08:30"),  # over a week-end
    ],
)
def test_a_digest_comes_at_its_next_time(now: str, due: str) -> None:
    found = told(now, cadence=Digest(at=(dt.time(17), dt.time(8, 30)), days=Days.WEEKDAYS))
    assert (found.due_at, found.form, found.group) == (at(due), MessageForm.DIGEST, "")


def test_a_route_overrides_the_cadence() -> None:
    receiver = Receiver(name="r", cadence=Digest(at=(dt.time(8, 30),)))
    now = at("2026-06-01 10:00")
    assert slot(plain(), receiver, FRESH, now, None, AtOnce()) == Slot(due_at=now, reason="at once")


def test_a_minor_alert_goes_into_a_digest_or_nowhere() -> None:
    now, minor = at("2026-06-01 10:00"), plain(minor=True)
    morning, evening = Digest(at=(dt.time(8, 30),)), Digest(at=(dt.time(18),))

    def due(**receiver: Any) -> dt.datetime | None:
        found = slot(minor, Receiver(name="r", **receiver), FRESH, now)
        assert found is None or found.form is MessageForm.DIGEST
        return found and found.due_at

    assert due() is None
    assert due(cadence=Grouped()) is None
    assert due(digest=evening) == at("2026-06-01 18:00")
    assert due(cadence=morning) == at("2026-06-02 08:30")
    assert due(cadence=morning, digest=evening) == at("2026-06-01 18:00")


def test_a_minor_alert_is_never_urgent() -> None:
    pressing = plain(minor=True, deadline=at("2026-06-01 12:00"))
    assert slot(pressing, Receiver(name="r"), FRESH, at("2026-06-01 10:00")) is None
    found = told("2026-06-01 10:00", what=pressing, digest=Digest(at=(dt.time(18),)))
    assert (found.due_at, found.urgent) == (at("2026-06-01 18:00"), False)


def test_the_program_s_own_alerts_follow_the_same_rules() -> None:
    own = plain(kind=AlertKind.OPERATIONS)
    assert told("2026-06-01 22:00", what=own, quiet=NIGHT).due_at == at("2026-06-02 07:30")


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_has_one_name_whatever_the_order() -> None:
    one = plain(labels={"region": ("2", "1", "1"), "stage": ("a",)})
    other = plain(labels={"stage": ("a",), "region": ("1", "2")})
    by, yb = Grouped(by=("region", "stage")), Grouped(by=("stage", "region"))
    assert group_of(one, by) == group_of(other, yb) == '{"region":["1","2"],"stage":["a"]}'
    assert group_of(one, AtOnce()) == group_of(one, Digest(at=(dt.time(8),))) == ""
    assert group_of(one, Grouped()) == group_of(plain(labels={}), Grouped()) != ""


@given(
    st.lists(st.dictionaries(st.sampled_from("ab"), st.lists(st.sampled_from(["x", "y", "x,y", '"', ""]))), min_size=2)
)
def test_groups_are_equal_exactly_where_the_values_are(labels: list[dict[str, list[str]]]) -> None:
    """No value can be written so that it reads like two others."""
    cadence = Grouped(by=("a", "b"))
    names = {group_of(plain(labels={k: tuple(v) for k, v in one.items()}), cadence) for one in labels}
    assert len(names) == len({tuple(frozenset(one.get(k, ())) for k in "ab") for one in labels})


# --- urgency --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deadline", "due"),
    [
        ("2026-06-03 22:01", "2026-06-01 22:01"),  # in a minute it will be near enough
        ("2026-06-03 22:00", "2026-06-01 22:00"),
        ("2026-06-01 22:00", "2026-06-01 22:00"),
        ("2026-06-01 21:59", "2026-06-02 08:30"),  # past: it presses nobody
    ],
)
def test_a_near_deadline_breaks_into_quiet_hours(deadline: str, due: str) -> None:
    what = plain(deadline=at(deadline))
    found = told("2026-06-01 22:00", what=what, quiet=NIGHT, cadence=Digest(at=(dt.time(8, 30),)))
    assert found.due_at == at(due)
    assert found.urgent is (due < "2026-06-02")


def test_the_reason_says_how_near_the_deadline_is() -> None:
    found = told("2026-06-01 22:00", what=plain(deadline=at("2026-06-02 09:10")), quiet=NIGHT)
    assert (found.reason, found.form) == ("urgent: the deadline is 11 h away", MessageForm.SINGLE)


def test_a_matcher_makes_urgent() -> None:
    urgency = Urgency(
        deadline_within=None, matchers=(Equals(label="stage", value="x"), Between(label="amount", low=Decimal(5)))
    )
    big = plain(labels={"amount": ("7",)}, deadline=at("2026-06-01 23:00"))
    found = told("2026-06-01 22:00", what=big, quiet=NIGHT, urgency=urgency, cadence=Grouped())
    assert found == Slot(due_at=at("2026-06-01 22:00"), reason="urgent: amount 7 is at least 5", urgent=True)
    small = plain(labels={"amount": ("3",)}, deadline=at("2026-06-01 23:00"))
    assert not told("2026-06-01 22:00", what=small, quiet=NIGHT, urgency=urgency).urgent, "deadlines do not count here"


def test_a_hold_ends_where_the_deadline_becomes_near() -> None:
    """Fifty hours before a deadline it is held; what comes two hours later would be urgent, and so it is by then."""
    what = plain(deadline=at("2026-06-03 23:00"))
    found = told("2026-06-01 21:00", what=what, quiet=NIGHT)
    assert (found.due_at, found.urgent, found.form) == (at("2026-06-01 23:00"), True, MessageForm.SINGLE)
    assert found.reason == "not held longer than 23:00: the deadline is 2 days away then"


def test_a_weekly_rest_costs_no_deadline() -> None:
    """Friday's news of a Monday deadline is not kept for Monday's digest."""
    what = plain(deadline=at("2026-06-08 09:00"))
    found = told("2026-06-05 18:00", what=what, cadence=Digest(at=(dt.time(8, 30),), days=Days.WEEKDAYS))
    assert found.due_at == at("2026-06-06 09:00")


# --- quiet hours ----------------------------------------------------------------------------------------------------


def test_what_falls_into_quiet_hours_is_held_to_their_end() -> None:
    found = told("2026-06-01 20:00", quiet=NIGHT)
    assert (found.due_at, found.form) == (at("2026-06-02 07:30"), MessageForm.MERGED)
    assert found.reason == "held until 07:30: quiet hours"
    assert told("2026-06-01 19:59:59", quiet=NIGHT).due_at == at("2026-06-01 19:59:59")
    assert told("2026-06-02 07:30", quiet=NIGHT).form is MessageForm.SINGLE


def test_a_digest_in_quiet_hours_stays_one() -> None:
    found = told("2026-06-01 18:00", quiet=NIGHT, cadence=Digest(at=(dt.time(21),)))
    assert (found.due_at, found.form) == (at("2026-06-02 07:30"), MessageForm.DIGEST)


def test_a_group_keeps_its_name_while_held() -> None:
    found = told("2026-06-01 19:59:50", quiet=NIGHT, cadence=Grouped(by=("stage",)))
    assert (found.due_at, found.group) == (at("2026-06-02 07:30"), '{"stage":["result"]}')


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-06-05 21:00", "2026-06-06 07:30"),  # Friday's night is quiet
        ("2026-06-06 21:00", "2026-06-06 21:00"),  # Saturday's is not
        ("2026-06-07 21:00", "2026-06-07 21:00"),  # and Sunday's belongs to Sunday
        ("2026-06-08 03:00", "2026-06-08 03:00"),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(now: str, due: str) -> None:
    quiet = QuietHours(start=dt.time(20), end=dt.time(7, 30), days=Days.WEEKDAYS)
    assert told(now, quiet=quiet).due_at == at(due)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-09-30 21:00", "2026-10-08 07:30"),  # seven days of holiday
        ("2026-10-04 12:00", "2026-10-08 07:30"),
        ("2026-10-09 21:00", "2026-10-10 07:30"),  # a Saturday that is worked
        ("2026-10-10 12:00", "2026-10-10 12:00"),
        ("2026-10-10 21:00", "2026-10-12 07:30"),
        ("2026-09-19 12:00", "2026-09-20 07:30"),  # a Sunday that is worked
    ],
)
def test_whole_days_of_rest_are_held(now: str, due: str) -> None:
    """Over a long holiday everything waits for the first working morning, make-up days included."""
    found = told(now, quiet=OFFICE, calendar=NATIONAL_DAY)
    assert found.due_at == at(due)
    if due == "2026-10-08 07:30":
        assert found.reason == "held until 2026-10-08 07:30: quiet hours"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-09-30 09:00", "2026-10-08 08:30"),
        ("2026-10-09 09:00", "2026-10-10 08:30"),
        ("2026-10-10 09:00", "2026-10-12 08:30"),
    ],
)
def test_a_digest_of_workdays_follows_the_calendar(now: str, due: str) -> None:
    cadence = Digest(at=(dt.time(8, 30),), days=Days.WORKDAYS)
    assert told(now, cadence=cadence, calendar=NATIONAL_DAY).due_at == at(due)


def test_without_a_calendar_monday_to_friday_are_workdays() -> None:
    cadence = Digest(at=(dt.time(8, 30),), days=Days.WORKDAYS)
    assert told("2026-10-01 09:00", cadence=cadence).due_at == at("2026-10-02 08:30")
    assert told("2026-10-09 09:00", cadence=cadence).due_at == at("2026-10-12 08:30")


def test_a_calendar_that_never_works_delays_but_does_not_lose() -> None:
    """Monday to Friday stand in for it, and it is not asked for ever."""
    never = Never()
    assert told("2026-06-05 21:00", quiet=OFFICE, calendar=never).due_at == at("2026-06-08 07:30")
    cadence = Digest(at=(dt.time(8, 30),), days=Days.WORKDAYS)
    assert told("2026-06-05 21:00", cadence=cadence, calendar=never).due_at == at("2026-06-08 08:30")
    assert never.asked < 1000


def test_quiet_hours_at_noon_end_the_same_day() -> None:
    noon = QuietHours(start=dt.time(12), end=dt.time(14), days=Days.DAILY)
    assert told("2026-06-01 12:30", quiet=noon).due_at == at("2026-06-01 14:00")
    assert told("2026-06-01 11:59", quiet=noon).due_at == at("2026-06-01 11:59")


# --- daylight saving ------------------------------------------------------------------------------------------------

SPRING, AUTUMN = "2026-03-29", "2026-10-25"
"""In Berlin clocks jump from 02:00 to 03:00 (01:00 UTC), and back from 03:00 to 02:00 (01:00 UTC)."""


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize("minute", [*range(0, 60, 7), 59])
def test_a_digest_time_that_does_not_exist_is_the_end_of_the_gap(minute: int) -> None:
    digest = Digest(at=(dt.time(2, minute),))
    assert next_digest(digest, utc(f"{SPRING} 00:10"), BERLIN) == utc(f"{SPRING} 01:00")
    assert next_digest(digest, utc(f"{SPRING} 01:00"), BERLIN) == utc(f"2026-03-30 00:{minute:02}")


def test_a_digest_time_that_comes_twice_is_told_once() -> None:
    digest = Digest(at=(dt.time(2, 30),))
    assert next_digest(digest, utc(f"{AUTUMN} 00:00"), BERLIN) == utc(f"{AUTUMN} 00:30")
    assert next_digest(digest, utc(f"{AUTUMN} 00:30"), BERLIN) == utc("2026-10-26 01:30")


@pytest.mark.parametrize(
    ("start", "end", "moment", "until"),
    [
        (dt.time(22), dt.time(2, 30), f"{SPRING} 00:30", f"{SPRING} 01:00"),  # the end is jumped over
        (dt.time(2, 15), dt.time(2, 45), f"{SPRING} 01:00", None),  # the whole of it is
        (dt.time(2, 30), dt.time(4), f"{SPRING} 01:00", f"{SPRING} 02:00"),  # the start is
        (dt.time(22), dt.time(2, 30), f"{AUTUMN} 00:20", f"{AUTUMN} 01:30"),  # the end comes twice
        (dt.time(22), dt.time(2, 30), f"{AUTUMN} 01:20", f"{AUTUMN} 01:30"),
        (dt.time(2, 30), dt.time(4), f"{AUTUMN} 00:30", f"{AUTUMN} 03:00"),  # the start does
        (dt.time(3), dt.time(2, 30), f"{SPRING} 01:00", "2026-03-30 00:30"),  # the only open half-hour is jumped over
    ],
)
def test_quiet_hours_over_a_change_of_clocks(start: dt.time, end: dt.time, moment: str, until: str | None) -> None:
    quiet = QuietHours(start=start, end=end, days=Days.DAILY)
    assert quiet_until(quiet, utc(moment), BERLIN) == (until and utc(until))


def test_a_midnight_that_does_not_exist_begins_a_day_of_rest() -> None:
    """In Cairo Friday 2026-04-24 begins at 01:00 (2026-04-23 22:00 UTC)."""
    quiet = QuietHours(start=dt.time(12), end=dt.time(13), days=Days.WORKDAYS, rest_days=True)
    friday_off = Holidays(rest=[dt.date(2026, 4, 24)])
    assert quiet_until(quiet, utc("2026-04-23 21:59:59"), CAIRO, friday_off) is None
    held = quiet_until(quiet, utc("2026-04-23 22:00"), CAIRO, friday_off)
    assert held == dt.datetime(2026, 4, 27, tzinfo=CAIRO).astimezone(dt.UTC), "and the week-end follows"


def test_times_are_those_of_the_receiver_s_zone() -> None:
    now = utc("2026-06-01 15:00")
    here, there = (Receiver(name="r", quiet=NIGHT, timezone=zone) for zone in ("Asia/Shanghai", "Europe/Berlin"))
    assert slot(plain(), here, FRESH, now) != slot(plain(), there, FRESH, now) == Slot(due_at=now, reason="at once")


def test_an_unknown_zone_and_a_naive_time_are_errors() -> None:
    with pytest.raises(CadenceDefinitionError, match="Mars/Olympus"):
        slot(plain(), Receiver(name="r", timezone="Mars/Olympus"), FRESH, utc("2026-06-01 15:00"))
    with pytest.raises(ValueError, match="aware"):
        slot(plain(), Receiver(name="r"), FRESH, dt.datetime(2026, 6, 1))
    for name in ("waiting_until", "last_sent_at"):
        with pytest.raises(ValueError, match=name):
            GroupState(**{name: dt.datetime(2026, 6, 1)})


# --- laws -----------------------------------------------------------------------------------------------------------

times = st.builds(dt.time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
moments = st.one_of(
    st.datetimes(dt.datetime(2025, 12, 1), dt.datetime(2027, 2, 1)),
    # Around changes of clocks, in Berlin and in Cairo.
    *(
        st.datetimes(day - DAY, day + DAY)
        for day in map(dt.datetime.fromisoformat, (SPRING, AUTUMN, "2026-04-24", "2026-10-30"))
    ),
).map(lambda moment: moment.replace(tzinfo=dt.UTC))
days = st.sampled_from(Days)
digests = st.builds(Digest, at=st.lists(times, min_size=1, max_size=3).map(tuple), days=days)
quiets = (
    st.tuples(times, times, days, st.booleans())
    .filter(lambda q: q[0] != q[1])
    .map(lambda q: QuietHours(start=q[0], end=q[1], days=q[2], rest_days=q[3]))
)
lengths = st.integers(0, 600).map(lambda minutes: minutes * MINUTE)
cadences: st.SearchStrategy[Cadence] = st.one_of(
    st.just(AtOnce()), st.builds(Grouped, wait=lengths, interval=lengths), digests
)
calendars = st.sampled_from([None, NATIONAL_DAY, Never(), Holidays(rest=[dt.date(2026, 3, d) for d in range(2, 31)])])
receivers = st.builds(
    Receiver,
    name=st.just("r"),
    timezone=st.sampled_from(ZONES),
    cadence=cadences,
    digest=st.none() | digests,
    quiet=st.none() | quiets,
    urgency=st.builds(Urgency, deadline_within=st.none() | lengths),
)
states = st.builds(GroupState, waiting_until=st.none() | moments, last_sent_at=st.none() | moments)
alerts = st.builds(lambda deadline, minor: plain(deadline=deadline, minor=minor), st.none() | moments, st.booleans())


def reads_quiet(quiet: QuietHours, moment: dt.datetime, zone: ZoneInfo, calendar: Calendar) -> bool:
    """Whether a person who looks at the clock on the wall and at the calendar would call it quiet."""
    local = moment.astimezone(zone)
    today, time = local.date(), local.time()

    def quiet_on(day: dt.date) -> bool:
        return quiet.rest_days or counted(day)

    def counted(day: dt.date) -> bool:
        if quiet.days is Days.WORKDAYS:
            return calendar.is_workday(day)
        return quiet.days is Days.DAILY or day.weekday() < 5

    if quiet.rest_days and not counted(today):
        return True
    if quiet.start < quiet.end:
        return quiet_on(today) and quiet.start <= time < quiet.end
    return (quiet_on(today) and time >= quiet.start) or (quiet_on(today - DAY) and time < quiet.end)


@given(alerts, receivers, states, moments, calendars)
def test_nothing_is_due_in_the_past(
    what: Alert, receiver: Receiver, state: GroupState, now: dt.datetime, calendar: Calendar | None
) -> None:
    found = slot(what, receiver, state, now, calendar)
    if found is None:
        assert what.minor
        return
    assert found.due_at >= now
    assert found.due_at.utcoffset() == dt.timedelta(0)
    assert found.urgent <= (not what.minor)


@given(alerts, receivers, states, moments)
@example(
    plain(),
    Receiver(
        name="r", quiet=QuietHours(start=dt.time(1), end=dt.time(2, 30), days=Days.DAILY), timezone="Europe/Berlin"
    ),
    FRESH,
    dt.datetime(2026, 10, 25, 0, 29, tzinfo=dt.UTC),
)
def test_only_the_urgent_breaks_into_quiet_hours(
    what: Alert, receiver: Receiver, state: GroupState, now: dt.datetime
) -> None:
    """As a person reads them: by the clock on the wall."""
    found = slot(what, receiver, state, now, NATIONAL_DAY)
    if found is not None and not found.urgent and receiver.quiet is not None:
        assert not reads_quiet(receiver.quiet, found.due_at, ZoneInfo(receiver.timezone), NATIONAL_DAY)


@given(quiets, moments)
def test_a_hold_is_quiet_from_beginning_to_end(quiet: QuietHours, moment: dt.datetime) -> None:
    """Where no clock changes, a hold lasts as long as it is quiet on the wall, and no quarter of an hour longer."""
    until = quiet_until(quiet, moment, SHANGHAI, NATIONAL_DAY)
    assert (until is not None) is reads_quiet(quiet, moment, SHANGHAI, NATIONAL_DAY)
    while until is not None and moment < until:
        assert reads_quiet(quiet, moment, SHANGHAI, NATIONAL_DAY)
        moment += 15 * MINUTE


@given(quiets, moments, st.sampled_from(ZONES), calendars)
def test_the_end_of_quiet_hours_is_not_quiet(
    quiet: QuietHours, moment: dt.datetime, zone: str, calendar: Calendar | None
) -> None:
    until = quiet_until(quiet, moment, ZoneInfo(zone), calendar)
    if until is not None:
        assert until > moment
        assert quiet_until(quiet, until, ZoneInfo(zone), calendar) is None


@given(alerts, receivers, states, moments, lengths | st.just(40 * DAY), calendars)
def test_waiting_longer_to_ask_brings_nothing_forward(
    what: Alert, receiver: Receiver, state: GroupState, now: dt.datetime, later: dt.timedelta, calendar: Calendar | None
) -> None:
    """The slot is monotone in `now`; so what is admitted late is never told before what was admitted early."""
    early = slot(what, receiver, state, now, calendar)
    late = slot(what, receiver, state, now + later, calendar)
    assert (early is None) == (late is None)
    if early is not None and late is not None:
        assert early.due_at <= late.due_at


@given(alerts, receivers, moments, calendars)
def test_what_is_due_stays_due(what: Alert, receiver: Receiver, now: dt.datetime, calendar: Calendar | None) -> None:
    """Asked again at its time, what is told at once is not put off once more."""
    found = slot(what, receiver, FRESH, now, calendar, AtOnce())
    if found is not None and not what.minor:
        again = slot(what, receiver, FRESH, found.due_at, calendar, AtOnce())
        assert again is not None
        assert again.due_at == found.due_at


@given(digests, moments, st.sampled_from(ZONES))
def test_a_digest_is_the_first_of_its_times(digest: Digest, after: dt.datetime, zone: str) -> None:
    """It reads one of its times on one of its days (or is the end of a gap), and no earlier minute does."""

    def reads_a_time(moment: dt.datetime) -> bool:
        local = moment.astimezone(ZoneInfo(zone))
        worked = digest.days is Days.WORKDAYS and NATIONAL_DAY.is_workday(local.date())
        weekday = digest.days is Days.WEEKDAYS and local.weekday() < 5
        return local.fold == 0 and local.time() in digest.at and (worked or weekday or digest.days is Days.DAILY)

    due = next_digest(digest, after, ZoneInfo(zone), NATIONAL_DAY)
    assert due > after
    jumps = (due - MINUTE).astimezone(ZoneInfo(zone)).utcoffset() != due.astimezone(ZoneInfo(zone)).utcoffset()
    assert reads_a_time(due) or jumps
    # Every time of a digest here is a quarter of an hour.
    minute = after.replace(second=0, microsecond=0, minute=after.minute // 15 * 15) + 15 * MINUTE
    while minute < due:
        assert not reads_a_time(minute)
        minute += 15 * MINUTE


@given(receivers, moments, calendars)
def test_the_answer_comes_soon(receiver: Receiver, now: dt.datetime, calendar: Calendar | None) -> None:
    """However long a calendar rests, it is asked a bounded number of times, and the alert is told within weeks."""
    if isinstance(calendar, Never | Holidays):
        calendar.asked = 0
    found = slot(plain(), receiver, FRESH, now, calendar)
    assert found is not None
    assert found.due_at - now < 45 * DAY
    if isinstance(calendar, Never | Holidays):
        assert calendar.asked < 20_000
