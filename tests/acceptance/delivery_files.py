"""Both books behind one face, for tests that must hold on either: the one in memory, and the store's."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from alerts import Alert, Book, Delivery, Silence
from monitor.alerting import StoreBook, encode
from monitor.alerting.book import delivery_of
from monitor.alerting.handling import resend
from monitor.storage import Database, Store, upgrade
from tests.alerts.samples import NOW


class StoreFile:
    """The store's book, with an outbox before it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def book(self) -> Book:
        return StoreBook(self.store)

    def queue(self, alerts: Iterable[Alert]) -> None:
        with self.store.transaction() as unit:
            for alert in alerts:
                unit.outbox.put(
                    alert_key=alert.key,
                    thread=alert.thread,
                    article_id=None,
                    payload=encode(alert),
                    now=alert.created_at,
                )

    def deliveries(self) -> tuple[Delivery, ...]:
        with self.store.reading() as unit:
            return tuple(delivery_of(d) for d in reversed(unit.deliveries.listed(limit=1_000_000)))

    def silence(self, silence: Silence) -> None:
        with self.store.transaction() as unit:
            unit.silences.add(
                matchers=silence.matchers,
                author=silence.author,
                reason=silence.reason,
                starts_at=silence.starts_at,
                ends_at=silence.ends_at,
            )

    def resend(self, now: dt.datetime) -> int:
        return resend(self.store, (), "", now)

    def next_due(self) -> dt.datetime | None:
        with self.store.reading() as unit:
            return unit.deliveries.next_due()

    def outbox(self) -> dict[str, tuple[str, str]]:
        """(state, reason) of every alert, by key."""
        with self.store.reading() as unit:
            return {a.alert_key: (a.state.value, a.reason) for a in unit.outbox.recent(1_000_000)}


class Template:
    """An empty database at today's schema, copied for each use: migrations take longer than most tests."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        database = Database(f"sqlite:///{folder}/template.sqlite3")
        upgrade(database, NOW)
        database.close()

    @contextlib.contextmanager
    def copy(self) -> Iterator[StoreFile]:
        """A store of its own, gone at the end."""
        self._count += 1
        path = self._folder / f"copy{self._count}.sqlite3"
        shutil.copy(self._folder / "template.sqlite3", path)
        database = Database(f"sqlite:///{path}")
        try:
            yield StoreFile(Store(database))
        finally:
            database.close()
            for left in self._folder.glob(f"{path.name}*"):
                left.unlink()
