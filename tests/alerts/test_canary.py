"""T20: planted secrets appear in no log at DEBUG, exception, repr or receipt, whatever goes wrong."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from alerts import (
    AppriseSettings,
    Channel,
    ChannelKind,
    EmailSettings,
    MailSecurity,
    Outcome,
    Rendered,
    Secret,
    SendResult,
    WebhookSettings,
)
from alerts.redact import LEAKY_LOGGERS
from tests.alerts.collector import Answer, Collector
from tests.alerts.mailbox import Mailbox
from tests.alerts.office import Office
from tests.alerts.samples import NOW, alert, channel, receiver, robot
from tests.alerts.test_robots import closed_port

KEY = "cAnArY1-4bc4-97a0-0ec2sifa5aaa"
SIGNING = "SECcanary2signing"
PASSWORD = "cAnArY3 p@ss/wörd"
HEADER = "Bearer cAnArY4-header-token"
CANARIES = (KEY, SIGNING, PASSWORD, HEADER, "p%40ss", "cAnArY5", KEY.lower(), "0ec2sifa5aaa")


@pytest.fixture
def whole_log() -> Iterator[io.StringIO]:
    """Everything any logger prints, from level 0 on, as a plain handler on the root writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    loggers = [logging.getLogger(name) for name in ("", "urllib3", *LEAKY_LOGGERS)]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:  # the program may have quietened some of them
        logger.setLevel(1)
    yield stream
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    loggers[0].removeHandler(handler)


def channels(collector: Collector, smtp_port: int) -> tuple[Channel, ...]:
    web = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU, ChannelKind.SERVERCHAN, ChannelKind.SLACK)
    robots = tuple(
        robot(kind, collector.url(f"/{kind.value}/{KEY}?key={KEY}"), signing=SIGNING, name=kind.value) for kind in web
    )
    gone = robot(ChannelKind.WECOM, f"http://127.0.0.1:{closed_port()}/send?key={KEY}", name="gone")
    hook = WebhookSettings(address=Secret(collector.url(f"/in/{KEY}")), headers={"Authorization": Secret(HEADER)})
    mail = EmailSettings(
        host="127.0.0.1",
        port=smtp_port,
        security=MailSecurity.NONE,
        from_address="a@b.example",
        to=("c@d.example",),
        username="user",
        password=Secret(PASSWORD),
    )
    url = collector.url(f"/any/{KEY}").replace("http://", "json://user:cAnArY5-p%40ss@") + "?rto=0.3"
    return (
        *robots,
        gone,
        channel(ChannelKind.WEBHOOK, hook, "hook"),
        channel(ChannelKind.EMAIL, mail, "mail"),
        channel(ChannelKind.APPRISE, AppriseSettings(url=Secret(url)), "any"),
    )


@pytest.mark.parametrize("status", [200, 301, 403, 429, 500])
async def test_no_planted_secret_appears_anywhere(collector: Collector, whole_log: io.StringIO, status: int) -> None:
    echo = Answer.json({"errcode": 1, "code": 1, "errmsg": f"key {KEY} is wrong", "msg": KEY, "message": KEY}, status)
    with Mailbox(login=("user", "another password")) as mailbox:
        team = receiver(*channels(collector, mailbox.port))
        for one in team.channels:
            for folder in (one.name, "in", "any"):
                collector.script(f"/{folder}/{KEY}", echo)
        office = Office.real([team])
        office.queue(alert())
        done = await office.run(NOW)
    assert len(done) == len(team.channels)
    assert len(collector.received) == 7, "the requests were really made"
    log = whole_log.getvalue()
    assert "[hidden]" in log, "the log did speak of them"
    for canary in CANARIES:
        for place, printed in (("log", log), ("receipts", repr(done)), ("definitions", repr(team))):
            assert canary not in printed, f"{canary} in {place}"
        assert canary not in repr(office.senders)
        assert canary not in repr(vars(office.file.book)), "the book in memory knows lanes by digests"


async def test_the_traceback_of_a_bug_does_not_quote_a_secret(whole_log: io.StringIO) -> None:
    team = receiver(robot(ChannelKind.WECOM, f"http://127.0.0.1:1/{KEY}"))
    office = Office.real([team])

    class Buggy:
        def send(self, message: Rendered) -> SendResult:
            raise RuntimeError(f"cannot use http://127.0.0.1:1/{KEY}")

    office.senders = {("team", "chat"): Buggy()}
    office.queue(alert())
    (made,) = await office.run(NOW)
    assert made.receipt.outcome is Outcome.UNKNOWN
    assert "RuntimeError" in whole_log.getvalue()
    assert KEY not in whole_log.getvalue() + repr(made)
