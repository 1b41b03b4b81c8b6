"""Crawls that strangers try to lead into the house: links, redirects, names; against real servers and a DNS of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from crawler import CrawlReport, FailureKind, SourceKind, run_with_reactor
from crawler.connecting import install_checks
from tests.crawler.conftest import FAST, job_for, run
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb
from tests.fakeweb.sites import article_html, rss

ARTICLE = article_html("一篇写给外人看的文章")


@implementer(IHostnameResolver)
@dataclass
class Names:
    """A DNS that answers from a table: a name has a list of answers, given in turn, the last one for ever."""

    answers: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self, receiver: Any, name: str, port: int = 0, types: Sequence[Any] | None = None, semantics: str = "TCP"
    ) -> Any:
        self.asked.append(name)
        turns = self.answers.get(name, [(name,)] if name[0].isdigit() else [()])
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        receiver.resolutionBegan(self)
        for address in addresses:
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
        return self


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """The reactor asks this DNS."""

    async def reactor() -> Any:
        from twisted.internet import reactor

        return reactor

    resolver, fake = install_checks(run_with_reactor(reactor)), Names()
    monkeypatch.setattr(resolver, "inner", fake)
    return fake


def crawl_links(web: FakeWeb, *links: str, **source: Any) -> CrawlReport:
    """Crawl a feed on the web's own literal address that links to `links`."""
    body = rss(*((f"条目 {number}", link) for number, link in enumerate(links)))
    web.add("/feed.xml", body, headers={"Content-Type": "application/rss+xml"})
    return run(job_for(SourceKind.FEED, web.url("/feed.xml"), source=source))


def refusals(report: CrawlReport) -> list[str]:
    """What was refused for its address; nothing may have failed otherwise."""
    assert {failure.kind for failure in report.failures} <= {FailureKind.ADDRESS}
    return [failure.detail for failure in report.failures]


def at(host: str, web: FakeWeb, path: str) -> str:
    """The web under another host name."""
    return f"http://{host}:{web.port}{path}"


@pytest.fixture
def inside() -> Iterator[FakeWeb]:
    """A server that no stranger may lead us to."""
    with FakeWeb() as running:
        running.add("/secret.html", ARTICLE)
        yield running


def test_a_link_to_another_private_server_is_refused(web: FakeWeb, inside: FakeWeb) -> None:
    """A source on loopback reaches its own origin; a link from it to another port is refused, with what to do."""
    web.add("/own.html", ARTICLE)
    report = crawl_links(web, web.url("/own.html"), inside.url("/secret.html"))
    assert [article.url for article in report.articles] == [web.url("/own.html")]
    assert refusals(report) == ["127.0.0.1 is a loopback address"]
    assert "allow_private" in report.failures[0].hint
    assert inside.requests == []


def test_a_redirect_into_the_house_is_refused(web: FakeWeb, inside: FakeWeb) -> None:
    """The target of a redirect is judged like any other address, whatever it is written as."""
    for number, target in enumerate(
        (inside.url("/secret.html"), at("localhost", inside, "/"), at("[::ffff:127.0.0.1]", inside, "/"))
    ):
        web.add(f"/{number}.html", FakeResponse(status=302, headers=(("Location", target),)))
    report = crawl_links(web, *(web.url(f"/{number}.html") for number in range(3)))
    assert len(refusals(report)) == 3
    assert all("loopback" in detail for detail in refusals(report))
    assert inside.requests == []


def test_a_refresh_into_the_house_is_refused(web: FakeWeb, inside: FakeWeb) -> None:
    """So is the target of a meta refresh."""
    web.add(
        "/r.html", f'<html><head><meta http-equiv="refresh" content="0;url={inside.url("/secret.html")}"></head></html>'
    )
    assert len(refusals(crawl_links(web, web.url("/r.html")))) == 1
    assert inside.requests == []


