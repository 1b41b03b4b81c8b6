"""Politeness that outlives one crawl: when a host may be asked again, and what its robots.txt said.

One `Manners` is shared by all crawls of a process, so that two sources on one host keep its spacing together, a host that
asked for rest gets it from all of them, and robots.txt is fetched once a day, not once a poll. Times are seconds of a
monotonic clock that is passed in.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from protego import Protego

from crawler.items import FailureKind, FetchFailure

ROBOTS_LIFE = 24 * 3600.0
"""RFC 9309, section 2.4: not longer than a day."""
UNREACHABLE_LIFE = 300.0
MAX_CRAWL_DELAY = 60.0
BLOCK_REST = 3600.0
"""How long a host that banned us is left alone."""
DEFAULT_REST = 60.0
"""After a 429 that names no time."""
_MAX_HOSTS = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """A host wants to be left alone until `until` (clock seconds), for `reason`."""

    until: float
    reason: str
    blocked: bool


@dataclass(slots=True)
class Pace:
    """Spacing and rests by host."""

    clock: Callable[[], float] = time.monotonic
    _free: dict[str, float] = field(default_factory=dict)
    _connections: dict[str, asyncio.Semaphore] = field(default_factory=dict)
    _rests: dict[str, Rest] = field(default_factory=dict)

    def reserve(self, host: str, delay: float) -> float:
        """Take the next turn at `host`; returns the seconds to wait for it. The turn after is `delay` later."""
        now = self.clock()
        turn = max(now, self._free.get(host, 0.0))
        self._free[host] = turn + delay
        if len(self._free) > _MAX_HOSTS:
            self._free = {name: free for name, free in self._free.items() if free > now}
        return turn - now

    def connections(self, host: str, limit: int) -> asyncio.Semaphore:
        """The turnstile of `host`: `limit` requests at a time, over all crawls (the first to ask sets the limit)."""
        if len(self._connections) > _MAX_HOSTS:
            self._connections = {name: gate for name, gate in self._connections.items() if gate.locked()}
        return self._connections.setdefault(host, asyncio.Semaphore(limit))

    def hold(self, host: str, seconds: float) -> None:
        """The next turn at `host` comes in `seconds` at the earliest."""
        self._free[host] = max(self._free.get(host, 0.0), self.clock() + seconds)

    def rest(self, host: str, seconds: float, reason: str, *, blocked: bool = False) -> None:
        """Leave `host` alone for `seconds`; a shorter rest never shortens a longer one."""
        until = self.clock() + seconds
        known = self._rests.get(host)
        if known is None or known.until < until:
            self._rests[host] = Rest(until=until, reason=reason, blocked=blocked)

    def resting(self, host: str) -> tuple[Rest, float] | None:
        """The rest that `host` is in and the seconds left of it; None if it may be asked."""
        rest = self._rests.get(host)
        if rest is None:
            return None
        left = rest.until - self.clock()
        if left <= 0:
            del self._rests[host]
            return None
        return rest, left


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotsRules:
    """What one origin's robots.txt means for us.

    `failure` says why it could not be read, and so nothing may be fetched (fail closed); its kind is what is wrong with the
    host (it is down, it answers with errors), never that the rules forbid.
    """

    parser: Protego | None = None
    failure: FetchFailure | None = None

    def allows(self, url: str, agent: str) -> bool:
        """Whether `agent` may fetch `url`."""
        if self.failure is not None:
            return False
        return self.parser is None or bool(self.parser.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """The Crawl-delay asked of `agent`, at most a minute; 0 if none."""
        asked = self.parser.crawl_delay(agent) if self.parser is not None else None
        return min(float(asked), MAX_CRAWL_DELAY) if asked else 0.0


@dataclass(slots=True)
class RobotsCache:
    """Rules by origin (`scheme://host:port`), forgotten after a day, failures after minutes."""

    clock: Callable[[], float] = time.monotonic
    _rules: dict[str, tuple[float, RobotsRules]] = field(default_factory=dict)
    _turns: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)

    def get(self, origin: str) -> RobotsRules | None:
        """The rules, if they are known and fresh."""
        found = self._rules.get(origin)
        return found[1] if found and found[0] > self.clock() else None

    def turn(self, origin: str) -> asyncio.Semaphore:
        """To be held by whoever fetches the rules of `origin`."""
        return self._turns.setdefault(origin, asyncio.Semaphore())

    def put(self, origin: str, rules: RobotsRules) -> None:
        """Remember `rules`."""
        now = self.clock()
        if len(self._rules) > _MAX_HOSTS:
            self._rules = {name: entry for name, entry in self._rules.items() if entry[0] > now}
        self._rules[origin] = (now + (UNREACHABLE_LIFE if rules.failure else ROBOTS_LIFE), rules)


@dataclass(slots=True)
class Manners:
    """What all crawls of a process share."""

    pace: Pace = field(default_factory=Pace)
    robots: RobotsCache = field(default_factory=RobotsCache)


def retry_after(value: str, now: float) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None without one."""
    text = value.strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None


def parse_robots(status: int, body: bytes) -> RobotsRules:
    """RFC 9309: a 4xx means no rules, a 5xx means stay away. An HTML page in its place counts as none."""
    if status == 429 or status >= 500:
        return RobotsRules(
            failure=FetchFailure(
                url="",
                kind=FailureKind.HTTP_ERROR,
                detail=f"HTTP {status}",
                hint="the server fails; try later" if status >= 500 else "asked too often; raise the delay",
            )
        )
    if status >= 400 or not 200 <= status < 300:
        return RobotsRules()
    text = body[:512_000].decode("utf-8", "replace").lstrip("﻿ \t\r\n")
    if text[:1] == "<":
        return RobotsRules()
    return RobotsRules(parser=Protego.parse(text))
