"""The shape of `config.yaml`: every key, its default and its meaning (the docstrings feed the JSON Schema).

Here stand the whole, `storage` and `crawler`; `sources`, `monitor`, `alerts`, `web` and `websub` have modules of their own. Secrets never
stand in a configuration: a key ending in `_env` names an environment variable, one ending in `_file` a file that holds
the value. `building` resolves them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from monitor.config.alerts_model import (
    AlertsConfig,
    AppriseChannel,
    ChannelConfig,
    ConsoleChannel,
    EmailChannel,
    ReceiverConfig,
    RobotChannel,
    RouteConfig,
    WebhookChannel,
)
from monitor.config.monitor_model import FirstRun, MonitorConfig, SecondOpinionConfig
from monitor.config.quantity import Duration, Size
from monitor.config.section import Section, known_zone
from monitor.config.source_model import OwnSource, Pick, SourceConfig, SourceEntry, SourceState
from monitor.config.web_model import WebConfig
from monitor.config.websub_model import WebsubConfig

__all__ = [
    "AlertsConfig",
    "AppriseChannel",
    "ChannelConfig",
    "Config",
    "ConfigFile",
    "ConsoleChannel",
    "CrawlerConfig",
    "EmailChannel",
    "FirstRun",
    "MonitorConfig",
    "OwnSource",
    "Pick",
    "ReceiverConfig",
    "RetentionConfig",
    "RobotChannel",
    "RouteConfig",
    "SecondOpinionConfig",
    "Section",
    "SourceConfig",
    "SourceState",
    "StorageConfig",
    "WebConfig",
    "WebhookChannel",
    "WebsubConfig",
    "known_zone",
]


class RetentionConfig(Section):
    """How long what is stored is kept; nothing is dropped unless it says so, save the record of polls (docs/data.md)."""

    raw_days: Annotated[int, Field(ge=1)] | None = None
    """Raw pages go after so many days; empty: they are kept for ever. Articles, facts and alerts stay."""
    raw_of_matches: Literal["keep", "drop"] = "keep"
    """Whether raw pages of articles that were worth an alert or a digest, or that somebody judged, stay all the same: they
    are the proof."""
    polls_days: Annotated[int, Field(ge=1)] = 90
    """What became of each check of a source is remembered for so many days."""
    irrelevant_text_days: Annotated[int, Field(ge=1)] | None = None
    """Texts of articles that were not relevant go after so many days (title, address and verdict stay); empty: never. What
    is gone cannot be replayed."""
    contacts: Literal["keep", "drop"] = "keep"
    """Names and numbers of contact persons that notices print: `drop` stores stars in their place from now on, and
    `baoxun db prune` puts them into what was stored before. Raw pages stay as they came: see `raw_days`, `keep_raw`."""


class StorageConfig(Section):
    """Where things are kept."""

    url: str = "sqlite:///baoxun.sqlite3"
    """Database URL: `sqlite:///file` (relative to `data_dir`) or `postgresql://user@host/name`. A password in it comes
    from `password_env` or `password_file`."""
    data_dir: Path = Path("data")
    """Folder for the database file and raw pages; relative to this file."""
    keep_raw: bool = True
    """Append every fetched article page to WARC files in `data_dir`/raw."""
    retention: RetentionConfig = RetentionConfig()
    """How long what is stored is kept."""
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


class _Whole(Section):
    """What `config.yaml` says as it is used."""

    timezone: str = "Asia/Shanghai"
    """IANA zone for display."""
    storage: StorageConfig = StorageConfig()
    """Where things are kept."""
    crawler: CrawlerConfig = CrawlerConfig()
    """Crawling manners."""
    monitor: MonitorConfig = MonitorConfig()
    """Understanding and the daemon."""
    alerts: AlertsConfig = AlertsConfig()
    """Receivers and routes."""
    web: WebConfig = WebConfig()
    """Health and metrics of the running daemon."""
    websub: WebsubConfig = WebsubConfig()
    """Hubs that tell of news."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return known_zone(value)


class ConfigFile(_Whole):
    """The whole of `config.yaml`."""

    @model_validator(mode="before")
    @classmethod
    def _without_empty_sections(cls, value: object) -> object:
        """A section whose every line is commented out is as one that is not there."""
        if not isinstance(value, Mapping):
            return value
        return {key: part for key, part in value.items() if part is not None or key not in cls.model_fields}

    sources: tuple[SourceEntry, ...] = ()
    """Places to poll: picks from the catalogue (`use: …`) and sources of your own."""


class Config(_Whole):
    """The configuration in use: `ConfigFile` with its picks looked up in the catalogue."""

    sources: tuple[SourceConfig, ...] = ()
    """Places to poll, enabled or not."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def enabled_sources(self) -> tuple[SourceConfig, ...]:
        return tuple(s for s in self.sources if s.enabled)

    def source(self, name: str) -> SourceConfig | None:
        """The source of this name, enabled or not."""
        return next((s for s in self.sources if s.name == name), None)
