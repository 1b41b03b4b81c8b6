"""Senders: one object per channel that sends a rendered message and says truly what became of it.

Apprise carries every message but the console's. Its answer is True or False, and True for robots that refuse with HTTP
200; so mail, robots and webhooks travel in an Apprise plug-in of our own, whose courier makes and reads the exchange
(`robots`, `posting`, `mail`). Every other service of Apprise's runs as it is; its private log is read for the status,
since nothing else tells a refusal from a lost answer. This is the only module that imports apprise.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TextIO, runtime_checkable
from urllib.parse import urlencode

import apprise
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.base import NotifyBase

from alerts import posting
from alerts.model import (
    ChannelKind,
    ChannelSettings,
    CheckResult,
    Concern,
    EmailSettings,
    MailSecurity,
    Outcome,
    Rendered,
    RobotSettings,
    SendResult,
)
from alerts.pack import cut_bytes
from alerts.redact import Redactor
from alerts.secret import Secret


class Sender(Protocol):
    """One channel, ready to send. Calls block, up to the channel's time-out, and may come from any thread."""

    def send(self, message: Rendered) -> SendResult:
        """Send it once. Expected failures are values; an exception is a bug."""
        ...


@runtime_checkable
class CheckableSender(Sender, Protocol):
    """A sender that can look at its channel without sending; all that `build_senders` builds can."""

    def check(self) -> CheckResult:
        """Whether the channel looks usable."""
        ...


@runtime_checkable
class LimitedSender(Sender, Protocol):
    """A sender whose service has a size of its own, in UTF-8 bytes of the body."""

    budget: int


class ConsoleSender:
    """Writes messages to a stream as plain text, a blank line after each."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Rendered) -> SendResult:
        with self._lock:
            try:
                self._stream.write(message.body + "\n\n")
                self._stream.flush()
            except (OSError, ValueError) as exc:  # a closed pipe, a closed stream
                reason = f"the stream takes no text ({type(exc).__name__})"
                return SendResult(outcome=Outcome.RETRY, reason=reason, concerns=Concern.CHANNEL)
        return SendResult(outcome=Outcome.ACCEPTED, reason="written")

    def check(self) -> CheckResult:
        return CheckResult(usable=not self._stream.closed, detail="writes to the console")


Courier = Callable[[Rendered], SendResult]
"""Makes the exchange with the other side."""


class AppriseSender:
    """A channel that Apprise carries. One message at a time; reasons have the channel's secrets hidden."""

    def __init__(
        self,
        plugin: NotifyBase,
        judge: Callable[[bool], SendResult],
        check: Callable[[], CheckResult],
        redactor: Redactor,
    ) -> None:
        self._plugin, self._judge, self._check, self._redactor = plugin, judge, check, redactor
        self._apprise = apprise.Apprise()
        self._apprise.add(plugin)
        self._busy = threading.Lock()
        self.budget: int = plugin.body_maxlen

    def send(self, message: Rendered) -> SendResult:
        # A message given up for being too slow may still be under way in its thread; a second beside it would be told
        # apart by nobody.
        if not self._busy.acquire(blocking=False):
            return SendResult(outcome=Outcome.RETRY, reason="an earlier message is under way", concerns=Concern.CHANNEL)
        try:
            if isinstance(self._plugin, _OwnPlugin):
                self._plugin.load(message)
            title, body = self._parts(message)
            # `bool` of Apprise's result is the answer; comparing it, or its status, misleads (SUCCESS is 0).
            agreed = bool(self._apprise.notify(body=body, title=title, body_format="text"))
            result = self._judge(agreed)
        finally:
            self._busy.release()
        return SendResult(
            outcome=result.outcome,
            reason=self._redactor.text(result.reason),
            retry_after=result.retry_after,
            concerns=result.concerns,
        )

    def _parts(self, message: Rendered) -> tuple[str, str]:
        """Title and body; the headline goes where the service has a place for titles."""
        headline, _, rest = message.body.partition("\n")
        if not self._plugin.title_maxlen or not rest.strip():
            return "", message.body
        return cut_bytes(headline, self._plugin.title_maxlen), rest.strip()

    def check(self) -> CheckResult:
        result = self._check()
        return CheckResult(usable=result.usable, detail=self._redactor.text(result.detail))


class _OwnPlugin(NotifyBase):  # type: ignore[no-untyped-call, unused-ignore] # releases of Apprise differ in types
    """An Apprise plug-in that hands the message to a courier and keeps the courier's word."""

    service_name = "alerts"  # type: ignore[assignment, unused-ignore]
    body_maxlen = 10_000_000  # packed already: Apprise would split by characters
    title_maxlen = 10_000
    request_rate_per_sec = 0

    def __init__(self, courier: Courier) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._courier = courier
        self._message: Rendered | None = None
        self._result: SendResult | None = None
        self._bug: Exception | None = None

    def load(self, message: Rendered) -> None:
        self._message, self._result, self._bug = message, None, None

    def send(self, body: str, title: str = "", notify_type: Any = None, **kwargs: Any) -> bool:
        assert self._message is not None
        try:
            self._result = self._courier(self._message)
        except Exception as exc:
            # Apprise would log it and answer False. `result` raises it again in the sender.
            self._bug = exc
            raise
        return self._result.outcome is Outcome.ACCEPTED

    def result(self, agreed: bool) -> SendResult:
        """The courier's word on the loaded message. Raises what the courier raised."""
        if self._bug is not None:
            raise self._bug
        if self._result is None:
            return SendResult(outcome=Outcome.RETRY, reason="Apprise did not take the message")
        return self._result

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:
        return "alerts://hidden"


