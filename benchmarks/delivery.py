"""What becomes of 10,000 alerts to 50 receivers when five kinds of channels fail in every way, over days of simulated time.

    python -m benchmarks.delivery                 # 10,000 alerts on a temporary SQLite file: some minutes
    python -m benchmarks.delivery --alerts 1000
    python -m benchmarks.delivery --memory        # the book in memory instead

Each alert is for five of the fifty receivers, who want it at once, in groups, in digests, or not at night, through WeCom,
DingTalk, Feishu, mail or a webhook. The far sides are scripted: they throttle beyond their limit, are out of order for hours,
are busy, refuse messages, and lose answers of messages that arrived. Alerts come in three bursts a day for two days; then
everything is worked off. Time is simulated and nothing sleeps, so that the rates are those of the product, not of the machine.

Then a peer in the same run: 300 alerts to five robots and webhooks that are real servers on loopback, with equal faults, once
through our desk and once through Apprise alone in a loop that repeats what it reports as failed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent))

import apprise
import requests

from alerts import (
    Alert,
    Channel,
    ChannelKind,
    Concern,
    Days,
    Digest,
    EmailSettings,
    Equals,
    Grouped,
    Link,
    Outcome,
    QuietHours,
    Receiver,
    Rendered,
    RobotSettings,
    Route,
    RouteTree,
    Secret,
    SendResult,
    WebhookSettings,
    build_senders,
)
from alerts.limits import lane_key, limits_of
from tests.acceptance.delivery_files import Template
from tests.alerts.collector import Answer, Collector, Received
from tests.alerts.office import FarSide, File, MemoryFile, Office, keys_in, titled

START: Final = dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)  # a Monday, eight in the morning in China
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
KINDS: Final = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU, ChannelKind.EMAIL, ChannelKind.WEBHOOK)
REGIONS, RECEIVERS = 10, 50
BURSTS: Final = tuple(START + dt.timedelta(hours=h) for h in (1, 5, 13, 25, 29, 37))
NIGHT = QuietHours(start=dt.time(21), end=dt.time(7, 30), days=Days.DAILY)
MORNING = Digest(at=(dt.time(8, 30), dt.time(17)), days=Days.WORKDAYS)
OUTAGES: Final = {
    ChannelKind.DINGTALK: (START + 4 * HOUR, START + 8 * HOUR),
    ChannelKind.EMAIL: (START + 24 * HOUR, START + 30 * HOUR),
}


def channel(kind: ChannelKind, number: int) -> Channel:
    """A channel of its own far side."""
    if kind is ChannelKind.EMAIL:
        settings = EmailSettings(host=f"mx{number}.example", from_address="a@b.example", to=(f"c{number}@d.example",))
        return Channel(name=kind.value, kind=kind, settings=settings)
    address = Secret(f"https://{kind.value}.example/{number}?key=k{number}")
    if kind is ChannelKind.WEBHOOK:
        return Channel(name=kind.value, kind=kind, settings=WebhookSettings(address=address))
    return Channel(name=kind.value, kind=kind, settings=RobotSettings(address=address))


def receivers() -> list[Receiver]:
    """Fifty: ten of each kind of channel, and of each wish a part of each kind."""
    made = []
    for n in range(RECEIVERS):
        plain = Receiver(name=f"r{n}", channels=(channel(KINDS[n % 5], n),))
        wishes = (
            plain,
            replace(plain, cadence=Grouped(wait=MINUTE, interval=10 * MINUTE, by=("stage",))),
            replace(plain, cadence=MORNING),
            replace(plain, quiet=NIGHT, digest=MORNING),
        )
        made.append(wishes[n // 5 % 4])
    return made


def routes() -> RouteTree:
    """Region n is the business of the five receivers n, n + 10, …"""
    names = [tuple(f"r{n}" for n in range(region, RECEIVERS, REGIONS)) for region in range(REGIONS)]
    children = tuple(
        Route(matchers=(Equals(label="region", value=str(n)),), receivers=those) for n, those in enumerate(names)
    )
    return RouteTree(root=Route(receivers=("r0",), routes=children), receivers=tuple(f"r{n}" for n in range(RECEIVERS)))


def alert(number: int, now: dt.datetime, chance: random.Random) -> Alert:
    """One in twelve has a deadline in days, one in fifteen is minor."""
    key = f"a{number}"
    return Alert(
        key=key, thread=f"t{number // 3}", title=titled(key), summary="中标 · 某市 · 甲公司 · 1.26 亿元",
        evidence="经评审，甲公司以 1.26 亿元中标，服务期三年。", created_at=now, published=now,
        link=Link(title="公告", url=f"https://news.example/{number}", note="某网"),
        facts=(("项目编号", f"ABC-{number}"), ("金额", "1.26 亿元")), minor=chance.random() < 1 / 15,
        labels={"region": (str(number % REGIONS),), "stage": (chance.choice(["notice", "result", "amendment"]),)},
        deadline=now + chance.uniform(20, 200) * HOUR if chance.random() < 1 / 12 else None,
    )  # fmt: skip


@dataclass
class Faults:
    """How the far sides behave: `lost` answers of messages that arrived, and the rest as a robot would."""

    far: FarSide
    limits: dict[tuple[str, str], tuple[str, tuple[object, ...], ChannelKind]]
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    seen: Counter[str] = field(default_factory=Counter)

    def answer(self, lane: tuple[str, str]) -> Callable[[Rendered], SendResult]:
        kind = self.limits[lane][2]

        def say(message: Rendered) -> SendResult:
            since, until = OUTAGES.get(kind, (None, None))
            if since is not None and until is not None and since <= self.far.now < until:
                return self._said("outage", Outcome.RETRY, concerns=Concern.CHANNEL)
            drawn = self.chance.random()
            if drawn < 0.02:
                return self._said("busy", Outcome.RETRY)
            if drawn < 0.03:
                return self._said("throttled", Outcome.RETRY, 60.0, Concern.CHANNEL)
            if drawn < 0.04:
                return self._said("lost", Outcome.UNKNOWN, concerns=Concern.CHANNEL)
            if drawn < 0.045:
                return self._said("refused", Outcome.REFUSED)
            return self._said("accepted", Outcome.ACCEPTED)

        return say

    def _said(
        self, what: str, outcome: Outcome, after: float | None = None, concerns: Concern = Concern.MESSAGE
    ) -> SendResult:
        self.seen[what] += 1
        return SendResult(outcome=outcome, reason=what, retry_after=after, concerns=concerns)


def run(file: File, count: int) -> None:
    """The whole of it, and the table."""
    office = Office(file, receivers(), routes=routes())
    lanes = {
        (r.name, c.name): (lane_key(r.name, c), limits_of(c), c.kind) for r in office.receivers for c in r.channels
    }
    faults = Faults(office.far, lanes)  # type: ignore[arg-type]
    for lane in lanes:
        office.far.script(*lane, faults.answer(lane))
    chance = random.Random(1)
    begun, now, queued, works = time.perf_counter(), START, 0, 0
    desk = office.desk()
    while True:
        due_bursts = sum(now >= burst for burst in BURSTS)
        while queued < count * due_bursts // len(BURSTS):
            size = min(1000, count * due_bursts // len(BURSTS) - queued)
            file.queue([alert(queued + n, now, chance) for n in range(size)])
            queued += size
        office.far.now = now
        idle = not asyncio.run(desk.work(now))
        works += 1
        nexts = [burst for burst in BURSTS if burst > now]
        if (due := file.next_due()) is not None:
            nexts.append(max(due, now + (5 * MINUTE if idle else MINUTE / 2)))
        if not nexts:
            break
        now = min(nexts)
    wall = time.perf_counter() - begun
    report(office, faults, queued, wall, works, now)


def report(office: Office, faults: Faults, queued: int, wall: float, works: int, end: dt.datetime) -> None:
    deliveries = office.file.deliveries()
    states = Counter(d.state.value for d in deliveries)
    arrivals: defaultdict[tuple[str, tuple[str, str]], list[bool]] = defaultdict(list)
    for arrival in office.far.arrived:
        for key in arrival.keys:
            arrivals[key, arrival.lane].append(arrival.repeat)
    unmarked = sum(not mark for marks in arrivals.values() for mark in marks[1:])
    marked = sum(len(marks) - 1 for marks in arrivals.values()) - unmarked
    accepted = [d for d in deliveries if d.state.value == "accepted"]
    absent = sum((d.alert_key, (d.receiver, d.channel)) not in arrivals for d in accepted)
    print(
        f"\n{queued:,} alerts to {RECEIVERS} receivers, {works} rounds over {(end - START).days + 1} days of simulated time"
    )
    print(f"  {'deliveries':32}{len(deliveries):>10,}   expected {queued * RECEIVERS // REGIONS:,}")
    for state, number in states.most_common():
        print(f"    {state:30}{number:>10,}")
    print(f"  {'accounted for':32}{sum(states.values()):>10,}   open: {states['waiting'] + states['sending']}")
    print(
        f"  {'messages tried':32}{len(office.far.tried):>10,}   "
        + ", ".join(f"{n} {what}" for what, n in faults.seen.most_common())
    )
    print(f"  {'repeats, marked / unmarked':32}{marked:>6,} / {unmarked}")
    print(f"  {'accepted but never arrived':32}{absent:>10,}")
    for kind in KINDS:
        most, limit = fullest(office, faults, kind)
        print(f"  {'most in a minute, ' + kind.value:32}{most:>10,}   limit {limit}")
    print(
        f"  {'wall time':32}{wall:>9.1f}s   {queued / wall:,.0f} alerts, {len(deliveries) / wall:,.0f} deliveries a second"
    )


def fullest(office: Office, faults: Faults, kind: ChannelKind) -> tuple[int, str]:
    """The largest number of messages that one far side got in any minute, and what it allows in one."""
    times: defaultdict[str, list[dt.datetime]] = defaultdict(list)
    allowed = ""
    for one in office.far.tried:
        key, limits, of = faults.limits[one.lane]
        if of is kind:
            times[key].append(one.at)
            allowed = ", ".join(f"{x.count}/{x.per.total_seconds():g}s" for x in limits)  # type: ignore[attr-defined]
    most = 0
    for moments in times.values():
        first = 0
        for n, moment in enumerate(moments):
            while moments[first] <= moment - MINUTE:
                first += 1
            most = max(most, n - first + 1)
    return most, allowed


# ----------------------------------------------------------------------------------------------------- the peer


@dataclass
class Robots:
    """Five real servers on loopback. In simulated time: 20 a minute, else the refusal of the service, with HTTP 200; one
    message in 40 arrives and is never answered; one in 30 meets an error of the server."""

    collector: Collector
    now: dt.datetime = START
    times: defaultdict[str, list[dt.datetime]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    arrived: defaultdict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))

    def serve(self) -> None:
        for kind in ("wecom", "dingtalk", "feishu", "one", "two"):
            self.collector.script(f"/{kind}", lambda request, kind=kind: self.take(kind, request))  # type: ignore[misc]

    def take(self, kind: str, request: Received) -> Answer:
        self.counts[kind] += 1
        recent = [t for t in self.times[kind] if t > self.now - MINUTE]
        if len(recent) >= 20:
            over = {
                "wecom": {"errcode": 45009},
                "dingtalk": {"errcode": 130101},
                "feishu": {"code": 9499, "msg": "too many request"},
            }
            return Answer.json(over[kind]) if kind in over else Answer.text(429, headers={"Retry-After": "60"})
        self.times[kind] = [*recent, self.now]
        if self.counts[kind] % 30 == 29:
            return Answer.text(500)
        text = request.body.decode()
        text = text.encode().decode("unicode_escape", "replace") if "\\u" in text else text
        for key in keys_in(text):
            self.arrived[kind, key].append("可能重复" in text or '"may_be_a_repeat": true' in text)
        if self.counts[kind] % 40 == 13:
            return Answer(drops=True)
        return Answer.json({"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"})


@contextmanager
def robots() -> Iterator[Robots]:
    with Collector() as collector:
        made = Robots(collector)
        made.serve()
        yield made


def peer(count: int = 300) -> None:
    """Ours, and Apprise alone, on equal servers: an alert a second."""
    alerts = [replace(alert(n, START, random.Random(3)), minor=False, deadline=None) for n in range(count)]
    with robots() as far:
        compared("baoxun", far, _through_a_desk(alerts, far), count)
    with robots() as far, _to_loopback(far.collector):
        compared("apprise in a loop", far, _through_apprise(alerts, far), count)


def _through_a_desk(alerts: Sequence[Alert], far: Robots) -> int:
    """How many deliveries we call accepted."""
    robot = {"wecom": ChannelKind.WECOM, "dingtalk": ChannelKind.DINGTALK, "feishu": ChannelKind.FEISHU}
    channels = [
        Channel(name=name, kind=kind, settings=RobotSettings(address=Secret(far.collector.url(f"/{name}"))))
        for name, kind in robot.items()
    ]
    channels += [
        Channel(
            name=name, kind=ChannelKind.WEBHOOK, settings=WebhookSettings(address=Secret(far.collector.url(f"/{name}")))
        )
        for name in ("one", "two")
    ]
    team = Receiver(name="team", channels=tuple(channels))
    office = Office(MemoryFile(), [team], senders=build_senders([team], sys.stdout))
    for one in alerts:
        office.queue(one)
        office.work(far.now)
        far.now += dt.timedelta(seconds=1)
    while (due := office.file.next_due()) is not None:
        far.now = max(due, far.now + MINUTE / 4)
        office.work(far.now)
    return sum(d.state.value == "accepted" for d in office.file.deliveries())


def _through_apprise(alerts: Sequence[Alert], far: Robots) -> int:
    """How many notifications Apprise calls sent, tried up to three times each, as anybody would write around it."""
    urls = (
        "wecombot://abcdefgh", "dingtalk://abcdefgh", "feishu://abcdefgh",
        far.collector.url("/one").replace("http", "json", 1), far.collector.url("/two").replace("http", "json", 1),
    )  # fmt: skip
    services = [apprise.Apprise() for _ in urls]
    for service, url in zip(services, urls, strict=True):
        service.add(url)
    sent = 0
    for one in alerts:
        for service in services:
            sent += any(service.notify(body=f"{one.title}\n{one.summary}") for _ in range(3))
        far.now += dt.timedelta(seconds=1)
    return sent


def compared(name: str, far: Robots, claimed: int, count: int) -> None:
    """One line of the comparison."""
    total = count * 5
    arrived = len(far.arrived)
    doubled = [marks for marks in far.arrived.values() if len(marks) > 1]
    unmarked = sum(not all(marks[1:]) for marks in doubled)
    print(f"  {name:20}{arrived:>8,}{total - arrived:>8,}{claimed:>12,}{max(claimed - arrived, 0):>12,}{len(doubled):>9}{unmarked:>10}"
          f"{sum(far.counts.values()):>10,}")  # fmt: skip


@contextmanager
def _to_loopback(collector: Collector) -> Iterator[None]:
    """Lead Apprise's robots, whose addresses are fixed, to our servers."""
    plain = requests.Session.request

    def request(self: requests.Session, method: str, url: str, **values: object) -> requests.Response:
        for host, name in (("qyapi.weixin", "wecom"), ("oapi.dingtalk", "dingtalk"), ("open.feishu", "feishu")):
            if host in url:
                url = collector.url(f"/{name}")
        return plain(self, method, url, **values)  # type: ignore[arg-type]

    with mock.patch.object(requests.Session, "request", request), mock.patch("time.sleep", return_value=None):
        yield


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--memory", action="store_true", help="the book in memory instead of SQLite")
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args(arguments)
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    if options.memory:
        run(MemoryFile(), options.alerts)
    else:
        with tempfile.TemporaryDirectory() as folder, Template(Path(folder)).copy() as file:
            run(file, options.alerts)
    if not options.no_peer:
        print(f"\n300 alerts to five real servers, equal faults\n  {'':20}{'arrived':>8}{'lost':>8}{'said sent':>12}"
              f"{'not true':>12}{'doubled':>9}{'unmarked':>10}{'requests':>10}")  # fmt: skip
        peer()


if __name__ == "__main__":
    main()
