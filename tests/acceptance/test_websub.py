"""WebSub from end to end: a feed, its hub and the daemon's own pages, all real, on loopback."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from monitor import subscribing
from monitor.bootstrap import App, run_async
from monitor.daemon.schedule import Daemon, Event
from monitor.demo.articles import load_articles
from monitor.pacing import Why
from monitor.service import PollSummary
from monitor.subscribing import Subscribing
from monitor.web import Site
from monitor.web.websub import BODY_CAP
from monitor.websub import Subscription, SubscriptionState
from tests.acceptance.world import World, page
from tests.fakeweb.hub import FakeHub
from tests.fakeweb.server import FakeResponse

KEY = "cAnArY-websub-key-0123456789"
PUBLIC = "https://baoxun.example/websub"
ARTICLES = {article.id: article for article in load_articles()}


@dataclass
class Place:
    """The program at work, and what it is told of by."""

    app: App
    hub: FakeHub
    world: World
    address: str

    @property
    def hubs(self) -> Subscribing:
        assert self.app.service.subscribing is not None
        return self.app.service.subscribing

    @property
    def all(self) -> tuple[Subscription, ...]:
        with self.app.store.reading() as unit:
            return unit.subscriptions.all()

    @property
    def one(self) -> Subscription:
        (only,) = self.all
        return only

    async def refresh(self) -> None:
        """Ask whoever is to be asked, and wait until it has asked back."""
        await self.hubs.refresh()
        await asyncio.to_thread(self.hub.settled)

    async def subscribed(self) -> Subscription:
        await self.app.service.poll("news")
        await self.refresh()
        assert self.one.state is SubscriptionState.ACTIVE, self.one
        return self.one

    def next_check(self) -> float:
        """Minutes from now."""
        with self.app.store.reading() as unit:
            record = unit.sources.get("news")
        assert record is not None
        return (record.next_check_at - self.world.clock.now).total_seconds() / 60

    async def deliver(self, **how: object) -> int:
        status = await asyncio.to_thread(self.hub.deliver, **how)  # type: ignore[arg-type]
        await self.hubs.heeded()
        return status


def serve(world: World, *names: str, hub: str) -> None:
    """The feed with these articles, and the hub that it names."""
    items = []
    for name in names:
        world.web.add(f"/{name}", page(ARTICLES[name]), headers={"Content-Type": "text/html; charset=utf-8"})
        items.append(f"<item><title>{ARTICLES[name].title}</title><link>{world.web.url(f'/{name}')}</link></item>")
    feed = world.web.url("/feed.xml")
    world.web.add(
        "/feed.xml",
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>新闻</title>{"".join(items)}</channel></rss>',
        headers=[("Content-Type", "application/rss+xml"), ("Link", f'<{hub}>; rel="hub"'), ("Link", f'<{feed}>; rel="self"')],
    )  # fmt: skip


@pytest.fixture
def hub(world: World, monkeypatch: pytest.MonkeyPatch) -> FakeHub:
    """A hub that the world's one feed names; the program may be led to it."""
    monkeypatch.setattr(subscribing, "APART", 0.05)
    made = FakeHub(world.web)
    (world.folder / "key").write_text(KEY, encoding="utf-8")
    world.sources = source(world)
    serve(world, "noise-tea", hub=made.url)
    return made


def source(world: World, more: str = "allow_private: true") -> str:
    return (
        f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}', every: 1h, {more}}}\n"
        f"websub: {{callback_url: '{PUBLIC}', key_file: '{world.folder / 'key'}'}}\n"
    )


def at_work(world: World, hub: FakeHub, script: Callable[[Place], Awaitable[None]]) -> None:
    """The program with its pages, without the daemon's clockwork."""

    async def main() -> None:
        async with open_to_the_world(app, hub) as address:
            await script(Place(app=app, hub=hub, world=world, address=address))

    with world.product() as app:
        run_async(main)


@asynccontextmanager
async def open_to_the_world(app: App, hub: FakeHub) -> AsyncIterator[str]:
    server = Site(app).server()
    await server.start()
    running = asyncio.create_task(server.run())
    hub.reach[PUBLIC] = f"{server.address}/websub"
    try:
        yield server.address
    finally:
        await server.stop()
        await running


