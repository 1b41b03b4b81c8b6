"""One HTTP POST and what became of it, told apart by *when* it failed.

Before the request was written (name not found, connection refused, TLS not agreed) nothing can have arrived: RETRY.
After it was written (no answer, half an answer, connection reset) it may have: UNKNOWN, never "failed" (a time-out read
as a failure is how duplicates are made). An answer is judged by its status, and then by the caller by its body.
"""

from __future__ import annotations

import datetime as dt
import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from alerts.model import CheckResult, Concern, Outcome, SendResult
from alerts.secret import Secret

_MOST_BODY: Final = 64 * 1024
"""Bytes of an answer that are read; no robot says more."""

_CONNECT_TIMEOUT: Final = 10.0

_TRY_LATER: Final = frozenset({408, 423, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529})
_WRONG_ADDRESS_OR_KEY: Final = frozenset({401, 402, 403, 404, 405, 407, 410, 451})


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """A request. The address is a secret: for a robot it is the key."""

    address: Secret
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer; the body (its first 64 KB) may say no even where the status means success."""

    status: int
    body: bytes


Explain = Callable[[SendResult, Reply], SendResult]
"""(what the status says, the answer) → what it comes to, for services that say more in the body."""


def post(request: Post, *, timeout: float, explain: Explain | None = None) -> Reply | SendResult:
    """Send it once, without following redirects. A `Reply` where the status is 2xx, else what it came to.

    `timeout` is in seconds: without progress, and for the whole answer. `explain` has the last word on an answer whose
    status is not 2xx. Proxies are those of the environment.
    """
    started = time.monotonic()
    url = request.address.reveal()
    try:
        with _pool(url) as pool:
            response = pool.request(
                "POST",
                url,
                body=request.body,
                headers=dict(request.headers),
                timeout=urllib3.Timeout(connect=min(timeout, _CONNECT_TIMEOUT), read=timeout),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                body = _read(response, until=started + timeout)
            finally:
                response.close()
    except (HTTPError, OSError) as exc:
        return judge_failure(exc)
    verdict = judge_status(response.status, response.headers)
    reply = Reply(status=response.status, body=body)
    if verdict is None:
        return reply
    return explain(verdict, reply) if explain else verdict


def judge_failure(exc: Exception) -> SendResult:
    """What a failed exchange means. The reason names the kind of failure only: messages of exceptions hold addresses."""
    if isinstance(exc, NewConnectionError | ConnectTimeoutError | ProxyError | SSLError):
        named = {
            NewConnectionError: "no connection: refused, or the name is unknown",
            ConnectTimeoutError: "no connection: timed out",
            ProxyError: "no connection: the proxy failed",
            SSLError: "no connection: TLS was not agreed (certificate?)",
        }
        reason = next(text for kind, text in named.items() if isinstance(exc, kind))
        return SendResult(outcome=Outcome.RETRY, reason=reason, concerns=Concern.CHANNEL)
    if isinstance(exc, ReadTimeoutError | TimeoutError):
        reason = "sent, but no answer in time"
    elif isinstance(exc, ProtocolError | OSError):
        reason = "sent, but the connection broke before the whole answer"
    else:
        reason = f"sent, but the answer was lost ({type(exc).__name__})"
    return SendResult(outcome=Outcome.UNKNOWN, reason=reason, concerns=Concern.CHANNEL)


def judge_status(status: int, headers: Mapping[str, str]) -> SendResult | None:
    """What an HTTP status means for a delivery; None for 2xx, where the body has the last word."""
    if 200 <= status < 300:
        return None
    if status in _TRY_LATER:
        wait = retry_after_seconds(headers)
        return SendResult(outcome=Outcome.RETRY, reason=f"HTTP {status}", retry_after=wait, concerns=Concern.CHANNEL)
    if status in _WRONG_ADDRESS_OR_KEY or 300 <= status < 400:
        return SendResult(
            outcome=Outcome.REFUSED, reason=f"HTTP {status}: wrong address or key", concerns=Concern.CHANNEL
        )
    return SendResult(outcome=Outcome.REFUSED, reason=f"HTTP {status}")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` (RFC 9110, section 10.2.3) in seconds; a date counts from the answer's own `Date`."""
    text = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        date = headers.get("Date")
        since = parsedate_to_datetime(date) if date else dt.datetime.now(dt.UTC)
        return max((until - since).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def probe(address: Secret, *, timeout: float = 5.0) -> CheckResult:
    """Whether the address's host (or the proxy to it) takes a connection. Sends nothing."""
    url = address.reveal()
    split = urlsplit(_proxy_for(url) or url)
    host, port = split.hostname or "", split.port or (443 if split.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=timeout).close()
    except OSError as exc:
        return CheckResult(usable=False, detail=f"{host}:{port} takes no connection ({type(exc).__name__})")
    return CheckResult(usable=True, detail=f"{host}:{port} answers; the key itself shows only when used")


def is_web_address(address: Secret) -> bool:
    """Whether it is an absolute http(s) address with a host."""
    try:
        split = urlsplit(address.reveal())
        return split.scheme in ("http", "https") and bool(split.hostname) and (split.port or 1) > 0
    except ValueError:
        return False


def _pool(url: str) -> urllib3.PoolManager:
    proxy = _proxy_for(url)
    return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()


def _proxy_for(url: str) -> str | None:
    """The environment's proxy for this address, as other tools on the machine use it."""
    split = urlsplit(url)
    proxies = getproxies()
    proxy = proxies.get(split.scheme) or proxies.get("all")
    if not proxy or not proxy.startswith("http") or proxy_bypass(split.netloc.rpartition("@")[2]):
        return None
    return proxy


def _read(response: urllib3.BaseHTTPResponse, *, until: float) -> bytes:
    """The body up to the cap. A server that drips is given up when the time is over, though it never stalls."""
    body = b""
    while len(body) < _MOST_BODY and (chunk := response.read1(4096)):
        body += chunk
        if time.monotonic() > until:
            raise TimeoutError
    return body[:_MOST_BODY]
