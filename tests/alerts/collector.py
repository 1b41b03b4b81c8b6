"""A real HTTP server on loopback that collects what is posted to it and answers as told.

    with Collector() as collector:
        collector.script("/hook", Answer.text(429, headers={"Retry-After": "7"}), Answer.json({"errcode": 0}))
        ...                                   # post to collector.url("/hook")
        assert collector.received[0].json() == {...}

A path's answers are used in order and the last one stays. A path without a script answers 200 `ok`. An answer may be
a function of the request, for robots that check what they get (`dingtalk_robot`, `feishu_robot`).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What to say. `stalls` says nothing until `release`, then hangs up; `drops` reads the request and hangs up."""

    status: int = 200
    body: bytes = b"ok"
    headers: Mapping[str, str] = field(default_factory=dict)
    stalls: bool = False
    drops: bool = False
    cuts: bool = False
    """Promise the whole body, send half of it, hang up."""
    drips: float = 0.0
    """Seconds between any two bytes of the body; 0 sends it at once."""

    @classmethod
    def text(cls, status: int, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        return cls(status=status, body=body.encode(), headers=headers or {})

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        return cls(status=status, body=json.dumps(value).encode(), headers=headers or {})


Script = Answer | Callable[[Received], Answer]


class Collector:
    """The server. `received` holds the requests in the order they arrived, including those it never answered."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._scripts: dict[str, deque[Script]] = {}
        self._lock = threading.Condition()
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Collector:
        self._thread.start()
        return self

    def __exit__(self, *exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def script(self, path: str, *answers: Script) -> None:
        """Set the answers of a path (without its query), in order; the last one stays."""
        self._scripts[path] = deque(answers)

    def wait(self, count: int, timeout: float = 10.0) -> None:
        """Wait until `count` requests have arrived."""
        with self._lock:
            assert self._lock.wait_for(lambda: len(self.received) >= count, timeout), f"{len(self.received)} arrived"

    def release(self) -> None:
        """End all stalls, now and to come."""
        self._released.set()

    def at(self, path: str) -> tuple[Received, ...]:
        """What arrived at one path."""
        return tuple(request for request in self.received if request.path == path)

    def _take(self, request: Received) -> Answer:
        with self._lock:
            self.received.append(request)
            self._lock.notify_all()
            queue = self._scripts.get(request.path)
            script: Script = Answer() if not queue else queue.popleft() if len(queue) > 1 else queue[0]
        return script if isinstance(script, Answer) else script(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                split = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = collector._take(
                    Received(
                        method=self.command,
                        path=split.path,
                        query={name: tuple(values) for name, values in parse_qs(split.query).items()},
                        headers={name.lower(): value for name, value in self.headers.items()},
                        body=body,
                    )
                )
                self.close_connection = True
                if answer.stalls:
                    collector._released.wait()
                if answer.stalls or answer.drops:
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                if answer.drips:
                    with contextlib.suppress(ConnectionError):  # who asked may lose patience
                        for n in range(len(answer.body)):
                            collector._released.wait(answer.drips)
                            self.wfile.write(answer.body[n : n + 1])
                    return
                self.wfile.write(answer.body[: len(answer.body) // 2] if answer.cuts else answer.body)

            do_GET = do_POST  # noqa: N815 the name that http.server asks for

            def log_message(self, *args: Any) -> None:
                """Say nothing: the record is `received`."""

        return Handler


def dingtalk_robot(signing: str) -> Callable[[Received], Answer]:
    """A DingTalk robot that refuses, with HTTP 200, what is not signed with `signing`."""

    def answer(request: Received) -> Answer:
        stamp = request.query.get("timestamp", ("",))[0]
        digest = hmac.new(signing.encode(), f"{stamp}\n{signing}".encode(), hashlib.sha256).digest()
        if request.query.get("sign", ("",))[0] != base64.b64encode(digest).decode():
            return Answer.json({"errcode": 310000, "errmsg": "sign not match"})
        return Answer.json({"errcode": 0, "errmsg": "ok"})

    return answer


def feishu_robot(signing: str) -> Callable[[Received], Answer]:
    """A Feishu robot that refuses, with HTTP 200, what is not signed with `signing`."""

    def answer(request: Received) -> Answer:
        body = request.json()
        digest = hmac.new(f"{body.get('timestamp')}\n{signing}".encode(), b"", hashlib.sha256).digest()
        if body.get("sign") != base64.b64encode(digest).decode():
            return Answer.json({"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
        return Answer.json({"code": 0, "msg": "success", "data": {}})

    return answer
