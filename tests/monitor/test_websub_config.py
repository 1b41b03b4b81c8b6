"""The section `websub`: off unless it is whole; its key is read from where it is kept and shown nowhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from monitor.cli.sources import hubs
from monitor.config import Config
from monitor.config.building import build_websub
from monitor.config.reading import parse_config
from monitor.errors import ConfigError
from monitor.phrases import CHINA
from monitor.websub import Subscription, SubscriptionState
from tests.conftest import START

KEY = "0123456789abcdef-key"


def config(text: str, more: str = "") -> Config:
    return parse_config(f"websub: {text}\n{more}", file="config.yaml", base=Path())


def test_without_an_address_nothing_is_asked() -> None:
    assert build_websub(config("{}"), {}) is None
    assert build_websub(config("{key_env: KEY}"), {}) is None, "not even the key is looked for"


def test_an_address_and_a_key_make_subscriptions(tmp_path: Path) -> None:
    """The key may stand in a variable or a file; it is printed by nothing."""
    (tmp_path / "key").write_text(f"{KEY}\n", encoding="utf-8")
    address = "https://news.example.com/baoxun/websub"
    one = build_websub(config(f"{{callback_url: '{address}/', key_env: KEY}}"), {"KEY": KEY})
    two = build_websub(config(f"{{callback_url: '{address}', key_file: '{tmp_path / 'key'}'}}"), {})
    assert one is not None
    assert two is not None
    assert one.callback("token") == f"{address}/token"
    assert one.secret("token") == two.secret("token")
    assert KEY not in repr(one)


@pytest.mark.parametrize(
    ("section", "more", "problem"),
    [
        ("{callback_url: 'https://me.example/websub'}", "", "key_env"),
        ("{callback_url: 'https://me.example/websub', key_env: MISSING}", "", "MISSING is not set"),
        ("{callback_url: 'https://me.example/websub', key_env: SHORT}", "", "less than 16"),
        ("{callback_url: 'https://me.example/websub', key_env: KEY, key_file: k}", "", "both"),
        ("{callback_url: 'https://me.example/websub', key_env: KEY}", "web: {enabled: false}", "pages are off"),
        ("{callback_url: 'https://me.example/websub?x=1', key_env: KEY}", "", "without login"),
        ("{callback_url: 'https://a:b@me.example/websub', key_env: KEY}", "", "without login"),
        ("{callback_url: 'https://me.example/#websub', key_env: KEY}", "", "without login"),
        ("{callback_url: 'ftp://me.example/', key_env: KEY}", "", "without login"),
        ("{callback_url: me.example, key_env: KEY}", "", "without login"),
        ("{at_most_every: 0s}", "", "less than 1s"),
        ("{key: abc}", "", "secrets do not stand in the file"),
    ],
)
def test_mistakes_are_told(section: str, more: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as refused:
        build_websub(config(section, more), {"KEY": KEY, "SHORT": "short"})
    assert KEY not in str(refused.value)


def test_a_source_shows_how_its_hubs_stand_and_no_token() -> None:
    one = Subscription(
        token="t0ken", source="news", feed="https://n/", topic="https://n/", hub="https://hub.example/",
        state=SubscriptionState.ACTIVE, next_at=START, created_at=START, lease_until=START + dt.timedelta(days=1),
        pings=12, refused=3, last_ping_at=START, problem="HTTP 500",
    )  # fmt: skip
    (line,) = hubs.lines([one], CHINA, START)
    for part in ("https://hub.example/", "已订阅", "12", "3", "2026-06-02", "2026-06-01", "HTTP 500"):
        assert part in line
    assert "t0ken" not in line + json.dumps(hubs.values([one]), default=str)
    assert not list(hubs.lines([Subscription(
        token="t", source="news", feed="f", topic="t", hub="h", state=SubscriptionState.ENDED, next_at=START,
        created_at=START,
    )], CHINA, START))  # fmt: skip
