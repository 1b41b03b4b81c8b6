"""The Huiminbao ledger: one row an edition, every value with its sentence, the right year, conflicts shown."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as ranging
from hypothesis import settings
from hypothesis import strategies as st

from monitor import ledger
from monitor.analyse import read_records
from monitor.bootstrap import App, build_app, run_async
from monitor.cli.threads import list_products
from monitor.config.reading import parse_config
from monitor.editions import belonging, edition_of
from monitor.ledger import LedgerRow
from monitor.records import ArticleFilter, StoredArticle
from monitor.statements import report
from monitor.taxonomy import load_vocabulary
from tests.conftest import FrozenClock
from tests.monitor.samples import new_article
from tests.monitor.shelf import article, day, given, understood

GOLD = Path(__file__).parents[2] / "benchmarks" / "gold"
WORDS = load_vocabulary()

LAUNCH_2025 = """10月18日，2025年度“越惠保”正式上线，由人保财险绍兴市分公司主承保，中国人寿、太平洋人寿共保。
保费仍为每人每年100元，参保期为2024年10月18日至2024年12月31日，保障期为2025年1月1日至2025年12月31日。
2024年度“越惠保”参保人数为372.6万人，截至9月底，累计赔付3.9亿元、35.2万人次。"""
ENROLMENT_2025 = """截至12月31日，2025年度“越惠保”集中参保结束，全市参保人数达到381.5万人，参保率84.1%，保费每人每年100元。
“越惠保”由人保财险绍兴市分公司主承保，中国人寿、太平洋人寿共保。"""
CLAIMS_2025 = """1月20日，绍兴市发布2025年度“越惠保”理赔报告：2025年度“越惠保”累计赔付4.6亿元、41.8万人次，参保人数381.5万人。
“越惠保”由人保财险绍兴市分公司主承保。"""

LIFE = (
    article(1, "2024-10-18", "2025年度“越惠保”今日上线，保费100元不变", LAUNCH_2025, source="稽山新闻"),
    article(2, "2025-01-02", "2025年度“越惠保”参保收官 381.5万人参保", ENROLMENT_2025, source="绍兴晚报"),
    article(3, "2026-01-20", "“越惠保”2025年度理赔报告发布：赔付4.6亿元", CLAIMS_2025, source="稽山新闻"),
)


@pytest.fixture(scope="module")
def life() -> tuple[StoredArticle, ...]:
    return understood(LIFE)


def row(rows: tuple[LedgerRow, ...], product: str, year: int) -> LedgerRow:
    (found,) = [r for r in rows if (r.product, r.year) == (product, year)]
    return found


def values(found: LedgerRow) -> Mapping[str, Any]:
    return {e.key: e.stated.value for e in found.entries}


def test_an_edition_is_one_row_with_the_proof_of_each_value(life: tuple[StoredArticle, ...]) -> None:
    """Launch, enrolment and claims report of one edition stand in one row; last year's figures in last year's."""
    rows = ledger.build(life, WORDS)
    assert [(r.product, r.city, r.year) for r in rows] == [("越惠保", "330600", 2024), ("越惠保", "330600", 2025)]
    now = values(rows[1])
    assert now["premium_per_person"] == (100,)
    assert now["insured_persons"] == 3815000
    assert now["participation_rate"] == pytest.approx(0.841)
    assert (now["payout"], now["claims_count"]) == (460000000, 418000)
    assert (now["enrolment_opens"], now["deadline"]) == ("2024-10-18", "2024-12-31")
    assert set(now["insurers"]) == {"人保财险", "中国人寿", "太平洋人寿"}
    before = values(rows[0])
    assert (before["insured_persons"], before["payout"], before["claims_count"]) == (3726000, 390000000, 352000)
    paid = rows[1].entry("payout")
    assert paid is not None
    assert "4.6亿元" in paid.stated.sentence
    assert paid.stated.cited.article_id == 3
    assert rows[1].launched == rows[1].first_seen == rows[0].first_seen
    assert rows[1].launched is not None
    assert rows[1].launched.at == day("2024-10-18")


def test_year_over_year_compares_what_can_be_compared(life: tuple[StoredArticle, ...]) -> None:
    """Persons rose by 2.4 %; pay-outs of a whole year are not held against three quarters of another."""
    changes = {c.key: c for c in row(ledger.build(life, WORDS), "越惠保", 2025).changes}
    assert set(changes) == {"insured_persons"}
    assert changes["insured_persons"].ratio == pytest.approx(3815 / 3726 - 1)
    assert changes["insured_persons"].old.cited.article_id == 1


def test_any_order_of_articles_gives_the_same_ledger(life: tuple[StoredArticle, ...]) -> None:
    """The ledger depends on the articles, not on how they come."""
    assert len({repr(ledger.build(order, WORDS)) for order in itertools.permutations(life)}) == 1


@ranging(st.permutations(range(9)))
@settings(max_examples=60, deadline=None)
def test_any_order_of_made_articles_gives_the_same_ledger(order: list[int]) -> None:
    """The same holds for copies, equal times and conflicts."""
    counts = [{"insured_persons": (10**6 + n % 4 * 10**5, f"{100 + n % 4 * 10}万人", "参保")} for n in range(9)]
    made = [told(n + 1, f"2025-01-0{n // 3 + 1}", counts[n], copy_of=n if n % 3 == 2 else None) for n in range(9)]
    assert ledger.build([made[i] for i in order], WORDS) == ledger.build(made, WORDS)


def told(
    number: int, published: str, facts: dict[str, tuple[Any, str, str]], *, update: str = "enrolment",
    product: str = "越惠保", thread: str = "product:越惠保:2025", region: str = "330600", **more: Any,
) -> StoredArticle:  # fmt: skip
    """An article on a product with facts given by hand."""
    named = {"product": (product, product, product), "regions": ([region], region, region)}
    title = more.pop("title", f"“{product}”动态")
    return given(number, published, title, named | facts, update=update, thread=thread, **more)


def entry(key: str, *articles: StoredArticle) -> ledger.Entry:
    (only,) = [e for r in ledger.build(articles, WORDS) for e in r.entries if e.key == key]
    return only


def persons(count: int) -> dict[str, tuple[Any, str, str]]:
    return {"insured_persons": (count, f"{count // 10000}万人", f"本年度参保{count // 10000}万人")}


def test_the_latest_report_of_a_running_total_wins_and_earlier_ones_are_its_trend() -> None:
    """Counts that grow are no conflict."""
    found = entry("insured_persons", told(1, "2024-11-01", persons(1000000)), told(2, "2024-12-01", persons(1500000)))
    assert found.stated.value == 1500000
    assert [s.value for s in found.earlier] == [1000000]
    assert not found.conflicts


def test_sources_that_disagree_are_shown() -> None:
    """Two counts of one day, and a total that fell, are conflicts; each keeps its article."""
    one_day = entry("insured_persons", told(1, "2024-12-01", persons(1500000)), told(2, "2024-12-01", persons(1600000)))
    assert sorted(s.cited.article_id for s in (one_day.stated, *one_day.conflicts)) == [1, 2]
    fell = entry("insured_persons", told(1, "2024-11-01", persons(1600000)), told(2, "2024-12-02", persons(1500000)))
    assert (fell.stated.value, [s.value for s in fell.conflicts]) == (1500000, [1600000])


def test_a_reprint_is_no_later_news() -> None:
    """A copy that comes after the newer count does not win by its date; one that prints another figure is a conflict."""
    old, new = told(1, "2024-11-01", persons(1000000)), told(2, "2024-12-01", persons(1500000))
    late_copy = told(3, "2024-12-20", persons(1000000), copy_of=1)
    assert entry("insured_persons", old, new, late_copy).stated.cited.article_id == 2
    altered = told(4, "2024-12-20", persons(1400000), copy_of=2)
    assert [s.cited.article_id for s in entry("insured_persons", old, new, altered).conflicts] == [4]


def test_reprints_do_not_outvote_an_independent_source() -> None:
    """One story's price in three copies stands against two stories' price: the two are right."""
    facts = [{"premium_per_person": ([p], f"{p}元", f"{p}元")} for p in (59, 89)]
    story = told(1, "2024-11-01", facts[0])
    copies = [told(n, "2024-11-02", facts[0], copy_of=1) for n in (2, 3)]
    others = [told(n, "2024-11-03", facts[1]) for n in (4, 5)]
    assert entry("premium_per_person", story, *copies, *others).stated.value == (89,)


def test_a_rounded_report_is_another_source_of_the_same_value() -> None:
    """381万 and 381.5万 are one figure, told twice."""
    exact = told(1, "2025-01-02", {"insured_persons": (3815000, "381.5万人", "381.5万人")})
    coarse = told(2, "2025-01-02", {"insured_persons": (3810000, "381万", "约381万")})
    found = entry("insured_persons", exact, coarse)
    assert (len(found.sources), found.conflicts) == (1, ())


def test_premiums_that_no_story_shares_are_a_conflict_and_parts_are_not() -> None:
    """The fullest version that most stories tell wins; 59元 alone is a part of it, 89元 is not."""
    full = told(1, "2024-11-01", {"premium_per_person": ([59, 129], "59、129", "59元、129元")})
    part = told(2, "2024-10-20", {"premium_per_person": ([59], "59元", "59元起")})
    other = told(3, "2024-11-10", {"premium_per_person": ([89], "89元", "89元")})
    found = entry("premium_per_person", full, part, other)
    assert found.stated.value == (59, 129)
    assert [s.value for s in found.conflicts] == [(89,)]


def test_an_extended_enrolment_moves_the_deadline() -> None:
    """The later deadline wins, the first one is its history; the window's first day is read from its sentence."""
    first = told(1, "2024-11-01", {"deadline": ("2024-12-25", "12月25日", "参保期为11月1日至12月25日")})
    longer = told(2, "2024-12-20", {"deadline": ("2025-01-05", "1月5日", "参保延长至1月5日")})
    found = entry("deadline", first, longer)
    assert (found.stated.value, [s.value for s in found.earlier], found.conflicts) == ("2025-01-05", ["2024-12-25"], ())
    assert entry("enrolment_opens", first, longer).stated.value == "2024-11-01"


