"""An entry of the section `sources` of `config.yaml`: one place to poll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from monitor.config.quantity import Duration
from monitor.config.section import Section


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
