"""The story index: one contract for memory, a SQLite file and PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event, text, update

from monitor import dedup
from monitor.index import BOILERPLATE, CANDIDATES, RECENT_BY_FACT, MemoryIndex, StoryIndex
from monitor.signature import SIGNATURE_VERSION, Signature
from monitor.storage import Database, Store
from monitor.storage.index import SignatureRow, SqlIndex
from tests.monitor.stories import DAY, NEWS, NEWS_FACTS, news, notice, signed
from tests.monitor.test_dedup import NEWS_EN, OTHER_NEWS

Opened = Callable[[], contextlib.AbstractContextManager[StoryIndex]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Opens the same index again and again; what was added in one opening is there in the next."""
    if request.param == "memory":
        memory = MemoryIndex()
        return lambda: contextlib.nullcontext(memory)
    database = _database(request, request.param)

    @contextlib.contextmanager
    def open_() -> Iterator[StoryIndex]:
        with database.write() as session:
            yield SqlIndex(session)

    return open_


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    return _database(request, request.param)


def _database(request: pytest.FixtureRequest, kind: str) -> Database:
    store: Store
    if kind == "sqlite":
        store = request.getfixturevalue("sqlite_store")
        return store.database
    from monitor.storage import upgrade

    database = Database(request.getfixturevalue("postgres_url"))
    upgrade(database, DAY)
    request.addfinalizer(database.close)
    return database


def filler(number: int, **labels: object) -> Signature:
    """One of many articles with words of its own, always the same one for a number."""
    dice = random.Random(number)
    words = "".join(chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(260))
    return signed(f"f{number}", words[:12], words, published=DAY + dt.timedelta(minutes=number), **labels)  # type: ignore[arg-type]


def names(index: StoryIndex, signature: Signature, limit: int = CANDIDATES) -> list[str]:
    return [c.signature.article_id for c in index.candidates(signature, limit)]


def test_nothing_is_found_in_an_empty_index(opened: Opened) -> None:
    with opened() as index:
        assert index.candidates(news("a")) == ()


def test_what_is_added_comes_back_as_it_was(opened: Opened) -> None:
    """Signature, groups and thread survive storage; the count of common keys is told."""
    item = f"{NEWS.splitlines()[1]}衡川市医疗保障局、泰康养老、中国人寿通报。"
    text_ = f"{OTHER_NEWS}\n另悉，城际列车增开6对。\n{item}\n又讯，天气转晴，气温回升。"
    round_up = news("r", "今日要闻", text_, facts=NEWS_FACTS | {"buyer": "衡川市医疗保障局"})
    assert round_up.item is not None, "the item of a round-up must be stored too"
    for signature in (news("a"), notice("n"), round_up, filler(1)):
        with opened() as index:
            index.add(signature, f"s-{signature.article_id}", "e-1", "t-1")
        with opened() as index:
            (found,) = (c for c in index.candidates(replace(signature, article_id="new")) if c.signature == signature)
        assert (found.story_id, found.event_id, found.thread_id) == (f"s-{signature.article_id}", "e-1", "t-1")
        assert found.hits == len(signature.text_keys)


@pytest.mark.parametrize(
    "second",
    [
        news("b", "别的标题", "\n".join(NEWS.split("\n")[1:3]), facts={}, stage=None),
        signed("b", "In English", NEWS_EN),
        notice("b", "中标公告", "项目编号：HCZC2025-G1-00731 已有结果。", stage="result"),
        signed("b", "又一篇", "衡川长护险本月新增网点。", stage="operation", facts={"regions": ["430400"], "programmes": ["long_term_care"]}),
    ],
    ids=["excerpt", "translation", "project_number", "place_and_programme"],
)  # fmt: skip
def test_candidates_are_found_by_words_figures_and_facts(opened: Opened, second: Signature) -> None:
    """Each road alone leads to the article, among others that it does not lead to."""
    first = notice("a") if second.identity.number else news("a")
    with opened() as index:
        for number in range(30):
            index.add(filler(number), f"s-f{number}", None)
        index.add(first, "s-a", "e-a")
        assert names(index, second) == ["a"]


def test_an_article_is_not_its_own_candidate(opened: Opened) -> None:
    with opened() as index:
        index.add(news("a"), "s-a", "e-a")
        assert names(index, news("a")) == []
        assert names(index, news("b")) == ["a"]


def test_adding_again_replaces(opened: Opened) -> None:
    """An article that changed is found by its new words and groups only."""
    with opened() as index:
        index.add(news("a"), "s-a", "e-a")
        index.add(replace(filler(7), article_id="a"), "s-b", None)
        assert names(index, news("b")) == []
        (found,) = index.candidates(replace(filler(7), article_id="new"))
    assert (found.signature.article_id, found.story_id, found.event_id) == ("a", "s-b", None)


