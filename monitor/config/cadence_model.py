"""When a receiver is told: the cadence, the digest, the quiet hours and what breaks into them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from monitor.config.quantity import Duration
from monitor.config.section import Section


def parse_time(value: object) -> dt.time:
    """`08:30` → a time of day. A bare number is refused: YAML reads an unquoted 22:00 as 1320."""
    if isinstance(value, dt.time):
        return value
    if isinstance(value, str):
        try:
            hours, minutes = value.strip().split(":")
            return dt.time(int(hours), int(minutes))
        except ValueError:
            pass
    raise ValueError(f'{value!r} is no time of day; write "08:30", with the quotation marks')


TimeOfDay = Annotated[
    dt.time,
    BeforeValidator(parse_time),
    PlainSerializer(lambda time: f"{time:%H:%M}"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$", "examples": ["08:30"]}),
]
DayRule = Literal["daily", "weekdays", "workdays"]


class GroupedConfig(Section):
    """Alerts that are alike share a message."""

    wait: Duration = dt.timedelta(seconds=30)
    """How long the first alert of a group waits for others."""
    interval: Duration = dt.timedelta(minutes=5)
    """The least time between two messages of one group."""
    by: tuple[str, ...] = ()
    """Labels whose values make a group (`topic`, `region`); none: everything is one group."""


class DigestConfig(Section):
    """One message at fixed times of day."""

    at: Annotated[tuple[TimeOfDay, ...], Field(min_length=1)]
    """Times of day in the receiver's time zone, quoted: `["08:30", "17:00"]`."""
    days: DayRule = "workdays"
    """`daily`, `weekdays` (Monday to Friday) or `workdays` (as China works: holidays off, make-up days on)."""


class QuietConfig(Section):
    """Hours in which nothing is sent. It is held, and comes as one message at their end."""

    start: Annotated[TimeOfDay, Field(alias="from")]
    """When they begin, quoted: `"22:00"`."""
    end: Annotated[TimeOfDay, Field(alias="to")]
    """When they end, the next morning where this is not later."""
    days: DayRule = "daily"
    """The days whose evenings they begin on."""
    rest_days: bool = False
    """Hold whole days, too, that are not of `days`: week-ends, holidays."""

    @model_validator(mode="after")
    def _some_hours(self) -> QuietConfig:
        if self.start == self.end:
            raise ValueError("quiet hours that begin and end at one time would be for ever")
        return self


class UrgentConfig(Section):
    """What is told at once whatever the cadence and the hour."""

    deadline_within: Duration | None = dt.timedelta(hours=48)
    """A deadline nearer than this."""
    match: tuple[str, ...] = ()
    """Sentences as in routes, any of which makes an alert urgent: `amount >= 50000000`."""


class DeliverConfig(Section):
    """Either of the two: in groups, or in digests."""

    grouped: GroupedConfig | None = None
    """Alerts that are alike share a message."""
    digest: DigestConfig | None = None
    """Everything at fixed times of day."""

    @model_validator(mode="after")
    def _one_of_them(self) -> DeliverConfig:
        if (self.grouped is None) == (self.digest is None):
            raise ValueError("say either `grouped` or `digest`")
        return self


Deliver = Literal["at_once"] | DeliverConfig
