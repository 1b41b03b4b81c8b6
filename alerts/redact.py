"""Hides known secrets in text, log records and tracebacks, in every spelling in which they travel.

Libraries below us print addresses at DEBUG level (urllib3 prints the path of each request, Apprise whole URLs), and for
a chat robot the address is the key. So a `Redactor` sits as a filter on their loggers, and may sit on any handler.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from alerts.model import AppriseSettings, Channel, EmailSettings, Receiver, RobotSettings, WebhookSettings
from alerts.secret import HIDDEN, Secret

LEAKY_LOGGERS = (
    "apprise",
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.util.retry",
    "alerts.desk",
    "alerts.sending",
)
"""Loggers that print what they were given; ours, since the traceback of a bug quotes what it tripped over."""

_SHORTEST_SECRET = 4
"""Hiding shorter ones would hide half of every line, and show by that what they are."""

_SHORTEST = 6
"""Parts of an address shorter than this are words (`send`, `bot`), not keys."""


class Redactor(logging.Filter):
    """Replaces secrets by `[hidden]`. As a logging filter it lets every record pass, cleaned."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        super().__init__()
        self._spellings: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self.learn(secrets)

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Hide these as well, from now on."""
        self._spellings |= {spelling for secret in secrets for spelling in _spellings(secret.reveal())}
        # The longest first, or a short secret inside a long one would leave the rest of it standing.
        ordered = sorted(self._spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """The text with each secret in it hidden."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the message, the traceback and string extras of a record, in place."""
        if self._pattern is None:
            return True
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # a malformed log call must not break the caller through us
            message = f"{record.msg} {record.args!r}"
        record.msg, record.args = self.text(message), ()
        if record.exc_info:
            record.exc_text = self.text(logging.Formatter().formatException(_full(record.exc_info)))
            # Formatters print `exc_text` by itself; with `exc_info` left, some would format the raw exception again.
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = self.text(record.exc_text)
        for name, value in vars(record).items():
            if isinstance(value, str) and name not in ("msg", "exc_text"):
                setattr(record, name, self.text(value))
        return True

    def __repr__(self) -> str:
        return "Redactor()"


def guard(secrets: Iterable[Secret], loggers: Iterable[str] = LEAKY_LOGGERS) -> None:
    """Hide these secrets in what the loggers print, for the rest of the process.

    A logger gets one filter however often it is guarded, and forgets no secret: after a reload, a message under way
    may still print an old key.
    """
    known = tuple(secrets)
    for name in loggers:
        logger = logging.getLogger(name)
        sitting = next((one for one in logger.filters if isinstance(one, Redactor)), None)
        if sitting is None:
            logger.addFilter(Redactor(known))
        else:
            sitting.learn(known)


def secrets_of(receivers: Iterable[Receiver]) -> tuple[Secret, ...]:
    """All secrets in the receivers' channels, for a `Redactor` on the program's log handlers."""
    return tuple(
        secret for receiver in receivers for channel in receiver.channels for secret in channel_secrets(channel)
    )


def channel_secrets(channel: Channel) -> Iterator[Secret]:
    """The secrets in one channel's settings, addresses both whole and in their telling parts."""
    match channel.settings:
        case EmailSettings(password=password):
            yield password
        case RobotSettings(address=address, signing=signing):
            yield from (address, signing, *_address_parts(address))
        case WebhookSettings(address=address, headers=headers):
            yield from (address, *headers.values(), *_address_parts(address))
        case AppriseSettings(url=url):
            yield from (url, *_address_parts(url))
        case _:
            return


def _address_parts(address: Secret) -> Iterator[Secret]:
    """The key inside a robot's address: password, long path segments and query values (a host is no secret)."""
    text = address.reveal()
    try:
        split = urlsplit(text)
        known_host = split.scheme in ("http", "https")
        if split.password:
            yield Secret(split.password)
            yield Secret(unquote(split.password))
        parts = [
            split.username or "",
            *split.path.split("/"),
            *(v for _, v in parse_qsl(split.query)),
        ]
    except ValueError:
        return
    if not known_host:
        # `wecombot://KEY/`: Apprise puts tokens where the host stands.
        parts.append(split.netloc.rpartition("@")[2])
    for part in filter(_is_key_like, parts):
        yield Secret(part)
        yield Secret(unquote(part))
        yield Secret(part.removesuffix(".send"))


def _is_key_like(part: str) -> bool:
    """Long, or with a digit: `cgi-bin` and `services` are words, and hiding them would only garble logs."""
    return len(part) >= 16 or (len(part) >= _SHORTEST and any(map(str.isdigit, part)))


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < _SHORTEST_SECRET:
        return
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    if len(secret) >= _SHORTEST:
        yield base64.b64encode(secret.encode()).decode()
        yield secret.lower()


def _full(exc_info: Any) -> Any:
    """`exc_info` as the triple that formatters want, also where the caller wrote `exc_info=exception`."""
    return exc_info if isinstance(exc_info, tuple) else (type(exc_info), exc_info, exc_info.__traceback__)
