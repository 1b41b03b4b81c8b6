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

from crawler.pages.blocks import HEADINGS, Block, blocks_of

_ASIDE = re.compile(
    r"(?:^|[-_\s])(?:comments?|cmt|replys?|pinglun|recommends?|recommendation|recs?|related?|relation|relate|rel|aside|sidebar|side|"
    r"footer|foot|copyright|disclaimer|statement|breadcrumbs?|crumbs?|nav|navbar|navigation|menu|topbar|toolbar|tools?|"
    r"share|sharebar|social|qr|qrcode|ads?|adv|advert|advertisement|adsense|banner|promo|promotion|hot|hotnews|rank|ranking|"
    r"tags?|keywords?|login|popup|modal|mask|dialog|pager|pagination|(?<!trs_)(?<!trs-)editor|author-info|subscribe|download|app-?download|player|"
    r"feedback|guess|interest|more-?news|post[-_]?next|next[-_]?prev|prev[-_]?next)(?=$|[-_\s\d])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SENTENCE = re.compile(r"[。！？；…]|[.!?][\"”’]?(?:\s|$)")
_PAUSE = re.compile(r"[，、：,:“”]")
_LEGAL = re.compile(
    r"ICP备|ICP证|版权所有|Copyright|©|公网安备|许可证编?号|违法和不良信息|All Rights Reserved|增值电信", re.IGNORECASE
)
_BYLINE = re.compile(
    r"^(?:[\s|丨·【\[(（]*(?:来源|稿源|出处|作者|编辑|责编|责任编辑|记者|发布时间|发布日期|发布于|时间|日期|阅读|浏览|点击|字号|字体|分享|"
    r"评论|打印|收藏|举报|关注|原标题|当前位置|您的位置|文章来源|信息来源|发布机构|阅读数|访问量|大中小)|.{0,30}20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?.{0,40}$)"
)
_DECORATION = r"^[\s【\[（(▲■●*#·|—-]*"
# A credit is a label with a colon (or a stroke) behind it: 记者调查 may be a sub-headline, 记者：张三 is not.
_CREDIT = (
    r"(?:(?:发布日期|发布时间|发稿时间|值班编辑|本文编辑|流程编辑|编辑|校对|编审|监制|审核|审签|终审|统筹|本文来源|文章来源|信息来源|来源|稿源|"
    r"关键字|关键词|文章关键词|标签|tags?|作者|撰文|文字|文|记者|通讯员|转自|特约撰稿|实习生|新闻线索|报料|上一篇|下一篇|分享到|声明)\s*[:：丨|/）)】\]]"
    r"|(?:责任编辑|责编|编辑|上一篇|下一篇)\s+\S|责任编辑|责编)"
)
_HEADING = (
    r"(?:相关(?:阅读|新闻|推荐|文章|报道|链接|内容|专题|搜索)|推荐阅读|延伸阅读|更多(?:精彩|新闻|资讯|内容|阅读|推荐|>)|热门(?:推荐|文章|评论|新闻)|"
    r"(?:猜你|猜您|为你|为您)(?:喜欢|推荐)|精彩推荐|(?:网友|最新|全部|热门|发表|我来)评论|免责声明|特别声明|版权声明|重要声明|郑重声明|特别提醒|风险提示|"
    r"打印(?:本页)?|收藏(?:本页)?|举报|投诉|阅读原文|我要反馈|返回(?:首页|列表|顶部|目录|上页|.{2,6}首页)|正文已结束|海量资讯|展开全文|点击加载更多)"
)
_DISCLAIMER = (
    r"(?:本文仅代表|以上内容|本文由|本文首发|本文系|未经授权|未经许可|转载|特别声明|声明|免责声明|版权声明|提示|特别提醒|扫描二维码|扫码|打开APP|下载APP|凡本网|"
    r"本网站|本平台|本站).{0,120}(?:版权|转载|观点|立场|责任|APP|二维码|关注|建议|风险|参考|侵权|删除)"
)
# In an interview 记者： opens a question: a credit is short and no sentence.
_END = re.compile(
    rf"{_DECORATION}(?:(?:{_CREDIT})[^。！？；?!]{{0,50}}$|{_HEADING}.{{0,12}}$|{_DISCLAIMER})", re.IGNORECASE
)
# Strong ends may cut away most of what the element holds: below a short notice stand long teasers.
_STRONG_END = re.compile(
    rf"{_DECORATION}(?:责任编辑\s*[:：]|{_HEADING}\W*$|(?:声明|特别提醒|提示)\s*[:：].*(?:参考|责任|风险|版权|立场|观点|转载|建议))"
)
_PROMOTION = re.compile(
    r"^[\s【\[（(]*(?:(?:安装|下载|打开|点击|扫码|扫描|长按|识别|关注|欢迎|更多|搜索).{0,40}(?:客户端|APP|公众号|二维码|小程序|微信号|视频号|下载地址)|"
    r"(?:您|你)的浏览器.{0,20}(?:不支持|过低|升级)|浏览器版本|正文已结束|原标题\s*[:：]|视频加载中|点击(?:播放|查看|进入|加载))",
    re.IGNORECASE,
)
_CREDIT_BRACKET = re.compile(
    r"^[（(【\[]\s*(?:责任编辑|责编|编辑|来源|文章来源|原标题|作者|记者|本文|实习|稿件|完)[^）)】\]]{0,60}[）)】\]]$"
)
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
    totals: dict[HtmlElement, float] = {}
    for block in blocks:
        value = _value(block)
        node: HtmlElement | None = block.node
        while node is not None:
            totals[node] = totals.get(node, 0.0) + value
            node = node.getparent()
    if not totals:
        return None
    best = max(totals, key=lambda node: (totals[node], _depth(node)))
    if totals[best] <= 0:
        return None
    # A single paragraph is no article's container: its neighbours (sub-headlines, signature) belong to it.
    parent = best.getparent()
    if best.tag == "p" and parent is not None and totals[parent] >= _CLIMB * totals[best]:
        best = parent
    inside = [index for index, block in enumerate(blocks) if _within(block.node, best)]
    start, stop = inside[0], inside[-1] + 1
    start, stop = _trim(blocks, start, stop, headline)
    kept = tuple(block for block in blocks[start:stop] if not _clutter(block))
    if not kept:
        return None
    return Body(best, kept, tuple(blocks[:start]), tuple(blocks[stop:]))


def read_body(node: HtmlElement, headline: str, drop: frozenset[HtmlElement]) -> tuple[Block, ...]:
    """The article's blocks in an element that is known to hold it: trimmed as any body, without asides and `drop`."""
    blocks = blocks_of(node, drop=drop | (_asides(node, set()) - {node}))
    start, stop = _trim(blocks, 0, len(blocks), headline)
    return tuple(block for block in blocks[start:stop] if not _clutter(block))


def _value(block: Block) -> float:
    """How much a block speaks for its container (positive: prose) or against it."""
    chars, links = block.chars, block.links
    if _LEGAL.search(block.text):
        return -60.0
    if links > chars * 0.5:
        return -8.0 - links * 0.5
    sentences, pauses = len(_SENTENCE.findall(block.text)), len(_PAUSE.findall(block.text))
    if sentences or (pauses and chars >= 15):
        return float(chars - 3 * links) if chars >= 12 else 2.0
    if block.row:
        return 0.5 * (chars - 2 * links)
    return -6.0 if chars < 25 else 0.2 * chars


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
    wanted = re.sub(r"\s+", "", headline)
    for node in tree.iter("h1", "h2"):
        if wanted and re.sub(r"\s+", "", "".join(node.itertext())) == wanted:
            path.update(node.iterancestors())
    return path


def _trim(blocks: list[Block], start: int, stop: int, headline: str) -> tuple[int, int]:
    """Cut headline and byline from the beginning and credits from the end of `blocks[start:stop]`."""
    wanted = re.sub(r"\s+", "", headline)
    for index in range(start, min(stop, start + 8)):
        if wanted and re.sub(r"\s+", "", blocks[index].text) == wanted:
            start = index + 1
    while start < stop - 1 and (_is_byline(blocks[start]) or _clutter(blocks[start])):
        start += 1
    total = sum(block.chars for block in blocks[start:stop])
    left = total
    for index in range(start, stop):
        strong = left <= total * _MAX_STRONG_SHARE and _is_strong_end(blocks[index])
        if index > start and (strong or (left <= total * _MAX_TRIM_SHARE and _is_end(blocks[index]))):
            stop = index
            break
        left -= blocks[index].chars
    while stop - 1 > start and (_clutter(blocks[stop - 1]) or _is_end(blocks[stop - 1])):
        stop -= 1
    return start, stop


def _is_byline(block: Block) -> bool:
    return block.chars < 80 and bool(_BYLINE.match(block.text)) and not _SENTENCE.search(block.text)


def _is_end(block: Block) -> bool:
    return block.chars < 160 and bool(_END.match(block.text) or _CREDIT_BRACKET.match(block.text))


def _is_strong_end(block: Block) -> bool:
    return block.chars < 200 and bool(_STRONG_END.match(block.text))


def _clutter(block: Block) -> bool:
    """Link lists, promotion and legal lines inside a body."""
    chars = block.chars
    if chars < 100 and _PROMOTION.match(block.text):
        return True
    if block.node.tag in HEADINGS:
        return False
    return (block.links > 0.8 * chars and not block.row and chars < 60) or bool(
        _LEGAL.search(block.text) and chars < 120
    )


def _within(node: HtmlElement, container: HtmlElement) -> bool:
    current: HtmlElement | None = node
    while current is not None:
        if current is container:
            return True
        current = current.getparent()
    return False


def _depth(node: HtmlElement) -> int:
    return sum(1 for _ in node.iterancestors())
