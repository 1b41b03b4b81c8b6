"""Date windows in requests: what `{since:%Y-%m-%d}` in an option stands for, and how a long window is cut into slices.

Names are `since`, `until` and `now`; after the colon stands a `strftime` format (read in China time), `ms` or `s` for the
epoch. A value that is nothing but an epoch becomes a number. Windows count whole days in China, both ends included.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.dates import CHINA
from crawler.spiders.base import Options

_NAME = re.compile(r"\{(since|until|now):(ms|s|[^{}]*%[^{}]*)\}")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What a crawl asks for: everything (`since` None: a poll) or a window (a backfill). `now` and the others are aware."""

    now: dt.datetime
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def halves(self) -> tuple[Span, ...]:
        """Its later and its earlier half in whole days; empty where it is one day, or open."""
        if self.since is None or self.until is None:
            return ()
        first, last = self.since.astimezone(CHINA).date(), self.until.astimezone(CHINA).date()
        if first >= last:
            return ()
        middle = first + (last - first + _DAY) // 2
        return (
            replace(self, since=_midnight(middle)),
            replace(self, until=_midnight(middle) - dt.timedelta(seconds=1)),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The option `window`: `days` that a poll looks back, and `slice`, the most days in one request of a backfill (0: any)."""

    days: int
    slice: int

    @classmethod
    def read(cls, options: Options) -> Window | None:
        """The option, None if it is not given; `SourceDefinitionError` where it cannot be read."""
        given = options.table("window")
        if unknown := set(given) - {"days", "slice"}:
            raise options.error(f"unknown window option {sorted(unknown)[0]!r}", "there are days, slice")
        window = cls(days=given.get("days", 3), slice=given.get("slice", 0))
        for name, value, least in (("days", window.days, 1), ("slice", window.slice, 0)):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise options.error(f"window.{name} must be a whole number of days, {least} or more")
        return window if given else None

    def slices(self, span: Span) -> tuple[Span, ...]:
        """The windows to ask for, newest first; together they are the span in whole days."""
        last = min(span.until or span.now, span.now).astimezone(CHINA).date()
        first = span.since.astimezone(CHINA).date() if span.since else last - (self.days - 1) * _DAY
        found = []
        while last >= first:
            start = max(first, last - (self.slice - 1) * _DAY) if self.slice and span.since else first
            found.append(replace(span, since=_midnight(start), until=_midnight(last + _DAY) - dt.timedelta(seconds=1)))
            last = start - _DAY
        return tuple(found)


def fill(value: Any, span: Span) -> Any:
    """`value` (a string, or a structure that holds some) with its names replaced."""
    if isinstance(value, Mapping):
        return {key: fill(part, span) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [fill(part, span) for part in value]
    if not isinstance(value, str) or "{" not in value:
        return value
    if (whole := _NAME.fullmatch(value)) and whole[2] in {"ms", "s"}:
        return int(_written(whole[1], whole[2], span))
    return _NAME.sub(lambda found: _written(found[1], found[2], span), value)


def uses_window(value: Any) -> bool:
    """Whether `since` or `until` stands anywhere in `value`."""
    if isinstance(value, Mapping):
        return any(map(uses_window, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(uses_window, value))
    return isinstance(value, str) and any(name != "now" for name, _ in _NAME.findall(value))


def _written(name: str, form: str, span: Span) -> str:
    moment = {"since": span.since, "until": span.until, "now": span.now}[name]
    assert moment is not None, "slices have both ends"
    if form in {"ms", "s"}:
        return str(int(moment.timestamp() * (1000 if form == "ms" else 1)))
    return moment.astimezone(CHINA).strftime(form)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=CHINA)
