"""Reminders and escalations as alerts: what was told last of the thread, told again because its deadline draws near."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from alerts import Alert, AlertKind, Audience
from monitor import phrases
from monitor.alerting.compose import severity
from monitor.reminders import Escalation, Reminder


def reminder_alert(told: Alert, reminder: Reminder, *, followers: Sequence[str], lang: str, now: dt.datetime) -> Alert:
    """A reminder for those who were told of its thread, without those who answered that it is not for them.

    `told` is the thread's last alert: its labels, so that silences hold, and its facts, with the deadline in force.
    `followers` are the receivers that were told.
    """
    left = tuple(name for name in followers if name not in reminder.not_for)
    return replace(
        _again(told, reminder.key, reminder.deadline, lang, now),
        kind=AlertKind.REMINDER,
        audience=Audience.NAMED if reminder.not_for else Audience.FOLLOWERS,
        to=left if reminder.not_for else (),
    )


def escalation_alert(told: Alert, escalation: Escalation, *, to: Sequence[str], lang: str, now: dt.datetime) -> Alert:
    """The word to those above that nobody took it. `to` are the receivers that an operator named for this."""
    return replace(
        _again(told, escalation.key, escalation.deadline, lang, now),
        kind=AlertKind.ESCALATION,
        audience=Audience.NAMED,
        to=tuple(to),
    )


def _again(told: Alert, key: str, deadline: dt.datetime, lang: str, now: dt.datetime) -> Alert:
    name = phrases.name("deadline", lang)
    local = deadline.astimezone(phrases.CHINA)
    printed = f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (23, 59) else phrases.moment(deadline)
    others = tuple(pair for pair in told.facts if pair[0] != name)
    return replace(
        told,
        key=key,
        created_at=now,
        severity=severity(deadline, now),
        deadline=deadline,
        facts=((name, printed), *others),
        minor=False,
        changes=(),
    )
