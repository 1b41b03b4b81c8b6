"""The whole way, from alerts to receipts, over real channels: once, in order, and no channel in another's way."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import logging
import threading
from collections.abc import Mapping

import pytest

from alerts import (
    Alert,
    Channel,
    ChannelDefinitionError,
    ChannelKind,
    DispatchPolicy,
    Equals,
    Ledger,
    MemoryLedger,
    Outcome,
    Receipt,
    Receiver,
    Rendered,
    RetryPolicy,
    Route,
    RouteTree,
    Sender,
    SendResult,
    build_senders,
    dispatch,
)
from tests.alerts.collector import Answer, Collector
from tests.alerts.mailbox import DROP, Mailbox
from tests.alerts.samples import NOW, alert, console, receiver, robot, webhook
from tests.alerts.test_mail import account

OK = Answer.json({"errcode": 0, "errmsg": "ok"})
SOON = DispatchPolicy(retry=RetryPolicy(spread=0))


def everything_to(*receivers: Receiver) -> RouteTree:
    names = tuple(r.name for r in receivers)
    return RouteTree(root=Route(receivers=names), receivers=names)


async def run(
    alerts: list[Alert],
    *receivers: Receiver,
    ledger: Ledger,
    senders: Mapping[tuple[str, str], Sender] | None = None,
    at: dt.datetime = NOW,
    policy: DispatchPolicy = SOON,
    resend: bool = False,
) -> tuple[Receipt, ...]:
    built = senders if senders is not None else build_senders(receivers, io.StringIO())
    return await dispatch(
        alerts,
        everything_to(*receivers),
        receivers,
        built,
        ledger,
        at,
        policy=policy,
        jitter=lambda: 0.0,
        resend=resend,
    )


def outcomes(receipts: tuple[Receipt, ...]) -> list[tuple[str, str, Outcome]]:
    return [(r.alert_key, r.channel, r.outcome) for r in receipts]


async def test_one_alert_reaches_every_channel_of_every_receiver_once(collector: Collector) -> None:
    collector.script("/wecom", OK)
    ledger = MemoryLedger()
    with Mailbox() as mailbox:
        mail = Channel(name="mail", kind=ChannelKind.EMAIL, settings=account(mailbox))
        team = receiver(robot(ChannelKind.WECOM, collector.url("/wecom")), mail, name="team")
        boss = receiver(webhook(collector.url("/boss")), name="boss")
        first = await run([alert()], team, boss, ledger=ledger)
        again = await run([alert()], team, boss, ledger=ledger)
        assert len(mailbox.received) == 1
    assert outcomes(first) == [("k-1", name, Outcome.ACCEPTED) for name in ("chat", "mail", "hook")]
    assert outcomes(again) == [("k-1", name, Outcome.SUPPRESSED) for name in ("chat", "mail", "hook")]
    assert all(receipt.is_final for receipt in first + again)
    assert len(collector.received) == 2


async def test_the_same_key_twice_in_one_batch_is_sent_once(collector: Collector) -> None:
    team = receiver(webhook(collector.url("/h")))
    receipts = await run([alert(), alert(title="other words")], team, ledger=MemoryLedger())
    assert [r.outcome for r in receipts] == [Outcome.ACCEPTED, Outcome.SUPPRESSED]
    assert len(collector.received) == 1


async def test_a_stalled_channel_holds_up_nobody_else(collector: Collector) -> None:
    collector.script("/stalled", Answer(stalls=True))
    slow = receiver(webhook(collector.url("/stalled")), name="slow")
    quick = receiver(webhook(collector.url("/quick")), name="quick")
    running = asyncio.create_task(run([alert(), alert("k-2")], slow, quick, ledger=MemoryLedger()))
    await asyncio.to_thread(collector.wait, 3)
    assert len(collector.at("/quick")) == 2
    assert not running.done()
    collector.release()
    receipts = await running
    assert outcomes(receipts) == [
        ("k-1", "hook", Outcome.UNKNOWN),
        ("k-1", "hook", Outcome.ACCEPTED),
        ("k-2", "hook", Outcome.RETRY),  # held back: the channel is in trouble
        ("k-2", "hook", Outcome.ACCEPTED),
    ]
    assert len(collector.at("/stalled")) == 1


async def test_throttling_holds_back_the_rest_and_loses_none(collector: Collector) -> None:
    """T3: a robot over its limit gets nothing more thrown at it, and everything later."""
    collector.script("/r", OK, Answer.json({"errcode": 45009, "errmsg": "freq out of limit"}), OK)
    team = receiver(robot(ChannelKind.WECOM, collector.url("/r")))
    ledger = MemoryLedger()
    alerts = [alert(f"k-{n}") for n in range(5)]
    first = await run(alerts, team, ledger=ledger)
    assert [r.outcome for r in first] == [Outcome.ACCEPTED] + [Outcome.RETRY] * 4
    assert {r.retry_at for r in first[1:]} == {NOW + dt.timedelta(seconds=60)}
    assert len(collector.received) == 2
    early = await run(alerts[1:2], team, ledger=ledger, at=NOW + dt.timedelta(seconds=59))
    assert early == first[1:2], "not due: the same receipt, nothing sent"
    assert len(collector.received) == 2
    later = await run(alerts, team, ledger=ledger, at=NOW + dt.timedelta(seconds=60))
    assert [r.outcome for r in later] == [Outcome.SUPPRESSED] + [Outcome.ACCEPTED] * 4
    assert len(collector.received) == 6


async def test_a_refused_message_does_not_keep_the_next_from_going(collector: Collector) -> None:
    collector.script("/r", Answer.json({"errcode": 40058, "errmsg": "too long"}), OK)
    team = receiver(robot(ChannelKind.WECOM, collector.url("/r")))
    ledger = MemoryLedger()
    receipts = await run([alert(), alert("k-2")], team, ledger=ledger)
    assert [r.outcome for r in receipts] == [Outcome.REFUSED, Outcome.ACCEPTED]
    again = await run([alert()], team, ledger=ledger, at=NOW + dt.timedelta(days=1))
    assert again == receipts[:1], "refused for good: the receipt stands, nothing is sent"
    resent = await run([alert(), alert("k-2")], team, ledger=ledger, resend=True)
    assert [r.outcome for r in resent] == [Outcome.ACCEPTED, Outcome.SUPPRESSED]
    assert len(collector.received) == 3


async def test_a_lost_answer_is_sent_again_once_and_marked() -> None:
    ledger = MemoryLedger()
    with Mailbox() as mailbox:
        mailbox.script(DROP)
        team = receiver(Channel(name="mail", kind=ChannelKind.EMAIL, settings=account(mailbox)))
        (first,) = await run([alert()], team, ledger=ledger)
        assert (first.outcome, first.is_final) == (Outcome.UNKNOWN, False)
        assert first.retry_at is not None
        (second,) = await run([alert()], team, ledger=ledger, at=first.retry_at)
        assert (second.outcome, second.is_final, second.attempt) == (Outcome.UNKNOWN, True, 2)
        (third,) = await run([alert()], team, ledger=ledger, at=NOW + dt.timedelta(days=9))
        assert third == second
        subjects = [message["Subject"] for message in mailbox.received]
    assert [subject.startswith("【可能重复】") for subject in subjects] == [False, True]


async def test_an_attempt_that_died_is_sent_again_and_marked(collector: Collector) -> None:
    team = receiver(webhook(collector.url("/h")))
    ledger = MemoryLedger()
    ledger.begin("k-1", "team", "hook", NOW)  # and then the process was killed
    (receipt,) = await run([alert()], team, ledger=ledger)
    assert (receipt.outcome, receipt.attempt) == (Outcome.ACCEPTED, 2)
    assert collector.received[0].json()["may_be_a_repeat"] is True


async def test_the_attempt_is_written_down_before_the_network_is_touched() -> None:
    ledger = MemoryLedger()
    seen: list[int] = []

    class Looking:
        def send(self, message: Rendered) -> SendResult:
            seen.append(len(ledger.attempts("k-1", "team", "console")))
            return SendResult(outcome=Outcome.ACCEPTED, reason="")

    await run([alert()], receiver(console()), ledger=ledger, senders={("team", "console"): Looking()})
    assert seen == [1]


async def test_what_cannot_be_written_down_is_not_sent() -> None:
    class Broken(MemoryLedger):
        def begin(self, *args: object) -> int:
            raise OSError("database is locked")

    stream = io.StringIO()
    team = receiver(console())
    (receipt,) = await run([alert()], team, ledger=Broken(), senders=build_senders([team], stream))
    assert (receipt.outcome, receipt.attempt) == (Outcome.RETRY, 0)
    assert receipt.retry_at is not None
    assert stream.getvalue() == ""


async def test_a_bug_in_one_sender_is_its_own_receipt_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Buggy:
        def send(self, message: Rendered) -> SendResult:
            raise ZeroDivisionError

    stream = io.StringIO()
    bad, good = receiver(console(), name="bad"), receiver(console(), name="good")
    senders: dict[tuple[str, str], Sender] = {("bad", "console"): Buggy(), **build_senders([good], stream)}
    with caplog.at_level(logging.ERROR):
        receipts = await run([alert()], bad, good, ledger=MemoryLedger(), senders=senders)
    assert [r.outcome for r in receipts] == [Outcome.UNKNOWN, Outcome.ACCEPTED]
    assert "ZeroDivisionError" in caplog.text
    assert alert().title in stream.getvalue()


async def test_a_send_without_end_is_given_up_as_unknown() -> None:
    released = threading.Event()

    class Endless:
        def send(self, message: Rendered) -> SendResult:
            released.wait()
            return SendResult(outcome=Outcome.ACCEPTED, reason="")

    policy = DispatchPolicy(deadline=0.05)
    try:
        (receipt,) = await run(
            [alert()],
            receiver(console()),
            ledger=MemoryLedger(),
            senders={("team", "console"): Endless()},
            policy=policy,
        )
    finally:
        released.set()
    assert receipt.outcome is Outcome.UNKNOWN


async def test_a_channel_without_a_sender_stops_everything_before_it_starts(collector: Collector) -> None:
    team = receiver(webhook(collector.url("/h")), console())
    one = build_senders([receiver(webhook(collector.url("/h")))], io.StringIO())
    with pytest.raises(ChannelDefinitionError, match="no sender"):
        await run([alert()], team, ledger=MemoryLedger(), senders=one)
    assert not collector.received


async def test_only_the_routed_receivers_get_it() -> None:
    stream = io.StringIO()
    receivers = [receiver(console(), name="all"), receiver(console(), name="results"), receiver(name="nobody")]
    tree = RouteTree(
        root=Route(
            receivers=("nobody",),
            routes=(Route(matchers=(Equals(label="stage", value="result"),), receivers=("results",)),),
        ),
        receivers=tuple(r.name for r in receivers),
    )
    senders = build_senders(receivers, stream)
    given = [alert(), alert("k-2", labels={"stage": ("notice",)})]
    receipts = await dispatch(given, tree, receivers, senders, MemoryLedger(), NOW)
    assert [(r.alert_key, r.receiver) for r in receipts] == [("k-1", "results")]


async def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="now"):
        await run([], receiver(console()), ledger=MemoryLedger(), at=dt.datetime(2025, 1, 1))
