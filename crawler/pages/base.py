"""What a page object is: it says which URLs it reads and turns one fetched page into a `Draft`."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.dates import Moment
from crawler.encoding import decode
from crawler.errors import ExtractionError
from crawler.urls import join

# libxml2 drops what follows a stray closing tag of these, browsers do not.
_STRAY_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|7z|wps|et|ofd|pptx?|csv|txt)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a page object reads from a page, before it is joined with what the list said. Empty means: not found."""

    title: str
    text: str
    published: Moment | None = None
    source: str = ""
    author: str = ""
    lang: str = ""
    origin_url: str = ""
    keys: tuple[str, ...] = ()
    """Identity keys that the page itself gives, beside those of its URL."""
    stock_codes: tuple[str, ...] = ()
    attachments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """A fetched page with its views, each computed once: text, tree."""

    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    fetched_at: dt.datetime = field(kw_only=True)
    encoding: str = ""

    def header(self, name: str) -> str:
        """The first value of a response header, empty if absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @cached_property
    def text(self) -> str:
        """The body decoded by evidence."""
        return decode(self.body, content_type=self.header("content-type"), forced=self.encoding).text

    @cached_property
    def tree(self) -> HtmlElement:
        """The parsed HTML; raises `ExtractionError` where there is nothing to parse."""
        return parse_html(self.text, self.url)


class PageObject(Protocol):
    """Reads the articles of one site or family."""

    name: ClassVar[str]
    """The name shown in `CrawledArticle.page` and used in `SourceSpec.page`."""
    patterns: ClassVar[tuple[str, ...]]
    """Regular expressions searched in `host/path?query` of a URL."""
    priority: ClassVar[int]
    """Breaks ties between page objects whose patterns match: the higher wins, equals are an error."""

    def read(self, page: Page) -> Draft:
        """The article on `page`; `ExtractionError` where the page is not of this kind or has no article."""
        ...


def parse_html(text: str, url: str) -> HtmlElement:
    """HTML as a tree, tolerant of what browsers tolerate; `ExtractionError` for an empty document."""
    cleaned = _UNPARSABLE.sub("", _STRAY_END.sub("", text))
    if not cleaned.strip():
        raise ExtractionError(url, "the page is empty")
    try:
        return document_fromstring(cleaned.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ExtractionError(url, f"no HTML: {error}") from error


def first(tree: HtmlElement, *paths: str) -> HtmlElement | None:
    """The first element that one of the XPath expressions gives, in their order."""
    for path in paths:
        for node in tree.xpath(path):
            return node
    return None


def has_class(name: str) -> str:
    """An XPath condition for elements of a CSS class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def meta(tree: HtmlElement, *names: str) -> str:
    """The last non-empty `content` of the first of `names` that the page's meta elements have (name, property, itemprop).

    The last, since generators append theirs after hand-written ones.
    """
    values: dict[str, str] = {}
    for node in tree.iter("meta"):
        key = (node.get("name") or node.get("property") or node.get("itemprop") or "").strip().lower()
        content = (node.get("content") or "").strip()
        if key and content:
            values[key] = content
    return next((values[name.lower()] for name in names if name.lower() in values), "")


def attachments_of(node: HtmlElement | None, base: str) -> tuple[tuple[str, str], ...]:
    """(name, absolute URL) of the files linked below `node`, each once."""
    found: dict[str, str] = {}
    for link in node.iter("a") if node is not None else ():
        href = link.get("href") or ""
        name = " ".join("".join(link.itertext()).split())
        if _FILE.search(href) or (_FILE.search(name) and href):
            absolute = join(base, href)
            if absolute:
                found.setdefault(absolute, name or absolute.rsplit("/", 1)[-1])
    return tuple((name, url) for url, name in found.items())
