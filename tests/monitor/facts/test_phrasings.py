"""One fact said in many ways: the order of subject and predicate, lists of years, tiers and ranges do not hide it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.facts.context import Context
from monitor.model import Classification, Relevance
from monitor.taxonomy import load_vocabulary
from tests.monitor.facts.judged import load, read, same

SHORT_TEXTS = load(Path(__file__).with_name("phrasings.jsonl"))


@pytest.mark.parametrize("record", SHORT_TEXTS, ids=[r["id"] for r in SHORT_TEXTS])
def test_a_short_text(record: dict[str, Any]) -> None:
    """Each fact of a paragraph in unusual words is read, and no other."""
    found = read(record)[1].values()
    wrong = {k: (v, found.get(k)) for k, v in record["facts"].items() if not same(k, v, found.get(k))}
    assert (wrong, {k: v for k, v in found.items() if k not in record["facts"]}) == ({}, {})


def _product(
    text: str, *, lang: str = "zh", published: str = "2025-11-10T09:00:00+08:00", update: str = "enrolment"
) -> Any:
    return read(
        {
            "id": "p", "title": "News" if lang == "en" else "标题", "text": text, "lang": lang, "published": published,
            "topics": ["huiminbao"], "stage": None, "update": update,
        }
    )[1].values()  # fmt: skip


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("今年已有142万南京市民参保“宁惠保”。", 1_420_000),
        ("截至目前，86.5万名常州职工和居民报名加入“惠常保”。", 865_000),
        ("到1月底，已有近60万泉州人为自己和家人投保“泉惠保”。", 600_000),
        ("今年有33万多台州老百姓买了这份“利民保”。", 330_000),
        ("“温惠保”吸引了超95万名温州市民踊跃投保。", 950_000),
        ("选择“惠徐保”的徐州人，今年有118.3万。", 1_183_000),
    ],
)
def test_whoever_takes_part_is_insured(text: str, persons: int) -> None:
    """The number before the people's name, their verb after it, or both turned round: persons insured."""
    assert _product(text).get("insured_persons") == persons


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("“惠徐保”参保的人一年比一年多。2021年470万人，2022年496万人，到2023年达到517万人。", 5_170_000),
        ("“惠徐保”参保人数逐年攀升：2022年86万人，2023年102万人，2024年121万人。", 1_210_000),
        ("“惠徐保”参保规模从首年的35万人、次年的48万人，增长到今年的61万人。", 610_000),
        ("2024年度有158万人参保“惠徐保”，2023年度为149万人，2022年度为131万人。", 1_580_000),
        ("2022年、2023年、2024年“惠徐保”参保人数分别为80万、92万、105万。", 1_050_000),
    ],
)
def test_the_latest_year_of_a_list_counts(text: str, persons: int) -> None:
    """Of a count for every year the latest year's is today's, in whichever order the years stand."""
    assert _product(text).get("insured_persons") == persons


def test_the_latest_year_of_an_english_list_counts() -> None:
    """Enrolment by year, each year behind its figure."""
    found = _product('Enrolment in "Huixubao" was 620,000 in 2022, 710,000 in 2023 and 805,000 in 2024.', lang="en")
    assert found.get("insured_persons") == 805_000


@pytest.mark.parametrize(
    ("text", "tiers"),
    [
        ("“惠徐保”都可以买：未成年人每人每年100元，其他人150元，保费可以从个人账户里划。", [100, 150]),
        ("“惠徐保”保费按年龄分档：18周岁以下69元，19至60周岁129元，61周岁以上189元。", [69, 129, 189]),
        ("“惠徐保”学生儿童每人60元，其余参保人每人120元，住院自付赔付起付线1万元。", [60, 120]),
        ("“惠徐保”每人每年保费：职工99元、居民79元、新市民109元。", [79, 99, 109]),
        ("“惠徐保”基础版每人每年88元，升级版168元，尊享版298元，三款最高赔付300万元。", [88, 168, 298]),
        ("“惠徐保”价格没有变，小孩一年49元，大人一年99元。", [49, 99]),
    ],
)
def test_every_group_of_people_has_its_tier(text: str, tiers: list[int]) -> None:
    """Prices listed by group of people or by version are all tiers, though only one says "per person a year"."""
    assert _product(text).get("premium_per_person") == tiers


def test_every_group_has_its_tier_in_english() -> None:
    """Only the first price says that it is a person's and a year's."""
    text = 'For "Huixubao", children pay 80 yuan per person per year, adults 140 yuan and those over 60 pay 220 yuan.'
    assert _product(text, lang="en").get("premium_per_person") == [80, 140, 220]


