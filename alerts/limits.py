"""How many messages a channel's far side takes, and which channels share one.

A robot that is sent to too often answers no, or blocks for minutes. A token bucket of the documented size lets twice the
documented count through within one window (a full bucket, then what drips in); one small enough not to would halve the
rate. So a bucket here remembers its last sends, and in *any* window there are never more than the limit allows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from alerts.errors import LimitDefinitionError
from alerts.model import (
    AppriseSettings,
    Channel,
    ChannelKind,
    EmailSettings,
    RobotSettings,
    WebhookSettings,
    require_aware,
)
from alerts.robots import ROBOTS
from alerts.secret import Secret
from alerts.send import read_url

_NO_TIME: Final = dt.timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """At most `count` sends in any `per`.

    `guard` is added to `per`: the far side counts when messages arrive, and one may travel faster than those before it.
    """

    count: int
    per: dt.timedelta
    guard: dt.timedelta = _NO_TIME

    def __post_init__(self) -> None:
        if self.count < 1 or self.per <= _NO_TIME or self.guard < _NO_TIME:
            raise LimitDefinitionError(f"{self.count} in {self.per} lets nothing pass")

    @property
    def window(self) -> dt.timedelta:
        """The time for which a send counts."""
        return self.per + self.guard


Limits = Sequence[RateLimit]
"""Limits that hold at one time; none: no limit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """The times of the latest sends, oldest first, aware: as many as the limits need to know."""

    sent: tuple[dt.datetime, ...] = ()

    def __post_init__(self) -> None:
        for moment in self.sent:
            require_aware(moment, "sent")
        object.__setattr__(self, "sent", tuple(sorted(self.sent)))


def available(bucket: Bucket, limits: Limits, now: dt.datetime) -> int:
    """How many messages may be sent at `now`; `sys.maxsize` without a limit.

    A send dated later than now counts for a window, too (the clock was set back a little); one further off than a window
    was dated by a clock so wrong that it says nothing, and waiting for its time could take years.
    """
    return max(min((limit.count - _count(bucket, limit, now) for limit in limits), default=sys.maxsize), 0)


def take(bucket: Bucket, limits: Limits, n: int, now: dt.datetime) -> Bucket:
    """The bucket after `n` sends at `now`. Raises ValueError for more than are available: ask first."""
    require_aware(now, "now")
    if not 0 <= n <= available(bucket, limits, now):
        raise ValueError(f"{n} messages are not within the limit at {now}")
    if not limits:
        return Bucket()
    # The windows lie around now, so that all that any limit counts is one stretch.
    spans = [_span(bucket, limit, now) for limit in limits]
    counting = bucket.sent[min(low for low, _ in spans) : max(high for _, high in spans)]
    most = max(limit.count for limit in limits)
    return Bucket(sent=tuple(sorted((*counting, *[now] * n))[-most:]))


def next_token_at(bucket: Bucket, limits: Limits, now: dt.datetime) -> dt.datetime:
    """When the next message may be sent: `now` where one may already."""
    free_at = [now]
    for limit in limits:
        if _count(bucket, limit, now) >= limit.count:
            _, high = _span(bucket, limit, now)
            free_at.append(bucket.sent[high - limit.count] + limit.window)
    return max(free_at)


def _count(bucket: Bucket, limit: RateLimit, now: dt.datetime) -> int:
    """How many sends count against a limit at `now`."""
    low, high = _span(bucket, limit, now)
    return high - low


def _span(bucket: Bucket, limit: RateLimit, now: dt.datetime) -> tuple[int, int]:
    """Which sends count against a limit at `now`: the places of the first, and after the last."""
    return bisect_right(bucket.sent, now - limit.window), bisect_right(bucket.sent, now + limit.window)


def _a_minute(count: int) -> RateLimit:
    return RateLimit(count=count, per=dt.timedelta(minutes=1), guard=dt.timedelta(seconds=2))


def _some_seconds(count: int, seconds: float) -> RateLimit:
    return RateLimit(count=count, per=dt.timedelta(seconds=seconds), guard=dt.timedelta(seconds=0.2))


