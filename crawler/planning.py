"""What crawls of a source begin with: its lists, its first lists for a window of its past, and whether it can be searched by word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from crawler.errors import SourceDefinitionError
from crawler.items import SourceKind, SourceSpec
from crawler.spiders import Span, finder_for
from crawler.spiders.cursor import poll_to_json


def first_lists(
    source: SourceSpec, *, now: dt.datetime, since: dt.datetime, until: dt.datetime
) -> tuple[Mapping[str, Any], ...]:
    """The positions to begin with, as JSON values for `Waiting.lists`. Raises `SourceDefinitionError`."""
    return tuple(map(poll_to_json, finder_for(source, Span(now=now, since=since, until=until)).polls()))


def polled_lists(source: SourceSpec) -> tuple[str, ...]:
    """The lists of a poll, by their names in `SourceState.urls`. Raises `SourceDefinitionError`."""
    return tuple(poll.state_key for poll in finder_for(source).polls() if poll.state_key)


def can_search(source: SourceSpec) -> bool:
    """Whether the source is asked by words (not by codes of its own), so that other words may be put in their place."""
    if source.kind is SourceKind.API:
        place = source.options.get("keyword", {})
        return bool(place) and place.get("search", True) is True
    return bool(source.options.get("keywords"))


def searching(source: SourceSpec, words: Iterable[str]) -> SourceSpec:
    """The source asked for `words` in place of its own; without words as it is. Raises `SourceDefinitionError`."""
    asked = list(dict.fromkeys(words))
    if not asked:
        return source
    if not can_search(source):
        raise SourceDefinitionError(source.name, "it cannot be searched by keyword")
    return replace(source, options={**source.options, "keywords": asked})
