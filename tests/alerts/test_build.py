"""Definitions that cannot work are refused when they are built, with a hint and without their secrets."""

from __future__ import annotations

import io
import traceback

import pytest

from alerts import (
    AppriseSettings,
    Channel,
    ChannelDefinitionError,
    ChannelKind,
    CheckableSender,
    EmailSettings,
    MailSecurity,
    Outcome,
    RobotSettings,
    Secret,
    WebhookSettings,
    build_senders,
    try_channel,
)
from tests.alerts.collector import Answer, Collector
from tests.alerts.samples import NOW, channel, console, receiver, robot, sender, webhook
from tests.alerts.test_robots import closed_port

CANARY = "canary-5f1e-secret"


def email(**changes: object) -> EmailSettings:
    base: dict[str, object] = {"host": "mail.example", "from_address": "a@b.example", "to": ("c@d.example",)}
    return EmailSettings(**{**base, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (channel(ChannelKind.EMAIL, email(host="")), "host"),
        (channel(ChannelKind.EMAIL, email(host="smtp://mail.example")), "host"),
        (channel(ChannelKind.EMAIL, email(to=())), "no address"),
        (channel(ChannelKind.EMAIL, email(to=("nobody",))), "'nobody' is no mail address"),
        (channel(ChannelKind.EMAIL, email(from_address="x")), "'x' is no mail address"),
        (channel(ChannelKind.EMAIL, email(port=99999)), "port 99999"),
        (channel(ChannelKind.EMAIL, email(password=Secret(CANARY))), "go together"),
        (
            channel(ChannelKind.EMAIL, email(username="u", password=Secret(CANARY), security=MailSecurity.NONE)),
            "in clear",
        ),
        (robot(ChannelKind.WECOM, f"ftp://{CANARY}/x"), "no address of a WeCom robot"),
        (robot(ChannelKind.SLACK, CANARY), "no address of a Slack robot"),
        (robot(ChannelKind.DINGTALK, ""), "no address of a DingTalk robot"),
        (webhook(f"{CANARY}.example/hook"), "no http"),
        (webhook("http://:80/x"), "no http"),
        (
            channel(ChannelKind.APPRISE, AppriseSettings(url=Secret(f"nosuch://{CANARY}"))),
            "knows no service|does not take",
        ),
        (channel(ChannelKind.APPRISE, AppriseSettings(url=Secret(f"wecombot://{CANARY}%20%21/"))), "does not take"),
        (channel(ChannelKind.APPRISE, AppriseSettings(url=Secret(f"tgram://{CANARY}/"))), "knows no service"),
        (
            channel(
                ChannelKind.WEBHOOK,
                WebhookSettings(address=Secret("http://a.example/"), headers={"X-Key": Secret(f"{CANARY}\r\nX: y")}),
            ),
            "'X-Key' cannot be sent",
        ),
        (Channel(name="x", kind=ChannelKind.EMAIL), "does not take ConsoleSettings"),
        (channel(ChannelKind.CONSOLE, RobotSettings(address=Secret(CANARY))), "does not take RobotSettings"),
    ],
)
def test_a_channel_that_cannot_work_is_refused_and_its_secret_stays_hidden(
    one: Channel, problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with pytest.raises(ChannelDefinitionError, match=problem) as caught:
        build_senders([receiver(console(), one)], io.StringIO())
    assert "'team'" in str(caught.value)
    printed = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert CANARY not in printed


def test_two_channels_of_one_name_are_refused() -> None:
    with pytest.raises(ChannelDefinitionError, match="two channels"):
        build_senders([receiver(console(), console())], io.StringIO())


def test_a_check_sees_a_dead_host_and_sends_nothing_to_a_live_one(collector: Collector) -> None:
    def check(one: Channel) -> bool:
        built = sender(one)
        assert isinstance(built, CheckableSender)
        return built.check().usable

    assert check(webhook(collector.url("/h")))
    assert check(robot(ChannelKind.WECOM, collector.url("/h")))
    assert not check(webhook(f"http://127.0.0.1:{closed_port()}/h"))
    assert not check(
        channel(ChannelKind.EMAIL, email(host="127.0.0.1", port=closed_port(), security=MailSecurity.NONE))
    )
    assert check(console())
    assert not collector.received


def test_a_test_message_goes_past_routes_and_tells_the_truth(collector: Collector) -> None:
    collector.script(
        "/r", Answer.json({"errcode": 0}), Answer.json({"errcode": 93000, "errmsg": "invalid webhook url"})
    )
    one = robot(ChannelKind.WECOM, collector.url("/r"))
    team = receiver(one)
    assert try_channel(sender(one), team, one, NOW).outcome is Outcome.ACCEPTED
    assert "测试消息" in collector.received[0].json()["markdown"]["content"]
    assert "查看原文" not in collector.received[0].json()["markdown"]["content"]
    assert try_channel(sender(one), team, one, NOW).outcome is Outcome.REFUSED


def test_the_console_writes_to_the_given_stream_and_survives_a_closed_one() -> None:
    stream = io.StringIO()
    team = receiver(console())
    built = build_senders([team], stream)["team", "console"]
    assert try_channel(built, team, console(), NOW).outcome is Outcome.ACCEPTED
    assert "测试消息" in stream.getvalue()
    stream.close()
    assert try_channel(built, team, console(), NOW).outcome is Outcome.RETRY


def test_a_header_of_a_webhook_is_sent_and_stays_hidden(collector: Collector) -> None:
    settings = WebhookSettings(
        address=Secret(collector.url("/h")), headers={"Authorization": Secret(f"Bearer {CANARY}")}
    )
    one = channel(ChannelKind.WEBHOOK, settings)
    try_channel(sender(one), receiver(one), one, NOW)
    assert collector.received[0].headers["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in repr(one)
