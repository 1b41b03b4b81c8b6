"""What the database holds after a soak."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.soaking.course import Played
from benchmarks.soaking.sites import Site
from monitor.bootstrap import open_database
from monitor.config import load_config
from monitor.demo.articles import DemoArticle
from monitor.records import ArticleFilter, PollRecord, StoredArticle
from monitor.storage import Store


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Articles, polls by source in the order in which they ended, and when each source had its first look."""

    articles: tuple[StoredArticle, ...]
    by_url: Mapping[str, tuple[StoredArticle, ...]]
    polls: Mapping[str, tuple[PollRecord, ...]]
    baselines: Mapping[str, dt.datetime]

    def of(self, site: Site, article: DemoArticle) -> tuple[StoredArticle, ...]:
        """The rows of one page of a site."""
        return self.by_url.get(site.url(f"/a/{article.id}.html"), ())


def kept(played: Played) -> Kept:
    """Read the database that the soak left."""
    database = open_database(load_config(played.config), played.environment)
    with contextlib.closing(database), Store(database).reading() as unit:
        articles = tuple(unit.articles.in_order(ArticleFilter(limit=10**9)))
        polls = unit.polls.latest(10**9)
        baselines = {s.name: s.baseline_at for s in unit.sources.all() if s.baseline_at is not None}
    by_url: defaultdict[str, list[StoredArticle]] = defaultdict(list)
    by_source: defaultdict[str, list[PollRecord]] = defaultdict(list)
    for article in articles:
        by_url[article.article.url].append(article)
    for poll in reversed(polls):
        by_source[poll.source].append(poll)
    return Kept(
        articles=articles,
        by_url={url: tuple(rows) for url, rows in by_url.items()},
        polls={name: tuple(rows) for name, rows in by_source.items()},
        baselines=baselines,
    )
