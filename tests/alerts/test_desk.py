"""The whole way, from alerts to receipts, over real channels: once, in order, and no channel in another's way."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
from dataclasses import replace
from typing import Any

import pytest

from alerts import (
    Channel,
    ChannelDefinitionError,
    ChannelKind,
    Conclusion,
    DeskPolicy,
    Equals,
    Grouped,
    MemoryBook,
    Message,
    MessageForm,
    Outcome,
    Receiver,
    Rendered,
    Route,
    RouteTree,
    SendResult,
)
from tests.alerts.collector import Answer, Collector, Received
from tests.alerts.mailbox import DROP, Mailbox
from tests.alerts.office import ACCEPT, LOST, REFUSE, MemoryFile, Office, titled
from tests.alerts.samples import NOW, alert, console, receiver, robot, webhook
from tests.alerts.test_mail import account

OK = Answer.json({"errcode": 0, "errmsg": "ok"})
THROTTLED = Answer.json({"errcode": 45009, "errmsg": "freq out of limit"})
TOO_LONG = Answer.json({"errcode": 40058, "errmsg": "too long"})
REVOKED = Answer.json({"errcode": 93000, "errmsg": "invalid webhook url"})
SECOND, MINUTE, HOUR, DAY = (
    dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1),
)  # fmt: skip


def outcomes(done: tuple[Conclusion, ...]) -> list[tuple[str, str, Outcome]]:
    """(message, channel, outcome) of every attempt."""
    return [(c.receipt.alert_key, c.receipt.channel, c.receipt.outcome) for c in done]


async def test_one_alert_reaches_every_channel_of_every_receiver_once(collector: Collector) -> None:
    collector.script("/wecom", OK)
    with Mailbox() as mailbox:
        mail = Channel(name="mail", kind=ChannelKind.EMAIL, settings=account(mailbox))
        team = receiver(robot(ChannelKind.WECOM, collector.url("/wecom")), mail, name="team")
        boss = receiver(webhook(collector.url("/boss")), name="boss")
        office = Office.real([team, boss])
        office.queue(alert(), alert(title="the same key is the same alert"))
        first = await office.run(NOW)
        office.queue(alert())
        again = await office.run(NOW + HOUR)
        assert len(mailbox.received) == 1
    assert sorted(outcomes(first)) == [("k-1", name, Outcome.ACCEPTED) for name in ("chat", "hook", "mail")]
    assert again == ()
    assert office.count() == {"accepted": 3}
    assert len(collector.received) == 2


async def test_a_stalled_channel_holds_up_nobody_else(collector: Collector) -> None:
    collector.script("/stalled", Answer(stalls=True))
    slow = receiver(webhook(collector.url("/stalled")), name="slow")
    quick = receiver(webhook(collector.url("/quick")), name="quick")
    office = Office.real([slow, quick])
    office.queue(alert(), alert("k-2"))
    running = asyncio.create_task(office.run(NOW))
    await asyncio.to_thread(collector.wait, 3)
    assert len(collector.at("/quick")) == 2
    assert not running.done()
    collector.release()
    done = await running
    assert {(c.receipt.receiver, c.receipt.outcome) for c in done} == {
        ("slow", Outcome.UNKNOWN), ("quick", Outcome.ACCEPTED),
    }  # fmt: skip
    assert len(collector.at("/stalled")) == 1, "held back: the channel is in trouble"
    assert set(office.states("k-2").values()) == {"sending", "accepted"}


async def test_throttling_holds_back_the_rest_and_loses_none(collector: Collector) -> None:
    """T3: a robot over its limit gets nothing more thrown at it, and everything later."""
    collector.script("/r", OK, THROTTLED, OK)
    office = Office.real([receiver(robot(ChannelKind.WECOM, collector.url("/r")))])
    office.queue(*(alert(f"k-{n}") for n in range(5)))
    first = await office.run(NOW)
    assert [c.receipt.outcome for c in first] == [Outcome.ACCEPTED, Outcome.RETRY]
    assert first[1].receipt.retry_at == NOW + MINUTE
    assert await office.run(NOW + MINUTE - SECOND) == (), "not due: nothing is sent"
    assert len(collector.received) == 2
    await office.run(NOW + MINUTE)
    assert office.count() == {"accepted": 5}
    assert len(collector.received) == 6


async def test_what_a_refused_message_says_does_not_keep_the_next_from_going(collector: Collector) -> None:
    collector.script("/r", TOO_LONG, OK)
    office = Office.real([receiver(robot(ChannelKind.WECOM, collector.url("/r")))])
    office.queue(alert(), alert("k-2"))
    assert [c.receipt.outcome for c in await office.run(NOW)] == [Outcome.REFUSED, Outcome.ACCEPTED]
    assert await office.run(NOW + DAY) == (), "refused for good"
    assert office.file.resend(NOW + DAY) == 1
    assert outcomes(await office.run(NOW + DAY)) == [("k-1", "chat", Outcome.ACCEPTED)]
    assert len(collector.received) == 3
    assert "可能重复" not in collector.received[2].json()["markdown"]["content"], (
        "it was refused: it cannot have arrived"
    )


async def test_a_revoked_key_is_waited_for_and_then_given_up(collector: Collector) -> None:
    """Somebody may put it right; after days, nobody will."""
    collector.script("/r", REVOKED)
    office = Office.real([receiver(robot(ChannelKind.WECOM, collector.url("/r")))])
    office.queue(alert())
    now = NOW
    while now < NOW + 3 * DAY:
        await office.run(now)
        assert office.count() == {"sending": 1}
        now += HOUR
    await office.run(now)
    assert office.count() == {"given up": 1}
    (delivery,) = office.file.deliveries()
    assert "93000" in delivery.reason
    assert delivery.reason.endswith("gave up after 3 days of the channel's trouble")
    assert len(collector.received) < 80, "a probe an hour"
    collector.script("/r", OK)
    assert await office.run(now + DAY) == ()


async def test_a_key_that_is_put_right_in_time_loses_nothing(collector: Collector) -> None:
    collector.script("/r", REVOKED)
    office = Office.real([receiver(robot(ChannelKind.WECOM, collector.url("/r")))])
    office.queue(*(alert(f"k-{n}") for n in range(4)))
    await office.run(NOW)
    collector.script("/r", OK)
    await office.run(NOW + 2 * DAY)
    await office.run(NOW + 2 * DAY + HOUR)
    assert office.count() == {"accepted": 4}


def in_groups(*channels: Channel, name: str = "team") -> Receiver:
    """Somebody who hears of things together, a minute after the first."""
    return replace(receiver(*channels, name=name), cadence=Grouped(wait=MINUTE, interval=MINUTE))


async def test_a_bundle_refused_for_what_it_says_is_told_one_by_one(collector: Collector) -> None:
    """One bad alert takes no others with it."""

    def answer(request: Received) -> Answer:
        return TOO_LONG if "bad" in request.json()["markdown"]["content"] else OK

    collector.script("/r", answer)
    office = Office.real([in_groups(robot(ChannelKind.WECOM, collector.url("/r")))])
    office.queue(alert("a"), alert("b", title="bad"), alert("c"))
    assert await office.run(NOW) == ()
    bundle, *singles = await office.run(NOW + MINUTE)
    assert bundle.receipt.outcome is Outcome.REFUSED
    assert bundle.receipt.reason.endswith("its alerts are told one by one")
    assert [c.receipt.alert_key for c in singles] == ["a", "b", "c"]
    assert [next(iter(office.states(key).values())) for key in "abc"] == ["accepted", "refused", "accepted"]
    assert len(collector.received) == 4
    assert not any("可能重复" in r.json()["markdown"]["content"] for r in collector.received), "nothing arrived before"


@pytest.mark.parametrize("then", [Outcome.REFUSED, Outcome.UNKNOWN], ids=["taken apart", "sent again by hand"])
async def test_what_may_have_arrived_in_a_bundle_is_marked_when_it_goes_alone(then: Outcome) -> None:
    """Its own message was never tried; the bundle that carried it was."""
    team = in_groups(console())
    office = Office(MemoryFile(), [team])
    last = REFUSE if then is Outcome.REFUSED else LOST
    office.far.script("team", "console", LOST, last, ACCEPT)
    office.queue(alert("a", title=titled("a")), alert("b", title=titled("b")))
    for at in (NOW, NOW + MINUTE, NOW + HOUR):
        await office.run(at)
    if then is Outcome.UNKNOWN:
        assert office.count() == {"unknown": 2}
        assert office.file.resend(NOW + 2 * HOUR) == 2
        await office.run(NOW + 2 * HOUR)
    assert office.count() == {"accepted": 2}
    assert [a.repeat for a in office.far.arrived if len(a.keys) == 1] == [True, True]


async def test_a_lost_answer_is_sent_again_once_and_marked() -> None:
    with Mailbox() as mailbox:
        mailbox.script(DROP)
        office = Office.real([receiver(Channel(name="mail", kind=ChannelKind.EMAIL, settings=account(mailbox)))])
        office.queue(alert())
        (first,) = await office.run(NOW)
        assert (first.receipt.outcome, first.then) == (Outcome.UNKNOWN, None)
        (second,) = await office.run(NOW + HOUR)
        assert (second.receipt.outcome, second.receipt.is_final, second.receipt.attempt) == (Outcome.UNKNOWN, True, 2)
        assert await office.run(NOW + 9 * DAY) == ()
        subjects = [message["Subject"] for message in mailbox.received]
    assert [subject.startswith("【可能重复】") for subject in subjects] == [False, True]
    assert office.count() == {"unknown": 1}


async def test_an_attempt_that_died_is_sent_again_and_marked(collector: Collector) -> None:
    office = Office.real([receiver(webhook(collector.url("/h")))])
    office.queue(alert())
    office.desk().admit_pending(NOW)
    message = Message(key="k-1", receiver="team", channel="hook", form=MessageForm.SINGLE, alerts=(alert(),))
    assert office.file.book.assign(message, NOW)
    office.file.book.begin(message, "lane", lambda state: state, NOW)  # and then the process was killed
    (made,) = await office.run(NOW)
    assert (made.receipt.outcome, made.receipt.attempt) == (Outcome.ACCEPTED, 2)
    assert collector.received[0].json()["may_be_a_repeat"] is True


async def test_an_attempt_that_may_be_another_workers_is_left_alone_for_a_while(collector: Collector) -> None:
    office = Office.real([receiver(webhook(collector.url("/h")))])
    office.policy = DeskPolicy(under_way=10 * MINUTE)
    office.queue(alert())
    office.desk().admit_pending(NOW)
    message = Message(key="k-1", receiver="team", channel="hook", form=MessageForm.SINGLE, alerts=(alert(),))
    office.file.book.assign(message, NOW)
    office.file.book.begin(message, "lane", lambda state: state, NOW)
    assert await office.run(NOW + 9 * MINUTE) == ()
    assert len(await office.run(NOW + 11 * MINUTE)) == 1


async def test_the_attempt_is_written_down_before_the_network_is_touched() -> None:
    office = Office(MemoryFile(), [receiver(console())])
    seen: list[int] = []

    def look(message: Rendered) -> SendResult:
        (carried,) = office.file.book.open_messages("team", "console", NOW)
        seen.append(len(carried.attempts))
        return ACCEPT

    office.far.script("team", "console", look)
    office.queue(alert())
    await office.run(NOW)
    assert seen == [1]


async def test_what_cannot_be_written_down_is_not_sent_and_keeps_nobody_from_going(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(MemoryBook):
        def begin(self, message: Message, *rest: Any) -> int | None:
            if message.receiver == "bad":
                raise OSError("database is locked")
            return super().begin(message, *rest)

    office = Office(MemoryFile(Broken()), [receiver(console(), name="bad"), receiver(console(), name="good")])
    office.queue(alert(title=titled("k-1")))
    with caplog.at_level(logging.ERROR):
        await office.run(NOW)
    assert [a.lane for a in office.far.tried] == [("good", "console")]
    assert office.states("k-1") == {("bad", "console"): "sending", ("good", "console"): "accepted"}
    assert "database is locked" in caplog.text


async def test_a_bug_in_one_sender_is_its_own_receipt_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def buggy(message: Rendered) -> SendResult:
        raise ZeroDivisionError

    office = Office(MemoryFile(), [receiver(console(), name="bad"), receiver(console(), name="good")])
    office.far.script("bad", "console", buggy)
    office.queue(alert(title=titled("k-1")))
    with caplog.at_level(logging.ERROR):
        done = await office.run(NOW)
    assert {c.receipt.receiver: c.receipt.outcome for c in done} == {"bad": Outcome.UNKNOWN, "good": Outcome.ACCEPTED}
    assert "ZeroDivisionError" in caplog.text
    assert len(office.far.at("good")) == 1


async def test_a_send_without_end_is_given_up_as_unknown() -> None:
    released = threading.Event()

    def endless(message: Rendered) -> SendResult:
        released.wait()
        return ACCEPT

    office = Office(MemoryFile(), [receiver(console())], policy=DeskPolicy(deadline=0.05))
    office.far.script("team", "console", endless)
    office.queue(alert())
    try:
        (made,) = await office.run(NOW)
    finally:
        released.set()
    assert made.receipt.outcome is Outcome.UNKNOWN


async def test_a_channel_without_a_sender_stops_everything_before_it_starts(collector: Collector) -> None:
    office = Office.real([receiver(webhook(collector.url("/h")))])
    office.receivers = [receiver(webhook(collector.url("/h")), console())]
    office.queue(alert())
    with pytest.raises(ChannelDefinitionError, match="no sender"):
        await office.run(NOW)
    assert not collector.received


async def test_only_the_routed_receivers_get_it() -> None:
    receivers = [receiver(console(), name="all"), receiver(console(), name="results"), receiver(name="nobody")]
    results = Route(matchers=(Equals(label="stage", value="result"),), receivers=("results",))
    tree = RouteTree(root=Route(receivers=("nobody",), routes=(results,)), receivers=tuple(r.name for r in receivers))
    office = Office(MemoryFile(), receivers, routes=tree)
    office.queue(alert(), alert("k-2", labels={"stage": ("notice",)}))
    done = await office.run(NOW)
    assert [(c.receipt.alert_key, c.receipt.receiver) for c in done] == [("k-1", "results")]


async def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="now"):
        await Office(MemoryFile(), [receiver(console())]).run(dt.datetime(2025, 1, 1))