class _Heard(logging.Handler):
    """Keeps what one plug-in logs, for reading the status of a failure; nothing goes to the program's log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_LOST: Final = re.compile(r"read timed out|aborted|disconnected|reset by peer|incompleteread", re.I)
_NOT_REACHED: Final = re.compile(
    r"refused|newconnection|name resolution|resolve|connecttimeout|unreachable|certificate", re.I
)


def judge_heard(service: str, agreed: bool, lines: Sequence[str]) -> SendResult:
    """The outcome of a service that only Apprise knows, from its yes or no and from what its plug-in logged."""
    if agreed:
        return SendResult(outcome=Outcome.ACCEPTED, reason=f"{service} by Apprise's word")
    said = "\n".join(lines)
    if status := _STATUS.search(said):
        verdict = posting.judge_status(int(status[1]), {})
        if verdict is not None:
            return verdict
    if _NOT_REACHED.search(said):
        return SendResult(outcome=Outcome.RETRY, reason=f"{service}: no connection", concerns=Concern.CHANNEL)
    if _LOST.search(said):
        return SendResult(outcome=Outcome.UNKNOWN, reason=f"{service}: the answer was lost", concerns=Concern.CHANNEL)
    return SendResult(outcome=Outcome.RETRY, reason=f"{service} failed without a reason")


def carried_by_apprise(courier: Courier, check: Callable[[], CheckResult], redactor: Redactor) -> AppriseSender:
    """A sender whose exchange is made and read by `courier`."""
    plugin = _OwnPlugin(courier)
    return AppriseSender(plugin, plugin.result, check, redactor)


def native_sender(plugin: NotifyBase, redactor: Redactor) -> AppriseSender:
    """A sender for a service as Apprise implements it."""
    heard = _Heard()
    private = logging.Logger("alerts.apprise", logging.DEBUG)
    private.propagate = False
    private.addHandler(heard)
    plugin.logger = private
    # Repeating is ours to decide, and a service may not call its own failure a success (`?retry=`, `?optional=`).
    plugin.retry, plugin.optional = 0, False
    service = str(plugin.service_name)

    def judge(agreed: bool) -> SendResult:
        lines, heard.lines = tuple(heard.lines), []
        return judge_heard(service, agreed, lines)

    def check() -> CheckResult:
        return CheckResult(usable=True, detail=f"Apprise reads it as {service}; it shows only when used")

    return AppriseSender(plugin, judge, check, redactor)


_LARK: Final = "https://open.larksuite.com/open-apis/bot/v2/hook/{}"


def read_url(url: Secret) -> NotifyBase | tuple[ChannelKind, ChannelSettings]:
    """Apprise's plug-in for the URL; for mail, and for robots whose 200 means nothing, a channel of our own instead.

    Raises ValueError with a reason that may hold secrets.
    """
    try:
        plugin: Any = apprise.Apprise.instantiate(url.reveal(), suppress_exceptions=False)
    except (AppriseImproperlyConfigured, TypeError) as exc:
        raise ValueError(f"Apprise does not take this URL: {exc}") from exc
    protocol = getattr(plugin, "secure_protocol", None)
    match protocol[0] if isinstance(protocol, tuple) else protocol:
        case "wecombot":
            return ChannelKind.WECOM, RobotSettings(address=Secret(plugin.key))
        case "dingtalk":
            settings = RobotSettings(address=Secret(plugin.token), signing=Secret(plugin.secret or ""))
            return ChannelKind.DINGTALK, settings
        case "feishu":
            return ChannelKind.FEISHU, RobotSettings(address=Secret(plugin.token))
        case "lark":
            return ChannelKind.FEISHU, RobotSettings(address=Secret(_LARK.format(plugin.token)))
        case "schan":
            return ChannelKind.SERVERCHAN, RobotSettings(address=Secret(plugin.token))
        case "pushplus" if len(plugin.topics) <= 1:  # several topics are several messages, which the plug-in sends
            return ChannelKind.PUSHPLUS, RobotSettings(address=_pushplus_address(plugin))
        case "mailtos":
            return ChannelKind.EMAIL, _account_of(plugin)
        case _ if isinstance(plugin, NotifyBase):
            return plugin
        case _:
            raise ValueError("Apprise knows no service for this URL")


def _pushplus_address(plugin: Any) -> Secret:
    """The service's address with all that the plug-in knows besides the message."""
    values = {
        "token": plugin.token,
        "topic": next(iter(plugin.topics), ""),
        "channel": plugin.channel or "",
        "webhook": plugin.webhook or "",
    }
    return Secret(f"{plugin.notify_url}?{urlencode({name: value for name, value in values.items() if value})}")


def _account_of(plugin: Any) -> EmailSettings:
    """The structured settings in a `mailto://` URL, with Apprise's knowledge of mail providers applied."""
    modes = {"insecure": MailSecurity.NONE, "ssl": MailSecurity.TLS, "starttls": MailSecurity.STARTTLS}
    name, address = plugin.from_addr
    return EmailSettings(
        host=plugin.smtp_host,
        port=plugin.port or 0,
        security=modes[plugin.secure_mode],
        username=plugin.user if plugin.password else "",
        password=Secret(plugin.password or ""),
        from_address=f"{name} <{address}>" if name else address,
        to=tuple(target for _, target in plugin.targets),
        verify_tls=bool(plugin.verify_certificate),
    )
