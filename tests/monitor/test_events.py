"""Events and threads: which reports tell of one event, and which events belong to one project or edition."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from monitor import dedup, events
from monitor.index import Indexed, MemoryIndex
from monitor.model import EventDecision
from monitor.signature import Signature
from tests.monitor.stories import DAY, NEWS, known, news, notice, signed

ROOT = Path(__file__).parents[2]
SETS = [
    *sorted((ROOT / "benchmarks" / "gold").glob("own_*.jsonl")),
    *(ROOT.parent / "shared" / "gold").glob("dev.jsonl"),
]
TENDER: dict[str, Any] = {"regions": ["430400"], "programmes": ["critical_illness"], "period": [2026, 2028]}
PRODUCT: dict[str, Any] = {"regions": ["430400"], "product": "衡惠保", "period": [2025, 2025]}


def place(signature: Signature, *remembered: Indexed) -> EventDecision:
    """The event of an article: its story first, as in the pipeline."""
    return events.decide(signature, dedup.decide(signature, remembered), remembered)


def told(name: str, text: str, *, days: float = 0, facts: dict[str, Any] | None = None, **labels: Any) -> Signature:
    """A short report, `days` after the first."""
    return signed(name, f"报道{name}", text, facts=facts, published=DAY + dt.timedelta(days=days), **labels)


OFFICIAL = told(
    "official", "项目编号：HCZC2025-G1-00731\n中标供应商：中国人寿衡川分公司、人保财险衡川市分公司。中标金额36112.5万元，服务期限2026年1月1日至2028年12月31日。",
    facts=TENDER | {"project_number": "HCZC2025-G1-00731", "amount": 361125000, "insurers": ["中国人寿", "人保财险"],
                    "winner": ["中国人寿衡川分公司", "人保财险衡川市分公司"]},
    stage="result",
)  # fmt: skip
REPORT_FACTS = TENDER | {"amount": 361000000, "insurers": ["中国人寿", "人保财险"]}
REPORT_TEXT = (
    "衡川大病保险未来三年交给谁？昨天有了答案：两家公司以3.61亿元拿下承办资格，市民待遇不变，理赔照旧在医院窗口办理。"
)


def test_an_official_result_and_a_news_report_are_one_event() -> None:
    """No sentence in common and a rounded sum; place, programme, term and insurers agree."""
    decision = place(
        told("report", REPORT_TEXT, days=1, facts=REPORT_FACTS, stage="result"), known(OFFICIAL, thread="project:x")
    )
    assert (decision.event_id, decision.is_new) == ("e-official", False)
    assert decision.thread_id == "project:x"
    assert decision.reason


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"regions": ["430500"]}, {}),
        ({"programmes": ["long_term_care"]}, {}),
        ({"period": [2023, 2025]}, {}),
        ({"amount": 120000000}, {}),
        ({"insurers": ["泰康养老"], "winner": ["泰康养老衡川公司"]}, {}),
        ({}, {"stage": "contract"}),
        ({}, {"days": 90}),
    ],
    ids=["other_place", "other_programme", "other_term", "other_sum", "other_winner", "other_stage", "months_later"],
)
def test_reports_of_other_events_stay_apart(change: dict[str, Any], labels: dict[str, Any]) -> None:
    """One contradiction is enough."""
    text = REPORT_TEXT.replace("3.61亿元", "一笔钱")
    report = told("report", text, facts=REPORT_FACTS | change, **{"days": 1, "stage": "result", **labels})
    assert place(report, known(OFFICIAL)).event_id == "e-report"


def test_stages_are_events_of_one_thread() -> None:
    """Intention, notice, amendment, result and contract: five events, one project, though only some print the number."""
    steps = [
        told("intention", "意向公开：拟采购大病保险承办服务。", facts=TENDER | {"buyer": "衡川市医疗保障局"}, stage="intention"),
        notice("notice", facts={"period": [2026, 2028]}, published=DAY + dt.timedelta(days=40)),
        told("amendment", "项目编号：HCZC2025-G1-00731\n开标时间改为2025年10月14日9时30分。", days=50,
             facts=TENDER | {"project_number": "HCZC2025-G1-00731"}, stage="amendment"),
        told("result", REPORT_TEXT, days=80, facts=REPORT_FACTS, stage="result"),
        told("contract", "衡川市医保局昨天与两家公司签订大病保险承办合同。", days=120, facts=TENDER, stage="contract"),
    ]  # fmt: skip
    index = MemoryIndex()
    decisions = []
    for step in steps:
        decision = place(step, *index.candidates(step))
        index.add(step, f"s-{step.article_id}", decision.event_id, decision.thread_id)
        decisions.append(decision)
    assert len({d.event_id for d in decisions}) == 5
    assert len({d.thread_id for d in decisions}) == 1
    assert all(d.is_new for d in decisions)


def test_lots_that_are_announced_apart_are_events_of_one_thread() -> None:
    """Two results under one number, another lot each."""
    a, b = (
        signed(
            f"lot{lot}", f"衡川大病保险承办服务（第{lot}包）中标公告", f"项目编号：HCZC2025-G1-00731\n第{lot}包中标供应商：{winner}，中标金额{amount}万元。",
            facts=TENDER | {"project_number": "HCZC2025-G1-00731", "amount": amount * 10000, "winner": [winner]}, stage="result",
        )
        for lot, winner, amount in ((1, "中国人寿衡川分公司", 18000), (2, "人保财险衡川市分公司", 17500))
    )  # fmt: skip
    first = place(a)
    second = place(b, known(a, thread=first.thread_id))
    assert second.event_id == "e-lot2"
    assert second.thread_id == first.thread_id == "project:hczc2025g100731"


SIGNED_FACTS = TENDER | {"insurers": ["中国人寿"], "insured_persons": 3880000, "premium_per_person": [95]}
SIGNED = told(
    "signed", "市医保局与中国人寿签订协议，388万人参保，人均95元，设服务点64个。", facts=SIGNED_FACTS, stage="contract"
)


def test_a_signing_read_as_the_running_programme_joins_the_signing() -> None:
    """Everyday words for a signing read as a start; whom, totals and figures agree within two days."""
    retold = told(
        "retold", "388万人的大病钱有了管家，64个服务点开张，每人95元。", facts=SIGNED_FACTS, stage="operation"
    )
    decision = place(retold, known(SIGNED))
    assert decision.event_id == "e-signed"
    assert "told as contract / operation" in decision.reason


@pytest.mark.parametrize(
    ("text", "facts", "labels"),
    [
        ("388万人参保，64个服务点，每人95元。", {}, {"days": 3}),
        ("388万人参保，64个服务点，每人95元。", {"insurers": ["泰康养老"]}, {}),
        ("388万人参保，64个服务点，每人95元。", {"period": [2023, 2025]}, {}),
        ("388万人参保，64个服务点，每人95元。", {"regions": ["430500"]}, {}),
        ("388万人参保，64个服务点，每人95元。", {}, {"stage": "failed"}),
        ("388万人参保，去年支付3.47亿元，惠及11.9万人次，受理12480件，通过9315人。", {}, {}),
    ],
    ids=[
        "days_later",
        "other_insurer",
        "other_term",
        "other_place",
        "kinds_that_nobody_confuses",
        "figures_of_its_own",
    ],
)
def test_neighbouring_steps_stay_apart(text: str, facts: dict[str, Any], labels: dict[str, Any]) -> None:
    """Two steps of one project share a total; one of these differs."""
    step = told("step", text, facts=SIGNED_FACTS | facts, **{"stage": "operation", **labels})
    assert place(step, known(SIGNED)).event_id == "e-step"


def test_two_amendments_of_one_project_are_two_events() -> None:
    """The number proves the project, not the event."""
    facts = TENDER | {"project_number": "HCZC2025-G1-00731"}
    first = told("first", "项目编号：HCZC2025-G1-00731\n开标延期至10月14日。", facts=facts, stage="amendment")
    second = told(
        "second", "项目编号：HCZC2025-G1-00731\n评分标准第三项修改。", days=12, facts=facts, stage="amendment"
    )
    assert place(second, known(first)).event_id == "e-second"


def test_independent_reports_of_a_launch_join() -> None:
    """One edition is launched once; an English report and one that tells it as open enrolment belong to it."""
    launch = told("launch", "2025年度“衡惠保”上线，保费99元，投保截至2024年12月31日。", update="launch",
                  facts=PRODUCT | {"premium_per_person": [99], "deadline": "2024-12-31"})  # fmt: skip
    english = told("english", "The 2025 edition of Heng Hui Bao went on sale. The price is 99 yuan and the window closes on December 31, 2024. "
                   "Residents of Hengchuan can buy it on their phones.", days=2, update="launch",
                   facts=PRODUCT | {"product": "Heng Hui Bao", "premium_per_person": [99], "deadline": "2024-12-31"})  # fmt: skip
    opening = told("opening", "衡惠保开始参保啦！每人99元，年底截止，手机上两分钟办好。", days=3, update="enrolment",
                   facts=PRODUCT | {"premium_per_person": [99], "deadline": "2024-12-31"})  # fmt: skip
    remembered = known(launch)
    assert place(english, remembered).event_id == "e-launch"
    assert place(opening, remembered).event_id == "e-launch"


def test_a_later_count_is_not_the_launch() -> None:
    """The same product, term, price and deadline, but a participation count of its own."""
    facts = PRODUCT | {"premium_per_person": [99], "deadline": "2024-12-31"}
    opening = told(
        "opening",
        "衡惠保开放参保，99元，首日8.6万人参保。",
        update="enrolment",
        facts=facts | {"insured_persons": 86000},
    )
    week = told(
        "week",
        "衡惠保参保一周：已有41.2万人参保，99元。",
        days=7,
        update="enrolment",
        facts=facts | {"insured_persons": 412000},
    )
    assert place(week, known(opening)).event_id == "e-week"


def test_claims_reports_join_by_their_totals() -> None:
    """Two outlets, two headlines, one yearly report: one takes the running total, but prints the year's too."""
    total = told("total", "衡惠保年报：2023年度赔付1.21亿元，2024年度赔付1.69亿元，两年累计2.9亿元。", update="claims",
                 facts=PRODUCT | {"payout": 290000000})  # fmt: skip
    year = told(
        "year", "衡惠保去年赔了多少？1.69亿元。", days=1, update="claims", facts=PRODUCT | {"payout": 169000000}
    )
    other = told("other", "衡惠保一季度赔付4300万元。", days=9, update="claims", facts=PRODUCT | {"payout": 43000000})
    assert place(year, known(total)).event_id == "e-total"
    assert place(other, known(total)).event_id == "e-other"


