"""Pairs read by the whole pipeline: second reports, translations, excerpts, items of round-ups, and near twins apart.

Everything is invented but the names of cities and insurers. A pair says whether its two articles are copies and whether
they tell of one event.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from monitor.index import MemoryIndex
from monitor.model import Article, Understanding
from monitor.pipeline import place, read
from monitor.taxonomy import load_vocabulary

START = dt.datetime(2025, 5, 12, 1, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two articles, (title, text) each, `days` apart."""

    first: tuple[str, str]
    second: tuple[str, str]
    days: float = 1.0
    copy: bool = False
    event: bool = False


def told(pair: Pair, *, backwards: bool = False) -> tuple[Understanding, Understanding]:
    """Both articles through the pipeline, one after the other."""
    index, vocabulary = MemoryIndex(), load_vocabulary()
    order = (pair.second, pair.first) if backwards else (pair.first, pair.second)
    first, second = (
        place(
            read(
                Article(id=name, url="", source="", lang="", title=title, text=text,
                        published=START + dt.timedelta(days=pair.days * number)),
                vocabulary,
            ),
            index,
        )
        for number, (name, (title, text)) in enumerate(zip("ab", order, strict=True))
    )  # fmt: skip
    return first, second


AWARD = (
    "安庆市2026-2028年城乡居民大病保险承办服务项目中标结果公告",
    "一、项目编号：AQCG2025-0417\n二、项目名称：安庆市2026-2028年城乡居民大病保险承办服务项目\n三、中标信息\n中标供应商：中国人寿保险股份有限公司安庆分公司、太平洋人寿保险股份有限公司安庆中心支公司\n中标金额：127600万元\n四、采购人：安庆市医疗保障局\n服务范围：全市412万名城乡居民，筹资标准每人每年103元。\n服务期限：2026年1月1日至2028年12月31日",
)
AWARD_NEWS = (
    "安庆大病保险选定两家公司",
    "安庆市民的大病保险由谁来赔，昨天有了结果。市医疗保障局公开招标，中国人寿安庆分公司和太平洋人寿安庆中心支公司双双中标，拿下12.76亿元的合同。\n从2026年到2028年，全市412万城乡居民的大病保险由这两家分片承办，人均筹资103元，个人不再另外缴费。\n中标公司表示，待遇和办理方式都不变，住院费用照旧在窗口一次结清。",
)
CLAIMS = (
    "“皖江惠民保”公布上半年理赔数据",
    "芜湖市“皖江惠民保”共保体5月11日公布理赔报告。2025年度截至4月底，累计赔付3826万元，惠及2.17万人次，最高一笔赔付43.6万元。\n报告显示，参保人数为93.4万人，赔款中恶性肿瘤占41.3%，罕见病占6.8%，门诊特药赔付同比增长28.5%。\n牵头承保的人保财险芜湖市分公司介绍，平均理赔时效为2.6天，超过九成的案件可以在手机上办理，老年人由网格员上门帮办。",
)
CLAIMS_EN = (
    "Wanjiang Huiminbao announced claims data",
    'The co-insurance body of Wuhu City\'s "Wanjiang Huiminbao" released a claims report on May 11. As of the end of April in the 2025 edition, a total of 38.26 million yuan was paid, benefiting 21,700 person-times, and the highest single compensation was 436,000 yuan.\nThe report shows that the number of insured people is 934,000. Malignant tumors account for 41.3% of the compensation, rare diseases account for 6.8%, and outpatient special drug compensation increased by 28.5% year on year.\nPICC Property and Casualty Wuhu Branch, the lead underwriter, introduced that the average claim time is 2.6 days, and more than 90% of cases can be handled on mobile phones.',
)
CLAIMS_PAPER = (
    "半年不到，芜湖人从这份保险拿回3826万",
    "“以为几百块的保险没什么用，没想到真赔了。”家住镜湖区的孙先生的妻子去年查出罕见病，今年从“皖江惠民保”拿到9.2万元。\n像孙先生家这样的理赔今年已有2.17万人次。记者从共保体了解到，到4月底已赔出3826万元，在保的93.4万人里，得肿瘤的赔得最多。人保财险芜湖市分公司牵头承保这款产品。\n不过也有市民反映，“既往症怎么算”说不清楚，客服热线时常占线。",
)
SIGNING = (
    "九江长护险三方协议签署",
    "5月11日，九江市医疗保障局与泰康养老、平安养老签订长期护理保险经办服务协议，服务期自2025年7月1日至2028年6月30日。\n协议覆盖全市86.2万名职工参保人，筹资标准每人每年48元。泰康养老九江中心支公司负责城区，平安养老江西分公司负责各县。\n签约后两家公司将在6月底前完成26个服务网点的设置，并培训评估员134名。",
)
SIGNING_NEWS = (
    "谁来上门看护？九江86万职工的长护险有了管家",
    "从7月起，九江市失能职工的评估和护理费结算将由保险公司来做。市医保局前天同泰康养老、平安养老签了三年协议，城区归前者，县里归后者。\n全市86.2万职工医保参保人每人每年筹48元，其中一半从个人账户划。评估员已有134人报名培训，网点设26个。\n医保局工作人员说，第一批申请6月下旬开始受理，鉴定为重度失能的，每月最多可以享受40小时上门服务。",
)
LAUNCH = (
    "2025年度“赣江保”上线 保费89元",
    "5月12日，吉安市2025年度“赣江保”正式上线，保费仍为每人89元，7月31日截止参保。\n今年的产品把特药目录从35种增加到52种，既往症人群也可赔付40%，住院免赔额为1.5万元，最高保额230万元。\n产品由太平洋产险吉安中心支公司牵头，4家公司共同承保，吉安市医疗保障局指导。去年有57.8万名市民参保。",
)
LAUNCH_NEWS = (
    "89元、52种特药，吉安这份保险又开售了",
    "吉安人又可以买“赣江保”了。昨天起，微信公众号里的入口重新打开，每人89元，到7月底为止。\n与去年相比，价格没变，药多了：特药从35种加到52种。得过大病的人也能买，赔四成。\n太平洋产险吉安中心支公司的工作人员提醒，57.8万名老客户要重新投保，不会自动续上。",
)
STOPPED = (
    "两年赔穿，“淮上安心保”月底停售",
    "蚌埠市“淮上安心保”将于5月31日停止销售，不再开办新一期。共保体5月12日发布公告，解释停办的原因是连续两年赔付率超过118%。\n该产品2022年上线，目前有26.3万人在保，由国寿财险蚌埠中心支公司牵头承保。已参保者的保障不受影响，到今年12月31日届满。",
)
STOPPED_NEWS = (
    "“淮上安心保”停办，26万人怎么办",
    "蚌埠的“淮上安心保”不卖了。记者昨天致电客服热线，对方证实本期结束后产品停办，26.3万人的保障延续到年底。\n国寿财险蚌埠中心支公司一位人士说，这款产品赔付率达118%，年轻人越买越少，留下的多是老人和病人，共保体难以为继。市医保局表示正在研究替代方案。",
)
FEATURE = (
    "一年里，他们敲开了七千扇门",
    "黄石市长期护理保险开办满一年。市医保局5月10日公布，全市参保71.6万人，受理失能评估申请8920件，7134人享受待遇，基金支出9460万元。\n承办方大家养老黄石中心支公司有评估员96名，他们每天骑电动车走街串巷，一天要敲开五六户人家的门。\n四十九岁的柯师傅负责铁山一带。他说最难的不是爬楼，而是告诉老人不符合条件。去年他评了312户，有47户没有通过。\n享受待遇的老人里，最年长的104岁，每月有12次上门护理，一次90分钟。大家养老把护理记录传到手机上，子女在外地也能看见。\n医保局说，年内要再招评估员30名，把等待时间从18天缩短到10天。",
)
WEEKLY_TEXT = f"【惠民保】\n{chr(10).join(LAUNCH[1].split(chr(10))[:2])}\n【交通】\n城际列车本月起每天增开6对，早晚高峰各3对，学生票可在手机上办理。\n【天气】\n未来三天有中到大雨，山区注意防范山洪，江面风力可达7级。\n【体育】\n半程马拉松周日开跑，1.2万名跑者参赛，沿途设补给点18个。"

