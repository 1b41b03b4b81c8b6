"""A parsed page as a flat sequence of text blocks, the form in which bodies, bylines and tables are read.

Inline elements are joined without spaces (portals cut words with links), block elements and `<br>` end a block, and a row
of a data table is one block whose cells are joined by a tab. Hidden elements and zero-width characters are left out:
some portals salt their pages with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "iframe",
        "svg",
        "canvas",
        "template",
        "object",
        "embed",
        "video",
        "audio",
        "map",
        "select",
        "option",
        "textarea",
        "button",
        "head",
        "link",
        "meta",
        "title",
        "input",
        "datalist",
    ]
)
_BLOCK = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "br",
    ]
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ue000-\uf8ff]")
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2002-\u200a]+")
_WIDE = re.compile(r"\s+")
_LONG_CELL = 2000
_MANY_PARAGRAPHS = 8


@dataclass(slots=True)
class Block:
    """A run of text: `chars` counts it without whitespace, `links` those of them that stand inside links."""

    text: str
    links: int
    node: HtmlElement
    """The block element that the text stands in (the row, for a table row)."""
    order: int
    row: bool = False

    @property
    def chars(self) -> int:
        """Characters without whitespace."""
        return len(_WIDE.sub("", self.text))


def clean_text(text: str) -> str:
    """Text with single spaces, without invisible characters; ideographic spaces at the ends go too."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip(" \u3000")


def text_of(node: HtmlElement | None, *, skip_hidden: bool = True) -> str:
    """The text of one element on one line, its inner blocks joined by a space; empty for None."""
    return (
        "" if node is None else clean_text(" ".join(block.text for block in blocks_of(node, skip_hidden=skip_hidden)))
    )


def is_hidden(node: HtmlElement) -> bool:
    """Whether the element itself says that it is not shown."""
    style = node.get("style")
    return bool(style and _HIDDEN.search(style)) or node.get("hidden") is not None


def blocks_of(
    root: HtmlElement, *, drop: frozenset[HtmlElement] = frozenset(), skip_hidden: bool = True
) -> list[Block]:
    """The blocks below `root`, in document order, without empty ones; subtrees in `drop` are left out."""
    return list(flow_of(root, drop=drop, skip_hidden=skip_hidden))


def flow_of(
    root: HtmlElement, *, drop: frozenset[HtmlElement] = frozenset(), skip_hidden: bool = True
) -> Iterator[Block]:
    """As `blocks_of`, one at a time: for who stops before the end of the page."""
    return _Flow(root, drop, skip_hidden).run()


def joined(blocks: list[Block]) -> str:
    """The text of `blocks`, one a line."""
    return "\n".join(block.text for block in blocks)


class _Flow:
    """One walk over a tree; see `blocks_of`."""

    def __init__(self, root: HtmlElement, drop: frozenset[HtmlElement], skip_hidden: bool) -> None:
        self._root, self._drop, self._skip_hidden = root, drop, skip_hidden
        self._parts: list[str] = []
        self._link_chars = 0
        self._link_depth = 0
        self._containers: list[HtmlElement] = [root]
        self._data_tables: list[bool] = []
        self._rows: list[list[tuple[str, int]]] = []
        self._cell: list[tuple[str, int]] | None = None
        self._count = 0

    def run(self) -> Iterator[Block]:
        walker = etree.iterwalk(self._root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, node in walker:
            if event == "start":
                if node is not self._root and self._left_out(node):
                    # The end event comes next; the subtree and the element's own text do not.
                    walker.skip_subtree()
                    skipped = node
                    continue
                yield from self._open(node)
            elif event == "end":
                if node is skipped:
                    skipped = None
                else:
                    yield from self._close(node)
                if node is not self._root and node.tail:
                    self._add(node.tail)
            elif node.tail and node is not self._root:
                self._add(node.tail)
        yield from self._flush()

    def _left_out(self, node: HtmlElement) -> bool:
        return node.tag in SKIPPED or node in self._drop or (self._skip_hidden and is_hidden(node))

    def _open(self, node: HtmlElement) -> Iterator[Block]:
        tag = node.tag
        if tag in _BLOCK:
            yield from self._flush()
            self._containers.append(node)
            if tag == "table":
                self._data_tables.append(_is_data_table(node))
            elif tag == "tr" and self._in_data_table():
                self._rows.append([])
            elif tag in {"td", "th"} and self._rows:
                self._cell = []
        elif tag == "a":
            self._link_depth += 1
        if node.text:
            self._add(node.text)

    def _close(self, node: HtmlElement) -> Iterator[Block]:
        tag = node.tag
        if tag in _BLOCK:
            yield from self._flush()
            if tag in {"td", "th"} and self._rows and self._cell is not None:
                self._rows[-1].append((" ".join(text for text, _ in self._cell), sum(links for _, links in self._cell)))
                self._cell = None
            elif tag == "tr" and self._rows and self._in_data_table():
                cells = self._rows.pop()
                text = "\t".join(cell for cell, _ in cells)
                if text.strip():
                    yield self._block(text.strip("\t"), sum(links for _, links in cells), node, row=True)
            elif tag == "table" and self._data_tables:
                self._data_tables.pop()
            if len(self._containers) > 1:
                self._containers.pop()
        elif tag == "a":
            self._link_depth = max(0, self._link_depth - 1)

    def _in_data_table(self) -> bool:
        return bool(self._data_tables) and self._data_tables[-1]

    def _add(self, text: str) -> None:
        self._parts.append(text)
        if self._link_depth:
            self._link_chars += len(_WIDE.sub("", text))

    def _flush(self) -> Iterator[Block]:
        if not self._parts:
            return
        text, links = clean_text("".join(self._parts)), self._link_chars
        self._parts, self._link_chars = [], 0
        if not text:
            return
        if self._cell is not None:
            self._cell.append((text, links))
        else:
            yield self._block(text, links, self._containers[-1])

    def _block(self, text: str, links: int, node: HtmlElement, *, row: bool = False) -> Block:
        self._count += 1
        return Block(text=text, links=links, node=node, order=self._count, row=row)


def _is_data_table(table: HtmlElement) -> bool:
    """Whether rows of `table` mean something: layout tables nest, have one column, or hold whole articles in a cell."""
    if table.find(".//table") is not None:
        return False
    widest = 0
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        widest = max(widest, len(cells))
        for cell in cells:
            if len(cell.findall(".//p")) >= _MANY_PARAGRAPHS or len("".join(cell.itertext())) > _LONG_CELL:
                return False
    return widest > 1
