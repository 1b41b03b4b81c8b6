"""The store: one database, opened at the right schema, and units of work on it.

`service` decides where a transaction begins and ends; within one, the collections share a session. What they
promise stands in their docstrings; the same code runs on SQLite and PostgreSQL, and the suite runs on both.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from monitor.storage.acknowledgements import Acknowledgements
from monitor.storage.articles import Articles
from monitor.storage.conditions import Conditions
from monitor.storage.database import Database
from monitor.storage.deliveries import Deliveries
from monitor.storage.following import ThreadStates
from monitor.storage.frontier import Frontier
from monitor.storage.index import SqlIndex
from monitor.storage.judgements import Judgements
from monitor.storage.models import Models
from monitor.storage.opinions import Opinions
from monitor.storage.outbox import Outbox
from monitor.storage.polls import Polls
from monitor.storage.replays import Replays
from monitor.storage.retained import Retained
from monitor.storage.schema import require_current
from monitor.storage.screen import Screen, unscreened
from monitor.storage.silences import Silences
from monitor.storage.sources import Sources
from monitor.storage.tallies import Tallies
from monitor.storage.threads import Threads
from monitor.storage.websub import Subscriptions


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """The collections within one transaction."""

    session: Session
    sources: Sources
    polls: Polls
    tallies: Tallies
    articles: Articles
    outbox: Outbox
    deliveries: Deliveries
    silences: Silences
    index: SqlIndex
    threads: Threads
    thread_states: ThreadStates
    acknowledgements: Acknowledgements
    conditions: Conditions
    judgements: Judgements
    models: Models
    opinions: Opinions
    frontier: Frontier
    replays: Replays
    retained: Retained
    subscriptions: Subscriptions

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone by an exception, without undoing the rest of the transaction."""
        with self.session.begin_nested():
            yield


class Store:
    """Transactions on one database. Raises `SchemaOutdatedError` at construction unless the schema is this program's."""

    def __init__(self, database: Database, screen: Screen = unscreened) -> None:
        """What pages say passes `screen` on its way in."""
        self.database, self._screen = database, screen
        require_current(database)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """A write transaction. Raises `DatabaseBusyError` when another writer holds on for too long."""
        with self.database.write() as session:
            yield _unit(session, self._screen)

    @contextlib.contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A consistent view for reading."""
        with self.database.read() as session:
            yield _unit(session, self._screen)


def _unit(session: Session, screen: Screen) -> UnitOfWork:
    return UnitOfWork(
        session=session,
        sources=Sources(session),
        polls=Polls(session),
        tallies=Tallies(session),
        articles=Articles(session, screen),
        outbox=Outbox(session, screen),
        deliveries=Deliveries(session),
        silences=Silences(session),
        index=SqlIndex(session),
        threads=Threads(session),
        thread_states=ThreadStates(session, screen),
        acknowledgements=Acknowledgements(session),
        conditions=Conditions(session),
        judgements=Judgements(session),
        models=Models(session),
        opinions=Opinions(session),
        frontier=Frontier(session),
        replays=Replays(session),
        retained=Retained(session),
        subscriptions=Subscriptions(session),
    )
