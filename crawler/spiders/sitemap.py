"""Links from sitemaps (sitemaps.org), sitemap indexes, gzipped ones and news sitemaps.

Options: `allow` and `deny` (regular expressions on article URLs), `follow` (regular expression on the addresses of
sub-sitemaps; default: all). Newest first, so that a cap keeps what is new; `since` on a job skips sub-sitemaps that are older.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

from lxml import etree

from crawler.dates import Moment, parse_moment
from crawler.items import SourceSpec
from crawler.spiders.base import Answer, Link, NoOpening, Options, Poll, Reading, ShapeError
from crawler.urls import join

_MAX_UNPACKED = 64 * 1024 * 1024
_MAX_SUB_SITEMAPS = 20
"""A poll reads this many sub-sitemaps at most, the newest by their lastmod."""
_MAX_DEPTH = 3


class SitemapFinder(NoOpening):
    """Reads `urlset` and `sitemapindex`."""

    def __init__(self, spec: SourceSpec) -> None:
        options = Options(spec, ("allow", "deny", "follow"))
        self._spec = spec
        self._allow, self._deny, self._follow = options.regex("allow"), options.regex("deny"), options.regex("follow")

    def polls(self) -> tuple[Poll, ...]:
        """One poll a sitemap."""
        return tuple(Poll(url=url, state_key=url, context={"depth": 1}) for url in self._spec.urls)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The addresses, newest first; `ShapeError` where it is no sitemap."""
        root = _parse(answer.body)
        kind = _local(root)
        if kind == "sitemapindex":
            return Reading(also=self._sub_sitemaps(root, poll, answer))
        if kind != "urlset":
            raise ShapeError(f"a sitemap starts with urlset or sitemapindex, not {kind!r}")
        links = [link for node in root if (link := self._link(node, answer)) is not None]
        return Reading(links=tuple(sorted(links, key=lambda link: _age(link.published))))

    def _sub_sitemaps(self, root: Any, poll: Poll, answer: Answer) -> tuple[Poll, ...]:
        depth = int(poll.context.get("depth", 1))
        if depth >= _MAX_DEPTH:
            return ()
        found = []
        for node in root:
            fields = _fields(node)
            url = join(answer.url, fields.get("loc", ""))
            if url and (self._follow is None or self._follow.search(url)):
                found.append((parse_moment(fields.get("lastmod", "")), url))
        found.sort(key=lambda entry: _age(entry[0]))
        return tuple(
            Poll(url=url, context={"depth": depth + 1, "modified": modified.at.isoformat() if modified else None})
            for modified, url in found[:_MAX_SUB_SITEMAPS]
        )

    def _link(self, node: Any, answer: Answer) -> Link | None:
        fields = _fields(node)
        url = join(answer.url, fields.get("loc", ""))
        if not url or (self._allow and not self._allow.search(url)) or (self._deny and self._deny.search(url)):
            return None
        stamp = fields.get("publication_date") or fields.get("lastmod", "")
        return Link(
            url=url,
            title=fields.get("title", ""),
            source=fields.get("name", ""),
            published=parse_moment(stamp) if stamp else None,
        )


def _parse(body: bytes) -> Any:
    data = _unpacked(body) if body[:2] == b"\x1f\x8b" else body
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data.strip(), parser=parser)
    except etree.XMLSyntaxError as error:
        raise ShapeError(f"the sitemap is no XML: {error}") from error
    if root is None:
        raise ShapeError("the sitemap is no XML")
    return root


def _unpacked(body: bytes) -> bytes:
    """Gunzip with a bound: a small file may unpack to gigabytes."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpacker.decompress(body, _MAX_UNPACKED)
    except zlib.error as error:
        raise ShapeError(f"the sitemap is no gzip file: {error}") from error
    if unpacker.unconsumed_tail:
        raise ShapeError(f"the sitemap unpacks to more than {_MAX_UNPACKED} bytes")
    return data


def _fields(node: Any) -> dict[str, str]:
    """Local names below a `url` or `sitemap` element, with their texts (news fields among them)."""
    return {_local(child): child.text.strip() for child in node.iter() if isinstance(child.tag, str) and child.text}


def _local(node: Any) -> str:
    return re.sub(r"^\{.*\}", "", node.tag).lower() if isinstance(node.tag, str) else ""


def _age(moment: Moment | None) -> float:
    """Sorts newest first, undated last."""
    return -moment.at.timestamp() if moment else 0.0
