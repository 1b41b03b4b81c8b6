"""finews posts: a Jekyll site of reprinted news (`/<media>/<Y>/<M>/<D>/<id>.html`), in all generations of its generator.

A post is `small` (time), `h1`, the body in one of three forms (digest paragraph; digest in a quotation before the whole text;
the text alone), an autolink to where it came from, two return links joined by ｜, and `small` (tags). The body is HTML of
Eastmoney with its inline noise. A post without title and time exists and is no article.
"""

from __future__ import annotations

import re
from typing import ClassVar

from lxml.html import HtmlElement

from crawler.dates import Moment, parse_moment
from crawler.errors import ExtractionError, NoArticleError
from crawler.pages.base import Draft, Page, first, meta
from crawler.pages.blocks import Block, blocks_of, clean_text, joined, text_of
from crawler.pages.stocks import stock_codes
from crawler.pages.structured import read_structured
from crawler.source_line import closing_source, strip_closing
from crawler.urls import identity_keys, join

_ORIGIN = re.compile(r"NewsShare\.html\?infoCode=|eastmoney\.com/(?:a/|news/)", re.IGNORECASE)
_RETURN = re.compile(r"^返回.{0,40}$")
_TAGS = re.compile(r"^tags\s*[:：]", re.IGNORECASE)
_TAG_SUFFIX = re.compile(r"新闻$")
_CHART = re.compile(r"^K图\s")


class FinewsPage:
    """Reads posts of finews and of its replicas."""

    name: ClassVar[str] = "finews"
    patterns: ClassVar[tuple[str, ...]] = (
        r"^(?:finews|finnews)\.(?:withounder\.com|zning\.me)/",
        r"/(?:19|20)\d\d/\d\d/\d\d/(?:NW)?20\d{16}\.html$",
    )
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The post; `ExtractionError` for list pages, the 404 page and the broken post without title."""
        section = first(page.tree, "//div[contains(@class,'wrapper')]/section", "//section", "//body")
        heading = first(section, "./h1", ".//h1") if section is not None else None
        if section is None or heading is None:
            raise ExtractionError(page.url, "no finews post: section > h1 is missing")
        title = text_of(heading)
        smalls = section.findall("./small") or section.findall(".//small")
        published = next(filter(None, (parse_moment(text_of(small)) for small in smalls)), None)
        origin, tail = _tail(section, page.url)
        content = [
            block
            for block in blocks_of(section, drop=frozenset((heading, *smalls, *tail)))
            if not _CHART.match(block.text) and not _RETURN.match(block.text)
        ]
        text = joined(_without_digest(content))
        if not title or not text:
            raise NoArticleError(page.url, "a finews post without title or text")
        return Draft(
            title=title,
            text=strip_closing(text),
            published=published or _machine_time(page),
            source=closing_source(text) or _media(smalls),
            origin_url=origin,
            keys=identity_keys(origin) if origin else (),
            stock_codes=stock_codes(section),
        )


def _tail(section: HtmlElement, url: str) -> tuple[str, list[HtmlElement]]:
    """The origin's address, and the elements to leave out: its autolink, the return links."""
    origin, tail = "", []
    for link in section.iter("a"):
        href, label = link.get("href") or "", clean_text("".join(link.itertext()))
        if _ORIGIN.search(href) and (label.startswith(("http", "//")) or label == href):
            origin = join(url, href)
            tail.append(link)
        elif _RETURN.match(label):
            parent = link.getparent()
            tail.append(parent if parent is not None and parent.tag == "p" and _only_returns(parent) else link)
    return origin, tail


def _only_returns(paragraph: HtmlElement) -> bool:
    return len(text_of(paragraph)) < 60


def _without_digest(blocks: list[Block]) -> list[Block]:
    """The digest before a whole text repeats its beginning: it goes where the text follows."""
    if len(blocks) < 2 or not _in_quotation(blocks[0]):
        return blocks
    digest, rest = blocks[0].text.rstrip("…. "), "".join(block.text for block in blocks[1:])
    head = re.sub(r"\s+|^【[^】]*】", "", digest)[:20]
    return blocks[1:] if head and head in re.sub(r"\s+", "", rest) else blocks


def _in_quotation(block: Block) -> bool:
    return block.node.tag == "blockquote" or any(node.tag == "blockquote" for node in block.node.iterancestors())


def _media(smalls: list[HtmlElement]) -> str:
    """The media name in the tags line: 北方网 of `tags: 北方网新闻`."""
    for small in smalls:
        line = text_of(small)
        if _TAGS.match(line):
            return _TAG_SUFFIX.sub("", _TAGS.sub("", line).split(" - ")[0].strip())
    return ""


def _machine_time(page: Page) -> Moment | None:
    value = meta(page.tree, "article:published_time") or read_structured(page.tree).published
    return parse_moment(value) if value else None
