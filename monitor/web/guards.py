"""What every request passes before anything of ours is run: who may call, how much may be sent, what browsers may do with it.

These pages ask for no login and stand on the machine of whoever runs the program, so a web page open in a browser there must
not be able to read them: a request is answered only where its `Host` is a name of ours (DNS rebinding), and no other origin may
embed or read the answer.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Mapping

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.config.web_model import LOOPBACK_NAMES

log = structlog.get_logger()

BODY_CAP = 64 * 1024
"""Bytes that a request may carry. Nothing here takes more than a form."""

HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Sent with every answer, save where it says otherwise itself."""


class KnownHost:
    """Answers only requests whose `Host` is loopback or one of `names` (lower case, without port)."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app, self._names = app, frozenset(names) | frozenset(LOOPBACK_NAMES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._knows(_headers(scope, b"host")):
            await self._app(scope, receive, send)
            return
        await refuse(send, 421, "this name is not one of `web.allowed_hosts`")

    def _knows(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        host = host_of(hosts[0])
        return host in self._names or _is_loopback(host)


class BodyCap:
    """Refuses requests that carry more than `most` bytes, announced or not; paths that begin as `larger` says may carry more."""

    def __init__(self, app: ASGIApp, most: int = BODY_CAP, larger: Mapping[str, int] | None = None) -> None:
        self._app, self._most, self._larger = app, most, dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next((cap for start, cap in self._larger.items() if scope["path"].startswith(start)), self._most)
        announced = _headers(scope, b"content-length")
        if announced and (not announced[0].isdecimal() or int(announced[0][:20]) > most):
            await refuse(send, 413, f"more than {most} bytes")
            return
        body = _Counted(receive, most)
        answer = _Watched(send)
        try:
            await self._app(scope, body, answer)
        except _TooMuchError:
            if not answer.begun:
                await refuse(send, 413, f"more than {most} bytes")


class WholeAnswer:
    """Turns a bug into an answer without a traceback: that goes to the log, never to whoever asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Watched(send)
        try:
            await self._app(scope, receive, answer)
        except _TooMuchError:
            raise
        except Exception:  # the edge of one request
            log.exception("page failed", path=scope.get("path", ""))
            if answer.begun:
                raise
            await refuse(send, 500, "internal error; the log says more")


class SafeHeaders:
    """Adds `HEADERS` to every answer; a header that the answer has itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                more = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in own]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self._app(scope, receive, with_headers)


def host_of(header: str) -> str:
    """The name in a `Host` header, lower case, without port and brackets: `[::1]:80` → `::1`."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.rpartition(":")[0] if text.count(":") == 1 else text


async def refuse(send: Send, status: int, problem: str) -> None:
    """Answer with an error, as JSON like all of ours."""
    body = json.dumps({"error": problem}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _TooMuchError(Exception):
    """The body is larger than what is taken."""


class _Counted:
    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooMuchError
        return message


class _Watched:
    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
