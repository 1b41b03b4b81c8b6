"""Updates of Huiminbao products by weighed signs: the table is sound, what the guide rules out stays out, reasons are shown."""

from __future__ import annotations

import math

import pytest

from monitor.classify import classify
from monitor.classify.evidence import Evidence
from monitor.classify.naming import product_names
from monitor.classify.update import score, signs, update_of, weigh_update
from monitor.classify.update_weights import BIAS, UPDATES, WEIGHTS
from monitor.model import Article, Update
from monitor.taxonomy import load_vocabulary
from monitor.text import prepare

PLACES = {"title", "opening", "lead", "named", "body"}


def evidence(title: str, text: str) -> Evidence:
    article = Article(id="u", url="", source="", published=None, lang="zh", title=title, text=text)
    return Evidence(prepare(article), load_vocabulary())


def told(title: str, text: str) -> Update | None:
    found = evidence(title, text)
    return update_of(found, product_names(found))


def test_table_covers_every_update_and_its_weights_are_finite() -> None:
    """A column for each update, in the order that the learner wrote; no weight that would drown all others."""
    assert [Update(name) for name in UPDATES] == list(Update)
    assert len(BIAS) == len(UPDATES)
    assert all(len(row) == len(UPDATES) for row in WEIGHTS.values())
    assert all(math.isfinite(w) and abs(w) < 8 for row in WEIGHTS.values() for w in row)


def test_every_weighed_word_stands_in_the_vocabulary() -> None:
    """A code that was renamed would keep a weight that nothing ever uses."""
    vocabulary = load_vocabulary()
    codes = {entry.code for entry in vocabulary.entries}
    codes |= {pattern.code for pattern in vocabulary.patterns["cues"]}
    words = {sign.partition("@") for sign in WEIGHTS if "@" in sign}
    assert {code for code, _, _ in words} <= codes
    assert {place for _, _, place in words} == PLACES


def test_own_word_in_the_headline_speaks_for_its_own_update() -> None:
    """Whatever else is learnt, a surely meant word of an update in the headline is for that update more than for any other."""
    for update in UPDATES:
        row = WEIGHTS[f"event.{update}@title"]
        assert UPDATES[row.index(max(row))] == update


def test_headlines_event_outweighs_background() -> None:
    """The same text under two headlines: what the headline reports is the update."""
    text = "“惠徐保”2024年度保费69元，由平安养老等公司共保。上一年度累计赔付1.2亿元，参保人数87万人，集中投保12月31日截止。"
    assert told("“惠徐保”去年赔付1.2亿元", text) is Update.CLAIMS
    assert told("最后三天！“惠徐保”投保即将截止", text) is Update.ENROLMENT
    assert told("“惠徐保”2024年度全新上线", text) is Update.LAUNCH


@pytest.mark.parametrize(
    ("title", "update"),
    [
        ("2026年度“惠徐保”开始参保", Update.ENROLMENT),
        ("“惠徐保”2026版开始参保，起付线降到1.2万元", Update.LAUNCH),
    ],
)
def test_season_that_opens_is_a_launch_only_where_the_edition_is_shown(title: str, update: Update) -> None:
    """开始参保 alone is enrolment by the annotation guide; with what is new it is the launch of an edition."""
    assert told(title, "徐州“惠徐保”11月1日起开始参保，每人69元，由平安养老等公司共保。") is update


def test_nothing_told_is_no_update() -> None:
    """Without a word of any update there is nothing to weigh, however the biases stand."""
    found = evidence("“惠徐保”", "徐州的一款保障。")
    assert weigh_update(found, product_names(found)) == (None, "")


def test_points_add_up_sign_by_sign() -> None:
    """The score is the bias plus each sign's weights times its strength: nothing hidden."""
    found = signs(evidence("“惠徐保”去年赔付1.2亿元", "徐州“惠徐保”去年赔付1.2亿元。"), ())
    by_hand = [
        BIAS[i] + sum(WEIGHTS[sign][i] * value for sign, value in found.items() if sign in WEIGHTS)
        for i in range(len(UPDATES))
    ]
    assert score(found) == pytest.approx(by_hand)


def test_verdict_names_the_signs_that_decided() -> None:
    """A reader of the trail sees which words, where, made it a claims report."""
    article = evidence(
        "“惠徐保”去年赔付1.2亿元", "徐州惠民保“惠徐保”2月1日公布，去年累计赔付1.2亿元、3.4万人次。"
    ).document
    reasons = [r for s in classify(article, load_vocabulary()).scores for r in s.reasons if r.code == "update.claims"]
    assert len(reasons) == 1
    assert "claims@title" in reasons[0].detail
