"""Which network addresses may be connected to: a page that is read must not lead the crawler into the house (SSRF). Pure.

A link, a redirect or a name's DNS answer is written by strangers. So each address is judged after its name was resolved and
before it is connected to (`connecting` sees to that), and refused unless it is public:

1. What the operator wrote is no stranger's word: an origin (host and port) that stands in a source's own `urls` as a literal
   address or as `localhost` may be private.
2. `SourceSpec.allow_private` opens loopback and private addresses for whatever one source leads to.
3. Link-local addresses, metadata services of clouds, multicast, unspecified and reserved addresses are never connected to.

Ranges: the IANA special-purpose registries (RFC 6890 and its successors). Metadata addresses beside 169.254.169.254 are those
of Alibaba Cloud (100.100.100.200), Azure (168.63.129.16), Oracle (192.0.0.192) and Amazon on IPv6 (fd00:ec2::254).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from crawler.items import SourceSpec

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Origin = tuple[str, int]
"""Host in lower case without brackets or trailing dot, and port."""

_PORTS = {"http": 80, "https": 443}


class AddressKind(StrEnum):
    """What an address is for; the value completes «… is a … address»."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    SHARED = "carrier's shared"  # RFC 6598, 100.64.0.0/10
    BENCHMARK = "benchmarking"  # RFC 2544, 198.18.0.0/15; local proxies answer DNS with it («fake-ip»)
    LINK_LOCAL = "link-local"
    METADATA = "cloud metadata"
    MULTICAST = "multicast"
    UNSPECIFIED = "unspecified"
    RESERVED = "reserved"


OPENED_BY_ALLOW_PRIVATE = frozenset(
    {AddressKind.LOOPBACK, AddressKind.PRIVATE, AddressKind.SHARED, AddressKind.BENCHMARK}
)

_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "169.254.0.23", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
    )
)
# The order matters: the first network that holds an address says what it is.
_RANGES = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", AddressKind.UNSPECIFIED),
        ("10.0.0.0/8", AddressKind.PRIVATE),
        ("100.64.0.0/10", AddressKind.SHARED),
        ("127.0.0.0/8", AddressKind.LOOPBACK),
        ("169.254.0.0/16", AddressKind.LINK_LOCAL),
        ("172.16.0.0/12", AddressKind.PRIVATE),
        ("192.0.0.0/24", AddressKind.RESERVED),
        ("192.0.2.0/24", AddressKind.RESERVED),
        ("192.88.99.0/24", AddressKind.RESERVED),
        ("192.168.0.0/16", AddressKind.PRIVATE),
        ("198.18.0.0/15", AddressKind.BENCHMARK),
        ("198.51.100.0/24", AddressKind.RESERVED),
        ("203.0.113.0/24", AddressKind.RESERVED),
        ("224.0.0.0/4", AddressKind.MULTICAST),
        ("240.0.0.0/4", AddressKind.RESERVED),
        ("::/128", AddressKind.UNSPECIFIED),
        ("::1/128", AddressKind.LOOPBACK),
        ("100::/64", AddressKind.RESERVED),
        ("2001:db8::/32", AddressKind.RESERVED),
        ("3fff::/20", AddressKind.RESERVED),
        ("fc00::/7", AddressKind.PRIVATE),
        ("fe80::/10", AddressKind.LINK_LOCAL),
        ("fec0::/10", AddressKind.PRIVATE),
        ("ff00::/8", AddressKind.MULTICAST),
        ("2000::/3", AddressKind.PUBLIC),
        ("::/0", AddressKind.RESERVED),  # IANA has handed out 2000::/3 only
        ("0.0.0.0/0", AddressKind.PUBLIC),
    )
)
# Ranges whose addresses stand for an IPv4 address in their last 32 bits: mapped, compatible, NAT64 (RFC 6052, RFC 8215).
_ENDS_IN_IPV4 = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/96")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """One source's permission: `trusted` origins the operator wrote himself, and whether private addresses are open to it."""

    trusted: frozenset[Origin] = frozenset()
    allow_private: bool = False

    def refused(self, host: str, port: int, address: Address) -> AddressKind | None:
        """The kind of `address`, to which `host` resolved, if it must not be connected to; None if it may be."""
        kind = kind_of(address)
        if kind is AddressKind.PUBLIC:
            return None
        opened = self.allow_private or (plain_host(host), port) in self.trusted
        return None if opened and kind in OPENED_BY_ALLOW_PRIVATE else kind

    def refused_literal(self, url: str) -> AddressKind | None:
        """As `refused`, for a URL that names an address itself; None for one with a name (whoever resolves it judges it)."""
        origin = origin_of(url)
        address = literal(origin[0])
        return self.refused(*origin, address) if address is not None else None


STRICT = Guard()


def guard_for(source: SourceSpec, proxy: str = "") -> Guard:
    """What `source` may connect to; the operator's own `proxy` is trusted as well, under whatever name."""
    written = (source.warm_up, *source.urls) if source.warm_up else source.urls
    origins = {origin for origin in map(origin_of, written) if literal(origin[0]) is not None}
    return Guard(trusted=frozenset(origins | _origins((proxy,))), allow_private=source.allow_private)


def kind_of(address: Address) -> AddressKind:
    """What `address` is for; an IPv6 address that carries an IPv4 address is what that one is."""
    if address in _METADATA:
        return AddressKind.METADATA
    if isinstance(address, ipaddress.IPv6Address) and (inner := _carried(address)) is not None:
        return kind_of(inner)
    return next(kind for network, kind in _RANGES if network.version == address.version and address in network)


def literal(host: str) -> Address | None:
    """The address that `host` spells, `localhost` and the names below it being 127.0.0.1 (RFC 6761); None for a name."""
    host = plain_host(host)
    if host == "localhost" or host.endswith(".localhost"):
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def plain_host(host: str) -> str:
    """`host` in the form that origins are compared in."""
    return host.strip("[]").rstrip(".").lower()


def origin_of(url: str) -> Origin:
    """Host and port of an http(s) URL; an empty host and port 0 where it cannot be read."""
    try:
        parts = urlsplit(url)
        return plain_host(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", 0


def _origins(urls: Iterable[str]) -> set[Origin]:
    return {origin_of(url) for url in urls if url}


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, NAT64, 6to4 or Teredo address."""
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _ENDS_IN_IPV4) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
