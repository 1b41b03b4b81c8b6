"""`FakeWeb`: an HTTP server on port 0 that serves what a test tells it to and records what it was asked.

It runs in threads of the test process, so a handler may be any Python callable. It also answers requests in absolute
form (`GET http://host/path`), that is, it works as an HTTP proxy: a crawler told to use `web.proxy` sees real host names
and still never leaves loopback. An address added with its host answers only for that host.

    with FakeWeb() as web:
        web.add("/feed.xml", b"<rss/>", headers={"Content-Type": "application/rss+xml"})
        web.add("http://news.example/a.html", "<h1>…</h1>")
        web.url("/feed.xml")       # http://127.0.0.1:<port>/feed.xml
        web.requests               # what arrived, in order
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class FakeRequest:
    """One request as it arrived. Header names are lower case; `at` is `time.monotonic()` on arrival."""

    method: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def params(self) -> dict[str, str]:
        """The query string as a mapping (first value of each name, empty values kept)."""
        return {name: values[0] for name, values in parse_qs(self.query, keep_blank_values=True).items()}

    @property
    def form(self) -> dict[str, str]:
        """The body read as a URL-encoded form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True, slots=True)
class FakeResponse:
    """What to answer. `drip` waits that many seconds before each byte; `cut` promises more bytes than it sends."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    drip: float = 0.0
    cut: bool = False
    hang_up: bool = False
    """Close the connection without an answer."""


Handler = Callable[[FakeRequest], "FakeResponse | bytes | str"]
Answer = Handler | FakeResponse | bytes | str


@dataclass(slots=True)
class FakeWeb:
    """A loopback web server; use as a context manager. `requests` grows in order of arrival."""

    requests: list[FakeRequest] = field(default_factory=list)
    _routes: dict[str, Callable[[FakeRequest], FakeResponse]] = field(default_factory=dict)
    _server: _Server | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> FakeWeb:
        web = self

        class _Handler(_RequestHandler):
            fake = web

        self._stopping.clear()
        server = _Server(("127.0.0.1", 0), _Handler)
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port the system gave."""
        assert self._server is not None, "FakeWeb is used as a context manager"
        return int(self._server.server_address[1])

    @property
    def proxy(self) -> str:
        """This server as a proxy address: requests for any http:// host arrive here."""
        return f"http://127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        """The loopback address of `path`."""
        return f"http://127.0.0.1:{self.port}{path}"

    def add(
        self,
        path: str,
        answer: Answer,
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        status: int = 200,
    ) -> str:
        """Serve `answer` at `path` (or at `http://host/path` for one host only) and return its address.

        `answer` is a body, a `FakeResponse`, or a callable that gets the `FakeRequest` and returns either. `headers`
        and `status` apply to bodies. Without a Content-Type, `text/html` without charset is sent. The query is not
        part of a path: a callable looks at `request.params`.
        """
        pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)

        def handle(request: FakeRequest) -> FakeResponse:
            result = answer(request) if callable(answer) else answer
            if isinstance(result, FakeResponse):
                return result
            body = result.encode() if isinstance(result, str) else result
            return FakeResponse(body=body, status=status, headers=pairs)

        self._routes[path] = handle
        return path if "://" in path else self.url(path)

    def remove(self, path: str) -> None:
        """Forget `path`: it answers 404 again."""
        self._routes.pop(path, None)

    def asked(self, path: str) -> list[FakeRequest]:
        """The recorded requests for `path` (or for `http://host/path`), in order."""
        if "://" in path:
            parts = urlsplit(path)
            return [request for request in self.requests if (request.host, request.path) == (parts.netloc, parts.path)]
        return [request for request in self.requests if request.path == path]

    def respond(self, request: FakeRequest) -> FakeResponse:
        """Record `request` and find its answer: by host and path, then by path, else a plain 404."""
        with self._lock:
            self.requests.append(request)
        handler = self._routes.get(f"http://{request.host}{request.path}") or self._routes.get(request.path)
        if handler is None:
            return FakeResponse(status=404, body=b"<html><title>404</title>not found</html>")
        return handler(request)


def conditional(body: bytes | str, *, headers: Mapping[str, str] | None = None, last_modified: str = "") -> Handler:
    """A handler that sends `body` with validators and answers 304 when the client shows them again."""
    raw = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(raw).hexdigest()[:16]}"'
    validators = [("ETag", etag)] + ([("Last-Modified", last_modified)] if last_modified else [])

    def handle(request: FakeRequest) -> FakeResponse:
        known = request.headers.get("if-none-match") == etag or (
            last_modified and request.headers.get("if-modified-since") == last_modified
        )
        if known:
            return FakeResponse(status=304, headers=tuple(validators))
        return FakeResponse(body=raw, headers=(*validators, *(headers or {}).items()))

    return handle


def in_turn(*answers: FakeResponse) -> Handler:
    """A handler that gives each answer once, in order, and then repeats the last."""
    left = list(answers)
    lock = threading.Lock()

    def handle(request: FakeRequest) -> FakeResponse:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return handle


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that hangs up is no error; everything else is printed as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _RequestHandler(BaseHTTPRequestHandler):
    """Turns a socket's request into a `FakeRequest` and writes the `FakeResponse`."""

    protocol_version = "HTTP/1.1"
    fake: FakeWeb
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Keep test output quiet."""

    def _answer(self) -> None:
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = FakeRequest(
            method=self.command,
            host=target.netloc or self.headers.get("Host", ""),
            path=target.path or "/",
            query=target.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
            at=time.monotonic(),
        )
        response = self.fake.respond(request)
        # A crawler may hang up on purpose (body cap, deadline): that is not the server's fault.
        with contextlib.suppress(ConnectionError):
            self._write(response)

    def _write(self, response: FakeResponse) -> None:
        if response.hang_up:
            self.close_connection = True
            return
        self.send_response_only(response.status, _phrase(response.status))
        names = {name.lower() for name, _ in response.headers}
        for name, value in response.headers:
            self.send_header(name, value)
        if "content-type" not in names and response.status != 304:
            self.send_header("Content-Type", "text/html")
        if "content-length" not in names and response.status != 304:
            self.send_header("Content-Length", str(len(response.body) * (2 if response.cut else 1)))
        if response.cut:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD" or response.status == 304:
            return
        if not response.drip:
            self.wfile.write(response.body)
        for byte in response.body if response.drip else b"":
            if self.fake._stopping.wait(response.drip):
                self.close_connection = True
                return
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
        if response.cut:
            self.close_connection = True


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
