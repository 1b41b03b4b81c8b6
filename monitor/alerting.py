"""The alerts' door: a finding becomes an `Alert` with labels, and the store becomes the alerts' ledger.

An event is alerted once, by its first article worth it; reprints and second reports only add to its list of copies.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from alerts import (
    Alert,
    Attempt,
    Ledger,
    Link,
    Outcome,
    Receipt,
    Receiver,
    RouteTree,
    Sender,
    Severity,
    dispatch,
    try_channel,
)
from monitor import phrases
from monitor.clock import Clock
from monitor.model import FactSheet, Relevance, Understanding
from monitor.records import AlertState, StoredAlert, StoredArticle, StoredReceipt
from monitor.regions import Gazetteer
from monitor.storage import Store

URGENT_WITHIN = dt.timedelta(hours=72)
"""A deadline nearer than this makes an alert urgent: three days is the least in which a bid can still be handed in."""


DECISIVE = frozenset(
    {"winner", "amount", "deadline", "insured_persons", "premium_total", "premium_per_person", "payout", "claims_count"}
)
"""Facts that people act on: a sentence that proves one of them is worth quoting."""


class AlertReason(StrEnum):
    """Why an article did or did not cause an alert."""

    NEW_EVENT = "first article on its event"
    NOT_RELEVANT = "not relevant"
    DIGEST_ONLY = "on topic, but nothing new happened"
    SILENT = "stored silently (baseline or backfill)"
    ALREADY_ALERTED = "its event was alerted before"
    KNOWN_SINCE_BASELINE = "its event was known before alerts began"


def decide(
    understanding: Understanding, *, silent: bool, earlier: Iterable[StoredArticle], queued: bool
) -> AlertReason:
    """Whether this article causes an alert. `earlier` are the stored articles on its event, `queued` says whether the
    event's alert was ever put into the outbox."""
    relevance = understanding.classification.relevance
    if relevance is Relevance.NONE:
        return AlertReason.NOT_RELEVANT
    if relevance is Relevance.DIGEST:
        return AlertReason.DIGEST_ONLY
    if silent:
        return AlertReason.SILENT
    if queued:
        return AlertReason.ALREADY_ALERTED
    if any(a.silent and a.relevance == Relevance.ALERT for a in earlier):
        return AlertReason.KNOWN_SINCE_BASELINE
    return AlertReason.NEW_EVENT


def alert_key(understanding: Understanding) -> str:
    """The idempotency key: the event. Each stage of a tender is an event of its own, so one event is one alert, for ever,
    even where two reports of it were read differently."""
    return event_key(understanding.event.event_id or understanding.story.story_id)


def event_key(event_id: str) -> str:
    """The key of the alert on an event."""
    return f"event:{event_id}"


def to_alert(
    understanding: Understanding,
    stored: StoredArticle,
    *,
    regions: Gazetteer,
    lang: str,
    now: dt.datetime,
    members: Sequence[StoredArticle] = (),
) -> Alert:
    """The alert on an article: headline, what happened in one line, facts, the sentence that proves it, where it stands.

    `members` are the stored articles on its event; the others among them are listed as copies.
    """
    article = understanding.article
    values = understanding.facts.values()
    return Alert(
        key=alert_key(understanding),
        thread=understanding.event.thread_id or understanding.event.event_id or understanding.story.story_id,
        title=article.title,
        summary=summary(understanding, regions, lang),
        evidence=evidence(understanding),
        link=Link(title=article.title, url=article.url, note=article.source),
        created_at=now,
        published=article.published,
        severity=_severity(values.get("deadline"), now),
        labels=labels(understanding, stored),
        facts=tuple(_printed_facts(understanding.facts, regions, lang)),
        copies=copies(members, besides=stored.id),
        lang=article.lang or "zh",
    )


def summary(understanding: Understanding, regions: Gazetteer, lang: str) -> str:
    """What happened, in one line: stage or update, region, insurers, what it covers, amounts, deadline."""
    c = understanding.classification
    values = understanding.facts.values()
    happened = [phrases.name(x.value, lang) for x in (c.stage, c.update) if x is not None]
    topic = [phrases.name(t.value, lang) for t in c.topics]
    parts = [f"【{' · '.join(happened or topic)}】" if lang != "en" else f"[{' · '.join(happened or topic)}]"]
    for key in ("regions", "product", "insurers", "programmes", "amount", "payout", "insured_persons",
                "premium_per_person", "period", "deadline"):  # fmt: skip
        if key in values:
            printed = phrases.fact(key, _named(key, values[key], regions, lang), lang)
            labelled = key in {"amount", "payout", "deadline", "insured_persons", "premium_per_person"}
            parts.append(f"{phrases.name(key, lang)} {printed}" if labelled else printed)
    return parts[0] + (" " if lang == "en" else "") + (" · " if lang == "en" else "｜").join(parts[1:])


