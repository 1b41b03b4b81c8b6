"""The labelled sets in `benchmarks/gold/` say what they may say, and what they say stands in their own texts.

A label that no reader could take from the record is a mistake of the annotator, and a benchmark with such mistakes teaches
the wrong thing. So besides the form (keys, enums, types, references) every printed value and every number is looked up in
the record's title and text, by a reader of numbers that shares nothing with the product.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cn2an
import pytest

GOLD = Path(__file__).parents[2] / "benchmarks" / "gold"
Record = dict[str, Any]

KEYS = ["id", "url", "source", "published", "lang", "title", "text", "topics", "relevance", "stage", "update"]
KEYS += ["facts", "copy_of", "event", "note"]
LANGS = {"zh", "zh-Hant", "en"}
TOPICS = {"gov_tender", "huiminbao"}
RELEVANCE = {"alert", "digest", "none"}
STAGES = {"intention", "notice", "amendment", "result", "failed", "contract", "renewal", "operation"}
UPDATES = {"launch", "enrolment", "terms", "claims", "service", "policy", "recognition", "discontinued"}
PROGRAMMES = {"critical_illness", "employee_supplement", "long_term_care", "basic_administration"}
PROGRAMMES |= {"supplementary_medical", "accident", "poverty_prevention", "livelihood"}
INSURERS = set(
    re.findall(
        r"\S+",
        """新华保险 中国人寿 国寿财险 人保财险 人保健康 中国人保 太平洋人寿 太平洋产险 太平洋健康 平安养老 平安产险 平安健康 泰康养老
        泰康人寿 泰康在线 太平养老 太平人寿 阳光人寿 阳光财险 大家养老 中华联合 大地保险 国寿养老 众安保险 复星联合健康 和谐健康
        昆仑健康 中意人寿 东吴人寿 中银保险 紫金保险 浙商保险 国任保险 永安保险 华泰财险 光大永明 人保寿险 建信人寿 工银安盛 农银人寿
        英大人寿""",
    )
)
REGION = re.compile(r"(1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}")

PRINTED = {"product", "project", "project_number", "buyer"}
PRINTED_LISTS = {"winner"}
CLOSED_LISTS = {"regions", "insurers", "programmes"}
COUNTS = {"insured_persons": (100, 1_500_000_000), "claims_count": (1, 10**9)}
SUMS = {"premium_total": (10_000, 10**12), "amount": (10_000, 10**12), "payout": (1_000, 10**12)}
FACTS = PRINTED | PRINTED_LISTS | CLOSED_LISTS | set(COUNTS) | set(SUMS)
FACTS |= {"premium_per_person", "participation_rate", "period", "deadline"}
TWIN = re.compile(r"template twin of ([\w-]+)")


def load(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


SETS = {path.name: load(path) for path in sorted(GOLD.glob("*.jsonl"))}
RECORDS = [pytest.param(record, id=record["id"]) for records in SETS.values() for record in records]
each_record = pytest.mark.parametrize("record", RECORDS)
each_set = pytest.mark.parametrize("records", SETS.values(), ids=SETS.keys())


# --- reading numbers ---------------------------------------------------------------------------------------------------

UNITS = {"百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
UNITS |= {"thousand": 1e3, "million": 1e6, "billion": 1e9, "%": 1e-2, "percent": 1e-2, "per cent": 1e-2, "成": 1e-1}
FIGURE = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)[\s-]*[余餘多]?(万亿|百万|千万|[百千万亿成]|thousand|million|billion|%|per ?cent)?"
)
WORDS = re.compile(r"[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]+")
SIMPLE = str.maketrans("萬億兩貳陸", "万亿两贰陆")
DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"两": 2}


def plain(text: str) -> str:
    """The text without what printing varies: width, white space, quotation marks and brackets of titles."""
    return re.sub(r"[\s\"'“”‘’「」『』《》]", "", unicodedata.normalize("NFKC", text)).lower()


def readings(text: str) -> set[float]:
    """Every number that the text prints, bare and with its unit: `470万` reads as 470 and as 4,700,000.

    Where the head of a column or a label names the unit (`预算金额（万元）`), every figure is also read in it.
    """
    text = unicodedata.normalize("NFKC", text).translate(SIMPLE).lower()
    found: set[float] = set()
    for figure, unit in FIGURE.findall(text):
        value = float(figure.replace(",", ""))
        found |= {value, round(value * UNITS.get(unit, 1), 6)}
        if "(万元)" in text or "(万人)" in text:
            found.add(round(value * UNITS["万"], 6))
    for tens, ones in re.findall(r"([一二两三四五六七八九])成([一二三四五六七八九])?", text):
        found.add(round(DIGITS[tens] / 10 + DIGITS.get(ones, 0) / 100, 6))
    if re.search(r"[过過]半|半[数數]|一半|half", text):
        found.add(0.5)
    for word in WORDS.findall(text):
        try:
            found.add(float(cn2an.cn2an(word, "smart")))
        except ValueError:  # such characters also stand in ordinary words (千万, 十一)
            continue
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("预算470万元", 4_700_000),
        ("￥1530.000000万元", 15_300_000),
        ("预算金额（万元）\t1530.000000", 15_300_000),
        ("支出4180余万元", 41_800_000),
        ("RMB 4.7 million", 4_700_000),
        ("四百七十万元", 4_700_000),
        ("人民币叁佰玖拾捌万陆仟元整", 3_986_000),
        ("4,700,000.00元", 4_700_000),
        ("年籌資2.5億元", 250_000_000),
        ("参保率42%", 0.42),
        ("参保率达六成五", 0.65),
        ("参保人数过半", 0.5),
        ("三十五万六千余名", 356_000),
    ],
)
def test_numbers_are_read_in_every_printed_form(text: str, value: float) -> None:
    """The reader of numbers, on which the checks below stand, knows the forms that the sets use."""
    assert value in readings(text)


def test_a_number_that_is_not_printed_is_not_read() -> None:
    """The reader does not make every check pass: neighbours of a printed number are not found."""
    assert not readings("预算470万元，共3个包") & {4_700_001.0, 47_000_000.0, 30_000.0}


# --- form --------------------------------------------------------------------------------------------------------------


def test_there_are_sets() -> None:
    """Without files every parametrised test below would be skipped in silence."""
    assert len(SETS) >= 1
    assert len(RECORDS) >= 75


@each_record
def test_fields(record: Record) -> None:
    """Every record has all the fields, in order, with values from the closed lists."""
    assert list(record) == KEYS
    assert record["lang"] in LANGS
    assert record["relevance"] in RELEVANCE
    assert record["title"].strip() == record["title"] != ""
    assert record["source"]
    assert len(record["text"]) >= 120
    assert all(line.strip() == line != "" for line in re.split("\n", record["text"].replace("\t", "·")))
    assert set(record["topics"]) <= TOPICS
    assert len(set(record["topics"])) == len(record["topics"])
    assert record["stage"] in STAGES | {None}
    assert record["update"] in UPDATES | {None}
    assert (urlsplit(record["url"]).hostname or "").endswith(".example")


@each_record
def test_labels_agree(record: Record) -> None:
    """`none` says nothing more; an alert has the stage or update of each of its topics; no label without its topic."""
    if record["relevance"] == "none":
        assert (record["topics"], record["facts"], record["event"]) == ([], {}, None)
        assert (record["stage"], record["update"]) == (None, None)
        return
    assert record["topics"]
    assert record["event"]
    tender, huiminbao = (topic in record["topics"] for topic in ("gov_tender", "huiminbao"))
    assert tender or record["stage"] is None
    assert huiminbao or record["update"] is None
    if record["relevance"] == "alert":
        assert bool(record["stage"]) == tender
        assert bool(record["update"]) == huiminbao


@each_set
def test_a_set_is_a_stream(records: list[Record]) -> None:
    """Records stand in the order of publication, with zones, and have ids of their own."""
    times = [datetime.fromisoformat(r["published"]) for r in records if r["published"]]
    assert all(t.tzinfo and 2015 <= t.year <= 2026 for t in times)
    assert times == sorted(times)
    assert len({r["id"] for r in records}) == len(records)
    assert len({r["url"] for r in records}) == len(records)


def test_ids_are_unique_over_all_sets() -> None:
    """Sets can be scored together."""
    assert max(Counter(r["id"] for rs in SETS.values() for r in rs).values()) == 1


# --- facts -------------------------------------------------------------------------------------------------------------


@each_record
def test_fact_types(record: Record) -> None:
    """Facts use the known keys, the documented types and units, and plausible sizes."""
    facts = record["facts"]
    assert set(facts) <= FACTS
    assert all(value not in (None, [], "") for value in facts.values())
    for key in PRINTED & set(facts):
        assert isinstance(facts[key], str)
    for key in (PRINTED_LISTS | CLOSED_LISTS) & set(facts):
        assert len(set(facts[key])) == len(facts[key])
    assert set(facts.get("insurers", [])) <= INSURERS
    assert set(facts.get("programmes", [])) <= PROGRAMMES
    for region in facts.get("regions", []):
        assert REGION.fullmatch(region)
    for key, (low, high) in (COUNTS | SUMS).items():
        assert low <= facts.get(key, low) <= high, key
    assert all(isinstance(facts[key], int) for key in COUNTS if key in facts)
    prices = facts.get("premium_per_person", [])
    assert prices == sorted(set(prices))
    assert all(1 <= price <= 10_000 for price in prices)
    assert 0 < facts.get("participation_rate", 0.5) <= 1
    if "period" in facts:
        first, last = facts["period"]
        assert 2010 <= first <= last <= first + 10 <= 2045


@each_record
def test_printed_values_stand_in_the_record(record: Record) -> None:
    """Names and numbers are as printed in the record's own script and language, not as its original prints them."""
    page = plain(record["title"] + "\n" + record["text"])
    facts = record["facts"]
    for value in [facts[k] for k in PRINTED if k in facts] + [v for k in PRINTED_LISTS for v in facts.get(k, [])]:
        assert plain(value) in page


