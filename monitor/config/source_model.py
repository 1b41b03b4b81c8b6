"""The section `sources` of `config.yaml`: a source of one's own in full, or a pick from the catalogue that ships.

`OwnSource` and `Pick` are what may stand in the file, `SourceConfig` is what `picking` makes of either: one place to poll.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, field_validator, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from monitor.config.quantity import Duration
from monitor.config.section import Section

Kind = Literal["feed", "listing", "api", "sitemap", "hanweb"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
TAG = "tag:"
"""What stands before a tag in `use`."""


class SourceState(StrEnum):
    """Whether a source is polled."""

    ON = "on"
    LOW_RATE = "low-rate"
    """Polled, at the slow pace that the catalogue asks for."""
    OFF = "off"


class _Polled(Section):
    """What may be said of any source."""

    name: str = ""
    title: str = ""
    """What people call it."""
    title_en: str = ""
    """What people call it in English."""
    tags: tuple[str, ...] = ()
    """Words to list sources by."""
    kind: Kind | None = None
    url: str = ""
    """What to poll; `urls` for several."""
    urls: tuple[str, ...] = ()
    """What to poll, where it is more than one address."""
    enabled: bool = True
    """Polled or not; say why not in `why_off`."""
    why_off: str = ""
    """Why it is not enabled."""
    every: Duration = dt.timedelta(minutes=15)
    """How often to look at most: its pace in the hours in which it publishes, and while these are not known yet."""
    at_least_every: Duration | None = None
    """How often to look whatever the hour and whatever fails, save what the site itself asks for; empty: six times `every`, at
    most a day, and longer after faults. The same as `every` makes a fixed interval."""
    delay: Duration | None = None
    """Pause between two requests to its host; empty takes `crawler.delay`."""
    rest: Duration | None = None
    """How long its host is left alone after a ban page; empty: an hour within a crawl, three between polls."""
    warm_up: str = ""
    """A page to visit first in each crawl, cookies on, for interfaces that want the cookies of their front page."""
    publisher: str = ""
    """Printed name, for articles that name none."""
    lang: Literal["", "zh", "zh-Hant", "en"] = ""
    """Language to assume; empty detects."""
    encoding: str = ""
    """Force a codec; empty decides by evidence."""
    verify_tls: bool = True
    """Check the certificate. Several government hosts send incomplete chains."""
    allow_private: bool = False
    """Whether its links, redirects and names may lead to loopback and private addresses. An address that you write in `url`
    yourself needs no leave."""
    attachments: Literal["list", "text"] = "list"
    """Files linked on its pages (PDF, DOCX): `list` keeps their names and addresses, `text` also fetches them, under the same
    manners, and appends their text to the article."""
    page: str = ""
    """Name of the page object that reads its articles; empty picks by address."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """What the `kind` needs: selectors, fields, paging (see docs/sources.md)."""
    evidence: str = ""
    """How well the facts behind its definition are known: `high`, `med` or `low`, and when they were seen."""
    robots_note: str = ""
    """What its robots.txt says, for people."""
    tls_note: str = ""
    """What is odd about its certificate, for people."""
    encoding_note: str = ""
    """What is odd about its encoding, for people."""
    note: str = ""
    """Whatever else is worth knowing, for people."""

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, value: dt.timedelta) -> dt.timedelta:
        if value < dt.timedelta(seconds=1):
            raise ValueError("less than 1s: no site wants that")
        return value


class OwnSource(_Polled):
    """A place to poll, in full."""

    name: Name
    """Unique name: letters, digits, `-`, `_`, `.`."""
    kind: Kind
    """How its links are found: `feed`, `listing`, `api`, `sitemap`, or `hanweb` (a publishing system of government sites)."""

    @model_validator(mode="after")
    def _has_address(self) -> OwnSource:
        if not self.addresses:
            raise ValueError("needs `url` or `urls`")
        for address in self.addresses:
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"{address!r} is no http(s) address")
        if self.at_least_every is not None and self.at_least_every < self.every:
            raise ValueError("`at_least_every` is shorter than `every`: write the longer one there")
        if not self.enabled and not self.why_off:
            raise ValueError("is not enabled: say why in `why_off`")
        return self

    @property
    def addresses(self) -> tuple[str, ...]:
        return ((self.url,) if self.url else ()) + self.urls


class SourceConfig(OwnSource):
    """A place to poll, as everything but the file sees it."""

    entry: str = ""
    """The catalogue entry that it was picked from; empty for one's own."""
    low_rate: bool = False
    """It keeps the slow pace that the catalogue asks for."""

    @property
    def state(self) -> SourceState:
        """Whether it is polled."""
        if not self.enabled:
            return SourceState.OFF
        return SourceState.LOW_RATE if self.low_rate else SourceState.ON


def _without_defaults(schema: JsonDict) -> None:
    """Of a pick what is not given is as in the catalogue: editors shall not show another default."""
    properties = schema["properties"]
    assert isinstance(properties, dict)
    for about in properties.values():
        if isinstance(about, dict):
            about.pop("default", None)


class Pick(_Polled):
    """A source, or all with a tag, from the catalogue. Each further key is given instead of the catalogue's; `options` are
    merged key by key, and an empty value takes one out. What is off in the catalogue stays off unless it is picked by its
    name with `enabled: true`."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    use: Annotated[str, Field(min_length=1)]
    """Name of a catalogue entry, or `tag:` and a tag (`baoxun sources list --catalogue`). A word that names no entry is taken
    for a tag. What an earlier line brought in is refined by a later one."""
    name: Name | Literal[""] = ""
    """Another name: makes a second source of the entry."""

    @field_validator("use")
    @classmethod
    def _is_in_the_catalogue(cls, value: str, info: ValidationInfo) -> str:
        """The reader passes the catalogue in the validation's context."""
        if info.context is not None and not (catalogue := info.context["catalogue"]()).offered(value):
            kind = "tag" if value.startswith(TAG) else "entry or tag"
            problem = f"the catalogue has no {kind} {value.removeprefix(TAG)!r}"
            raise PydanticCustomError(
                "not_in_catalogue", "{problem}", {"problem": problem, "hint": catalogue.hint(value)}
            )
        return value


def _form(value: object) -> str:
    return "pick" if (isinstance(value, Mapping) and "use" in value) or isinstance(value, Pick) else "own"


SourceEntry = Annotated[
    Annotated[OwnSource, Tag("own source")] | Annotated[Pick, Tag("catalogue pick")],
    Discriminator(lambda value: {"own": "own source", "pick": "catalogue pick"}[_form(value)]),
]
"""One line of `sources`."""
