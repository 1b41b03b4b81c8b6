"""Whether what was delivered is from the hub that was asked (WebSub, section 7). Pure.

A delivery is believed for what it says by coming: that the feed has something new. Its content is never read; the feed is
asked instead. So it is judged by two things only: the signature over its bytes, made with the secret that this one
subscription was asked for with, and the topic that its headers name. A wrong signature is answered like a right one (2xx),
as the Recommendation asks: who forges learns nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from enum import StrEnum

from monitor.websub.model import Subscription, SubscriptionState

_METHODS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


class Delivered(StrEnum):
    """What a delivery is."""

    BELIEVED = "believed"
    UNKNOWN = "unknown"  # no such token
    GONE = "gone"  # to a subscription that is over
    UNASKED = "unasked"  # to one that no hub has been granted
    UNSIGNED = "unsigned"
    WEAK = "weak"  # signed with a method that is not good enough (SHA-1), or not known
    FORGED = "forged"
    OTHER_TOPIC = "other topic"

    @property
    def is_refused(self) -> bool:
        """Whether somebody who knows the address delivered what is not believed."""
        return self in (Delivered.UNASKED, Delivered.UNSIGNED, Delivered.WEAK, Delivered.FORGED, Delivered.OTHER_TOPIC)


def verify_content(
    subscription: Subscription | None, secret: str, signature: str, topics: Collection[str], body: bytes
) -> Delivered:
    """What a delivery of `body` is, by its header `X-Hub-Signature` and the topics (`rel="self"`) that its headers name.

    One that names no topic is not refused for that: its secret is that of this topic's subscription and no other's.
    """
    if subscription is None:
        return Delivered.UNKNOWN
    if subscription.state in (SubscriptionState.ENDED, SubscriptionState.LEAVING):
        return Delivered.GONE
    if subscription.lease_until is None:
        return Delivered.UNASKED
    method, _, digest = signature.strip().partition("=")
    if not digest:
        return Delivered.UNSIGNED
    algorithm = _METHODS.get(method.strip().lower())
    if algorithm is None:
        return Delivered.WEAK
    expected = hmac.new(secret.encode(), body, algorithm).hexdigest()
    if not hmac.compare_digest(expected.encode(), digest.strip().lower().encode("utf-8", "replace")):
        return Delivered.FORGED
    if topics and subscription.topic not in topics:
        return Delivered.OTHER_TOPIC
    return Delivered.BELIEVED
