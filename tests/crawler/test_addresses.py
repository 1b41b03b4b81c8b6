"""Which addresses may be connected to: a table of every special range, and laws over all addresses."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import SourceKind, SourceSpec
from crawler.addresses import OPENED_BY_ALLOW_PRIVATE, STRICT, AddressKind, Guard, guard_for, kind_of, literal

OPEN = Guard(allow_private=True)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", "public"),
        ("202.106.0.20", "public"),
        ("2400:3200::1", "public"),
        ("127.0.0.1", "loopback"),
        ("127.8.9.1", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("172.32.0.1", "public"),
        ("192.168.1.1", "private"),
        ("fd12:3456::1", "private"),
        ("fec0::1", "private"),
        ("100.64.0.1", "carrier's shared"),
        ("100.128.0.1", "public"),
        ("198.18.0.7", "benchmarking"),
        ("169.254.1.1", "link-local"),
        ("fe80::1", "link-local"),
        ("169.254.169.254", "cloud metadata"),
        ("100.100.100.200", "cloud metadata"),
        ("168.63.129.16", "cloud metadata"),
        ("fd00:ec2::254", "cloud metadata"),
        ("224.0.0.251", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("0.1.2.3", "unspecified"),
        ("::", "unspecified"),
        ("255.255.255.255", "reserved"),
        ("203.0.113.9", "reserved"),
        ("2001:db8::1", "reserved"),
        ("4000::1", "reserved"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:8.8.8.8", "public"),
        ("::7f00:1", "loopback"),
        ("64:ff9b::a9fe:a9fe", "cloud metadata"),
        ("2002:7f00:1::", "loopback"),
        ("2001:0:102:304:0:0:80ff:fffe", "loopback"),  # Teredo hides its client's address inverted
    ],
)
def test_what_an_address_is_for(address: str, kind: str) -> None:
    """Every special range is known, also where IPv6 carries an IPv4 address."""
    assert kind_of(ipaddress.ip_address(address)) == kind


@pytest.mark.parametrize(
    "address", ["0.0.0.0", "169.254.169.254", "100.100.100.200", "fe80::1", "224.0.0.1", "240.1.1.1"]
)
def test_some_addresses_are_open_to_nobody(address: str) -> None:
    """Neither `allow_private` nor the operator's own word leads to metadata services, link-local addresses and the like."""
    trusting = Guard(trusted=frozenset({(address, 80)}), allow_private=True)
    assert trusting.refused(address, 80, ipaddress.ip_address(address)) is not None


def test_what_the_operator_wrote_is_trusted_to_the_port() -> None:
    """A literal address in a source's own urls may be private; other ports and names that resolve to it may not."""
    guard = guard_for(
        SourceSpec(name="s", kind=SourceKind.FEED, urls=("http://10.0.0.5:1200/feed", "http://intra.example/"))
    )
    ten = ipaddress.ip_address("10.0.0.5")
    assert guard.refused("10.0.0.5", 1200, ten) is None
    assert guard.refused("10.0.0.5", 6379, ten) is AddressKind.PRIVATE
    assert guard.refused("10.0.0.6", 1200, ipaddress.ip_address("10.0.0.6")) is AddressKind.PRIVATE
    assert guard.refused("news.example", 1200, ten) is AddressKind.PRIVATE
    assert guard.refused("intra.example", 80, ten) is AddressKind.PRIVATE


def test_the_operators_proxy_is_trusted_under_its_name() -> None:
    """A proxy in the house is connected to; it opens nothing else."""
    guard = guard_for(SourceSpec(name="s", kind=SourceKind.FEED, urls=("http://x.example/",)), "http://proxy.lan:3128")
    ten = ipaddress.ip_address("10.0.0.5")
    assert guard.refused("proxy.lan", 3128, ten) is None
    assert guard.refused("proxy.lan", 80, ten) is AddressKind.PRIVATE


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", "127.0.0.1"),
        ("LOCALHOST.", "127.0.0.1"),
        ("a.localhost", "127.0.0.1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("news.example", None),
        ("2130706433", None),  # a resolver reads it as 127.0.0.1: judged by what it resolves to
        ("", None),
    ],
)
def test_literal(host: str, address: str | None) -> None:
    """What a host spells without asking DNS."""
    found = literal(host)
    assert (str(found) if found else None) == address


@pytest.mark.parametrize("url", ["http://[::1/", "http://x:99999999/", "", "http://"])
def test_unreadable_urls_are_no_literals(url: str) -> None:
    """A malformed URL neither raises nor is trusted."""
    assert STRICT.refused_literal(url) is None
    assert guard_for(SourceSpec(name="s", kind=SourceKind.FEED, urls=(url,))).trusted == frozenset()


@given(st.ip_addresses())
def test_the_strict_guard_passes_public_addresses_only(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Every address has a kind; allow_private opens exactly the four kinds it says; the standard library agrees."""
    kind = kind_of(address)
    assert (STRICT.refused("h.example", 80, address) is None) == (kind is AddressKind.PUBLIC)
    assert (OPEN.refused("h.example", 80, address) is None) == (
        kind is AddressKind.PUBLIC or kind in OPENED_BY_ALLOW_PRIVATE
    )
    if kind is AddressKind.PUBLIC and not getattr(address, "sixtofour", None):
        assert address.is_global or address.version == 6


@given(st.ip_addresses(v=4))
def test_a_disguise_changes_nothing(address: ipaddress.IPv4Address) -> None:
    """Mapped into IPv6, NAT64 or 6to4, an address is what it was."""
    number = int(address)
    for disguised in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert kind_of(ipaddress.IPv6Address(disguised)) == kind_of(address)
