"""Configuration: every mistake at once, with its line and a hint; secrets only by name."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Config, find_config, load_config
from monitor.config.building import build_database_url
from monitor.config.channel_building import build_receivers
from monitor.config.quantity import parse_duration, parse_size, print_duration
from monitor.config.reading import parse_config
from monitor.config.rule_building import build_routes
from monitor.errors import ConfigError, UsageError


def parse(text: str) -> Config:
    return parse_config(text, file="config.yaml", base=Path("/srv/baoxun"))


MISTAKES = {
    "unknown key at the top": ("sauces: []", 1, "sauces", "did you mean `sources`?"),
    "unknown key in a source": ("sources:\n- name: a\n  kind: feed\n  url: http://a.example/\n  evry: 1m", 5, "sources.0.evry", "`every`"),
    "a kind that does not exist": ("sources:\n- name: a\n  kind: rss\n  url: http://a.example/", 3, "sources.0.kind", "rss"),
    "a source without an address": ("sources:\n- name: a\n  kind: feed", 2, "sources.0", "url"),
    "an address that is none": ("sources:\n- name: a\n  kind: feed\n  url: a.example", 2, "sources.0", "no http(s) address"),
    "two sources of one name": (
        "sources:\n- {name: a, kind: feed, url: 'http://a.example'}\n- {name: a, kind: feed, url: 'http://b.example'}",
        3, "sources.1.name", "a second source",
    ),
    "off without a reason": ("sources:\n- {name: a, kind: feed, url: 'http://a.example', enabled: false}", 2, "sources.0", "why_off"),
    "a bare number for a duration": ("crawler:\n  delay: 5", 2, "crawler.delay", "30s, 15m"),
    "too often": ("sources:\n- {name: a, kind: feed, url: 'http://a.example', every: 100ms}", 2, "sources.0.every", "less than 1s"),
    "a time zone that is none": ("timezone: Mars/Base", 1, "timezone", "Asia/Shanghai"),
    "a route to nobody": ("alerts:\n  route:\n    receivers: [consle]", 3, "alerts.route.receivers.0", "did you mean `console`?"),
    "two channels of one name": (
        "alerts:\n  receivers:\n  - name: a\n    channels: [{kind: console}, {kind: console}]\n  route: {receivers: [a]}",
        3, "alerts.receivers.0", "two channels",
    ),
    "a password in the file": (
        "alerts:\n  receivers:\n  - name: a\n    channels:\n    - kind: email\n      host: h\n      from: a@b.c\n      to: [a@b.c]\n"
        "      password: x\n  route: {receivers: [a]}",
        9, "alerts.receivers.0.channels.0.password", "_env",
    ),
    "a channel of no kind": (
        "alerts:\n  receivers:\n  - name: a\n    channels:\n    - kind: pigeon\n  route: {receivers: [a]}",
        5, "alerts.receivers.0.channels.0", "'pigeon' is no kind of channel",
    ),
    "a robot without an address": (
        "alerts:\n  receivers:\n  - name: a\n    channels:\n    - kind: wecom\n  route: {receivers: [a]}",
        5, "alerts.receivers.0.channels.0", "url_env",
    ),
    "no mapping at all": ("- a\n- b", 1, "(file)", "keys and values"),
    "a key twice": ("timezone: UTC\ntimezone: UTC", 2, "(file)", "is no YAML"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_line_and_a_hint(mistake: str) -> None:
    """Where it stands, what it is, how to mend it."""
    text, line, path, words = MISTAKES[mistake]
    with pytest.raises(ConfigError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert (problem.line, problem.path) == (line, path)
    assert words in str(problem)


def test_all_mistakes_are_told_at_once() -> None:
    """Mending one by one is no way to spend a morning."""
    with pytest.raises(ConfigError) as caught:
        parse("timezone: X\nstorage: {urll: a}\ncrawler: {delay: 1}\nsources: [{name: 'a b', kind: x, url: y}]")
    assert {p.path for p in caught.value.problems} >= {"timezone", "storage.urll", "crawler.delay", "sources.0.name"}
    assert str(caught.value).count("config.yaml: line") == len(caught.value.problems)


def test_an_empty_file_is_the_default() -> None:
    """Nothing said, nothing wrong: alerts go to the console."""
    config = parse("")
    assert config.alerts.route.receivers == ("console",)
    assert config.storage.data_dir == Path("/srv/baoxun/data")


def test_secrets_come_from_variables_and_files_and_print_as_hidden(tmp_path: Path) -> None:
    """The value is nowhere in what prints; what is missing is told by name, all of it."""
    (tmp_path / "hook").write_text("https://oapi.dingtalk.example/robot/send?access_token=abc\n", encoding="utf-8")
    text = (
        "alerts:\n  receivers:\n  - name: a\n    channels:\n"
        "    - {kind: email, host: h, from: a@b.c, to: [a@b.c], username: u, password_env: MAIL_PASSWORD}\n"
        f"    - {{kind: dingtalk, url_file: {tmp_path}/hook, secret_env: SIGN}}\n  route: {{receivers: [a]}}"
    )
    config = parse(text)
    receivers = build_receivers(config, {"MAIL_PASSWORD": "tr0ub4dor", "SIGN": "SECabc"})
    assert "tr0ub4dor" not in repr(receivers) + repr(config)
    assert "access_token=abc" not in repr(receivers)
    with pytest.raises(ConfigError) as caught:
        build_receivers(config, {})
    assert {w for p in caught.value.problems for w in p.message.split() if w.isupper()} == {"MAIL_PASSWORD", "SIGN"}


def test_the_database_s_password_and_place(tmp_path: Path) -> None:
    """A SQLite file stands in data_dir; a password is put in from its variable."""
    assert build_database_url(parse("")) == "sqlite:////srv/baoxun/data/baoxun.sqlite3"
    config = parse("storage: {url: 'postgresql://u@db.example/x', password_env: PG}")
    assert build_database_url(config, {"PG": "p@ss"}) == "postgresql://u:p%40ss@db.example/x"
    with pytest.raises(ConfigError, match="PG is not set"):
        build_database_url(config, {})


def test_routes_are_sentences() -> None:
    """A matcher that cannot be read is refused when the configuration is."""
    good = parse(
        "alerts: {receivers: [{name: a}], route: {receivers: [a], routes: [{match: ['region within 330000', 'amount >= 1e6']}]}}"
    )
    labels = {"region": ("330100",), "amount": ("4700000",)}
    assert [m.receiver for m in build_routes(good).match(labels)] == ["a"]
    bad = parse("alerts: {receivers: [{name: a}], route: {receivers: [a], routes: [{match: ['region inside 33']}]}}")
    with pytest.raises(ConfigError, match="is no matcher"):
        build_routes(bad)


def test_which_file_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one given, the environment's, the one here, the shipped one."""
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "given.yaml"
    given.write_text("timezone: UTC", encoding="utf-8")
    assert find_config(given, {}) == given
    assert find_config(None, {"BAOXUN_CONFIG": str(given)}) == given
    assert load_config(find_config(None, {})).enabled_sources
    (tmp_path / "config.yaml").write_text("", encoding="utf-8")
    assert find_config(None, {}) == Path("config.yaml")
    with pytest.raises(UsageError, match="nowhere"):
        find_config(tmp_path / "nowhere.yaml", {})


@given(st.integers(min_value=1, max_value=10**7))
def test_durations_print_as_they_are_read(seconds: int) -> None:
    """Printing and reading are inverse."""
    assert parse_duration(print_duration(dt.timedelta(seconds=seconds))) == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(("text", "size"), [("8MB", 8 * 1024**2), ("500 kb", 500 * 1024), ("1.5GB", 1610612736)])
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever a file holds, it is a configuration or a list of its mistakes: no other error comes out."""
    with contextlib.suppress(ConfigError):
        assert isinstance(parse(text), Config)
