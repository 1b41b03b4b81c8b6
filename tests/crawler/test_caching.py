"""Caching truth: what servers say is used as far as it is verified, and what did not change is never parsed."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import CrawlReport, SourceKind, SourceState, UrlState
from crawler.caching import (
    FULL_EVERY,
    MOST_UNVERIFIED,
    PROOFS,
    after_full,
    after_not_modified,
    after_probe,
    fresh_for,
    is_unchanged,
    seen,
    trust_only,
    validators,
    wants_probe,
)
from crawler.items import Distrust
from crawler.spiders import finder_for
from tests.crawler.conftest import job_for, run
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb
from tests.fakeweb.sites import article_html, rss

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
HEAD = "<rss><channel><title>报</title><lastBuildDate>{}</lastBuildDate>"


def feed(entry: str = "一", built: str = "Mon, 01 Jun 2026 02:00:00 GMT") -> bytes:
    """A feed of one entry; `built` is when it says that it was written."""
    return f"{HEAD.format(built)}<item><title>{entry}</title><pubDate>x</pubDate></item></channel></rss>".encode()


class TestJudging:
    """The pure part: what is asked, believed and forgotten."""

    def test_dates_in_the_head_of_a_feed_do_not_count_and_nothing_else_is_passed_over(self) -> None:
        """A feed that is written anew with each request is the same; another entry, or a date of an entry, is not."""
        known = after_full(UrlState(), seen(feed(), "", ""), NOW)
        assert is_unchanged(known, seen(feed(built="Tue, 02 Jun 2026 02:00:00 GMT"), "", ""))
        assert not is_unchanged(known, seen(feed("二"), "", ""))
        assert not is_unchanged(known, seen(feed().replace(b"<pubDate>x", b"<pubDate>y"), "", ""))
        page = b"<html><lastBuildDate>1</lastBuildDate><item>"
        before = after_full(UrlState(), seen(page, "", ""), NOW)
        assert not is_unchanged(before, seen(page.replace(b"1", b"2"), "", "")), "no feed"

    def test_a_list_is_verified_daily_and_after_many_304(self) -> None:
        """Validators are left out once in a while, although nothing is suspected."""
        known = after_full(UrlState(), seen(feed(), '"1"', "Mon"), NOW)
        assert validators(known, NOW) == {"If-None-Match": '"1"', "If-Modified-Since": "Mon"}
        once = after_not_modified(known)
        assert validators(once, NOW)
        assert validators(once, NOW + FULL_EVERY) == {}
        for _ in range(MOST_UNVERIFIED):
            known = after_not_modified(known)
        assert validators(known, NOW) == {}
        assert validators(after_full(known, seen(feed(), '"1"', "Mon"), NOW), NOW)

    def test_only_a_change_behind_a_304_is_put_to_the_test(self) -> None:
        """A question more is asked only where a 304 was believed and the content is another now."""
        known = after_full(UrlState(), seen(feed(), '"1"', ""), NOW)
        other = seen(feed("二"), '"2"', "")
        assert not wants_probe(known, other, NOW, asked=True)
        assert not wants_probe(known, other, NOW, asked=False), "nothing was believed since"
        assert wants_probe(after_not_modified(known), other, NOW, asked=False)
        assert not wants_probe(after_not_modified(known), seen(feed(), '"1"', ""), NOW, asked=False)
        assert not wants_probe(UrlState(), other, NOW, asked=False)

    def test_a_liar_is_asked_for_everything_until_it_has_told_the_truth(self) -> None:
        """Trust is lost at once and comes back after some proofs, of which one is taken a day."""
        known = after_probe(after_full(UrlState(), seen(feed(), '"1"', ""), NOW), lied=True, now=NOW)
        assert known.distrust is Distrust.LIES
        assert validators(known, NOW) == {}
        assert not wants_probe(known, seen(feed("二"), '"2"', ""), NOW, asked=False)
        for day in range(1, PROOFS + 1):
            assert known.distrust is Distrust.LIES
            later = NOW + day * FULL_EVERY
            came = seen(feed(str(day)), f'"{day}"', "")
            assert wants_probe(known, came, later, asked=False)
            known = after_probe(after_full(known, came, later), lied=False, now=later)
        assert known.distrust is Distrust.NONE
        assert validators(known, NOW + PROOFS * FULL_EVERY)

    def test_etags_that_change_without_the_bytes_are_not_shown_any_more(self) -> None:
        """Dates still are; after some answers with a steady ETag it is believed again."""
        known = after_full(UrlState(), seen(feed(), '"0"', "Mon"), NOW)
        for n in range(1, PROOFS + 1):
            known = after_full(known, seen(feed(), f'"{n}"', "Mon"), NOW)
        assert known.distrust is Distrust.CHURNS
        assert validators(known, NOW) == {"If-Modified-Since": "Mon"}
        for _ in range(PROOFS):
            known = after_full(known, seen(feed(), '"x"', "Mon"), NOW)
        assert known.distrust is Distrust.CHURNS, "the first of them was another one once more"
        known = after_full(known, seen(feed(), '"x"', "Mon"), NOW)
        assert known.distrust is Distrust.NONE
        assert "If-None-Match" in validators(known, NOW)

    def test_what_must_be_read_again_keeps_its_servers_reputation(self) -> None:
        """Validators and digests go, distrust stays."""
        known = after_full(UrlState(), seen(feed(), '"1"', ""), NOW)
        assert trust_only(known) is None
        left = trust_only(after_probe(known, lied=True, now=NOW))
        assert left is not None
        assert (left.etag, left.body_hash, left.distrust) == ("", "", Distrust.LIES)

    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), max_size=40))
    def test_no_history_makes_us_believe_more_than_was_read(self, history: list[tuple[int, int, bool]]) -> None:
        """Whatever was answered, validators shown are those of the last full answer, and never beyond the bounds."""
        known, now = UrlState(), NOW
        for body, tag, not_modified in history:
            now += dt.timedelta(hours=1)
            asked = validators(known, now)
            if not_modified and asked:
                known = after_not_modified(known)
            else:
                known = after_full(known, came := seen(feed(str(body)), f'"{tag}"', ""), now)
                assert known.body_hash == came.body_hash
            assert known.unverified <= MOST_UNVERIFIED
            shown = validators(known, now)
            assert shown.get("If-None-Match", known.etag) == known.etag


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=600"}, 600.0),
        ({"cache-control": "max-age=600", "age": "500"}, 100.0),
        ({"cache-control": "max-age=600", "age": "900"}, 0.0),
        ({"cache-control": "no-cache", "expires": "Mon, 01 Jun 2026 03:00:00 GMT"}, 0.0),
        ({"cache-control": "no-store, max-age=600"}, 0.0),
        ({"cache-control": "private, s-maxage=9"}, None),
        ({"expires": "Mon, 01 Jun 2026 03:00:00 GMT"}, 3600.0),
        ({"expires": "Mon, 01 Jun 2026 03:00:00 GMT", "date": "Mon, 01 Jun 2026 02:30:00 GMT"}, 1800.0),
        ({"expires": "0"}, 0.0),
        ({"cache-control": 'max-age="60"'}, 60.0),
        ({"cache-control": "max-age=-1"}, None),
    ],
)
def test_freshness_is_read_as_the_standard_says(headers: dict[str, str], seconds: float | None) -> None:
    """RFC 9111, sections 4.2.1 and 4.2.3."""
    assert fresh_for(headers, NOW) == seconds


@given(st.dictionaries(st.sampled_from(["cache-control", "age", "expires", "date"]), st.text(max_size=60)))
def test_no_header_breaks_it(headers: dict[str, str]) -> None:
    """Strangers write them."""
    found = fresh_for(headers, NOW)
    assert found is None or found >= 0


@dataclass
class Server:
    """A list whose content, ETag and honesty a test sets."""

    body: bytes = b""
    etag: str = ""
    always_304: bool = False
    conditional: list[bool] = field(default_factory=list)

    def __call__(self, request: FakeRequest) -> FakeResponse:
        shown = request.headers.get("if-none-match", "")
        self.conditional.append(bool(shown))
        tag = self.etag or f'"{hashlib.sha256(self.body).hexdigest()[:8]}"'
        if shown and (self.always_304 or shown == tag):
            return FakeResponse(status=304, headers=(("ETag", tag), ("Cache-Control", "max-age=120")))
        return FakeResponse(body=self.body, headers=(("ETag", tag), ("Content-Type", "text/xml")))


@pytest.fixture
def server(web: FakeWeb) -> Server:
    """A server at /feed.xml with a feed of one known entry."""
    serving = Server(body=rss(("一", web.url("/1.html"))).encode())
    web.add("/feed.xml", serving)
    web.add("/1.html", article_html("第一条新闻的标题"))
    web.add("/2.html", article_html("第二条新闻的标题"))
    return serving


def poll(web: FakeWeb, before: CrawlReport | None, **changes: Any) -> CrawlReport:
    """Poll once more; `changes` are made in the state of the list first, as if time had passed."""
    url, state = web.url("/feed.xml"), before.state if before else SourceState()
    if changes:
        state = SourceState(urls={url: replace(state.urls[url], **changes)})
    known = frozenset({web.url("/1.html")})
    return run(job_for(SourceKind.FEED, url, state=state, known=known))


def test_a_server_that_lies_is_found_out_and_its_news_arrive(web: FakeWeb, server: Server) -> None:
    """It answers 304 for ever: the daily full fetch brings what it hid, and from then on nothing conditional is sent."""
    first = poll(web, None)
    server.always_304, server.body = True, rss(("二", web.url("/2.html")), ("一", web.url("/1.html"))).encode()
    hidden = poll(web, first)
    assert (hidden.unchanged, hidden.fresh_for) == (True, 120.0)
    found = poll(web, hidden, full_at="2020-01-01T00:00:00+00:00")
    assert [article.title for article in found.articles] == ["第二条新闻的标题"]
    state = found.state.urls[web.url("/feed.xml")]
    assert state.distrust is Distrust.LIES
    assert server.conditional == [False, True, False, True], "a full fetch, and the question that convicts it"
    after = poll(web, found)
    assert server.conditional[4:] == [False]
    assert after.unchanged, "the same bytes are still not parsed"


def test_an_honest_server_passes_the_test(web: FakeWeb, server: Server) -> None:
    """What changed between two polls is no lie."""
    honest = poll(web, poll(web, None))
    server.body = rss(("二", web.url("/2.html"))).encode()
    found = poll(web, honest, full_at="2020-01-01T00:00:00+00:00")
    assert len(found.articles) == 1
    state = found.state.urls[web.url("/feed.xml")]
    assert (state.distrust, state.unverified) == (Distrust.NONE, 0)
    assert state.probed_at


def counted(monkeypatch: pytest.MonkeyPatch, kind: SourceKind, web: FakeWeb, **source: Any) -> list[str]:
    """The addresses of lists that are read from now on, by whichever finder."""
    finder, read = type(finder_for(job_for(kind, web.url("/list"), source=source).source)), []
    true_read = finder.read

    def reading(self: Any, poll: Any, answer: Any) -> Any:
        read.append(poll.url)
        return true_read(self, poll, answer)

    monkeypatch.setattr(finder, "read", reading)
    return read


API = {"items": "data", "fields": {"url": "link", "title": "title"}}
REPLY = '{{"data": [{{"link": "{one}", "title": "第一条新闻的标题"}}]}}'
LISTS: dict[str, tuple[SourceKind, dict[str, Any], str]] = {
    "feed": (SourceKind.FEED, {}, "FEED"),
    "listing": (
        SourceKind.LISTING,
        {"item": "li", "link": "a"},
        "<ul><li><a href='{one}'>第一条新闻的标题</a></li></ul>",
    ),
    "api": (SourceKind.API, API, REPLY),
    "jsonp": (SourceKind.API, {**API, "jsonp": True}, f"jQuery1_2({REPLY})"),
    "sitemap": (SourceKind.SITEMAP, {}, "<urlset><url><loc>{one}</loc></url></urlset>"),
}


@pytest.mark.parametrize("name", LISTS)
def test_identical_bytes_are_never_parsed(name: str, web: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever kind of list: the same bytes without any validator are not read a second time, a change is."""
    kind, options, body = LISTS[name]
    text = rss(("第一条", web.url("/1.html"))) if body == "FEED" else body.format(one=web.url("/1.html"))
    web.add("/list", text, headers={"Content-Type": "text/xml" if kind is not SourceKind.LISTING else "text/html"})
    web.add("/1.html", article_html("第一条新闻的标题"))
    read = counted(monkeypatch, kind, web, options=options)
    job = job_for(kind, web.url("/list"), source={"options": options}, known=frozenset({web.url("/1.html")}))
    first = run(job)
    assert (first.found, len(read), first.unchanged) == (1, 1, False)
    second = run(replace(job, state=first.state))
    assert (second.found, len(read), second.unchanged) == (0, 1, True)
    web.add("/list", text + " ", headers={"Content-Type": "text/html"})
    assert (run(replace(job, state=second.state)).found, len(read)) == (1, 2)


