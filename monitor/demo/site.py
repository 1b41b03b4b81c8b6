"""The sample web: six small sites on one loopback port, whose articles appear one after another.

A thread per connection serves real HTTP: `ETag` and `Last-Modified` on every page, 304 to a conditional GET, HEAD,
robots.txt, 404 in the manner of each site. What is visible depends on the clock that the caller hands in.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate, parsedate_to_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Protocol
from urllib.parse import unquote, urlsplit

from monitor.demo import ccgp, east, finews, front, mirror, paper, rss
from monitor.demo.articles import DemoArticle, load_articles
from monitor.demo.markup import Response, View


class _Pages(Protocol):
    """What a module that draws one site offers."""

    def path(self, article: DemoArticle) -> str: ...

    def respond(self, url_path: str, query: str, view: View) -> Response | None: ...


_SITES: Mapping[str, _Pages] = {
    "finews": finews,
    "rss": rss,
    "ccgp": ccgp,
    "paper": paper,
    "mirror": mirror,
    "east": east,
}


def path_of(article: DemoArticle) -> str:
    """Where an article stands on the sample web: the path of its URL."""
    return _SITES[article.site].path(article)


class DemoSite:
    """The sample web as a context manager: it listens from `start` until `close`.

    `now` returns Unix time in seconds; an article with `after: 8` is visible from the eighth second after `start`, or
    where the site is `held`, after `start_clock`: so that a slow visitor has seen the sites as they were before.
    `release_all` makes everything visible at once, which is what a single run wants.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        *,
        articles: tuple[DemoArticle, ...] | None = None,
        held: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.articles = load_articles() if articles is None else articles
        self._now = now
        self._address = (host, port)
        self._held = held
        self._started: float | None = None
        self._clock_from = math.inf
        self._released: float | None = None
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Scheme, host and port, without a slash at the end. Raises `RuntimeError` before `start`."""
        if self._server is None:
            raise RuntimeError("the sample web has not been started")
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self) -> None:
        """Listen, and start the clock. Raises `OSError` where the port is taken."""
        # Whole seconds, since Last-Modified has no finer grain and a change within one second would be missed.
        self._started = float(math.floor(self._now()))
        self._clock_from = math.inf if self._held else self._started
        self._server = _Server(self._address, self)
        # The poll interval is the longest that `close` has to wait.
        serve = partial(self._server.serve_forever, poll_interval=0.02)
        self._thread = threading.Thread(target=serve, name="demo-site", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Harmless when called twice."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = self._thread = None

    def __enter__(self) -> DemoSite:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start_clock(self) -> None:
        """Let articles appear from now on; once it runs it runs."""
        if self._clock_from == math.inf:
            self._clock_from = float(math.floor(self._now()))

    def release_all(self) -> None:
        """Make every article visible now."""
        if self._released is None:
            # The next whole second: a list fetched earlier in this one carries this one's Last-Modified already.
            self._released = math.floor(self._now()) + 1.0

    def url_of(self, article: DemoArticle) -> str:
        """The article's absolute URL. Raises `RuntimeError` before `start`."""
        return f"{self.base_url}{path_of(article)}"

    @property
    def last_arrival(self) -> float:
        """Unix time at which the last article appears of its own; infinite while the clock stands."""
        return self._clock_from + max((a.after or 0 for a in self.articles), default=0)

    def view(self) -> View:
        """What is visible now, latest arrival first. Raises `RuntimeError` before `start`."""
        started, moment = self._start_time(), self._now()
        arrived = {a.id: self._arrival(a, started) for a in self.articles}
        visible = [a for a in self.articles if self._released is not None or arrived[a.id] <= moment]
        visible.sort(key=lambda a: (arrived[a.id], a.published), reverse=True)
        return View(base_url=self.base_url, articles=tuple(visible), arrived=arrived, started=started)

    def respond(self, target: str) -> Response:
        """The answer to a request for `target` (path and query), before conditional GET."""
        parts, view = urlsplit(target), self.view()
        path = unquote(parts.path)
        if path == "/":
            return front.index(view, path_of)
        if path == "/robots.txt":
            return front.robots(view)
        name = path.removeprefix("/").split("/")[0]
        site = _SITES.get(name)
        if site is None:
            return front.not_found()
        if path == f"/{name}":
            path += "/"
        if answer := site.respond(path, parts.query, view):
            return answer
        if name == "finews":
            return finews.not_found(view)
        return ccgp.not_found() if name == "ccgp" and path.endswith(".htm") else front.not_found()

    def _start_time(self) -> float:
        if self._started is None:
            raise RuntimeError("the sample web has not been started")
        return self._started

    def _arrival(self, article: DemoArticle, started: float) -> float:
        if article.after is None:
            return started
        due = self._clock_from + article.after
        return due if self._released is None else min(due, self._released)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], web: DemoSite) -> None:
        self.web = web
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def version_string(self) -> str:
        """The `Server` header of GitHub Pages."""
        return "GitHub.com"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Requests are not logged: the demo's screen belongs to the alerts."""

    def _answer(self) -> None:
        response = self.server.web.respond(self.path)
        etag = f'"{hashlib.sha256(response.body).hexdigest()[:20]}"'
        if response.status == 200 and self._has(etag, response.modified):
            response = replace(response, status=304, body=b"")
        self.send_response(response.status)
        self.send_header("ETag", etag)
        if response.modified is not None:
            self.send_header("Last-Modified", formatdate(response.modified, usegmt=True))
        # The real hosts allow ten minutes; a demo that waited so long would show nothing.
        self.send_header("Cache-Control", "no-cache")
        if response.status != 304:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(response.body)

    def _has(self, etag: str, modified: float | None) -> bool:
        """Whether the client's copy is current. The entity tag decides where it is sent (RFC 9110, section 13.2.2)."""
        if (tags := self.headers.get("If-None-Match")) is not None:
            return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None or modified is None:
            return False
        try:
            return modified <= parsedate_to_datetime(since).timestamp()
        except ValueError:
            return False
