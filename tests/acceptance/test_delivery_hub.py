"""The whole way of the hub, from a page on a web to what each person reads: cadences, updates, reminders, operators' alerts.

Three weeks of one tender, with a new process for every look; only the addresses and the clock are ours.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from monitor import bootstrap, cli
from monitor.bootstrap import App, run_async
from monitor.demo.articles import DemoArticle, Labels, load_articles
from monitor.model import Relevance
from tests.acceptance.world import World, serve_feed
from tests.acceptance.world import world as make_world
from tests.alerts.collector import Answer, Received

CONFIG = """
storage: {{data_dir: data}}
crawler: {{delay: 0s, timeout: 5s, deadline: 60s}}
alerts:
  receivers:
    - name: desk
      quiet: {{from: "21:00", to: "07:30"}}
      digest: {{at: ["08:30"]}}
      channels:
        - {{kind: email, host: 127.0.0.1, port: {smtp}, security: none, from: 保讯 <baoxun@desk.example>, to: [a@desk.example]}}
    - {{name: follower, channels: [{{kind: webhook, url_env: FOLLOWER}}]}}
    - {{name: boss, deliver: {{digest: {{at: ["08:30"]}}}}, channels: [{{kind: wecom, url_env: ROBOT}}]}}
    - {{name: admin, channels: [{{kind: webhook, url_env: ADMIN}}]}}
  route:
    receivers: [desk]
    routes:
      - {{name: tenders, match: [stage = notice], receivers: [desk, follower, boss]}}
  operators: {{receivers: [admin], heartbeat: "09:00"}}
sources:
  - {{name: news, kind: feed, url: '{feed}', title: 某网}}
"""

NOTICE = """一、项目基本情况
项目编号：QJZC-2026-0107
项目名称：曲靖市长期护理保险经办服务项目
采购人：曲靖市医疗保障局
预算金额：820万元
四、提交投标文件截止时间：2026年6月22日09点30分（北京时间）"""
AMENDMENT = """一、项目基本情况
原公告的采购项目编号：QJZC-2026-0107
原公告的采购项目名称：曲靖市长期护理保险经办服务项目
二、更正信息
更正内容：提交投标文件截止时间由“2026年6月22日09点30分”更正为“2026年6月30日14点00分”，其他内容不变。"""
RESULT = """一、项目编号：QJZC-2026-0107
二、项目名称：曲靖市长期护理保险经办服务项目
三、中标信息
供应商名称：泰康养老保险股份有限公司
中标金额：798万元
采购人：曲靖市医疗保障局"""
ROBOT, FOLLOWER, ADMIN = "/cgi-bin/webhook/send", "/follower", "/admin"


def at(text: str) -> dt.datetime:
    """`06-10 22:00` of 2026 in China, in UTC."""
    return dt.datetime.fromisoformat(f"2026-{text}+08:00").astimezone(dt.UTC)


def written(name: str, day: str, title: str, text: str) -> DemoArticle:
    """A page that appears on a day at nine."""
    return DemoArticle(
        id=name, site="rss", section="news", after=None, published=dt.datetime.fromisoformat(f"2026-{day}T09:00+08:00"),
        lang="zh", source="某网", title=title, text=text, labels=Labels(),
    )  # fmt: skip


TENDER = [
    written("notice", "06-01", "曲靖市长期护理保险经办服务项目公开招标公告", NOTICE),
    written("amendment", "06-10", "曲靖市长期护理保险经办服务项目更正公告", AMENDMENT),
    written("result", "06-28", "曲靖市长期护理保险经办服务项目中标结果公告", RESULT),
]


@dataclass
class Hub:
    """The product on a world, with a configuration that uses everything."""

    world: World
    shown: list[DemoArticle] = field(default_factory=list)

    def config_text(self) -> str:
        return CONFIG.format(smtp=self.world.mailbox.port, feed=self.world.web.url("/feed.xml"))

    @property
    def environment(self) -> dict[str, str]:
        robot = self.world.robot
        return {"ROBOT": robot.url(f"{ROBOT}?key=k"), "FOLLOWER": robot.url(FOLLOWER), "ADMIN": robot.url(ADMIN)}

    def show(self, *articles: DemoArticle) -> None:
        self.shown += articles
        serve_feed(self.world.web, "/feed.xml", [(f"/a/{a.id}", a) for a in self.shown])

    def look(self, when: str) -> None:
        """At this time: start, poll, understand, look after deadlines and health, deliver, stop."""
        self.world.clock.now = at(when)
        with self.app() as app:
            run_async(lambda: self._look(app))

    @staticmethod
    async def _look(app: App) -> None:
        await app.service.poll("news")
        await app.service.process_pending()
        await app.service.attend()
        await app.service.deliver_due()

    @contextmanager
    def app(self) -> Iterator[App]:
        from monitor.config.reading import parse_config

        config = parse_config(self.config_text(), file="config.yaml", base=self.world.folder)
        with bootstrap.build_app(
            config, clock=self.world.clock, environment=self.environment, chance=lambda: 0.0
        ) as app:
            yield app

    @property
    def mails(self) -> list[str]:
        """Subject and plain text of each mail."""
        return [f"{m['Subject']}\n{_plain(m)}" for m in self.world.mails]

    def hooked(self, path: str) -> list[Received]:
        return list(self.world.robot.at(path))

    def titles(self, path: str) -> list[str]:
        """Titles of the alerts that a webhook got."""
        return [a["title"] for r in self.hooked(path) for a in r.json()["alerts"]]

    @property
    def digests(self) -> list[str]:
        return [r.json()["markdown"]["content"] for r in self.hooked(ROBOT)]


def _plain(message: object) -> str:
    part = message.get_body(("plain",))  # type: ignore[attr-defined]
    return str(part.get_content())


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A hub that has seen its source as it was before."""
    with make_world(tmp_path) as world:
        world.robot.script(ROBOT, Answer.json({"errcode": 0, "errmsg": "ok"}))
        made = Hub(world)
        made.show()
        made.look("06-01 08:00")
        yield made


