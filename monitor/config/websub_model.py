"""The section `websub` of `config.yaml`: where hubs can tell this program of news, for feeds that name one."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from monitor.config.quantity import Duration
from monitor.config.section import Section

_LONGEST = 500


class WebsubConfig(Section):
    """WebSub: a feed's hub tells of what is new, and the feed is polled then. Off without `callback_url`."""

    callback_url: str = ""
    """Public address that leads to `/websub` of the daemon's own pages (section `web`), such as
    `https://news.example.com/websub`; only this path need be open to the world. Empty: no hub is asked for anything."""
    key_env: str = ""
    """Environment variable with a key of at least 16 characters, from which the secret of each subscription is made."""
    key_file: str = ""
    """File with that key."""
    at_most_every: Duration = Field(default=dt.timedelta(minutes=1))
    """However often a hub tells of news, the feed is not polled more often."""

    @property
    def enabled(self) -> bool:
        """Whether hubs are asked."""
        return bool(self.callback_url)

    @field_validator("callback_url")
    @classmethod
    def _is_plain(cls, value: str) -> str:
        if value and not _is_plain_address(value):
            raise ValueError("write http(s)://host/path, without login, query and fragment, as hubs are to call it")
        return value.rstrip("/")

    @field_validator("at_most_every")
    @classmethod
    def _not_too_often(cls, value: dt.timedelta) -> dt.timedelta:
        if value < dt.timedelta(seconds=1):
            raise ValueError("less than 1s: no site wants that")
        return value

    @model_validator(mode="after")
    def _has_a_key(self) -> WebsubConfig:
        if self.enabled and not (self.key_env or self.key_file):
            raise ValueError("has a `callback_url`: name a key, too, in `key_env` or `key_file`")
        return self


def _is_plain_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    extras = parts.username or parts.password or "?" in url or "#" in url
    written = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port_is_fine and written and not extras
