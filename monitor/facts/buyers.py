"""Who buys or commissions the cover: a labelled value, else the public body that the text lets act as a buyer.

A body that only guides, supervises or comments is no buyer.
"""

from __future__ import annotations

import re

from monitor.facts.bodies import Body, find_bodies, is_buyer_kind
from monitor.facts.context import Context
from monitor.model import Fact, Stage

_THRESHOLD = 2.0
_SIGNING_LINES = 2
"""A signature and its date close a notice."""
_FIRST_LABELS = ("采购人", "名称", "招标人", "采购单位", "purchaser")
_VALUE_END = re.compile(r"[，,;；。|\t\n]|\s(?=[\u4e00-\u9fff]{2,}[:：])|(?:统一社会信用代码|地址|联系|电话)")
_PARTY_A = re.compile(r"\([^()]*(?:甲方|盖章|公章)[^()]*\)")
_LEAD_WORD = re.compile(r"^(?:名\s?称[:：]|为|是|the )\s?", re.IGNORECASE)
_NOTHING = re.compile(r"^(?:无|/|—+|-+|详见|见附件|待定|暂无|\*+)")

_PURCHASE = r"招标|采购|遴选|比选|征集|磋商|谈判|询价|单一来源|选聘|竞价"
_BUYS = re.compile(
    rf"(?:\d+日|日前|近日|负责|通过|统一|联合|等部门|去年底?|今年)*(?:组织)?(?:公开)?(?:(?:{_PURCHASE}|发包|政府购买|投保|购买|参保|实施)|选定|出资|全额出资|委托(?!代理|经办机构))"
)
_CHOOSES = re.compile(
    r"[^。；\n]{0,40}?(?:确定|选定|招选|选择|挑选|择优)[^。；\n]{0,6}?(?:承保|承办|经办|保险)(?:人|方|公司|机构)"
)
_ANNOUNCES = re.compile(
    rf"[^。；\n]{{0,24}}?(?:发布|公布|公示|公开|公告|挂出|启动|组织(?!召开)|开展|拟|就|对|通过|完成|决定|面向|计划)[^。；\n]{{0,46}}?(?:{_PURCHASE}|承办机构|承保机构|中标|意向|延期|开标|更正|流标)"
)
_COMMISSIONS = re.compile(r"委托[^。；\n]{2,40}?(?:承办|经办|承保|组织|开展|采购|招标|就)")
_INTENTION_OF = re.compile(
    r"(?:20\d\d年)?(?:[\d一二三四五六七八九十]+(?:月份?)?[至到、-]?){0,3}(?:的)?(?:政府)?采购意向"
)
_SEEKS = re.compile(r"(?:正?要|想要?|打算|准备|拟|计划|将)(?:给|为)[^。；\n]{2,20}?(?:找|选|挑|买|聘)")
_INVITES = re.compile(r"(?:现|拟|决定)?(?:公开)?(?:邀请|诚邀|欢迎)[^。；\n]{0,16}?(?:公司|机构|供应商|单位)")
_SENT_FROM = re.compile(r"(?:从|由)$")
_SENT = re.compile(r"(?:发出|发来|发布|挂出)")
_TENDER_ACT = re.compile(r"揭标|流标|废标|开标|投标|标书|项目\(|项目编号")
_OWN_TENDER = re.compile(rf"的(?:这次|本次|此次|该)?(?:{_PURCHASE})|(?:委托|组织|发起)?(?:{_PURCHASE}|购买|投保)的")
_SIGNS_WITH = re.compile(
    r"(?:\d+日|[日近前昨今](?:[日前天]))?(?:分别|正式|代表|共同)?(?:与|和|同)[^。；\n]{2,70}?(?:签约|签订|签署|续签|续约|续上|续了|签)"
)
_WON_FROM = re.compile(r"(?:中标|中选|拿下|夺得|签下|承接|竞得)了?$")
_SIGNED_BY_OTHER = re.compile(r"(?:与|和|同)(?:[^，。]{0,4})$")
_SIGNS = re.compile(r"[^。；\n]{0,24}(?:签约|签订|签署|续签|续约|签)")
_PAYS = re.compile(r"[^，。；\n]{0,4}(?:统一投保|统一购买|出资)|为[^，。；\n]{2,24}?(?:购买|投保|续保|续买)")
_NAMED_BUYER = re.compile(
    r"(?:采购人|招标人|采购单位|招标单位|采购方|招标方|委托人|委托方|甲方|征集人|遴选人|比选人|购买方|项目业主|投保人)(?:为|是|:|系)?\s?$"
)
_ON_BEHALF = re.compile(r"受(?:[^，。]{0,4}委托[^，。]{0,2})?$")
_AGENT = re.compile(r"(?:由|经|系由)(?P<between>[^，。；\n]{0,6})$")
_SOURCE_OF_NEWS = re.compile(r"从$")
_TELLS = re.compile(r"(?:获悉|了解到|了解|官网(?:公示|发布|公布)|公示|公布|回应|通报)")

