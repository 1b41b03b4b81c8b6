"""Which hubs a list says will tell of what is new in it, and by which name (WebSub, W3C Recommendation of 2018, section 4). Pure.

A list names its hubs and itself in `Link` headers (RFC 8288) or in its own text; what headers say wins. All of it is written by
strangers: only http(s) addresses without a login count, and only so many of a bounded length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.urls import join

HUB, SELF = "hub", "self"

_MOST_HUBS = 4
_LONGEST = 2_000
_HEADER = 8_000
"""Characters of a `Link` header that are read."""
_TARGET = re.compile(r"<([^<>]{0,4000})>")
_PARAMETER = re.compile(r'[;\s]*([A-Za-z][\w*-]{0,40})\s*(?:=\s*(?:"([^"]{0,2000})"|([^\s;,"]{0,2000})))?')


@dataclass(frozen=True, kw_only=True, slots=True)
class HubLinks:
    """What a list says of hubs. No hubs: it has none."""

    hubs: tuple[str, ...] = ()
    """Addresses of its hubs, those it prefers first."""
    topic: str = ""
    """The address under which hubs know the list (`rel="self"`); empty where it does not say."""


NO_HUBS = HubLinks()


def hub_links(links: Iterable[tuple[str, str]], base: str) -> HubLinks:
    """Hubs and topic among `links`, pairs of relation types (parted by blanks, RFC 8288) and addresses."""
    hubs: list[str] = []
    topic = ""
    for rel, href in links:
        kinds = rel.lower().split()
        address = _usable(join(base, href)) if href and {HUB, SELF} & {*kinds} else ""
        if HUB in kinds and address and address not in hubs and len(hubs) < _MOST_HUBS:
            hubs.append(address)
        if SELF in kinds and not topic:
            topic = address
    return HubLinks(hubs=tuple(hubs), topic=topic)


def announced(headers: Iterable[str], told: HubLinks, url: str) -> HubLinks:
    """What a list at `url` says in its `Link` headers, and what it is `told` to say itself where they are silent.

    A list with hubs and no name of its own is known by `url`.
    """
    said = hub_links((pair for header in headers for pair in link_header(header)), url)
    hubs = said.hubs or told.hubs
    return HubLinks(hubs=hubs, topic=said.topic or told.topic or _usable(url)) if hubs else NO_HUBS


def link_header(header: str) -> tuple[tuple[str, str], ...]:
    """The (relation types, address) pairs of a `Link` header, in order; what cannot be read is left out."""
    header = header[:_HEADER]
    targets = tuple(_TARGET.finditer(header))
    ends = (*(found.start() for found in targets[1:]), len(header))
    return tuple(
        (_rel(header[found.end() : end]), found.group(1).strip()) for found, end in zip(targets, ends, strict=False)
    )


def _rel(parameters: str) -> str:
    """The first `rel` counts (RFC 8288, section 3.3)."""
    for name, quoted, plain in _PARAMETER.findall(parameters):
        if name.lower() == "rel":
            return str(quoted or plain)
    return ""


def _usable(address: str) -> str:
    """`address` without its fragment; empty where nobody should be sent there."""
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and parts.port != 0 and not (parts.username or parts.password)
    except ValueError:
        return ""
    plain = address.partition("#")[0]
    printable = plain.isprintable() and " " not in plain
    return plain if sound and printable and parts.scheme in ("http", "https") and len(plain) <= _LONGEST else ""
