"""Contacts in notices: persons' names and numbers give way to stars, everything that a decision needs stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.contacts import has_contacts, json_without_contacts, without_contacts

DROPPED = [
    ("联系人：王先生 电话：0571-88888888", "联系人：*** 电话：*************"),
    (
        "项目联系人：张三、李四\n电话：010-12345678转801，13812345678",
        "项目联系人：**、**\n电话：****************，***********",
    ),
    (
        "名称：某市医疗保障局\n联系人：陈女士\n联系方式：0571-87654321",
        "名称：某市医疗保障局\n联系人：***\n联系方式：*************",
    ),
    ("联 系 人：赵某某　手机:138 1234 5678", "联 系 人：***　手机:*** **** ****"),
    ("评审专家名单：张三、李四、王小明。", "评审专家名单：**、**、***。"),
    ("联系人及电话：李工 0571-8888 8888", "联系人及电话：** ********* ****"),
    ("采购代理机构联系人 王五", "采购代理机构联系人 **"),
    ("联系人\t周华\t联系电话\t0571-85111111", "联系人\t**\t联系电话\t*************"),
    ("咨询请找王女士，电话13812345678。", "咨询请找王女士，电话***********。"),
    ("（王女士 13812345678）", "（*** ***********）"),
    ("邮箱 zhang.san@bank.example.com", "邮箱 **************************"),
    ("Contact: Mr. John Smith, Tel: +86 21 5555 6666", "Contact: *** **** *****, Tel: *** ** **** ****"),
]
KEPT = [
    "项目编号：HZ20260512-13812345678",
    "统一社会信用代码：91330100MA1381234567",
    "预算金额：13812345678元，共13912345678人",
    "预算 13800000000.00 元",
    "见 https://www.example.com/13812345678.html",
    "2026-05-12 10:00 开标，保费 120 元/人，13.8 亿元，400-820-8820",
    "联系人：某省医疗保障局医药服务管理处基金监管组",
    "联系人：\n八、其他补充事宜",
    "局长李克勤先生说，王女士今年58岁。",
    "项目联系方式见附件，联系人 签字盖章后生效的文件",
    "参保人数 1381234 5678",
]


@pytest.mark.parametrize(("text", "starred"), DROPPED)
def test_contacts_give_way_to_stars(text: str, starred: str) -> None:
    assert without_contacts(text) == starred
    assert has_contacts(text)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_contact_stays(text: str) -> None:
    """A false star in a sum, a number or a name of an office would be worse than a name that is left."""
    assert without_contacts(text) == text
    assert not has_contacts(text)


@given(
    st.lists(st.sampled_from([*(t for t, _ in DROPPED), *KEPT, "；", "\n", "138", "联系人："]), max_size=6).map("".join)
)
def test_places_stay_true_and_twice_is_once(text: str) -> None:
    """Spans of facts are places in the text: no character moves, and only letters, digits and signs of contacts go."""
    starred = without_contacts(text)
    assert len(starred) == len(text)
    assert all(new in {old, "*"} for old, new in zip(text, starred, strict=True))
    assert without_contacts(starred) == starred


def test_json_values_are_gone_through() -> None:
    """Keys, numbers and addresses of pages stay."""
    value = {"联系人：王先生": ["联系人：王先生", 5, None, {"url": "https://a.example/?tel=电话：13812345678"}]}
    assert json_without_contacts(value) == {
        "联系人：王先生": ["联系人：***", 5, None, {"url": "https://a.example/?tel=电话：13812345678"}]
    }
