"""Hubs that lists name: in headers, in Atom, RSS and JSON, by honest publishers and by hostile ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import SourceKind, SourceState
from crawler.feeds import read_feed
from crawler.hubs import NO_HUBS, HubLinks, announced, hub_links, link_header
from tests.crawler.conftest import job_for, run
from tests.fakeweb import FakeWeb
from tests.fakeweb.server import FakeResponse

FEED = "https://news.example/feed.xml"
HUB = "https://hub.example/"
ATOM = "http://www.w3.org/2005/Atom"


def rss(channel: str = "", item: str = "") -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0" xmlns:atom="{ATOM}"><channel><title>t</title><link>/</link>{channel}'
        f"<item><title>一</title><link>/1</link>{item}</item></channel></rss>"
    )


LINKS = '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://news.example/rss"/>'


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(LINKS), id="rss"),
        pytest.param(
            f'<feed xmlns="{ATOM}"><title>t</title><link rel="self" href="/rss"/><link rel="HUB" href="{HUB}"/>'
            "<entry><title>a</title></entry></feed>",
            id="atom, relative, capitals",
        ),
        pytest.param(
            json.dumps({
                "items": [], "feed_url": "https://news.example/rss",
                "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": HUB}],
            }),
            id="json feed",
        ),
    ],
)  # fmt: skip
def test_a_feed_names_its_hub_and_itself(body: str) -> None:
    assert read_feed(body.encode(), FEED).hubs == HubLinks(hubs=(HUB,), topic="https://news.example/rss")


def test_an_entry_cannot_name_a_hub() -> None:
    """Entries are often taken from elsewhere; the feed alone speaks for itself."""
    assert read_feed(rss(item=LINKS).encode(), FEED).hubs == NO_HUBS


@pytest.mark.parametrize("hubs", [None, "https://hub.example/", {}, [1, None, {"type": "WebSub"}], [{"url": HUB}]])
def test_a_json_feed_of_another_shape_names_none(hubs: object) -> None:
    assert read_feed(json.dumps({"items": [], "hubs": hubs}).encode(), FEED).hubs == NO_HUBS


@pytest.mark.parametrize(
    ("header", "pairs"),
    [
        ('<https://h/>; rel="hub"', (("hub", "https://h/"),)),
        ('<https://h/>; rel=hub, <https://t/a,b>; title="a, b"; rel="self alternate"',
         (("hub", "https://h/"), ("self alternate", "https://t/a,b"))),
        ('<https://h/>;rel=hub;rel=self', (("hub", "https://h/"),)),
        ("<https://h/>", (("", "https://h/"),)),
        ("https://h/; rel=hub", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_link_headers_as_rfc_8288_writes_them(header: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert link_header(header) == pairs


def test_what_headers_say_wins() -> None:
    told = HubLinks(hubs=("https://told.example/",), topic="https://news.example/told")
    assert announced((f'<{HUB}>; rel="hub"', '<https://news.example/self>; rel="self"'), told, FEED) == HubLinks(
        hubs=(HUB,), topic="https://news.example/self"
    )
    assert announced((), told, FEED) == told
    assert announced((f"<{HUB}>; rel=hub",), NO_HUBS, FEED) == HubLinks(hubs=(HUB,), topic=FEED), (
        "known as it was asked"
    )
    assert announced(("<https://news.example/self>; rel=self",), NO_HUBS, FEED) == NO_HUBS, "a name alone is no hub"


@pytest.mark.parametrize(
    "href",
    [
        "ftp://hub.example/",
        "javascript:alert(1)",
        "data:text/plain,hub",
        "https://user:word@hub.example/",
        "https://hub.example:0/",
        "https://hub.example:99999/",
        "https://hub.example/a b",
        "https://hub.example/" + "a" * 2_000,
        "http://[::1",
        "",
    ],
)
def test_nobody_is_sent_there(href: str) -> None:
    assert hub_links([("hub", href)], FEED) == NO_HUBS


def test_only_so_many_hubs_are_kept_and_each_once() -> None:
    many = [("hub", f"https://h{n // 2}.example/#{n}") for n in range(100)]
    assert hub_links(many, FEED).hubs == tuple(f"https://h{n}.example/" for n in range(4))


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    assert all(isinstance(rel, str) and isinstance(href, str) for rel, href in link_header(header))


def test_a_long_header_is_no_burden() -> None:
    """Characters beyond the first few thousand are not read, whatever they are."""
    assert len(link_header('<a>; rel="' * 100_000)) < 1_000
    assert link_header("<a>;" + " ; ;" * 100_000) == (("", "a"),)


def test_a_crawl_keeps_what_the_list_says_for_as_long_as_it_does_not_change(web: FakeWeb) -> None:
    """Unchanged bytes and 304 keep it; a list that is read and names no hub any more forgets it."""
    web.add("/feed.xml", rss(LINKS), headers={"ETag": '"1"', "Content-Type": "application/rss+xml"})
    web.add("/1", "<html></html>")
    feed, known = web.url("/feed.xml"), frozenset({web.url("/1")})

    def read(before: SourceState) -> SourceState:
        return run(job_for(SourceKind.FEED, feed, state=before, known=known)).state

    def said(state: SourceState) -> HubLinks:
        return HubLinks(hubs=state.urls[feed].hubs, topic=state.urls[feed].topic)

    told = HubLinks(hubs=(HUB,), topic="https://news.example/rss")
    first = read(SourceState())
    assert said(first) == told
    assert said(read(first)) == told, "the same bytes"

    web.add("/feed.xml", lambda _: FakeResponse(status=304))
    assert said(read(first)) == told, "304"

    web.add("/feed.xml", rss(), headers={"Link": f"<{HUB}>; rel=hub"})
    assert said(read(first)) == HubLinks(hubs=(HUB,), topic=feed), "by its headers"

    web.add("/feed.xml", rss())
    assert said(read(first)) == NO_HUBS