@pytest.mark.parametrize(
    ("key", "raw", "sentence", "update", "year", "since_launch"),
    [
        pytest.param("insured_persons", "367万人", "2024年度“越惠保”投保人数达367万人", "launch", 2024, False, id="said"),
        pytest.param("insured_persons", "168万人", "去年有168万人投保", "enrolment", 2023, False, id="last year"),
        pytest.param("payout", "1.02亿元", "上年度累计支付赔款1.02亿元", "enrolment", 2024, False, id="last edition"),
        pytest.param("payout", "1.2亿元", "截至9月底赔付1.2亿元", "launch", 2024, False, id="an opening has paid nothing"),
        pytest.param("payout", "1.2亿元", "截至9月底赔付1.2亿元", "claims", 2025, False, id="a claims report has"),
        pytest.param("payout", "31亿元", "四年来累计赔付31亿元", "claims", 2025, True, id="over editions"),
        pytest.param("payout", "24亿元", "截至4月末累计赔付24亿元", "launch", 2025, True, id="a total without a year"),
        pytest.param("payout", "4.1亿元", "五年来累计赔付18亿元，其中2024年前十个月赔付4.1亿元", "launch", 2024, False, id="the last said year"),
        pytest.param("insured_persons", "532万人", "自2021年上线以来赔付30亿元，2024年度参保532万人", "launch", 2024, False, id="beside a total"),
        pytest.param("insured_persons", "78万人", "较上年度增加，共78万人", "enrolment", 2025, False, id="no comparison by itself"),
        pytest.param("insured_persons", "78.4万人", "本年度共有78.4万人参保，较上年度增加9万人", "enrolment", 2025, False, id="this edition"),
        pytest.param("insured_persons", "2.87 million people", "The plan, which insured 2.87 million people in 2024, will", "launch", 2024, False, id="English says it behind"),
    ],
)  # fmt: skip
def test_figures_go_to_the_edition_that_they_are_of(
    key: str, raw: str, sentence: str, update: str, year: int, since_launch: bool
) -> None:
    """What stands in an article on the 2025 edition, published in autumn 2024, may be of another one."""
    one = report(told(1, "2024-10-20", {key: (1.0, raw, sentence)}, update=update))
    (statement,) = [s for s in one.statements if s.key == key]
    found = belonging(statement, one, edition_of(one))
    assert found is not None
    assert (found.year, found.since_launch) == (year, since_launch)


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("某分公司：“越惠保”份额内赔付1.9亿元", "赔付1.9亿元"),
        ("“越惠保”动态", "通过一站式结算赔付1.9亿元"),
    ],
)
def test_a_part_is_no_total(title: str, sentence: str) -> None:
    """One insurer's share and one channel's pay-outs stand in no row."""
    part = told(1, "2025-06-01", {"payout": (1.9e8, "1.9亿元", sentence)}, update="claims", title=title)
    (found,) = ledger.build([part], WORDS)
    assert found.entry("payout") is None


