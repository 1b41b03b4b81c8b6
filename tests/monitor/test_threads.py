"""Threads: a tender's notices as dated steps, what each changes with both sentences, and when the contract ends."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as ranging
from hypothesis import settings
from hypothesis import strategies as st

from monitor import threads
from monitor.analyse import read_records
from monitor.bootstrap import App, build_app, run_async
from monitor.cli.threads import list_threads, show_thread
from monitor.config.reading import parse_config
from monitor.errors import NotFoundError
from monitor.model import Article, Stage
from monitor.records import ArticleFilter, Settlement, Status, StoredArticle
from monitor.storage import Store
from tests.conftest import START, FrozenClock
from tests.monitor.samples import new_article
from tests.monitor.shelf import article, day, given, understood

GOLD = Path(__file__).parents[2] / "benchmarks" / "gold"

NOTICE = """一、项目基本情况
项目编号：YXZC-2025-0418
项目名称：玉溪市城乡居民大病保险承办服务项目
采购人：玉溪市医疗保障局
预算金额：15300.00万元
采购需求：为全市约212万名城乡居民提供大病保险承办服务，筹资标准72元/人·年。
合同履行期限：2026年1月1日至2028年12月31日，合同一年一签。
四、提交投标文件截止时间、开标时间和地点
2025年10月20日09点30分（北京时间），玉溪市公共资源交易中心第一开标室。"""
AMENDMENT = """一、项目基本情况
原公告的采购项目编号：YXZC-2025-0418
原公告的采购项目名称：玉溪市城乡居民大病保险承办服务项目
二、更正信息
更正内容：提交投标文件截止时间由“2025年10月20日09点30分”更正为“2025年10月31日14点00分”，预算金额不变，其他内容不变。
四、联系方式
采购人：玉溪市医疗保障局"""
RESULT = """一、项目编号：YXZC-2025-0418
二、项目名称：玉溪市城乡居民大病保险承办服务项目
三、中标信息
供应商名称：中国人寿保险股份有限公司玉溪分公司
中标金额：15127.60万元
服务时间：2026年1月1日至2028年12月31日
采购人：玉溪市医疗保障局"""
NEWS = """11月6日，玉溪市公布城乡居民大病保险承办机构中标结果：中国人寿玉溪分公司中标，中标金额1.51亿元，为全市城乡居民提供三年的大病保险承办服务。
市医疗保障局有关负责人表示，参保人不另行缴费，住院费用在医院窗口直接结算。"""

LIFE = (
    article(1, "2025-09-25", "玉溪市城乡居民大病保险承办服务项目公开招标公告", NOTICE, source="云南省政府采购网"),
    article(2, "2025-10-13", "玉溪市城乡居民大病保险承办服务项目更正公告", AMENDMENT, source="云南省政府采购网"),
    article(3, "2025-11-05", "玉溪市城乡居民大病保险承办服务项目中标结果公告", RESULT, source="云南省政府采购网"),
    article(4, "2025-11-06", "玉溪大病保险承办机构敲定 中国人寿中标", NEWS, source="玉溪晚报"),
)


@pytest.fixture(scope="module")
def life() -> tuple[StoredArticle, ...]:
    """A project from notice to award, as the real pipeline understands it."""
    return understood(LIFE)


@pytest.fixture(scope="module")
def thread(life: tuple[StoredArticle, ...]) -> threads.Thread:
    (only,) = threads.group(life)
    return only


def test_a_projects_notices_are_one_thread_of_dated_steps(thread: threads.Thread) -> None:
    """Notice, amendment and result are steps in order; a newspaper's report of the award is a copy of the result's step."""
    assert [s.stage for s in thread.steps] == [Stage.NOTICE, Stage.AMENDMENT, Stage.RESULT]
    assert [s.at for s in thread.steps] == [day("2025-09-25"), day("2025-10-13"), day("2025-11-05")]
    assert thread.stage is Stage.RESULT
    assert thread.title == "玉溪市城乡居民大病保险承办服务项目"
    assert [c.source for c in thread.steps[2].copies] == ["玉溪晚报"]
    assert thread.steps[2].cited.source == "云南省政府采购网"


def test_an_amendment_shows_old_and_new_with_both_sentences(thread: threads.Thread) -> None:
    """The moved deadline is the only change of the amendment, and it is marked as the source's own correction."""
    (change,) = thread.steps[1].changes
    assert (change.key, change.corrects) == ("deadline", True)
    assert (change.old.value, change.new.value) == ("2025-10-20T09:30:00+08:00", "2025-10-31T14:00:00+08:00")
    assert "2025年10月20日09点30分" in change.old.sentence
    assert "更正为“2025年10月31日14点00分”" in change.new.sentence
    assert (change.old.cited.article_id, change.new.cited.article_id) == (1, 2)


