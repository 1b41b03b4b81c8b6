"""A real SMTP server on loopback that keeps what it takes and answers as told.

with Mailbox() as mailbox:
    mailbox.script("451 4.7.1 try later", TAKE)
    ...
    assert mailbox.received[0]["Subject"] == "..."
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKE: Final = "250 2.0.0 taken"
DROP: Final = "drop"
"""Take the text and hang up without a reply."""
STALL: Final = "stall"
"""Take the text and say nothing until the mailbox closes."""


class Mailbox:
    """The server. `received` holds every text that arrived, also where the reply was no or none."""

    def __init__(
        self, *, login: tuple[str, str] | None = None, tls: ssl.SSLContext | None = None, require_tls: bool = False
    ) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[tuple[str, ...]] = []
        self.refused: dict[str, str] = {}
        """Replies to RCPT, by address."""
        self._script: deque[str] = deque([TAKE])
        self._login = login
        self._controller = _AnyPort(
            self,
            hostname="127.0.0.1",
            port=0,
            authenticator=self._authenticate if login else None,
            auth_required=login is not None,
            auth_require_tls=require_tls,
            tls_context=tls,
            require_starttls=require_tls,
        )

    host = "127.0.0.1"

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def script(self, *replies: str) -> None:
        """Set the replies to the next texts, in order; the last one stays."""
        self._script = deque(replies)

    def __enter__(self) -> Mailbox:
        self._controller.start()
        return self

    def __exit__(self, *exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._controller.stop()

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self._login, handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if reply := self.refused.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        self.received.append(message)  # type: ignore[arg-type]
        self.recipients.append(tuple(envelope.rcpt_tos))
        reply = self._script.popleft() if len(self._script) > 1 else self._script[0]
        if reply == STALL:
            await asyncio.Event().wait()
        if reply == DROP:
            server.transport.abort()  # type: ignore[union-attr]
            return TAKE
        return reply


class _AnyPort(Controller):
    """A controller that takes a free port and says which; the library's own would try to reach port 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
