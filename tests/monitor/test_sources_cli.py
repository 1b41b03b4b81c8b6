"""`sources list|show`: what is polled, what could be, in what state and why; for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler import FailureKind
from crawler.fixture import read_fixture
from monitor import cli
from monitor.cli.sources import nextlook
from monitor.cli.sources.advice import ADVICE
from monitor.cli.sources.group import health
from monitor.config.catalogue_page import with_tables
from monitor.config.reading import parse_config
from monitor.inventory import Health, Standing, standings
from monitor.pacing import Why
from monitor.records import SourceRecord
from monitor.staleness import Reach, State, Verdict
from tests.fakeweb import FakeResponse, FakeWeb
from tests.fakeweb.sites import BAN_PAGE, article_html, rss

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
CONFIG = """\
sources:
  - use: tag:ccgp
  - name: mine
    title: 自办报
    tags: [paper]
    kind: feed
    url: http://mine.example/feed
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with that configuration."""
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def baoxun(*arguments: object) -> int:
    return cli.run([str(a) for a in arguments])


def record(name: str, **changes: object) -> SourceRecord:
    values = {
        "name": name, "state": {}, "next_check_at": NOW, "last_checked_at": NOW, "last_success_at": NOW,
        "last_new_at": None, "baseline_at": NOW, "failures": 0, "last_problem": "", "articles": 7, **changes,
    }  # fmt: skip
    return SourceRecord(**values)  # type: ignore[arg-type]


def test_the_page_of_sources_is_current() -> None:
    """Its tables are those of the catalogue that ships: `python -m monitor.config.catalogue_page docs/sources.md`."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    assert with_tables(page) == page
    with pytest.raises(ValueError, match="catalogue"):
        with_tables("# no marks")


def test_health_is_told_from_the_record() -> None:
    """Off before all else; never polled, failing, ok."""
    mine, off = (parse_config(CONFIG, file="c", base=Path()).source(name) for name in ("mine", "ccgp-search"))
    assert mine
    assert off
    cases = {
        Health.NEVER: (mine, None), Health.OK: (mine, record("mine")), Health.OFF: (off, record("ccgp-search")),
        Health.FAILING: (mine, record("mine", failures=2, last_problem="unreachable: refused")),
    }  # fmt: skip
    for wanted, (source, remembered) in cases.items():
        assert Standing(source=source, record=remembered).health is wanted
    assert Standing(source=mine, record=record("mine", last_checked_at=None)).health is Health.NEVER


def test_those_that_are_off_are_listed_when_asked_for() -> None:
    """In the order of the file; by tag."""
    sources = parse_config(CONFIG, file="c", base=Path()).sources
    assert "ccgp-search" not in [one.source.name for one in standings(sources, ())]
    assert "ccgp-search" in [one.source.name for one in standings(sources, (), off=True)]
    (found,) = standings(sources, [record("mine")], tag="paper")
    assert (found.source.name, found.articles) == ("mine", 7)


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    """State, evidence, cadence and why off, in a pipe a column each; counts on standard error."""
    assert baoxun("sources", "list", "--all") == 0
    said = capsys.readouterr()
    rows = {line.split("\t")[0]: line.split("\t") for line in said.out.splitlines()}
    assert rows["ccgp-other"][2:6] == ["low-rate", "high", "listing", "2h"]
    assert rows["ccgp-search"][2] == "off"
    assert "IP" in rows["ccgp-search"][-1]
    assert rows["mine"][2:] == ["on", "", "feed", "15m", "0", "", "", "未查过 never polled"]
    assert "开 on 4，低频 low-rate 1，停 off 3" in said.err
    assert baoxun("sources", "list", "--tag", "paper", "--json") == 0
    (mine,) = json.loads(capsys.readouterr().out)
    assert (mine["state"], mine["health"], mine["entry"], mine["tags"]) == ("on", "never polled", "", ["paper"])