@each_record
def test_numbers_stand_in_the_record(record: Record) -> None:
    """Every sum, count and price can be read in the title or text, units converted, nothing computed."""
    facts = record["facts"]
    numbers = [(key, facts[key]) for key in (*COUNTS, *SUMS, "participation_rate") if key in facts]
    numbers += [("premium_per_person", price) for price in facts.get("premium_per_person", [])]
    printed = readings(record["title"] + "\n" + record["text"])
    for key, value in numbers:
        assert any(abs(value - number) <= 1e-6 * max(1, value) for number in printed), (key, value)


@each_record
def test_dates_stand_in_the_record(record: Record) -> None:
    """A tender's closing day and a period's first year are printed, or follow from the day of publication."""
    facts, page = record["facts"], record["title"] + "\n" + record["text"]
    published = datetime.fromisoformat(record["published"]).year if record["published"] else None
    if "deadline" in facts:
        deadline = datetime.fromisoformat(facts["deadline"])
        assert deadline.tzinfo or len(facts["deadline"]) == 10
        if "gov_tender" in record["topics"]:
            assert {float(deadline.day)} & readings(page)
            assert {float(deadline.month)} & readings(page) or deadline.strftime("%B") in page
    if "period" in facts:
        first = facts["period"][0]
        assert str(first) in page or abs(first - (published or first)) <= 1


