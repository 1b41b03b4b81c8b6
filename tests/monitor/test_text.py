"""Normalisation: one comparable form, and a true way back to what was printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article
from monitor.text import TEXT_READ, TITLE_READ, _regional_forms, normalise, prepare, simplify, split_sentences


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("重慶市長期護理保險", "重庆市长期护理保险"),
        ("约２１０万人", "约210万人"),
        ("１，２００元，100元", "1,200元，100元"),
        ("保费150元，200元", "保费150元，200元"),
        ("①100元", "①100元"),
        ("名\u3000\u3000称：市医保局", "名 称:市医保局"),
        ("惠\u200b民\ufeff保", "惠民保"),
        ("“西湖益联保”", '"西湖益联保"'),
        ("㎡", "m2"),
        ("衞生健康局在會裏啓動，臺商羣眾佔三成", "卫生健康局在会里启动，台商群众占三成"),
        ("衆人爲鄰，峯會粧點綫上，敍舊說稅", "众人为邻，峰会妆点线上，叙旧说税"),
        ("保険実施団体の発表", "保险实施团体の发表"),
        ("著名企业什么时候", "著名企业什么时候"),
    ],
)
def test_normalise_cases(printed: str, plain: str) -> None:
    """Widths, script, invisible characters and blanks have one form each."""
    assert normalise(printed).plain == plain


@given(st.text(max_size=80))
def test_every_position_maps_back_in_order(text: str) -> None:
    """Any stretch of the plain form points into the original, in order and within it."""
    normal = normalise(text)
    last = 0
    for i in range(len(normal.plain)):
        start, end = normal.original_span(i, i + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start


@given(st.text(alphabet="新华保险２０２２，年１.5亿元 \u3000\n(（）)中標ａ①%％", max_size=60))
def test_normalise_is_idempotent(text: str) -> None:
    """Normalising twice is normalising once."""
    once = normalise(text).plain
    assert normalise(once).plain == once


def test_sentences_keep_their_places() -> None:
    """A sentence is found where it says that it stands."""
    plain = "一是中标。二是签约；三是续约\nIt won 4.7 million yuan. Second one."
    found = list(split_sentences(plain, "text"))
    assert [s.text for s in found] == [
        "一是中标。",
        "二是签约；",
        "三是续约",
        "It won 4.7 million yuan.",
        "Second one.",
    ]
    assert all(plain[s.start : s.end] == s.text for s in found)
    assert [s.paragraph for s in found] == [0, 0, 0, 1, 1]


def test_document_locates_in_the_original() -> None:
    """A stretch of the normalised whole leads to the printed characters, in title and in text."""
    article = Article(
        id="1",
        url="https://a.example/1",
        source="",
        published=None,
        lang="zh-Hant",
        title="新華　　保險中標",
        text="首句。\u200b重慶市約２１０萬參保人。",
    )
    document = prepare(article)
    at = document.whole.index("210万")
    span = document.locate(at, at + 4)
    assert span.field == "text"
    assert document.quote(span) == "２１０萬"
    assert document.quote(document.locate(0, 5)) == "新華　　保險"
    assert document.sentence_at(at).text == "重庆市约210万参保人。"


@pytest.mark.parametrize("form", sorted(map(chr, _regional_forms()[0])))
def test_a_regional_form_folds_for_good(form: str) -> None:
    """Every form of the table becomes one ordinary simplified character, which folds no further; none is ordinary itself."""
    folded = simplify(form)
    assert (len(folded), simplify(folded)) == (1, folded)
    assert folded.encode("gb2312")
    with pytest.raises(UnicodeEncodeError):
        form.encode("gb2312")


def test_only_so_much_is_understood() -> None:
    """A page with its files' text, or a hostile one, costs no more than a long article; what is stored stays whole."""
    article = Article(
        id="1", url="https://a.example/", source="", published=None, lang="zh", title="标" * 10_000, text="文" * 1_000_000
    )  # fmt: skip
    document = prepare(article)
    assert (len(document.title.plain), len(document.body.plain)) == (TITLE_READ, TEXT_READ)
    assert document.article is article
