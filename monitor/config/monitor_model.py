"""The section `monitor` of `config.yaml`: understanding, and what may be asked of a language model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from monitor.config.quantity import Duration
from monitor.config.section import Section


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