@pytest.mark.parametrize("spelled", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_an_odd_spelling_is_judged_by_what_it_means(web: FakeWeb, inside: FakeWeb, spelled: str) -> None:
    """The system's resolver reads numbers in its own ways; its answer is what is judged."""
    report = crawl_links(web, at(spelled, inside, "/secret.html"))
    assert report.articles == ()
    assert inside.requests == []


def test_a_name_that_resolves_into_the_house_is_refused(web: FakeWeb, names: Names) -> None:
    """A public name with a private address is refused before a byte is sent; the reason names both."""
    names.answers["news.example"] = [("10.0.0.7",)]
    names.answers["cloud.example"] = [("169.254.169.254",)]
    names.answers["six.example"] = [("::ffff:7f00:1", "fd00::1")]
    report = crawl_links(web, *(f"http://{host}/a.html" for host in names.answers))
    assert sorted(refusals(report)) == [
        "cloud.example (169.254.169.254) is a cloud metadata address",
        "news.example (10.0.0.7) is a private address",
        "six.example (::ffff:7f00:1) is a loopback address",
    ]
    hints = {failure.detail.split()[0]: failure.hint for failure in report.failures}
    assert "allow_private" in hints["news.example"]
    assert "allow_private" not in hints["cloud.example"]


def test_a_name_without_address_is_no_refusal(web: FakeWeb, names: Names) -> None:
    """A name that does not exist stays what it was: unreachable."""
    report = crawl_links(web, "http://nobody.example/a.html")
    assert [failure.kind for failure in report.failures] == [FailureKind.UNREACHABLE]
    assert "the host name has no address" in report.failures[0].detail


def test_allow_private_opens_a_source(web: FakeWeb, inside: FakeWeb, names: Names) -> None:
    """With `allow_private` names and links may lead to loopback; the connection goes to the address that was judged."""
    names.answers["intranet.example"] = [("127.0.0.1",)]
    report = crawl_links(web, at("intranet.example", inside, "/secret.html"), allow_private=True)
    assert len(report.articles) == 1
    assert {request.host for request in inside.requests} == {f"intranet.example:{inside.port}"}


def test_allow_private_is_no_way_to_metadata(web: FakeWeb, names: Names) -> None:
    """What nobody may reach stays refused."""
    names.answers["cloud.example"] = [("100.100.100.200",)]
    assert refusals(crawl_links(web, "http://cloud.example/latest/meta-data/", allow_private=True))


def test_rebinding_finds_no_second_look_up(web: FakeWeb, inside: FakeWeb, names: Names) -> None:
    """A name that turns private after its first answer: each connection is made from one answer, and that one is judged."""
    names.answers["rebind.example"] = [("169.254.0.1",), ("127.0.0.1",)]
    report = crawl_links(web, at("rebind.example", inside, "/secret.html"))
    assert refusals(report) == ["rebind.example (169.254.0.1) is a link-local address"]
    assert names.asked.count("rebind.example") == 1
    assert inside.requests == []


def test_of_mixed_addresses_the_permitted_are_used(web: FakeWeb, inside: FakeWeb, names: Names) -> None:
    """A host with several addresses is reached at those that are permitted, and only there."""
    names.answers["mixed.example"] = [("169.254.169.254", "127.0.0.1", "0.0.0.0")]
    report = crawl_links(web, at("mixed.example", inside, "/secret.html"), allow_private=True)
    assert len(report.articles) == 1


def test_a_kept_connection_that_was_lost_is_made_again_under_the_same_guard(web: FakeWeb) -> None:
    """The second connection to a trusted loopback origin is as permitted as the first."""

    def closing(request: FakeRequest) -> FakeResponse:
        return FakeResponse(
            body=ARTICLE.encode() if isinstance(ARTICLE, str) else ARTICLE, headers=(("Connection", "close"),)
        )

    for number in range(4):
        web.add(f"/{number}.html", closing)
    assert len(crawl_links(web, *(web.url(f"/{number}.html") for number in range(4))).articles) == 4


def test_robots_of_a_refused_host_is_never_asked_for_nor_remembered(web: FakeWeb, inside: FakeWeb) -> None:
    """The refusal is this source's; it does not spoil robots.txt for a source that may go there."""
    report = crawl_links(web, inside.url("/secret.html"))
    assert refusals(report)
    assert inside.requests == []
    again = crawl_links(web, inside.url("/secret.html"), allow_private=True)
    assert len(again.articles) == 1


def test_a_proxy_is_not_asked_for_private_addresses(web: FakeWeb) -> None:
    """Behind a proxy names are the proxy's to resolve; an address that stands in the URL is judged all the same."""
    from dataclasses import replace

    settings = replace(FAST, proxy=web.proxy)
    feed = rss(
        ("内部", "http://192.168.0.1/a.html"),
        ("元数据", "http://169.254.169.254/b.html"),
        ("外部", "http://news.example/c.html"),
    )
    web.add("http://list.example/feed.xml", feed, headers={"Content-Type": "application/rss+xml"})
    web.add("http://news.example/c.html", ARTICLE)
    report = run(job_for(SourceKind.FEED, "http://list.example/feed.xml", settings=settings))
    assert [article.url for article in report.articles] == ["http://news.example/c.html"]
    assert len(refusals(report)) == 2
    assert {request.host for request in web.requests} == {"list.example", "news.example"}
