"""Invented articles and their signatures, with labels given by hand: stories and events are tested without the classifier."""

from __future__ import annotations

import datetime as dt
from typing import Any

from monitor.index import Indexed
from monitor.model import LIST_FACTS, Article, Classification, Fact, FactSheet, Relevance, Span, Stage, Topic, Update
from monitor.signature import Signature, sign
from monitor.taxonomy import load_vocabulary
from monitor.text import prepare

DAY = dt.datetime(2025, 3, 4, 1, 0, tzinfo=dt.UTC)

NEWS_TITLE = "衡川市长护险开办满一年"
NEWS = """3月3日，衡川市医疗保障局召开长期护理保险工作推进会，通报制度开办一年来的运行情况。
截至2月底，全市长期护理保险参保人数达到187.6万人，累计受理失能评估申请12480件，通过评估9315人，基金支出1.37亿元，次均支付2186元。
承办机构泰康养老衡川中心支公司负责东片五个县区，中国人寿衡川分公司负责西片四个县区，两家公司共设服务网点64个，配备稽核人员118名。
家住白石街道的退休教师曹老师去年九月办下待遇，护理员每周上门三次，帮她翻身、擦洗、测血压。她的儿子说，以前请一个住家保姆每月要花5200元，现在自己只付七百多元。
会议要求，今年把评估等待时间由21天压缩到14天以内，对护理机构实行扣分制管理，全年扣满12分的暂停协议，并在6月30日前完成定点机构的重新签约。
市医保局有关负责人表示，下一步将研究把居民医保参保人纳入保障，具体筹资办法正在测算。"""

NOTICE_TITLE = "衡川市2026-2028年城乡居民大病保险承办服务项目公开招标公告"
NOTICE = """一、项目基本情况
项目编号：HCZC2025-G1-00731
项目名称：衡川市2026-2028年城乡居民大病保险承办服务项目
采购人：衡川市医疗保障局
预算金额：36850.00万元
最高限价：筹资标准每人每年95元
采购需求：为全市388万城乡居民提供大病保险承办服务，包括资金结算、费用审核、稽核巡查、异地就医协查和政策宣传，具体要求详见招标文件第三章。
合同履行期限：2026年1月1日至2028年12月31日
本项目接受联合体投标，联合体成员不超过三家，各方份额应当在联合体协议中写明。
二、申请人的资格要求
1.满足《中华人民共和国政府采购法》第二十二条规定。
2.具有保险监督管理机构颁发的经营许可证，且偿付能力充足率不低于150%。
3.近三年内在经营活动中没有重大违法记录，未被列入失信被执行人名单。
三、获取招标文件
时间：2025年9月8日至2025年9月12日，每天8时30分至17时30分
四、提交投标文件截止时间、开标时间和地点
2025年9月29日9时30分，衡川市公共资源交易中心三楼第二开标室
五、联系方式
采购代理机构：江东正信招标代理有限公司"""

NEWS_FACTS: dict[str, Any] = {
    "regions": ["430400"], "insurers": ["泰康养老", "中国人寿"], "programmes": ["long_term_care"],
    "insured_persons": 1876000, "payout": 137000000,
}  # fmt: skip
NOTICE_FACTS: dict[str, Any] = {
    "regions": ["430400"], "programmes": ["critical_illness"], "project": "衡川市2026-2028年城乡居民大病保险承办服务项目",
    "project_number": "HCZC2025-G1-00731", "buyer": "衡川市医疗保障局", "amount": 368500000, "insured_persons": 3880000,
    "premium_per_person": [95], "period": [2026, 2028], "deadline": "2025-09-29T09:30:00+08:00",
}  # fmt: skip


def signed(
    name: str,
    title: str,
    text: str,
    *,
    facts: dict[str, Any] | None = None,
    stage: str | None = None,
    update: str | None = None,
    relevance: str = "alert",
    published: dt.datetime | None = DAY,
) -> Signature:
    """The signature of an article under labels given by hand; without `stage` and `update` it has no topic."""
    topics = ((Topic.GOV_TENDER,) if stage else ()) + ((Topic.HUIMINBAO,) if update else ())
    verdict = Classification(
        topics=topics,
        relevance=Relevance(relevance) if topics else Relevance.NONE,
        stage=Stage(stage) if stage else None,
        update=Update(update) if update else None,
        scores=(),
    )
    article = Article(id=name, url="", source="", published=published, lang="", title=title, text=text)
    sheet = FactSheet(
        facts=tuple(_fact(key, one, text) for key, value in (facts or {}).items() for one in _each(key, value))
    )
    return sign(prepare(article), verdict, sheet, load_vocabulary())


def news(name: str, title: str = NEWS_TITLE, text: str = NEWS, **changes: Any) -> Signature:
    """The invented news story, with changes."""
    return signed(name, title, text, **{"facts": NEWS_FACTS, "stage": "operation", **changes})


def notice(name: str, title: str = NOTICE_TITLE, text: str = NOTICE, **changes: Any) -> Signature:
    """The invented tender notice, with changes."""
    facts = NOTICE_FACTS | changes.pop("facts", {})
    stated = {k: v for k, v in facts.items() if v is not None}
    return signed(name, title, text, **{"stage": "notice", **changes, "facts": stated})


def known(signature: Signature, *, event: str | None = None, thread: str | None = None) -> Indexed:
    """A remembered article, first of its story and event."""
    event_id = event or (f"e-{signature.article_id}" if signature.is_relevant else None)
    return Indexed(signature=signature, story_id=f"s-{signature.article_id}", event_id=event_id, thread_id=thread)


def _each(key: str, value: Any) -> list[Any]:
    return list(value) if key in LIST_FACTS else [value]


def _fact(key: str, value: Any, text: str) -> Fact:
    at = text.find(value) if isinstance(value, str) else -1
    span = Span(field="text", start=max(at, 0), end=at + len(value) if at >= 0 else 0)
    return Fact(key=key, value=value, raw=str(value), sentence="", span=span)
