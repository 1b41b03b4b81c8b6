"""Subscriptions with hubs (WebSub): hubs are asked, answered and heard, and what they tell of is polled at once.

Decisions are those of `monitor.websub`. What is to be asked is stored before it is asked, so that a hub that asks back before
its own answer has arrived is recognised, and a request that is lost with the process is made again. Notifications are counted
and heeded by one writer, a moment apart: a flood of them is one transaction a second, and never more polls than configured.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace

import structlog

from monitor.clock import Clock
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.hub_calls import HubCalls, topics_of
from monitor.pacing import Why
from monitor.records import SourceRecord
from monitor.storage import Store, UnitOfWork
from monitor.websub import (
    Answer,
    AnswerKind,
    Asked,
    Delivered,
    Demand,
    Mode,
    Plan,
    Signing,
    Subscription,
    SubscriptionState,
    answered,
    due_after_ping,
    plan,
    verify_content,
    verify_intent,
)

log = structlog.get_logger()

LEASE = dt.timedelta(days=10)
"""How long a hub is asked to tell; it may promise less or more."""
AT_ONCE = 4
"""Hubs that are asked at a time."""
REMEMBERED = dt.timedelta(days=30)
"""How long what is over is kept, so that a hub that goes on delivering is told so."""
APART = 1.0
"""Seconds between two writes of what hubs told."""
_RESTING = frozenset({Why.RETRY_AFTER.value, Why.BLOCKED.value})
"""Reasons for a next look that a notification does not overrule: the site asked to be left alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Heard:
    """Notifications of one subscription that are not written down yet."""

    pings: int = 0
    refused: int = 0
    last_ping_at: dt.datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A source is to be looked at, at `at` already."""

    source: str
    at: dt.datetime


class Subscribing:
    """Asks hubs and hears them. `rest` waits for so many seconds; `new_token` makes the unguessable end of an address.

    Set `on_due` to be told of sources that are to be polled sooner than was planned; their rows say so already.
    """

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        calls: HubCalls,
        signing: Signing,
        clock: Clock,
        chance: Callable[[], float],
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(24),
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._config, self._store, self._calls, self._signing = config, store, calls, signing
        self._clock, self._chance, self._new_token, self._rest = clock, chance, new_token, rest
        self._heard: dict[str, _Heard] = {}
        self._writer: asyncio.Task[None] | None = None
        self._caught_up = False
        self._stored = asyncio.Event()
        self._stored.set()
        self.on_due: Callable[[Due], None] = lambda due: None

    # Asking

    async def refresh(self) -> int:
        """Ask the hubs that are to be asked now; returns how many. The first time all sources with a hub become due: what it
        told while nobody listened is lost."""
        if not self._caught_up:
            for due in await asyncio.to_thread(self._catch_up):
                self.on_due(due)
            self._caught_up = True
        demands = await asyncio.to_thread(self._plan)
        slots = asyncio.Semaphore(AT_ONCE)

        async def ask(demand: Demand) -> None:
            async with slots:
                await self._ask(demand)

        await asyncio.gather(*(ask(demand) for demand in demands))
        return len(demands)

    def _plan(self) -> tuple[Demand, ...]:
        with self._store.reading() as unit:
            if not self._planned(unit).saved:
                return ()
        with self._store.transaction() as unit:
            planned = self._planned(unit)
            for one in planned.saved:
                unit.subscriptions.put(one)
            unit.subscriptions.forget(before=self._clock() - REMEMBERED)
        return planned.demands

    def _planned(self, unit: UnitOfWork) -> Plan:
        names = [source.name for source in self._config.enabled_sources]
        records = [record for name in names if (record := unit.sources.get(name)) is not None]
        offers = [offer for record in records for offer in self._calls.offers(record.name, record.state)]
        return plan(
            self._clock(),
            {(name, feed) for name in names for feed in self._calls.feeds(name)},
            {(offer.source, offer.feed): offer for offer in offers},
            unit.subscriptions.all(),
            mark=self._signing.mark(),
            chance=self._chance,
            new_token=self._new_token,
        )

    async def _ask(self, demand: Demand) -> None:
        asked = demand.subscription
        callback, secret = self._signing.callback(asked.token), self._signing.secret(asked.token)
        form = {"hub.mode": demand.mode.value, "hub.topic": asked.topic, "hub.callback": callback}
        if demand.mode is Mode.SUBSCRIBE:
            form |= {"hub.secret": secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}
        answer = await self._calls.ask(asked.source, asked.hub, form)
        answer = replace(answer, text=_without(answer.text, (secret, asked.token)))
        log.info("hub asked", source=asked.source, hub=asked.hub, mode=demand.mode.value,
                 outcome=answer.outcome.value, problem=answer.text or None)  # fmt: skip
        await asyncio.to_thread(self._note_answer, demand, answer)

    def _note_answer(self, demand: Demand, answer: Asked) -> None:
        with self._store.transaction() as unit:
            current = unit.subscriptions.get(demand.subscription.token)
            if current is None or current.asked_at != demand.subscription.asked_at:
                return  # it has asked back already, or another request was made meanwhile
            after = answered(current, answer, self._clock(), self._chance())
            if after != current:
                unit.subscriptions.put(after)

    # Being asked

    async def verify(self, token: str, query: dict[str, str]) -> Answer:
        """The answer to a hub that asks whether a request was ours, or says no. Raises `MonitorError` where the database fails."""
        return await asyncio.to_thread(self._verify, token, query)

    def _verify(self, token: str, query: dict[str, str]) -> Answer:
        with self._store.reading() as unit:
            if verify_intent(unit.subscriptions.get(token), query, self._clock(), 0.0).kind is AnswerKind.NO:
                log.warning("hub answered no", mode=query.get("hub.mode", "")[:20])
                return Answer(kind=AnswerKind.NO)
        with self._store.transaction() as unit:
            answer = verify_intent(unit.subscriptions.get(token), query, self._clock(), self._chance())
            if (changed := answer.changed) is not None:
                problem = _without(changed.problem, (self._signing.secret(token), token))
                unit.subscriptions.put(replace(changed, problem=problem))
                log.info("subscription", source=changed.source, hub=changed.hub, state=changed.state.value,
                         problem=problem or None)  # fmt: skip
        return answer

    # Hearing

    async def delivered(self, token: str, signature: str, links: Collection[str], body: bytes) -> Delivered:
        """Judge a delivery, and see to it that what it tells of is polled; that happens behind the answer.

        Raises `MonitorError` where the database fails.
        """
        subscription = await asyncio.to_thread(self._find, token)
        found = verify_content(subscription, self._signing.secret(token), signature, topics_of(links), body)
        before = self._heard.get(token, _Heard())
        if found is Delivered.BELIEVED:
            self._heard[token] = replace(before, pings=before.pings + 1, last_ping_at=self._clock())
        elif found.is_refused:
            self._heard[token] = replace(before, refused=before.refused + 1)
        if token in self._heard:
            self._stored.clear()
        if self._heard and (self._writer is None or self._writer.done()):
            self._writer = asyncio.create_task(self._write_down(), name="what hubs told")
        return found

    async def heeded(self) -> None:
        """Wait until everything that was heard is stored, and its sources are due."""
        await self._stored.wait()

    def _find(self, token: str) -> Subscription | None:
        with self._store.reading() as unit:
            return unit.subscriptions.get(token)

    async def _write_down(self) -> None:
        while self._heard:
            heard, self._heard = self._heard, {}
            try:
                dues = await asyncio.to_thread(self._write, heard)
            except (MonitorError, OSError) as exc:
                # What is lost so is found by the next poll that is due of itself.
                log.error("what hubs told could not be stored", problem=str(exc), subscriptions=len(heard))
            else:
                for due in dues:
                    self.on_due(due)
            if not self._heard:
                self._stored.set()
            await self._rest(APART)

    def _write(self, heard: dict[str, _Heard]) -> list[Due]:
        sources = set()
        with self._store.transaction() as unit:
            for token, told in heard.items():
                unit.subscriptions.heard(token, pings=told.pings, refused=told.refused, last_ping_at=told.last_ping_at)
                if told.refused:
                    log.warning("deliveries refused", count=told.refused)
                if told.pings and (subscription := unit.subscriptions.get(token)) is not None:
                    sources.add(subscription.source)
            return [due for name in sorted(sources) if (due := self._hasten(unit, name)) is not None]

    def _hasten(self, unit: UnitOfWork, name: str) -> Due | None:
        source, record = self._config.source(name), unit.sources.get(name)
        if source is None or not source.enabled or record is None or _is_resting(record):
            return None
        at = due_after_ping(
            self._clock(),
            last_checked_at=record.last_checked_at,
            next_check_at=record.next_check_at,
            apart=self._config.websub.at_most_every,
        )
        if at is None:
            return None
        unit.sources.hasten(name, at)
        return Due(source=name, at=at)

    def _catch_up(self) -> list[Due]:
        with self._store.transaction() as unit:
            told = {s.source for s in unit.subscriptions.all() if s.state is SubscriptionState.ACTIVE}
            return [due for name in sorted(told) if (due := self._hasten(unit, name)) is not None]


def _is_resting(record: SourceRecord) -> bool:
    return record.pacing.get("why") in _RESTING


def _without(text: str, secret_words: Collection[str]) -> str:
    """A hub's own words, in which it may repeat what it alone was told."""
    for word in secret_words:
        text = text.replace(word, "[hidden]")
    return text
