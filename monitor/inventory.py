"""How each source stands: what the configuration says of it, joined with what is remembered of its polls. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from monitor.config import SourceConfig, SourceState
from monitor.records import SourceRecord
from monitor.staleness import Reach, State, Verdict


class Health(StrEnum):
    """How a source's polls fare."""

    OFF = "off"
    NEVER = "never polled"
    OK = "ok"
    QUIET = "quiet"
    """It answers, and its silence is a little long: no alarm."""
    SILENT = "silent"
    """It answers, and its silence is out of the ordinary: operators are told."""
    STUMBLING = "stumbling"
    """It failed once or twice in a row: nothing yet."""
    FAILING = "failing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A source with its record; None where it was never registered."""

    source: SourceConfig
    record: SourceRecord | None
    verdict: Verdict | None = None
    """What `staleness` says of it; None where nobody asked, or it was never polled."""

    @property
    def health(self) -> Health:
        if self.source.state is SourceState.OFF:
            return Health.OFF
        if self.record is None or self.record.last_checked_at is None:
            return Health.NEVER
        if self.verdict is None:
            return Health.FAILING if self.record.failures else Health.OK
        if self.verdict.reach in (Reach.FAILS, Reach.STUMBLES):
            return Health.FAILING if self.verdict.reach is Reach.FAILS else Health.STUMBLING
        return {State.SILENT: Health.SILENT, State.QUIET: Health.QUIET}.get(self.verdict.state, Health.OK)

    @property
    def articles(self) -> int:
        """How many are stored."""
        return self.record.articles if self.record else 0

    @property
    def last_success_at(self) -> dt.datetime | None:
        return self.record.last_success_at if self.record else None


def standings(
    sources: Iterable[SourceConfig],
    records: Iterable[SourceRecord],
    *,
    off: bool = False,
    tag: str = "",
    verdicts: Mapping[str, Verdict] = MappingProxyType({}),
) -> tuple[Standing, ...]:
    """Sources in their order, with those that are off if `off`, and only those with `tag` if one is given."""
    by_name = {record.name: record for record in records}
    return tuple(
        Standing(source=source, record=by_name.get(source.name), verdict=verdicts.get(source.name))
        for source in sources
        if (off or source.enabled) and (not tag or tag in source.tags)
    )
