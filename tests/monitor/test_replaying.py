"""A replay shows what other rules would have told, and does just that: nothing more, nothing twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, SupportsIndex

import pytest

from monitor.acknowledgement import Acknowledgement, Verdict
from monitor.alerting import AlertReason
from monitor.archive import Archive, ArchivedPage
from monitor.demo import load_articles
from monitor.errors import UsageError
from monitor.model import Article, Judgement, Relevance, Topic
from monitor.processing import Processing
from monitor.records import ArticleFilter, Status
from monitor.replay_records import Frontier
from monitor.replaying import Effect, WorkerDiedError, reading
from monitor.storage import Store
from monitor.taxonomy import load_vocabulary
from tests.conftest import START, FrozenClock
from tests.monitor.replayed import (
    amendment,
    article,
    by_article,
    counts,
    notice,
    ordinary,
    other_rules,
    replay,
    state,
    understand,
)

Pretend = Callable[[Mapping[int, tuple[str, str]]], None]
NOTHING = ordinary("大理州", 33)


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """Other rules: those that read some articles as if they said something else."""
    plain = reading.read

    def install(texts: Mapping[int, tuple[str, str]]) -> None:
        def read(given: Article, *rest: Any) -> Any:
            title, text = texts.get(int(given.id), (given.title, given.text))
            return replace(plain(replace(given, title=title, text=text), *rest), article=given)

        def desk_read(self: Any, task: Any) -> Any:
            found = read(task.article, self._vocabulary, self._model)
            return found.article, found.classification, found.facts, found.signature

        monkeypatch.setattr(reading._Desk, "read", desk_read)

    return install


def test_unchanged_rules_change_nothing(store: Store, clock: FrozenClock, tmp_path: Path) -> None:
    """Verdicts, reasons, stories, events, threads and index come out as they went in, copies and translations among them."""
    told = [(a.title, a.text) for a in load_articles()][:40]
    understand(store, clock, tmp_path, told)
    understand(store, clock, tmp_path, [notice("曲靖市"), amendment("曲靖市")], silent=True)
    understand(store, clock, tmp_path, [notice("昭通市"), amendment("昭通市"), notice("昭通市"), ordinary("昭通市", 3)])
    before = state(store)
    for writes in (False, True):
        report = replay(store, clock, tmp_path, writes=writes, batch=7)
        assert counts(report) == {Effect.SAME: len(told) + 6}
        assert (report.rewritten, report.queued, report.threads, report.adds_up) == (0, 0, 0, True)
    after = state(store)
    assert {k: v for k, v in after.items() if k != "replay"} == {k: v for k, v in before.items() if k != "replay"}
    assert sum(1 for row in after["article"] if row[4] == "duplicate") > 3, "there are copies to get wrong"


def test_what_a_missing_first_step_does_to_the_next(
    store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend
) -> None:
    """The notice vanishes; the amendment, told as an update of it, would have been a first telling."""
    first, second, other = understand(store, clock, tmp_path, [notice("曲靖市"), amendment("曲靖市"), notice("昭通市")])
    pretend({first: NOTHING})
    report = replay(store, clock, tmp_path)
    changes = by_article(report)
    assert counts(report) == {Effect.VANISHES: 1, Effect.CHANGES: 1, Effect.SAME: 1}
    assert (changes[first].before, changes[first].after) == ("news", "")
    assert (changes[first].stage, changes[first].topics) == ("notice", ("gov_tender",))
    assert changes[first].evidence in notice("曲靖市")[1]
    assert changes[second].differences["told as"] == ("update", "news")
    assert changes[second].differences["told changes"][1] == []
    assert other not in changes
    assert report.groups()[0] == (Effect.VANISHES, "gov_tender", "notice", 1)


def test_copies_part_and_join(store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend) -> None:
    """A reprint that is read as another tender would have been told; one that joins would not."""
    first, copy, apart = understand(store, clock, tmp_path, [notice("曲靖市"), notice("曲靖市"), notice("昭通市")])
    assert article(store, copy).status is Status.DUPLICATE
    pretend({copy: notice("保山市"), apart: notice("曲靖市")})
    changes = by_article(replay(store, clock, tmp_path))
    assert changes[copy].effect is Effect.APPEARS
    assert changes[copy].differences["copy of"] == (str(first), "")
    assert changes[copy].alert is not None
    assert changes[apart].effect is Effect.VANISHES
    assert changes[apart].differences["copy of"] == ("", str(first))
    assert changes[apart].differences["event"] == (f"e-{apart}", f"e-{first}")


def test_a_fact_that_is_read_otherwise_changes_an_alert(
    store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend
) -> None:
    """Old and new value are told, with the sentence; a copy's own change is quiet."""
    first, copy = understand(store, clock, tmp_path, [notice("曲靖市", 820), notice("曲靖市", 820)])
    pretend({first: notice("曲靖市", 910), copy: notice("曲靖市", 910)})
    report = replay(store, clock, tmp_path)
    assert counts(report) == {Effect.CHANGES: 1, Effect.QUIET: 1}
    change = by_article(report)[first]
    assert change.differences == {"amount": (8200000, 9100000)}


