"""The articles of the sample web, as data: what each page says, when it appears, and what it must be flagged as.

They stand in `articles/*.yaml`, one list a file, written for the demo: places, public bodies and insurers exist, the
tenders, figures and people are invented. A line of `text` is a paragraph; `**…**` alone on a line is a subheading;
lines whose cells are joined by a tab are rows of one table, which is also how an extractor returns them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from ruamel.yaml import YAML

SITES = ("finews", "rss", "ccgp", "paper", "mirror", "east")
FINEWS_LAYOUTS = ("brief", "linked", "full", "media")


class DemoDataError(ValueError):
    """The packaged demo data contradicts itself; the message names file and article."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """What the monitor must say of an article. `facts` holds only what the text states; see `DemoArticle.record`."""

    topics: tuple[str, ...] = ()
    relevance: str = "none"
    stage: str | None = None
    update: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    copy_of: str | None = None
    """Id of the article that this one reprints."""
    event: str | None = None
    """Shared by all articles on one real-world event; None where the article is off topic."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What a procurement portal prints around a notice."""

    channel: str
    """Channel code of the portal: `gkzb`, `jzxcs`, `gzgg`, `zbgg`, `cjgg`."""
    region: str
    buyer: str
    summary: tuple[tuple[str, str], ...] = ()
    """(label, value) rows of the summary table after project name, buyer, region and time."""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoArticle:
    """One page of the sample web.

    `after` is the second after the start at which the page appears; None marks the baseline, there from the start.
    `section` is the category (finews), feed (rss) or channel it is listed in; `published` is aware China time.
    """

    id: str
    site: str
    section: str
    after: int | None
    published: dt.datetime
    lang: str
    source: str
    title: str
    text: str
    labels: Labels
    layout: str = "media"
    stocks: tuple[str, ...] = ()
    notice: Notice | None = None
    note: str = ""
    """Why the article is in the demo, for hard cases."""

    @property
    def baseline(self) -> bool:
        """True for a page that stands there from the start and so must not be alerted."""
        return self.after is None

    def number(self, digits: int) -> str:
        """A number of `digits` digits that is always the same for this article, as its address on a site needs one."""
        return str(int.from_bytes(hashlib.sha256(self.id.encode()).digest()[:12], "big"))[-digits:].zfill(digits)

    def hexadecimal(self) -> str:
        """32 hexadecimal digits that are always the same for this article."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:32]

    def record(self, url: str) -> dict[str, Any]:
        """The article as a labelled record: the object form that `baoxun analyse` reads and a scorer compares with."""
        return {
            "id": self.id,
            "url": url,
            "source": self.source,
            "published": self.published.isoformat(),
            "lang": self.lang,
            "title": self.title,
            "text": self.text,
            "topics": list(self.labels.topics),
            "relevance": self.labels.relevance,
            "stage": self.labels.stage,
            "update": self.labels.update,
            "facts": dict(self.labels.facts),
            "copy_of": self.labels.copy_of,
            "event": self.labels.event,
            "note": self.note,
        }


def load_articles(folder: Traversable | None = None) -> tuple[DemoArticle, ...]:
    """All articles of the YAML files in `folder` (by default the packaged ones), in the order of the files' names.

    Raises `DemoDataError` where the data contradicts itself.
    """
    found: list[DemoArticle] = []
    place = files(__package__) / "articles" if folder is None else folder
    for path in sorted((p for p in place.iterdir() if p.name.endswith(".yaml")), key=lambda p: p.name):
        for entry in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")):
            try:
                found.append(_article(dict(entry)))
            except (KeyError, TypeError, ValueError) as exc:
                raise DemoDataError(f"{path.name}: article {entry.get('id', '?')!r}: {exc}") from exc
    _check(found)
    return tuple(found)


def _article(entry: dict[str, Any]) -> DemoArticle:
    """One entry of a file. Unknown keys are errors, since a mistyped key would silently drop a label."""
    baseline = entry.pop("baseline", False)
    after = entry.pop("after", None)
    if baseline is (after is not None):
        raise DemoDataError("needs either `after: seconds` or `baseline: true`")
    labels = dict(entry.pop("labels", {}))
    notice = entry.pop("notice", None)
    published = dt.datetime.fromisoformat(entry.pop("published"))
    if published.tzinfo is None:
        raise DemoDataError("`published` needs a zone")
    return DemoArticle(
        after=after,
        published=published,
        text=entry.pop("text").strip("\n"),
        stocks=tuple(entry.pop("stocks", ())),
        labels=Labels(topics=tuple(labels.pop("topics", ())), **labels),
        notice=None if notice is None else _notice(dict(notice)),
        **entry,
    )


def _notice(entry: dict[str, Any]) -> Notice:
    summary = tuple((str(label), str(value)) for label, value in entry.pop("summary", {}).items())
    return Notice(summary=summary, attachments=tuple(entry.pop("attachments", ())), **entry)


def _check(articles: Iterable[DemoArticle]) -> None:
    """Ids are unique, sites and layouts exist, notices are whole, copies point at an article of their own event."""
    by_id: dict[str, DemoArticle] = {}
    for article in articles:
        if article.id in by_id:
            raise DemoDataError(f"two articles have the id {article.id!r}")
        by_id[article.id] = article
    for article in by_id.values():
        if article.site not in SITES or article.layout not in FINEWS_LAYOUTS:
            raise DemoDataError(f"{article.id}: no site {article.site!r} with layout {article.layout!r}")
        if (article.notice is not None) is not (article.site == "ccgp"):
            raise DemoDataError(f"{article.id}: `notice` belongs to the site ccgp, and only there")
        origin = article.labels.copy_of
        if origin is not None and (origin not in by_id or by_id[origin].labels.event != article.labels.event):
            raise DemoDataError(f"{article.id}: copy of {origin!r}, which is missing or of another event")
