"""Articles a second through `replay` on all cores, dry and applied, and the memory of the processes.

    python -m benchmarks.replay [--articles 20000] [--jobs N] [--corpus FILE.jsonl.gz] [--keep FOLDER]

A store of that many articles is made as the daemon would have left it: tender notices, amendments and Huiminbao news of
invented projects (one in twenty), their reprints, and ordinary news, from a corpus where one is given, else made up. Making it
takes longer than replaying it; `--keep` makes it once. Measured are a look under unchanged rules, a look under rules that
change one article in a few hundred, and the same applied.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gzip
import itertools
import json
import os
import platform
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from monitor import log
from monitor.config.reading import parse_config
from monitor.ingest import content_hash
from monitor.processing import Processing
from monitor.records import ArticleFilter, NewArticle
from monitor.replaying import Order, Replaying
from monitor.storage import Database, Store, upgrade
from monitor.taxonomy import load_vocabulary

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ROUND = 500
"""Articles stored before the daemon's part understands them."""
PLACES = (
    "曲靖市",
    "昭通市",
    "保山市",
    "普洱市",
    "宜昌市",
    "洛阳市",
    "泉州市",
    "保定市",
    "遵义市",
    "湛江市",
    "烟台市",
    "赣州市",
    "绍兴市",
)
PROGRAMMES = ("长期护理保险", "城乡居民大病保险", "防贫保", "民生综合保险")
SUBJECTS = (
    (
        "新地铁线路开工",
        "新线全长{n}公里，设车站{m}座，采用六节编组列车，计划四年后通车。项目部说，盾构机已经运抵现场。",
    ),
    ("夏粮收购进度过半", "截至本周，当地已收购小麦{n}万吨，新增机械化输送线{m}条，农户卖粮排队时间缩短一半。"),
    ("湿地迎来候鸟高峰", "监测人员一天内记录到水鸟{n}种、{m}00余只，其中有三种是本地新记录，保护区将限制游船。"),
    ("篮球联赛收官", "主队以{n}比{m}取胜，锁定季后赛席位。主教练赛后表示，防守轮转比上半程好了很多。"),
)


