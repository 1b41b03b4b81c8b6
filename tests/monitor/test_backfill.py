"""Backfill: what a run does with windows, words, bans, moving lists and failures, and what the next run makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from crawler import SourceKind, SourceSpec
from crawler.catalogue import entry
from crawler.dates import CHINA
from monitor import backfill as use_case
from monitor.backfill import BackfillReport
from monitor.errors import UsageError
from monitor.records import ArticleFilter
from monitor.storage import Store
from tests.conftest import FrozenClock
from tests.fakeweb import FakeRequest, FakeResponse, FakeWeb, gov_procurement
from tests.fakeweb.catalogue import MEDIA, on_loopback, window_of
from tests.fakeweb.media import JSON, as_json, html_paragraphs, page
from tests.monitor.backfilled import Fuse, FusedStore, KilledError, backfill, stored

HOST = "http://list.example"
NOW = dt.datetime(2026, 9, 30, 4, 0, tzinfo=dt.UTC)
SINCE = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
LISTING = SourceSpec(
    name="site",
    kind=SourceKind.LISTING,
    urls=(f"{HOST}/index.html",),
    options={"item": "li", "page_url": "index_{n}.html", "container": "ul"},
)


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb() as running:
        yield running


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


class Site:
    """A list, newest first, that can grow and shrink; `size` rows a page, and the articles behind them."""

    def __init__(self, web: FakeWeb, numbers: list[int], *, size: int = 3) -> None:
        self.web, self.numbers, self.size = web, numbers, size
        for number in numbers:
            self.add(number)
        self.show()

    def url(self, number: int) -> str:
        return f"{HOST}/news/{number}.html"

    def add(self, number: int) -> None:
        title = f"第{number}号新闻标题"
        self.web.add(
            self.url(number), page(title, f"<h1>{title}</h1><div class='content'>{html_paragraphs(number)}</div>")
        )

    def show(self) -> None:
        """Put the list's pages on the web as it is now."""
        for at in range(0, len(self.numbers), self.size):
            rows = "".join(
                f"<li><a href='{self.url(n)}'>第{n}号新闻标题</a><span>{self.day(n):%Y-%m-%d}</span></li>"
                for n in self.numbers[at : at + self.size]
            )
            name = "index.html" if at == 0 else f"index_{at // self.size + 1}.html"
            self.web.add(f"{HOST}/{name}", f"<ul>{rows}</ul>")

    def day(self, number: int) -> dt.datetime:
        """Higher numbers are newer: number 100 is of today."""
        return NOW - dt.timedelta(days=100 - number)

    def canonical(self, *numbers: int) -> frozenset[str]:
        return frozenset(f"https://list.example/news/{n}.html" for n in numbers)


def run(store: Store, web: FakeWeb, clock: FrozenClock, spec: SourceSpec = LISTING, **order: Any) -> BackfillReport:
    return backfill(store, spec, web.proxy, (SINCE, None), clock, **order)


def paths(web: FakeWeb, start: int = 0) -> list[str]:
    return [request.path for request in web.requests[start:] if request.path != "/robots.txt"]


