"""The values of the alerts package: what is sent, to whom, and what became of it.

No word of any trade appears here: labels are opaque key–value pairs. All times are aware UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from alerts.cadence import AtOnce, Cadence, Digest, QuietHours, Urgency
from alerts.secret import NO_SECRET, Secret


class Severity(StrEnum):
    """How loudly to say it."""

    INFO = "info"
    NOTICE = "notice"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A titled address. `note` says what stands there (a publisher's name)."""

    title: str
    url: str
    note: str = ""


class AlertKind(StrEnum):
    """What sort of telling it is."""

    NEWS = "news"
    UPDATE = "update"  # follows an earlier alert of its thread and says what changed
    REMINDER = "reminder"  # a deadline draws near
    ESCALATION = "escalation"  # a deadline draws near and nobody took it
    OPERATIONS = "operations"  # about this program itself


class Audience(StrEnum):
    """Who is to get an alert."""

    ROUTES = "routes"  # whom the route tree names
    FOLLOWERS = "followers"  # whoever was told of its thread before
    BOTH = "both"
    NAMED = "named"  # the receivers in `Alert.to`


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that is not as it was told before; the values as printed. `old` is empty where nothing was known."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One thing to tell people.

    `key` is the idempotency key: two alerts with one key are the same alert and reach a receiver once. `thread` is
    shared by alerts that follow one another. `facts` are (name, printed value) pairs in display order. `evidence` is
    the sentence that proves the summary. `copies` are other places that print the same. `minor` alerts go into
    digests only. `deadline` is when it will be too late; `changes` say what an update changes.
    """

    key: str
    thread: str
    title: str
    summary: str
    evidence: str
    link: Link
    created_at: dt.datetime
    published: dt.datetime | None = None
    severity: Severity = Severity.NOTICE
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    copies: tuple[Link, ...] = ()
    lang: str = "zh"
    kind: AlertKind = AlertKind.NEWS
    audience: Audience = Audience.ROUTES
    to: tuple[str, ...] = ()
    minor: bool = False
    deadline: dt.datetime | None = None
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        require_aware(self.created_at, "created_at")
        require_aware(self.published, "published")
        require_aware(self.deadline, "deadline")


class MessageForm(StrEnum):
    """How many alerts a message carries, and why."""

    SINGLE = "single"  # one alert, in full
    MERGED = "merged"  # several that were held, grouped, or had to share a message
    DIGEST = "digest"  # what came since the last digest


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What is sent in one piece to one channel of one receiver. `key` is a single alert's own, or the bundle's."""

    key: str
    receiver: str
    channel: str
    form: MessageForm
    alerts: tuple[Alert, ...]
    lang: str | None = None
    """Language of our own words; None: the receiver's."""
    max_copies: int | None = None
    """Other copies to list for each alert; None: the usual number."""
    urgent: bool = False
    """Whether it goes whatever the hour."""


class Outcome(StrEnum):
    """What became of one delivery to one channel."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: the same call would be refused again
    RETRY = "retry"  # not now: may be tried again
    UNKNOWN = "unknown"  # the answer was lost: it may have arrived
    SUPPRESSED = "suppressed"  # the ledger has it as accepted already


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The record of one attempt to deliver one alert to one channel of one receiver."""

    alert_key: str
    receiver: str
    channel: str
    outcome: Outcome
    reason: str
    attempted_at: dt.datetime
    attempt: int = 1
    retry_at: dt.datetime | None = None
    """When to try again; None unless the outcome is RETRY or UNKNOWN. UNKNOWN without it is the last word."""

    def __post_init__(self) -> None:
        require_aware(self.attempted_at, "attempted_at")
        require_aware(self.retry_at, "retry_at")

    @property
    def is_final(self) -> bool:
        """Nothing more will be tried for this alert on this channel."""
        return self.retry_at is None


class Concern(StrEnum):
    """What an answer is about: this message, or the channel, whatever is sent through it."""

    MESSAGE = "message"
    CHANNEL = "channel"