def made_up() -> Iterator[tuple[str, str]]:
    """(title, text) of ordinary news without end, no two alike."""
    for n in itertools.count():
        (title, body), place = SUBJECTS[n % 4], PLACES[n // 4 % len(PLACES)]
        lines = [f"第{n * 7 + k}期：{body.format(n=17 + 3 * n + k, m=5 + (n + k) % 23)}" for k in range(6)]
        yield f"{place}{title}（第{n}期）", f"记者从{place}有关部门获悉。" + "\n".join(lines)


def corpus(path: Path) -> Iterator[tuple[str, str]]:
    """(title, text) of a corpus, over and over, each round with marks of its own."""
    opened = gzip.open if path.suffix == ".gz" else open
    for turn in itertools.count():
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                text = record["text"]
                if turn:
                    at = (turn * 97) % max(1, len(text))
                    text = f"第{turn}轮。{text[at:]}\n{text[:at]}"
                yield record["title"] + (f"（{turn}）" if turn else ""), text


def notices() -> Iterator[tuple[str, str]]:
    """(title, text) of tenders: a notice, a reprint of it, its amendment."""
    for n in itertools.count():
        place, programme, year = PLACES[n % 13], PROGRAMMES[n // 13 % 4], 2020 + n // 52 % 7
        number = f"BM{n:05d}-{year}"
        day = f"{year}年{1 + n % 12}月{1 + n % 27}日"
        notice = (
            f"{place}{year}年{programme}承办服务项目（{n}号）公开招标公告",
            f"一、项目基本情况\n项目编号：{number}\n项目名称：{place}{year}年{programme}承办服务项目（{n}号）\n采购人：{place}医疗保障局\n"
            f"预算金额：{300 + n}万元\n采购需求：为全市{40 + n % 300}万参保人员提供承办服务，含费用审核、稽核巡查、异地协查，第{n}号。\n"
            f"四、提交投标文件截止时间：{day}09点30分（北京时间）",
        )
        yield notice
        yield notice
        yield (
            f"{place}{year}年{programme}承办服务项目（{n}号）更正公告",
            f"一、项目基本情况\n原公告的采购项目编号：{number}\n原公告的采购项目名称：{place}{year}年{programme}承办服务项目（{n}号）\n"
            f"二、更正信息\n更正内容：提交投标文件截止时间由“{day}09点30分”更正为“{day}14点00分”，其他内容不变。",
        )


def articles(count: int, ordinary: Iterator[tuple[str, str]]) -> Iterator[NewArticle]:
    """The articles of the store, one in twenty of them on a topic."""
    relevant = notices()
    for n in range(count):
        title, text = next(relevant) if n % 20 == 0 else next(ordinary)
        at, url = START + dt.timedelta(minutes=3 * n), f"https://news.example/{n}"
        yield NewArticle(
            url=url, canonical_url=url, keys=(url,), source_name="news", publisher="某报", author="", title=title, text=text,
            lang="zh", published=at, published_precision="minute", origin_url="", stock_codes=(), attachments=(), page="generic",
            fetched_at=at, content_hash=content_hash(title, text), silent=False,
        )  # fmt: skip


def make(folder: Path, count: int, ordinary: Iterator[tuple[str, str]]) -> None:
    """A store as the daemon would have left it."""
    database = Database(f"sqlite:///{folder}/baoxun.sqlite3")
    upgrade(database, START)
    store, moment = Store(database), [START]

    def clock() -> dt.datetime:
        return moment[0]

    config = parse_config("sources: []", file="config.yaml", base=folder)
    processing = Processing(config=config, store=store, vocabulary=load_vocabulary(), clock=clock)
    stream = articles(count, ordinary)
    while some := list(itertools.islice(stream, ROUND)):
        moment[0] = some[-1].fetched_at + dt.timedelta(minutes=1)
        with store.transaction() as unit:
            for one in some:
                unit.articles.add(one, clock())
        asyncio.run(processing.process_pending())
    database.close()


class Memory:
    """The largest resident size, in MB, of this process and of all its children together, while a block runs."""

    def __enter__(self) -> Memory:
        self.own, self.all = 0.0, 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.5):
            own = me.memory_info().rss / 1e6
            children = 0.0
            for child in me.children(recursive=True):
                try:
                    children += child.memory_info().rss / 1e6
                except psutil.NoSuchProcess:
                    continue
            self.own, self.all = max(self.own, own), max(self.all, own + children)


def measure(folder: Path, name: str, order: Order) -> None:
    """One replay, told in one line."""
    store = Store(Database(f"sqlite:///{folder}/baoxun.sqlite3"))
    replaying = Replaying(
        store=store, vocabulary=load_vocabulary(), archive=folder / "raw", lang="zh",
        clock=lambda: dt.datetime.now(dt.UTC),
    )  # fmt: skip
    began, busy = time.monotonic(), time.process_time()
    with Memory() as memory:
        report = replaying.run(order)
    seconds = time.monotonic() - began
    found = ", ".join(f"{effect.value} {count}" for effect, count in report.effects.items() if count)
    print(
        f"{name:<22} {report.articles:>7} articles  {seconds:7.1f} s  {report.articles / seconds:6.0f}/s  (100,000 in "
        f"{100_000 * seconds / report.articles / 60:.1f} min)  parent busy {time.process_time() - busy:.1f} s  RSS {memory.own:.0f} MB, "
        f"with workers {memory.all:.0f} MB\n{'':<22} {found}; rewritten {report.rewritten}",
        flush=True,
    )
    store.database.close()


def other_rules(folder: Path) -> Path:
    """The shipped vocabulary without one name of a programme."""
    target = folder / "rules"
    if not target.exists():
        shutil.copytree(load_vocabulary().directory, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        file = target / "programmes.yaml"
        words = file.read_text(encoding="utf-8")
        assert "防贫保" in words
        file.write_text(words.replace("防贫保", "某某防贫保"), encoding="utf-8")
    return target


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=20_000)
    arguments.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--corpus", type=Path, help="ordinary news, as JSON Lines with title and text")
    arguments.add_argument("--keep", type=Path, help="folder for the store; used again where it holds one")
    given = arguments.parse_args()
    log.set_up(as_json=True)
    folder = given.keep or Path(tempfile.mkdtemp(prefix="replay"))
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "baoxun.sqlite3").exists():
        began = time.monotonic()
        make(folder, given.articles, corpus(given.corpus) if given.corpus else made_up())
        print(f"made a store of {given.articles} articles in {time.monotonic() - began:.0f} s", flush=True)
    print(
        f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, {given.jobs} reading processes"
    )
    every, rules = ArticleFilter(), other_rules(folder)
    measure(folder, "look, same rules", Order(wanted=every, jobs=given.jobs))
    measure(folder, "look, other rules", Order(wanted=every, rules=rules, jobs=given.jobs))
    measure(folder, "applied, other rules", Order(wanted=every, rules=rules, writes=True, again=True, jobs=given.jobs))
    if given.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
