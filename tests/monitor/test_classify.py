"""`classify` on articles written for it, and on the labelled sets that stand in or beside the project."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from monitor.classify import classify
from monitor.model import Article, Classification, Relevance, Topic
from monitor.taxonomy import load_vocabulary
from monitor.text import prepare
from tests.monitor.classify_cases import CASES, Case
from tests.monitor.plain_wordings import PLAIN_WORDINGS
from tests.monitor.tender_stories import TENDER_STORIES
from tests.monitor.tender_wordings import WORDINGS

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
OWN = ROOT / "benchmarks" / "gold"


def verdict(title: str, text: str, lang: str = "zh") -> Classification:
    article = Article(id="t", url="", source="", published=None, lang=lang, title=title, text=text)
    return classify(prepare(article), load_vocabulary())


@pytest.mark.parametrize("case", [*CASES, *TENDER_STORIES, *WORDINGS, *PLAIN_WORDINGS], ids=lambda case: case.id)
def test_case(case: Case) -> None:
    found = verdict(case.title, case.text)
    assert tuple(t.value for t in found.topics) == case.topics
    assert found.relevance.value == case.relevance
    if case.stage:
        assert found.stage == case.stage
    if case.update:
        assert found.update == case.update


def test_headlines_event_wins_over_background() -> None:
    text = "协议期三年，覆盖参保职工40万人。该项目去年11月由市医保局公开招标，人保健康、太平养老中标。"
    signed = verdict("人保健康与酒泉市医保局签署长护险经办协议", text)
    won = verdict("人保健康中标酒泉长护险经办项目", text)
    assert (signed.stage, won.stage) == ("contract", "result")


def test_denied_event_does_not_count() -> None:
    found = verdict(
        "某险企未中标铜陵大病保险项目", "铜陵市医保局城乡居民大病保险项目招标公告发布后，共有五家公司投标，服务期三年。"
    )
    assert found.stage == "notice"


def test_traditional_script_and_full_width_forms_change_nothing() -> None:
    title, text = (
        "“惠厦保”２０２５版上线",
        "廈門惠民保產品“惠廈保”今日上線，保費98元，不限年齡，由人保財險等組成共保體承保。",
    )
    found = verdict(title, text, "zh-Hant")
    assert found.topics == (Topic.HUIMINBAO,)
    assert found.update == "launch"


def test_glued_words_of_machine_translation_are_found() -> None:
    text = '"Yuehuibao"Total compensationMore than 1.2 million visitorsamountMore than900 million yuan,commercial supplementary medical insuranceCo-insurance body said.'
    found = verdict('Shaoxing "Yuehuibao"total compensationmore than 900 million yuan', text, "en")
    assert (found.topics, found.relevance) == ((Topic.HUIMINBAO,), Relevance.ALERT)


def test_item_of_a_roundup_counts_as_if_alone_and_a_clause_does_not() -> None:
    noise = [
        "【车险】新能源车险自律规则征求意见，网约车使用性质认定有望细化。",
        "【人事】一家中型财险公司总经理任职资格获批，另有两家公司董事长变动。",
        "【监管】上周监管部门开出罚单23张，合计罚款612万元，虚列费用仍是重灾区。",
        "【资金】某保险资管公司完成首单保租房战略配售，规模约3.1亿元人民币。",
    ]
    item = "【政保】11月3日，保山市医疗保障局公布大病保险承办机构招标结果，中国人寿、人保财险中标，合同期三年，覆盖218万人，筹资标准每人每年80元。"
    clause = "【健康险】又有几座城市的惠民保开始预热。"
    alone = verdict("一周险讯：新能源车险自律规则征求意见；多项任职资格获批", "\n".join([*noise, item]))
    passing = verdict("一周险讯：新能源车险自律规则征求意见；多项任职资格获批", "\n".join([*noise, clause]))
    assert (alone.relevance, alone.stage) == (Relevance.ALERT, "result")
    assert (passing.relevance, passing.topics) == (Relevance.DIGEST, (Topic.HUIMINBAO,))


def test_links_below_the_article_do_not_count() -> None:
    text = "某市气象台今晨发布大风蓝色预警。\n相关阅读\n“沪惠保”2025版今日上线，保费129元\n中国人寿中标大病保险项目"
    assert verdict("今晚有大风", text).relevance is Relevance.NONE


def test_reasons_show_words_points_and_places() -> None:
    found = verdict(
        "新华保险中标崇左市职工大额医疗补助项目", "崇左市医疗保障局公布结果，服务期三年，覆盖19万名参保职工。"
    )
    score = next(s for s in found.scores if s.topic is Topic.GOV_TENDER)
    assert score.score == pytest.approx(sum(r.weight for r in score.reasons))
    assert score.score >= score.threshold
    programme = next(r for r in score.reasons if r.code == "programme.employee_supplement")
    assert programme.span is not None
    assert programme.span.field == "title"
    assert "新华保险中标崇左市职工大额医疗补助项目"[programme.span.start : programme.span.end] == programme.detail


def test_scope_that_excludes_is_a_reason() -> None:
    found = verdict(
        "某县公安局2025年公务用车保险采购公告",
        "为全局执法执勤车辆投保交强险和商业车险，欢迎保险公司投标。采购人：某县公安局",
    )
    assert found.relevance is Relevance.NONE
    codes = {r.code for s in found.scores for r in s.reasons}
    assert codes == set() or any(c.startswith("scope.") for c in codes)


def test_score_near_the_threshold_is_undecided() -> None:
    found = verdict("某地试点为独居老人办理保险", "街道与国寿财险合作，老年人意外伤害保险有望落地，细节仍在商议。")
    score = next(s for s in found.scores if s.topic is Topic.GOV_TENDER)
    assert found.undecided == (abs(score.score - score.threshold) < 1.0)
    assert not verdict("新华保险中标崇左市职工大额医疗补助项目", "崇左市医疗保障局公布招标结果。").undecided


@pytest.mark.parametrize(
    ("title", "text"), [("", ""), (" ", "\n\n"), ("惠民保", ""), ("", "惠民保" * 5000), ("大病保险" * 300, "中标")]
)
def test_odd_texts_never_raise(title: str, text: str) -> None:
    assert verdict(title, text).relevance in tuple(Relevance)


def _score(path: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        found = verdict(record["title"], record["text"], record["lang"])
        topics = {t.value for t in found.topics}
        counts["hit"] += len(topics & set(record["topics"]))
        counts["false"] += len(topics - set(record["topics"]))
        counts["missed"] += len(set(record["topics"]) - topics)
        for key, value in (("stage", found.stage), ("update", found.update)):
            if record[key]:
                counts["kinds"] += 1
                counts["kinds right"] += value == record[key]
    return counts


LABELLED = [
    p for p in (OWN / "own_tender.jsonl", OWN / "own_huiminbao.jsonl", SHARED / "gold" / "dev.jsonl") if p.exists()
]


@pytest.mark.skipif(not LABELLED, reason="no labelled set stands here")
@pytest.mark.parametrize("path", LABELLED, ids=lambda p: p.stem)
def test_labelled_set(path: Path) -> None:
    counts = _score(path)
    assert counts["hit"] / (counts["hit"] + counts["false"]) >= 0.98
    assert counts["hit"] / (counts["hit"] + counts["missed"]) >= 0.98
    assert counts["kinds right"] / counts["kinds"] >= 0.95


def _printed(raw: str) -> str:
    """A seed's text as an extractor returns it: front matter, comments and tags gone."""
    body = raw.split("---", 2)[2] if raw.startswith("---") else raw.split("\n", 6)[-1]
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", body.replace("</p>", "\n")).strip()


@pytest.mark.skipif(not (SHARED / "seeds").exists(), reason="the two seed stories do not stand here")
def test_seed_stories() -> None:
    for line in (SHARED / "seeds" / "gold.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        text = _printed((SHARED / "seeds" / record["file"]).read_text("utf-8"))
        found = verdict(record["title"], text, record["lang"])
        assert [t.value for t in found.topics] == record["topics"]
        assert (found.relevance, found.stage, found.update) == (record["relevance"], record["stage"], record["update"])
