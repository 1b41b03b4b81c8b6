"""From an answered page, or from a list's entry that carries it whole, to an article; what neither says, the link says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from scrapy.http import Response

from crawler.errors import ExtractionError
from crawler.extract import read_page, to_article
from crawler.items import CrawledArticle, CrawlJob, RawPage, Skipped, SourceSpec
from crawler.journal import Outcome
from crawler.pages.base import Draft, Page, parse_html
from crawler.pages.blocks import blocks_of, joined
from crawler.spiders.base import Link
from crawler.spiders.responses import unreadable
from crawler.urls import canonicalise


def read_article(source: SourceSpec, response: Response, link: Link) -> CrawledArticle:
    """The article on a page. Takes long enough to be called in a thread; raises `ExtractionError` and its kin."""
    fetched_at = dt.datetime.now(dt.UTC)
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    page = Page(response.url, response.body, headers, fetched_at=fetched_at, encoding=source.encoding)
    draft, reader = read_page(page, source.page)
    raw = RawPage(url=response.url, status=response.status, headers=headers, body=response.body, fetched_at=fetched_at)
    # A page found by redirect is known next time by the link that led to it; a text address is not the article's.
    url = link.url if link.text_url else response.url
    return _completed(source, draft, url, link, reader, fetched_at, raw)


def inline_article(job: CrawlJob, link: Link) -> Outcome:
    """What becomes of a link whose list carries the article: as HTML, or as plain text."""
    try:
        draft = _inline_draft(link)
        article = _completed(job.source, draft, link.url, link, "list", dt.datetime.now(dt.UTC), None)
    except ExtractionError as error:
        return unreadable(link.url, error.problem, "switch full content off")
    return within_window(job, link, article)


def within_window(job: CrawlJob, link: Link, article: CrawledArticle) -> Outcome:
    """The article, or, where the list gave no date and the page's is outside the window, that it is passed over."""
    if link.published is None and article.published is not None:
        if job.since is not None and article.published < job.since:
            return Skipped(url=link.url, reason="too_old")
        if job.until is not None and article.published > job.until:
            return Skipped(url=link.url, reason="too_new")
    return article


def _completed(
    source: SourceSpec, draft: Draft, url: str, link: Link, reader: str, fetched_at: dt.datetime, raw: RawPage | None
) -> CrawledArticle:
    article = to_article(
        draft,
        url,
        page=reader,
        fetched_at=fetched_at,
        publisher=source.publisher,
        raw=raw,
        title=link.title,
        published=link.published,
        source=link.source,
        lang=source.lang,
    )
    led_here = canonicalise(link.url)
    keys = article.keys if led_here == article.canonical_url else (*article.keys, led_here)
    return replace(article, keys=keys, author=article.author or link.author)


def _inline_draft(link: Link) -> Draft:
    if "<" in link.text:
        text = joined(blocks_of(parse_html(f"<div>{link.text}</div>", link.url)))
    else:
        text = "\n".join(line.strip(" 　\t") for line in link.text.splitlines() if line.strip(" 　\t"))
    if not text:
        raise ExtractionError(link.url, "the list's entry has no text")
    return Draft(title=link.title, text=text)
