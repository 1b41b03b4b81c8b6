"""Fingerprints, figures and telling marks: what two texts are compared by."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.figures import figures_of
from monitor.fingerprint import fingerprint, key_of, letters_of, strip_frame
from monitor.identity import (
    Identity,
    conflicts,
    labelled_number,
    lots_of,
    normal_number,
    regions_meet,
    round_of,
    years_of,
)
from tests.monitor.stories import NEWS, NOTICE, news

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=300, max_size=600)


@pytest.mark.parametrize(
    ("printed", "figures"),
    [
        ("参保470万人", ("4700000",)),
        ("参保4,700,000人", ("4700000",)),
        ("参保四百七十万人", ("4700000",)),
        ("赔付3.47亿元，占42.5%", ("347000000", "42.5%")),
        ("百分之四十二", ("42%",)),
        ("2024年12月31日截止", ("2024", "@12-31")),
        ("二〇二四年十二月三十一日截止", ("2024", "@12-31")),
        ("2024-12-31截止", ("2024", "@12-31")),
        ("60岁-85岁", ("60", "85")),
        ("三家公司，一站式，2个", ()),
        ("六百余万元", ("6000000",)),
        ("2400多万元", ("24000000",)),
    ],
)
def test_chinese_figures_are_read_in_every_form(printed: str, figures: tuple[str, ...]) -> None:
    """One figure is one string, however it is printed; small whole numbers say nothing."""
    assert figures_of(printed, latin=False) == figures


@pytest.mark.parametrize(
    ("printed", "figures"),
    [
        ("4.7 million people", ("4700000",)),
        ("347 million yuan, 42.5 percent", ("347000000", "42.5%")),
        ("until December 31, 2024", ("2024", "@12-31")),
        ("until 31 December 2024", ("2024", "@12-31")),
        ("amountMore than 1.26 billion yuanthe number", ("1260000000",)),
        ("on Sept. 9th, 12,480 people", ("@09-09", "12480")),
        ("a 16-billionaire list", ("16",)),
        ("from less than two hundred to one thousand three hundred", ("200", "1300")),
        ("Twenty-six million people, thirty percent", ("26000000", "30%")),
        ("twelve times, one hundred and eighty-six thousand yuan", ("12", "186000")),
        ("three of the five companies; a hundred and ten", ("110",)),
    ],
)
def test_english_figures_agree_with_chinese_ones(printed: str, figures: tuple[str, ...]) -> None:
    """A translation's figures are those of its original, glued words included."""
    assert figures_of(printed, latin=True) == figures


@settings(max_examples=40, deadline=None)
@given(HAN, st.integers(0, 100), st.integers(150, 200))
def test_an_excerpt_keeps_exactly_its_shingles(text: str, start: int, length: int) -> None:
    """Sampling looks at nothing outside the shingle: whatever an excerpt samples, its original samples too."""
    text = letters_of(text)
    excerpt = text[start : start + length]
    whole, part = fingerprint(text, latin=False).sketch, fingerprint(excerpt, latin=False).sketch
    overlap = part.overlap(whole)
    assert overlap.shared == overlap.left


def test_hashes_are_the_same_in_every_process() -> None:
    """Keys are stored, so they must never depend on the process: a pinned value."""
    assert key_of("长期护理保险") == 6996280297117060647
    assert fingerprint(letters_of(NEWS), latin=False).sketch.sampled[:8].hex() == "b6cd5102b8bcc90c"


def test_figures_and_punctuation_leave_the_fingerprint_alone() -> None:
    """Corrected figures, other widths and other quotation marks change no shingle."""
    changed = NEWS.replace("187.6", "190.2").replace("，", ",").replace("118", "一百一十八")
    assert fingerprint(NEWS, latin=False) == fingerprint(changed, latin=False)


def test_what_a_republisher_adds_is_no_part_of_the_text() -> None:
    """Source lines, disclaimers and lists of other stories are left out."""
    framed = f"转自：衡川晚报\n{NEWS}\n（责任编辑：小王）\n免责声明：本文不构成建议。\n相关阅读\n某市另一项目招标\n某公司另一新闻"
    assert strip_frame(framed).strip() == NEWS
    assert strip_frame(NOTICE) == NOTICE


