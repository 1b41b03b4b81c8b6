"""When an alert is told to a receiver, and in which form. Pure: the receiver's wishes and a moment in, a slot out.

The rules, in order. A minor alert goes into the next digest, or nowhere. What is urgent goes now, by itself, whatever the
hour. Everything else goes as the cadence says: at once, with its group, or in the next digest. What would then fall into
quiet hours is held to their end. And nothing is held past the moment at which its deadline makes it urgent.

Times of day become moments in the receiver's own zone: one that daylight saving skips is the end of the gap, one that it
repeats is the first (the last, where quiet hours end). So every hour that a clock on the wall reads as quiet is quiet.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.cadence import Cadence, Calendar, Days, Digest, Grouped, QuietHours, Urgency
from alerts.errors import CadenceDefinitionError
from alerts.model import Alert, MessageForm, Receiver, require_aware

LONGEST_REST = 31
"""Days without a working day after which a calendar is not believed: the longest public holiday anywhere is far shorter.
From then on Monday to Friday are workdays, so that a faulty calendar delays what people wait for, and does not lose it."""

_A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """When and how one alert is told to one receiver.

    `due_at` is an aware UTC time. `reason` says in English words why then. `group` is that of `group_of`, and empty for
    what travels by itself. `urgent` slots may lie in quiet hours; no other does.
    """

    due_at: dt.datetime
    reason: str
    form: MessageForm = MessageForm.SINGLE
    urgent: bool = False
    group: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupState:
    """How a group stands with a receiver: when what waits in it will be told, and when the group was last told."""

    waiting_until: dt.datetime | None = None
    last_sent_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.waiting_until, "waiting_until")
        require_aware(self.last_sent_at, "last_sent_at")


def group_of(alert: Alert, cadence: Cadence) -> str:
    """The name of the group that an alert belongs to: its values of the labels `by`; empty where nothing is grouped.

    Stable across restarts: neither the order of `by` nor that of a label's values matters, and an absent label is one
    without values.
    """
    if not isinstance(cadence, Grouped):
        return ""
    values = {label: sorted(set(alert.labels.get(label, ()))) for label in cadence.by}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def slot(
    alert: Alert,
    receiver: Receiver,
    state: GroupState,
    now: dt.datetime,
    calendar: Calendar | None = None,
    cadence: Cadence | None = None,
) -> Slot | None:
    """When and how the receiver is told of the alert; None where they never want it (minor, and no digest).

    `state` is that of the alert's group (`group_of`). `cadence` stands in for the receiver's (a route's option).
    Raises CadenceDefinitionError for an unknown time zone.
    """
    require_aware(now, "now")
    now = now.astimezone(dt.UTC)
    zone = zone_of(receiver)
    wanted = cadence or receiver.cadence
    if alert.minor:
        digest = receiver.digest or (wanted if isinstance(wanted, Digest) else None)
        if digest is None:
            return None
        return _outside_quiet_hours(_in_digest(digest, now, zone, calendar), receiver, now, zone, calendar)
    if why := urgent_because(alert, receiver.urgency, now):
        return Slot(due_at=now, reason=f"urgent: {why}", urgent=True)
    planned = _as_cadence_says(wanted, group_of(alert, wanted), state, now, zone, calendar)
    held = _outside_quiet_hours(planned, receiver, now, zone, calendar)
    return _not_past_its_urgency(held, alert, receiver.urgency, now, zone)


def urgent_because(alert: Alert, urgency: Urgency, now: dt.datetime) -> str | None:
    """Why the alert is urgent at `now`, in words; None where it is not. A deadline that is past presses nobody."""
    since = _urgent_since(alert, urgency)
    if since is not None and alert.deadline is not None and since <= now <= alert.deadline:
        return f"the deadline is {_span(alert.deadline - now)} away"
    return next((why for matcher in urgency.matchers if (why := matcher.reason(alert.labels))), None)


def presses(alert: Alert, receiver: Receiver, now: dt.datetime) -> bool:
    """Whether the receiver is to be told at `now`, whatever the hour. What goes into digests only never is."""
    return not alert.minor and urgent_because(alert, receiver.urgency, now) is not None


def held_until(
    alert: Alert, receiver: Receiver, now: dt.datetime, calendar: Calendar | None = None
) -> dt.datetime | None:
    """Until when quiet hours hold an alert that is due at `now`, though not past the moment at which its deadline makes
    it urgent; None where it may go. Raises CadenceDefinitionError for an unknown time zone."""
    require_aware(now, "now")
    if receiver.quiet is None or presses(alert, receiver, now):
        return None
    end = quiet_until(receiver.quiet, now, zone_of(receiver), calendar)
    since = None if alert.minor else _urgent_since(alert, receiver.urgency)
    return min(end, since) if end is not None and since is not None and since > now else end


def next_digest(digest: Digest, after: dt.datetime, zone: ZoneInfo, calendar: Calendar | None = None) -> dt.datetime:
    """The first time of the digest that is later than `after`, in UTC."""
    first = after.astimezone(zone).date()
    days = (first + n * _A_DAY for n in itertools.count())
    # It ends: within LONGEST_REST days of any day there is one that counts. Days do not overlap, so the first that has
    # a time later than `after` has the earliest.
    return next(
        min(later)
        for day in days
        if counts(day, digest.days, calendar)
        and (later := [moment for time in digest.at if (moment := _moment(day, time, zone)) > after])
    )


def quiet_until(
    quiet: QuietHours, moment: dt.datetime, zone: ZoneInfo, calendar: Calendar | None = None
) -> dt.datetime | None:
    """When the quiet time that `moment` lies in ends, in UTC; None where it lies in none.

    A night belongs to the day on which it begins: with `days` of weekdays Friday's night is quiet, Sunday's is not.
    With `rest_days` a day that is not of `days` is quiet from midnight to midnight, and so is the night after it: what
    comes on Friday evening is held until Monday morning. Quiet times that touch are one.
    """
    end = moment.astimezone(dt.UTC)
    # It ends: on a day that counts there is some time that is not quiet, and within LONGEST_REST days there is such a day.
    day = end.astimezone(zone).date() - _A_DAY
    while day <= end.astimezone(zone).date():
        for since, until in _spans(quiet, day, zone, calendar):
            if since <= end < until:
                end = until
        day += _A_DAY
    return end if end > moment else None


def counts(day: dt.date, days: Days, calendar: Calendar | None = None) -> bool:
    """Whether a day is one of `days`. A calendar that knows no working day for LONGEST_REST days is not believed."""
    weekday = day.weekday() < 5
    if days is Days.DAILY:
        return True
    if days is Days.WEEKDAYS or calendar is None:
        return weekday
    if calendar.is_workday(day):
        return True
    believed = any(calendar.is_workday(day + n * _A_DAY) for n in range(1, LONGEST_REST + 1))
    return weekday and not believed


def zone_of(receiver: Receiver) -> ZoneInfo:
    """The receiver's time zone. Raises CadenceDefinitionError where there is none of that name."""
    try:
        return ZoneInfo(receiver.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise CadenceDefinitionError(f"receiver {receiver.name!r}: no time zone {receiver.timezone!r}") from exc


def _as_cadence_says(
    cadence: Cadence, group: str, state: GroupState, now: dt.datetime, zone: ZoneInfo, calendar: Calendar | None
) -> Slot:
    if isinstance(cadence, Digest):
        return _in_digest(cadence, now, zone, calendar)
    if isinstance(cadence, Grouped):
        return _with_group(cadence, group, state, now, zone)
    return Slot(due_at=now, reason="at once")


def _in_digest(digest: Digest, now: dt.datetime, zone: ZoneInfo, calendar: Calendar | None) -> Slot:
    due = next_digest(digest, now, zone, calendar)
    return Slot(due_at=due, reason=f"in the digest of {_printed(due, now, zone)}", form=MessageForm.DIGEST)


def _with_group(cadence: Grouped, group: str, state: GroupState, now: dt.datetime, zone: ZoneInfo) -> Slot:
    waiting, last = state.waiting_until, state.last_sent_at
    if waiting is not None and (last is None or waiting > last):
        due, why = max(now, waiting.astimezone(dt.UTC)), "its group is told then"
    else:
        due, why = now + cadence.wait, "waits for others of its group"
        # A time in the future is a clock's mistake, and must not silence the group until then.
        if last is not None and (again := min(last, now) + cadence.interval) > due:
            due, why = again.astimezone(dt.UTC), f"its group is told once in {_span(cadence.interval)}"
    reason = f"waits until {_printed(due, now, zone)}: {why}" if due > now else "at once, with its group"
    return Slot(due_at=due, reason=reason, form=MessageForm.MERGED, group=group)


def _outside_quiet_hours(
    planned: Slot, receiver: Receiver, now: dt.datetime, zone: ZoneInfo, calendar: Calendar | None
) -> Slot:
    if receiver.quiet is None or (end := quiet_until(receiver.quiet, planned.due_at, zone, calendar)) is None:
        return planned
    form = MessageForm.DIGEST if planned.form is MessageForm.DIGEST else MessageForm.MERGED
    return replace(planned, due_at=end, form=form, reason=f"held until {_printed(end, now, zone)}: quiet hours")


def _not_past_its_urgency(held: Slot, alert: Alert, urgency: Urgency, now: dt.datetime, zone: ZoneInfo) -> Slot:
    """The slot, or the moment at which the alert becomes urgent, where that comes first: a hold costs no deadline."""
    since = _urgent_since(alert, urgency)
    if since is None or urgency.deadline_within is None or not now < since < held.due_at:
        return held
    why = (
        f"not held longer than {_printed(since, now, zone)}: the deadline is {_span(urgency.deadline_within)} away then"
    )
    return Slot(due_at=since, reason=why, urgent=True)


def _urgent_since(alert: Alert, urgency: Urgency) -> dt.datetime | None:
    """When its deadline makes the alert urgent."""
    if alert.deadline is None or urgency.deadline_within is None:
        return None
    return (alert.deadline - urgency.deadline_within).astimezone(dt.UTC)


def _spans(
    quiet: QuietHours, day: dt.date, zone: ZoneInfo, calendar: Calendar | None
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The quiet times that begin on a day, as [since, until) in UTC, in their order."""
    morrow = day + _A_DAY
    counted = counts(day, quiet.days, calendar)
    if quiet.rest_days and not counted:
        yield _moment(day, dt.time.min, zone), _moment(morrow, dt.time.min, zone)
    if counted or quiet.rest_days:
        ends_on = day if quiet.start < quiet.end else morrow
        yield _moment(day, quiet.start, zone), _moment(ends_on, quiet.end, zone, last=True)


def _moment(day: dt.date, time: dt.time, zone: ZoneInfo, *, last: bool = False) -> dt.datetime:
    """The moment, in UTC, at which clocks in the zone read this; the last such moment where they read it twice.

    Where they never do, the moment at which they jump over it.
    """
    local = dt.datetime.combine(day, time.replace(tzinfo=None), zone).replace(fold=int(last))
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None, fold=0):
        return moment
    # PEP 495: in a gap, fold=1 reads with the offset after the jump and so lands before it, and fold=0 the reverse.
    low, high = (int(local.replace(fold=fold).timestamp()) for fold in (1, 0))
    before = _offset(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return dt.datetime.fromtimestamp(high, dt.UTC)


def _offset(timestamp: int, zone: ZoneInfo) -> dt.timedelta | None:
    return dt.datetime.fromtimestamp(timestamp, zone).utcoffset()


def _printed(moment: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> str:
    """A time of day in the zone; with its date where it is not within a day."""
    local = moment.astimezone(zone)
    date = "%Y-%m-%d " if abs(moment - now) >= _A_DAY else ""
    return local.strftime(f"{date}%H:%M:%S" if local.second else f"{date}%H:%M")


def _span(length: dt.timedelta) -> str:
    """A length of time in its largest sensible unit, rounded down."""
    seconds = int(length.total_seconds())
    for unit, name in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"