_EN_BEFORE = re.compile(
    r"(?:purchaser|buyer|tenderee|procuring entity|commissioned by|purchased by|procured by|tender(?:ed)? (?:\([^)]*\) )?(?:held )?(?:by|of)|tender [^.]{0,60}(?:held|organi[sz]ed|run|issued|launched|conducted) by|picked[^.]{0,30} by|selected by"
    r"|on behalf of|entrusted by|(?:contract|agreement)s? with|signed with|bought by|paid for by|counterparty|contracting authority)\s?(?:of the project )?(?:is |was |the )*$",
    re.IGNORECASE,
)
_EN_ON_NOTICE = re.compile(
    r"[^.]{0,30}(?:issued|invited|awarded|is procuring|plans? to (?:buy|procure)|is (?:seeking|looking for)|wants? to|seeks|call(?:s|ed) for|has (?:picked|chosen)|selected|chose|tender|signed|renewed|released the|procurement intention|in a notice|buys|bought)",
    re.IGNORECASE,
)
_EN_SAID = re.compile(r"[\"']?,? (?:said|announced|published|reported|disclosed|confirmed)\b")
_EN_SHORT = re.compile(
    r"(?:tender|bidding|picked|selected|chosen|contract|agreement)[^.]{0,40}? (?:by|with|of|from) the (?P<kind>bureau|commission|federation|government|administration)\b"
)
_ONLY_GUIDES = re.compile(
    r"[，。；！？]|[^，。；\n]{0,4}(?:指导|监督|支持|提醒|介绍|表示|认为|协助|配合|监管|备案|召开|出席|负责人|负责同志|相关科室|工作人员)"
)
_EN_ONLY_GUIDES = re.compile(r" ?(?:guid|supervis|regulat|remind|advis)|[^.]{0,12}\b(?:spokes|comment)", re.IGNORECASE)
_SHORTEST = 3  # 政府 alone is nobody in particular
_PURCHASES = frozenset(
    {Stage.INTENTION, Stage.NOTICE, Stage.AMENDMENT, Stage.FAILED, Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL}
)
_EN_COMMENTS = re.compile(r"guid|supervis|approv|co-?insur", re.IGNORECASE)
_SHORT = {"医保局": "医疗保障局", "人社局": "人力资源和社会保障局", "残联": "残疾人联合会", "卫健委": "卫生健康委员会"}


def buyer(context: Context) -> tuple[Fact, ...]:
    """Who buys or commissions, as printed; nothing where the text does not say."""
    if not context.is_tender:
        return ()
    start, end = _labelled(context)
    if end > start:
        return (context.fact("buyer", context.printed(start, end), start, end),)
    bodies = tuple(b for b in find_bodies(context) if is_buyer_kind(b.name))
    scored = [
        (_score(context, b) + (0.3 if b.placed else 0) - (0.5 if context.in_title(b.start) else 0), b) for b in bodies
    ]
    if context.document.is_english and (body := _the_bureau(context, bodies)):
        return (context.fact("buyer", context.printed(body.start, body.end), body.start, body.end, confidence=0.7),)
    score, found = max(scored, key=lambda s: s[0], default=(0.0, None))
    if score < _THRESHOLD:
        found = _the_only_body(context, bodies)
    if found is None:
        return ()
    found = _in_full(context, found, bodies)
    return (context.fact("buyer", context.printed(found.start, found.end), found.start, found.end, confidence=0.8),)


def _the_bureau(context: Context, bodies: tuple[Body, ...]) -> Body | None:
    """ "picked in a public tender by the bureau": the bureau that was named before."""
    found = _EN_SHORT.search(context.whole)
    if found is None:
        return None
    return next(
        (b for b in reversed(bodies) if b.start < found.start() and b.name.lower().endswith(found["kind"])), None
    )


def _the_only_body(context: Context, bodies: tuple[Body, ...]) -> Body | None:
    """The one public body of a purchase's report, where it acts: nobody else can have bought.

    A body that is only said to guide, to supervise, to meet or to comment does not act, nor does one that a clause ends with.
    """
    bodies = tuple(b for b in bodies if len(b.name) >= _SHORTEST)
    if context.stage not in _PURCHASES or not bodies:
        return None
    kinds = {_kind(body) for body in bodies}
    if len(kinds) > 1:
        return None
    guides = _EN_ONLY_GUIDES if context.document.is_english else _ONLY_GUIDES
    first = next((b for b in bodies if not context.in_title(b.start)), None)
    if first is None or guides.match(context.whole, first.end) or _is_elsewhere(context, first):
        return None
    return first


def _is_elsewhere(context: Context, body: Body) -> bool:
    """Whether its sentence tells of other places than the one that the report begins with: another purchase's body."""
    if not context.places:
        return False
    regions, first = context.vocabulary.regions, context.places[0].code
    sentence = context.full_sentence(body.start)
    named = [p.code for p in context.places if sentence.start <= p.start < sentence.end]
    return bool(named) and not any(regions.within(code, first) or regions.within(first, code) for code in named)


