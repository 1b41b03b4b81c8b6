"""People write names in matchers; labels hold codes. What no label can ever have is an error, not a silent never."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.alerting import Wording, worded
from monitor.config import Config
from monitor.config.reading import parse_config
from monitor.errors import ConfigError, UsageError
from monitor.taxonomy import load_vocabulary


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(load_vocabulary())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("region within 浙江", "region within 330000"),
        ("region within 浙江, 上海市、重庆", "region within 330000, 310000, 500000"),
        ("region within 330100", "region within 330100"),
        ("region = 杭州", "region = 330100"),
        ("region within Zhejiang", "region within 330000"),
        ("region within 臺灣省", "region within 710000"),
        ("stage = 中标", "stage = result"),
        ("stage != 招标采购", "stage != notice"),
        ("stage in 更正, result", "stage in amendment, result"),
        ("stage = Tender notice", "stage = notice"),
        ("topic = 惠民保", "topic = huiminbao"),
        ("topic = 政保业务", "topic = gov_tender"),
        ("update in 参保, 理赔", "update in enrolment, claims"),
        ("relevance = 提醒", "relevance = alert"),
        ("programme = 长期护理保险", "programme = long_term_care"),
        ("programme = 长护险", "programme = long_term_care"),
        ("insurer = 新华人寿保险股份有限公司", "insurer = 新华保险"),
        ("insurer in 新华保险, 中国人民财产保险股份有限公司", "insurer in 新华保险, 人保财险"),
        ("amount >= 5000万", "amount >= 50000000"),
        ("amount <= 1.2亿元", "amount <= 120000000"),
        ("amount >= 5,000,000", "amount >= 5000000"),
        ("source starts 人民", "source starts 人民"),
        ("region =~ 33.*", "region =~ 33.*"),
        ("buyer = 某市医疗保障局", "buyer = 某市医疗保障局"),
    ],
)  # fmt: skip
def test_names_become_codes(wording: Wording, written: str, meant: str) -> None:
    assert wording.sentence(written) == meant
    assert wording.sentence(meant) == meant, "codes stay"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("region within 阿斯加德", "no place is called"),
        ("region within 鼓楼区", "320106 江苏省南京市鼓楼区"),
        ("stage = results", "there are: intention"),
        ("stage = 采购", "采购意向"),
        ("insurer = 某某保险", "docs/vocabulary.md"),
        ("amount >= 很多", "no sum of money"),
        ("region inside 33", "is no matcher"),
    ],
)
def test_what_no_label_can_be_is_refused_with_a_way_out(wording: Wording, written: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        wording.sentence(written)


def parse(text: str) -> Config:
    return parse_config(text, file="config.yaml", base=Path("/srv/baoxun"))


def test_a_configuration_is_translated_everywhere_and_all_mistakes_come_at_once(wording: Wording) -> None:
    text = (
        "alerts:\n  receivers: [{{name: a, urgent: {{match: ['amount >= {amount}']}}}}]\n"
        "  inhibit: [{{name: i, when: ['stage = 中标'], then: ['stage = {stage}'], equal: [region]}}]\n"
        "  route: {{receivers: [a], routes: [{{match: ['region within 重庆', 'topic = {topic}']}}]}}\n"
    )
    config = worded(parse(text.format(amount="5000万", stage="运行", topic="政保")), wording.sentence)
    assert config.alerts.receivers[0].urgent.match == ("amount >= 50000000",)
    assert config.alerts.inhibit[0].when == ("stage = result",)
    assert config.alerts.inhibit[0].then == ("stage = operation",)
    assert config.alerts.route.routes[0].match == ("region within 500000", "topic = gov_tender")
    with pytest.raises(ConfigError) as caught:
        worded(parse(text.format(amount="x", stage="y", topic="z")), wording.sentence)
    assert [p.path for p in caught.value.problems] == [
        "alerts.receivers.0.urgent.match.0",
        "alerts.inhibit.0.then.0",
        "alerts.route.routes.0.match.1",
    ]
