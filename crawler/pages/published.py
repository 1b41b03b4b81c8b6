"""When an unknown page was published, from ranked evidence.

1. A printed date with the label 发布时间 (and the like) or a date in the byline between headline and body.
2. Metadata and JSON-LD; then times in scripts and in the page's data; then a date printed below the body; then the URL's.

A printed date wins, since metadata is often the time of a later save; metadata lends it what it lacks: the year of 09-30
22:46, the clock of a bare date. Dates after a deadline label (截止, 开标, 递交, 有效期 …) and times of an update are no
publication. Metadata is not asked for more than it says: a bare date stays a date. A relative time (3小时前) counts from a moment
that a saved page does not tell: it is the last resort.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from lxml.html import HtmlElement

from crawler.dates import CHINA, Moment, from_epoch, from_url, parse_moment
from crawler.pages.base import meta
from crawler.pages.blocks import Block, clean_text
from crawler.traditional import folded

_LABEL = re.compile(
    r"(?:发布|发稿|发表|刊发|公告|公示|成文|创建|上传|信息)(?:时间|日期)|(?:^|[\s|])(?:时间|日期)\s*[:：]|发布于|发表于|Published",
    re.IGNORECASE,
)
_NOT_PUBLICATION = re.compile(
    r"通过[)）]|会议通过|批准|审议|截止|截至|开标|投标|递交|提交|开启|获取|报名|有效期|合同|履行|公告期|公示期|失效|到期|开始|结束|活动时间|会议时间|更新|修改|编辑于|最后|"
    r"updated|modified|生效|施行|实施|注册|版权|copyright|©",
    re.IGNORECASE,
)
_META_NAMES = (
    "article:published_time", "og:published_time", "bytedance:published_time", "weibo:article:create_at", "pubdate", "publishdate",
    "publish_date", "firstpublishedtime", "og:release_date", "datepublished", "dc.date.issued", "dcterms.date", "article.created",
    "apub:time", "_pubtime", "pubtime", "publish-date", "sailthru.date", "parsely-pub-date", "date", "dc.date",
    "dateupdate", "og:time", "created_at",
)  # fmt: skip
_CLASS = re.compile(r"time|date|pub|post[-_]?info|article[-_]?info|byline|source|laiyuan|fabu", re.IGNORECASE)
# Looked for by the value, which is rarer than anything the names begin with; the name is read backwards from there.
_STAMP = re.compile(
    r"(?<!\d)(?:1\d{9}(?:\d{3})?(?!\d)|20\d\d[-/.]\d\d?[-/.]\d\d?(?:[T\s]\d\d?:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?)"
)
_NAMED = re.compile(
    r"(?:publish_?time|pub_?date|pub_?time|create_?time|datePublished|publishDate|(?<![A-Za-z])(?:ct|ptime))[\"']?\s*[:=]\s*[\"']?$",
    re.IGNORECASE,
)
_NAME_REACH = 32
_BYLINE_CHARS = 120
_LABEL_REACH = 32
_YEAR = re.compile(r"(?:19|20)\d\d|[二一][〇零○九]")


def find_published(
    tree: HtmlElement,
    *,
    url: str,
    before: Iterable[Block],
    after: Iterable[Block],
    structured: str,
    headline: str,
    fetched_at: dt.datetime,
    embedded: Callable[[], Moment | None] = lambda: None,
) -> Moment | None:
    """The time of publication; `before` and `after` are the blocks around the body, `structured` the JSON-LD's date;
    a date in the `headline` is what the article is about. `embedded` gives the time in the page's data; it is costly."""
    stated = _stated(tree, structured)
    scripted = _scripted(tree)
    known = stated or scripted
    # A date without year is read against the page's own metadata, and only then against the time of fetching.
    reference = known.at + dt.timedelta(days=1) if known else fetched_at
    above, below, squeezed = list(before)[::-1], list(after), _squeeze(headline)
    if printed := _printed(above, reference, squeezed, relative=False) or _by_class(tree):
        return _sharpen(printed, (stated, scripted))
    return (
        known or embedded() or _printed(above, fetched_at, squeezed, relative=True) or _trailing(below) or from_url(url)
    )


