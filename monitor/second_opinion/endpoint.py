"""One call of a chat service over HTTP: bounded in time and size, following no redirect, telling nobody the key.

`http.client` instead of `urllib.request`, because that follows redirects with the Authorization header, to any host. What
the service writes never gets into an error: services quote keys in their refusals.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import email.utils
import http.client
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from monitor.second_opinion.model import Cause, SecondOpinionSettings, Unanswered
from monitor.second_opinion.prompt import MAX_ANSWER_TOKENS

MAX_BODY = 256 * 1024
"""Bytes of a reply; a valid one has about a thousand."""

_BUSY = frozenset({408, 425, 429})
_MOST_TOKENS = 10_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A reply of the right form. `content` is the answer, to be judged; `tokens` what the call cost, None if unsaid."""

    content: object
    tokens: int | None


class CallError(Exception):
    """A call brought no reply. `tokens` is what it cost: 0 nothing, None unknown. `retry_after` is in seconds."""

    def __init__(
        self, cause: Cause, detail: str = "", *, tokens: int | None = 0, retry_after: float | None = None
    ) -> None:
        self.unanswered = Unanswered(cause=cause, detail=detail)
        self.tokens, self.retry_after = tokens, retry_after
        super().__init__(str(self.unanswered))


async def call(settings: SecondOpinionSettings, messages: list[dict[str, str]], now: dt.datetime) -> Reply:
    """Ask, and return a reply of the right form. Raises `CallError`; never takes longer than `settings.timeout`.

    The call runs in a thread of its own that does not keep the program from ending; at the deadline its socket is shut.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Reply] = loop.create_future()
    attempt = _Attempt(settings, messages, now)

    def work() -> None:
        reply: Reply | None = None
        error: BaseException | None = None
        try:
            reply = attempt.run()
        except BaseException as exc:  # noqa: BLE001  handed to the one who waits
            error = exc
        with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits
            loop.call_soon_threadsafe(_hand_over, done, reply, error)

    threading.Thread(target=work, name="second-opinion", daemon=True).start()
    try:
        return await asyncio.wait_for(done, settings.timeout)
    except TimeoutError:
        raise CallError(Cause.TIMEOUT, f"{settings.timeout:g} s", tokens=None) from None
    finally:
        attempt.abort()


def _hand_over(done: asyncio.Future[Reply], reply: Reply | None, error: BaseException | None) -> None:
    if done.done():
        return
    if error is not None:
        done.set_exception(error)
    else:
        assert reply is not None, "an attempt ends with a reply or an error"
        done.set_result(reply)


class _Attempt:
    """One request on a connection of its own, which another thread may cut."""

    def __init__(self, settings: SecondOpinionSettings, messages: list[dict[str, str]], now: dt.datetime) -> None:
        self._settings, self._messages, self._now = settings, messages, now
        self._socket: socket.socket | None = None
        self._aborted = False

    def abort(self) -> None:
        """Shut the socket, so that a thread that still reads from it ends."""
        self._aborted = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self) -> Reply:
        """Raises `CallError`."""
        split = urlsplit(self._settings.url)
        connection = _connection(split, self._settings.timeout)
        tokens: int | None = 0
        try:
            connection.connect()
            self._socket = connection.sock  # the connection itself forgets it once a reply begins
            if self._aborted:
                raise CallError(Cause.TIMEOUT)
            tokens = None  # from here on the service may have worked for us, whatever we hear of it
            path = f"{split.path.rstrip('/')}/chat/completions"
            connection.request("POST", path, body=_body(self._settings, self._messages), headers=self._headers())
            response = connection.getresponse()
            body = _read(response)
        except TimeoutError:
            raise CallError(Cause.TIMEOUT, f"{self._settings.timeout:g} s", tokens=tokens) from None
        except (OSError, http.client.HTTPException) as exc:
            raise CallError(Cause.UNREACHABLE, type(exc).__name__, tokens=tokens) from None
        except ValueError:  # its message would quote the header, and so the key
            raise CallError(Cause.REFUSED, "the request cannot be written") from None
        finally:
            connection.close()
        return self._judge(response, body)

    def _judge(self, response: http.client.HTTPResponse, body: bytes) -> Reply:
        status = response.status
        if status in _BUSY or status >= 500:
            wait = retry_after(response.getheader("Retry-After"), self._now)
            raise CallError(Cause.BUSY, f"HTTP {status}", retry_after=wait)
        if status != 200:
            raise CallError(Cause.REFUSED, f"HTTP {status}")
        if len(body) > MAX_BODY:
            raise CallError(Cause.NONSENSE, f"over {MAX_BODY} bytes", tokens=None)
        return read_reply(body)

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "baoxun"}
        if key := self._settings.reveal_key():
            headers["Authorization"] = f"Bearer {key}"
        return headers


def _connection(split: SplitResult, timeout: float) -> http.client.HTTPConnection:
    assert split.hostname is not None, "the configuration was checked"
    if split.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(split.hostname, split.port, timeout=timeout, context=context)
    return http.client.HTTPConnection(split.hostname, split.port, timeout=timeout)


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, up to one byte more than is allowed."""
    body = b""
    while len(body) <= MAX_BODY and (piece := response.read1(MAX_BODY + 1 - len(body))):
        body += piece
    return body


def _body(settings: SecondOpinionSettings, messages: list[dict[str, str]]) -> bytes:
    fields: dict[str, Any] = {
        "model": settings.model,
        "messages": messages,
        "temperature": 0,
        "max_tokens": MAX_ANSWER_TOKENS,
        "stream": False,
        **settings.extra,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def read_reply(body: bytes) -> Reply:
    """The answer and its cost out of a reply's bytes. Raises `CallError` (nonsense) for any other form."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        raise CallError(Cause.NONSENSE, "the reply is no JSON", tokens=None) from None
    tokens = _tokens(reply)
    try:
        choice = reply["choices"][0]
        content = choice["message"]["content"]
        finish = choice.get("finish_reason")
    except (LookupError, TypeError, AttributeError):
        raise CallError(Cause.NONSENSE, "the reply has no message", tokens=tokens) from None
    if finish not in (None, "stop"):
        raise CallError(Cause.NONSENSE, "the answer was cut off or withheld", tokens=tokens)
    return Reply(content=content, tokens=tokens)


def _tokens(reply: object) -> int | None:
    usage = reply.get("usage") if isinstance(reply, dict) else None
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    valid = isinstance(total, int) and not isinstance(total, bool) and 0 <= total <= _MOST_TOKENS
    return total if valid else None


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date); None where it says nothing usable."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        then = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=dt.UTC)
    return max(0.0, (then - now).total_seconds())
