"""Rows of links in HTML: the options and the reading that every kind of list page shares.

Options: `item` (CSS of a row; default: every `a[href]`), `link` (CSS of the link in a row; default `a`), `date` and
`source` (CSS in a row; without `date` the row's text is searched), `container` (CSS that must exist: a list without it has
changed its shape, which is not the same as an empty list), `allow` and `deny` (regular expressions on absolute URLs),
`strip` (regular expressions cut from titles), `deny_title` (rows whose title matches are adverts), `jsonp` (the page is a
script call around a string of HTML), `address` (`find`: a regular expression in the row's markup, `put`: the
address made of its groups, for rows that open their page by script), `inline` (the row is all there is to read: its page is
not fetched). Rows that a Hanweb page hides in CDATA records are read like any other.
"""

from __future__ import annotations

import re

from parsel import Selector

from crawler.dates import Moment, parse_moment
from crawler.encoding import decode
from crawler.items import SourceSpec
from crawler.pages.blocks import clean_text
from crawler.source_line import clean_source, labelled_source
from crawler.spiders.base import Answer, Link, Options, ShapeError
from crawler.spiders.jsonpath import load_json
from crawler.urls import canonicalise, join

OPTIONS = (
    "item",
    "link",
    "date",
    "source",
    "container",
    "allow",
    "deny",
    "strip",
    "deny_title",
    "jsonp",
    "address",
    "inline",
)

_ROWS = "ancestor::*[self::li or self::tr or self::dd or self::dl][1]"
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_PUBLISHED_LABEL = re.compile(r"(?:发布|公告|发表)(?:时间|日期)\s*[:：]\s*(.{0,24})")
_ELLIPSIS = ("…", "...", "..", "……")
_ROW_CHARS = 600


