"""The section `web`: open to this machine by default, to others only by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import WebConfig
from monitor.config.reading import parse_config
from monitor.errors import ConfigError


def section(text: str) -> WebConfig:
    return parse_config(f"web: {text}", file="config.yaml", base=Path()).web


def test_by_default_it_answers_this_machine_only() -> None:
    assert section("{}").is_local
    assert section("{}").enabled


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "'::1'"])
def test_loopback_needs_no_names(host: str) -> None:
    assert section(f"{{host: {host}}}").is_local


@pytest.mark.parametrize("host", ["0.0.0.0", "'::'", "192.168.1.5", "baoxun.lan"])
def test_other_machines_are_let_in_by_name_only(host: str) -> None:
    """A page without login that answers to any name is open to DNS rebinding."""
    with pytest.raises(ConfigError) as refused:
        section(f"{{host: {host}}}")
    assert "allowed_hosts" in str(refused.value)
    assert not section(f"{{host: {host}, allowed_hosts: [baoxun.lan]}}").is_local
    assert not section(f"{{host: {host}, enabled: false}}").enabled


@pytest.mark.parametrize("name", ["'*'", "http://baoxun", "baoxun:8642", "'*.lan'", "''", "a/b", "保讯"])
def test_a_name_is_a_name(name: str) -> None:
    with pytest.raises(ConfigError, match="is no host name"):
        section(f"{{allowed_hosts: [{name}]}}")


def test_names_are_compared_as_browsers_send_them() -> None:
    assert section("{allowed_hosts: [Baoxun.LAN, '[fd00::1]', 10.0.0.7]}").allowed_hosts == (
        "baoxun.lan", "fd00::1", "10.0.0.7",
    )  # fmt: skip


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_is_one(port: int) -> None:
    with pytest.raises(ConfigError, match="port"):
        section(f"{{port: {port}}}")
