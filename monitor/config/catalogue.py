"""The crawler's catalogue of sources as configuration values: what `use:` may pick.

One of the hub's doors to the crawler. The crawler is imported when the catalogue is first asked for, not before: it takes a
second, and a configuration without picks does not need it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.config.source_model import TAG, SourceConfig

if TYPE_CHECKING:
    from crawler import CatalogueEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """What a `use` stands for."""

    sources: tuple[SourceConfig, ...]
    by_tag: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """Sources that can be picked, in the order of the catalogue; those that are off say why."""

    sources: tuple[SourceConfig, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(source.name for source in self.sources)

    @property
    def tags(self) -> tuple[str, ...]:
        """All tags in use, sorted."""
        return tuple(sorted({tag for source in self.sources for tag in source.tags}))

    def offered(self, use: str) -> Offered | None:
        """The entry of that name, else all with that tag; with `tag:` before it only the latter. None for neither."""
        if not use.startswith(TAG) and (named := tuple(s for s in self.sources if s.name == use)):
            return Offered(sources=named, by_tag=False)
        tagged = tuple(s for s in self.sources if use.removeprefix(TAG) in s.tags)
        return Offered(sources=tagged, by_tag=True) if tagged else None

    def words(self) -> tuple[str, ...]:
        """Everything that `use` may say: names, tags in full, and tags that no entry is called by."""
        names = self.names
        return (*names, *(f"{TAG}{tag}" for tag in self.tags), *(tag for tag in self.tags if tag not in names))

    def hint(self, use: str) -> str:
        """What may have been meant by an unknown `use`."""
        word = use.removeprefix(TAG)
        known = [f"{TAG}{tag}" for tag in self.tags] if use.startswith(TAG) else [*self.names, *self.tags]
        bare = {name.removeprefix(TAG): name for name in known}
        near = [name for name in bare if word and (name.startswith(word) or word.startswith(f"{name}-"))]
        near += [name for name in difflib.get_close_matches(word, bare, n=3, cutoff=0.6) if name not in near]
        where = "`baoxun sources list --catalogue` shows what there is"
        return f"did you mean {', '.join(f'`{bare[name]}`' for name in near[:4])}? {where}" if near else where


@functools.cache
def shipped_catalogue() -> Catalogue:
    """The catalogue that ships."""
    from crawler.catalogue import entries

    return Catalogue(sources=tuple(_offers(entries())))


def _offers(entries: Iterable[CatalogueEntry]) -> Iterable[SourceConfig]:
    for one in entries:
        yield SourceConfig(
            name=one.name,
            title=one.title,
            title_en=one.title_en,
            tags=one.tags,
            kind=one.kind.value,
            urls=one.urls,
            enabled=one.state.value != "off",
            why_off=one.why_off,
            every=one.every,
            delay=_seconds(one.delay),
            rest=_seconds(one.rest),
            warm_up=one.warm_up,
            publisher=one.publisher,
            lang=one.lang,
            encoding=one.encoding,
            verify_tls=one.verify_tls,
            page=one.page,
            options=one.options,
            evidence=one.evidence,
            robots_note=one.robots_note,
            tls_note=one.tls_note,
            encoding_note=one.encoding_note,
            note=one.note,
            entry=one.name,
            low_rate=one.state.value == "low-rate",
        )


def _seconds(value: float | None) -> dt.timedelta | None:
    return None if value is None else dt.timedelta(seconds=value)