@pytest.mark.parametrize(
    ("title", "lots"),
    [
        ("某项目（第2包）合同公告", ("2",)),
        ("某项目A包中标公告", ("A",)),
        ("某项目标段一、标段二中标候选人", ("1", "2")),
        ("某项目二标段成交公告", ("2",)),
        ("采购包3：结果", ("3",)),
        ("大病保险承包经营", ()),
        ("包括多项服务的红包", ()),
        ("某项目第十二包废标", ("12",)),
    ],
)
def test_lots_in_a_title(title: str, lots: tuple[str, ...]) -> None:
    """第二包, 包2 and 标段二 are one lot; 承包 and 包括 are none."""
    assert lots_of(title) == lots


@pytest.mark.parametrize(
    ("title", "times"), [("更正公告（第二次）", 2), ("（第三轮）招标", 3), ("二次招标公告", 2), ("招标公告", 0)]
)
def test_rounds_in_a_title(title: str, times: int) -> None:
    """第二次, 二次招标: the same project asked again."""
    assert round_of(title) == times


def test_years_and_numbers() -> None:
    """Years of a headline; a project number behind its label, whatever its brackets and dashes."""
    assert years_of("2024—2026年大病保险") == (2024, 2026)
    assert labelled_number("项目编号：HCZC2025-G1-00731\n") == "hczc2025g100731"
    assert labelled_number("(项目编号: HCZC2025〔731〕号)") == "hczc2025731号"
    assert labelled_number("项目编号：详见附件") == ""
    assert normal_number("HCZC-2025-JL012）成交公告发布") == normal_number("hczc2025jl012")
    assert normal_number("衡政采公开（2025）12号") == "衡政采公开202512号"


@pytest.mark.parametrize(
    ("left", "right", "meet"),
    [
        (("330100",), ("330106",), True),
        (("330000",), ("330106",), True),
        (("330100",), ("330200",), False),
        (("100000",), ("330200",), True),
        (("500000",), ("500101",), True),
        (("330100", "330200"), ("330200",), True),
    ],
)
def test_places_meet_where_one_lies_in_the_other(left: tuple[str, ...], right: tuple[str, ...], meet: bool) -> None:
    """District and city are no contradiction; two cities are."""
    assert regions_meet(left, right) is meet
    assert regions_meet(right, left) is meet


@pytest.mark.parametrize(
    ("a", "b", "word"),
    [
        (Identity(number="hczc2025100731"), Identity(number="hczc2025100732"), "project number"),
        (Identity(lots=("1",)), Identity(lots=("2",)), "lot"),
        (Identity(round=1), Identity(round=2), "round"),
        (Identity(regions=("330100",)), Identity(regions=("330200",)), "region"),
        (Identity(period=(2024, 2026)), Identity(period=(2025, 2027)), "period"),
        (Identity(product="甲惠保"), Identity(product="乙惠保"), "product"),
        (Identity(programmes=("accident",)), Identity(programmes=("livelihood",)), "programme"),
        (Identity(buyer="甲市医疗保障局"), Identity(buyer="乙市医疗保障局"), "buyer"),
        (Identity(winners=("中国人寿甲分公司",)), Identity(winners=("泰康养老甲分公司",)), "winner"),
        (Identity(stage="notice"), Identity(stage="result"), "stage"),
    ],
)
def test_every_telling_mark_can_contradict(a: Identity, b: Identity, word: str) -> None:
    """Each mark alone names its contradiction, both ways; absence never contradicts."""
    assert [c.mark == word for c in conflicts(a, b, same_language=True)] == [True]
    assert [c.mark == word for c in conflicts(b, a, same_language=True)] == [True]
    assert conflicts(a, Identity(), same_language=True) == ()


def test_forms_of_one_mark_do_not_contradict() -> None:
    """Short names, a city prefix, a lot suffix, a term told by its first year."""
    a = Identity(number="hczc2025100731", buyer="衡川市医疗保障局", product="重庆渝快保", period=(2026, 2028))
    b = Identity(number="hczc2025100731a1", buyer="市医保局", product="渝快保", period=(2026, 2026))
    assert conflicts(a, b, same_language=True) == ()


def test_a_signature_is_the_same_each_time() -> None:
    """Two processes take the same signature of the same article."""
    assert news("a") == news("a")
