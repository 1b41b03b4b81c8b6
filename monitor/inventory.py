"""How each source stands: what the configuration says of it, joined with what is remembered of its polls. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.config import SourceConfig, SourceState
from monitor.records import SourceRecord


class Health(StrEnum):
    """How a source's polls fare."""

    OFF = "off"
    NEVER = "never polled"
    OK = "ok"
    FAILING = "failing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A source with its record; None where it was never registered."""

    source: SourceConfig
    record: SourceRecord | None

    @property
    def health(self) -> Health:
        if self.source.state is SourceState.OFF:
            return Health.OFF
        if self.record is None or self.record.last_checked_at is None:
            return Health.NEVER
        return Health.FAILING if self.record.failures else Health.OK

    @property
    def articles(self) -> int:
        """How many are stored."""
        return self.record.articles if self.record else 0

    @property
    def last_success_at(self) -> dt.datetime | None:
        return self.record.last_success_at if self.record else None


def standings(
    sources: Iterable[SourceConfig], records: Iterable[SourceRecord], *, off: bool = False, tag: str = ""
) -> tuple[Standing, ...]:
    """Sources in their order, with those that are off if `off`, and only those with `tag` if one is given."""
    by_name = {record.name: record for record in records}
    return tuple(
        Standing(source=source, record=by_name.get(source.name))
        for source in sources
        if (off or source.enabled) and (not tag or tag in source.tags)
    )
