"""A form to an address that a stranger named: taken, refused, lost, or never sent; under the manners of crawls."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler import FormAnswer, FormOutcome, Manners, SourceKind, SourceSpec, post_form, run_with_reactor
from crawler.forms import MAX_ANSWER
from tests.crawler.conftest import FAST
from tests.fakeweb import FakeWeb
from tests.fakeweb.server import FakeRequest, FakeResponse

FORM = {"hub.mode": "subscribe", "hub.topic": "https://新闻.example/a b&c", "hub.secret": "s3cret"}
OWN = SourceSpec(name="test", kind=SourceKind.FEED, urls=("https://news.example/feed",), allow_private=True)


def send(url: str, *, source: SourceSpec = OWN, manners: Manners | None = None, **settings: Any) -> FormAnswer:
    return run_with_reactor(lambda: post_form(source, url, FORM, settings=replace(FAST, **settings), manners=manners))


def test_a_form_arrives_as_it_was_meant(web: FakeWeb) -> None:
    """URL-encoded, with the name that crawls go by, and without a question for robots.txt."""
    url = web.add("/hub", "", status=202)
    assert send(url, user_agent="me/1") == FormAnswer(outcome=FormOutcome.ACCEPTED, status=202)
    (request,) = web.requests
    assert (request.method, request.form, request.headers["user-agent"]) == ("POST", FORM, "me/1")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("answer", "outcome", "text"),
    [
        (FakeResponse(status=204), FormOutcome.ACCEPTED, ""),
        (FakeResponse(status=400, body="topic 未知\r\nunknown\x1b[31m".encode()), FormOutcome.REFUSED,
         "HTTP 400: topic 未知 unknown[31m"),
        (FakeResponse(status=403, body=b"<html>long page</html>"), FormOutcome.REFUSED, "HTTP 403"),
        (FakeResponse(status=404, body=b"x" * 5_000), FormOutcome.REFUSED, f"HTTP 404: {'x' * 290}"),
        (FakeResponse(status=302, headers=(("Location", "https://elsewhere.example/"),)), FormOutcome.REFUSED,
         "HTTP 302: leads to https://elsewhere.example/"),
        (FakeResponse(status=500), FormOutcome.UNREACHABLE, "HTTP 500"),
        (FakeResponse(status=202, body=b"x" * (MAX_ANSWER + 1)), FormOutcome.REFUSED, "the body is over the cap"),
        (FakeResponse(hang_up=True), FormOutcome.UNREACHABLE, None),
    ],
)  # fmt: skip
def test_what_an_answer_means(web: FakeWeb, answer: FakeResponse, outcome: FormOutcome, text: str | None) -> None:
    found = send(web.add("/hub", lambda _: answer))
    assert found.outcome is outcome
    assert found.text == text if text is not None else found.text
    assert len(web.requests) == 1, "asked once: who sends a form decides when to try again"


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_rest_gets_it(web: FakeWeb, status: int) -> None:
    """It says for how long, and a second form within that time is not sent."""
    url, manners = web.add("/hub", "", status=status, headers={"Retry-After": "3600"}), Manners()
    assert send(url, manners=manners).retry_after == 3600
    again = send(url, manners=manners)
    assert again.outcome is FormOutcome.UNREACHABLE
    assert 3_000 < (again.retry_after or 0) <= 3600
    assert len(web.requests) == 1


def test_a_slow_server_is_given_up(web: FakeWeb) -> None:
    web.add("/hub", lambda _: FakeResponse(status=202, body=b"slow", drip=30.0))
    assert send(web.url("/hub"), timeout=0.3).outcome is FormOutcome.UNREACHABLE


@pytest.mark.parametrize("status", [307, 308])
def test_a_hub_that_moved_is_followed_with_the_form(web: FakeWeb, status: int) -> None:
    web.add("/hub", "", status=status, headers={"Location": "/new"})
    web.add("/new", "", status=202)
    assert send(web.url("/hub")).outcome is FormOutcome.ACCEPTED
    assert web.asked("/new")[0].form == FORM


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "2130706433"])
def test_a_feed_cannot_send_a_form_into_the_house(web: FakeWeb, host: str) -> None:
    """Not even to the origin that the operator wrote as the feed's own address: what stands there takes forms, too."""
    url = f"http://{host}:{web.port}/hub"
    web.add("/hub", "", status=202)
    for urls in (("https://news.example/feed",), (url,)):
        found = send(url, source=replace(OWN, urls=urls, allow_private=False))
        assert found.outcome is FormOutcome.ADDRESS, found
    assert not web.requests


def test_a_redirect_does_not_lead_there_either(web: FakeWeb) -> None:
    """Link-local addresses are closed to all, also where private ones are open."""
    web.add("/hub", "", status=307, headers={"Location": "http://169.254.169.254/latest/meta-data"})
    found = send(web.url("/hub"))
    assert (found.outcome, found.text) == (FormOutcome.ADDRESS, "169.254.169.254 is a cloud metadata address")


def test_forms_keep_the_spacing_of_their_host(web: FakeWeb) -> None:
    manners = Manners()
    send(web.add("/hub", "", status=202), source=replace(OWN, delay=500.0), manners=manners)
    assert 400 < manners.pace.reserve(f"127.0.0.1:{web.port}", 0) <= 500


def test_what_a_form_says_is_in_no_answer(web: FakeWeb) -> None:
    """The form carries a secret: nothing that fails may repeat it."""

    def hang_up(request: FakeRequest) -> FakeResponse:
        return FakeResponse(hang_up=True)

    web.add("/hub", hang_up)
    assert "s3cret" not in repr(send(web.url("/hub")))