def test_an_article_is_published_told_of_polled_and_stored(world: World, hub: FakeHub) -> None:
    """The daemon's own loop: the only reason for the second poll, an hour too early, is what the hub told."""
    polls: list[PollSummary] = []
    heard = asyncio.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, PollSummary):
            polls.append(event)
            heard.set()

    async def until_polled() -> None:
        async with asyncio.timeout(60):
            await heard.wait()
        heard.clear()

    async def main() -> None:
        site, stop = Site(app), asyncio.Event()
        server = site.server()
        daemon = Daemon(app.service, companions=[server], on_event=on_event, steady=lambda: world.clock.now.timestamp())
        site.watch(daemon)
        running = asyncio.create_task(daemon.run(stop))
        await until_polled()
        hub.reach[PUBLIC] = f"{server.address}/websub"
        place = Place(app=app, hub=hub, world=world, address=server.address)
        await place.refresh()
        assert place.one.state is SubscriptionState.ACTIVE
        world.clock.forward(minutes=5)
        serve(world, "hangzhou", "noise-tea", hub=hub.url)
        assert await asyncio.to_thread(hub.deliver) == 202
        await until_polled()
        stop.set()
        await running
        assert place.one.pings == 1
        assert place.next_check() > 5 * 60, "the hub tells: the next look is only a check on it"

    with world.product() as app:
        run_async(main)
        with app.store.reading() as unit:
            record = unit.sources.get("news")
    assert [poll.stored for poll in polls] == [1, 1]
    assert record is not None
    assert record.pacing["why"] == Why.HERALDED


def test_what_a_hub_is_asked(world: World, hub: FakeHub) -> None:
    async def script(place: Place) -> None:
        one = await place.subscribed()
        (form,) = hub.requests
        assert form == {
            "hub.mode": "subscribe",
            "hub.topic": world.web.url("/feed.xml"),
            "hub.callback": f"{PUBLIC}/{one.token}",
            "hub.secret": form["hub.secret"],
            "hub.lease_seconds": "864000",
        }
        assert hub.verifications == [(200, "challenge-挑战")]
        assert len(form["hub.secret"]) == 64
        await place.refresh()
        assert len(hub.requests) == 1, "once"

    at_work(world, hub, script)


def test_a_lease_is_renewed_before_it_ends(world: World, hub: FakeHub) -> None:
    async def script(place: Place) -> None:
        first = await place.subscribed()
        world.clock.now = first.next_at
        await place.refresh()
        assert place.one.lease_until is not None
        assert first.lease_until is not None
        assert place.one.lease_until - first.lease_until == first.next_at - first.created_at
        assert place.one.token == first.token
        hub.lease = "2"
        world.clock.now = place.one.next_at
        await place.refresh()
        asked = len(hub.requests)
        world.clock.forward(seconds=60)
        await place.refresh()
        assert len(hub.requests) == asked, "a hub that promises two seconds is not asked every two seconds"
        assert not place.one.is_active(world.clock.now)

    at_work(world, hub, script)


def test_a_hub_that_asks_back_before_it_answers_is_known(world: World, hub: FakeHub) -> None:
    hub.hasty = True

    async def script(place: Place) -> None:
        await place.subscribed()

    at_work(world, hub, script)


