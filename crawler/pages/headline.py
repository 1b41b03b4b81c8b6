"""The headline of an unknown page: what is printed large and agrees with what the page calls itself.

The document title and `og:title` name the page, often with the site's name around it or cut at a quotation mark; the
printed heading is the headline itself. So a printed heading wins where the names contain it, longest first, and a name
without its site parts is the fallback.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from lxml.html import HtmlElement

from crawler.pages.base import meta
from crawler.pages.blocks import Block, clean_text
from crawler.pages.byline import is_byline, is_clutter, sentences

_SEPARATOR = re.compile(r"\s*(?:[|｜]|_{1,3}|--+|——|\s[-–—·:：]\s|[-–—](?=[^-–—]{2,14}$)|»|>>|<<|•)\s*")
_TITLE_CLASS = re.compile(r"title|headline|biaoti|tit(?:$|[-_\s\d])|^h1", re.IGNORECASE)
_OTHER_CLASS = re.compile(
    r"sub|side|site|logo|nav|list|related|recommend|hot|more|small|author|comment|pic|slide", re.IGNORECASE
)
_META_NAMES = ("articletitle", "og:title", "twitter:title", "headline", "hw.article_title", "dc.title")
_MIN = 4
_FEW, _MANY = 3, 12
_MIN_NAME = 8
_PROSE = 40
_REACH = 16
# What ends so names a site or an office, no event.
_SITE = re.compile(r"(?:网|网站|门户|平台|中心|政府|频道|客户端|日报|晚报|新闻|资讯|论坛|官网|首页|主页|公众号)$")


def find_headline(tree: HtmlElement, structured: str = "", blocks: Callable[[], Sequence[Block]] = tuple) -> str:
    """The headline as printed, without the site's name; empty where the page has none. `structured` is from JSON-LD.

    Where the page calls itself by the site's name only, the headline is the line above the byline among `blocks()`.
    """
    document = clean_text("".join(node.text_content() for node in tree.xpath("//head//title | //body/title")[:1]))
    names = [name for name in (document, meta(tree, *_META_NAMES), structured) if name]
    squeezed = [_squeeze(name) for name in names]
    best, best_score = "", 0.0
    for rank, (text, weight) in enumerate(_printed(tree)):
        value = _squeeze(text)
        if len(value) < _MIN or len(value) > 150:
            continue
        agreement = max((_agreement(value, name) for name in squeezed), default=0.0)
        points = agreement * 10 + weight + min(len(value), 30) / 60 - rank * 0.02
        if agreement < 0.6 and (squeezed or weight < 2):
            continue
        if points > best_score:
            best, best_score = text, points
    if best:
        return best
    site = meta(tree, "og:site_name")
    name = _without_site(names, site)
    if not name or name == site or _SITE.search(name) or len(name) < _MIN_NAME:
        return _above_byline(blocks()) or name
    return name


def _above_byline(blocks: Sequence[Block]) -> str:
    """The heading nearest above the first prose, else the line above the byline; empty where there is neither."""
    prose = next((n for n, block in enumerate(blocks) if block.chars >= _PROSE and sentences(block.text)), 0)
    above = blocks[max(0, prose - _REACH) : prose][::-1]
    for block in above:
        if block.node.tag in {"h1", "h2", "h3"} and _may_be_headline(block):
            return block.text
    for at, block in enumerate(above[:7]):
        if is_byline(block) and (found := next(filter(_may_be_headline, above[at + 1 : at + 4]), None)):
            return found.text
    return ""


def _may_be_headline(block: Block) -> bool:
    short = _MIN_NAME <= block.chars <= 80 and block.links <= block.chars / 2
    return short and not is_byline(block) and not is_clutter(block)


def _printed(tree: HtmlElement) -> Iterator[tuple[str, float]]:
    """Headings that the page prints, with how much their markup says that they are the headline."""
    for node in tree.iter(
        "h1", "h2", "h3", "h4", "div", "p", "span", "td", "strong", "b", "a", "font", "section", "header"
    ):
        tag = node.tag
        label = f"{node.get('class') or ''} {node.get('id') or ''}"
        named = bool(_TITLE_CLASS.search(label)) and not _OTHER_CLASS.search(label)
        if tag in {"h1", "h2", "h3", "h4"}:
            weight = {"h1": 3.0, "h2": 2.0}.get(tag, 1.2) + (0.5 if named else 0.0)
        elif named:
            weight = 1.5
        elif tag in {"a", "font"}:
            continue
        else:
            weight = 0.0
        # An unnamed element is a headline only if it holds little else than text.
        if len(node) > (_MANY if weight else _FEW):
            continue
        text = clean_text("".join(node.itertext()) if len(node) else node.text or "")
        if text and len(text) <= 160:
            yield text, weight


def _agreement(printed: str, name: str) -> float:
    """1 where the page's name holds the printed text whole; else the shared beginning's share (names get cut)."""
    if printed in name:
        return 1.0 if len(printed) > 7 or len(printed) > len(name) * 0.4 else 0.3
    if name in printed and len(name) >= 6:
        return 0.9 * max(len(name) / len(printed), 0.75 if printed.startswith(name) else 0.0)
    same = 0
    for one, other in zip(printed, name, strict=False):
        if one != other:
            break
        same += 1
    return same / max(len(printed), 1) if same >= 8 else 0.0


def _without_site(names: list[str], site: str) -> str:
    """The longest part of the best name once parts that look like site names are cut off."""
    if not names:
        return ""
    name = names[0]
    others = names[1:]
    for other in others:
        if _squeeze(other) in _squeeze(name):
            return other
    parts = [part for part in _SEPARATOR.split(name) if part and part != site]
    return max(parts, key=len) if parts else name


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
