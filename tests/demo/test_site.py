"""The sample web as a web server: what is visible when, conditional GET, robots.txt, missing pages."""

from __future__ import annotations

import json
import threading
from urllib.parse import quote
from urllib.robotparser import RobotFileParser

import pytest

from monitor.demo import DemoSite, load_articles, path_of
from tests.demo.conftest import START, Clock, Web

QUESTION = {"keyword": "长护险", "param": {"cmsArticleWebOld": {"pageIndex": 1, "pageSize": 20}}}
SEARCH = f"/east/search/jsonp?cb=jQuery1&param={quote(json.dumps(QUESTION))}"

PAGES = (
    "/",
    "/finews/",
    "/finews/category/beifangwang.html",
    "/finews/feed.xml",
    "/rss/",
    "/rss/news.xml",
    "/rss/hk.xml",
    "/ccgp/",
    "/ccgp/cggg/dfgg/index.htm",
    "/ccgp/cggg/dfgg/zbgg/index.htm",
    "/paper/",
    "/mirror/",
    "/mirror/en/news/",
    "/east/",
    SEARCH,
)


def test_articles_appear_in_time(web: Web) -> None:
    """At the start there is the baseline; each later article is a 404 until its second has come, then a page."""
    assert {a.id for a in web.site.view().articles} == {a.id for a in web.site.articles if a.baseline}
    late = sorted((a for a in web.site.articles if a.after is not None), key=lambda a: a.after or 0)
    for article in late:
        if article.site != "ccgp":  # the portal answers 200 to everything
            assert web.get(web.site.url_of(article)).status == 404
        web.clock.moment = START + (article.after or 0)
        reply = web.get(web.site.url_of(article))
        assert reply.status == 200
        assert web.site.view().articles[0].id == article.id
    assert web.clock.moment == web.site.last_arrival
    assert len(web.site.view().articles) == len(web.site.articles)


def test_releasing_shows_everything_at_once(web: Web) -> None:
    """`--once` need not wait: after the switch every article is served, and lists change."""
    before = web.get("/finews/category/beifangwang.html")
    web.site.release_all()
    web.clock.moment += 600
    web.site.release_all()
    assert len(web.site.view().articles) == len(web.site.articles)
    after = web.get("/finews/category/beifangwang.html", If_Modified_Since=before.headers["last-modified"])
    assert after.status == 200
    assert after.body != before.body
    assert all(web.get(web.site.url_of(a)).status == 200 for a in web.site.articles)


@pytest.mark.parametrize("site", ["finews", "rss", "ccgp", "paper", "mirror", "east"])
def test_a_site_opens_without_its_slash(web: Web, site: str) -> None:
    """Typing a site's name is enough to see its home page."""
    assert web.get(f"/{site}").body == web.get(f"/{site}/").body
    assert web.get(f"/{site}").status == 200


@pytest.mark.parametrize("page", PAGES)
def test_unchanged_pages_answer_304(web: Web, page: str) -> None:
    """A conditional GET of an unchanged page costs no body, by entity tag or by date."""
    first = web.get(page)
    assert first.status == 200
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for condition in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", W/{etag}'},
        {"If_Modified_Since": modified},
    ):
        again = web.get(page, **condition)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag


@pytest.mark.parametrize("page", PAGES)
def test_changed_pages_do_not(web: Web, page: str) -> None:
    """Once something new is listed, neither the old tag nor the old date gives 304."""
    first = web.get(page)
    web.clock.moment = web.site.last_arrival
    for condition in ({"If_None_Match": first.headers["etag"]}, {"If_Modified_Since": first.headers["last-modified"]}):
        again = web.get(page, **condition)
        assert again.status == 200
        assert again.body != first.body