JOINED: dict[str, Pair] = {
    "award_told_by_a_paper": Pair(first=AWARD, second=AWARD_NEWS, event=True),
    "claims_translated": Pair(first=CLAIMS, second=CLAIMS_EN, copy=True, event=True),
    "claims_told_by_a_family": Pair(first=CLAIMS, second=CLAIMS_PAPER, event=True),
    "signing_told_in_everyday_words": Pair(first=SIGNING, second=SIGNING_NEWS, event=True),
    "launch_told_as_a_sale": Pair(first=LAUNCH, second=LAUNCH_NEWS, event=True),
    "end_told_by_a_reporter": Pair(first=STOPPED, second=STOPPED_NEWS, event=True),
    "feature_under_another_citys_headline": Pair(
        first=FEATURE, second=("武汉读者来信：护理险到底管不管用", FEATURE[1]), copy=True, event=True
    ),
    "feature_without_its_facts_paragraph": Pair(
        first=FEATURE, second=("敲门的人", "\n".join(FEATURE[1].split("\n")[1:])), copy=True, event=True
    ),
    "launch_in_a_weekly": Pair(first=LAUNCH, second=("一周见闻", WEEKLY_TEXT), copy=True, event=True),
    "notice_body_under_a_bare_headline": Pair(first=AWARD, second=("今日招采", AWARD[1]), copy=True, event=True),
    "lead_alone": Pair(
        first=LAUNCH, second=("吉安快讯", "\n".join(LAUNCH[1].split("\n")[:2])), copy=True, event=True
    ),
    "signing_with_a_source_line": Pair(
        first=SIGNING, second=("九江两家公司管护理", f"（来源：江州在线）\n{SIGNING[1]}\n（编辑：小陈）"), copy=True, event=True
    ),
}  # fmt: skip

