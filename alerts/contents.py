"""What a message says, before any markup: from alerts to the contents that `pack` fits and templates print.

Our own words are in the receiver's language, times in the receiver's zone. Nothing is escaped here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from alerts import escape
from alerts.desknote import Placed, Section, arrange, group_of
from alerts.model import Alert, AlertKind, MessageForm, Severity
from alerts.pack import Content, Entry, NoteContent, NoteSection, cut
from alerts.wording import Wording

SUMMARY_IN_A_NOTE: Final = 120
"""Characters of a summary in a desk note: two or three lines on a phone."""

_GROUPS_COUNTED: Final = 4
"""Groups that a note's headline counts by name; a subject line shows no more."""

_LONGEST_NAME: Final = 30
"""Characters of a group's name."""

NameOf = Callable[[str, str, str], str]
"""(label, value, language) → what people call it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What a message says besides its alerts depends on this. `now` is None where nobody said when it is sent."""

    words: Wording
    zone: ZoneInfo
    now: dt.datetime | None
    repeat: bool
    urgent_within: dt.timedelta | None
    group_by: tuple[str, ...]
    name_of: NameOf

    def moment(self, alerts: Sequence[Alert]) -> dt.datetime:
        """The time from which the time left is counted, in the reader's zone."""
        return (self.now or max(alert.created_at for alert in alerts)).astimezone(self.zone)


def alert_content(alert: Alert, copies: int, setting: Setting) -> Content:
    """One alert in full, with at most so many of its other copies."""
    return Content(
        title=escape.one_line(alert.title),
        summary=escape.one_line(alert.summary),
        call=_call(alert, setting),
        changes=alert.changes,
        facts=alert.facts,
        evidence=escape.one_line(alert.evidence),
        link=alert.link,
        copies=alert.copies[:copies],
        omitted_copies=max(len(alert.copies) - copies, 0),
    )


def note_content(alerts: Sequence[Alert], form: MessageForm, setting: Setting) -> NoteContent:
    """Several alerts as a desk note, its entries numbered through."""
    moment = setting.moment(alerts)
    arranged = arrange(alerts, group_by=setting.group_by, urgent_within=setting.urgent_within, now=moment)
    sections, number = [], 1
    for section in arranged:
        entries = tuple(_entry(placed, number + i, moment, setting) for i, placed in enumerate(section.placed))
        sections.append(NoteSection(heading=_heading(section, setting), entries=entries, urgent=section.urgent))
        number += len(entries)
    if len(sections) == 1 and not sections[0].urgent:
        sections = [NoteSection(heading="", entries=sections[0].entries)]  # the headline has said it
    words, name, counts = setting.words, _note_name(alerts, form, setting), _counts(alerts, setting)
    title = name + (words.colon + words.comma.join(counts) if counts else "")
    return NoteContent(title=title, name=name, counts=counts, sections=tuple(sections))


def alert_marks(alert: Alert, setting: Setting) -> escape.Safe:
    """What stands before an alert's headline: what sort it is, that it is urgent, that it may be a repeat."""
    words = setting.words
    marks = [words.severity[Severity.URGENT]] * (alert.severity is Severity.URGENT) + [words.repeat] * setting.repeat
    return escape.Safe(words.kind(alert.kind) + "".join(map(words.mark, marks)))


def note_marks(alerts: Sequence[Alert], setting: Setting) -> escape.Safe:
    """What stands before a note's headline."""
    words = setting.words
    urgent = any(alert.severity is Severity.URGENT for alert in alerts)
    marks = [words.severity[Severity.URGENT]] * urgent + [words.repeat] * setting.repeat
    return escape.Safe("".join(map(words.mark, marks)))


