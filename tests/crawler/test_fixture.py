"""Saved crawls: what was saved is read the same when it is served again, and no secret is in it.

Every folder in `tests/crawler/fixtures` is replayed; docs/adding-a-source.md tells how one gets there.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler import CrawlReport, Exchange, NotAFixtureError, SourceSpec, save_fixture
from crawler.catalogue import EntryState, entries, entry
from crawler.fixture import fields, read_fixture
from crawler.items import CrawlJob, SourceKind
from tests.crawler.conftest import FAST, run
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb, catalogue
from tests.fakeweb.saved import plain, serve
from tests.fakeweb.sites import article_html, rss

SAVED = sorted(folder for folder in (Path(__file__).parent / "fixtures").iterdir() if folder.is_dir())


def crawl_and_save(web: FakeWeb, source: SourceSpec, folder: Path, articles: int = 3) -> CrawlReport:
    """One crawl through the web, saved."""
    exchanges: list[Exchange] = []
    settings = replace(FAST, proxy=web.proxy, deadline=60.0)
    job = CrawlJob(source=source, settings=settings, max_articles=articles, on_exchange=exchanges.append)
    report = run(job)
    save_fixture(folder, job, exchanges, report)
    return report


def replay(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is read of a saved crawl now, and what was read then."""
    fixture = read_fixture(folder)
    with FakeWeb() as web:
        job = CrawlJob(
            source=serve(web, fixture),
            settings=replace(FAST, proxy=web.proxy, deadline=60.0),
            max_articles=fixture.max_articles,
        )
        return plain(fields(run(job))), plain(fixture.golden)


@pytest.mark.parametrize("folder", SAVED, ids=lambda folder: folder.name)
def test_saved_pages_are_read_as_before(folder: Path) -> None:
    """Each article's fields are the golden ones."""
    got, golden = replay(folder)
    assert got == golden
    assert golden["articles"], "a fixture without articles proves nothing"


LIVE = [one.name for one in entries() if one.state is not EntryState.OFF]


@pytest.mark.parametrize("name", LIVE)
def test_what_was_saved_is_read_the_same(web: FakeWeb, tmp_path: Path, name: str) -> None:
    """Every live entry of the catalogue, from the wire to the files and back: all ways of finding links, all page objects."""
    catalogue.serve(web, entry(name), dt.datetime.now(dt.UTC))
    source = catalogue.with_few_words(catalogue.on_loopback(entry(name)))
    report = crawl_and_save(web, source, tmp_path / "saved")
    assert 0 < len(report.articles) <= 3
    got, golden = replay(tmp_path / "saved")
    assert got == golden == plain(json.loads(json.dumps(fields(report))))


def test_no_secret_is_saved(web: FakeWeb, tmp_path: Path) -> None:
    """Cookies, credentials and tokens are in no file, wherever the site repeats them; the name of the crawler neither."""
    cookie, token, key = "c00kie-9f8e7d6c5b4a", "t0ken-1a2b3c4d5e6f", "k3y-abcdef0123456789"
    page = article_html("有令牌的文章") + f"<!-- {token} {cookie} {key} -->"
    body = rss(("一", f"http://news.example/a.html?access_token={token}"))

    def listed(request: FakeRequest) -> FakeResponse:
        headers = (
            ("Content-Type", "application/rss+xml"),
            ("Set-Cookie", f"SESSIONID={cookie}; Path=/"),
            ("X-Auth-Token", token),
        )
        return FakeResponse(body=body.encode(), headers=headers)

    web.add("http://news.example/feed.xml", listed)
    web.add("http://news.example/a.html", page)
    web.add("http://news.example/", "<html>front</html>", headers={"Set-Cookie": f"SESSIONID={cookie}; Path=/"})
    source = SourceSpec(
        name="private", kind=SourceKind.FEED, urls=(f"http://news.example/feed.xml?key={key}",),
        warm_up="http://news.example/",
    )  # fmt: skip
    report = crawl_and_save(web, source, tmp_path / "saved")
    assert len(report.articles) == 1
    assert any(cookie in request.headers.get("cookie", "") for request in web.requests), "the crawl itself used it"
    for file in (tmp_path / "saved").rglob("*"):
        if file.is_file():
            told = file.read_bytes()
            assert [secret for secret in (cookie, token, key) if secret.encode() in told] == [], file.name
            assert FAST.user_agent.encode() not in told
    got, golden = replay(tmp_path / "saved")
    assert got == golden


def test_a_search_word_is_no_secret(web: FakeWeb, tmp_path: Path) -> None:
    """`key=` may well be what is searched for: words of people stay."""
    web.add("http://news.example/feed.xml", rss(("一", "http://news.example/a.html")))
    web.add("http://news.example/a.html", article_html("大病保险的文章"))
    source = SourceSpec(
        name="s", kind=SourceKind.FEED, urls=("http://news.example/feed.xml?key=大病&author=somebodyelse",)
    )
    crawl_and_save(web, source, tmp_path / "saved")
    assert "大病保险的文章" in (tmp_path / "saved" / "golden.json").read_text(encoding="utf-8")
    assert "somebodyelse" in (tmp_path / "saved" / "exchanges.json").read_text(encoding="utf-8")


def test_packed_bodies_are_unpacked(web: FakeWeb, tmp_path: Path) -> None:
    """Files that people read and compare."""
    body = rss(("一", "http://news.example/a.html"))
    packed = gzip.compress(body.encode())
    web.add("http://news.example/feed.xml", packed, headers={"Content-Encoding": "gzip", "Content-Type": "text/xml"})
    web.add("http://news.example/a.html", article_html("压缩过的列表"))
    crawl_and_save(
        web, SourceSpec(name="s", kind=SourceKind.FEED, urls=("http://news.example/feed.xml",)), tmp_path / "saved"
    )
    files = {file.suffix: file.read_bytes() for file in (tmp_path / "saved" / "bodies").iterdir()}
    assert b"<item>" in files[".xml"]
    got, golden = replay(tmp_path / "saved")
    assert got == golden


def test_nothing_else_is_overwritten(web: FakeWeb, tmp_path: Path) -> None:
    """A folder with other things in it is left alone; an earlier fixture is replaced as a whole."""
    web.add(
        "http://news.example/feed.xml", rss(("一", "http://news.example/a.html"), ("二", "http://news.example/b.html"))
    )
    for name in "ab":
        web.add(f"http://news.example/{name}.html", article_html(f"第{name}篇"))
    source = SourceSpec(name="s", kind=SourceKind.FEED, urls=("http://news.example/feed.xml",))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(NotAFixtureError, match="not empty"):
        crawl_and_save(web, source, tmp_path / "mine")
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["letter.txt"]
    crawl_and_save(web, source, tmp_path / "saved")
    many = len(list((tmp_path / "saved" / "bodies").iterdir()))
    crawl_and_save(web, source, tmp_path / "saved", articles=1)
    assert len(list((tmp_path / "saved" / "bodies").iterdir())) == many - 1