def test_names_meet_across_languages_and_scripts() -> None:
    """A translation and a report in traditional script are of the product that the vocabulary names."""
    made = [
        told(1, "2025-01-02", persons(10**6), product="滬惠保", thread="product:沪惠保:2025", region="310000"),
        told(2, "2025-01-02", persons(10**6), product="Huhuibao", thread="", region="310000"),
        told(3, "2025-01-02", persons(10**6), product="沪惠保", thread="", region="310000"),
    ]
    (found,) = ledger.build(made, WORDS)
    assert (found.product, found.city, len(found.sources)) == ("沪惠保", "310000", 3)


def test_an_unlisted_product_is_named_in_chinese_and_needs_a_city() -> None:
    """Of two printed names in one thread the Chinese one is shown; without any place the name is not trusted."""
    made = [
        told(
            1,
            "2025-01-02",
            persons(10**6),
            product="Shan Cheng Bao",
            thread="product:shanchengbao:2025",
            region="511300",
        ),
        told(
            2, "2025-01-03", persons(10**6), product="“山城康保”", thread="product:shanchengbao:2025", region="511300"
        ),
    ]
    assert [(r.product, r.city) for r in ledger.build(made, WORDS)] == [("山城康保", "511300")]
    nowhere = replace(made[1], trail={"evidence": [e for e in made[1].trail["evidence"] if e["key"] != "regions"]})
    assert not ledger.build([nowhere], WORDS)


