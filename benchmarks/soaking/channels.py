"""Where the alerts of a soak arrive: chat robots, a mail server and a webhook on loopback, out of order for some hours each."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from benchmarks.soaking.characters import Course
from benchmarks.soaking.fast_time import FastTime
from tests.alerts.collector import Answer, Collector, Received
from tests.alerts.mailbox import TAKE, Mailbox

LANES = ("wecom", "feishu", "email")
"""Channels that get every story."""
_REPEAT = "可能重复"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A message as it arrived. One that was `refused` was shown, and answered with an error."""

    at: dt.datetime
    lane: str
    text: str
    refused: bool
    markup: str = ""
    """The part of it in which marks have a meaning: HTML of a mail, Markdown of a chat message."""

    @property
    def shouts(self) -> bool:
        """Whether a headline of a page reaches people as more than text: as a mention of everybody, or as a script."""
        return any(mark in self.markup for mark in ("<script", "<@", "<at"))

    @property
    def marked(self) -> bool:
        """Whether it says of itself that it may be a repeat."""
        return _REPEAT in self.text


@dataclass
class Channels:
    """The receiving side. `time` is to be set before anything is sent."""

    course: Course
    time: FastTime | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    on_arrival: Callable[[str], None] = lambda lane: None
    """Told of each message before it is answered."""

    def out_of_order(self, lane: str, now: dt.datetime) -> bool:
        """Whether the channel takes nothing now."""
        return self.course.within(now, *_OUTAGES.get(lane, ()))

    def of(self, lane: str) -> list[Arrival]:
        """What one channel took."""
        return [a for a in tuple(self.arrivals) if a.lane == lane and not a.refused]

    @contextlib.contextmanager
    def open(self) -> Iterator[dict[str, object]]:
        """Serve; gives the section `alerts` of a configuration, and the environment it needs under the key `environment`."""
        with Collector() as robots, _Mail(self) as mail:
            for lane in ("wecom", "feishu", "webhook"):
                robots.script(f"/{lane}/send", lambda request, lane=lane: self._robot(lane, request))  # type: ignore[misc]
            yield {
                "environment": {"SOAK_WECOM": robots.url("/wecom/send?key=00000000-aaaa-bbbb-cccc-000000000000"), "SOAK_FEISHU": robots.url("/feishu/send")},
                "receivers": [
                    {
                        "name": "desk",
                        "channels": [
                            {"kind": "wecom", "url_env": "SOAK_WECOM"},
                            {"kind": "email", "host": "127.0.0.1", "port": mail.port, "security": "none",
                             "from": "baoxun@desk.example", "to": ["a@desk.example"]},
                        ],
                    },
                    {"name": "analyst", "channels": [{"kind": "feishu", "url_env": "SOAK_FEISHU"}]},
                    {"name": "operators", "channels": [{"kind": "webhook", "url": robots.url("/webhook/send")}]},
                ],
                "route": {"receivers": ["desk", "analyst"]},
                "operators": {"receivers": ["operators"]},
                "deadlines": {"remind_days": []},
            }  # fmt: skip

    def arrived(self, lane: str, text: str, markup: str = "") -> bool:
        """Note a message; whether it is taken."""
        assert self.time is not None, "set before anything is sent"
        now = self.time.now()
        refused = self.out_of_order(lane, now)
        self.arrivals.append(Arrival(at=now, lane=lane, text=text, refused=refused, markup=markup))
        self.on_arrival(lane)
        return not refused

    def _robot(self, lane: str, request: Received) -> Answer:
        said = request.json()
        if not self.arrived(lane, json.dumps(said, ensure_ascii=False), _markup(said)):
            return Answer.text(502, "bad gateway")
        return Answer.json({"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"})


def _markup(said: Any) -> str:
    if "card" in said:  # Feishu; its headline is plain text
        return "\n".join(element["content"] for element in said["card"]["elements"])
    return str(said.get("markdown", {}).get("content", ""))


class _Mail(Mailbox):
    """A mail server that asks the channels whether it is in order."""

    def __init__(self, channels: Channels) -> None:
        super().__init__()
        self._channels = channels

    async def handle_DATA(self, server, session, envelope) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        await super().handle_DATA(server, session, envelope)
        return TAKE if self._channels.arrived("email", *_read(self.received.pop())) else "451 4.3.0 try again later"


def _read(message: EmailMessage) -> tuple[str, str]:
    """All that it says, and its HTML."""
    parts = {kind: part.get_content() for kind in ("plain", "html") if (part := message.get_body((kind,))) is not None}
    return "\n".join([message["Subject"] or "", *parts.values()]), parts.get("html", "")


_OUTAGES = {"wecom": ((1.7, 2.1),), "feishu": ((3.2, 3.6),), "email": ((0.9, 1.0), (4.2, 4.7))}
"""When which channel is out of order, in parts of the course."""