def test_the_tag_outranks_the_date(web: Web) -> None:
    """Where both are sent only the entity tag counts (RFC 9110, section 13.2.2); a date that is none is ignored."""
    first = web.get("/rss/news.xml")
    stale = web.get("/rss/news.xml", If_None_Match='"other"', If_Modified_Since=first.headers["last-modified"])
    assert stale.status == 200
    assert web.get("/rss/news.xml", If_Modified_Since="yesterday").status == 200


def test_head_has_headers_and_no_body(web: Web) -> None:
    """HEAD tells the length that GET would have."""
    head, whole = web.get("/paper/", method="HEAD"), web.get("/paper/")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))
    assert head.headers["etag"] == whole.headers["etag"]


def test_robots(web: Web) -> None:
    """robots.txt allows the articles and forbids the advertisements that a list links."""
    robots = RobotFileParser()
    robots.parse(web.text("/robots.txt").splitlines())
    assert all(robots.can_fetch("baoxun", web.site.url_of(a)) for a in web.site.articles)
    assert not robots.can_fetch("baoxun", f"{web.site.base_url}/paper/ads/1.html")
    assert b"/paper/ads/1.html" in web.get("/paper/").body
    assert web.get("/paper/ads/1.html").status == 200


def test_missing_pages(web: Web) -> None:
    """Each site misses a page in its own way: Jekyll's 404 goes home, the portal says so with status 200."""
    finews = web.get("/finews/beifangwang/2022/01/01/NW202201010000000000.html")
    assert finews.status == 404
    assert "只保留三天" in finews.body.decode()
    portal = web.get("/ccgp/cggg/dfgg/zbgg/202601/t20260101_1.htm")
    assert portal.status == 200
    assert "错误页面" in portal.body.decode()
    for path in (
        "/nothing",
        "/rss/none.html",
        "/mirror/en/news/0.html",
        "/paper/n1/x.html",
        "/east/a/1.html",
        "/favicon.ico",
    ):
        assert web.get(path).status == 404


def test_addresses_are_distinct() -> None:
    """No two articles share an address, and none depends on when it is asked for."""
    with DemoSite() as one, DemoSite() as two:
        paths = [one.url_of(a).removeprefix(one.base_url) for a in one.articles]
        assert len(set(paths)) == len(paths)
        assert paths == [two.url_of(a).removeprefix(two.base_url) for a in two.articles]
        assert one.base_url != two.base_url


def test_closing_frees_the_port_and_ends_the_thread() -> None:
    """After `close` nothing listens and no thread is left; asking for an address is then an error."""
    site = DemoSite(articles=load_articles()[:1])
    with pytest.raises(RuntimeError, match="not been started"):
        _ = site.base_url
    with pytest.raises(RuntimeError, match="not been started"):
        site.view()
    site.start()
    site.close()
    site.close()
    assert "demo-site" not in {t.name for t in threading.enumerate()}
    with pytest.raises(RuntimeError, match="not been started"):
        _ = site.base_url


def test_the_front_page_counts_what_is_there(web: Web) -> None:
    """A person who opens the sample web finds its six sites and the newest headlines."""
    front = web.text("/")
    for path in ("/finews/", "/rss/", "/ccgp/", "/paper/", "/mirror/", "/east/"):
        assert f'<a href="{path}">' in front
    web.clock.moment = START + 4
    newest = next(a for a in web.site.articles if a.after == 4)
    assert f'<li><a href="{path_of(newest)}">{newest.title}</a></li>' in web.text("/")


def test_a_held_site_waits_for_its_clock() -> None:
    """However long a slow visitor takes, nothing new appears before `start_clock`; a single run releases everything."""
    clock = Clock()
    with DemoSite(clock, held=True) as site:
        before = {a.id for a in site.view().articles}
        clock.moment += 3_600
        assert {a.id for a in site.view().articles} == before
        site.start_clock()
        clock.moment = site.last_arrival
        everything = {a.id for a in site.view().articles}
    assert everything > before
    with DemoSite(clock, held=True) as other:
        other.release_all()
        assert {a.id for a in other.view().articles} == everything
