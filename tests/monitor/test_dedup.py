"""Stories: what counts as a copy, and what is kept apart however alike it is."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from pathlib import Path
from typing import Any

import opencc
import pytest

from monitor import dedup
from monitor.index import MemoryIndex
from monitor.signature import Signature
from tests.monitor.stories import DAY, NEWS, NEWS_TITLE, NOTICE, known, news, notice, signed

ROOT = Path(__file__).parents[2]
SETS = [
    *sorted((ROOT / "benchmarks" / "gold").glob("own_*.jsonl")),
    *(ROOT.parent / "shared" / "gold").glob("dev.jsonl"),
]

OTHER_NEWS = """本报讯 第九届衡川马拉松昨天鸣枪，来自16个国家和地区的2.1万名跑者参赛。比赛起点设在江滨广场，沿途经过老城墙、大学城和湿地公园。
男子组冠军以2小时13分28秒冲线，比去年快了41秒。组委会设置医疗点27个，志愿者3400人，赛道沿线的居民敲锣打鼓为选手加油。"""

NEWS_EN = """On March 3, the Hengchuan Municipal Healthcare Security Bureau held a meeting to promote long-term care insurance and reported on the operation of the system over the past year.
As of the end of February, the number of people insured under long-term care insurance in the city had reached 1.876 million, a total of 12,480 applications for disability assessment had been accepted, 9,315 people had passed the assessment, and the fund had spent 137 million yuan, with an average payment of 2,186 yuan per time.
Taikang Pension Hengchuan Central Branch is responsible for five districts and counties in the eastern area, and China Life Hengchuan Branch is responsible for four in the western area. The two companies have set up 64 service outlets and have 118 auditors.
Teacher Cao, a retired teacher living in Baishi Street, received benefits last September. Her son said that it used to cost 5,200 yuan a month to hire a live-in nanny.
The meeting required that the waiting time for assessment be reduced from 21 days to less than 14 days this year, that those with 12 points deducted be suspended, and that the re-signing of designated institutions be completed before June 30."""

INDEPENDENT_EN = """Hengchuan's long-term care insurance scheme has turned one, and families say the help has changed their lives.
The scheme, run by two insurers on behalf of the city, covers 1.876 million people. It paid out 137 million yuan in its first year, officials said on March 3.
Waiting remains a problem. Applicants wait three weeks for an assessor, and there are only 30 assessors in the city of 4.2 million.
"We would like to double that by 2027," said one official, who put the cost at 26 million yuan."""


def sentences(text: str) -> list[str]:
    return [s for s in text.replace("。", "。\x00").replace("\n", "\n\x00").split("\x00") if s.strip()]


COPIES: dict[str, tuple[str, str]] = {
    "verbatim": (NEWS_TITLE, NEWS),
    "re_headed": ("187.6万人参保，衡川这项保险一年支出1.37亿元", NEWS),
    "trimmed_at_the_end": (NEWS_TITLE, "\n".join(NEWS.split("\n")[:4])),
    "trimmed_at_the_start": (NEWS_TITLE, "\n".join(NEWS.split("\n")[1:])),
    "excerpt": ("衡川长护险支出1.37亿元", "".join(sentences(NEWS)[1:4])),
    "two_separate_paragraphs": ("衡川长护险", NEWS.split("\n")[1] + "\n" + NEWS.split("\n")[4]),
    "foreign_head_and_tail": (NEWS_TITLE, f"转自：衡川晚报\n{NEWS}\n（责任编辑：小王）\n免责声明：转载仅为传递信息，不代表本网观点。\n推荐阅读\n别处的一条新闻标题"),
    "other_widths": (NEWS_TITLE, NEWS.replace("，", ",").translate(str.maketrans("0123456789", "０１２３４５６７８９"))),
    "traditional_script": (opencc.OpenCC("s2twp").convert(NEWS_TITLE), opencc.OpenCC("s2twp").convert(NEWS)),
    "figures_written_out": (NEWS_TITLE, NEWS.replace("187.6万", "1,876,000").replace("1.37亿", "13700万").replace("21天", "二十一天")),
    "one_figure_corrected": (NEWS_TITLE, NEWS.replace("1.37亿", "1.39亿")),
    "merged_into_a_round_up": ("今日要闻三则", f"{OTHER_NEWS}\n{NEWS}\n另悉，衡川至江东的城际列车本月起每天增开6对。"),
    "paragraphs_joined": (NEWS_TITLE, NEWS.replace("\n", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("backwards", [False, True], ids=["copy_second", "copy_first"])
def test_a_copy_joins_its_story(name: str, backwards: bool) -> None:
    """Every way of reprinting joins, whichever of the two came first, and through the index's own candidates."""
    title, text = COPIES[name]
    original, copy = news("a"), news("b", title, text, published=DAY + dt.timedelta(hours=20))
    first, second = (copy, original) if backwards else (original, copy)
    index = MemoryIndex()
    index.add(first, "s-first", "e-first")
    decision = dedup.decide(second, index.candidates(second))
    assert (decision.story_id, decision.duplicate_of) == ("s-first", first.article_id), decision.reason
    assert decision.reason
    assert [c.joined for c in decision.compared if c.article_id == first.article_id] == [True]