@pytest.mark.parametrize(
    ("oddity", "state", "problem"),
    [
        ({"denies": "topic unknown"}, SubscriptionState.DENIED, "topic unknown"),
        ({"topic": "https://elsewhere.example/"}, SubscriptionState.REQUESTED, ""),
        ({"mute": True}, SubscriptionState.REQUESTED, ""),
        ({"lease": "0"}, SubscriptionState.REQUESTED, ""),
        ({"answer": FakeResponse(status=400, body=b"no such topic")}, SubscriptionState.WANTED, "HTTP 400: no such topic"),
        ({"answer": FakeResponse(hang_up=True, status=500)}, SubscriptionState.WANTED, "Error"),
    ],
    ids=["denies", "lies about the topic", "never asks back", "promises nothing", "refuses", "hangs up"],
)  # fmt: skip
def test_odd_hubs(
    world: World, hub: FakeHub, oddity: dict[str, object], state: SubscriptionState, problem: str
) -> None:
    """None is believed, none is asked again at once, and the feed is polled at its own pace."""
    for name, value in oddity.items():
        setattr(hub, name, value)

    async def script(place: Place) -> None:
        await place.app.service.poll("news")
        await place.refresh()
        assert place.one.state is state
        assert problem in place.one.problem
        assert [status for status, _ in hub.verifications if status != 404] == [200] * bool(hub.denies)
        asked = len(hub.requests)
        world.clock.forward(minutes=4)
        await place.refresh()
        assert len(hub.requests) == asked

    at_work(world, hub, script)


def test_a_hub_in_the_house_is_not_asked(world: World, hub: FakeHub) -> None:
    """The feed stands on loopback since its operator wrote so; where it leads is another matter."""
    world.sources = source(world, more="publisher: 某报")

    async def script(place: Place) -> None:
        await place.app.service.poll("news")
        await place.refresh()
        assert (place.one.state, hub.requests) == (SubscriptionState.WANTED, [])
        assert "loopback" in place.one.problem

    at_work(world, hub, script)


def test_what_is_not_believed_makes_nothing_due(world: World, hub: FakeHub) -> None:
    """It is answered like what is, so that a forger learns nothing, and it is counted."""

    async def script(place: Place) -> None:
        one = await place.subscribed()
        world.clock.forward(minutes=10)
        before = place.next_check()
        assert await place.deliver(secret="guess") == 202
        assert await place.deliver(method="sha1") == 202
        assert await place.deliver(topic="https://elsewhere.example/") == 202
        async with httpx.AsyncClient(base_url=place.address, trust_env=False) as client:
            assert (await client.post(f"/websub/{one.token}", content=b"unsigned")).status_code == 202
            await place.hubs.heeded()
            assert (await client.post("/websub/unknown", content=b"x")).status_code == 404
            assert (await client.get("/websub/unknown?hub.mode=subscribe&hub.challenge=x")).status_code == 404
            assert (await client.get(f"/websub/{one.token}")).status_code == 404
            assert (await client.get(f"/websub/{'x' * 5000}")).status_code == 404
            assert (await client.put(f"/websub/{one.token}")).status_code == 405
            big = await client.post(f"/websub/{one.token}", content=b"x" * (BODY_CAP + 1))
            assert big.status_code == 413
        assert (place.one.pings, place.one.refused) == (0, 4)
        assert place.next_check() == before
        assert await place.deliver(body=b"x" * BODY_CAP) == 202
        assert (place.one.pings, place.next_check()) == (1, 0)

    at_work(world, hub, script)


