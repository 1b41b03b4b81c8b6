"""Bytes of one page to one article: picks the page object, falls back, and adds what the URL tells. Pure.

Used by the spiders, by `extract` on the command line and by replay from the archive alike.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from crawler.dates import Moment, from_url
from crawler.errors import ExtractionError, NoArticleError
from crawler.items import CrawledArticle, RawPage
from crawler.pages import REGISTRY
from crawler.pages.base import Draft, Page, PageObject
from crawler.urls import canonicalise, identity_keys

_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[A-Za-z]")
# Common characters that exist in one script only.
_TRADITIONAL = frozenset(
    "這個為來時們對會發動過說產種麼經進電裡實體機點業應開還後當與關樣間線內數無現學國長東車馬門問題報導聯網險醫療務員萬億參與區"
)
_SIMPLIFIED = frozenset(
    "这个为来时们对会发动过说产种么经进电里实体机点业应开还后当与关样间线内数无现学国长东车马门问题报导联网险医疗务员万亿参与区"
)


def extract_page(
    body: bytes,
    url: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    fetched_at: dt.datetime,
    publisher: str = "",
    page: str = "",
    encoding: str = "",
    status: int = 200,
    title: str = "",
) -> CrawledArticle:
    """The article on a page.

    `page` names the page object to use (empty: by URL, and the generic one where that fails), `publisher` and `title` fill
    what the page does not say. `fetched_at` (aware) is needed for relative dates. Raises `ExtractionError` where nothing
    readable is there, and `ValueError` for an unknown page object.
    """
    fetched = Page(url, body, tuple(headers), fetched_at=fetched_at, encoding=encoding)
    draft, reader = read_page(fetched, page)
    raw = RawPage(url=url, status=status, headers=fetched.headers, body=body, fetched_at=fetched_at)
    return to_article(draft, url, page=reader, fetched_at=fetched_at, publisher=publisher, raw=raw, title=title)


def read_page(page: Page, name: str = "") -> tuple[Draft, str]:
    """What the page object `name` (empty: the one for the URL) reads, and the name of the one that read it.

    A page object that was asked for by name, or by a shape that only looks alike, is not the last word: where it fails the
    generic one tries. Raises `ExtractionError` where that fails too.
    """
    reader = _reader(page.url, name)
    try:
        return reader.read(page), reader.name
    except NoArticleError:
        raise
    except ExtractionError:
        if reader is REGISTRY.fallback or page.text.lstrip()[:1] in {"{", "["}:
            raise
    return REGISTRY.fallback.read(page), REGISTRY.fallback.name


def to_article(
    draft: Draft,
    url: str,
    *,
    page: str,
    fetched_at: dt.datetime,
    publisher: str = "",
    raw: RawPage | None = None,
    title: str = "",
    published: Moment | None = None,
    source: str = "",
    lang: str = "",
) -> CrawledArticle:
    """`draft` as an article; `title`, `published`, `source` and `lang` come from the list and fill what the page lacks."""
    when = draft.published or published or from_url(url)
    if draft.published and published and draft.published.precision == "day" and published.precision == "minute":
        # The list's clock belongs to the page's day.
        when = published if abs(published.at - draft.published.at) < dt.timedelta(days=1, hours=1) else draft.published
    heading = draft.title or title
    if not heading:
        raise ExtractionError(url, "an article without title")
    return CrawledArticle(
        url=url,
        canonical_url=canonicalise(url),
        keys=tuple(dict.fromkeys((*identity_keys(url), *draft.keys))),
        title=heading,
        text=draft.text,
        published=when.at if when else None,
        published_precision=when.precision if when else "",
        source=draft.source or source or publisher,
        author=draft.author,
        lang=draft.lang or lang or detect_lang(f"{heading}\n{draft.text}"),
        origin_url=draft.origin_url,
        stock_codes=draft.stock_codes,
        attachments=draft.attachments,
        page=page,
        fetched_at=fetched_at,
        raw=raw,
    )


def detect_lang(text: str) -> str:
    """`zh`, `zh-Hant` or `en` by script; empty for neither."""
    sample = text[:4000]
    han, latin = len(_HAN.findall(sample)), len(_LATIN.findall(sample))
    if han * 3 > latin and han:
        traditional = sum(1 for char in sample if char in _TRADITIONAL and char not in _SIMPLIFIED)
        simplified = sum(1 for char in sample if char in _SIMPLIFIED and char not in _TRADITIONAL)
        return "zh-Hant" if traditional > simplified else "zh"
    return "en" if latin else ""


def _reader(url: str, name: str) -> PageObject:
    if not name:
        return REGISTRY.page_for(url)
    reader = REGISTRY.named(name)
    if reader is None:
        raise ValueError(f"no page object is named {name!r}; there are {', '.join(REGISTRY.names)}")
    return reader