def _kind(body: Body) -> str:
    """What a body is, whatever its place is called: 荆门市医疗保障局 and 市医保局 are one kind."""
    core = body.name.lower() if body.name.isascii() else re.sub(r"^.*[省市县区州盟旗我本该]", "", body.name)
    return _SHORT.get(core, core.rpartition(" ")[2])


def _labelled(context: Context) -> tuple[int, int]:
    for field in sorted(context.layout.of("buyer"), key=lambda f: f.label.lower() not in _FIRST_LABELS):
        cut = _VALUE_END.search(field.value)
        value = field.value[: cut.start()] if cut and cut.start() else field.value
        value = _LEAD_WORD.sub("", _PARTY_A.sub("", value)).strip(" :：")
        start = field.start + field.value.find(value)
        if 3 <= len(value) <= 80 and not _NOTHING.match(value):
            return start, start + len(value)
    return 0, 0


def _score(context: Context, body: Body) -> float:
    sentence = context.full_sentence(body.start)
    before = context.whole[sentence.start : body.start]
    after = context.whole[body.end : sentence.end]
    score = (
        _score_english(context, before, after)
        if context.document.is_english
        else _score_chinese(context, before, after, body.end)
    )
    return max(score, _signature(context, body))


def _score_english(context: Context, before: str, after: str) -> float:
    if _EN_BEFORE.search(before):
        return 4
    if _EN_ON_NOTICE.match(after) and not _EN_COMMENTS.search(before[-30:]):
        return 2.5
    # Who announces an award made it.
    return 2.0 if context.stage is Stage.RESULT and _EN_SAID.match(after) else 0


def _score_chinese(context: Context, before: str, after: str, body_end: int) -> float:
    if _NAMED_BUYER.search(before) or (_ON_BEHALF.search(before) and "委托" in after[:4] + before[-8:]):
        return 5
    if _WON_FROM.search(before):
        return 3
    agent = _AGENT.search(before)
    if agent and (_BUYS.match(after) or _CHOOSES.match(after)):
        return 4
    if (
        _INTENTION_OF.match(after)
        or _SEEKS.match(after)
        or _INVITES.match(after)
        or (_SENT_FROM.search(before) and _SENT.match(after))
    ):
        return 3
    if _COMMISSIONS.match(after) or _OWN_TENDER.match(after):
        return 3.5
    if _SIGNS_WITH.match(after) or (_SIGNED_BY_OTHER.search(before) and _SIGNS.match(after)):
        return 4 if context.stage in (Stage.CONTRACT, Stage.RENEWAL, Stage.RESULT, Stage.OPERATION, None) else 0
    if _PAYS.match(after):
        return 4
    if _ANNOUNCES.match(after) and not agent:
        return 3
    if _names_purchase(context, body_end, after):
        return 2.2
    told = _SOURCE_OF_NEWS.search(before) and _TELLS.match(after)
    if context.stage is Stage.RESULT and (told or _TELLS.match(after)):
        return 2  # a paper that reports an award from the bureau means the bureau's award
    return 0


def _names_purchase(context: Context, body_end: int, after: str) -> bool:
    """ "昆山市教育局学生意外险揭标": the purchase is named after the body, and the sentence tells of a purchase."""
    programme = next((m for m in context.programmes if body_end <= m.start <= body_end + 8), None)
    if programme is None or re.search(
        r"[，。；、与和同向]|组织|召开|指导|推进|部署|调研|开展|通报", context.whole[body_end : programme.start]
    ):
        return False
    words = context.words
    return bool(words["purchase"].search(after) or words["won"].search(after) or _TENDER_ACT.search(after))


def _signature(context: Context, body: Body) -> float:
    """A body alone on its line near the end, perhaps with the date, signs the notice."""
    line_start = context.whole.rfind("\n", 0, body.start) + 1
    line_end = context.whole.find("\n", body.end)
    line = context.whole[line_start : len(context.whole) if line_end < 0 else line_end]
    alone = re.fullmatch(r"\s*" + re.escape(body.name) + r"[\s,，]*(?:[\w\s,]*20\d\d[\w\s年月日]*)?", line)
    last = alone and len(context.whole[line_start:].strip().splitlines()) <= _SIGNING_LINES
    return 2.5 if last or (alone and body.start > len(context.whole) * 0.6) else 0


def _in_full(context: Context, found: Body, bodies: tuple[Body, ...]) -> Body:
    """A short form (市医保局) gives way to the full name of the same body where the text prints it."""
    if context.document.is_english:
        return found
    core = re.sub(r"^[省市县区州盟旗我本该]", "", found.name) if not found.placed else found.name
    for short, full in _SHORT.items():
        if core.endswith(short):
            own = core[: -len(short)] if found.placed else ""
            for body in bodies:
                if body.placed and body.name.endswith(full) and body.name.startswith(own):
                    return body
    if not found.placed:
        for body in bodies:
            if body.placed and body.name.endswith(core):
                return body
    return found
