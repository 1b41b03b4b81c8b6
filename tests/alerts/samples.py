"""Alerts, receivers and channels to test with."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

from alerts import (
    Alert,
    Channel,
    ChannelKind,
    ChannelSettings,
    ConsoleSettings,
    Link,
    Receiver,
    Rendered,
    RobotSettings,
    Secret,
    Sender,
    WebhookSettings,
    build_senders,
)
from alerts.render import default_renderer

NOW = dt.datetime(2025, 3, 4, 1, 30, tzinfo=dt.UTC)

ALERT = Alert(
    key="k-1",
    thread="t-1",
    title="某市图书馆采购项目中标公告",
    summary="中标 · 某市 · 甲公司 · 1.26 亿元",
    evidence="经评审，甲公司以 1.26 亿元中标，服务期三年。",
    link=Link(title="公告", url="https://news.example/a?id=1&page=(2)", note="某市政府采购网"),
    created_at=NOW,
    published=dt.datetime(2025, 3, 3, 16, 0, tzinfo=dt.UTC),
    labels={"stage": ("result",), "region": ("330100", "330000"), "amount": ("126000000",)},
    facts=(("项目编号", "ABC_2024-01"), ("金额", "1.26 亿元"), ("中标人", "甲公司")),
    copies=(Link(title="转载", url="https://copy.example/1", note="晨报"),),
)


def alert(key: str = "k-1", **changes: Any) -> Alert:
    return replace(ALERT, key=key, **changes)


def robot(kind: ChannelKind, address: str, *, signing: str = "", timeout: float = 5.0, name: str = "chat") -> Channel:
    settings = RobotSettings(address=Secret(address), signing=Secret(signing), timeout=timeout)
    return Channel(name=name, kind=kind, settings=settings)


def webhook(address: str, *, timeout: float = 5.0, name: str = "hook") -> Channel:
    return Channel(
        name=name, kind=ChannelKind.WEBHOOK, settings=WebhookSettings(address=Secret(address), timeout=timeout)
    )


def console(name: str = "console") -> Channel:
    return Channel(name=name, kind=ChannelKind.CONSOLE, settings=ConsoleSettings())


def channel(kind: ChannelKind, settings: ChannelSettings, name: str = "chat") -> Channel:
    return Channel(name=name, kind=kind, settings=settings)


def receiver(*channels: Channel, name: str = "team", lang: str = "zh") -> Receiver:
    return Receiver(name=name, channels=channels, lang=lang)


def sender(one: Channel) -> Sender:
    team = receiver(one)
    return build_senders([team], io.StringIO())["team", one.name]


def rendered(kind: ChannelKind, of: Alert = ALERT, *, repeat: bool = False, lang: str = "zh") -> Rendered:
    return default_renderer().render(of, kind, receiver(lang=lang), repeat=repeat)
