"""The command line as a user meets it: what commands print, their exit codes, and bad input in plain words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import cli
from monitor.demo.articles import load_articles
from tests.acceptance.world import World, serve_feed
from tests.acceptance.world import world as make_world
from tests.fakeweb.server import FakeWeb

COMMANDS = (
    "run", "once", "demo", "check", "sources list", "sources show", "sources test",
    "sources import", "sources export", "backfill", "replay", "analyse", "extract", "list",
    "show", "explain", "channels test", "label", "train", "status", "alerts list", "alerts preview",
    "alerts route-test", "alerts resend", "alerts ack", "alerts silence add", "db upgrade", "db backup",
    "db restore", "db verify", "db prune",
)  # fmt: skip


def baoxun(*arguments: object) -> int:
    return cli.run([str(a) for a in arguments])


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A world in which a tender was won and told, with its configuration file in the current folder."""
    with make_world(tmp_path) as world:
        articles = {a.id: a for a in load_articles()}
        world.sources = f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}', title: 某网}}\n"
        serve_feed(world.web, "/feed.xml", [("/tea", articles["noise-tea"])])
        world.round()
        serve_feed(world.web, "/feed.xml", [(f"/{i}", articles[i]) for i in ("chongqing", "chongqing-trimmed")])
        world.round()
        (tmp_path / "config.yaml").write_text(world.config_text(), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        for name, value in world.environment.items():
            monkeypatch.setenv(name, value)
        yield world


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help exists, says what the command does in Chinese and English, and ends with 0."""
    assert baoxun(*command.split(), "--help") == 0
    said = capsys.readouterr().out
    assert "Usage: baoxun" in said
    assert any("\u4e00" <= c <= "\u9fff" for c in said)


def test_list_show_explain(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """What is stored is found, shown with facts, copies and receipts, and explained to the last reason."""
    assert baoxun("list", "--json") == 0
    (found,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found["stage"] == "result"
    assert found["facts"]["insured_persons"] == 2_100_000
    assert baoxun("list", "--status", "duplicate", "--json") == 0
    (copy,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert copy["event"] == found["event"]

    assert baoxun("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t")[0] == "编号 id"
    assert lines[1].split("\t")[0] == str(found["id"])

    assert baoxun("show", found["id"]) == 0
    said = capsys.readouterr().out
    for word in (
        "新华保险",
        "重庆市",
        "210万人",
        "desk\twecom\t已送达 accepted",
        "desk/wecom #1: accepted",
        copy["source"],
    ):
        assert word in said
    assert baoxun("explain", copy["id"]) == 0
    said = capsys.readouterr().out
    for word in ("门槛 threshold", "并入 joined", "依据 sentence", "its event was alerted before"):
        assert word in said
    assert baoxun("explain", found["id"], "--json") == 0
    assert json.loads(capsys.readouterr().out)["trail"]["scores"]


def test_sources_and_check(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Sources show their state; a source can be tried; a check touches nothing."""
    assert baoxun("sources", "list", "--json") == 0
    (source,) = json.loads(capsys.readouterr().out)
    assert (source["state"], source["articles"]) == ("on", 3)
    assert source["health"] in ("ok", "quiet"), "its articles grow old while this test is read"
    assert baoxun("sources", "list") == 0
    assert source["health"] in capsys.readouterr().out.splitlines()[1].split("\t")[-1]
    assert baoxun("sources", "show", "news", "--json") == 0
    assert json.loads(capsys.readouterr().out)["configured"]
    assert baoxun("sources", "test", "news") == 0
    assert "found 2, 读出 read 2" in capsys.readouterr().out
    asked = len(told.web.requests)
    assert baoxun("check") == 0
    assert "receiver desk\t正常 ok\temail, wecom" in capsys.readouterr().out
    assert len(told.web.requests) == asked
    assert (len(told.mails), len(told.chats)) == (1, 1)


def test_channels_test_tells_the_truth(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A robot that answers 200 and refuses is reported as refusing."""
    from tests.alerts.collector import Answer

    assert baoxun("channels", "test") == 0
    told.robot.script("/cgi-bin/webhook/send", Answer.json({"errcode": 93000, "errmsg": "invalid webhook url"}))
    capsys.readouterr()
    assert baoxun("channels", "test", "desk", "--json") == 1
    results = {r["channel"]: r for r in json.loads(capsys.readouterr().out)}
    assert results["email"]["accepted"]
    assert not results["wecom"]["accepted"]
    assert "93000" in results["wecom"]["reason"]


def test_replay_changes_nothing_unless_told(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Today's rules on today's articles change nothing, from text and from the raw pages."""
    for origin in ("text", "raw"):
        assert baoxun("replay", "--from", origin, "--json") == 0
        report = json.loads(capsys.readouterr().out)
        assert (report["articles"], report["same"], report["changes"]) == (3, 3, [])
    assert baoxun("replay", "--apply") == 0
    assert "queued 0" in capsys.readouterr().out
    assert (len(told.mails), len(told.chats)) == (1, 1)


def test_backfill_is_silent_and_goes_on(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Old articles are stored without alerts; the same command again says that it is done, and asks for nothing."""
    articles = {a.id: a for a in load_articles()}
    serve_feed(told.web, "/feed.xml", [("/h", articles["hangzhou"]), ("/old", articles["noise-chip"])])
    assert baoxun("backfill", "news", "--since", "2020-01-01", "--json") == 0
    (report,) = json.loads(capsys.readouterr().out)["backfills"]
    assert (report["stored"], report["complete"], report["already"]) == (2, True, False)
    asked = len(told.web.requests)
    assert baoxun("backfill", "news", "--since", "2020-01-01", "--json") == 0
    (report,) = json.loads(capsys.readouterr().out)["backfills"]
    assert (report["stored"], report["stored_now"], report["already"]) == (2, 0, True)
    assert len(told.web.requests) == asked
    assert baoxun("backfill", "news", "--since", "2020-01-01", "--again") == 0
    assert "\t0\t2\t0\t0\t0\t完成 complete" in capsys.readouterr().out
    assert (len(told.mails), len(told.chats)) == (1, 1)


def test_a_backfill_may_fill_digests(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """On request what is found is queued as a minor alert: for digests, never for now."""
    articles = {a.id: a for a in load_articles()}
    serve_feed(told.web, "/feed.xml", [("/h", articles["hangzhou"])])
    with told.product() as app, app.store.reading() as unit:
        queued = {alert.alert_key for alert in unit.outbox.recent(99)}
    assert baoxun("backfill", "news", "--since", "2020-01-01", "--alert", "digest", "--json") == 0
    with told.product() as app, app.store.reading() as unit:
        (alert,) = [alert for alert in unit.outbox.recent(99) if alert.alert_key not in queued]
    assert alert.payload["minor"]


def test_files_are_imported(told: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Records and archives through the same command; a broken file is one line on standard error, and exit code 1."""
    record = {"id": "1", "url": "http://x.example/1", "source": "某报", "title": "题目", "text": "正文", "lang": "zh"}
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.warc.gz"
    good.write_text(json.dumps(record) + "\n", encoding="utf-8")
    bad.write_bytes(b"garbage")
    assert baoxun("backfill", "--from-jsonl", good, "--json") == 0
    (report,) = json.loads(capsys.readouterr().out)["imports"]
    assert (report["stored"], report["problem"]) == (1, "")
    assert baoxun("backfill", "--from-jsonl", good, "--from-warc", bad) == 1
    said = capsys.readouterr()
    assert f"{good}\t1\t0\t1\t0\t0" in said.out
    assert said.err.startswith("bad.warc.gz: near byte 0")


def test_once_exits_with_the_truth(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """0 when the source could be read; 1 when every one of them failed."""
    assert baoxun("once", "--all", "--json") == 0
    assert json.loads(capsys.readouterr().out)["polls"][0]["succeeded"]
    told.web.add("/feed.xml", "<html>gone</html>", headers={"Content-Type": "text/html"})
    assert baoxun("once", "--source", "news", "--json") == 1
    (poll,) = json.loads(capsys.readouterr().out)["polls"]
    assert poll["problem"].startswith("shape")


def test_analyse_and_extract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files in, predictions and texts out."""
    article = next(a for a in load_articles() if a.id == "nantong-launch-2027")
    record = {
        "id": "x", "url": "https://a.example/1", "source": "s", "published": "2026-10-15T09:00:00+08:00", "lang": "zh",
        "title": article.title, "text": article.text,
    }  # fmt: skip
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps(record) + "\n" + json.dumps({**record, "id": "y"}) + "\n", encoding="utf-8")
    assert baoxun("analyse", records) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert set(first) == {"id", "topics", "relevance", "stage", "update", "facts", "story", "event", "reasons"}
    assert (first["id"], second["id"]) == ("x", "y")
    assert (first["story"], first["event"]) == (second["story"], second["event"])
    assert first["update"] == "launch"

    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>标题一则在此</title></head><body><article><h1>标题一则在此</h1><p>发布时间：2026-05-04 03:02</p>"
        + "<p>这是一段足够长的正文，用来检查提取结果是否完整。</p>" * 5 + "</article></body></html>",
        encoding="utf-8",
    )  # fmt: skip
    assert baoxun("extract", page, "--url", "https://news.example/a.html") == 0
    extracted = json.loads(capsys.readouterr().out)
    assert extracted["title"] == "标题一则在此"
    assert extracted["published"] == "2026-05-04T03:02:00+08:00"
    assert {"title", "published", "author", "source", "text", "url", "page"} <= set(extracted)


BAD_CONFIGS = {
    "no YAML": ("sources: [", 2, "is no YAML"),
    "unknown key": ("sauces: []", 2, "did you mean `sources`?"),
    "strange database": ("storage: {url: 'nonsense://x'}", 1, "storage.url"),
    "unreachable database": (
        "storage: {url: 'postgresql://u@127.0.0.1:1/x?connect_timeout=1'}", 1, "cannot open the database",
    ),
    "missing secret": (
        "alerts: {receivers: [{name: a, channels: [{kind: wecom, url_env: BAOXUN_TEST_UNSET}]}], route: {receivers: [a]}}",
        2, "BAOXUN_TEST_UNSET is not set",
    ),
    "bad matcher": ("alerts: {route: {receivers: [console], routes: [{match: ['stage ? x']}]}}", 2, "is no matcher"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", BAD_CONFIGS)
def test_bad_configuration_is_one_clear_line(
    mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong and what to do; the right exit code; no traceback."""
    text, code, words = BAD_CONFIGS[mistake]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert baoxun("list") == code
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err + said.out
    assert len(said.err.strip().splitlines()) == 1


BAD_ARGUMENTS = (
    (("--config", "nowhere.yaml", "list"), 2, "no configuration file at nowhere.yaml"),
    (("analyse", "nowhere.jsonl"), 2, "no file nowhere.jsonl"),
    (("analyse", "broken.jsonl"), 1, "broken.jsonl:2: no JSON"),
    (("analyse", "naive.jsonl"), 1, "has no offset"),
    (("extract", "nowhere.html", "--url", "https://a.example/"), 2, "cannot read nowhere.html"),
    (("extract", "empty.html", "--url", "https://a.example/"), 1, "empty"),
    (("extract", "bare.html", "--url", "https://a.example/"), 1, "no article can be read"),
    (("sources", "test", "nobody"), 2, "no source is called 'nobody'"),
    (("once", "--source", "nobody"), 2, "no source is called 'nobody'"),
    (("backfill", "nobody", "--since", "30d"), 2, "no source is called 'nobody'"),
    (("backfill", "news", "--since", "yesterday"), 2, "is no point in time"),
    (("backfill", "news"), 2, "say how far back with --since"),
    (("backfill",), 2, "name sources to page back, or files"),
    (("backfill", "news", "--since", "30d", "--alert", "all"), 2, "there is `digest`"),
    (("backfill", "news", "--since", "30d", "-k", "x"), 2, "cannot be searched by keyword"),
    (("backfill", "--from-warc", "x.warc", "-k", "x"), 2, "are for sources"),
    (("show", "77"), 1, "no article '77'"),
    (("show", "x"), 2, "is no article number"),
    (("replay", "--rules", "nowhere"), 2, "no folder nowhere"),
    (("channels", "test", "nobody"), 2, "no receiver is called 'nobody'"),
    (("list", "--frobnicate"), 2, "No such option"),
    (("fly",), 2, "No such command"),
)


@pytest.mark.parametrize(("arguments", "code", "words"), BAD_ARGUMENTS, ids=[" ".join(a[0]) for a in BAD_ARGUMENTS])
def test_bad_input_is_one_clear_message(
    arguments: tuple[str, ...], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """What, where, what to do; the right exit code; no traceback."""
    monkeypatch.chdir(tmp_path)
    good = '{"id": 1, "title": "a", "text": "b"}'
    files = {
        "config.yaml": "sources: [{name: news, kind: feed, url: 'http://127.0.0.1:1/feed'}]",
        "broken.jsonl": f"{good}\n{{no\n",
        "naive.jsonl": '{"id": 1, "title": "a", "text": "b", "published": "2026-01-01T00:00:00"}',
        "empty.html": "",
        "bare.html": "<html><body></body></html>",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert baoxun(*arguments) == code
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err + said.out


def test_a_feed_that_is_html_and_an_empty_page_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are recorded with what to do; what the source had before stays."""
    monkeypatch.chdir(tmp_path)
    with FakeWeb() as web:
        web.add("/feed", "<html><body>Maintenance</body></html>", headers={"Content-Type": "text/html"})
        web.add("/list", "")
        (tmp_path / "config.yaml").write_text(
            f"crawler: {{delay: 0s}}\nsources:\n  - {{name: html, kind: feed, url: '{web.url('/feed')}'}}\n"
            f"  - {{name: empty, kind: listing, url: '{web.url('/list')}'}}\n",
            encoding="utf-8",
        )
        assert baoxun("once", "--all", "--json") == 1
    problems = {p["source"]: p["problem"] for p in json.loads(capsys.readouterr().out)["polls"]}
    assert problems["html"].startswith("shape")
    assert problems["empty"].startswith("empty")


def test_help_loads_nothing_heavy() -> None:
    """`--help` and mistyped commands answer at once: no web framework, crawler, database or numerals' library is loaded."""
    heavy = ("scrapy", "sqlalchemy", "alembic", "fastapi", "uvicorn", "apprise", "cn2an", "trafilatura", "lxml")
    code = f"import sys, monitor.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
