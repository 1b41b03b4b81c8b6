"""What draws attention by itself as time passes: deadlines that come near, and the program's own troubles.

Everything found is queued in the outbox under a key that is unique for ever, in the transaction that remembers it; so
looking twice, or being killed in between, tells nobody twice.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import structlog

from monitor import workdays
from monitor.acknowledgement import Acknowledgement
from monitor.alerting import (
    REACHED,
    Alert,
    Desk,
    decode,
    encode,
    escalation_alert,
    heartbeat_alert,
    notice_alert,
    reminder_alert,
    resting_since,
)
from monitor.clock import Clock
from monitor.config import Config
from monitor.following import ThreadState
from monitor.operations import (
    CLEAR,
    HOLD,
    ConditionKind,
    Figures,
    Observation,
    broken_source,
    dead_channel,
    full_disk,
    growing_backlog,
    heartbeat,
    locked_database,
    observe,
    refused_configuration,
    silent_source,
    unwatched,
)
from monitor.records import SourceRecord
from monitor.reminders import due_escalations, due_reminders
from monitor.staleness import State, history_of, judge
from monitor.storage import Store, UnitOfWork

log = structlog.get_logger()

DEAD_FOR = dt.timedelta(days=1)
"""How long a message that was given up counts as a sign of a dead channel."""

DEAD_STATES = ("refused", "given up")
"""Deliveries that certainly did not arrive."""


class Attention:
    """Looks after deadlines and the program's health; each look is one short transaction."""

    def __init__(self, *, config: Config, store: Store, desk: Desk, clock: Clock) -> None:
        self._config, self._store, self._desk, self._clock = config, store, desk, clock
        self._backlogs: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=8))
        self._busy, self._full, self._prevented = 0, 0, 0
        self._refused: dict[str, Sequence[str]] = {}

    def note_busy_database(self) -> None:
        """Another writer held the database for so long that work was put off."""
        self._busy += 1

    def note_full_disk(self) -> None:
        """There was no room for what was to be written, so that work was put off."""
        self._full += 1

    def note_prevented_look(self) -> None:
        """A look could not be made, or not be written down."""
        self._prevented += 1

    def note_refused_configuration(self, file: str, problems: Sequence[str]) -> None:
        """The configuration was changed and cannot be used. Told at the next look, until a service is built of a good one."""
        self._refused[file] = problems

    def remind(self) -> int:
        """Queue the reminders and escalations that are due; how many there were."""
        wanted, now = self._config.alerts.deadlines, self._clock()
        with self._store.transaction() as unit:
            states = {state.thread_id: state for state in unit.thread_states.open(now)}
            given = unit.acknowledgements.of_threads(states)
            queued = [self._queue(unit, alert, states) for alert in self._due(unit, states, given, now)]
        if count := sum(queued):
            log.info("deadlines", reminders=count, days=list(wanted.remind_days))
        return count

    def look(self) -> int:
        """Look at sources, channels, disk, backlog and database; queue what operators are to be told; how many alerts.

        A trouble that prevented looks counts for each of them, so that one that is over by the time it can be written down
        is told all the same.
        """
        told = self._look()
        self._busy, self._full, self._prevented = 0, 0, 0
        return told

    def _look(self) -> int:
        now = self._clock()
        resting = {name: resting_since(state) for name, state in self._desk.lane_states().items()}
        with self._store.reading() as unit:  # judging hundreds of sources takes seconds, in which others are to write
            sources = tuple(self._sources(unit.sources.all(), unit, now))
        with self._store.transaction() as unit:
            known = unit.conditions.open()
            seen = [
                *sources,
                *self._channels(unit, resting, now),
                *self._backlog(unit),
                *(1 + self._prevented)
                * (self._disk(), locked_database(self._store.database.printable_url, self._busy)),
                *self._configuration(),
            ]
            seen += unwatched(known, ConditionKind.SOURCE_BROKEN, [s.name for s in self._config.enabled_sources])
            seen += unwatched(known, ConditionKind.SOURCE_SILENT, [s.name for s in self._config.enabled_sources])
            seen += unwatched(known, ConditionKind.CHANNEL_DEAD, ["/".join(name) for name in resting])
            seen += CLEAR * unwatched(known, ConditionKind.CONFIGURATION_REFUSED, self._refused)
            observed = observe(known, seen, now)
            unit.conditions.save(observed.conditions)
            told = [
                self._queue(unit, notice_alert(notice, to=self._operators, lang=self._lang, now=now), {})
                for notice in observed.notices
                if self._operators
            ]
            told.append(self._beat(unit, now))
        for notice in observed.notices:
            c = notice.condition
            log.warning(
                "condition", phase=notice.phase.value, kind=c.kind.value, subject=c.subject, facts=dict(c.facts)
            )
        return sum(told)

    @property
    def _operators(self) -> tuple[str, ...]:
        return self._config.alerts.operators.receivers

    @property
    def _lang(self) -> str:
        return self._config.monitor.language

    def _due(
        self,
        unit: UnitOfWork,
        states: dict[str, ThreadState],
        given: Sequence[Acknowledgement],
        now: dt.datetime,
    ) -> Iterator[Alert]:
        wanted = self._config.alerts.deadlines
        for reminder in due_reminders(states.values(), given, now, wanted.remind_days):
            if not unit.outbox.has(reminder.key) and (told := self._last_telling(unit, states[reminder.thread_id])):
                followers = unit.deliveries.followers(reminder.thread_id, REACHED)
                yield reminder_alert(told, reminder, followers=followers, lang=self._lang, now=now)
        if wanted.escalate_before is None or not wanted.escalate_to:
            return
        for escalation in due_escalations(states.values(), given, now, wanted.escalate_before):
            if not unit.outbox.has(escalation.key) and (told := self._last_telling(unit, states[escalation.thread_id])):
                yield escalation_alert(told, escalation, to=wanted.escalate_to, lang=self._lang, now=now)

    @staticmethod
    def _last_telling(unit: UnitOfWork, state: ThreadState) -> Alert | None:
        last = unit.outbox.get(state.alert_key)
        return decode(last.payload) if last else None

    @staticmethod
    def _queue(unit: UnitOfWork, alert: Alert, states: dict[str, ThreadState]) -> bool:
        about = states.get(alert.thread)
        return unit.outbox.put(
            alert_key=alert.key,
            thread=alert.thread,
            article_id=about.article_id if about else None,
            payload=encode(alert),
            now=alert.created_at,
        )

    def _sources(self, records: Sequence[SourceRecord], unit: UnitOfWork, now: dt.datetime) -> Iterator[Observation]:
        enabled = {source.name for source in self._config.enabled_sources}
        for record in records:
            if record.name in enabled:
                yield broken_source(record, now)
                verdict = judge(history_of(record, unit.sources.appearances(record.name)), workdays.china, now)
                yield silent_source(record.name, verdict.silent_from if verdict.state is State.SILENT else None)

    @staticmethod
    def _channels(
        unit: UnitOfWork, resting: dict[tuple[str, str], dt.datetime | None], now: dt.datetime
    ) -> Iterator[Observation]:
        dead = unit.deliveries.ended_since(now - DEAD_FOR, DEAD_STATES)
        for lane, since in resting.items():
            yield dead_channel("/".join(lane), since, dead.get(lane, 0), now)

    def _disk(self) -> Observation:
        folder = self._config.storage.data_dir
        return full_disk(str(folder), *_room(folder), refused=self._full)

    def _configuration(self) -> Iterator[Observation]:
        """Nothing here comes and goes by itself: it is told at the first look, and over at the first."""
        for file, problems in self._refused.items():
            yield from HOLD * (refused_configuration(file, problems),)

    def _backlog(self, unit: UnitOfWork) -> Iterator[Observation]:
        for name, waiting in (
            ("articles", len(unit.articles.pending())),
            ("alerts", len(unit.outbox.not_admitted(100_000))),
        ):
            self._backlogs[name].append(waiting)
            if (seen := growing_backlog(name, list(self._backlogs[name]))) is not None:
                yield seen

    def _beat(self, unit: UnitOfWork, now: dt.datetime) -> bool:
        """Queue the day's sign of life, where one is wanted and due."""
        at = self._config.alerts.operators.heartbeat
        if at is None or not self._operators:
            return False
        pages, matches = unit.articles.seen_since(now - dt.timedelta(days=1))
        figures = Figures(
            sources=len(self._config.enabled_sources),
            pages=pages,
            matches=matches,
            alerts=unit.outbox.created_since(now - dt.timedelta(days=1)),
        )
        beat = heartbeat(figures, unit.conditions.open(), now, at=at, zone=self._config.zone)
        return beat is not None and self._queue(unit, heartbeat_alert(beat, to=self._operators, lang=self._lang), {})


def _room(path: Path) -> tuple[int, int]:
    """Free and total bytes of the disk that holds `path`."""
    usage = shutil.disk_usage(path)
    return usage.free, usage.total