LIMITS: Final[Mapping[ChannelKind, tuple[RateLimit, ...]]] = {
    ChannelKind.CONSOLE: (),
    # No common limit exists; providers count recipients a day and answer 4xx beyond. Ten at a time spare small servers.
    ChannelKind.EMAIL: (_some_seconds(10, 10),),
    # WeCom developer centre, "消息推送配置说明" (path/91770): a robot sends at most 20 messages a minute.
    ChannelKind.WECOM: (_a_minute(20),),
    # DingTalk open platform, "自定义机器人接入": 20 a minute for each robot; whoever exceeds it is blocked for ten minutes.
    ChannelKind.DINGTALK: (_a_minute(20),),
    # Feishu open platform, "自定义机器人使用指南": 100 a minute and 5 a second for each robot.
    ChannelKind.FEISHU: (_some_seconds(5, 1), _a_minute(100)),
    # ServerChan, sc.ftqq.com: different messages 10 s apart, 500 a day; from 1,000 calls a day on the key is banned. Free
    # keys have fewer, which only the answer tells.
    ChannelKind.SERVERCHAN: (_some_seconds(1, 10), RateLimit(count=500, per=dt.timedelta(days=1))),
    # PushPlus, "接口限制": 200 calls a day for a verified user. What it takes a minute is not documented: a caution.
    ChannelKind.PUSHPLUS: (_a_minute(5), RateLimit(count=200, per=dt.timedelta(days=1))),
    # Slack, "Rate limits": incoming webhooks take one message a second, with short bursts that are not promised.
    ChannelKind.SLACK: (_some_seconds(1, 1),),
    # One's own server: a courtesy.
    ChannelKind.WEBHOOK: (_some_seconds(10, 1),),
    # Services differ; the strictest of the common ones are Telegram's groups, 20 a minute (core.telegram.org/bots/faq).
    ChannelKind.APPRISE: (_a_minute(20),),
}
"""What each kind of channel takes."""


def limits_of(channel: Channel) -> tuple[RateLimit, ...]:
    """The limits of the channel's far side; for an Apprise URL of a robot that we know, the robot's."""
    return LIMITS[_resolved(channel).kind]


def lane_key(receiver: str, channel: Channel) -> str:
    """A name for the channel's far side: channels that lead to one robot, mail account or address have one name.

    It reveals nothing and is the same after a restart. A plain SHA-256 is enough: a robot's key has far more entropy
    than anyone can try, and no password goes into it. A keyed hash would need one more secret to keep, whose loss would
    forget every limit. Where nothing is at the far side (the console) the receiver stands in.
    """
    resolved = _resolved(channel)
    parts = "\n".join((resolved.kind.value, *_far_side(receiver, resolved)))
    return f"{resolved.kind.value}:{hashlib.sha256(parts.encode()).hexdigest()[:32]}"


def _resolved(channel: Channel) -> Channel:
    """The channel as `build` makes it: an Apprise URL of a robot or a mail account leads where our own settings do."""
    if not isinstance(channel.settings, AppriseSettings):
        return channel
    try:
        found = read_url(channel.settings.url)
    except ValueError:  # `build_senders` refuses it, with the reason
        return channel
    return Channel(name=channel.name, kind=found[0], settings=found[1]) if isinstance(found, tuple) else channel


def _far_side(receiver: str, channel: Channel) -> tuple[str, ...]:
    match channel.settings:
        case RobotSettings(address=address):
            robot = ROBOTS.get(channel.kind)
            return (_without_password(robot.address(address) if robot else address),)
        case WebhookSettings(address=address):
            return (_without_password(address),)
        case AppriseSettings(url=url):
            return (_without_password(url, keep_query=False),)
        case EmailSettings(host=host, port=port, username=username, from_address=sender):
            return host.lower(), str(port), username or sender
        case _:
            return (receiver, channel.name)


def _without_password(address: Secret, *, keep_query: bool = True) -> str:
    """The address with a host in small letters, and without what people choose and others could guess.

    Apprise's queries hold options, at times a password; for our own robots the query is the key.
    """
    text = address.reveal().strip()
    try:
        split = urlsplit(text)
        user = f"{split.username}@" if split.username else ""
        # Apprise puts case-sensitive tokens where the host stands.
        host = split.netloc.rpartition("@")[2]
        host = host.lower() if split.scheme in ("http", "https") else host
    except ValueError:
        return text
    return urlunsplit((split.scheme, user + host, split.path.rstrip("/"), split.query if keep_query else "", ""))