def test_what_is_only_asked_for_is_no_value() -> None:
    """A call for insurers with its ceiling price, a policy document and a guide leave no row; an award does."""
    call = told(1, "2024-06-01", {"premium_per_person": ([99], "99元", "不超过99元")}, update="launch", stage="notice")
    call = replace(call, topics=("gov_tender", "huiminbao"))
    policy = told(2, "2024-06-02", persons(10**8), update="policy")
    guide = replace(told(3, "2024-06-03", persons(10**6), update="launch"), relevance="digest")
    assert not ledger.build([call, policy, guide], WORDS)
    award = replace(call, stage="result")
    (found,) = ledger.build([award], WORDS)
    assert found.launched is None


def test_a_product_that_stops_says_so() -> None:
    """The row of the last edition cites the report."""
    (found,) = ledger.build([told(1, "2025-11-28", persons(49000), update="discontinued")], WORDS)
    assert found.discontinued is not None
    assert found.discontinued.article_id == 1


def test_the_same_season_of_two_years_is_compared() -> None:
    """Half-year figures against half-year figures; a half year is not held against a whole one."""

    def paid(number: int, published: str, year: int, yuan: int) -> StoredArticle:
        facts = {"payout": (yuan, f"{yuan // 10000}万元", f"共赔付{yuan // 10000}万元")}
        return told(number, published, facts, update="claims", thread=f"product:越惠保:{year}")

    first, second = paid(1, "2024-07-20", 2024, 80000000), paid(2, "2025-07-18", 2025, 100000000)
    (change,) = row(ledger.build([first, second], WORDS), "越惠保", 2025).changes
    assert change.ratio == pytest.approx(0.25)
    whole = paid(3, "2025-01-20", 2024, 190000000)
    assert not row(ledger.build([whole, second], WORDS), "越惠保", 2025).changes


