"""One alert through every kind of channel at once, on real servers that fail as the real ones do.

Mail, WeCom, DingTalk and Feishu with their signatures, PushPlus, Slack and a plain webhook: what each must have got at the
end, how often, with which mark, and that nothing else arrives. Time is an argument; the servers are on loopback.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from alerts import Channel, ChannelKind, Receiver
from tests.acceptance.delivery_files import Template
from tests.alerts.collector import Answer, Collector, Received
from tests.alerts.mailbox import DROP, TAKE, Mailbox
from tests.alerts.office import File, MemoryFile, Office
from tests.alerts.samples import NOW, alert, receiver, robot, webhook
from tests.alerts.test_mail import account

SECRET = "SEC0123456789"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
AN_HOUR_IN_MILLISECONDS = 3_600_000

WECOM_OK = Answer.json({"errcode": 0, "errmsg": "ok"})
WECOM_OFTEN = Answer.json({"errcode": 45009, "errmsg": "api freq out of limit"})
WECOM_REVOKED = Answer.json({"errcode": 93000, "errmsg": "invalid webhook url"})
DING_OFTEN = Answer.json({"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
FEISHU_OFTEN = Answer.json({"code": 9499, "msg": "too many request"})
PUSHPLUS_OK = Answer.json({"code": 200, "msg": "请求成功", "data": "1"})
PUSHPLUS_OFTEN = Answer.json({"code": 900, "msg": "用户账号使用受限"})
SLACK_OK, SLACK_GONE = Answer.text(200, "ok"), Answer.text(404, "channel_not_found")
LATER = Answer.text(429, headers={"Retry-After": "90"})
STALLS, DROPS, CUTS = Answer(stalls=True), Answer(drops=True), Answer(cuts=True, body=b'{"errcode": 0, "errmsg": "ok"}')


def signed_by_dingtalk(request: Received) -> Answer:
    """As DingTalk checks it: HMAC-SHA256 of the time stamp and the key, and a stamp no more than an hour off."""
    stamp = request.query.get("timestamp", ("0",))[0]
    digest = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    fresh = abs(int(stamp) - time.time() * 1000) < AN_HOUR_IN_MILLISECONDS
    if not fresh or request.query.get("sign", ("",))[0] != base64.b64encode(digest).decode():
        return Answer.json({"errcode": 310000, "errmsg": "sign not match"})
    return WECOM_OK


def signed_by_feishu(request: Received) -> Answer:
    """As Feishu checks it: the key signs nothing with the time stamp, which is in seconds and fresh."""
    body = request.json()
    stamp = str(body.get("timestamp", "0"))
    digest = hmac.new(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    if abs(int(stamp) - time.time()) > 3600 or body.get("sign") != base64.b64encode(digest).decode():
        return Answer.json({"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
    return Answer.json({"code": 0, "msg": "success", "data": {}})


def slowly(answer: Answer, seconds: float) -> Answer:
    """The same answer, byte by byte."""
    return replace(answer, drips=seconds)


@dataclass
class Street:
    """All far sides, and a receiver with a channel to each."""

    collector: Collector
    mailbox: Mailbox

    @property
    def team(self) -> Receiver:
        at = self.collector.url
        chats = (
            robot(ChannelKind.WECOM, at("/wecom"), name="wecom"),
            robot(ChannelKind.DINGTALK, at("/dingtalk"), signing=SECRET, name="dingtalk"),
            robot(ChannelKind.FEISHU, at("/feishu"), signing=SECRET, name="feishu"),
            robot(ChannelKind.PUSHPLUS, at("/pushplus?token=t"), name="pushplus"),
            robot(ChannelKind.SLACK, at("/slack"), name="slack"),
            webhook(at("/hook"), name="hook"),
        )
        quick = tuple(replace(c, settings=replace(c.settings, timeout=0.5)) for c in chats)
        mail = Channel(name="mail", kind=ChannelKind.EMAIL, settings=replace(account(self.mailbox), timeout=0.5))
        return receiver(*quick, mail)

    def open(self) -> None:
        """Everything works."""
        for path, answer in (
            ("wecom", WECOM_OK), ("dingtalk", signed_by_dingtalk), ("feishu", signed_by_feishu),
            ("pushplus", PUSHPLUS_OK), ("slack", SLACK_OK), ("hook", Answer()),
        ):  # fmt: skip
            self.collector.script(f"/{path}", answer)  # type: ignore[arg-type]

    def got(self, name: str) -> list[bool]:
        """For each message that a channel's far side got: whether it was marked as a possible repeat."""
        if name == "mail":
            return ["可能重复" in message["Subject"] for message in self.mailbox.received]
        texts = [r.body.decode() for r in self.collector.at(f"/{name}")]
        return ["可能重复" in _text(text) or '"may_be_a_repeat":true' in text.replace(" ", "") for text in texts]


def _text(body: str) -> str:
    return body.encode().decode("unicode_escape", "replace") if "\\u" in body else body


@pytest.fixture
def street() -> Iterator[Street]:
    with Collector() as collector, Mailbox() as mailbox:
        made = Street(collector, mailbox)
        made.open()
        yield made
        collector.release()