def test_an_award_differs_from_the_budget_but_its_winner_is_no_change(thread: threads.Thread) -> None:
    """The sum is compared with the budget; the winner is new, the repeated term and the rounded news are nothing."""
    assert [(c.key, c.old.value, c.new.value, c.corrects) for c in thread.steps[2].changes] == [
        ("amount", 153000000, 151276000, False)
    ]
    assert not thread.steps[2].disagreements
    winner = thread.says("winner")
    assert winner is not None
    assert winner.value == ("中国人寿保险股份有限公司玉溪分公司",)


def test_the_deadline_is_open_until_it_passes_or_the_project_moves_on(life: tuple[StoredArticle, ...]) -> None:
    """The amended deadline counts; after the award there is none."""
    waiting = threads.build([a for a in life if a.stage != "result"])
    assert waiting.open_deadline(day("2025-10-25")) == dt.datetime(2025, 10, 31, 6, 0, tzinfo=dt.UTC)
    assert waiting.open_deadline(day("2025-11-01")) is None
    assert threads.build(life).open_deadline(day("2025-10-25")) is None


def test_any_order_of_articles_gives_the_same_thread(life: tuple[StoredArticle, ...]) -> None:
    """Building depends on the articles, not on how they come."""
    built = {repr(threads.build(order)) for order in itertools.permutations(life)}
    assert len(built) == 1