def test_a_feed_that_is_only_dated_anew_is_not_parsed(web: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    """`lastBuildDate` moves with each request, the entries do not."""
    made = iter(range(100))
    item = f"<item><title>第一条</title><link>{web.url('/1.html')}</link></item></channel></rss>"
    web.add("/list", lambda _: FakeResponse(body=(HEAD.format(next(made)) + item).encode()))
    web.add("/1.html", article_html("第一条新闻的标题"))
    read = counted(monkeypatch, SourceKind.FEED, web)
    job = job_for(SourceKind.FEED, web.url("/list"))
    first = run(job)
    assert len(first.articles) == len(read) == 1
    second = run(replace(job, state=first.state))
    assert (second.unchanged, len(read)) == (True, 1)
    assert second.state.urls[web.url("/list")].body_hash != first.state.urls[web.url("/list")].body_hash


@pytest.mark.parametrize(
    ("said", "headers", "seconds"),
    [
        ("<ttl>30</ttl>", {}, 1800.0),
        ("<ttl>30</ttl>", {"Cache-Control": "max-age=3600"}, 3600.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", {}, 900.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", {}, 86_400.0),
        ("<ttl>soon</ttl>", {}, None),
        ("", {"Cache-Control": "max-age=90"}, 90.0),
    ],
)
def test_what_a_feed_says_of_its_freshness_is_reported_and_remembered(
    said: str, headers: dict[str, str], seconds: float | None, web: FakeWeb
) -> None:
    """In its text or in its headers, whichever is longer; of unchanged bytes too, which are not parsed."""
    body = f"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>{said}</channel></rss>"
    web.add("/list", body, headers={"Content-Type": "text/xml", **headers})
    job = job_for(SourceKind.FEED, web.url("/list"))
    first = run(job)
    second = run(replace(job, state=first.state))
    assert second.unchanged
    assert (first.fresh_for, second.fresh_for) == (seconds, seconds)


def test_the_least_fresh_of_several_lists_counts(web: FakeWeb) -> None:
    """A source is as fresh as the first of its lists to change; one that says nothing may change at any time."""
    for name, headers in (("a", {"Cache-Control": "max-age=900"}), ("b", {"Cache-Control": "max-age=300"}), ("c", {})):
        web.add(f"/{name}", rss(), headers={"Content-Type": "text/xml", **headers})
    assert run(job_for(SourceKind.FEED, web.url("/a"), web.url("/b"))).fresh_for == 300.0
    assert run(job_for(SourceKind.FEED, web.url("/a"), web.url("/c"))).fresh_for is None