ONE_WAY = frozenset({"feature_without_its_facts_paragraph"})
"""Seen first, the excerpt is on no topic by itself, so that there is no event yet to join."""


def changed(original: tuple[str, str], *changes: tuple[str, str]) -> tuple[str, str]:
    """An article with words replaced in title and text."""
    title, text = original
    for old, new in changes:
        assert old in title + text
        title, text = title.replace(old, new), text.replace(old, new)
    return title, text


APART: dict[str, Pair] = {
    "another_city_and_its_sums": Pair(
        first=AWARD,
        second=changed(AWARD, ("安庆", "池州"), ("AQCG2025-0417", "CZCG2025-0388"), ("127600", "44210"), ("412万", "138万")),
    ),
    "another_lot": Pair(
        first=changed(AWARD, ("项目中标结果", "项目（第1包）中标结果")),
        second=changed(AWARD, ("项目中标结果", "项目（第2包）中标结果"), ("127600", "83500")),
    ),
    "the_contract_after_the_award": Pair(
        first=AWARD, second=changed(AWARD, ("中标结果公告", "合同公告"), ("中标金额", "合同金额")), days=20
    ),
    "the_award_corrected": Pair(
        first=AWARD, second=changed(AWARD, ("中标结果公告", "中标结果更正公告"), ("四、采购人", "更正内容：服务网点由18个改为24个\n四、采购人")), days=3
    ),
    "the_next_months_claims": Pair(
        first=CLAIMS,
        second=changed(CLAIMS, ("4月底", "5月底"), ("5月11日", "6月10日"), ("3826", "4691"), ("2.17", "2.66"), ("43.6", "51.2"), ("41.3", "40.7"), ("28.5", "30.1")),
        days=30,
    ),
    "another_citys_claims": Pair(
        first=CLAIMS,
        second=changed(CLAIMS, ("芜湖", "铜陵"), ("皖江惠民保", "铜都惠民保"), ("3826", "1214"), ("2.17", "0.83"), ("93.4", "31.9"), ("43.6", "29.4"), ("41.3", "38.8"), ("6.8", "5.1")),
    ),
    "another_years_launch": Pair(
        first=LAUNCH, second=changed(LAUNCH, ("2025年度", "2026年度"), ("57.8", "61.3"), ("35种", "52种"), ("到52种", "到60种")), days=360
    ),
    "another_product_of_one_city": Pair(
        first=changed(LAUNCH, ("吉安市2025年度", "吉安市2025年度")),
        second=changed(LAUNCH, ("赣江保", "庐陵学子保"), ("89元", "50元"), ("57.8", "12.4"), ("230万", "80万")),
    ),
    "another_programme_of_one_city": Pair(
        first=SIGNING,
        second=changed(SIGNING, ("长护险", "大病保险"), ("长期护理保险经办", "城乡居民大病保险承办"), ("86.2", "391.5"), ("48元", "95元"), ("26个", "31个"), ("134", "77")),
    ),
    "the_end_of_another_product": Pair(
        first=STOPPED, second=changed(STOPPED, ("蚌埠", "淮南"), ("淮上安心保", "舜耕惠民保"), ("26.3", "19.7"), ("118", "107"))
    ),
    "the_claims_quoted_at_the_launch": Pair(
        first=CLAIMS,
        second=("2026年度“皖江惠民保”开始参保", "芜湖市2026年度“皖江惠民保”昨天开放投保，每人99元，6月30日截止。\n上一年度有93.4万人参保，截至4月底赔付3826万元、2.17万人次。人保财险芜湖市分公司牵头承保。"),
    ),
    "a_years_figures_beside_the_signing": Pair(
        first=SIGNING,
        second=("九江长护险上一年度支付待遇1.08亿元", "九江市长期护理保险上一年度运行数据公布：86.2万名职工参保，受理申请6120件，4877人享受待遇，支付1.08亿元，次均1846元。\n泰康养老九江中心支公司和平安养老江西分公司负责经办。"),
        days=3,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "backwards"), [(n, b) for n in JOINED for b in (False, True) if not (b and n in ONE_WAY)]
)
def test_what_belongs_together_joins(name: str, backwards: bool) -> None:
    """Copies join one story, second reports one event, whichever came first."""
    pair = JOINED[name]
    first, second = told(pair, backwards=backwards)
    assert (second.story.story_id == first.story.story_id) is pair.copy, second.story.reason
    assert (second.event.event_id is not None and second.event.event_id == first.event.event_id) is pair.event, (
        first.classification.stage,
        first.classification.update,
        second.classification.stage,
        second.classification.update,
        second.event.reason,
    )


@pytest.mark.parametrize("backwards", [False, True], ids=["in_order", "backwards"])
@pytest.mark.parametrize("name", APART)
def test_what_only_looks_alike_stays_apart(name: str, backwards: bool) -> None:
    """Neither one story nor one event."""
    first, second = told(APART[name], backwards=backwards)
    assert second.story.duplicate_of is None, second.story.reason
    assert first.event.event_id is not None
    assert second.event.event_id != first.event.event_id, second.event.reason
