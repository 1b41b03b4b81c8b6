"""The vocabulary: strict reading, finding by family, weak terms, patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.lint import PROGRAMMES
from monitor.taxonomy import DEFAULT_DIRECTORY, VocabularyError, load_vocabulary, read_file

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("中国人寿财产保险股份有限公司衢州市中心支公司", ("国寿财险",)),
        ("中国人寿养老、中国人寿与国寿财险", ("国寿养老", "中国人寿", "国寿财险")),
        ("中国人民健康保险股份有限公司大庆中心支公司", ("人保健康",)),
        ("人民人寿即人保寿险", ("人保寿险",)),
        ("安邦养老保险股份有限公司(现大家养老)", ("大家养老",)),
        ("太保产险、太保寿险", ("太平洋产险", "太平洋人寿")),
        ("由人寿、人保财险共同承保", ("中国人寿", "人保财险")),
        ("人保重庆分公司中标", ("中国人保",)),
        ("投保人保障到期，申请人保存好单据", ()),
        ("新华社记者在新华区新华书店", ()),
        ("富德生命人寿和中邮人寿", ()),
        ("PICC P&C and China Life Property & Casualty", ("人保财险", "国寿财险")),
        ("Ping An Annuity, Taikang Pension and New China Life", ("平安养老", "泰康养老", "新华保险")),
        ("underwritten by PICC HealthMore than 1 million", ("人保健康",)),
        ("a picture of the epicc centre", ()),
    ],
)
def test_insurers(text: str, codes: tuple[str, ...]) -> None:
    assert VOCABULARY.insurers.codes(text) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("城乡居民大病保险承办服务", "critical_illness"),
        ("职工大额医疗互助保险", "employee_supplement"),
        ("失能人员医疗照护保险", "long_term_care"),
        ("医疗救助“一站式”结算经办服务", "basic_administration"),
        ("困难群众补充医疗保险", "supplementary_medical"),
        ("孤儿及困境儿童意外伤害保险", "accident"),
        ("防止返贫综合保险", "poverty_prevention"),
        ("自然灾害公众责任保险", "livelihood"),
        ("Serious Illness Insurance undertaking", "critical_illness"),
        ("long-term protection insurance", "long_term_care"),
    ],
)
def test_programmes(text: str, code: str) -> None:
    text = text.replace("“", '"').replace("”", '"')
    assert code in VOCABULARY.programmes.codes(text)


@pytest.mark.parametrize(
    "text", ["医疗保障经办服务中心物业管理", "见义勇为先进个人", "防返贫动态监测", "大病救助金众筹"]
)
def test_words_that_are_no_programme(text: str) -> None:
    assert VOCABULARY.programmes.codes(text) == ()


def test_every_programme_has_terms_in_both_languages() -> None:
    for kind in ("zh", "en"):
        assert {t.code for t in VOCABULARY.programmes.terms if t.kind == kind} == PROGRAMMES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("West Lake Yilianbao", "西湖益联保"),
        ('2022 "Suisuikang"', "穗岁康"),
        ("明年的益联保", "西湖益联保"),
        ('"大爱无疆"开始参保', "大爱无疆"),
        ('"珠海大爱无疆"', "大爱无疆"),
    ],
)
def test_products(text: str, code: str) -> None:
    assert VOCABULARY.products.codes(text) == (code,)
    assert VOCABULARY.cities[code] in VOCABULARY.regions


@pytest.mark.parametrize("text", ["医者仁心，大爱无疆", "齐鲁保险报道", "大病无忧的日子"])
def test_everyday_words_are_no_products(text: str) -> None:
    assert VOCABULARY.products.codes(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"黔顺惠保"今日上线', "黔顺惠保"),
        ("威海惠民保2025年度", "威海惠民保"),
        ('"福山守护保"', "福山守护保"),
        ('"Xiang Hui Bao" announces', "Xiang Hui Bao"),
    ],
)
def test_unknown_products_are_guessed_by_their_build(text: str, name: str) -> None:
    assert [m.surface for m in VOCABULARY.unknown_products(text)] == [name]


@pytest.mark.parametrize("text", ["优惠保障", "惠民保障房", '"惠农保"护航', "惠民保租房", "互惠保险"])
def test_words_that_are_no_product(text: str) -> None:
    assert VOCABULARY.unknown_products(text) == ()


def test_stock_codes_name_insurers_in_any_spelling() -> None:
    for spelling in ("601336", "sh601336", "01336.HK", "01336"):
        assert VOCABULARY.insurer_of_stock(spelling) == "新华保险"
    assert VOCABULARY.insurer_of_stock("600519") is None
    assert VOCABULARY.insurer_of_stock("none") is None


def test_mentions_stand_where_they_say() -> None:
    text = "中国人寿、人保财险中标长护险"
    for mention in VOCABULARY.insurers.find(text):
        assert text[mention.start : mention.end] == mention.surface
        assert mention.term.file.parent == DEFAULT_DIRECTORY


def test_user_adds_a_term_without_code(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "family: insurers\nentries:\n  - {code: 中国人寿, zh: [国寿小分队]}\n", encoding="utf-8"
    )
    assert load_vocabulary(tmp_path).insurers.codes("国寿小分队来了") == ("中国人寿",)


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("family: insurer\nentries: []\n", 1, "unknown family"),
        ("family: insurers\nentires: []\n", 2, "unknown key"),
        ("family: insurers\nentries:\n  - {code: A, zhh: [甲]}\n", 3, "unknown key"),
        ("family: insurers\nentries:\n  - {zh: [甲]}\n", 3, "needs a `code`"),
        ("family: cues\nentries:\n  - {code: stage.notice}\n", 3, "no terms"),
        ("family: insurers\nentries:\n  - {code: A, zh: 甲}\n", 3, "expected a list"),
        ("family: insurers\nentries:\n  - {code: A, zh: [甲, '']}\n", 3, "expected a word"),
        ("family: products\nentries: []\npatterns:\n  - {code: a, regex: '('}\n", 4, "not a regular expression"),
        (
            "family: cues\npatterns:\n  - code: a.b\n    any_of:\n      - x\n      - '('\n",
            6,
            "not a regular expression",
        ),
        ("family: cues\npatterns:\n  - {code: a.b, regex: x, any_of: [y]}\n", 3, "either `regex` or `any_of`"),
        ("family: cues\npatterns:\n  - {code: a.b, regex: x, ignore_case: yes}\n", 3, "expected true or false"),
        ("family: products\nfamily: products\n", 2, "stands twice"),
        ("entries:\n  - {code: A, zh: [甲]}\n", 1, "`family` is missing"),
        ("family: insurers\nentries: [\n", 3, ""),
    ],
)
def test_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int, part: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"wrong\.yaml") as refused:
        load_vocabulary(tmp_path)
    assert refused.value.line == line
    assert part in str(refused.value)


def test_directory_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="no vocabulary files"):
        load_vocabulary(tmp_path)


def test_a_pattern_may_have_several_wordings(tmp_path: Path) -> None:
    """They are one expression: the first that fits counts; case is ignored for all of them or for none."""
    text = (
        "family: cues\npatterns:\n  - code: a.b\n    any_of: ['Tender', '(?:bid|offer)s? due']\n    ignore_case: true\n"
    )
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    (pattern,) = read_file(tmp_path / "own.yaml")[3]
    assert [m.group() for m in pattern.regex.finditer("a TENDER; Bids due")] == ["TENDER", "Bids due"]
