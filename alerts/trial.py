"""A harmless test message, for asking whether a channel works from end to end."""

from __future__ import annotations

import datetime as dt

from alerts.model import Alert, Channel, Link, Receiver, SendResult
from alerts.render import default_renderer
from alerts.send import LimitedSender, Sender

_TEXTS = {
    "zh": ("测试消息", "这是一条测试消息，收到即表示该渠道可用，无需处理。", "接收人", "渠道", "时间"),
    "en": (
        "Test message",
        "This is a test: the channel works, and nothing needs to be done.",
        "Receiver",
        "Channel",
        "Time",
    ),
}


def trial_alert(receiver: Receiver, channel: Channel, now: dt.datetime) -> Alert:
    """An alert that says it is a test. Its key is new each second, so that every test is sent."""
    title, summary, *names = _TEXTS["zh" if receiver.lang.startswith("zh") else "en"]
    values = (receiver.name, f"{channel.name} ({channel.kind.value})", f"{now:%Y-%m-%d %H:%M:%S %Z}")
    return Alert(
        key=f"trial:{receiver.name}:{channel.name}:{now:%Y%m%dT%H%M%S}",
        thread="trial",
        title=title,
        summary=summary,
        evidence="",
        link=Link(title="", url=""),
        created_at=now,
        facts=tuple(zip(names, values, strict=True)),
        lang=receiver.lang,
    )


def try_channel(sender: Sender, receiver: Receiver, channel: Channel, now: dt.datetime) -> SendResult:
    """Send the test message, past routes and ledger. Blocks up to the channel's time-out."""
    budget = sender.budget if isinstance(sender, LimitedSender) else None
    message = default_renderer().render(trial_alert(receiver, channel, now), channel.kind, receiver, budget=budget)
    return sender.send(message)
