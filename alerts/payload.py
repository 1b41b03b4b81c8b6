"""A message as JSON values for programs: what a webhook gets.

`version` changes when a field changes its meaning. Version 2: the alerts stand in `alerts`, however many there are; a
message of one alert also has its fields at the top, where version 1 had them.
"""

from __future__ import annotations

from typing import Any, Final

from alerts.model import Alert, Link, Message, MessageForm

VERSION: Final = 2


def payload(message: Message, *, title: str, repeat: bool) -> dict[str, Any]:
    """The message with every field of its alerts, in their own characters, unshortened and unescaped."""
    alerts = [_alert(alert) for alert in message.alerts]
    top = alerts[0] if message.form is MessageForm.SINGLE else {"title": title}
    return {
        **top,
        "version": VERSION,
        "key": message.key,
        "form": message.form.value,
        "receiver": message.receiver,
        "may_be_a_repeat": repeat,
        "alerts": alerts,
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "key": alert.key,
        "thread": alert.thread,
        "kind": alert.kind.value,
        "severity": alert.severity.value,
        "title": alert.title,
        "summary": alert.summary,
        "changes": [{"name": change.name, "old": change.old, "new": change.new} for change in alert.changes],
        "facts": [{"name": name, "value": value} for name, value in alert.facts],
        "evidence": alert.evidence,
        "link": _link(alert.link),
        "copies": [_link(copy) for copy in alert.copies],
        "labels": {name: list(values) for name, values in alert.labels.items()},
        "lang": alert.lang,
        "published": alert.published.isoformat() if alert.published else None,
        "deadline": alert.deadline.isoformat() if alert.deadline else None,
        "created_at": alert.created_at.isoformat(),
    }


def _link(link: Link) -> dict[str, str]:
    return {"title": link.title, "url": link.url, "publisher": link.note}
