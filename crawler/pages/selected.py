"""Pages whose markup is known: a site's `Selectors` as data, and the one reading that all such sites share.

Selectors are CSS in parsel's dialect (`::attr(name)` takes an attribute), tried in order, so that a redesign adds a line and
old pages stay readable. A known body is required, and trimmed as that of any page; every other field falls back on general
evidence: the headline finder, metadata, the closing （文章来源：…）.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import css2xpath

from crawler.dates import Moment, parse_moment
from crawler.errors import ExtractionError
from crawler.pages.base import Draft, Page, attachments_of, meta
from crawler.pages.blocks import blocks_of, clean_text, joined, text_of
from crawler.pages.body import read_body
from crawler.pages.headline import find_headline
from crawler.source_line import clean_source, closing_source, labelled_source, strip_closing

_META_TIME = ("article:published_time", "og:published_time", "publishdate", "pubdate", "firstpublishedtime")
_LABEL = re.compile(r"^(?:作\s*者|记\s*者|文|撰文|by)\s*[:：|/丨]?\s*", re.IGNORECASE)
_TAIL_LINES = 6
_MAX_NAME = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Selectors:
    """Where a site keeps its fields. Each is tried in order; the first that gives something usable wins."""

    body: tuple[str, ...]
    title: tuple[str, ...] = ("h1",)
    published: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    """A teaser above the body that belongs to the text; left out where the body repeats it."""
    drop: tuple[str, ...] = ()
    """What stands inside title, lead or body and is not the article, seen from there: adverts, related links."""


def read_selected(page: Page, selectors: Selectors) -> Draft:
    """The article that `selectors` find on `page`; `ExtractionError` where the body or any headline is missing."""
    tree = page.tree
    body = _filled(tree, selectors.body)
    if body is None:
        raise ExtractionError(page.url, f"none of {', '.join(selectors.body)} is there with text in it")
    heading, teaser = first_of(tree, *selectors.title), first_of(tree, *selectors.lead)
    # Looked for inside the article only: over a whole page this is what takes longest.
    inside = [node for node in (body, heading, teaser) if node is not None]
    dropped = frozenset(found for css in selectors.drop for node in inside for found in _compiled(css)(node))
    title = _line(heading, dropped) or find_headline(tree)
    text = joined(list(read_body(body, title, dropped)))
    lead = _line(teaser, dropped)
    if lead and lead.rstrip("…. ") not in text:
        text = f"{lead}\n{text}"
    # The closing note is trimmed away with the credits, and says more than the byline.
    ending = joined(blocks_of(body, drop=dropped)[-_TAIL_LINES:])
    if not title or not text:
        raise ExtractionError(page.url, "an article without title or text")
    return Draft(
        title=title,
        text=strip_closing(text),
        published=_published(page, tree, selectors),
        source=closing_source(ending) or closing_source(text) or _source(tree, selectors),
        author=_author(tree, selectors),
        attachments=attachments_of(body, page.url),
    )


def first_of(tree: HtmlElement, *selectors: str) -> HtmlElement | None:
    """The first element that one of the CSS selectors gives, in their order."""
    for css in selectors:
        for node in _compiled(css)(tree):
            if isinstance(node, HtmlElement):
                return node
    return None


def values_of(tree: HtmlElement, *selectors: str) -> Iterator[str]:
    """Text of the elements, and values of the attributes, that the CSS selectors give; without empty ones."""
    for css in selectors:
        for node in _compiled(css)(tree):
            if value := text_of(node) if isinstance(node, HtmlElement) else clean_text(str(node)):
                yield value


@cache
def _compiled(css: str) -> etree.XPath:
    return etree.XPath(css2xpath(css))


def _filled(tree: HtmlElement, selectors: tuple[str, ...]) -> HtmlElement | None:
    """The first element with text in it: templates leave empty ones of older markup behind."""
    for css in selectors:
        for node in _compiled(css)(tree):
            if "".join(node.itertext()).strip():
                return node
    return None


def _line(node: HtmlElement | None, dropped: frozenset[HtmlElement]) -> str:
    return "" if node is None else clean_text(" ".join(block.text for block in blocks_of(node, drop=dropped)))


def _published(page: Page, tree: HtmlElement, selectors: Selectors) -> Moment | None:
    for value in values_of(tree, *selectors.published):
        if moment := parse_moment(value, now=page.fetched_at):
            return moment
    stated = meta(tree, *_META_TIME)
    return parse_moment(stated) if stated else None


def _source(tree: HtmlElement, selectors: Selectors) -> str:
    for value in values_of(tree, *selectors.source):
        if name := labelled_source(value):
            return name
        if len(value) <= _MAX_NAME and not parse_moment(value) and (name := clean_source(value)):
            return name
    return clean_source(meta(tree, "mediaid", "og:article:source", "contentsource"))


def _author(tree: HtmlElement, selectors: Selectors) -> str:
    names = (_LABEL.sub("", value) for value in values_of(tree, *selectors.author) if len(value) <= _MAX_NAME)
    return "、".join(dict.fromkeys(name for name in names if name))
