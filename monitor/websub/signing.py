"""Addresses and secrets of subscriptions, all made from one key that the operator keeps. Pure.

Each subscription has a secret of its own, which is nowhere stored: it is the HMAC of its token. Who reads the database learns
where notifications go, and cannot sign one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

LEAST_KEY = 16
"""Characters that a key has at least."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signing:
    """Makes them. `reveal_key` gives the operator's key; `callback_url` is where hubs find this program."""

    callback_url: str
    reveal_key: Callable[[], str]

    def callback(self, token: str) -> str:
        """The address that a hub is given for one subscription (`hub.callback`)."""
        return f"{self.callback_url.rstrip('/')}/{token}"

    def secret(self, token: str) -> str:
        """What a hub signs with (`hub.secret`): 64 hexadecimal digits, within the 200 bytes that are allowed."""
        return self._made("secret", token)

    def mark(self) -> str:
        """Tells one key and callback address from another, and nothing about them."""
        return self._made("mark", self.callback_url)[:16]

    def _made(self, what: str, of: str) -> str:
        return hmac.new(self.reveal_key().encode(), f"websub {what} {of}".encode(), hashlib.sha256).hexdigest()