@pytest.fixture(params=["memory", "sqlite"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[File]:
    if request.param == "memory":
        yield MemoryFile()
    else:
        with Template(tmp_path).copy() as made:
            yield made


CHANNELS = ("wecom", "dingtalk", "feishu", "pushplus", "slack", "hook", "mail")


def test_every_channel_takes_an_alert_once_and_signed(street: Street, file: File) -> None:
    office = Office.real([street.team], file)
    office.queue(alert())
    office.work_through(NOW, NOW + HOUR, 20 * MINUTE)
    assert office.states("k-1") == {("team", name): "accepted" for name in CHANNELS}
    assert {name: street.got(name) for name in CHANNELS} == {name: [False] for name in CHANNELS}


@pytest.mark.parametrize(
    ("name", "answers", "got", "state"),
    [
        pytest.param("wecom", (WECOM_OFTEN, WECOM_OK), [False, False], "accepted", id="WeCom: too often"),
        pytest.param("wecom", (WECOM_REVOKED, WECOM_REVOKED, WECOM_OK), [False] * 3, "accepted", id="WeCom: revoked, put right"),
        pytest.param("wecom", (DROPS, WECOM_OK), [False, True], "accepted", id="WeCom: no answer"),
        pytest.param("wecom", (CUTS, WECOM_OK), [False, True], "accepted", id="WeCom: half an answer"),
        pytest.param("wecom", (slowly(WECOM_OK, 0.004),), [False], "accepted", id="WeCom: drop by drop"),
        pytest.param("wecom", (slowly(WECOM_OK, 0.2), WECOM_OK), [False, True], "accepted", id="WeCom: too slow a drip"),
        pytest.param("wecom", (STALLS, WECOM_OK), [False, True], "accepted", id="WeCom: time-out after it was taken"),
        pytest.param("wecom", (STALLS, DROPS, WECOM_OK), [False, True], "unknown", id="WeCom: two lost answers"),
        pytest.param("dingtalk", (DING_OFTEN, signed_by_dingtalk), [False, False], "accepted", id="DingTalk: too often"),
        pytest.param("feishu", (FEISHU_OFTEN, signed_by_feishu), [False, False], "accepted", id="Feishu: too often"),
        pytest.param("pushplus", (PUSHPLUS_OFTEN, PUSHPLUS_OK), [False, False], "accepted", id="PushPlus: limited"),
        pytest.param("slack", (LATER, SLACK_OK), [False, False], "accepted", id="Slack: Retry-After"),
        pytest.param("slack", (SLACK_GONE, SLACK_OK), [False, False], "accepted", id="Slack: no such channel, put right"),
        pytest.param("hook", (Answer.text(500), Answer.text(503), Answer()), [False] * 3, "accepted", id="webhook: 5xx"),
        pytest.param("hook", (Answer.text(422),), [False], "refused", id="webhook: refused"),
        pytest.param("mail", ("451 4.7.1 try later", TAKE), [False, False], "accepted", id="mail: 4xx"),
        pytest.param("mail", ("554 5.7.1 looks like spam",), [False], "refused", id="mail: 5xx"),
        pytest.param("mail", (DROP, TAKE), [False, True], "accepted", id="mail: hangs up after DATA"),
    ],
)  # fmt: skip
def test_each_failure_ends_as_it_should_and_touches_no_other_channel(
    street: Street, name: str, answers: tuple[object, ...], got: list[bool], state: str
) -> None:
    if name == "mail":
        street.mailbox.script(*(str(a) for a in answers))
    else:
        street.collector.script(f"/{name}", *answers)  # type: ignore[arg-type]
    office = Office.real([street.team])
    office.queue(alert())
    office.work_through(NOW, NOW + 2 * DAY, 2 * HOUR)
    assert office.states("k-1") == {("team", n): "accepted" for n in CHANNELS} | {("team", name): state}
    assert street.got(name) == got
    others = [n for n in CHANNELS if n != name]
    assert {n: street.got(n) for n in others} == {n: [False] for n in others}


def test_retry_after_is_obeyed_to_the_second(street: Street) -> None:
    street.collector.script("/slack", LATER, SLACK_OK)
    office = Office.real([street.team])
    office.queue(alert())
    office.work(NOW)
    office.work(NOW + dt.timedelta(seconds=89))
    assert len(street.got("slack")) == 1
    office.work(NOW + dt.timedelta(seconds=90))
    assert len(street.got("slack")) == 2


def test_a_street_in_trouble_gets_everything_in_the_end(street: Street, file: File) -> None:
    """Every far side fails in its own way while fifty alerts come; a day later each has each, repeats are marked."""
    street.collector.script("/wecom", WECOM_OFTEN, DROPS, WECOM_OK)
    street.collector.script("/dingtalk", Answer.text(502), DING_OFTEN, signed_by_dingtalk)
    street.collector.script("/feishu", CUTS, FEISHU_OFTEN, signed_by_feishu)
    street.collector.script("/pushplus", DROPS, PUSHPLUS_OK)
    street.collector.script("/slack", LATER, Answer.text(500), SLACK_OK)
    street.collector.script("/hook", Answer.text(503), DROPS, Answer())
    street.mailbox.script("421 4.3.2 shutting down", DROP, TAKE)
    office = Office.real([street.team], file)
    for n in range(50):
        office.queue(alert(f"k-{n}", title=f"第{n}号公告", created_at=NOW + n * MINUTE))
        if n % 10 == 9:
            office.work(NOW + n * MINUTE)
    office.work_through(NOW + HOUR, NOW + 30 * HOUR, HOUR)
    assert office.count() == {"accepted": 50 * len(CHANNELS)}
    marked = {name: sum(street.got(name)) for name in CHANNELS}
    assert all(marked[name] >= 1 for name in ("wecom", "feishu", "pushplus", "hook", "mail")), marked
    assert marked["dingtalk"] == marked["slack"] == 0, "refused is refused: it cannot have arrived"
