"""Feed bytes to entries: RSS, Atom, RDF through feedparser, JSON Feed by ourselves. Never fetches.

Dates are parsed by `dates` and not by feedparser, which takes a time without zone for UTC and fails on Chinese weekday and
month words. Bytes are decoded by evidence first, whatever the XML declaration says.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import feedparser

from crawler.dates import Moment, from_value, parse_moment
from crawler.encoding import decode
from crawler.errors import FeedError
from crawler.hubs import HUB, NO_HUBS, SELF, HubLinks, hub_links
from crawler.urls import join

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HTML = re.compile(r"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|div)\b", re.IGNORECASE | re.DOTALL)
_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedEntry:
    """One entry. `content` is HTML (or plain text) of the whole article where the feed carries it, `summary` a teaser."""

    url: str
    title: str
    published: Moment | None = None
    source: str = ""
    author: str = ""
    summary: str = ""
    content: str = ""
    guid: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed: its entries in its order, and what it says of itself."""

    entries: tuple[FeedEntry, ...]
    hubs: HubLinks = NO_HUBS
    ttl: float = 0.0
    """Seconds for which it says to stay fresh (RSS `ttl`, `sy:updatePeriod`); 0 where it does not say."""


def parse_feed(
    body: bytes, url: str, *, now: dt.datetime | None = None, content_type: str = "", encoding: str = ""
) -> tuple[FeedEntry, ...]:
    """The entries of `read_feed`."""
    return read_feed(body, url, now=now, content_type=content_type, encoding=encoding).entries


def read_feed(
    body: bytes, url: str, *, now: dt.datetime | None = None, content_type: str = "", encoding: str = ""
) -> Feed:
    """A feed with absolute links; entries without a link are left out.

    A damaged feed gives the entries that can be read. Raises `FeedError` where the bytes are no feed at all, such as an
    HTML page served in its place.
    """
    text = _CONTROL.sub("", decode(body, content_type=content_type, forced=encoding).text)
    if text.lstrip()[:1] == "{":
        return _json_feed(text, url, now)
    if _HTML.match(text[:2000]):
        raise FeedError(url, "the feed is an HTML page")
    prepared = _DECLARATION.sub('<?xml version="1.0" encoding="utf-8"?>', text, count=1)
    parsed = feedparser.parse(
        io.BytesIO(prepared.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.entries and not parsed.get("version"):
        raise FeedError(url, "the bytes are no feed")
    entries = (_entry(entry, url, now) for entry in parsed.entries)
    links = ((str(link.get("rel", "")), str(link.get("href", ""))) for link in parsed.feed.get("links", ()))
    return Feed(
        entries=tuple(entry for entry in entries if entry is not None),
        hubs=hub_links(links, url),
        ttl=_ttl(parsed.feed),
    )


def strip_source_suffix(title: str, source: str = "") -> str:
    """`title` without the ` - 来源` that news searches append; the suffix is `source` where that is known."""
    if source and re.search(rf"\s[-–—|_]\s*{re.escape(source)}\s*$", title):
        return re.sub(rf"\s*[-–—|_]\s*{re.escape(source)}\s*$", "", title)
    return title if source else re.sub(r"\s+-\s+[^-]{2,24}$", "", title)


def _entry(entry: Mapping[str, Any], url: str, now: dt.datetime | None) -> FeedEntry | None:
    link = _link(entry)
    absolute = join(url, link) if link else ""
    if not absolute:
        return None
    contents = [str(part.get("value", "")) for part in entry.get("content", ())]
    origin = entry.get("source") or {}
    return FeedEntry(
        url=absolute,
        title=_plain(str(entry.get("title", ""))),
        published=_published(entry, now),
        source=_plain(str(origin.get("title", "") or entry.get("news_source", "") or "")),
        author=_plain(str(entry.get("author", ""))),
        summary=str(entry.get("summary", "")),
        content=max(contents, key=len, default=""),
        guid=str(entry.get("id", "")),
    )


def _ttl(feed: Mapping[str, Any]) -> float:
    """RSS 2.0 `ttl` counts minutes; the syndication module says how often in a period (web.resource.org/rss/1.0/modules)."""
    minutes, often = str(feed.get("ttl", "")).strip(), str(feed.get("sy_updatefrequency", "")).strip()
    if minutes.isdigit():
        return float(minutes[:6]) * 60
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0.0)
    return period / max(1, int(often[:6])) if often.isdigit() else period


def _link(entry: Mapping[str, Any]) -> str:
    """The alternate link; an id that is a URL where there is no link (RSS `guid isPermaLink`)."""
    if link := str(entry.get("link", "")).strip():
        return link
    guid = str(entry.get("id", ""))
    return guid if guid.startswith(("http://", "https://")) else ""


def _published(entry: Mapping[str, Any], now: dt.datetime | None) -> Moment | None:
    for name in ("published", "updated", "created", "date"):
        if (value := entry.get(name)) and (moment := parse_moment(str(value), now=now)):
            return moment
    return None


def _json_feed(text: str, url: str, now: dt.datetime | None) -> Feed:
    """JSON Feed 1 and 1.1 (jsonfeed.org)."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise FeedError(url, f"neither XML nor JSON: {error}") from error
    items = document.get("items")
    if not isinstance(items, list):
        raise FeedError(url, "a JSON document without `items` is no feed")
    entries = []
    for item in items:
        link = _json_link(item, url) if isinstance(item, dict) else ""
        if not link:
            continue
        authors = item.get("authors") or [item.get("author") or {}]
        published = (from_value(item.get(name), now=now) for name in ("date_published", "date_modified"))
        entries.append(
            FeedEntry(
                url=link,
                title=_plain(str(item.get("title") or "")),
                published=next(filter(None, published), None),
                author=_plain(str((authors[0] or {}).get("name") or "")) if isinstance(authors[0], dict) else "",
                summary=str(item.get("summary") or ""),
                content=str(item.get("content_html") or item.get("content_text") or ""),
                guid=str(item.get("id") or ""),
            )
        )
    return Feed(entries=tuple(entries), hubs=hub_links(_json_links(document), url))


def _json_links(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`hubs` (of which those for WebSub are meant) and `feed_url`, as link relations."""
    yield SELF, str(document.get("feed_url") or "")
    hubs = document.get("hubs")
    for hub in hubs if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() in ("websub", "pubsubhubbub"):
            yield HUB, str(hub.get("url") or "")


def _json_link(item: Mapping[str, Any], url: str) -> str:
    """The item's address; its id where that is one."""
    ident = str(item.get("id") or "")
    link = item.get("url") or item.get("external_url") or (ident if ident.startswith(("http://", "https://")) else "")
    return join(url, str(link)) if link else ""


def _plain(text: str) -> str:
    """A title or a name without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^<>]{1,200}>", "", text)).strip()
