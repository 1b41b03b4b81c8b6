"""Stored articles through today's rules again: what would be alerted, what no longer, and which facts change.

The story of an article stays as it was decided; an article that was irrelevant and is no longer gets its event from
the index as it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.archive import Archive
from monitor.errors import InputError, NotFoundError
from monitor.ingest import extract_again
from monitor.learning.active import ActiveModel
from monitor.model import Article, Relevance, Understanding
from monitor.pipeline import Reading, compare, read, remember
from monitor.records import ArticleFilter, StoredArticle
from monitor.second_opinion.asking import kept
from monitor.second_opinion.heeding import heed
from monitor.storage import Store
from monitor.taxonomy import Vocabulary
from monitor.telling import settle_and_tell


class Effect(StrEnum):
    """What today's rules change for an article."""

    APPEARS = "appears"  # it would be alerted, and was not
    VANISHES = "vanishes"  # it was worth an alert, and no longer is
    CHANGES = "changes"  # still worth one; topic, stage, update or facts differ
    SAME = "same"
    UNREADABLE = "unreadable"  # today's extractors read nothing from its raw page; it stays as it is


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One article's verdict before and after. `differences` is key → (before, after)."""

    effect: Effect
    stored: StoredArticle
    reading: Reading | None
    understanding: Understanding | None
    differences: Mapping[str, tuple[Any, Any]]
    problem: str = ""


def replay(
    store: Store,
    vocabulary: Vocabulary,
    wanted: ArticleFilter,
    *,
    archive: Archive | None = None,
    asked: str = "",
) -> Iterator[Change]:
    """Judge stored articles again, oldest first; nothing is written. With `archive` their raw pages are read again.

    A trained model that is on speaks as it does in the daemon; of a second opinion (by the model named `asked`) only the
    kept answers count, and nobody is asked.
    """
    with store.reading() as unit:
        model = ActiveModel(store, vocabulary).current()
        for stored in unit.articles.in_order(wanted):
            try:
                article = _article(stored, archive)
            except (InputError, NotFoundError) as exc:
                yield Change(
                    effect=Effect.UNREADABLE, stored=stored, reading=None, understanding=None,
                    differences={}, problem=str(exc),
                )  # fmt: skip
                continue
            reading = read(article, vocabulary, model)
            if asked:
                reading = heed(reading, kept(unit, [reading], asked).get(article.id), vocabulary)
            understanding = compare(reading, unit.index)
            differences = _differences(stored, understanding)
            yield Change(
                effect=_effect(stored, understanding, differences),
                stored=stored,
                reading=reading,
                understanding=understanding,
                differences=differences,
            )


def apply(store: Store, change: Change, *, vocabulary: Vocabulary, lang: str, alert: bool, now: dt.datetime) -> bool:
    """Store an article's new verdict; with `alert`, queue an alert where one appears. True where one was queued."""
    if change.reading is None or change.understanding is None:
        return False
    with store.transaction() as unit:
        unit.index.claim()
        told = settle_and_tell(
            unit,
            change.understanding,
            change.stored,
            vocabulary=vocabulary,
            lang=lang,
            silent=not (alert and change.effect is Effect.APPEARS),
            now=now,
        )
        remember(change.reading, change.understanding, unit.index)
        return bool(told.alert_key)


def _article(stored: StoredArticle, archive: Archive | None) -> Article:
    if archive is None or not stored.raw_file:
        return stored.article
    return extract_again(archive.read(stored.raw_file, stored.raw_offset), stored.article)


def _differences(stored: StoredArticle, understanding: Understanding) -> dict[str, tuple[Any, Any]]:
    c = understanding.classification
    pairs: dict[str, tuple[Any, Any]] = {
        "relevance": (stored.relevance, c.relevance.value),
        "topics": (sorted(stored.topics), sorted(t.value for t in c.topics)),
        "stage": (stored.stage, c.stage.value if c.stage else ""),
        "update": (stored.update, c.update.value if c.update else ""),
    }
    before, after = stored.trail.get("facts", {}), _plain(understanding.facts.values())
    for key in sorted({*before, *after}):
        pairs[key] = (before.get(key), after.get(key))
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they come back from JSON, so that a tuple is not taken for a change of a list."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _effect(stored: StoredArticle, understanding: Understanding, differences: Mapping[str, Any]) -> Effect:
    was = stored.relevance == Relevance.ALERT
    now = understanding.classification.relevance is Relevance.ALERT
    if now and not was:
        return Effect.APPEARS
    if was and not now:
        return Effect.VANISHES
    return Effect.CHANGES if now and differences else Effect.SAME