def source_line(alert: Alert, setting: Setting) -> str:
    """Publisher and time, as `人民网 · 发布 2024-05-06 09:30`; the time found where the page gives none."""
    words = setting.words
    label, moment = (words.published, alert.published) if alert.published else (words.found, alert.created_at)
    if alert.kind is AlertKind.OPERATIONS:
        label = ""  # nothing was found or published: it is when it happened
    return _dotted(alert.link.note, f"{label} {_printed(moment, setting.zone)}".strip())


def _entry(placed: Placed, number: int, moment: dt.datetime, setting: Setting) -> Entry:
    alert = placed.alert
    return Entry(
        number=number,
        marks=alert_marks(alert, replace(setting, repeat=False)),  # the note says that once for all
        title=escape.one_line(alert.title),
        summary=cut(escape.one_line(alert.summary), SUMMARY_IN_A_NOTE),
        changes=alert.changes,
        deadline=_deadline(placed.deadline, moment, setting),
        link=alert.link,
        source=_dotted(alert.link.note, _printed(alert.published or alert.created_at, setting.zone)),
        urgent=alert.severity is Severity.URGENT,
        earlier=placed.earlier,
    )


def _call(alert: Alert, setting: Setting) -> str:
    """The line that a reminder or an escalation is about."""
    if alert.kind not in (AlertKind.REMINDER, AlertKind.ESCALATION):
        return ""
    untaken = setting.words.untaken if alert.kind is AlertKind.ESCALATION else ""
    return untaken + _deadline(alert.deadline, setting.moment((alert,)), setting)


def _deadline(deadline: dt.datetime | None, moment: dt.datetime, setting: Setting) -> str:
    """The deadline and the time left, as `截止 2024-05-06 09:30，还剩 3 天`; nothing where there is none."""
    if deadline is None:
        return ""
    words, local = setting.words, deadline.astimezone(setting.zone)
    # The last minute of a day stands for the day; midnight does not, for it ends the day before.
    printed = f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (23, 59) else f"{local:%Y-%m-%d %H:%M}"
    return f"{words.deadline} {printed}{words.comma}{words.left(local, moment)}"


def _note_name(alerts: Sequence[Alert], form: MessageForm, setting: Setting) -> str:
    """What the note is, as `晨报 · 12 条`."""
    words, name = setting.words, setting.words.merged
    if form is MessageForm.DIGEST:
        name = words.digest(setting.now.astimezone(setting.zone).hour if setting.now else None)
    return _dotted(name, words.alerts.of(len(alerts)))


def _counts(alerts: Sequence[Alert], setting: Setting) -> tuple[str, ...]:
    """How much of what the note holds, as `公告 5`, `结果 4`, `其他 3`; nothing where no alert belongs to a group."""
    named = Counter(_group_name(alert, setting) for alert in alerts).most_common()
    other = setting.words.other
    if all(name == other for name, _ in named):
        return ()
    shown = [(name, count) for name, count in named if name != other][:_GROUPS_COUNTED]
    rest = len(alerts) - sum(count for _, count in shown)
    return tuple(f"{name} {count}" for name, count in (*shown, *[(other, rest)] * (rest > 0)))


def _heading(section: Section, setting: Setting) -> str:
    if section.urgent:
        return setting.words.severity[Severity.URGENT]
    names = [_name(label, value, setting) for label, value in section.path]
    return " · ".join(names) or _group_name(section.placed[0].alert, setting)


def _group_name(alert: Alert, setting: Setting) -> str:
    """What a note's headline counts an alert as: the narrowest part of its group."""
    path = group_of(alert, setting.group_by)
    return _name(*path[-1], setting) if path else setting.words.kinds.get(alert.kind, setting.words.other)


def _name(label: str, value: str, setting: Setting) -> str:
    return cut(escape.one_line(setting.name_of(label, value, setting.words.lang)), _LONGEST_NAME)


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _printed(moment: dt.datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    # Pages that print only a date come as midnight: an hour that nobody printed would be a false fact.
    return f"{local:%Y-%m-%d}" if local.time() == dt.time() else f"{local:%Y-%m-%d %H:%M}"