@dataclass(frozen=True, kw_only=True, slots=True)
class SendResult:
    """What one call of a `Sender` came to: ACCEPTED, REFUSED, RETRY or UNKNOWN, and why.

    `reason` is for people and holds no secret. `retry_after` is the wait in seconds that the other side asked for.
    `concerns` CHANNEL says that the next message would fare the same, so that it is not worth trying now.
    """

    outcome: Outcome
    reason: str
    retry_after: float | None = None
    concerns: Concern = Concern.MESSAGE


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """Whether a channel looks usable, found out without sending anything through it."""

    usable: bool
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """One message in the form its channel wants, packed to the channel's size and escaped for its format.

    `title` is one line. `body` is the whole text (Markdown, Slack's mrkdwn or plain, as the channel reads it); it
    opens with the headline, except for mail, whose subject is `title`. `html` is the mail's HTML part. `data` is the
    alert as JSON values for programs, in its own characters. `repeat` marks a message that may have arrived before.
    """

    key: str
    thread: str
    receiver: str
    title: str
    body: str
    html: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.NOTICE
    repeat: bool = False


class ChannelKind(StrEnum):
    """The way a message travels; decides its form, its size limit and how the answer is read."""

    CONSOLE = "console"
    EMAIL = "email"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    SERVERCHAN = "serverchan"
    PUSHPLUS = "pushplus"
    SLACK = "slack"
    WEBHOOK = "webhook"
    APPRISE = "apprise"


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsoleSettings:
    """Plain text on the stream given to `build_senders`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailSettings:
    """A mail account and the addresses it writes to, as fields: special characters in a password need no escaping.

    `port` 0 takes the usual one for `security` (25, 587, 465). All of `to` get one message and share one receipt;
    give each person a channel where a receipt each is wanted. `from_address` may carry a name: `提醒 <a@b.cn>`.
    """

    host: str
    from_address: str
    to: tuple[str, ...]
    port: int = 0
    security: MailSecurity = MailSecurity.STARTTLS
    username: str = ""
    password: Secret = NO_SECRET
    verify_tls: bool = True
    timeout: float = 20.0
    """Seconds without progress after which the server is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotSettings:
    """A chat robot: its whole webhook address as the service shows it, or its bare key. The address *is* the secret.

    `signing` is the signing key of DingTalk and Feishu robots that have one.
    """

    address: Secret
    signing: Secret = NO_SECRET
    timeout: float = 15.0
    """Seconds without progress after which the robot is given up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookSettings:
    """An address that takes the alert as a JSON POST; any 2xx is acceptance. Header values may be secrets."""

    address: Secret
    headers: Mapping[str, Secret] = field(default_factory=dict)
    timeout: float = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class AppriseSettings:
    """Any service that Apprise knows, by its URL (`tgram://…`). Robots that lie with HTTP 200 go through ours."""

    url: Secret


ChannelSettings = ConsoleSettings | EmailSettings | RobotSettings | WebhookSettings | AppriseSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One way to reach a receiver. `name` is unique within the receiver; `settings` is of the type `kind` takes."""

    name: str
    kind: ChannelKind
    settings: ChannelSettings = field(default_factory=ConsoleSettings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """A person or group with the channels that reach them. No channel: a place for alerts that nobody wants.

    `lang` (`zh`, `en`) is the language of our own words; `timezone` an IANA name for printed times.
    """

    name: str
    channels: tuple[Channel, ...] = ()
    lang: str = "zh"
    timezone: str = "Asia/Shanghai"
    cadence: Cadence = field(default_factory=AtOnce)
    digest: Digest | None = None
    """When minor alerts are told; None: never, save where `cadence` is a digest, which they join."""
    quiet: QuietHours | None = None
    urgency: Urgency = field(default_factory=Urgency)


def require_aware(moment: dt.datetime | None, name: str) -> None:
    """Raise ValueError for a naive datetime: a time without its offset cannot be compared or printed truthfully."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"{name} must be an aware datetime, not {moment!r}")