def test_the_catalogue_is_listed_with_what_is_picked(capsys: pytest.CaptureFixture[str]) -> None:
    """All that is live; with --all what is off too, and why."""
    assert baoxun("sources", "list", "--catalogue", "--json") == 0
    offers = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert offers["ccgp-local"]["picked"]
    assert not offers["nhsa"]["picked"]
    assert "off" not in {one["state"] for one in offers.values()}
    assert baoxun("sources", "list", "--catalogue", "--all", "--tag", "wechat") == 0
    said = capsys.readouterr()
    assert [line.split("\t")[0] for line in said.out.splitlines()[1:]] == ["sogou-weixin", "wewe-rss", "wechat"]
    assert "use wewe-rss" in said.out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "ccgp-search",
            ["停 off", "IP", "35s", "6h", "warm-up", "robots.txt", "https answered 502", "high", "大病保险"],
        ),
        ("nhsa", ["the catalogue, not picked yet", "- use: nhsa", "hanweb", "国家医疗保障局", "HEAD answers 403"]),
        ("mine", ["自办报", "config.yaml", "http://mine.example/feed", "crawler.delay", "未查过"]),
    ],
)
def test_show_tells_everything(name: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Of one's own, of what was picked, and of what was not."""
    assert baoxun("sources", "show", name) == 0
    said = capsys.readouterr().out
    assert [word for word in words if word not in said] == []


def test_an_unknown_name_has_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest names, also of the catalogue; wrong usage."""
    for command in ("show", "test"):
        assert baoxun("sources", command, "nhssa") == 2
        assert "did you mean nhsa" in capsys.readouterr().err


def trial(web: FakeWeb, kind: str = "feed", path: str = "/feed", **more: object) -> None:
    """A configuration whose one source stands on the fake web."""
    source = {"name": "mine", "kind": kind, "url": web.url(path), "every": "15m", **more}
    text = json.dumps({"crawler": {"delay": "0s", "retries": 0}, "sources": [source]})
    Path("config.yaml").write_text(text, encoding="utf-8")


def test_a_trial_shows_what_is_read_and_stores_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A few articles, where the rest went, and which page object read them."""
    with FakeWeb() as web:
        trial(web)
        web.add("/feed", rss(*((f"第{n}条", web.url(f"/{n}.html")) for n in range(5))))
        for n in range(5):
            web.add(f"/{n}.html", article_html(f"第{n}条新闻的标题"))
        assert baoxun("sources", "test", "mine", "--limit", 2) == 0
        said = capsys.readouterr().out
        assert len([r for r in web.requests if r.path.endswith(".html")]) == 2
    assert "发现 found 5, 读出 read 2, 略过 skipped 3" in said
    assert "第0条新闻的标题" in said
    assert "2026-09-29 14:40 · 某日报" in said
    assert "read by generic" in said
    assert baoxun("list", "--json") == 0
    assert capsys.readouterr().out == ""


def test_a_trial_is_saved_for_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder holds the crawl with its fields; saving over something else is refused."""
    with FakeWeb() as web:
        trial(web)
        web.add("/feed", rss(("一", web.url("/1.html"))))
        web.add("/1.html", article_html("第一条新闻的标题"))
        assert baoxun("sources", "test", "mine", "--save", tmp_path / "kept") == 0
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "x").write_text("x", encoding="utf-8")
        assert baoxun("sources", "test", "mine", "--save", tmp_path / "other") == 2
    assert "not empty" in capsys.readouterr().err
    (article,) = read_fixture(tmp_path / "kept").golden["articles"]
    assert article["title"] == "第一条新闻的标题"


FAULTS = {
    "unreachable": (FakeResponse(hang_up=True), "feed", "检查网络"),
    "http_error": (FakeResponse(status=404), "feed", "HTTP 404"),
    "blocked": (FakeResponse(body=BAN_PAGE.encode()), "feed", "不破解验证码"),
    "empty": (FakeResponse(), "listing", "稍后再试"),
    "shape": (FakeResponse(body=b"<html><body>404</body></html>"), "feed", "核对 kind 和 options"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_failed_trial_says_what_happened_and_what_to_do(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By kind, in both languages, with the detail; exit code 1."""
    answer, way, words = FAULTS[kind]
    with FakeWeb() as web:
        trial(web, way)
        web.add("/feed", answer)
        assert baoxun("sources", "test", "mine") == 1
    said = capsys.readouterr().err
    assert f"[{kind}]" in said
    assert words in said
    assert "下一步" in said
    assert "next:" in said


def test_a_host_that_is_down_is_not_a_matter_of_robots(capsys: pytest.CaptureFixture[str]) -> None:
    """With robots.txt obeyed, as it is by default."""
    with FakeWeb() as web:
        trial(web)
    assert baoxun("sources", "test", "mine") == 1
    said = capsys.readouterr().err
    assert "[unreachable]" in said
    assert "[robots]" not in said


def test_there_is_advice_for_every_kind_of_failure() -> None:
    """A new kind comes with words for people."""
    assert set(ADVICE) == {kind.value for kind in FailureKind}


def test_the_next_look_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """After a poll the list says when the next is due and why; so does the page of one source, and JSON for programs."""
    with FakeWeb() as web:
        trial(web)
        web.add("/feed", FakeResponse(status=404))
        assert baoxun("once", "--all") == 1
    capsys.readouterr()
    assert baoxun("sources", "list") == 0
    (row,) = capsys.readouterr().out.splitlines()[1:]
    assert "失败，须处理 hard fault, ×1" in row
    assert "偶有失败 stumbling ×1: http_error: HTTP 404" in row
    assert baoxun("sources", "show", "mine") == 0
    assert "hard fault" in capsys.readouterr().out
    assert baoxun("sources", "list", "--json") == 0
    (mine,) = json.loads(capsys.readouterr().out)
    assert (mine["next_why"], mine["health"]) == ({"why": "hard fault", "failures": 1}, "stumbling")


def test_every_reason_and_every_state_has_its_words() -> None:
    """No reason of the next look is without words; health follows the verdict that operators' alerts follow."""
    assert set(nextlook.WHY) == set(Why)
    busy = record("mine", pacing={"why": "busy hour", "rate": 3.14})
    (mine,) = standings(parse_config(CONFIG, file="c", base=Path()).sources, [busy], tag="paper")
    assert nextlook.when_and_why(mine, ZoneInfo("Asia/Shanghai"), NOW) == "08:00: 忙时 busy hour, 3.1 篇/时 articles/h"
    said = Verdict(
        state=State.SILENT, reach=Reach.ANSWERS, last_item_at=NOW, judged_at=NOW, expected_by=NOW, silent_from=NOW,
        failing_since=None,
    )  # fmt: skip
    cases = {
        Health.SILENT: said, Health.QUIET: replace(said, state=State.QUIET), Health.OK: replace(said, state=State.LIVELY),
        Health.FAILING: replace(said, reach=Reach.FAILS), Health.STUMBLING: replace(said, reach=Reach.STUMBLES),
    }  # fmt: skip
    for wanted, verdict in cases.items():
        standing = Standing(source=mine.source, record=mine.record, verdict=verdict)
        assert standing.health is wanted
        assert health(standing)