def evidence(understanding: Understanding) -> str:
    """The sentence as printed that proves most: facts that people act on count more than names (first among equals)."""
    article = understanding.article
    weights: Counter[str] = Counter()
    for fact in understanding.facts.facts:
        if fact.span.field == "text" and fact.sentence:
            weights[fact.sentence] += 4 if fact.key in DECISIVE else 1
    if weights:
        return max(weights, key=lambda s: (weights[s], -article.text.find(s)))
    return next((line.strip() for line in article.text.splitlines() if line.strip()), article.title)


def labels(understanding: Understanding, stored: StoredArticle) -> dict[str, tuple[str, ...]]:
    """What routes can ask for."""
    c = understanding.classification
    values = understanding.facts.values()
    found: dict[str, Sequence[object]] = {
        "topic": [t.value for t in c.topics],
        "relevance": [c.relevance.value],
        "stage": [c.stage.value] if c.stage else [],
        "update": [c.update.value] if c.update else [],
        "programme": values.get("programmes", []),
        "region": values.get("regions", []),
        "insurer": values.get("insurers", []),
        "amount": [values["amount"]] if "amount" in values else [],
        "product": [values["product"]] if "product" in values else [],
        "buyer": [values["buyer"]] if "buyer" in values else [],
        "source": [stored.source_name, understanding.article.source],
        "language": [understanding.article.lang],
    }
    return {key: printed for key, some in found.items() if (printed := tuple(str(v) for v in some if v))}


def copies(members: Sequence[StoredArticle], *, besides: int) -> tuple[Link, ...]:
    """The other places that print the same event, each address once."""
    seen: dict[str, Link] = {}
    for member in members:
        if member.id != besides:
            link = Link(title=member.article.title, url=member.article.url, note=member.article.source)
            seen.setdefault(member.article.url, link)
    return tuple(seen.values())


def encode(alert: Alert) -> dict[str, Any]:
    """An alert as JSON values, for the outbox."""
    values = asdict(alert)
    values["created_at"] = alert.created_at.isoformat()
    values["published"] = alert.published.isoformat() if alert.published else None
    return values


