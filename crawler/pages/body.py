"""The body of an unknown page: which element holds the article, and which of its blocks belong to it.

Principle: prose is evidence for an element, link lists and stray labels are evidence against it, and the best element is
the one whose blocks add up highest (a maximum-sum subtree). A larger container therefore wins only while what it adds is
mostly prose. Comments and teasers are prose too, so containers named as such are set aside first. Then the ends are
trimmed: headline and byline before the body; credits, disclaimers and related links after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.pages.blocks import Block, blocks_of
from crawler.pages.byline import is_byline, is_clutter, is_end, is_legal, is_strong_end, may_be_of_picture, sentences

_ASIDE = re.compile(
    r"(?:^|[-_\s])(?:comments?|cmt|replys?|pinglun|recommends?|recommendation|recs?|related?|relation|relate|rel|aside|sidebar|side|"
    r"footer|foot|copyright|disclaimer|statement|breadcrumbs?|crumbs?|nav|navbar|navigation|menu|topbar|toolbar|tools?|"
    r"share|sharebar|social|qr|qrcode|ads?|adv|advert|advertisement|adsense|banner|promo|promotion|hot|hotnews|rank|ranking|"
    r"tags?|keywords?|login|popup|modal|mask|dialog|pager|pagination|(?<!trs_)(?<!trs-)editor|author-info|subscribe|download|app-?download|player|"
    r"feedback|guess|interest|more-?news|post[-_]?next|next[-_]?prev|prev[-_]?next)(?=$|[-_\s\d])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PAUSE = re.compile(r"[，、：,:“”]")
_LABEL_CHARS = 14
_PARAGRAPH = 40
_POSTS = ("postmessage_", "post_content_")
_MAX_TRIM_SHARE = 0.45
_MAX_STRONG_SHARE = 0.75
_CLIMB = 0.85


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of an article and the element that holds them."""

    node: HtmlElement
    blocks: tuple[Block, ...]
    before: tuple[Block, ...]
    """What the page shows before the body: headline, byline."""
    after: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The blocks, one a line."""
        return "\n".join(block.text for block in self.blocks)


def find_body(tree: HtmlElement, headline: str = "") -> Body | None:
    """The article's body in an unknown page; None where no element holds more prose than clutter."""
    keep = _headline_path(tree, headline)
    blocks = blocks_of(tree, drop=_asides(tree, keep))
    wanted = _squeeze(headline)
    teasers = _teasers(blocks)
    totals: dict[HtmlElement, float] = {}
    for block in blocks:
        value = 0.0 if block.order in teasers else _value(block, wanted)
        node: HtmlElement | None = block.node
        while node is not None:
            totals[node] = totals.get(node, 0.0) + value
            node = node.getparent()
    if not totals:
        return None
    post = _first_post(tree)
    best = post if post is not None and post in totals else max(totals, key=lambda node: (totals[node], _depth(node)))
    if totals[best] <= 0:
        return None
    # A single paragraph is no article's container: its neighbours (sub-headlines, signature) belong to it.
    parent = best.getparent()
    if best.tag == "p" and parent is not None and totals[parent] >= _CLIMB * totals[best]:
        best = parent
    inside = [index for index, block in enumerate(blocks) if _within(block.node, best)]
    start, stop = inside[0], inside[-1] + 1
    start, stop = _trim(blocks, start, stop, headline)
    kept = _kept(blocks[start:stop], teasers)
    if not kept:
        return None
    return Body(best, kept, tuple(blocks[:start]), tuple(blocks[stop:]))


def read_body(node: HtmlElement, headline: str, drop: frozenset[HtmlElement]) -> tuple[Block, ...]:
    """The article's blocks in an element that is known to hold it: trimmed as any body, without asides and `drop`."""
    blocks = blocks_of(node, drop=drop | (_asides(node, set()) - {node}))
    start, stop = _trim(blocks, 0, len(blocks), headline)
    return _kept(blocks[start:stop], frozenset())


def _value(block: Block, headline: str) -> float:
    """How much a block speaks for its container (positive: prose) or against it."""
    chars, links = block.chars, block.links
    if is_legal(block.text):
        return -60.0
    if links > chars * 0.5:
        return -8.0 - links * 0.5
    if chars < 80 and (_squeeze(block.text) == headline or is_byline(block)):
        return -2.0
    ends, pauses = sentences(block.text), len(_PAUSE.findall(block.text))
    if ends or (pauses and chars >= 15):
        return float(chars - 3 * links) if chars >= 12 else 2.0
    if block.row:
        return 0.5 * (chars - 2 * links)
    return -6.0 if chars < 25 else 0.2 * chars


