"""T20: planted secrets appear in nothing that the program prints, logs at DEBUG, stores or archives, whatever goes wrong."""

from __future__ import annotations

import functools
import gzip
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from monitor import bootstrap, cli, log
from monitor.config import Config, load_config
from monitor.demo.articles import load_articles
from monitor.storage import Database, upgrade
from tests.acceptance.world import World, serve_feed
from tests.acceptance.world import world as make_world
from tests.alerts.collector import Answer, Collector
from tests.conftest import START
from tests.monitor.judged import missed

KEY, SIGNING, PASSWORD = "cAnArY1-4bc4-97a0-0ec2sifa5aaa", "SECcanary2signing", "cAnArY3 p@ss/wörd"
HEADER, DATABASE, MODEL, APPRISE = "Bearer cAnArY4-header", "cAnArY6databasepw", "cAnArY7-llm-key", "cAnArY5-apprise"
CANARIES = (KEY, "0ec2sifa5aaa", SIGNING, PASSWORD, "p%40ss", HEADER, "cAnArY4", DATABASE, MODEL, APPRISE, "cAnArY")

CONFIG = """
storage: {{data_dir: data, url: '{database}', password_env: DB}}
crawler: {{delay: 0s, timeout: 5s, deadline: 60s}}
monitor: {{second_opinion: {{enabled: true, url: '{model}', model: judge, key_env: MODEL}}}}
alerts:
  receivers:
    - name: desk
      channels:
        - {{kind: email, host: 127.0.0.1, port: {smtp}, security: none, from: a@b.example, to: [c@d.example], username: user, password_env: MAIL}}
        - {{kind: wecom, url_env: WECOM}}
        - {{kind: dingtalk, url_env: DINGTALK, secret_env: SIGNING}}
        - {{kind: feishu, url_env: FEISHU, secret_env: SIGNING}}
        - {{kind: webhook, url_env: HOOK, headers_env: {{Authorization: HEADER}}}}
        - {{kind: apprise, url_env: ANY}}
  route: {{receivers: [desk]}}
sources:
  - {{name: news, kind: feed, url: '{feed}', title: 某网}}
"""


def echo(known: str, status: int) -> Answer:
    """A refusal that quotes what the far side was sent."""
    return Answer.json({"errcode": 310000, "code": 19021, "errmsg": f"wrong: {known}", "msg": known}, status)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """A database URL without a password, as a configuration has it."""
    if request.param == "sqlite":
        return "sqlite:///baoxun.sqlite3"
    url = sa.make_url(request.getfixturevalue("postgres_url"))
    opened = Database(url.render_as_string(hide_password=False))
    upgrade(opened, START)
    opened.close()
    return url.set(password=None).render_as_string(hide_password=False)