@pytest.mark.parametrize(
    ("text", "published", "closes"),
    [
        ("“惠徐保”投保时间从10月15日零时起，截至2026年12月31日。", "2026-10-15T09:00:00+08:00", "2026-12-31"),
        ("“惠徐保”参保期自2025年11月1日9时起，到12月20日24时截止。", "2025-11-10T09:00:00+08:00", "2025-12-20"),
        ("“惠徐保”集中投保期11月8日启动，12月31日结束。", "2025-11-10T09:00:00+08:00", "2025-12-31"),
        ("“惠徐保”本次参保通道于3月1日开启，将持续开放至4月20日。", "2026-03-01T09:00:00+08:00", "2026-04-20"),
        ("“惠徐保”11月8日开始接受参保，为期两个月，1月15日关闭通道。", "2025-11-10T09:00:00+08:00", "2026-01-15"),
        ("“惠徐保”今日零时开放投保，2026年1月10日24时关门。", "2025-11-10T09:00:00+08:00", "2026-01-10"),
    ],
)
def test_enrolment_closes_at_the_end_of_a_split_range(text: str, published: str, closes: str) -> None:
    """The opening and the closing stand in clauses of their own."""
    assert _product(text, published=published).get("deadline") == closes


def test_enrolment_runs_until() -> None:
    """English: "opens on … and runs until …"."""
    text = 'Enrolment in "Huixubao" opens on November 1 and runs until December 31, 2025.'
    assert _product(text, lang="en").get("deadline") == "2025-12-31"


@pytest.mark.parametrize(
    ("project", "codes"),
    [
        ("Chongqing City 2022-2024 Employee Large Amount Medical Insurance, Resident Serious Illness Insurance and Long-term Care Insurance Undertaking Project",
         ["employee_supplement", "critical_illness", "long_term_care"]),
        ("Weinan City Urban Employee Large-Amount Medical Expense Subsidy Insurance Service Project", ["employee_supplement"]),
        ("2025-2027 Baoding City Urban and Rural Resident Major Disease Insurance Undertaking Service Procurement Project",
         ["critical_illness"]),
        ("Hechi City Disabled Persons Accidental Injury Comprehensive Insurance Procurement Project", ["accident"]),
        ("Linxia Prefecture Prevention of Return to Poverty Insurance Service Project", ["poverty_prevention"]),
        ("Yichun City Outpatient Chronic and Special Disease Handling Service Project", ["basic_administration"]),
    ],
)  # fmt: skip
def test_programmes_in_machine_english(project: str, codes: list[str]) -> None:
    """A machine's English names programmes word by word; the project's name is read whole."""
    text = f"China Life won the bid for the {project}. According to the agreement, the company will provide services."
    record = {
        "id": "p", "title": "China Life wins in a public tender", "text": text, "lang": "en", "published": None,
        "topics": ["gov_tender"], "stage": "result", "update": None,
    }  # fmt: skip
    found = read(record)[1].values()
    assert (found.get("project"), found.get("programmes")) == (project, codes)


def test_a_list_without_stops_is_cut() -> None:
    """A price list of thousands of items and no full stop is read in pieces, else every figure is read against all of it."""
    record = {
        "id": "p", "title": "“惠徐保”", "text": "10元、" * 4000, "published": None, "topics": ["huiminbao"], "stage": None,
        "update": "launch",
    }  # fmt: skip
    document, sheet = read(record)
    context = Context(
        document,
        Classification(topics=(), relevance=Relevance.ALERT, stage=None, update=None, scores=()),
        load_vocabulary(),
    )
    assert max(len(c.text) for c in context.clauses) <= 500
    assert max(len(s.text) for s in context.sentences) <= 1500
    assert len(context.quantities) <= 800
    assert {f.key for f in sheet.facts} <= {"product", "regions", "premium_per_person"}


ROUND_UP = (
    "一、全市新开工保障房3200套，惠及居民9800人，租金每人每年不高于600元。\n"
    "二、2026年度“惠徐保”参保启动，每人每年99元，12月20日截止，去年参保104万人。\n"
    "三、前三季度医保基金支付31.6亿元，结算412万人次。\n"
    "四、徐州职工大病险种培训班结业。"
)


@pytest.mark.parametrize("title", ["民生要闻速览", "徐州一周简报"])
def test_a_round_up_lends_no_figure(title: str) -> None:
    """Each figure of a round-up stays with its own item."""
    found = read(
        {
            "id": "p", "title": title, "text": ROUND_UP, "published": "2025-11-10T09:00:00+08:00",
            "topics": ["huiminbao"], "stage": None, "update": "enrolment",
        }
    )[1].values()  # fmt: skip
    assert found == {
        "regions": ["320300"], "product": "惠徐保", "insured_persons": 1_040_000, "premium_per_person": [99],
        "period": [2026, 2026], "deadline": "2025-12-20",
    }  # fmt: skip


def test_a_page_about_one_thing_is_no_round_up() -> None:
    """Numbered answers about one product all count, although only the first names it."""
    text = (
        "一、谁能买“惠徐保”？徐州医保参保人都能买。\n二、多少钱？每人每年99元。\n三、买到什么时候？投保截止到12月20日。"
    )
    found = read(
        {
            "id": "p", "title": "“惠徐保”三问", "text": text, "published": "2025-11-10T09:00:00+08:00",
            "topics": ["huiminbao"], "stage": None, "update": "enrolment",
        }
    )[1].values()  # fmt: skip
    assert (found.get("premium_per_person"), found.get("deadline")) == ([99], "2025-12-20")