@pytest.fixture
def command(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """The command line on this hub: its configuration file, its secrets, its clock."""
    (hub.world.folder / "config.yaml").write_text(hub.config_text(), encoding="utf-8")
    monkeypatch.chdir(hub.world.folder)
    for name, value in hub.environment.items():
        monkeypatch.setenv(name, value)
    plain = bootstrap.build_app
    monkeypatch.setattr(bootstrap, "build_app", functools.partial(plain, clock=hub.world.clock, chance=lambda: 0.0))
    return hub


def test_three_weeks_of_one_tender(hub: Hub) -> None:
    """Notice, amendment at night, reminders of the moved deadline only, and a result that ends them."""
    notice, amendment, result = TENDER
    hub.show(notice)
    hub.look("06-01 10:30")
    assert len(hub.mails) == 1
    assert "曲靖市长期护理保险经办服务项目" in hub.mails[0]
    assert hub.titles(FOLLOWER) == [notice.title]
    assert hub.digests == [], "the boss reads in the morning"
    hub.look("06-02 08:30")
    assert len(hub.digests) == 1
    assert "曲靖" in hub.digests[0]

    hub.show(amendment)
    hub.look("06-10 22:00")
    assert len(hub.mails) == 1, "the desk sleeps"
    (_, told) = hub.hooked(FOLLOWER)
    (update,) = told.json()["alerts"]
    assert update["kind"] == "update"
    assert {"name": "截止时间", "old": "2026-06-22 09:30", "new": "2026-06-30 14:00"} in update["changes"]
    hub.look("06-11 07:30")
    assert len(hub.mails) == 2
    assert "2026-06-22 09:30" in hub.mails[1]
    assert "2026-06-30 14:00" in hub.mails[1]
    hub.look("06-11 08:30")

    for quiet in ("06-15 12:00", "06-19 12:00", "06-21 12:00", "06-22 12:00"):
        hub.look(quiet)
    assert len(hub.mails) == 2, "nobody is reminded of a deadline that moved"
    hub.look("06-23 14:00")
    hub.look("06-27 14:00")
    hub.look("06-27 15:00")
    reminders = [r.json()["alerts"][0] for r in hub.hooked(FOLLOWER)][2:]
    assert [r["kind"] for r in reminders] == ["reminder", "reminder"], "T-7 and T-3, each once"
    assert all("2026-06-30 14:00" in str(r["facts"]) for r in reminders)
    assert len(hub.mails) == 4

    hub.show(result)
    hub.look("06-28 12:00")
    assert len(hub.mails) == 5
    assert "泰康养老" in hub.mails[4]
    for late in ("06-29 14:00", "06-30 12:00", "07-01 12:00"):
        hub.look(late)
    assert len(hub.mails) == 5, "what is decided is not reminded of"
    assert len(hub.hooked(FOLLOWER)) == 5
    with hub.app() as app, app.store.reading() as unit:
        assert {d.state for d in unit.deliveries.listed(limit=999)} == {"accepted"}


def test_what_is_minor_comes_in_the_digest_only(hub: Hub) -> None:
    minor = next(a for a in load_articles() if a.labels.relevance == "digest")
    hub.show(minor)
    hub.look("06-01 10:30")
    assert hub.mails == []
    hub.look("06-02 08:30")
    assert len(hub.mails) == 1
    assert minor.title[:8] in hub.mails[0]
    assert hub.titles(FOLLOWER) == []


def test_operators_hear_of_a_source_once_when_it_breaks_and_once_when_it_is_back(hub: Hub) -> None:
    """And each morning that all is well, or what is not; nobody else hears of it."""
    hub.look("06-01 09:30")
    hub.look("06-01 18:00")
    assert len(hub.titles(ADMIN)) == 1, "one sign of life a day"
    hub.world.web.add("/feed.xml", "gone", status=503)
    for n in range(8):
        hub.look(f"06-02 {10 + n}:00")
    hub.show()
    for n in range(4):
        hub.look(f"06-03 1{n}:00")
    titles = hub.titles(ADMIN)
    assert [t for t in titles if "心跳" not in t] == ["来源故障：news", "已恢复：来源故障：news"]
    assert sum("心跳" in t for t in titles) == 3
    assert hub.mails == []
    assert hub.digests == []


def baoxun(*arguments: object) -> int:
    return cli.run([str(a) for a in arguments])


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    """What `alerts list` says of the news; what the program says of itself is left out."""
    capsys.readouterr()
    assert baoxun("alerts", "list", "--json", *arguments) == 0
    return [d for d in json.loads(capsys.readouterr().out) if d["kind"] != "operations"]


def test_who_says_that_it_is_not_for_us_is_not_reminded_and_is_a_lesson(
    command: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    command.show(TENDER[0])
    command.look("06-01 10:30")
    number = listed(capsys)[0]["id"]
    assert baoxun("alerts", "ack", number) == 2, "neither taken nor not for us"
    assert baoxun("alerts", "ack", 999, "--not-for-us") != 0
    assert baoxun("alerts", "ack", number, "--not-for-us", "--by", "王芳") == 0
    before = len(command.mails)
    for day in ("06-15 12:00", "06-19 12:00", "06-21 12:00"):
        command.look(day)
    assert len(command.mails) == before
    with command.app() as app, app.store.reading() as unit:
        ((judged, about),) = unit.judgements.latest()
    assert (judged.by, judged.relevance, about.article.title) == ("王芳", Relevance.NONE, TENDER[0].title)


def test_an_operator_asks_who_would_get_it_and_sees_it_before_it_goes(
    command: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert baoxun("alerts", "route-test", "stage=notice", "--expect", "desk,follower,boss") == 0
    assert baoxun("alerts", "route-test", "stage=result", "--expect", "desk,follower") == 1
    assert baoxun("alerts", "route-test", "nonsense") == 2
    command.show(TENDER[0])
    command.look("06-01 10:30")
    number = listed(capsys)[0]["id"]
    assert baoxun("alerts", "preview", number, "--receiver", "boss") == 0
    assert "曲靖市长期护理保险经办服务项目" in capsys.readouterr().out
    assert baoxun("alerts", "preview", number, "--receiver", "nobody") == 2
    assert len(command.digests) == 0, "nothing was sent"


def test_dead_letters_are_listed_and_sent_again(command: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    command.world.robot.script(FOLLOWER, Answer.text(422), Answer.text(200))
    command.show(TENDER[0])
    command.look("06-01 10:30")
    (dead,) = listed(capsys, "--dead")
    assert (dead["receiver"], dead["state"]) == ("follower", "refused")
    assert baoxun("alerts", "list", "--state", "nonsense") == 2
    assert baoxun("alerts", "resend") == 2
    assert baoxun("alerts", "resend", "--dead") == 0
    assert listed(capsys, "--dead") == []
    assert len(command.hooked(FOLLOWER)) == 2
    assert len(command.mails) == 1, "who got it is left in peace"


def test_a_silence_is_added_listed_and_ended(command: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    add = ("alerts", "silence", "add", "stage = notice", "--reason", "改版测试")
    assert baoxun(*add, "--for", "8h", "--author", "王芳", "--json") == 0
    number = json.loads(capsys.readouterr().out)["id"]
    assert baoxun(*add, "--for", "nonsense") == 2
    assert baoxun("alerts", "silence", "add", "stage !=", "--reason", "r", "--for", "1h") == 2
    assert baoxun("alerts", "silence", "list") == 0
    assert "王芳" in capsys.readouterr().out
    assert baoxun("alerts", "route-test", "stage=notice", "--expect", "desk") == 1
    command.show(TENDER[0])
    command.look("06-01 10:30")
    assert command.mails == []
    assert {d["state"] for d in listed(capsys)} == {"silenced"}
    assert baoxun("alerts", "silence", "end", number) == 0
    assert baoxun("alerts", "silence", "end", number) == 2
    command.show(TENDER[1])
    command.look("06-10 10:30")
    assert len(command.mails) == 1, "the amendment is told"