@pytest.fixture
def planted(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which every secret is a canary, and every far side refuses and quotes them."""
    with make_world(tmp_path) as world, Collector() as model:
        model.script("/v1/chat/completions", Answer.json({"error": {"message": f"bad key {MODEL}"}}, 401))
        robot = world.robot
        for kind in ("wecom", "dingtalk", "feishu"):
            robot.script(f"/{kind}/{KEY}", echo(KEY, 200))
        robot.script(f"/hook/{KEY}", echo(f"{KEY} {HEADER}", 500))
        robot.script(f"/any/{KEY}", echo(f"{KEY} {APPRISE}", 403))
        text = CONFIG.format(
            database=database,
            model=model.url("/v1"),
            smtp=world.mailbox.port,
            feed=world.web.url("/feed.xml"),
        )
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        secrets = {
            "MAIL": PASSWORD, "SIGNING": SIGNING, "HEADER": HEADER, "MODEL": MODEL,
            "WECOM": robot.url(f"/wecom/{KEY}?key={KEY}"), "DINGTALK": robot.url(f"/dingtalk/{KEY}?access_token={KEY}"),
            "FEISHU": robot.url(f"/feishu/{KEY}"), "HOOK": robot.url(f"/hook/{KEY}"),
            "ANY": robot.url(f"/any/{KEY}").replace("http://", f"json://user:{APPRISE}@"),
        }  # fmt: skip
        if database.startswith("sqlite"):
            text = text.replace(", password_env: DB", "")
            (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        else:
            secrets["DB"] = DATABASE
        for name, value in secrets.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        plain = bootstrap.build_app
        monkeypatch.setattr(bootstrap, "build_app", functools.partial(plain, clock=world.clock, chance=lambda: 0.0))
        yield world
    log.set_up(as_json=True)  # the handler of the last command writes to what pytest closes now


def clean(place: str, printed: str) -> None:
    """Fail where a canary sings."""
    for canary in CANARIES:
        at = printed.find(canary)
        assert at < 0, f"{canary} in {place}: …{printed[max(at - 150, 0) : at + 60]}…"


@pytest.mark.parametrize("form", ["--log-json", "--log-plain"])
def test_no_planted_secret_is_printed_logged_stored_or_archived(
    planted: World, form: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    articles = {a.id: a for a in load_articles()}
    undecided = missed().article
    serve_feed(planted.web, "/feed.xml", [("/tea", articles["noise-tea"])])

    def baoxun(*arguments: str) -> int:
        return cli.run(["-vvv", form, *arguments])

    codes = {"once": baoxun("once")}
    odd = replace(articles["noise-tea"], id="odd", title=undecided.title, text=undecided.text)
    serve_feed(planted.web, "/feed.xml", [("/1", articles["chongqing"]), ("/2", odd)])
    planted.clock.forward(hours=1)
    baoxun("once")
    _induce_failures(os.environ.get("DB", ""))
    for command in (
        "check --json", "alerts list --json", "alerts list --dead --json", "list --json", "show 2 --json",
        "explain 2 --json", "channels test --json", "sources list --json", "alerts preview 1 --receiver desk --json",
        "alerts route-test stage=notice --json",
    ):  # fmt: skip
        codes[command] = baoxun(*command.split())
    said = capsys.readouterr()
    assert codes["once"] == 0
    assert codes["alerts list --json"] == codes["check --json"] == codes["explain 2 --json"] == 0
    assert codes["channels test --json"] == 1, "they all refuse"
    assert len(planted.robot.received) >= 5, "the requests were really made"
    clean("standard output", said.out)
    clean("standard error", said.err)
    assert "[hidden]" in said.err, "the log did speak of them"
    assert "Traceback" in said.err
    clean("configuration errors", _config_errors(tmp_path, capsys))
    with bootstrap.build_app(_config(tmp_path)) as app:
        clean(
            "the application's own words", repr(app.config) + repr(app.receivers) + repr(app.senders) + repr(app.rules)
        )
        tables = _dump(app.database)
    assert "曲靖" in tables or "重庆" in tables, "the dump has what is stored"
    clean("the database", tables)
    raw = b"".join(gzip.decompress(path.read_bytes()) for path in sorted(tmp_path.rglob("*.warc.gz")))
    assert b"WARC/1" in raw
    clean("the archive", raw.decode("utf-8", "replace"))


def _induce_failures(password: str) -> None:
    """What a library, or a bug, might log: in a message, an argument, a key and a traceback."""
    try:
        raise RuntimeError(f"cannot connect to postgresql://u:{password}@h/ with {MODEL}")
    except RuntimeError:
        logging.getLogger("some.library").exception("failed with %s", HEADER)
        structlog.get_logger().exception("failed", address=f"http://x/{KEY}", values={"password": PASSWORD})
    logging.getLogger("another").debug("GET /send?key=%s", KEY)


def _config(folder: Path) -> Config:
    return load_config(folder / "config.yaml")


def _config_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of files that are wrong beside a secret that is right."""
    text = (folder / "config.yaml").read_text(encoding="utf-8")
    for wrong in (
        text.replace("kind: dingtalk", "kind: dingtalk, nonsense: 1"),
        text.replace("WECOM}", "NOT_SET}"),
        text.replace("route: {receivers: [desk]}", "route: {receivers: [nobody]}"),
        text.replace("key_env: MODEL", "key_env: MAIL"),
        text.replace("url_env: ANY", "url_env: MAIL"),
    ):
        assert wrong != text
        (folder / "wrong.yaml").write_text(wrong, encoding="utf-8")
        assert cli.run(["-vvv", "-c", str(folder / "wrong.yaml"), "once"]) != 0
    said = capsys.readouterr()
    return said.out + said.err


def _dump(database: Database) -> str:
    """Every row of every table, as text."""
    with database.engine.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        rows = [str(row) for table in metadata.tables.values() for row in connection.execute(sa.select(table))]
    return "\n".join(rows)
