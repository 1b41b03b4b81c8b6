"""The shape of `config.yaml`: every key, its default and its meaning (the docstrings feed the JSON Schema).

Secrets never stand here: a key ending in `_env` names an environment variable, one ending in `_file` a file that holds
the value. `reading` resolves them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from monitor.config.quantity import Duration, Size


class Section(BaseModel):
    """Frozen; a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class StorageConfig(Section):
    """Where things are kept."""

    url: str = "sqlite:///baoxun.sqlite3"
    """Database URL: `sqlite:///file` (relative to `data_dir`) or `postgresql://user@host/name`. A password in it comes
    from `password_env` or `password_file`."""
    data_dir: Path = Path("data")
    """Folder for the database file and raw pages; relative to this file."""
    keep_raw: bool = True
    """Append every fetched article page to WARC files in `data_dir`/raw."""
    password_env: str = ""
    """Environment variable that holds the database password."""
    password_file: str = ""
    """File that holds the database password."""


class CrawlerConfig(Section):
    """Manners, for all sources; a source may override `delay`."""

    user_agent: str = "baoxun/0.1 (news monitor; obeys robots.txt)"
    """Sent with each request. Put a way to reach you in it."""
    obey_robots: bool = True
    """Obey robots.txt; an unreachable robots.txt counts as «no»."""
    delay: Duration = dt.timedelta(seconds=1)
    """Pause between two requests to one host."""
    timeout: Duration = dt.timedelta(seconds=30)
    """Longest wait for one page."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a page that failed for a passing reason is tried again within one crawl."""
    max_body: Size = 8 * 1024 * 1024
    """Larger bodies are cut off and reported."""
    max_articles: Annotated[int, Field(ge=1)] = 200
    """Most articles fetched in one poll of one source."""
    deadline: Duration = dt.timedelta(minutes=5)
    """A poll that takes longer is closed; what it has is kept."""