def test_a_flood_of_notifications_is_no_flood_of_polls(
    world: World, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A minute apart, however many come; and the database is written to a few times, not each time."""
    monkeypatch.setattr(subscribing, "APART", 0.5)

    async def script(place: Place) -> None:
        await place.subscribed()
        dues: list[float] = []
        place.hubs.on_due = lambda due: dues.append((due.at - world.clock.now).total_seconds())
        writes, write = 0, place.hubs._write

        def counted(heard: object) -> object:
            nonlocal writes
            writes += 1
            return write(heard)  # type: ignore[arg-type]

        place.hubs._write = counted  # type: ignore[assignment]
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(20) as crowd:  # the program's own threads are its own
            statuses = await asyncio.gather(*(loop.run_in_executor(crowd, hub.deliver) for _ in range(60)))
        await place.hubs.heeded()
        assert set(statuses) == {202}
        assert place.one.pings == 60
        assert dues == [60.0]
        assert place.next_check() == 1
        assert writes < 30

    at_work(world, hub, script)


def test_a_site_that_asked_for_rest_gets_it(world: World, hub: FakeHub) -> None:
    async def script(place: Place) -> None:
        await place.subscribed()
        world.web.add("/feed.xml", "", status=429, headers={"Retry-After": "7200"})
        world.clock.forward(hours=2)
        await place.app.service.poll("news")
        rest = place.next_check()
        assert rest > 119
        assert await place.deliver() == 202
        assert (place.one.pings, place.next_check()) == (1, rest)

    at_work(world, hub, script)


def test_what_is_told_while_a_poll_is_under_way_is_looked_at_again(world: World, hub: FakeHub) -> None:
    """The list may have been read before it was changed."""

    async def script(place: Place) -> None:
        await place.subscribed()
        loop = asyncio.get_running_loop()
        feed = world.web._routes["/feed.xml"]

        def slowly(request: object) -> FakeResponse:
            world.clock.forward(seconds=5)
            hub.deliver()
            asyncio.run_coroutine_threadsafe(place.hubs.heeded(), loop).result()
            return feed(request)  # type: ignore[arg-type]

        world.clock.forward(hours=1)
        world.web.add("/feed.xml", slowly)
        summary = await place.app.service.poll("news")
        assert (summary.next_check_at - world.clock.now).total_seconds() == 60

    at_work(world, hub, script)


def test_hubs_are_told_to_stop(world: World, hub: FakeHub) -> None:
    """When the source is taken out; whoever goes on delivering is told that it is over."""

    async def subscribe(place: Place) -> None:
        await place.subscribed()

    async def leave(place: Place) -> None:
        await place.refresh()
        assert hub.requests[-1] == {
            "hub.mode": "unsubscribe",
            "hub.topic": world.web.url("/feed.xml"),
            "hub.callback": f"{PUBLIC}/{place.one.token}",
        }
        assert hub.verifications[-1][0] == 200
        assert place.one.state is SubscriptionState.ENDED
        assert await place.deliver() == 410
        world.clock.forward(days=40)
        world.sources = source(world)

    at_work(world, hub, subscribe)
    world.sources = source(world, more="allow_private: true, enabled: false, why_off: done")
    at_work(world, hub, leave)


def test_a_source_that_could_not_be_told_of_is_due_after_a_restart(world: World, hub: FakeHub) -> None:
    """What a hub delivered while nobody listened is lost; the feed is not."""

    async def rely(place: Place) -> None:
        await place.subscribed()
        world.clock.forward(minutes=10)
        await place.deliver()
        world.clock.forward(minutes=1)
        await place.app.service.poll("news")
        assert place.next_check() > 5 * 60

    async def start(place: Place) -> None:
        await place.refresh()
        assert place.next_check() == 0

    at_work(world, hub, rely)
    world.clock.forward(hours=2)
    at_work(world, hub, start)


def test_secrets_stay_secret(world: World, hub: FakeHub, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the key nor what is made of it is logged or stored, not even where a hub repeats it."""
    caplog.set_level(logging.DEBUG)
    secrets = []

    async def script(place: Place) -> None:
        def echo(request: object) -> FakeResponse:
            return FakeResponse(status=400, body=request.body)  # type: ignore[attr-defined]

        asked = world.web._routes[hub.path]
        world.web.add(hub.path, echo)
        await place.app.service.poll("news")
        await place.refresh()
        assert "HTTP 400" in place.one.problem
        world.web._routes[hub.path] = asked
        world.clock.forward(hours=1)
        await place.refresh()
        secrets.append(hub.requests[-1]["hub.secret"])
        await place.deliver(secret="guess")
        await place.deliver()
        await asyncio.to_thread(hub.ask, hub.requests[-1], mode="denied", reason=f"your secret {secrets[0]}")
        assert place.one.problem == "your secret [hidden]"
        with place.app.store.reading() as unit:
            secrets.append(unit.subscriptions.all()[0].token)

    at_work(world, hub, script)
    # The hub stands in this process, too, and its client logs what it sends.
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert len(ours) > 5
    stored = b"".join(path.read_bytes() for path in (world.folder / "data").glob("baoxun.sqlite3*"))
    assert KEY.encode() not in stored
    assert secrets[0].encode() not in stored
    for secret in (KEY, *secrets):
        assert not [line for line in ours if secret in line]
