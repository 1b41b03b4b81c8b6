"""Positions and links as JSON values and back: what a journal keeps of them, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from crawler.dates import Moment
from crawler.spiders.base import Link, Poll, Trail


def poll_to_json(poll: Poll) -> dict[str, Any]:
    """A position in a list. Bodies are UTF-8 text, as every request here sends it."""
    return {
        "url": poll.url, "method": poll.method, "headers": dict(poll.headers), "body": poll.body.decode(), "page": poll.page,
        "state_key": poll.state_key, "context": dict(poll.context), "reread": poll.reread, "trail": asdict(poll.trail),
    }  # fmt: skip


def poll_from_json(stored: Mapping[str, Any]) -> Poll:
    """The inverse of `poll_to_json`."""
    return Poll(**{**stored, "body": stored["body"].encode(), "trail": Trail(**stored["trail"])})


def link_to_json(link: Link) -> dict[str, Any]:
    """A link with what its list said of it; what the list did not say is left out."""
    said: dict[str, Any] = {}
    for field in fields(link):
        value = getattr(link, field.name)
        if isinstance(value, Moment):
            value = {"at": value.at.isoformat(), "precision": value.precision}
        if value != field.default:
            said[field.name] = value
    return said


def link_from_json(stored: Mapping[str, Any]) -> Link:
    """The inverse of `link_to_json`."""
    published = stored.get("published")
    if published is None:
        return Link(**stored)
    moment = Moment(at=dt.datetime.fromisoformat(published["at"]), precision=published["precision"])
    return Link(**{**stored, "published": moment})