def test_a_window_is_paged_to_its_beginning(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """The list is left where it leaves the window; what is outside is passed over, with the reason."""
    site = Site(web, list(range(100, 60, -1)))
    end = site.day(97).astimezone(CHINA).replace(hour=0)
    report = backfill(sqlite_store, LISTING, web.proxy, (site.day(91), end), clock)
    assert stored(sqlite_store) == site.canonical(91, 92, 93, 94, 95, 96)
    # Days count whole: the page that leaves the window is the last.
    assert (report.found, report.stored, report.skipped) == (12, 6, {"too_new": 4, "too_old": 2})
    assert (report.pages, report.complete, report.pages_held) == (4, True, 0)


@pytest.mark.parametrize(("watched", "told"), [(True, {98, 99, 100}), (False, set())])
def test_what_is_new_to_a_watched_source_is_told(
    web: FakeWeb, sqlite_store: Store, clock: FrozenClock, watched: bool, told: set[int]
) -> None:
    """A backfill that comes before the daemon's next look must not swallow its news: what was published since the last look, or on
    the day before it, is stored as news; all else, and everything of a source that is off, in silence."""
    Site(web, [100, 99, 98, 97, 96])
    with sqlite_store.transaction() as unit:
        unit.sources.register(["site"], NOW - dt.timedelta(days=9))
        looked = NOW - dt.timedelta(days=2)
        unit.sources.polled(
            "site", state={}, now=looked, next_check_at=NOW, succeeded=True, new_articles=0, problem="", pacing={}
        )
    run(sqlite_store, web, clock, enabled=watched)
    with sqlite_store.reading() as unit:
        news = {int(a.canonical_url[-8:-5].strip("/")) for a in unit.articles.in_order(ArticleFilter()) if not a.silent}
    assert len(stored(sqlite_store)) == 5
    assert news == told


def test_the_same_order_is_done_once(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """Complete is complete, an hour later too; `again` reads the lists anew and fetches nothing that is stored."""
    Site(web, [100, 99, 98, 97])
    assert run(sqlite_store, web, clock).complete
    asked = len(web.requests)
    clock.forward(hours=1)
    report = run(sqlite_store, web, clock)
    assert (report.already, report.stored, report.stored_now) == (True, 4, 0)
    assert len(web.requests) == asked
    report = run(sqlite_store, web, clock, again=True)
    assert (report.already, report.known, report.stored, report.pages) == (False, 4, 0, 2)
    assert paths(web, asked) == ["/index.html", "/index_2.html", "/index_3.html"]


def test_what_another_source_stored_is_not_fetched(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """An article is known by its names, from whichever source."""
    Site(web, [100, 99])
    run(sqlite_store, web, clock)
    asked = len(web.requests)
    report = run(sqlite_store, web, clock, replace(LISTING, name="other"))
    assert (report.known, report.stored) == (2, 0)
    assert not [path for path in paths(web, asked) if path.startswith("/news")]


def test_a_list_that_grew_meanwhile(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """Taken up after more was published than several pages hold: what is new is after the window, and nothing older is lost."""
    site = Site(web, [100, 99, 98, 97, 96, 95, 94, 93, 92, 91])
    store = FusedStore(sqlite_store.database, Fuse(9))
    with pytest.raises(KilledError):
        run(store, web, clock)
    site.numbers = [*range(115, 100, -1), *site.numbers]
    for number in range(101, 116):
        site.add(number)
    site.show()
    clock.forward(days=15)
    report = run(sqlite_store, web, clock)
    assert report.complete
    assert stored(sqlite_store) == site.canonical(*range(91, 101))


def test_pages_held_back_are_read_when_more_are_asked_for(
    web: FakeWeb, sqlite_store: Store, clock: FrozenClock
) -> None:
    """`--max-pages` is no end: the next run with more goes on behind them."""
    site = Site(web, list(range(100, 88, -1)))
    report = run(sqlite_store, web, clock, max_pages=2)
    assert (report.complete, report.pages_held, report.stored) == (True, 1, 6)
    asked = len(web.requests)
    report = run(sqlite_store, web, clock, max_pages=9)
    assert (report.complete, report.pages_held, report.stored) == (True, 0, 12)
    assert paths(web, asked)[0] == "/index_3.html"
    assert stored(sqlite_store) == site.canonical(*range(89, 101))


def test_what_failed_in_passing_is_asked_again(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """A broken article and a broken list page: once more at the end of the run, then by the next; the report tells them."""
    site = Site(web, list(range(100, 91, -1)))
    web.add(site.url(99), FakeResponse(status=500))
    web.add(f"{HOST}/index_3.html", FakeResponse(status=502))
    report = run(sqlite_store, web, clock)
    assert (report.complete, report.failed, report.pages_failed) == (False, {"http_error": 1}, {"http_error": 1})
    assert report.found == report.stored + sum(report.failed.values())
    assert "run the same command again" in report.problem
    site.add(99)
    site.show()
    asked = len(web.requests)
    report = run(sqlite_store, web, clock)
    assert (report.complete, report.failed, report.stored, report.stored_now) == (True, {}, 9, 4)
    assert sorted(paths(web, asked)) == sorted(
        ["/index_3.html", "/index_4.html", *(f"/news/{n}.html" for n in (99, 94, 93, 92))]
    )


def test_what_is_gone_is_given_up_at_once(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """A page that does not exist will not exist tomorrow: the backfill is complete, and says what failed."""
    site = Site(web, [100, 99])
    web.remove(site.url(99))
    report = run(sqlite_store, web, clock)
    assert (report.complete, report.failed) == (True, {"http_error": 1})


def test_after_some_runs_a_page_is_given_up(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """A server that fails for ever does not keep a backfill open for ever."""
    site = Site(web, [100, 99])
    web.add(site.url(99), FakeResponse(status=500))
    runs = 0
    while not run(sqlite_store, web, clock).complete:
        runs += 1
    assert runs == use_case.ATTEMPTS // 2 - 1, "each run asks twice"


def test_work_in_small_pieces_is_the_same_work(
    web: FakeWeb, sqlite_store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little a crawl is given at a time."""
    monkeypatch.setattr(use_case, "LINKS_AT_ONCE", 1)
    monkeypatch.setattr(use_case, "LISTS_AT_ONCE", 1)
    site = Site(web, list(range(100, 91, -1)))
    with pytest.raises(KilledError):
        run(FusedStore(sqlite_store.database, Fuse(7)), web, clock)
    assert run(sqlite_store, web, clock).complete
    assert stored(sqlite_store) == site.canonical(*range(92, 101))


class TestRest:
    """Hosts that want to be left alone."""

    BAN = "<html><head><title>频繁访问!</title></head><body>您的IP：203.0.113.7</body></html>"

    def spec(self) -> SourceSpec:
        spec = on_loopback(entry("ccgp-search"), page="ccgp", warm_up="")
        return replace(spec, options={**spec.options, "keywords": [gov_procurement.WORD]})

    def test_a_ban_is_remembered_by_the_next_process(
        self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock
    ) -> None:
        """The run ends, nothing counts as failed, the host is not asked before its hours are over; then it goes on."""
        clock.now = dt.datetime.now(dt.UTC)
        replica = gov_procurement.add_search(web, clock.now)
        search = "http://search.ccgp.gov.cn/bxsearch"
        answer = web._routes[search]
        banned = {"yes": True}
        web.add(search, lambda r: FakeResponse(body=self.BAN.encode()) if banned["yes"] else answer(r))
        window = window_of(entry("ccgp-search"), replica)
        report = backfill(sqlite_store, self.spec(), web.proxy, window, clock)
        assert report.resting_until is not None
        assert dt.timedelta(hours=5.9) < report.resting_until - clock.now <= dt.timedelta(hours=6)
        assert (report.complete, report.failed, report.pages_failed, report.pages_waiting) == (False, {}, {}, 1)
        banned["yes"], asked = False, len(web.requests)
        clock.forward(hours=5)
        again = backfill(sqlite_store, self.spec(), web.proxy, window, clock)
        assert (again.resting_until, len(web.requests)) == (report.resting_until, asked)
        clock.forward(hours=2)
        report = backfill(sqlite_store, self.spec(), web.proxy, window, clock)
        assert report.resting_until is None
        assert report.found == len(replica.all)

    def test_a_ban_beside_the_lists(self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
        """Articles that stand on another host: the lists are read, the articles wait until that host may be asked again."""
        site = Site(web, [100, 99])
        for number in (100, 99):
            web.add(f"http://elsewhere.example/{number}", self.BAN)
        rows = "".join(
            f"<li><a href='http://elsewhere.example/{n}'>题</a><span>{site.day(n):%Y-%m-%d}</span></li>"
            for n in (100, 99)
        )
        web.add(f"{HOST}/index.html", f"<ul>{rows}</ul>")
        report = run(sqlite_store, web, clock)
        assert report.resting_until is not None
        assert (report.complete, report.pages, report.waiting, report.failed) == (False, 1, 2, {})
        asked = len(web.requests)
        assert run(sqlite_store, web, clock).resting_until == report.resting_until
        assert not [path for path in paths(web, asked) if path in {"/99", "/100"}]

    def test_a_host_asked_seldom_is_noted_before_it_is_asked(
        self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock
    ) -> None:
        """One query in so many seconds: also for a process that is killed while it waits for the answer."""
        Site(web, [100])
        # Two steps each: begun, work taken; then the turn for robots.txt.
        with pytest.raises(KilledError):
            run(FusedStore(sqlite_store.database, Fuse(6)), web, clock, replace(LISTING, delay=35.0))
        assert web.requests == []
        with sqlite_store.transaction() as unit:
            (pause,) = unit.frontier.pauses(clock.now)
            assert (pause.host, pause.reason, pause.blocked) == ("list.example", "", False)
            assert pause.until - clock.now == dt.timedelta(seconds=35)
            assert unit.frontier.pauses(clock.forward(seconds=36)) == ()


class TestWords:
    """Keywords."""

    def test_words_take_the_place_of_the_sources_own(
        self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock
    ) -> None:
        """Only they are asked for."""
        MEDIA["eastmoney-search"](web)
        spec = on_loopback(entry("eastmoney-search"))
        report = run(sqlite_store, web, clock, spec, keywords=("防贫保",), asked="x")
        assert (report.stored, report.keywords) == (3, ("防贫保",))
        asked = [request.query for request in web.requests if request.path == "/search/jsonp"]
        assert len(asked) == 4
        assert all("%E9%98%B2%E8%B4%AB%E4%BF%9D" in query for query in asked)

    @pytest.mark.parametrize("name", ["nhsa", "zfcg-zhejiang", "ccgp-shandong"])
    def test_sources_that_do_not_search_say_so(
        self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock, name: str
    ) -> None:
        """Codes of a site's own are no words."""
        with pytest.raises(UsageError, match="cannot be searched by keyword; of your sources these can: none"):
            run(sqlite_store, web, clock, on_loopback(entry(name)), keywords=("x",))
        assert web.requests == []


class TestMovingLists:
    """Lists whose rows move while they are paged."""

    def spec(self, **options: Any) -> SourceSpec:
        fields = {"url": "u", "title": "t", "published": "d", "text": "x"}
        given = {"items": "rows", "fields": fields, "page": {"name": "p"}, "total": "total", **options}
        return SourceSpec(name="api", kind=SourceKind.API, urls=(f"{HOST}/api",), options=given)

    def serve(self, web: FakeWeb, rows: list[int], *, gone: dict[int, list[int]]) -> None:
        """Three rows a page; `gone` names rows that are taken away when a page is asked for the first time."""
        left, taken = list(rows), dict(gone)

        def answer(request: FakeRequest) -> str:
            number = int(request.params["p"])
            for row in taken.pop(number, []):
                left.remove(row)
            shown = left[(number - 1) * 3 : number * 3]
            text = html_paragraphs(1)
            found = [{"u": f"{HOST}/{n}", "t": f"第{n}号", "d": f"2026-09-{n:02}", "x": text} for n in shown]
            return as_json({"rows": found, "total": len(left)})

        web.add(f"{HOST}/api", answer, headers=JSON)

    def test_rows_taken_away_let_nothing_slip(self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
        """What moved from the head of this page to the end of the one before is read after all."""
        self.serve(web, list(range(29, 10, -1)), gone={3: [28, 27], 5: [29]})
        report = run(sqlite_store, web, clock, self.spec())
        assert report.complete
        assert stored(sqlite_store) == {f"https://list.example/{n}" for n in range(11, 30)}

    def test_without_a_total_it_would(self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
        """The replica is as awkward as it should be."""
        self.serve(web, list(range(29, 10, -1)), gone={3: [28, 27], 5: [29]})
        spec = self.spec()
        spec = replace(spec, options={name: value for name, value in spec.options.items() if name != "total"})
        run(sqlite_store, web, clock, spec)
        assert stored(sqlite_store) < {f"https://list.example/{n}" for n in range(11, 30)}

    def test_a_pass_that_expires_is_renewed(self, web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
        """A refusal in the middle of a list is no end of it: the token is asked for anew, and the page once more."""
        given: list[str] = []

        def token(request: FakeRequest) -> str:
            given.append(f"t{len(given)}")
            return as_json({"token": given[-1]})

        def answer(request: FakeRequest) -> FakeResponse:
            number = int(request.params["p"])
            if request.headers.get("pass") != f"t{min(1, number // 3)}":
                return FakeResponse(status=404)
            rows = [{"u": f"{HOST}/{number}", "t": "题", "d": "2026-09-20", "x": html_paragraphs(1)}]
            return FakeResponse(
                body=as_json({"rows": rows if number < 5 else []}).encode(), headers=tuple(JSON.items())
            )

        web.add(f"{HOST}/token", token, headers=JSON)
        web.add(f"{HOST}/api", answer)
        spec = self.spec(token={"url": f"{HOST}/token", "path": "token", "header": "Pass"})
        report = run(sqlite_store, web, clock, spec)
        assert (report.complete, report.stored, given) == (True, 4, ["t0", "t1"])


def test_an_empty_window_is_refused(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """Before anything is asked."""
    with pytest.raises(UsageError, match="the window is empty"):
        backfill(sqlite_store, LISTING, web.proxy, (NOW, SINCE), clock)


def test_an_unknown_source_is_refused(web: FakeWeb, sqlite_store: Store, clock: FrozenClock) -> None:
    """With where to look."""
    with pytest.raises(UsageError, match="no source is called 'nobody'"):
        run(sqlite_store, web, clock, source="nobody")
