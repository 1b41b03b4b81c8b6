"""The section `alerts` of `config.yaml`: receivers, their channels, and who is told what.

Secrets never stand here: a key ending in `_env` names an environment variable, one ending in `_file` a file that holds
the value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from monitor.config.cadence_model import Deliver, DigestConfig, QuietConfig, TimeOfDay, UrgentConfig
from monitor.config.quantity import Duration
from monitor.config.section import Section, known_zone


class ConsoleChannel(Section):
    """Print alerts on standard output; needs no account anywhere."""

    kind: Literal["console"]
    name: str = ""
    """Name of the channel in receipts; empty: its kind."""


class EmailChannel(Section):
    """Send mail through an SMTP server."""

    kind: Literal["email"]
    name: str = ""
    """Name of the channel in receipts; empty: its kind."""
    host: str
    """SMTP server."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 takes the usual one: 587 for starttls, 465 for tls, 25 for none."""
    security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection is protected."""
    username: str = ""
    """Account, where the server wants one."""
    password_env: str = ""
    """Environment variable with the password."""
    password_file: str = ""
    """File with the password."""
    sender: Annotated[str, Field(alias="from", pattern=r".+@.+")]
    """Address that the mail comes from."""
    to: Annotated[tuple[str, ...], Field(min_length=1)]
    """Addresses that get it."""
    verify_tls: bool = True
    """Check the server's certificate."""


class RobotChannel(Section):
    """A chat robot. Its address is a secret: give the name of a variable or of a file."""

    kind: Literal["wecom", "dingtalk", "feishu", "serverchan", "pushplus", "slack"]
    name: str = ""
    """Name of the channel in receipts; empty: its kind."""
    url_env: str = ""
    """Environment variable with the robot's whole webhook address or its bare key."""
    url_file: str = ""
    """File with the robot's whole webhook address or its bare key."""
    secret_env: str = ""
    """Environment variable with the signing key (DingTalk, Feishu)."""
    secret_file: str = ""
    """File with the signing key."""

    @model_validator(mode="after")
    def _has_address(self) -> RobotChannel:
        if not (self.url_env or self.url_file):
            raise ValueError("needs `url_env` or `url_file`")
        return self


class WebhookChannel(Section):
    """POST each alert as JSON."""

    kind: Literal["webhook"]
    name: str = ""
    """Name of the channel in receipts; empty: its kind."""
    url: str = ""
    """Address without a secret in it."""
    url_env: str = ""
    """Environment variable with the address."""
    url_file: str = ""
    """File with the address."""
    headers_env: Mapping[str, str] = Field(default_factory=dict)
    """Header name → environment variable with its value."""

    @model_validator(mode="after")
    def _has_address(self) -> WebhookChannel:
        if sum(map(bool, (self.url, self.url_env, self.url_file))) != 1:
            raise ValueError("needs exactly one of `url`, `url_env`, `url_file`")
        return self


class AppriseChannel(Section):
    """Any service that Apprise knows, by its URL (which holds secrets)."""

    kind: Literal["apprise"]
    name: str = ""
    """Name of the channel in receipts; empty: its kind."""
    url_env: str = ""
    """Environment variable with the Apprise URL."""
    url_file: str = ""
    """File with the Apprise URL."""

    @model_validator(mode="after")
    def _has_address(self) -> AppriseChannel:
        if not (self.url_env or self.url_file):
            raise ValueError("needs `url_env` or `url_file`")
        return self


ChannelConfig = Annotated[
    ConsoleChannel | EmailChannel | RobotChannel | WebhookChannel | AppriseChannel, Field(discriminator="kind")
]


class ReceiverConfig(Section):
    """A person or group, with the channels that reach them."""

    name: Annotated[str, Field(min_length=1)]
    """Unique name, used in routes and receipts."""
    language: Literal["zh", "en"] = "zh"
    """Language of our own words in messages."""
    timezone: str = "Asia/Shanghai"
    """IANA zone of printed times."""
    deliver: Deliver = "at_once"
    """When to tell them: `at_once`, `{grouped: {wait: 30s, interval: 5m}}` or `{digest: {at: ["08:30"]}}`."""
    digest: DigestConfig | None = None
    """When to tell minor things (on topic, but nothing new happened); without it they are not told."""
    quiet: QuietConfig | None = None
    """Hours in which nothing is sent, only held."""
    urgent: UrgentConfig = UrgentConfig()
    """What is told at once even then."""
    channels: tuple[ChannelConfig, ...] = ()
    """How to reach them; all of them are used."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    @model_validator(mode="after")
    def _distinct_channels(self) -> ReceiverConfig:
        names = [c.name or c.kind for c in self.channels]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise ValueError(f"two channels are called {', '.join(twice)}: give them a `name` each")
        return self


class RouteConfig(Section):
    """Who gets which alerts: the first matching child wins unless it says `continue`."""

    name: str = ""
    """Shown where a route explains itself."""
    receivers: tuple[str, ...] = ()
    """Names of receivers; empty inherits the parent's."""
    match: tuple[str, ...] = ()
    """Sentences that must all hold: `topic = gov_tender`, `stage in notice, result`, `region within 330000`,
    `amount >= 1000000`, `source =~ .*报`."""
    deliver: Deliver | None = None
    """When to tell it, where this route differs from the receiver's own."""
    continue_: Annotated[bool, Field(alias="continue")] = False
    """Go on to the next sibling after this one matched."""
    routes: tuple[RouteConfig, ...] = ()
    """Finer routes, tried in order."""


class InhibitConfig(Section):
    """An alert that need not be told because another says it already."""

    name: Annotated[str, Field(min_length=1)]
    """Shown as the reason."""
    when: Annotated[tuple[str, ...], Field(min_length=1)]
    """What was told: `stage = result`."""
    then: Annotated[tuple[str, ...], Field(min_length=1)]
    """What need not be told any more: `stage = candidate`."""
    equal: tuple[str, ...] = ()
    """Labels in which the two must be equal: `region`, `buyer`."""
    within: Duration = dt.timedelta(days=1)
    """For how long."""


class OperatorsConfig(Section):
    """Who is told about the program itself: what broke, what recovered, and once a day that all is well."""

    receivers: tuple[str, ...] = ()
    """Names of receivers; none: nobody is told, and `baoxun status` shows it."""
    heartbeat: TimeOfDay | None = None
    """When to say daily that all is well, quoted: `"09:00"`; without it: never."""


class DeadlinesConfig(Section):
    """Reminders of deadlines, to those who were told of the project."""

    remind_days: tuple[Annotated[int, Field(ge=1, le=60)], ...] = (7, 3, 1)
    """How many days before; empty: no reminders."""
    escalate_before: Duration | None = None
    """How long before a deadline to tell `escalate_to` of what nobody took; without it: never."""
    escalate_to: tuple[str, ...] = ()
    """Names of receivers."""


class AlertsConfig(Section):
    """Receivers, routes, and what else decides who is told what and when."""

    receivers: tuple[ReceiverConfig, ...] = (
        ReceiverConfig(name="console", channels=(ConsoleChannel(kind="console"),)),
    )
    """Who can be told."""
    route: RouteConfig = RouteConfig(receivers=("console",))
    """Who is told what."""
    inhibit: tuple[InhibitConfig, ...] = ()
    """What need not be told because something else was."""
    deadlines: DeadlinesConfig = DeadlinesConfig()
    """Reminders and escalation."""
    operators: OperatorsConfig = OperatorsConfig()
    """Who is told about the program itself."""