@ranging(st.permutations(range(12)), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_order_of_made_articles_gives_the_same_threads(order: list[int], chance: random.Random) -> None:
    """The same holds for threads with copies, lots, equal times and contradicting figures."""
    made = list(_made(random.Random(7)))
    expected = threads.group(made)
    shuffled = [made[i] for i in order]
    assert threads.group(shuffled) == expected
    chance.shuffle(shuffled)
    assert threads.group(iter(shuffled)) == expected


def _made(chance: random.Random) -> Iterator[StoredArticle]:
    stages = ("intention", "notice", "amendment", "result", "contract", "operation")
    for number in range(1, 13):
        amount = chance.choice((1530000, 1600000, 1490000))
        yield given(
            number, f"2025-0{chance.randint(1, 9)}-15", chance.choice(("公告", "采购包1结果公告", "更正公告")),
            {"amount": (amount, f"{amount}元", f"预算{amount}元"), "period": ([2026, 2028], "2026-2028", "2026-2028年")},
            stage=chance.choice(stages), thread=f"project:p{number % 2}", event=f"e-{chance.randint(1, 6)}-{number % 2}",
            copy_of=chance.choice((None, None, 1)), source=chance.choice(("甲报", "乙网")),
        )  # fmt: skip


def _notice(**changes: Any) -> StoredArticle:
    facts = {
        "project_number": ("P-1", "P-1", "项目编号：P-1"),
        "amount": (1994440000, "199444.00万元", "预算金额：199444.00万元"),
        "insured_persons": (3254321, "3254321人", "参保3254321人"),
        "premium_per_person": ([80], "80元", "筹资80元/人"),
        "period": ([2024, 2026], "2024年1月1日至2026年12月31日", "期限2024年1月1日至2026年12月31日"),
        "deadline": ("2023-11-20T09:30:00+08:00", "2023年11月20日9:30", "截止2023年11月20日9:30"),
    }
    return given(1, "2023-11-01", "招标公告", facts | changes.pop("facts", {}), stage="notice", **changes)


@pytest.mark.parametrize(
    ("key", "value", "raw", "sentence"),
    [
        pytest.param("amount", 1994000000, "19.94亿", "合计19.94亿元", id="rounded to 亿"),
        pytest.param("amount", 1.99e9, "1.99 billion yuan", "worth 1.99 billion yuan", id="cut off in English"),
        pytest.param("insured_persons", 3250000, "325万人", "约325万人", id="hedged"),
        pytest.param("insured_persons", 3300000, "三百三十万人", "约三百三十万人", id="Chinese numerals"),
        pytest.param("premium_per_person", [80, 120], "80、120", "80元和120元", id="a fuller list"),
        pytest.param("period", [2024, 2024], "2024年度", "2024年度承办", id="the year in which the term begins"),
        pytest.param("deadline", "2023-11-20", "11月20日", "11月20日截止", id="the hour left out"),
    ],
)
def test_what_is_repeated_or_rounded_is_no_change(key: str, value: Any, raw: str, sentence: str) -> None:
    """An amendment that prints a value in another way changes nothing."""
    later = given(2, "2023-11-08", "更正公告", {key: (value, raw, sentence)}, stage="amendment")
    assert not threads.build([_notice(), later]).changes


@pytest.mark.parametrize(
    ("key", "value", "raw"),
    [
        ("amount", 1995440000, "199544.00万元"),
        ("amount", 1980000000, "19.80亿元"),
        ("insured_persons", 3450000, "345万人"),
        ("premium_per_person", [82], "82元"),
        ("period", [2024, 2025], "2024年1月1日至2025年12月31日"),
        ("deadline", "2023-11-20T14:00:00+08:00", "2023年11月20日14:00"),
    ],
)
def test_what_is_stated_anew_is_a_change(key: str, value: Any, raw: str) -> None:
    """The smallest real difference shows, with the old value's article and the new one's."""
    later = given(2, "2023-11-08", "更正公告", {key: (value, raw, f"现为{raw}")}, stage="amendment")
    (change,) = threads.build([_notice(), later]).changes
    assert change.key == key
    assert (change.old.cited.article_id, change.new.cited.article_id) == (1, 2)
    assert change.corrects


def test_a_sum_a_year_is_not_compared_with_a_sum_over_the_term() -> None:
    """Three years' budget and one year's price differ by what they are for."""
    award = given(
        2, "2023-12-08", "中标公告", {"amount": (664000000, "66400万元", "66400万元/年")}, stage="result", basis="year"
    )
    assert not threads.build([_notice(), award]).changes


def test_lots_are_compared_with_their_own_budget() -> None:
    """The award of lot 2 is held against lot 2's budget; a lot without a budget is no change of the whole."""
    notice = _notice(
        lots={
            "一": {"amount": (9e8, "90000万元", "包一90000万元")},
            "二": {"amount": (1e9, "100000万元", "包二100000万元")},
        }
    )
    first = given(
        2, "2023-12-08", "采购包1中标公告", {"amount": (9e8, "9亿元", "中标9亿元")}, stage="result", event="r1"
    )
    second = given(
        3,
        "2023-12-09",
        "采购包2中标公告",
        {"amount": (9.8e8, "98000万元", "中标98000万元")},
        stage="result",
        event="r2",
    )
    third = given(
        4, "2023-12-10", "采购包3中标公告", {"amount": (1e8, "10000万元", "中标10000万元")}, stage="result", event="r3"
    )
    built = threads.build([notice, first, second, third])
    assert [(c.lot, c.old.value, c.new.value) for c in built.changes] == [("2", 1e9, 9.8e8)]
    assert [s.lot for s in built.all_of("amount")] == ["", "1", "2", "3"]


def test_one_publishers_second_print_is_a_correction_anothers_is_a_disagreement() -> None:
    """The source that prints its news again with another figure takes its word back; a reprint elsewhere is only shown."""
    facts = {"amount": (4700000, "470万元", "成交470万元")}
    other = {"amount": (4900000, "490万元", "成交490万元")}
    news = given(1, "2024-01-03", "成交公告", facts, stage="result", source="县采购网")
    again = given(2, "2024-01-04", "成交公告", other, stage="result", source="县采购网", copy_of=1)
    reprint = given(3, "2024-01-04", "成交公告", other, stage="result", source="转载网", copy_of=1)
    (corrected,) = threads.build([news, again]).steps
    assert [(c.corrects, c.new.value) for c in corrected.changes] == [(True, 4900000)]
    assert threads.build([news, again]).says("amount") == corrected.changes[0].new
    (shown,) = threads.build([news, reprint]).steps
    assert not shown.changes
    assert [(c.corrects, c.new.cited.source) for c in shown.disagreements] == [(False, "转载网")]
    assert threads.build([news, reprint]).says("amount") == shown.disagreements[0].old


def test_an_independent_report_may_tell_another_figure() -> None:
    """One insurer's news of its share of a consortium's persons disagrees with nothing."""
    whole = given(
        1, "2025-07-01", "启动", {"insured_persons": (412000, "41.2万人", "41.2万人")}, stage="operation", event="e"
    )
    share = given(2, "2025-07-02", "我司项目启动", {"insured_persons": (186000, "18.6万人", "18.6万人")}, stage="operation",
                  event="e", source="某险企")  # fmt: skip
    (only,) = threads.build([whole, share]).steps
    assert (only.changes, only.disagreements) == ((), ())


def test_the_only_lot_is_the_project() -> None:
    """A platform that calls every purchase lot 1 has one budget, and one change of it."""
    budget = {"1": {"amount": (9e8, "90000万元", "采购包1 90000万元")}}
    award = {"amount": (8.8e8, "88000万元", "中标金额88000万元")}
    notice = given(1, "2023-11-01", "招标公告", {}, stage="notice", lots=budget)
    result = given(2, "2023-12-01", "中标公告", award, stage="result", lots={"1": award})
    assert [(c.lot, c.old.value, c.new.value) for c in threads.build([notice, result]).changes] == [("", 9e8, 8.8e8)]


def test_on_one_day_stages_follow_their_natural_order_and_days_their_own() -> None:
    """A portal's midnight stamp does not put the award before the notice; a new notice follows a failed one."""
    notice = given(1, "2024-01-03", "招标公告", {}, stage="notice")
    failed = given(2, "2024-02-03", "废标公告", {}, stage="failed")
    again = given(3, "2024-02-10", "二次招标公告", {}, stage="notice")
    result = given(4, "2024-03-05", "中标公告", {}, stage="result")
    signed = given(5, "2024-03-05", "合同公告", {}, stage="contract")
    midnight = replace(signed, article=replace(signed.article, published=day("2024-03-05") - dt.timedelta(hours=9)))
    built = threads.build([midnight, result, again, failed, notice])
    assert [s.stage.value for s in built.steps] == ["notice", "failed", "notice", "result", "contract"]


def test_winners_are_compared_by_legal_name_only() -> None:
    """人保财险 may be the winner that was printed in full; another company is a change of the award."""
    legal = "中国人民财产保险股份有限公司昆明市分公司"
    full = {"winner": ([legal], legal, f"供应商：{legal}")}
    award = given(1, "2024-01-03", "中标公告", full, stage="result")
    short = given(
        2, "2024-02-03", "签约", {"winner": (["人保财险昆明分公司"], "人保财险", "与人保财险签约")}, stage="contract"
    )
    other = given(
        3, "2024-02-03", "更正公告",
        {"winner": (["中国人寿财产保险股份有限公司昆明中心支公司"], "国寿", "更正为国寿财险")}, stage="amendment",
    )  # fmt: skip
    assert not threads.build([award, short]).changes
    assert [c.key for c in threads.build([award, other]).changes] == ["winner"]


def test_running_figures_of_an_operation_are_no_changes() -> None:
    """What a programme paid this year alters nothing that was agreed; the latest figure is known."""
    runs = []
    for n in (4, 5):
        figures = {
            "payout": (n * 1e7, f"{n}000万元", f"支付{n}000万元"),
            "insured_persons": (n * 10**6, f"{n}00万人", f"参保{n}00万人"),
        }
        runs.append(given(n, f"202{n}-06-01", "运行", figures, stage="operation"))
    built = threads.build([_notice(), *runs])
    assert not built.changes
    known = built.says("payout")
    assert known is not None
    assert known.value == 5e7


def test_a_thread_is_built_of_one_threads_articles() -> None:
    """Articles of two threads, or none at all, are refused."""
    with pytest.raises(ValueError, match="one thread"):
        threads.build([_notice(), _notice(thread="project:p2")])
    with pytest.raises(ValueError, match="one thread"):
        threads.build([])


def test_an_early_news_report_does_not_speak_for_the_office() -> None:
    """The step is dated by the first report and speaks by the notice that prints the project number."""
    news = given(1, "2024-01-02", "大病保险招标了", {}, stage="notice", event="e", source="晚报")
    notice = given(
        2, "2024-01-03", "招标公告", {"project_number": ("P", "P", "项目编号：P")}, stage="notice", event="e"
    )
    (only,) = threads.build([news, notice]).steps
    assert (only.at, only.cited.article_id, only.copies[0].article_id) == (day("2024-01-02"), 2, 1)


# The labelled set, understood by today's rules


@pytest.fixture(scope="module")
def gold() -> dict[str, threads.Thread]:
    """Threads of the labelled tenders, by a word of their titles."""
    found = threads.group(understood(read_records(GOLD / "own_tender.jsonl")))
    places = ("淄博", "芜湖", "绵阳", "福州")
    return {p: max((t for t in found if p in t.steps[0].cited.title), key=lambda t: len(t.steps)) for p in places}


def test_labelled_projects_form_threads(gold: dict[str, threads.Thread]) -> None:
    """Notice and amendment, intention and notice, notice and result, and two lots' results stand in one thread each."""
    assert [s.stage.value for s in gold["淄博"].steps] == ["notice", "amendment"]
    assert [s.stage.value for s in gold["芜湖"].steps] == ["intention", "notice"]
    assert [s.stage.value for s in gold["绵阳"].steps] == ["notice", "result"]
    assert [s.stage.value for s in gold["福州"].steps] == ["result", "result"]


def test_labelled_projects_change_what_they_say_and_nothing_else(gold: dict[str, threads.Thread]) -> None:
    """A moved deadline, a price below its ceiling; an intention that its notice repeats, and two lots, change nothing."""
    changes = {p: [(c.key, c.old.value, c.new.value, c.corrects) for c in t.changes] for p, t in gold.items()}
    assert changes == {
        "淄博": [("deadline", "2019-04-02T09:30:00+08:00", "2019-04-15T09:30:00+08:00", True)],
        "芜湖": [],
        "绵阳": [("premium_per_person", (79,), (69,), False)],
        "福州": [],
    }
    assert [s.lot for s in gold["福州"].all_of("winner")] == ["1", "2"]


# From the database to the screen


def test_threads_in_the_store(store: Store) -> None:
    """Most recently active first, by kind, with a limit; members come with their copies, whatever fits the filter."""
    with store.transaction() as unit:
        for number, (thread, topic) in enumerate([("project:a", "gov_tender"), ("project:b", "gov_tender"),
                                                  ("product:c", "huiminbao"), ("", "gov_tender"), ("project:a", "gov_tender")], 1):  # fmt: skip
            new = replace(new_article(number), published=START + dt.timedelta(days=number))
            assert unit.articles.add(new, START) == number
            unit.articles.settle(_settled(number, thread, topic), START)
    with store.reading() as unit:
        assert unit.threads.idents(ArticleFilter()) == ("project:a", "product:c", "project:b")
        assert unit.threads.idents(ArticleFilter(), kind="project") == ("project:a", "project:b")
        assert unit.threads.idents(ArticleFilter(limit=1)) == ("project:a",)
        assert unit.threads.idents(ArticleFilter(topic="huiminbao")) == ("product:c",)
        assert unit.threads.idents(ArticleFilter(until=START + dt.timedelta(days=3))) == ("project:b", "project:a")
        assert [a.id for a in unit.threads.members("project:a", "product:c")] == [1, 3, 5]
        assert unit.threads.members() == ()


def _settled(number: int, thread: str, topic: str) -> Settlement:
    return Settlement(
        article_id=number, status=Status.RELEVANT, reason="", relevance="alert", topics=(topic,), stage="notice", update="",
        story_id=str(number), event_id=f"e-{number}", thread_id=thread, trail={}, matches=((topic, "alert", 1.0),), facts={},
    )  # fmt: skip


@pytest.fixture
def app(tmp_path: Path, clock: FrozenClock) -> Iterator[App]:
    """The product on a fresh database that holds the project's life, understood by its own service."""
    clock.now = day("2025-10-25").astimezone(dt.UTC)
    config = parse_config("storage: {data_dir: data}\nsources: []\n", file="config.yaml", base=tmp_path)
    with build_app(config, clock=clock) as built:
        with built.store.transaction() as unit:
            for one in LIFE[:2]:
                unit.articles.add(_new(one), clock.now)
        run_async(built.service.process_pending, crawling=False)
        yield built


def _new(one: Article) -> Any:
    return replace(
        new_article(int(one.id)), title=one.title, text=one.text, published=one.published, publisher=one.source
    )


def test_list_by_thread_speaks_json_and_tsv(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """One document a thread for programs; in a pipe one line of cells, with the open deadline."""
    list_threads(app, ArticleFilter(status="relevant"), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["stage"], told["open_deadline"]) == ("amendment", "2025-10-31T06:00:00+00:00")
    assert told["steps"][1]["changes"][0]["new"]["value"] == "2025-10-31T14:00:00+08:00"
    list_threads(app, ArticleFilter(), as_json=False)
    head, line = capsys.readouterr().out.splitlines()
    assert len(head.split("\t")) == len(line.split("\t"))
    assert "2025-10-31 14:00" in line.split("\t")


def test_filters_choose_threads(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """A thread is listed where any of its articles fits."""
    list_threads(app, ArticleFilter(stage="notice"), as_json=True)
    assert len(json.loads(capsys.readouterr().out)["steps"]) == 2
    list_threads(app, ArticleFilter(stage="contract"), as_json=True)
    list_threads(app, ArticleFilter(since=day("2025-10-20")), as_json=True)
    list_threads(app, ArticleFilter(topic="huiminbao"), as_json=True)
    assert not capsys.readouterr().out


def test_show_thread_is_a_timeline_with_both_sentences(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """Steps in order, the change with old and new sentence, the open deadline; an unknown name is said to be so."""
    with app.store.reading() as unit:
        (ident,) = unit.threads.idents(ArticleFilter())
    show_thread(app, ident, as_json=False)
    shown = capsys.readouterr().out
    assert shown.index("公开招标公告") < shown.index("更正公告") < shown.index("原 old") < shown.index("新 new")
    assert "截止时间: 2025-10-20 09:30 → 2025-10-31 14:00" in shown
    assert "距截止 open until: 2025-10-31 14:00" in shown
    show_thread(app, ident, as_json=True)
    assert json.loads(capsys.readouterr().out)["thread"] == ident
    with pytest.raises(NotFoundError):
        show_thread(app, "project:nothing", as_json=False)