def _teasers(blocks: list[Block]) -> frozenset[int]:
    """Numbers of blocks that are the cut beginning of a later one: an extract above the text."""
    found = set()
    for index, block in enumerate(blocks):
        head = block.text.rstrip("….。 ")
        is_cut = len(head) >= 15 and block.text.endswith(("…", "..."))
        if is_cut and any(other.text.startswith(head) for other in blocks[index + 1 : index + 12]):
            found.add(block.order)
    return frozenset(found)


def _kept(blocks: list[Block], teasers: frozenset[int]) -> tuple[Block, ...]:
    """Blocks without clutter, without the labels that stand over it, and without teasers."""
    clutter = [is_clutter(block) for block in blocks]
    kept = []
    for index, block in enumerate(blocks):
        heads_clutter = (
            block.chars <= _LABEL_CHARS
            and not sentences(block.text)
            and index + 1 < len(blocks)
            and clutter[index + 1]
            and blocks[index + 1].links > 0
        )
        if not (clutter[index] or heads_clutter or block.order in teasers):
            kept.append(block)
    return tuple(kept)


def _first_post(tree: HtmlElement) -> HtmlElement | None:
    """Of a forum's thread (Discuz, Tieba) the post that opens it: the replies look like prose too. None for other pages."""
    posts = [node for node in tree.iter("td", "div") if (node.get("id") or "").startswith(_POSTS)]
    return posts[0] if len(posts) > 1 else None


def _asides(tree: HtmlElement, keep: set[HtmlElement]) -> frozenset[HtmlElement]:
    """Containers that call themselves comments, related news, navigation …, unless the headline stands in them."""
    found = set()
    for node in tree.iter(
        "div", "section", "aside", "ul", "ol", "dl", "nav", "footer", "header", "p", "form", "span", "table"
    ):
        if node in keep:
            continue
        if node.tag in {"nav", "footer", "aside"}:
            found.add(node)
            continue
        label = f"{node.get('class') or ''} {node.get('id') or ''}"
        if len(label) > 1 and _ASIDE.search(_CAMEL.sub("-", label)):
            found.add(node)
    return frozenset(found)


def _headline_path(tree: HtmlElement, headline: str) -> set[HtmlElement]:
    """The elements around the headline: none of them is an aside."""
    path: set[HtmlElement] = set()
    wanted = _squeeze(headline)
    for node in tree.iter("h1", "h2"):
        if wanted and _squeeze("".join(node.itertext())) == wanted:
            path.update(node.iterancestors())
    return path


def _trim(blocks: list[Block], start: int, stop: int, headline: str) -> tuple[int, int]:
    """Cut headline and byline from the beginning and credits from the end of `blocks[start:stop]`."""
    wanted = _squeeze(headline)
    for index in range(start, min(stop, start + 8)):
        if wanted and _squeeze(blocks[index].text) == wanted:
            start = index + 1
    while start < stop - 1 and (is_byline(blocks[start]) or is_clutter(blocks[start])):
        start += 1
    total = sum(block.chars for block in blocks[start:stop])
    left = total
    for index in range(start, stop):
        strong = left <= total * _MAX_STRONG_SHARE and is_strong_end(blocks[index])
        weak = not strong and left <= total * _MAX_TRIM_SHARE and is_end(blocks[index])
        if index > start and (strong or (weak and not _goes_on(blocks, index, start, stop))):
            stop = index
            break
        left -= blocks[index].chars
    while stop - 1 > start and (is_clutter(blocks[stop - 1]) or is_end(blocks[stop - 1])):
        stop -= 1
    return start, stop


def _goes_on(blocks: list[Block], index: int, start: int, stop: int) -> bool:
    """Whether the text goes on below what may be a picture's credit: paragraphs that stand where those above it stand."""
    if not may_be_of_picture(blocks[index]):
        return False
    above = {block.node.getparent() for block in blocks[start:index] if _is_paragraph(block)}
    return sum(block.node.getparent() in above for block in blocks[index + 1 : stop] if _is_paragraph(block)) > 1


def _is_paragraph(block: Block) -> bool:
    return block.chars >= _PARAGRAPH and block.links < block.chars / 5 and sentences(block.text) > 0


def _within(node: HtmlElement, container: HtmlElement) -> bool:
    current: HtmlElement | None = node
    while current is not None:
        if current is container:
            return True
        current = current.getparent()
    return False


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _depth(node: HtmlElement) -> int:
    return sum(1 for _ in node.iterancestors())
