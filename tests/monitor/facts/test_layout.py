"""Labelled values, tables, sections and lots of portals that no rule was written for."""

from __future__ import annotations

import pytest

from monitor.facts.fields import Layout
from monitor.facts.labels import load_label_words
from monitor.facts.layout import read_layout
from monitor.text import normalise


def _read(text: str) -> Layout:
    return read_layout(normalise("标题\n" + text).plain, load_label_words(), 3)


def _values(text: str, role: str) -> list[str]:
    return [f.value for f in _read(text).of(role)]


@pytest.mark.parametrize(
    "text",
    [
        "项目编号：AB-2025-01",
        "一、项目编号：AB-2025-01",
        "（一）采购项目编号:AB-2025-01",
        "1.1 项 目 编 号：AB-2025-01".replace("项 目 编 号", "项目编号"),
        "项目编号（或招标编号，如有）：AB-2025-01",
        "原公告的采购项目编号：AB-2025-01",
        "项目编号\tAB-2025-01",
        "| 项目编号 | AB-2025-01 |",
        "项目编号\nAB-2025-01",
        "地区：某市　项目编号：AB-2025-01　时间：今天",
        "Project No.: AB-2025-01",
    ],
)
def test_a_label_in_every_dress(text: str) -> None:
    """A value is found whatever stands around its label."""
    assert _values(text, "project_number") == ["AB-2025-01"]


def test_name_takes_its_meaning_from_the_heading() -> None:
    """名称 under 采购人信息 is the buyer, under 采购代理机构信息 the agency, on one line or two."""
    text = "1.采购人信息\n名　称：甲市医保局\n2.采购代理机构信息 名 称：乙公司"
    assert _values(text, "buyer") == ["甲市医保局"]
    assert _values(text, "agency") == ["乙公司"]


def test_table_rows_belong_to_their_head_and_lot() -> None:
    """Each row's cells get the role of the head, its unit, and the row's lot; the total row belongs to no lot."""
    layout = _read("包号\t供应商名称\t中标金额（万元）\nA\t甲保险公司\t12.5\nB\t乙保险公司\t7.5\n合计\t20.0")
    assert [(f.value, f.lot) for f in layout.of("supplier")] == [("甲保险公司", "A"), ("乙保险公司", "B")]
    assert [(f.value, f.note, f.lot, f.total) for f in layout.of("award")] == [
        ("12.5", "万元", "A", False),
        ("7.5", "万元", "B", False),
        ("20.0", "万元", "", True),
    ]


def test_a_missing_cell_shifts_no_other() -> None:
    """Extractors drop empty cells: the sum stays a sum, the company a company."""
    layout = _read("序号\t供应商名称\t中标金额（元）\t备注\n1\t甲保险公司\t80000")
    assert [f.value for f in layout.of("supplier")] == ["甲保险公司"]
    assert [f.value for f in layout.of("award")] == ["80000"]


def test_an_amendment_keeps_old_and_new_apart() -> None:
    """更正前 is marked as old, 更正后 stands for the item."""
    layout = _read("序号\t更正项\t更正前内容\t更正后内容\n1\t预算金额\t98万元\t112万元")
    assert [(f.value, f.old) for f in layout.of("budget")] == [("98万元", True), ("112万元", False)]


def test_a_list_under_a_label() -> None:
    """Companies on the lines below a label all belong to it."""
    text = "入选单位（按得分排序）：\n1.甲财产保险股份有限公司某市分公司（主承保，份额60%）\n2.乙养老保险股份有限公司某省分公司"
    assert len(_values(text, "winner")) == 2


def test_a_lot_ends_where_the_list_goes_on() -> None:
    """A numbered line that continues the list above the lots is no part of the last lot."""
    layout = _read(
        "1.项目名称：某项目\n2.分包情况：\n包号：01　预算：3万元\n包号：02　预算：4万元\n3.服务对象：全市58万人"
    )
    assert [(f.value, f.lot) for f in layout.of("budget")] == [("3万元", "01"), ("4万元", "02")]
    assert [f.lot for f in layout.of("persons")] == [""]


def test_spans_quote_the_value() -> None:
    """Every value stands where its span says."""
    whole = normalise("标题\n一、项目名称：某市大病保险（第2包）\n预算金额（万元）：2860.00\n项目编号\tX-1-2025").plain
    layout = read_layout(whole, load_label_words(), 3)
    assert len(layout.fields) == 3
    assert all(whole[f.start : f.end] == f.value for f in layout.fields)