def test_boilerplate_finds_nothing(opened: Opened) -> None:
    """Words that stand in many stories are a template's; those of one article still find it."""
    formula = "本公告自发布之日起生效未尽事宜按照国家有关法律法规执行并由采购代理机构负责解释特此公告敬请关注"
    articles = [signed(f"x{n}", f"公告{filler(n).title}", formula) for n in range(BOILERPLATE + 5)]
    with opened() as index:
        for n, article in enumerate(articles):
            index.add(article, f"s-{n}", None)
        asking = signed("new", "另一公告的标题", formula)
        assert names(index, asking) == []
        assert names(index, replace(articles[3], article_id="new")) == ["x3"]


def test_a_story_reprinted_a_hundred_times_is_still_found(opened: Opened) -> None:
    """Keys are held once a story: a popular text does not turn into boilerplate."""
    with opened() as index:
        for n in range(2 * BOILERPLATE):
            index.add(news(f"copy{n}", facts={}, stage=None), "s-one", None)
        found = index.candidates(news("new", facts={}, stage=None))
    assert {c.story_id for c in found} == {"s-one"}


def test_a_growing_subject_shows_its_latest(opened: Opened) -> None:
    """Under one fact key the newest articles are looked at, the newest first."""
    facts = {"product": "衡惠保"}
    with opened() as index:
        for n in range(RECENT_BY_FACT + 10):
            index.add(filler(n, update="claims", facts=facts), f"s-{n}", f"e-{n}")
        found = names(index, signed("new", "衡惠保", "短讯。", update="claims", facts=facts), limit=100)
    assert found == [f"f{n}" for n in range(RECENT_BY_FACT + 9, 9, -1)]


def test_the_limit_keeps_the_likest(opened: Opened) -> None:
    """Of many, those with the most common words come first."""
    with opened() as index:
        for n in range(9):
            excerpt = signed(f"e{n}", f"节选{n}", "\n".join(NEWS.split("\n")[: 1 + n % 5]))
            index.add(excerpt, f"s-{n}", None)
        index.add(news("whole", facts={}, stage=None), "s-whole", None)
        found = index.candidates(news("new", "标题", facts={}, stage=None), 3)
    assert len(found) == 3
    assert [c.hits for c in found] == sorted((c.hits for c in found), reverse=True)
    assert all(c.hits > 0 for c in found)


def test_memory_stays_bounded_on_a_stream() -> None:
    """Ordinary news is forgotten by number and by date; what is relevant is kept."""
    index = MemoryIndex(ordinary=50, relevant=1000, window=dt.timedelta(days=14))
    index.add(notice("tender", published=DAY), "s-t", "e-t")
    for n in range(400):
        index.add(filler(n), f"s-{n}", None)
    assert len(index) == 51
    assert names(index, replace(filler(399), article_id="new")) == ["f399"]
    assert names(index, replace(filler(0), article_id="new")) == []
    assert names(index, notice("again")) == ["tender"]
    index.add(replace(filler(1000), published=DAY + dt.timedelta(days=60)), "s-late", None)
    assert len(index) == 6, "all but a tenth of the room is freed once it is older than the window"


def test_a_rolled_back_transaction_leaves_nothing(database: Database) -> None:
    with contextlib.suppress(KeyError), database.write() as session:
        SqlIndex(session).add(news("a"), "s-a", "e-a")
        raise KeyError
    with database.read() as session:
        assert SqlIndex(session).candidates(news("b")) == ()


def test_signatures_of_older_rules_are_not_compared(database: Database) -> None:
    """Fingerprints taken by other rules would compare as noise."""
    with database.write() as session:
        SqlIndex(session).add(news("a"), "s-a", "e-a")
        session.execute(update(SignatureRow).values(version=SIGNATURE_VERSION - 1))
        assert SqlIndex(session).candidates(news("b")) == ()


def test_copies_that_arrive_at_once_become_one_story(database: Database) -> None:
    """Two writers, two copies at the same moment, many times over: `claim` makes one of them see the other."""
    rounds, barrier, failures = 12, threading.Barrier(2, timeout=60), []

    def work(me: int) -> None:
        try:
            for n in range(rounds):
                article = replace(filler(n), article_id=f"{me}-{n}")
                barrier.wait()
                with database.write() as session:
                    index = SqlIndex(session)
                    index.claim()
                    decision = dedup.decide(article, index.candidates(article))
                    index.add(article, decision.story_id, None)
        except Exception as exc:
            failures.append(exc)
            barrier.abort()
            raise

    threads = [threading.Thread(target=work, args=(me,)) for me in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as session:
        stories = session.execute(text("select count(*), count(distinct story_id) from signature")).one()
    assert tuple(stories) == (2 * rounds, rounds)


def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    """Look-up and storage take a fixed number of queries, whatever the article holds and the index knows."""

    def statements(signature: Signature) -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        with database.write() as session:
            event.listen(database.engine, "before_cursor_execute", listener)
            try:
                SqlIndex(session).candidates(signature)
                SqlIndex(session).add(signature, f"s-{signature.article_id}", None)
            finally:
                event.remove(database.engine, "before_cursor_execute", listener)
        return len(seen)

    few = statements(notice("n0"))
    for n in range(60):
        with database.write() as session:
            SqlIndex(session).add(notice(f"m{n}", NEWS[:20], f"{filler(n).title}" * 20), f"s-{n}", None)
    assert statements(notice("n1")) <= few + 2 <= 9