class RowReader:
    """Reads rows of links as a source's options say."""

    def __init__(self, spec: SourceSpec, options: Options) -> None:
        self._encoding = spec.encoding
        css = check_css
        self._item = options.checked("item", css, "CSS selector")
        self._link = options.checked("link", css, "CSS selector", "a")
        self._date = options.checked("date", css, "CSS selector")
        self._source = options.checked("source", css, "CSS selector")
        self._container = options.checked("container", css, "CSS selector")
        self._allow, self._deny, self._strip = options.regex("allow"), options.regex("deny"), options.regex("strip")
        self._inline, self._jsonp = options.flag("inline"), options.flag("jsonp")
        self._deny_title = options.regex("deny_title")
        address = options.table("address")
        if address and (set(address) != {"find", "put"} or not all(isinstance(part, str) for part in address.values())):
            raise options.error("option 'address' needs find and put")
        self._find = options.compiled("address", address["find"]) if address else None
        self._put = address.get("put", "")

    def text(self, answer: Answer) -> str:
        """The answer as HTML, hidden records made visible; `ShapeError` if it is empty, or no call where one should be."""
        text = decode(answer.body, content_type=answer.content_type, forced=self._encoding).text
        if self._jsonp:
            text = _called_with(text)
        if records := _RECORD.findall(text):
            # libxml2 drops what follows a closing tag of these.
            text = f"{_END.sub('', text)}<div class='records'>{''.join(records)}</div>"
        if not text.strip():
            raise ShapeError("the list is empty")
        return text

    def parse(self, text: str) -> Selector:
        """The list page; `ShapeError` where it has not the container it should have."""
        page = Selector(text=text, type="html")
        if self._container and not page.css(self._container):
            raise ShapeError(f"the container {self._container!r} is missing")
        return page

    def links(self, page: Selector, answer: Answer) -> tuple[Link, ...]:
        """The rows as links, each address once with its fullest title."""
        links: dict[str, Link] = {}
        for row, anchor in self._rows(page):
            link = self._read_row(row, anchor, answer)
            if link is None:
                continue
            key = canonicalise(link.url)
            links[key] = _fuller(links[key], link) if key in links else link
        return tuple(links.values())

    def _rows(self, page: Selector) -> list[tuple[Selector | None, Selector]]:
        if not self._item:
            return [((anchor.xpath(_ROWS) or [None])[0], anchor) for anchor in page.css("a[href]")]
        rows: list[tuple[Selector | None, Selector]] = []
        for row in page.css(self._item):
            if row.root.tag == "a":
                rows.append((row, row))
            else:
                rows += [(row, anchor) for anchor in row.css(self._link)[:1]]
        return rows

    def _read_row(self, row: Selector | None, anchor: Selector, answer: Answer) -> Link | None:
        url = self._address(row, anchor, answer)
        if not url or (self._allow and not self._allow.search(url)) or (self._deny and self._deny.search(url)):
            return None
        shown = clean_text("".join(anchor.xpath(".//text()").getall()))
        attribute = clean_text(anchor.attrib.get("title", ""))
        title = attribute if attribute and (shown.endswith(_ELLIPSIS) or len(attribute) > len(shown)) else shown
        if self._strip:
            title = self._strip.sub("", title).strip()
        if self._deny_title and self._deny_title.search(title):
            return None
        return Link(
            url=url,
            title=title,
            published=self._row_date(row, anchor, answer),
            source=self._row_source(row),
            text=_cells(row, title) if self._inline else "",
            title_is_whole=not title.endswith(_ELLIPSIS),
        )

    def _address(self, row: Selector | None, anchor: Selector, answer: Answer) -> str:
        if self._find is None:
            return join(answer.url, anchor.attrib.get("href", ""))
        found = self._find.search((row if row is not None else anchor).get() or "")
        return join(answer.url, found.expand(self._put)) if found else ""

    def _row_date(self, row: Selector | None, anchor: Selector, answer: Answer) -> Moment | None:
        if row is None:
            return None
        if self._date:
            return next(
                filter(None, (parse_moment(_text(node), now=answer.fetched_at) for node in row.css(self._date))), None
            )
        text = _text(row)
        if len(text) > _ROW_CHARS:
            return None
        if labelled := _PUBLISHED_LABEL.search(text):
            return parse_moment(labelled.group(1), now=answer.fetched_at)
        # A date inside the title is what the article is about, not when it was published.
        outside = text.replace(_text(anchor), " ") if row is not anchor else text
        return parse_moment(outside, now=answer.fetched_at)

    def _row_source(self, row: Selector | None) -> str:
        if row is None or not self._source:
            return ""
        text = " ".join(_text(node) for node in row.css(self._source)[:1])
        return labelled_source(text) or clean_source(text)


def _cells(row: Selector | None, title: str) -> str:
    """What a row says, its title whole, one cell a line."""
    cells = [_text(cell) for cell in row.xpath("./td | ./span | ./p")] if row is not None else []
    return "\n".join(dict.fromkeys([title, *(cell for cell in cells[1:] if cell)]))


def _called_with(text: str) -> str:
    """The string that a script call hands over: `callback("<div>…")`."""
    try:
        given = load_json(text, jsonp=True)
    except ValueError as error:
        raise ShapeError(f"no script call around a string ({error}): {clean_text(text)[:80]}") from error
    if not isinstance(given, str):
        raise ShapeError(f"the script call hands over {type(given).__name__}, not a string of HTML")
    return given


def check_css(css: str) -> object:
    """Raise where `css` is no CSS selector."""
    return Selector(text="<p/>", type="html").css(css)


def _text(node: Selector) -> str:
    return clean_text(" ".join(part.strip() for part in node.xpath(".//text()").getall()))


def _fuller(one: Link, other: Link) -> Link:
    """Of two rows for one address (picture and headline), the one with the longer title; a date of either."""
    better, worse = (other, one) if len(other.title) > len(one.title) else (one, other)
    if better.published is None and worse.published is not None:
        return Link(url=better.url, title=better.title, published=worse.published, source=better.source or worse.source)
    return better
