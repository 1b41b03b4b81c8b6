"""The crawler's own page objects read every sample page as it was written: the demo proves the real extraction."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler.errors import ExtractionError
from crawler.pages import REGISTRY
from crawler.pages.base import Draft, Page
from monitor.demo import DemoArticle, load_articles
from monitor.demo.finews import BROKEN_POST
from tests.demo.conftest import Web

NOW = dt.datetime(2026, 9, 21, tzinfo=dt.UTC)
NAMED = {"finews": "finews", "ccgp": "ccgp", "east": "eastmoney"}


def read(web: Web, url: str, site: str) -> Draft:
    """What the page object that the demo's configuration names makes of a page."""
    reply = web.get(url)
    reader = REGISTRY.named(NAMED.get(site, "generic"))
    assert reader is not None
    return reader.read(Page(url, reply.body, tuple(reply.headers.items()), fetched_at=NOW))


@pytest.fixture
def whole(web: Web) -> Web:
    web.site.release_all()
    return web


@pytest.mark.parametrize("article", load_articles(), ids=lambda a: a.id)
def test_pages_are_read_as_written(whole: Web, article: DemoArticle) -> None:
    """Title, time and every line of the text come out; frames, charts, tail links and related stories do not."""
    draft = read(whole, whole.site.url_of(article), article.site)
    assert draft.title == article.title
    assert draft.published is not None
    assert abs(draft.published.at - article.published) < dt.timedelta(minutes=1)
    lines = article.text.replace("**", "").split("\n")
    found = draft.text.split("\n")
    assert [line for line in lines if line not in found] == []
    if article.site != "ccgp":  # a notice's summary table is text, too
        assert found == lines


def test_stock_codes_are_kept(whole: Web) -> None:
    """The listed company of a chart is metadata of the article."""
    article = next(a for a in whole.site.articles if a.id == "chongqing")
    draft = read(whole, whole.site.url_of(article), "finews")
    assert set(draft.stock_codes) == {"601336", "01336.HK"}


def test_the_broken_post_is_an_extraction_error(whole: Web) -> None:
    """A post without title and text is refused by name, not read as something else."""
    with pytest.raises(ExtractionError):
        read(whole, BROKEN_POST, "finews")
