"""The courier: stored alerts go along the routes, and what became of each comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts import Ledger, Outcome, Receipt, Receiver, RouteTree, Sender, dispatch, try_channel
from monitor.alerting.codec import decode
from monitor.alerting.compose import copies
from monitor.alerting.ledger import stored_receipt
from monitor.clock import Clock
from monitor.records import AlertState, StoredAlert, StoredArticle, StoredReceipt


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
        receipts=tuple(stored_receipt(r) for r in receipts),
    )
