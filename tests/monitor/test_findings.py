"""What `show` and `explain` print of lots and contradictions."""

from __future__ import annotations

import pytest

from monitor.analyse import analyse
from monitor.cli.findings import show_evidence, show_facts
from monitor.model import Article
from monitor.taxonomy import load_vocabulary
from monitor.trail import to_json

VOCABULARY = load_vocabulary()
TEXT = (
    "一、项目编号：YY-2026-9\n二、项目名称：益阳市城乡居民大病保险承办服务项目\n三、中标信息\n"
    "第一包中标人：中国人寿保险股份有限公司益阳分公司，中标金额：3180000元\n"
    "第二包中标人：泰康养老保险股份有限公司湖南分公司，中标金额：2640000元\n中标总金额：5800000元\n四、采购人：益阳市医疗保障局"
)


@pytest.fixture(scope="module")
def trail() -> dict[str, object]:
    article = Article(
        id="1", url="https://a.example/1", source="某网", published=None, lang="zh",
        title="益阳市城乡居民大病保险承办服务项目中标结果公告", text=TEXT,
    )  # fmt: skip
    (understanding,) = analyse([article], VOCABULARY)
    return to_json(understanding, alert="")


def test_show_lists_lots_and_contradictions(trail: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each lot with its winner and sum; both values of a contradiction, and which was taken."""
    show_facts(trail, VOCABULARY.regions)
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert ["包 lot", "中标供应商", "金额"] in lines
    assert ["一", "中国人寿保险股份有限公司益阳分公司", "318万元"] in lines
    assert ["二", "泰康养老保险股份有限公司湖南分公司", "264万元"] in lines
    (conflict,) = [line for line in lines if line[0] == "金额" and len(line) > 2]
    assert conflict[1].startswith("580万元")
    assert conflict[2].startswith("582万元")
    assert "add up" in conflict[-1]


def test_explain_gives_every_lot_s_proof(trail: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    """Each value of a lot stands with the words that print it and their sentence."""
    show_evidence(trail, VOCABULARY.regions)
    said = capsys.readouterr().out
    assert "金额（包 二）\t2640000\t2640000元\t第二包中标人" in said
    assert "文中矛盾 conflict" in said


def test_an_article_without_lots_says_nothing_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    """No empty tables."""
    show_facts({"facts": {"product": "惠徐保"}, "lots": [], "conflicts": []}, VOCABULARY.regions)
    said = capsys.readouterr().out
    assert "惠徐保" in said
    assert "lot" not in said
    assert "conflict" not in said