@pytest.fixture(scope="module")
def gold() -> tuple[LedgerRow, ...]:
    return ledger.build(understood(read_records(GOLD / "own_huiminbao.jsonl")), WORDS)


def test_labelled_editions_have_their_own_figures(gold: tuple[LedgerRow, ...]) -> None:
    """Openings that tell last year's figures fill last year's rows, and years compare."""
    suikang = row(gold, "穗岁康", 2022)
    assert (values(suikang)["insured_persons"], values(suikang)["payout"]) == (3800000, 506000000)
    assert {c.key for c in suikang.changes} == {"insured_persons", "payout", "claims_count"}
    assert values(row(gold, "穗岁康", 2021))["insured_persons"] == 3670000
    assert "payout" not in values(row(gold, "穗岁康", 2023))
    hangzhou = values(row(gold, "西湖益联保", 2021))
    assert (hangzhou["insured_persons"], hangzhou["premium_per_person"]) == (4700000, (100, 150))
    assert {r.product for r in gold if r.discontinued} >= {"惠淮保", "天惠保", "陇南惠民保", "汕惠保"}
    assert all(r.city in WORDS.regions for r in gold)


@pytest.fixture
def app(tmp_path: Path, clock: FrozenClock) -> Iterator[App]:
    """The product on a fresh database that holds the editions, understood by its own service."""
    clock.now = day("2026-02-01").astimezone(dt.UTC)
    config = parse_config("storage: {data_dir: data}\nsources: []\n", file="config.yaml", base=tmp_path)
    with build_app(config, clock=clock) as built:
        with built.store.transaction() as unit:
            for one in LIFE:
                stored = replace(
                    new_article(int(one.id)),
                    title=one.title,
                    text=one.text,
                    published=one.published,
                    publisher=one.source,
                )
                unit.articles.add(stored, clock.now)
        run_async(built.service.process_pending, crawling=False)
        yield built


def test_list_by_product_speaks_json_and_tsv(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """One document a row for programs; in a pipe a line of as many cells as the head has."""
    list_products(app, ArticleFilter(status="relevant"), as_json=True)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["product"], r["city_name"], r["year"]) for r in rows] == [
        ("越惠保", "绍兴市", 2024),
        ("越惠保", "绍兴市", 2025),
    ]
    assert rows[1]["values"]["payout"]["value"] == 460000000
    assert "4.6亿元" in rows[1]["values"]["payout"]["sentence"]
    list_products(app, ArticleFilter(), as_json=False)
    head, _, line = capsys.readouterr().out.splitlines()
    assert len(head.split("\t")) == len(line.split("\t"))
    assert "381.5万人" in line.split("\t")
    assert "参保人数 +2.4%" in line.split("\t")


def test_since_chooses_rows_but_keeps_what_they_are_compared_with(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    """A row that a new article reports on is whole, last year's comparison included."""
    list_products(app, ArticleFilter(since=day("2026-01-01")), as_json=True)
    (only,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert only["year"] == 2025
    assert [c["key"] for c in only["changes"]] == ["insured_persons"]
