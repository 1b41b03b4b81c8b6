"""A store with news that the daemon understood, and replays of it, for tests."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from monitor.config.reading import parse_config
from monitor.processing import Processing
from monitor.records import ArticleFilter, StoredArticle
from monitor.replaying import Change, Effect, Order, Replaying, ReplayReport
from monitor.storage import Store
from monitor.taxonomy import Vocabulary, load_vocabulary
from tests.conftest import START, FrozenClock
from tests.monitor.samples import new_article

SHIPPED = load_vocabulary().directory
NOTICE = """一、项目基本情况
项目编号：{number}
项目名称：{place}长期护理保险经办服务项目
采购人：{place}医疗保障局
预算金额：{amount}万元
四、提交投标文件截止时间：2026年6月22日09点30分（北京时间）"""
AMENDMENT = """一、项目基本情况
原公告的采购项目编号：{number}
原公告的采购项目名称：{place}长期护理保险经办服务项目
二、更正信息
更正内容：提交投标文件截止时间由“2026年6月22日09点30分”更正为“2026年6月30日14点00分”，其他内容不变。"""
ORDINARY = (
    "记者从{place}有关部门获悉，新地铁线路开工，全长{amount}公里，设车站十七座，计划四年后通车，首段隧道下月始发。"
)

PLACES = {
    "曲靖市": "QJZC-2026-0107",
    "昭通市": "ZTZC-2026-0233",
    "保山市": "BSZC-2026-0311",
    "普洱市": "PEZC-2026-0420",
}


def notice(place: str, amount: int = 820) -> tuple[str, str]:
    """(title, text) of a tender's notice."""
    number = PLACES[place]
    return f"{place}长期护理保险经办服务项目公开招标公告", NOTICE.format(place=place, number=number, amount=amount)


def amendment(place: str) -> tuple[str, str]:
    """(title, text) of what moves its deadline."""
    return f"{place}长期护理保险经办服务项目更正公告", AMENDMENT.format(place=place, number=PLACES[place])


def ordinary(place: str, amount: int) -> tuple[str, str]:
    """(title, text) of news that is none of our business."""
    return f"{place}新地铁线路开工（{amount}）", ORDINARY.format(place=place, amount=amount)


def understand(
    store: Store, clock: FrozenClock, folder: Path, texts: Iterable[tuple[str, str]], **changes: Any
) -> list[int]:
    """Store articles an hour apart and let the daemon settle each before the next comes; their numbers."""
    config = parse_config("sources: []", file="config.yaml", base=folder)
    processing = Processing(config=config, store=store, vocabulary=load_vocabulary(), clock=clock)
    numbers = []
    for title, text in texts:
        now = clock.forward(hours=1)
        with store.transaction() as unit:
            at = unit.session.connection().exec_driver_sql("select count(*) from article").scalar_one()
            new = new_article(at + 1, title=title, text=text, published=now - dt.timedelta(minutes=5), **changes)
            number = unit.articles.add(new, now)
        assert number is not None
        numbers.append(number)
        asyncio.run(processing.process_pending())
    return numbers


def replay(store: Store, clock: FrozenClock, folder: Path, *, batch: int = 200, **order: Any) -> ReplayReport:
    """A replay as the command line would order it."""
    vocabulary: Vocabulary = load_vocabulary()
    replaying = Replaying(
        store=store, vocabulary=vocabulary, archive=folder / "raw", lang="zh", clock=clock, batch=batch
    )
    return replaying.run(Order(**{"wanted": ArticleFilter(), **order}))


def other_rules(folder: Path, **replaced: tuple[str, str]) -> Path:
    """A copy of the shipped vocabulary in which in one file (by its stem) one text stands for another."""
    target = folder / "rules"
    shutil.copytree(SHIPPED, target, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for stem, (old, new) in replaced.items():
        file = target / f"{stem}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{stem}: {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")
    return target


def by_article(report: ReplayReport) -> dict[int, Change]:
    """What differs, by article."""
    return {change.article_id: change for change in report.changes}


def counts(report: ReplayReport) -> dict[Effect, int]:
    """Effects that occur."""
    return {effect: count for effect, count in report.effects.items() if count}


def state(store: Store) -> dict[str, Any]:
    """All that a replay may change, without the times at which it did and the numbers that databases give: two runs that come
    to the same have the same."""
    kept: dict[str, Any] = {}
    with store.reading() as unit:
        rows = {
            "article": 'select id, title, text, content_hash, status, status_reason, relevance, topics, stage, "update", '
            "story_id, event_id, thread_id, trail from article order by id",
            "match": 'select article_id, topic, relevance, stage, "update", score, facts from "match" order by article_id, topic',
            "signature": "select id, article_id, version, story_id, event_id, thread_id, sampled, rest, item, text_keys, "
            "fact_keys, marks from signature order by id",
            "signature_key": "select key, signature_id from signature_key order by key, signature_id",
            "thread_state": "select * from thread_state order by thread_id",
            "outbox": "select alert_key, thread, article_id, state from outbox order by alert_key",
            "replay": "select id, asked, state, number, unplaced, counts from replay order by id",
            "replay_change": "select * from replay_change order by replay_id, article_id",
            "replay_thread": "select * from replay_thread order by thread_id",
        }
        for name, query in rows.items():
            kept[name] = [tuple(row) for row in unit.session.connection().exec_driver_sql(query)]
    return kept


def article(store: Store, number: int) -> StoredArticle:
    """As stored."""
    with store.reading() as unit:
        found = unit.articles.get(number)
    assert found is not None
    return found


__all__ = ["START", "Effect", "amendment", "article", "by_article", "counts", "notice", "ordinary", "other_rules", "replay",
           "state", "understand"]  # fmt: skip