# --- copies, events, twins ---------------------------------------------------------------------------------------------


@each_set
def test_copies(records: list[Record]) -> None:
    """A copy names an earlier original of its set and tells the same story: topics, relevance and event are equal."""
    seen: dict[str, Record] = {}
    for record in records:
        if record["copy_of"]:
            original = seen[record["copy_of"]]
            assert original["copy_of"] is None, record["id"]
            for key in ("topics", "relevance", "event"):
                assert record[key] == original[key], (record["id"], key)
        seen[record["id"]] = record


@each_set
def test_events(records: list[Record]) -> None:
    """Reports of one event agree on topics, and on the stage unless one of them only mentions it."""
    by_event: dict[str, list[Record]] = {}
    for record in records:
        if record["event"] and record["relevance"] == "alert":
            by_event.setdefault(record["event"], []).append(record)
    for event, members in by_event.items():
        assert len({r["stage"] for r in members}) == 1, event


@each_set
def test_twins(records: list[Record]) -> None:
    """A template twin has another event and another story than the record it resembles, and differs in its facts."""
    by_id = {r["id"]: r for r in records}
    for record in records:
        named = TWIN.search(record["note"] or "")
        if named:
            other = by_id[named[1]]
            assert record["event"] != other["event"]
            assert (record["copy_of"] or record["id"]) != (other["copy_of"] or other["id"])
            assert record["facts"] != other["facts"]


def test_the_tender_set_covers_the_genre() -> None:
    """Every stage and programme, language, twin, copy and hard negative is there in numbers that mean something."""
    records = SETS["own_tender.jsonl"]
    assert len(records) >= 75
    alerts = [r for r in records if r["relevance"] == "alert"]
    stages = Counter(r["stage"] for r in alerts)
    assert min(stages[stage] for stage in STAGES) >= 4
    assert {p for r in alerts for p in r["facts"].get("programmes", [])} == PROGRAMMES
    assert {r["lang"] for r in alerts} == LANGS
    assert sum(bool(TWIN.search(r["note"] or "")) for r in records) >= 12
    assert sum(bool(r["copy_of"]) for r in records) >= 15
    relevance = Counter(r["relevance"] for r in records)
    assert relevance["none"] >= 18
    assert relevance["digest"] >= 6