def decode(values: Mapping[str, Any]) -> Alert:
    """The inverse of `encode`."""
    return Alert(
        key=values["key"],
        thread=values["thread"],
        title=values["title"],
        summary=values["summary"],
        evidence=values["evidence"],
        link=Link(**values["link"]),
        created_at=dt.datetime.fromisoformat(values["created_at"]),
        published=dt.datetime.fromisoformat(values["published"]) if values["published"] else None,
        severity=Severity(values["severity"]),
        labels={key: tuple(some) for key, some in values["labels"].items()},
        facts=tuple((key, printed) for key, printed in values["facts"]),
        copies=tuple(Link(**link) for link in values["copies"]),
        lang=values["lang"],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What became of one alert in one round: the state to store, and when to try again."""

    state: AlertState
    reason: str
    retry_at: dt.datetime | None
    receipts: tuple[StoredReceipt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispatch:
    """A stored alert to deliver, with the articles now known on its event."""

    entry: StoredAlert
    members: tuple[StoredArticle, ...]


class Courier:
    """Delivers stored alerts along the routes; every attempt is written to the ledger before and after."""

    def __init__(
        self,
        *,
        routes: RouteTree,
        receivers: Sequence[Receiver],
        senders: Mapping[tuple[str, str], Sender],
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self._routes, self._receivers, self._senders = routes, receivers, senders
        self._ledger, self._clock = ledger, clock

    async def deliver(self, due: Sequence[Dispatch]) -> Mapping[str, Delivery]:
        """Send alerts with the copies known by now; alert key → what became of it."""
        sent = [replace(decode(d.entry.payload), copies=copies(d.members, besides=d.entry.article_id)) for d in due]
        now = self._clock()
        receipts = await dispatch(sent, self._routes, self._receivers, self._senders, self._ledger, now)
        of_alert: dict[str, list[Receipt]] = {d.entry.alert_key: [] for d in due}
        for receipt in receipts:
            of_alert[receipt.alert_key].append(receipt)
        return {key: judge(got) for key, got in of_alert.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What became of a test message to one channel."""

    receiver: str
    channel: str
    accepted: bool
    outcome: str
    reason: str


def try_channels(
    receivers: Sequence[Receiver], senders: Mapping[tuple[str, str], Sender], now: dt.datetime
) -> Iterable[Trial]:
    """Send a harmless test message through every channel, one after the other; blocks up to each one's time-out."""
    for receiver in receivers:
        for channel in receiver.channels:
            result = try_channel(senders[receiver.name, channel.name], receiver, channel, now)
            yield Trial(
                receiver=receiver.name,
                channel=channel.name,
                accepted=result.outcome is Outcome.ACCEPTED,
                outcome=result.outcome.value,
                reason=result.reason,
            )


def judge(receipts: Sequence[Receipt]) -> Delivery:
    """Open while any channel has an attempt left; then done if anybody got it or nobody is to get it, else dead."""
    again = [r.retry_at for r in receipts if r.retry_at is not None]
    accepted = [r for r in receipts if r.outcome in {Outcome.ACCEPTED, Outcome.SUPPRESSED}]
    troubles = [f"{r.receiver}/{r.channel}: {r.reason}" for r in receipts if r not in accepted]
    closed = AlertState.DONE if accepted or not receipts else AlertState.DEAD
    return Delivery(
        state=AlertState.PENDING if again else closed,
        reason="; ".join(troubles) or ("delivered" if accepted else "no receiver wants it"),
        retry_at=min(again) if again else None,
        receipts=tuple(_stored_receipt(r) for r in receipts),
    )


class StoreLedger:
    """The alerts' ledger, kept in the store: each call is one short transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def accepted(self, alert_key: str, receiver: str, channel: str) -> bool:
        return any(
            a.receipt is not None and a.receipt.outcome is Outcome.ACCEPTED
            for a in self.attempts(alert_key, receiver, channel)
        )

    def attempts(self, alert_key: str, receiver: str, channel: str) -> tuple[Attempt, ...]:
        with self._store.reading() as unit:
            return tuple(_attempt(r) for r in unit.outbox.receipts(alert_key, receiver, channel))

    def begin(self, alert_key: str, receiver: str, channel: str, at: dt.datetime) -> int:
        with self._store.transaction() as unit:
            return unit.outbox.begin(alert_key, receiver, channel, at)

    def record(self, receipt: Receipt) -> None:
        with self._store.transaction() as unit:
            unit.outbox.record(_stored_receipt(receipt))


def _stored_receipt(receipt: Receipt) -> StoredReceipt:
    return StoredReceipt(
        alert_key=receipt.alert_key,
        receiver=receipt.receiver,
        channel=receipt.channel,
        attempt=receipt.attempt,
        outcome=receipt.outcome.value,
        reason=receipt.reason,
        attempted_at=receipt.attempted_at,
        retry_at=receipt.retry_at,
    )


def _attempt(stored: StoredReceipt) -> Attempt:
    if stored.outcome not in {outcome.value for outcome in Outcome}:  # begun, and never heard of again
        return Attempt(number=stored.attempt, begun_at=stored.attempted_at)
    receipt = Receipt(
        alert_key=stored.alert_key,
        receiver=stored.receiver,
        channel=stored.channel,
        outcome=Outcome(stored.outcome),
        reason=stored.reason,
        attempted_at=stored.attempted_at,
        attempt=stored.attempt,
        retry_at=stored.retry_at,
    )
    return Attempt(number=stored.attempt, begun_at=stored.attempted_at, receipt=receipt)


def _severity(deadline: object, now: dt.datetime) -> Severity:
    if not deadline:
        return Severity.NOTICE
    due = dt.datetime.fromisoformat(str(deadline))
    if due.tzinfo is None:  # a bare date lasts until its evening in China
        due = due.replace(hour=23, minute=59, tzinfo=phrases.CHINA)
    return Severity.URGENT if dt.timedelta(0) <= due - now <= URGENT_WITHIN else Severity.NOTICE


def _printed_facts(sheet: FactSheet, regions: Gazetteer, lang: str) -> Iterable[tuple[str, str]]:
    values = sheet.values()
    for key in phrases.FACT_ORDER:
        if key in values:
            printed = phrases.fact(key, _named(key, values[key], regions, lang), lang)
            yield phrases.name(key, lang), printed


def _named(key: str, value: Any, regions: Gazetteer, lang: str) -> Any:
    if key == "regions":
        return [regions.name(code) for code in value]
    if key == "programmes":
        return [phrases.name(code, lang) for code in value]
    return value