def _printed(blocks: Iterable[Block], reference: dt.datetime, headline: str, *, relative: bool) -> Moment | None:
    """The labelled date nearest above the body, else the nearest date of any kind in a short line."""
    plain: Moment | None = None
    for distance, block in enumerate(blocks):
        if distance > 60:
            break
        if block.chars > _BYLINE_CHARS or _squeeze(block.text) == headline:
            continue
        text = folded(block.text)
        moment = _date_in(text, reference, relative=relative)
        if moment is None:
            continue
        if moment.precision == "day" and not _YEAR.search(text):
            continue  # 5月20日 in a line is a day that is spoken of
        if _LABEL.search(text) or (moment.precision == "minute" and distance < 12):
            return moment
        if plain is None and distance < 25:
            plain = moment
    return plain


def _date_in(text: str, reference: dt.datetime, *, relative: bool) -> Moment | None:
    """A date in a byline whose label does not say that it is something else."""
    if not re.search(r"\d", text):
        return None
    # Among several dates the one that the label stands before, up to a label of something else.
    for label in _LABEL.finditer(text):
        piece = _NOT_PUBLICATION.split(text[label.end() : label.end() + _LABEL_REACH])[0]
        if moment := parse_moment(piece, now=reference, relative=relative):
            return moment
    if not _NOT_PUBLICATION.search(text):
        return parse_moment(text, now=reference, relative=relative)
    # 2021-03-05 10:00 更新时间：… on one line: take the piece without such a label.
    for piece in re.split(r"(?=更新|修改|截止|最后|编辑于|[|｜])|\s{2,}", text):
        if not _NOT_PUBLICATION.search(piece) and (moment := parse_moment(piece, now=reference, relative=relative)):
            return moment
    return None


def _by_class(tree: HtmlElement) -> Moment | None:
    """A date in an element that is named for it, wherever it stands; relative words are not trusted here."""
    for node in tree.iter("time", "span", "div", "p", "em", "i", "li", "small"):
        label = f"{node.get('class') or ''} {node.get('id') or ''}"
        if node.tag != "time" and not _CLASS.search(label):
            continue
        text = clean_text("".join(node.itertext()))
        if not 6 <= len(text) <= _BYLINE_CHARS:
            continue
        if _NOT_PUBLICATION.search(text):
            continue
        moment = parse_moment(text, now=None)
        if moment and moment.precision == "minute":
            return moment
    return None


def _stated(tree: HtmlElement, structured: str) -> Moment | None:
    """What metadata says. JSON-LD comes second: on some sites it is the time of the last save."""
    value = meta(tree, *_META_NAMES)
    named = parse_moment(value) if value else None
    listed = parse_moment(structured) if structured else None
    if named and listed and named.precision == "day" and listed.precision == "minute" and _same_day(named, listed):
        return listed
    return named or listed


def _scripted(tree: HtmlElement) -> Moment | None:
    for node in tree.iter("script"):
        text = node.text
        if not text or "ld+json" in (node.get("type") or ""):
            continue
        for found in _STAMP.finditer(text):
            if not _NAMED.search(text[max(0, found.start() - _NAME_REACH) : found.start()]):
                continue
            value = found.group()
            moment = from_epoch(int(value)) if value.isdigit() else parse_moment(value)
            if moment:
                return moment
    return None


def _trailing(blocks: Iterable[Block]) -> Moment | None:
    """A date alone on one of the first lines below the body, as offices sign their notices."""
    for distance, block in enumerate(blocks):
        if distance > 8:
            return None
        if block.chars <= 40 and not _NOT_PUBLICATION.search(block.text) and (moment := parse_moment(block.text)):
            return moment
    return None


def _sharpen(printed: Moment, others: Iterable[Moment | None]) -> Moment:
    """A printed day with the clock of metadata, where both name the same day and the clock is no filler."""
    if printed.precision == "minute":
        return printed
    for other in others:
        if other and other.precision == "minute" and _same_day(printed, other):
            local = other.at.astimezone(CHINA)
            if (local.hour, local.minute) != (0, 0):
                return other
    return printed


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _same_day(one: Moment, other: Moment) -> bool:
    return one.at.astimezone(CHINA).date() == other.at.astimezone(CHINA).date()