def test_reports_of_one_regulation_join_across_languages() -> None:
    """A regulator's document names no product and few figures."""
    facts = {"regions": ["100000"]}
    chinese = told("zh", "监管部门6月2日印发《关于规范城市定制型业务的通知》，划出红线。", update="policy", facts=facts)
    english = told("en", "The regulator issued a notice on Wednesday to rein in city-customised plans, telling insurers to price them on local data.",
                   days=0.5, update="policy", facts=facts)  # fmt: skip
    weeks_later = told("later", "The regulator published answers to questions about city-customised plans and named three companies.",
                       days=20, update="policy", facts=facts)  # fmt: skip
    assert place(english, known(chinese)).event_id == "e-zh"
    assert place(weeks_later, known(chinese)).event_id == "e-later"


def test_a_copy_takes_its_storys_event_and_thread() -> None:
    """Even where the copy by itself was judged irrelevant."""
    copy = news("copy", "转载", NEWS, stage=None, facts={})
    decision = place(copy, known(news("a"), event="e-7", thread="project:x"))
    assert (decision.event_id, decision.thread_id, decision.is_new) == ("e-7", "project:x", False)


def test_digests_have_events_of_their_own_and_irrelevant_articles_none() -> None:
    """A digest never joins an alert's event, nor an alert a digest's."""
    digest = told("digest", "惠民保值不值得买？专家这样说。", update="launch", relevance="digest", facts=PRODUCT)
    launch = told("launch", "2025年度衡惠保上线，保费99元。", update="launch", facts=PRODUCT)
    assert place(digest, known(launch)).event_id == "e-digest"
    assert place(launch, known(digest)).event_id == "e-launch"
    nothing = place(told("none", "衡川马拉松昨天鸣枪。"), known(launch))
    assert (nothing.event_id, nothing.thread_id) == (None, None)