@pytest.mark.parametrize("silent", [False, True])
def test_a_replay_comes_to_what_the_daemon_would_have(
    silent: bool, tmp_path: Path, clock: FrozenClock, pretend: Pretend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Applied, other rules leave the verdicts, threads and index that they had come to had they been there from the first."""
    from tests.conftest import _store

    texts = [notice("曲靖市"), ordinary("曲靖市", 5), amendment("曲靖市"), notice("昭通市"), notice("昭通市"), ordinary("保山市", 6),
             notice("普洱市", 500), amendment("昭通市"), amendment("普洱市")]  # fmt: skip
    otherwise = {1: NOTHING, 2: notice("保山市"), 4: notice("昭通市", 777), 6: amendment("保山市"), 7: notice("曲靖市")}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for replayed in _store(f"sqlite:///{tmp_path}/a/baoxun.sqlite3"):
        understand(replayed, clock, tmp_path, texts, silent=silent)
        pretend(otherwise)
        seen = replay(replayed, clock, tmp_path, batch=2)
        report = replay(replayed, clock, tmp_path, writes=True, batch=2)
        assert [c.to_json() for c in seen.changes if c.effect is not Effect.APPEARS] == [
            c.to_json() for c in report.changes if c.effect is not Effect.APPEARS
        ], "a look says what writing does"
        assert seen.effects == report.effects
        assert report.rewritten > 3
        after = state(replayed)
    plain = Processing._try_read

    def read_otherwise(self: Processing, stored: Any, model: Any) -> Any:
        title, text = otherwise.get(stored.id, (stored.article.title, stored.article.text))
        found = plain(self, replace(stored, article=replace(stored.article, title=title, text=text)), model)
        return replace(found, article=stored.article)

    monkeypatch.setattr(Processing, "_try_read", read_otherwise)
    clock.now = START
    for fresh in _store(f"sqlite:///{tmp_path}/b/baoxun.sqlite3"):
        understand(fresh, clock, tmp_path, texts, silent=silent)
        golden = state(fresh)
    for name in ("match", "signature", "signature_key"):
        assert after[name] == golden[name], name
    assert [_verdict(row) for row in after["article"]] == [_verdict(row) for row in golden["article"]]
    if silent:
        assert after["thread_state"] == golden["thread_state"]
    else:
        assert [row[0] for row in after["thread_state"]] == [row[0] for row in golden["thread_state"]]


def _verdict(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row without what was said to people: that is not undone."""
    trail = json.loads(row[13])
    return (*row[:5], *row[6:13], {k: v for k, v in trail.items() if k != "alert"})


def test_what_a_filter_leaves_out_counts_as_recorded(
    store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend
) -> None:
    """One source, or a window: the others are compared with and followed as they stand, and nothing moves."""
    understand(store, clock, tmp_path, [notice("曲靖市")], source_name="one")
    understand(store, clock, tmp_path, [notice("曲靖市"), amendment("曲靖市")], source_name="two")
    late = understand(store, clock, tmp_path, [amendment("曲靖市"), notice("昭通市")], source_name="one")
    wanted = ArticleFilter(source="one")
    assert counts(replay(store, clock, tmp_path, wanted=wanted)) == {Effect.SAME: 3}
    for source in ("one", "two"):
        assert set(counts(replay(store, clock, tmp_path, wanted=ArticleFilter(source=source), writes=True))) == {
            Effect.SAME
        }
    since = ArticleFilter(since=clock.now - dt.timedelta(hours=1, minutes=30))
    assert counts(replay(store, clock, tmp_path, wanted=since)) == {Effect.SAME: 2}
    pretend({late[1]: amendment("曲靖市")})
    changes = by_article(replay(store, clock, tmp_path, wanted=since))
    assert changes[late[1]].effect is Effect.VANISHES
    assert changes[late[1]].differences["event"][1] == article(store, 3).event_id


def test_labels_are_not_lost(store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend) -> None:
    """What a user confirmed and what somebody took is refused to be lost, and lost by force; what was wrong may change."""
    judged, taken, wrong, plain = understand(
        store, clock, tmp_path, [notice("曲靖市"), notice("昭通市"), notice("保山市"), notice("普洱市")]
    )
    with store.transaction() as unit:
        for number, relevance, topics in (
            (judged, Relevance.ALERT, (Topic.GOV_TENDER,)), (wrong, Relevance.NONE, ())
        ):  # fmt: skip
            unit.judgements.add(
                Judgement(article_id=str(number), relevance=relevance, topics=topics, by="李", at=clock.now)
            )
        (alert,) = unit.outbox.of_article(taken)
        for verdict, key in ((Verdict.TAKEN, alert.alert_key),):
            unit.acknowledgements.add(
                Acknowledgement(thread_id=alert.thread, alert_key=key, verdict=verdict, by="王", at=clock.now)
            )
    pretend(dict.fromkeys((judged, taken, wrong, plain), NOTHING))
    before = state(store)
    report = replay(store, clock, tmp_path, writes=True)
    assert report.refused
    assert [(x.article_id, x.said, x.by, x.now) for x in report.losses] == [
        (judged, "alert+gov_tender", "李", "none"), (taken, "taken", "王", "none")
    ]  # fmt: skip
    assert state(store) == before
    assert not replay(store, clock, tmp_path).refused, "a look is always allowed"
    elsewhere = ArticleFilter(since=clock.now - dt.timedelta(minutes=30))
    assert not replay(store, clock, tmp_path, writes=True, wanted=elsewhere).refused
    forced = replay(store, clock, tmp_path, writes=True, force=True)
    assert forced.effects[Effect.VANISHES] == 3
    assert len(forced.losses) == 2
    assert article(store, judged).relevance == "none"


def test_what_appears_is_told_once_where_asked(
    store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend
) -> None:
    """With alerts, what nobody was told is queued; what people know under another name is not, nor what was stored silently."""
    first, second, quiet = understand(
        store, clock, tmp_path, [notice("曲靖市"), notice("曲靖市"), ordinary("昭通市", 4)]
    )
    (silent,) = understand(store, clock, tmp_path, [ordinary("保山市", 5)], silent=True)
    pretend({first: NOTHING, quiet: notice("昭通市"), silent: notice("保山市")})
    without = replay(store, clock, tmp_path, writes=True)
    assert (without.queued, without.effects[Effect.APPEARS]) == (0, 3)
    assert article(store, quiet).trail["alert"] == AlertReason.REPLAYED
    again = replay(store, clock, tmp_path, writes=True, again=True)
    assert set(counts(again)) == {Effect.SAME}, "what was found before is no news"
    told = replay(store, clock, tmp_path, writes=True, alerts=True)
    assert told.queued == 1, "the reprint of what was told is the same event to people"
    with store.reading() as unit:
        assert unit.outbox.has(f"event:e-{quiet}")
        assert not unit.outbox.has(f"event:e-{second}")
        assert not unit.outbox.has(f"event:e-{silent}")
        assert unit.outbox.of_article(quiet)[0].payload["kind"] == "news"
        state_of = unit.thread_states.get(article(store, quiet).thread_id)
    assert state_of is not None
    assert state_of.alert_key == f"event:e-{quiet}", "its thread is followed as told"
    assert replay(store, clock, tmp_path, writes=True, alerts=True, again=True).queued == 0


def test_a_replay_is_done_once_and_anew_on_request(
    store: Store, clock: FrozenClock, tmp_path: Path, pretend: Pretend
) -> None:
    """The same order again is done already and still knows its report; other rules, or --again, are another replay."""
    (first,) = understand(store, clock, tmp_path, [notice("曲靖市")])
    pretend({first: notice("曲靖市", 900)})
    one = replay(store, clock, tmp_path, writes=True)
    same = replay(store, clock, tmp_path, writes=True)
    assert (same.already, same.replay, same.effects) == (True, one.replay, one.effects)
    assert [json.dumps(c.to_json()) for c in same.changes] == [json.dumps(c.to_json()) for c in one.changes]
    anew = replay(store, clock, tmp_path, writes=True, again=True)
    assert (anew.already, counts(anew)) == (False, {Effect.SAME: 1})
    rules = other_rules(tmp_path, programmes=("长期照护险", "长期照护险, 银发守护保险"))
    other = replay(store, clock, tmp_path, writes=True, rules=rules)
    assert len({one.replay, anew.replay, other.replay}) == 3


def test_two_processes_never_do_one_replay(store: Store, clock: FrozenClock, tmp_path: Path) -> None:
    """Whoever finds the frontier elsewhere than it left it stops, and has written nothing."""
    understand(store, clock, tmp_path, [notice("曲靖市"), notice("昭通市"), notice("保山市")])
    seen = []

    def meddle(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 1:
            with store.transaction() as unit:
                from sqlalchemy import text

                unit.session.connection().execute(text("update replay set number = number + 1"))

    from monitor.replaying import Order, Replaying

    replaying = Replaying(store=store, vocabulary=load_vocabulary(), archive=tmp_path, lang="zh", clock=clock, batch=1)
    with pytest.raises(UsageError, match="another process"):
        replaying.run(Order(wanted=ArticleFilter(), writes=True), meddle)
    assert seen == [(0, 3), (1, 3)]


def test_all_cores_come_to_the_same(sqlite_store: Store, clock: FrozenClock, tmp_path: Path) -> None:
    """Reading in processes of their own, by rules from a folder, gives what one process gives, in the same order."""
    texts = [notice("曲靖市"), *(ordinary("曲靖市", n) for n in range(90)), notice("昭通市"), amendment("曲靖市")]
    understand(sqlite_store, clock, tmp_path, texts)
    rules = other_rules(tmp_path, programmes=("长期照护险", "长期照护险, 银发守护保险"))
    alone = replay(sqlite_store, clock, tmp_path, rules=rules)
    many = replay(sqlite_store, clock, tmp_path, rules=rules, jobs=2)
    assert [c.to_json() for c in many.changes] == [c.to_json() for c in alone.changes]
    assert many.effects == alone.effects
    assert many.articles == len(texts)


def test_a_process_that_dies_names_its_article(sqlite_store: Store, clock: FrozenClock, tmp_path: Path) -> None:
    """A text that kills whoever reads it: the error says which one it was, among those in hand."""
    understand(sqlite_store, clock, tmp_path, [ordinary("曲靖市", n) for n in range(5)])
    with sqlite_store.reading() as unit:
        placed = unit.replays.chunk(ArticleFilter(), Frontier(), through=100, limit=10)
    third = placed[2].stored
    poisoned = replace(
        placed[2], stored=replace(third, article=replace(third.article, text=Deadly(third.article.text)))
    )
    reader = reading.Reader(reading.Rules(vocabulary=load_vocabulary().directory), jobs=2)
    with reader, pytest.raises(WorkerDiedError) as caught:
        list(reader.read([*placed[:2], poisoned, *placed[3:]]))
    assert caught.value.articles == (third.id,)
    assert f"while reading article {third.id}" in str(caught.value)


class Deadly(str):
    """A text that kills a worker which looks into it."""

    __slots__ = ()

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        if multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__getitem__(key)


async def _process(store: Store, clock: FrozenClock, folder: Path) -> None:
    from monitor.config.reading import parse_config

    config = parse_config("sources: []", file="config.yaml", base=folder)
    await Processing(config=config, store=store, vocabulary=load_vocabulary(), clock=clock).process_pending()


def test_raw_pages_are_read_again_and_their_words_stored(
    sqlite_store: Store, clock: FrozenClock, tmp_path: Path
) -> None:
    """A better extractor's title and text replace the stored ones, with the verdict on them; without a page it stays."""
    title, text = notice("曲靖市")
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class='content'>" + "".join(
        f"<p>{line}</p>" for line in text.splitlines()
    )
    archive = Archive(tmp_path / "raw")
    page = ArchivedPage(
        url="https://news.example/1",
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=f"{body}</div></body></html>".encode(),
        fetched_at=START,
    )
    file, offset = archive.append(page)
    archive.close()
    understand(sqlite_store, clock, tmp_path, [("栏目", "登录")], raw_file=file, raw_offset=offset)
    understand(sqlite_store, clock, tmp_path, [notice("昭通市")])
    understand(sqlite_store, clock, tmp_path, [notice("普洱市")], raw_file="gone.warc.gz", raw_offset=1)
    seen = replay(sqlite_store, clock, tmp_path, raw=True)
    assert counts(seen) == {Effect.APPEARS: 1, Effect.SAME: 1, Effect.UNREADABLE: 1}
    report = replay(sqlite_store, clock, tmp_path, raw=True, writes=True)
    assert seen.effects == report.effects
    first = article(sqlite_store, 1)
    assert (first.relevance, first.stage, first.article.title) == ("alert", "notice", title)
    assert "QJZC-2026-0107" in first.article.text
    assert article(sqlite_store, 3).relevance == "alert", "what cannot be read stays as it is"
    assert set(counts(replay(sqlite_store, clock, tmp_path))) == {Effect.SAME}, "verdict and words belong together"


def test_a_quarantined_article_is_taken_up_again(
    store: Store, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no rule could read then gets its verdict, after all others, and its place; twice is once."""
    understand(store, clock, tmp_path, [notice("曲靖市")])
    from monitor import processing

    with monkeypatch.context() as broken:
        broken.setattr(processing, "read", lambda *_: 1 / 0)
        (number,) = understand(store, clock, tmp_path, [notice("昭通市")])
        for _ in range(2):
            asyncio.run(_process(store, clock, tmp_path))
    understand(store, clock, tmp_path, [notice("昭通市")])
    assert article(store, number).status is Status.QUARANTINED
    seen = replay(store, clock, tmp_path)
    report = replay(store, clock, tmp_path, writes=True)
    assert (seen.effects, report.articles) == (report.effects, 3)
    assert article(store, number).status is Status.DUPLICATE
    assert counts(replay(store, clock, tmp_path)) == {Effect.SAME: 3}
