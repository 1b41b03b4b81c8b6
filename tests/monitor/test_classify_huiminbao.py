"""Huiminbao told in wordings that no list holds: is it found, is it news, and what has happened?"""

from __future__ import annotations

import pytest

from monitor.classify import classify
from monitor.model import Article, Classification, Relevance, Topic, Update
from monitor.taxonomy import load_vocabulary
from monitor.text import prepare
from tests.monitor.huiminbao_cases import FIRST, SECOND, Told


def verdict(title: str, text: str) -> Classification:
    article = Article(id="t", url="", source="", published=None, lang="", title=title, text=text)
    return classify(prepare(article), load_vocabulary())


@pytest.mark.parametrize("told", [*FIRST, *SECOND], ids=lambda told: told.id)
def test_told_in_other_words(told: Told) -> None:
    found = verdict(told.title, told.text)
    assert (Topic.HUIMINBAO in found.topics) == (told.relevance != "none")
    assert found.relevance == told.relevance
    if told.update:
        assert found.update == told.update


TRAITS = (
    "全市参保人每人每年69元，不限年龄和病史，由三家保险公司组成共保体，市医保局指导，"
    "医保报销后自付超过1.5万元的部分再报七成，个人账户可付，投保期至12月20日。"
)


def test_a_product_without_any_name_is_known_by_its_traits() -> None:
    named_nothing = verdict("明天起多一道保障", f"11月8日，某市上线新险种。{TRAITS}")
    assert named_nothing.topics == (Topic.HUIMINBAO,)
    fewer = verdict("明天起多一道保障", "11月8日，某市上线新险种。每人每年69元，由保险公司承保。")
    assert fewer.topics == ()


def test_one_product_named_once_and_described_throughout_is_the_subject() -> None:
    body = "记者在街头看到不少市民在排队。\n" * 12 + "“海棠安心保”是其中一款。\n" + TRAITS.replace("，", "。\n")
    assert Topic.HUIMINBAO in verdict("这份保险上线了", body).topics


def test_same_name_on_pets_is_no_product_of_a_city() -> None:
    people = verdict("“宜惠健康保”上线", "宜昌市医保局指导的“宜惠健康保”上线，看病住院可报。")
    pets = verdict("“宠惠健康保”上线", "保险公司推出“宠惠健康保”，猫狗看病可报，宠物主人可投保。")
    assert people.relevance is Relevance.ALERT
    assert pets.relevance is Relevance.NONE


def test_rule_for_all_products_is_policy_and_blow_to_one_is_discontinued() -> None:
    rule = verdict("某省要求停止销售亏损的惠民保", "省医保局发文，要求惠民保承保公司停止销售连续亏损的产品。")
    product = verdict("“惠徐保”被要求停止销售", "徐州市医保局要求“惠徐保”承保公司停止销售该产品。")
    assert rule.update is Update.POLICY
    assert product.update is Update.DISCONTINUED


def test_terms_of_payment_are_no_claims() -> None:
    found = verdict("“惠徐保”赔付比例提高一成", "徐州“惠徐保”公布2026年度方案，赔付比例由70%提高到80%。")
    assert found.update is Update.TERMS


def test_what_a_new_product_will_pay_is_no_claim() -> None:
    found = verdict("“惠徐保”问世", "徐州“惠徐保”今日发布，自付超过1.6万元的部分按70%赔付。")
    assert found.update is Update.LAUNCH


def test_an_opinion_of_nobody_and_nowhere_tells_nothing_new() -> None:
    found = verdict("别怪年轻人不买惠民保", "惠民保参保数据逐年走低，有人主张强制，有人主张按年龄定价，都不是办法。")
    assert found.relevance is Relevance.DIGEST