class FirstRun(Section):
    """What to do with articles found by the first poll of a new source."""

    last_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Alert on those published within this many days; 0 (the default) stores all of them silently as a baseline."""


class SecondOpinionConfig(Section):
    """An optional language model, asked about undecided articles only. It may raise an article, never drop one."""

    enabled: bool = False
    """Ask or not. Articles in the undecided band are sent to the service: title and the first 6,000 characters."""
    url: str = ""
    """Base address of an OpenAI-compatible service, such as `https://llm.example.com/v1`; `/chat/completions` is added.
    Redirects and proxies are not used."""
    model: str = ""
    """Name of the model, as the service calls it."""
    key_env: str = ""
    """Environment variable with the key; a service on your own machine may need none."""
    key_file: str = ""
    """File with the key."""
    tokens_per_day: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 200_000
    """Most tokens a day (in China); after that undecided articles go into the digest unasked."""
    timeout: Duration = dt.timedelta(seconds=20)
    """Longest wait for one answer."""
    at_once: Annotated[int, Field(ge=1, le=16)] = 2
    """Most questions under way at a time."""
    extra: Mapping[str, Any] = Field(default_factory=dict)
    """Further fields of the request, for services that need them, such as `max_completion_tokens: 300`; an empty value
    takes a field out (`temperature:`, `max_tokens:`)."""

    @model_validator(mode="after")
    def _can_ask(self) -> SecondOpinionConfig:
        if self.enabled and not (self.url and self.model):
            raise ValueError("is enabled: needs `url` and `model`")
        if self.url and not _is_plain_address(self.url):
            raise ValueError(f"{_without_login(self.url)!r}: write http(s)://host/path, without login and query")
        if taken := sorted(self.extra.keys() & {"messages", "model", "stream"}):
            raise ValueError(f"`extra` cannot change {', '.join(taken)}")
        if not dt.timedelta(0) < self.timeout <= dt.timedelta(minutes=5):
            raise ValueError("`timeout` must be more than 0s and at most 5m")
        return self


def _is_plain_address(url: str) -> bool:
    try:
        split = urlsplit(url)
        port_is_fine = split.port is None or split.port > 0
    except ValueError:
        return False
    extras = split.username or split.password or split.query or split.fragment
    return split.scheme in ("http", "https") and bool(split.hostname) and not extras and port_is_fine


def _without_login(url: str) -> str:
    """An address as it may be shown: what stands before an @ is left out."""
    return url.rpartition("@")[2].partition("?")[0]


class MonitorConfig(Section):
    """Understanding and the daemon."""

    alert_on_first_run: FirstRun = FirstRun()
    """Articles found by the first poll of a new source."""
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """After so many failures to process it, an article is quarantined (kept, shown, not lost)."""
    vocabulary: Path | None = None
    """Folder with vocabulary files of your own; empty: the ones that are shipped."""
    language: Literal["zh", "en"] = "zh"
    """Language of the summary line in alerts."""
    second_opinion: SecondOpinionConfig = SecondOpinionConfig()
    """A language model for what the rules leave undecided; off by default."""


class SourceConfig(Section):
    """A place to poll."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
    """Unique name: letters, digits, `-`, `_`, `.`."""
    title: str = ""
    """What people call it."""
    kind: Literal["feed", "listing", "api", "sitemap"]
    """How its links are found."""
    url: str = ""
    """What to poll; `urls` for several."""
    urls: tuple[str, ...] = ()
    """What to poll, where it is more than one address."""
    enabled: bool = True
    """Polled or not; say why not in `why_off`."""
    why_off: str = ""
    """Why it is not enabled."""
    every: Duration = dt.timedelta(minutes=15)
    """How often to look."""
    delay: Duration | None = None
    """Pause between two requests to its host; empty takes `crawler.delay`."""
    publisher: str = ""
    """Printed name, for articles that name none."""
    lang: Literal["", "zh", "zh-Hant", "en"] = ""
    """Language to assume; empty detects."""
    encoding: str = ""
    """Force a codec; empty decides by evidence."""
    verify_tls: bool = True
    """Check the certificate. Several government hosts send incomplete chains."""
    page: str = ""
    """Name of the page object that reads its articles; empty picks by address."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """What the `kind` needs: selectors, fields, paging (see docs/sources.md)."""

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, value: dt.timedelta) -> dt.timedelta:
        if value < dt.timedelta(seconds=1):
            raise ValueError("less than 1s: no site wants that")
        return value

    @model_validator(mode="after")
    def _has_address(self) -> SourceConfig:
        if not self.addresses:
            raise ValueError("needs `url` or `urls`")
        for address in self.addresses:
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"{address!r} is no http(s) address")
        if not self.enabled and not self.why_off:
            raise ValueError("is not enabled: say why in `why_off`")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        return ((self.url,) if self.url else ()) + self.urls


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

    kind: Literal["wecom", "dingtalk", "feishu", "serverchan", "slack"]
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
    continue_: Annotated[bool, Field(alias="continue")] = False
    """Go on to the next sibling after this one matched."""
    routes: tuple[RouteConfig, ...] = ()
    """Finer routes, tried in order."""


class AlertsConfig(Section):
    """Receivers and routes."""

    receivers: tuple[ReceiverConfig, ...] = (
        ReceiverConfig(name="console", channels=(ConsoleChannel(kind="console"),)),
    )
    """Who can be told."""
    route: RouteConfig = RouteConfig(receivers=("console",))
    """Who is told what."""


class Config(Section):
    """The whole of `config.yaml`."""

    timezone: str = "Asia/Shanghai"
    """IANA zone for display."""
    storage: StorageConfig = StorageConfig()
    """Where things are kept."""
    crawler: CrawlerConfig = CrawlerConfig()
    """Crawling manners."""
    monitor: MonitorConfig = MonitorConfig()
    """Understanding and the daemon."""
    sources: tuple[SourceConfig, ...] = ()
    """Places to poll."""
    alerts: AlertsConfig = AlertsConfig()
    """Receivers and routes."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def enabled_sources(self) -> tuple[SourceConfig, ...]:
        return tuple(s for s in self.sources if s.enabled)

    def source(self, name: str) -> SourceConfig | None:
        """The source of this name, enabled or not."""
        return next((s for s in self.sources if s.name == name), None)


def known_zone(value: str) -> str:
    """Raises ValueError unless the system knows the time zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as exc:
        raise ValueError(f"{value!r} is no time zone; write one like Asia/Shanghai") from exc
    return value