@pytest.mark.parametrize(
    ("facts", "labels", "thread"),
    [
        ({"project_number": "HC-2025-01"}, {"stage": "notice"}, "project:hc202501"),
        (TENDER, {"stage": "result"}, "project:430400:critical_illness:2026"),
        (PRODUCT, {"update": "claims"}, "product:衡惠保:2025"),
        ({"product": "衡惠保"}, {"update": "claims"}, "product:衡惠保:2025"),
        ({"product": "衡惠保"}, {"update": "launch", "days": 220}, "product:衡惠保:2026"),
        ({}, {"stage": "notice"}, None),
        ({}, {"update": "policy"}, None),
    ],
    ids=[
        "number",
        "place_and_programme",
        "edition",
        "edition_by_the_calendar",
        "autumn_opens_the_next",
        "no_tender",
        "no_product",
    ],
)
def test_threads_are_named_by_what_identifies_them(
    facts: dict[str, Any], labels: dict[str, Any], thread: str | None
) -> None:
    """A number, else place, programme and first year; a product and its edition's year; else nothing."""
    assert place(told("a", "正文。", facts=facts, **labels)).thread_id == thread


def test_matching_is_symmetric() -> None:
    """Who reported first never decides whether two reports tell of one event."""
    made = [OFFICIAL, news("news"), notice("notice"), told("report", REPORT_TEXT, days=1, facts=REPORT_FACTS, stage="result"),
            told("sale", "衡惠保上线", facts=PRODUCT, update="launch"), told("open", "衡惠保开放", facts=PRODUCT, update="enrolment")]  # fmt: skip
    for a, b in itertools.combinations(made, 2):
        assert events.same_event(a, b).joined == events.same_event(b, a).joined


@pytest.mark.parametrize("path", SETS, ids=lambda p: p.stem)
def test_labelled_sets(path: Path) -> None:
    """With the labels' own facts, pairwise F1 of events is at least 0.97."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    index, said = MemoryIndex(), {}
    for r in records:
        s = signed(
            r["id"], r["title"], r["text"], facts=r["facts"], stage=r["stage"], update=r["update"], relevance=r["relevance"],
            published=dt.datetime.fromisoformat(r["published"]) if r["published"] else None,
        )  # fmt: skip
        candidates = index.candidates(s)
        story = dedup.decide(s, candidates)
        event = events.decide(s, story, candidates)
        index.add(s, story.story_id, event.event_id, event.thread_id)
        if r["event"]:
            said[r["id"]] = event.event_id
    gold = {r["id"]: r["event"] for r in records if r["event"]}
    pairs = list(itertools.combinations(said, 2))
    wanted = {p for p in pairs if gold[p[0]] == gold[p[1]]}
    joined = {p for p in pairs if said[p[0]] is not None and said[p[0]] == said[p[1]]}
    assert 2 * len(wanted & joined) >= 0.97 * (len(wanted) + len(joined)), sorted(wanted ^ joined)