@pytest.mark.parametrize("backwards", [False, True], ids=["translated_from_chinese", "translated_from_english"])
def test_a_translation_joins_though_no_word_is_common(backwards: bool) -> None:
    """Both directions: figures after conversion, in their order, with the same place and insurers."""
    chinese = news("zh")
    english = news("en", "Hengchuan's care insurance in its first year", NEWS_EN)
    first, second = (english, chinese) if backwards else (chinese, english)
    index = MemoryIndex()
    index.add(first, "s-first", "e-first")
    decision = dedup.decide(second, index.candidates(second))
    assert decision.duplicate_of == first.article_id
    assert "translation" in decision.reason


def test_an_independent_report_in_another_language_is_no_translation() -> None:
    """It has the headline figures too, among many of its own."""
    decision = dedup.decide(news("en", "A year of care insurance in Hengchuan", INDEPENDENT_EN), [known(news("zh"))])
    assert decision.duplicate_of is None
    assert decision.compared[0].joined is False


TWINS: dict[str, dict[str, Any]] = {
    "other_city": {
        "title": "汀州市2026-2028年城乡居民大病保险承办服务项目公开招标公告",
        "text": NOTICE.replace("衡川", "汀州"),
        "facts": {"regions": ["350800"], "buyer": "汀州市医疗保障局", "project_number": None, "project": "汀州市2026-2028年城乡居民大病保险承办服务项目"},
    },
    "other_number": {
        "text": NOTICE.replace("G1-00731", "G1-00732"),
        "facts": {"project_number": "HCZC2025-G1-00732"},
    },
    "other_years": {
        "title": "衡川市2023-2025年城乡居民大病保险承办服务项目公开招标公告",
        "text": NOTICE.replace("2026", "2023").replace("2028", "2025"),
        "facts": {"period": [2023, 2025], "project_number": None},
    },
    "other_lot": {
        "title": "衡川市2026-2028年城乡居民大病保险承办服务项目（第2包）公开招标公告",
        "original_title": "衡川市2026-2028年城乡居民大病保险承办服务项目（第1包）公开招标公告",
    },
    "other_buyer": {
        "text": NOTICE.replace("衡川市医疗保障局", "衡川经济技术开发区社会事务局"),
        "facts": {"buyer": "衡川经济技术开发区社会事务局", "project_number": None},
    },
    "other_stage": {
        "title": "衡川市2026-2028年城乡居民大病保险承办服务项目更正公告",
        "text": NOTICE.replace("2025年9月29日9时30分", "2025年10月14日9时30分"),
        "stage": "amendment",
    },
    "other_programme": {
        "text": NOTICE.replace("城乡居民大病保险", "职工大额医疗补助保险"),
        "facts": {"programmes": ["employee_supplement"], "project_number": None},
    },
    "other_amounts_and_days": {
        "title": "大病保险承办服务项目公开招标公告",
        "text": NOTICE.replace("36850.00", "21230.00").replace("95元", "88元").replace("388万", "241万").replace("9月29日", "11月3日")
        .replace("9月8日", "10月13日").replace("9月12日", "10月17日").replace("00731", "00645").replace("2028", "2027"),
        "facts": dict.fromkeys(("regions", "buyer", "project_number", "project", "period", "amount")),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_a_template_twin_is_kept_apart(name: str) -> None:
    """Nearly all words agree; one telling mark does not, and the reason names it."""
    twin = dict(TWINS[name])
    original = notice("a", **({"title": title} if (title := twin.pop("original_title", None)) else {}))
    other = notice("b", **twin)
    assert original.sketch.overlap(other.sketch).containment > 0.8, "not even a twin: the test would prove nothing"
    decision = dedup.decide(other, [known(original)])
    assert decision.duplicate_of is None
    assert decision.story_id == "s-b"
    assert "twin" in decision.reason


def test_a_winners_twin_is_kept_apart() -> None:
    """Two awards in one wording, to two insurers."""
    text = (
        "衡川市残疾人意外伤害保险项目成交结果揭晓，{0}中标。项目为全市持证残疾人投保意外伤害保险，保费由残联统一支付，服务期一年。残联要求承保公司开通上门理赔。"
        * 2
    )
    facts = {"regions": ["430400"], "programmes": ["accident"]}
    a, b = (
        signed(
            n, "衡川残疾人意外险成交", text.format(w), stage="result", facts=facts | {"winner": [w], "insurers": [i]}
        )
        for n, w, i in (("a", "中国人寿财险衡川公司", "国寿财险"), ("b", "平安产险衡川公司", "平安产险"))
    )
    decision = dedup.decide(b, [known(a)])
    assert decision.duplicate_of is None
    assert "winner" in decision.reason


def test_a_notice_and_its_result_are_never_one_story() -> None:
    """The same project, number, buyer and template: two steps."""
    result = notice(
        "b", "衡川市2026-2028年城乡居民大病保险承办服务项目中标公告", NOTICE + "\n中标供应商：中国人寿", stage="result"
    )
    assert dedup.decide(result, [known(notice("a"))]).duplicate_of is None


ROUND_UP = """编者按：本期摘编上周各地保险服务采购，详情请查阅原公告。
【车辆保险】某省机关事务管理局2026年度公务用车保险定点采购入围结果公布，共有11家公司入围，服务期两年。
【大病保险】9月8日，衡川市2026-2028年城乡居民大病保险承办服务项目（项目编号：HCZC2025-G1-00731）发布招标公告。采购人为衡川市医疗保障局，预算金额3.685亿元，为全市388万城乡居民提供大病保险承办服务，包括资金结算、费用审核、稽核巡查、异地就医协查和政策宣传，合同履行期限为2026年1月1日至2028年12月31日。
【农业保险】两家公司中选某县小麦完全成本保险承保机构，承保面积由县农业农村局按乡镇划定，保费财政补贴八成。
【工程保险】某高速公路项目建筑工程一切险及第三者责任险招标，投标截止时间为10月28日，业主要求提供全过程风险减量服务。"""


@pytest.mark.parametrize("backwards", [False, True], ids=["round_up_second", "round_up_first"])
def test_an_item_put_into_running_text_of_a_round_up_joins(backwards: bool) -> None:
    """A weekly shortens a notice's fields to sentences; number, place, programme and sums stay."""
    facts = {"premium_per_person": None, "deadline": None}
    pair = [notice("a"), notice("b", "一周保险招标速览", ROUND_UP, facts=facts)]
    first, second = reversed(pair) if backwards else pair
    decision = dedup.decide(second, [known(first)])
    assert decision.duplicate_of == first.article_id
    assert "round-up" in decision.reason


def test_a_round_up_of_another_projects_item_stays_apart() -> None:
    """The same weekly, another city's notice of the same template."""
    text = ROUND_UP.replace("衡川", "汀州").replace("HCZC2025-G1-00731", "TZZC2025-0412").replace("388万", "295万")
    facts = {"regions": ["350800"], "buyer": "汀州市医疗保障局", "project_number": "TZZC2025-0412", "insured_persons": 2950000,
             "project": "汀州市2026-2028年城乡居民大病保险承办服务项目"}  # fmt: skip
    assert dedup.decide(notice("b", "一周保险招标速览", text, facts=facts), [known(notice("a"))]).duplicate_of is None


REAL_NEWS = NEWS.replace("衡川", "衡阳")


@pytest.mark.parametrize(
    "misread",
    [
        {"facts": {"regions": ["430100"], "programmes": ["long_term_care"]}},
        {"facts": {"programmes": ["critical_illness"]}},
        {"facts": {"period": [2023, 2023]}},
        {"facts": {"product": "别处惠民保"}},
        {"stage": "notice"},
        {"title": "长沙读者关心的一件事"},
    ],
    ids=["place", "programme", "period", "product", "stage", "foreign_headline"],
)
def test_a_reprint_joins_whatever_was_read_of_it(misread: dict[str, Any]) -> None:
    """What is read of the same words is no difference between them."""
    original = news(
        "a",
        text=REAL_NEWS,
        facts={"regions": ["430400"], "programmes": ["long_term_care"], "product": "衡惠保", "period": [2024, 2024]},
    )
    assert dedup.decide(news("b", text=REAL_NEWS, **misread), [known(original)]).duplicate_of == "a"


def test_a_form_that_names_no_place_is_told_by_its_headline() -> None:
    """One body under two counties' headlines: the bodies are equal, and two offices issued them."""
    text = "各参保单位和个人：为方便群众办事，本年度补充医疗保险参保登记于即日起受理，请携带有效证件前往服务大厅办理。逾期不再受理，特此通知。联系人见大厅公示栏。"
    a, b = (signed(n, f"{place}补充医疗保险参保登记通知", text) for n, place in (("a", "衡阳市"), ("b", "株洲市")))
    assert dedup.decide(b, [known(a)]).duplicate_of is None


def test_portal_boilerplate_joins_nobody() -> None:
    """Two unrelated notices of one portal, neither of them relevant, share their formulas and nothing else."""
    tail = NOTICE[NOTICE.index("二、申请人") : NOTICE.index("三、获取")]
    a = signed(
        "a",
        "县医院CT采购公告",
        f"项目编号：XY-2025-0101\n县人民医院采购64排CT一台，预算980万元，交货期45天，质保三年，含机房改造与安装调试。\n{tail}",
    )
    b = signed(
        "b",
        "校服采购公告",
        f"项目编号：QT-2025-2209\n实验中学采购学生校服5600套，每套单价不超过320元，面料应符合国家安全技术规范，按学生身高量体。\n{tail}",
    )
    assert dedup.decide(b, [known(a)]).duplicate_of is None


def test_short_texts_join_by_all_their_words_only() -> None:
    """Below a hundred characters every shingle counts: the same item joins, the same template in another month does not."""
    text = "“汀惠保”5月赔付结果公布：当月赔付312万元，惠及1840人次，最高一笔赔付18.6万元。"
    facts = {"product": "汀惠保", "payout": 3120000, "claims_count": 1840}
    a = signed("a", "汀惠保5月赔付", text, update="claims", facts=facts)
    again = signed("b", "一个月赔了312万", text.replace("，", ","), update="claims", facts=facts)
    june = signed("c", "汀惠保6月赔付", text.replace("5月", "6月").replace("312", "287").replace("1840", "1702"), update="claims",
                  facts=facts | {"payout": 2870000, "claims_count": 1702}, published=DAY + dt.timedelta(days=30))  # fmt: skip
    assert dedup.decide(again, [known(a)]).duplicate_of == "a"
    assert dedup.decide(june, [known(a)]).duplicate_of is None


def test_bodies_that_say_nothing_need_the_same_headline() -> None:
    """ "See the attachment" under two headlines is two stories."""
    a, b, c = (signed(n, t, "详见附件。") for n, t in (("a", "甲县公告一"), ("b", "乙县公告二"), ("c", "甲县公告一")))
    assert dedup.decide(b, [known(a)]).duplicate_of is None
    assert dedup.decide(c, [known(a)]).duplicate_of == "a"


def test_an_article_is_no_copy_of_itself() -> None:
    """Processed again, it opens the same story as before."""
    assert dedup.decide(news("a"), [known(news("a"))]).story_id == "s-a"


def test_the_likest_of_several_is_the_one_that_is_repeated() -> None:
    """A round-up that holds the item does not draw the item's other copies away from their story."""
    round_up = news("r", "今日要闻三则", f"{OTHER_NEWS}\n{NEWS}\n另悉，衡川至江东的城际列车本月起每天增开6对。")
    assert dedup.decide(news("b"), [known(round_up), known(news("a"))]).duplicate_of == "a"


def _everything() -> list[Signature]:
    made = [news(f"n-{name}", title, text) for name, (title, text) in COPIES.items()]
    for name, twin in TWINS.items():
        made.append(notice(f"t-{name}", **{k: v for k, v in twin.items() if k != "original_title"}))
    return [*made, news("en", "In English", NEWS_EN), news("ind", "Independent", INDEPENDENT_EN), notice("notice")]


def test_comparing_is_symmetric() -> None:
    """Who came first never decides whether two articles are one story."""
    for a, b in itertools.combinations(_everything(), 2):
        forth, back = dedup.compare(a, b), dedup.compare(b, a)
        assert forth.joined == back.joined, (a.article_id, b.article_id)
        assert forth.score == pytest.approx(back.score)


@pytest.mark.parametrize("path", SETS, ids=lambda p: p.stem)
def test_labelled_sets(path: Path) -> None:
    """With the labels' own facts: no false join, no twin merged, at least 97 % of the copies found."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    index, stories = MemoryIndex(), {}
    for r in records:
        s = signed(
            r["id"], r["title"], r["text"], facts=r["facts"], stage=r["stage"], update=r["update"], relevance=r["relevance"],
            published=dt.datetime.fromisoformat(r["published"]) if r["published"] else None,
        )  # fmt: skip
        stories[r["id"]] = dedup.decide(s, index.candidates(s)).story_id
        index.add(s, stories[r["id"]], None)
    origin = {r["id"]: r["copy_of"] for r in records}

    def root(i: str) -> str:
        while origin[i]:
            i = origin[i]
        return i

    pairs = list(itertools.combinations(stories, 2))
    wanted = {p for p in pairs if root(p[0]) == root(p[1])}
    said = {p for p in pairs if stories[p[0]] == stories[p[1]]}
    assert said - wanted == set()
    if wanted:  # sets of single articles have no copies to find
        assert len(said & wanted) / len(wanted) >= 0.97, sorted(wanted - said)
