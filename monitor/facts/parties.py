"""Who acts: the insurers, the buyer, the winner.

Candidates and intended suppliers are insurers and not winners. Outside of notices a winner needs a sentence that says so:
chosen by tender, or the other party of something signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.facts.bodies import Body, find_bodies, is_buyer_kind
from monitor.facts.context import Context
from monitor.facts.layout import Field
from monitor.model import Fact, Stage
from monitor.taxonomy import Mention

_GROUPS = {"中国人保": ("人保财险", "人保健康", "人保寿险")}
_BRANCH = re.compile(
    r"(?:保险|财险|人寿|养老保险|健康保险)?(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:公司)?(?:\([\u4e00-\u9fff]{2,6}\))?[\u4e00-\u9fff]{0,9}?(?:中心支公司|支公司|分公司|营业部|营销服务部)"
    r"|(?:保险)?(?:集团)?(?:股份)?有限(?:责任)?公司"
)
_BRANCH_EN = re.compile(
    r"(?: Insurance| Property & Casualty| Property and Casualty| Life| Co\., Ltd\.?)?(?: [A-Z][a-z'-]+){0,2} Branch|(?: Insurance| Assurance)(?: Company| Co\.)?"
)
_SOURCE = re.compile(r"来源[:：]|供稿|通讯员|记者|Source:", re.IGNORECASE)
_NAME_END = re.compile(
    r"[，,;；。|\t\n]|\s(?=[\u4e00-\u9fff]{2,}[:：])|(?:统一社会信用代码|地址|联系|中标|成交|报价|得分|综合|承办费率)"
)
_AND = re.compile(r"[、;；/]|\s(?:and|&)\s|，(?=[\u4e00-\u9fff]{2,20}(?:公司|保险))|和(?=[\u4e00-\u9fff]{4,30}公司)")
_ROLE_BRACKET = re.compile(
    r"\((?:主承保|牵头|联合体|首席|成员|主体|共保|主办|份额|\d)[^()]*\)|(?:联合体)?(?:牵头人|牵头单位|牵头方|成员\d?|成员单位|主承保人|主承保|首席承保人|共保人)[:：]"
)
_LABEL_INSIDE = re.compile(r"^(?:名称|供应商名称|公司|单位)[:：]\s?")
_NOTHING = re.compile(r"^(?:无|/|—+|-+|详见|见附件|待定|暂无|\*+)")
_COMPANY = re.compile(r"公司|保险|中心|社|经纪|Insurance|Company|Ltd|Branch|Broker", re.IGNORECASE)

_BUYS = re.compile(
    r"(?:负责)?(?:组织)?(?:公开)?(?:招标|采购|遴选|比选|征集|磋商|谈判|询价|选定|统一投保|统一(?:组织)?(?:购买|参保)|出资(?:统一)?(?:投保|购买|为)|全额出资|投保|购买|委托(?!代理)|发包|政府购买)"
)
_ANNOUNCES = re.compile(
    r"[^。；\n]{0,24}?(?:发布|公布|公示|公开|公告|挂出|启动|组织|开展|拟|就|对)[^。；\n]{0,46}?(?:招标|采购|遴选|比选|征集|磋商|谈判|询价|单一来源|承办机构|承保机构|中标|意向|延期|开标|更正|流标)"
)
_SIGNS = re.compile(r"(?:分别|正式|代表|共同)?(?:与|和|同)[^。；\n]{2,60}?(?:签约|签订|签署|续签|续约|签)")
_BUYER_EN = re.compile(
    r"(?:purchaser|buyer|tenderee|procuring entity|commissioned by|purchased by|procured by|organi[sz]ed by|tender(?:ed)? by|on behalf of|entrusted by)[^.]{0,40}?(?:is |was )?(?:the )?$",
    re.IGNORECASE,
)
_BUYER_EN_AFTER = re.compile(
    r"[^.]{0,30}(?:issued|released|published|invited|launched|announced|is procuring|plans? to (?:buy|procure)|tender|signed|renewed)",
    re.IGNORECASE,
)
_BUYER_ZH_BEFORE = re.compile(
    r"(?:采购人|招标人|采购单位|委托人|甲方|征集人|遴选人)(?:为|是|:|系)?\s?$|受$|受[^，。]{0,4}委托[^，。]{0,2}$|(?:由|经|系由)(?:[^，。；\n]{0,6})$"
)


def insurers(context: Context) -> tuple[Fact, ...]:
    """Insurers and co-insurers that act in the event, by short name, in order of appearance."""
    first: dict[str, Mention] = {}
    for mention in context.insurers:
        if mention.code not in first and _acts(context, mention):
            first[mention.code] = mention
    for group, members in _GROUPS.items():
        if group in first and any(m in first for m in members):
            del first[group]
    return tuple(context.fact("insurers", code, m.start, m.end) for code, m in first.items())


def _acts(context: Context, mention: Mention) -> bool:
    words = context.words
    clause = context.clause(mention.start)
    before = context.whole[clause.start : mention.start]
    after = context.whole[mention.end : max(clause.end, mention.end)]
    if _SOURCE.search(before[-12:]):
        return False
    if words["not_won"].search(before) or re.match(r"[^，。]{0,12}(?:落选|未中标|未能|落标|退出)", after):
        return False
    sentence = context.sentence(mention.start)
    return not (
        words["background"].search(context.whole[sentence.start : mention.start]) and _elsewhere(context, mention)
    )


def _elsewhere(context: Context, mention: Mention) -> bool:
    """A background sentence that tells of another place."""
    sentence = context.sentence(mention.start)
    return bool(context.words["elsewhere"].search(sentence.text))


def full_name(context: Context, mention: Mention) -> tuple[int, int]:
    """The insurer's name with its branch: 阳光人寿甘肃分公司, PICC P&C Hunan Branch."""
    pattern = _BRANCH_EN if context.document.is_english else _BRANCH
    found = pattern.match(context.whole, mention.end)
    start, end = mention.start, found.end() if found else mention.end
    while start and context.whole[start - 2 : start] == "中国" and not context.whole.startswith("中国", start):
        start -= 2
    return start, end


def winners(context: Context, acting: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The winning suppliers as printed; party B of what was signed; the broker that won."""
    if not context.is_tender:
        return ()
    by_field = _winners_by_field(context)
    if by_field or context.stage in (Stage.NOTICE, Stage.INTENTION, Stage.AMENDMENT, Stage.FAILED):
        return by_field
    if context.layout.of("candidate", "intended"):
        return ()
    return _winners_by_prose(context, acting)


def _winners_by_field(context: Context) -> tuple[Fact, ...]:
    if context.stage not in (Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL):
        return ()
    fields = context.layout.of("winner")
    if not fields and not context.layout.of("candidate"):
        fields = tuple(
            f
            for f in context.layout.of("supplier")
            if f.section in ("award_section", "", "winner", "subject_section", "other_section")
        )
    facts: dict[str, Fact] = {}
    for field in fields:
        for start, end in names_in(field):
            printed = context.printed(start, end)
            facts.setdefault(printed, context.fact("winner", printed, start, end))
    return tuple(facts.values())


def names_in(field: Field) -> Iterable[tuple[int, int]]:
    """The names in a value: "A公司（牵头人）、B公司" is two."""
    value, at = field.value, field.start
    for piece in re.finditer(r"[^、;；/]+", _ROLE_BRACKET.sub(lambda m: "、" * len(m.group()), value)):
        text = piece.group()
        end = _NAME_END.search(text)
        text = text[: end.start()] if end and end.start() else text
        label = _LABEL_INSIDE.match(text)
        lead = (
            (label.end() if label else 0)
            + len(text[label.end() if label else 0 :])
            - len(text[label.end() if label else 0 :].lstrip(" :："))
        )
        name = text[lead:].rstrip(" （(：:")
        if len(name) >= 4 and not _NOTHING.match(name) and _COMPANY.search(name):
            start = at + piece.start() + lead
            yield start, start + len(name)


def _winners_by_prose(context: Context, acting: tuple[Fact, ...]) -> tuple[Fact, ...]:
    codes = {f.value for f in acting}
    chosen: dict[str, tuple[int, int]] = {}
    for mention in context.insurers:
        if mention.code in codes and _wins(context, mention):
            span = full_name(context, mention)
            held = chosen.get(mention.code)
            if held is None or span[1] - span[0] > held[1] - held[0]:
                chosen[mention.code] = span
    if chosen:
        # The same insurer is often named in full elsewhere: the fullest name stands.
        for mention in context.insurers:
            if mention.code in chosen:
                span = full_name(context, mention)
                if (
                    "公司" in context.whole[span[0] : span[1]]
                    and span[1] - span[0] > chosen[mention.code][1] - chosen[mention.code][0]
                ):
                    chosen[mention.code] = span
    return tuple(context.fact("winner", context.printed(*span), *span, confidence=0.8) for span in chosen.values())


def _wins(context: Context, mention: Mention) -> bool:
    words = context.words
    sentence = context.sentence(mention.start)
    clause = context.clause(mention.start)
    if words["not_won"].search(clause.text):
        return False
    if context.stage is Stage.RESULT:
        return bool(words["won"].search(sentence.text)) or bool(
            re.search(r"由[^，。]{0,20}$", context.whole[clause.start : mention.start])
            and re.search(r"承办|承保|获得|经办", clause.text)
        )
    if context.stage in (Stage.CONTRACT, Stage.RENEWAL):
        return (
            bool(words["signed"].search(sentence.text))
            or bool(words["won"].search(sentence.text))
            or _chosen_by_purchase(context, mention)
        )
    return _chosen_by_purchase(context, mention)


def _chosen_by_purchase(context: Context, mention: Mention) -> bool:
    """The sentence says that the insurer was chosen by a purchase."""
    sentence = context.sentence(mention.start)
    return bool(context.words["purchase"].search(sentence.text)) and bool(
        re.search(r"中标|承办|承保|确定|选定|中选|入围|selected|won|awarded|chosen", sentence.text)
    )


def buyer(context: Context) -> tuple[Fact, ...]:
    """Who buys or commissions, as printed; nothing where the text does not say."""
    if not context.is_tender:
        return ()
    for field in sorted(
        context.layout.of("buyer"), key=lambda f: f.label not in ("采购人", "名称", "招标人", "采购单位")
    ):
        end = _NAME_END.search(field.value)
        value = field.value[: end.start()] if end and end.start() else field.value
        value = re.sub(r"\([^()]*(?:甲方|盖章|公章)[^()]*\)", "", value).strip(" :：")
        value = re.sub(r"^(?:名\s?称[:：]|为|是)\s?", "", value)
        start = field.start + field.value.find(value)
        if 3 <= len(value) <= 60 and not _NOTHING.match(value):
            return (context.fact("buyer", context.printed(start, start + len(value)), start, start + len(value)),)
    found = _buyer_in_prose(context)
    if found is None:
        return ()
    found = _with_place(context, found)
    return (context.fact("buyer", context.printed(found.start, found.end), found.start, found.end, confidence=0.8),)


def _buyer_in_prose(context: Context) -> Body | None:
    best: tuple[float, Body] | None = None
    for body in find_bodies(context):
        if not is_buyer_kind(body.name):
            continue
        score = _score_buyer(context, body) + (0.3 if body.placed else 0)
        if score >= 2 and (best is None or score > best[0]):
            best = score, body
    return best[1] if best else None


def _score_buyer(context: Context, body: Body) -> float:
    whole = context.whole
    sentence = context.sentence(body.start)
    before = whole[sentence.start : body.start]
    after = whole[body.end : sentence.end]
    if context.document.is_english:
        if _BUYER_EN.search(before):
            return 4
        return 2 if _BUYER_EN_AFTER.match(after) and not re.search(r"said|guid", after[:20]) else 0
    led = _BUYER_ZH_BEFORE.search(before)
    if led and led.group()[:1] in "采招委甲征遴受":
        return 5
    if led and _BUYS.match(re.sub(r"^[^\u4e00-\u9fff]{0,2}(?:负责|统一|等部门|联合|去年底?|通过)*", "", after)):
        return 4
    if re.match(r"委托", after) and not led:
        return 3.5
    if _SIGNS.match(after) or (
        re.search(r"(?:与|和|同)(?:[^，。]{0,4})$", before)
        and re.match(r"[^。；\n]{0,16}(?:签约|签订|签署|续签|续约|签)", after)
    ):
        return 4 if context.stage in (Stage.CONTRACT, Stage.RENEWAL, Stage.RESULT, Stage.OPERATION, None) else 0
    if re.match(r"[^，。；\n]{0,4}(?:统一投保|统一购买|出资)", after):
        return 4
    if _ANNOUNCES.match(after):
        return 3
    return _signature(context, body)


def _signature(context: Context, body: Body) -> float:
    """A body alone on its line near the end signs the notice."""
    line_start = context.whole.rfind("\n", 0, body.start) + 1
    line_end = context.whole.find("\n", body.end)
    line_end = len(context.whole) if line_end < 0 else line_end
    alone = context.whole[line_start:line_end].strip() == body.name.strip()
    return 2.5 if alone and body.start > len(context.whole) * 0.6 else 0


def _with_place(context: Context, found: Body) -> Body:
    """A short form (市医保局) gives way to the full name of the same body where the text prints it."""
    if found.placed or context.document.is_english:
        return found
    core = re.sub(r"^[省市县区州盟旗我本该]", "", found.name)
    kind = {"医保局": "医疗保障局", "人社局": "人力资源和社会保障局", "残联": "残疾人联合会"}.get(core, core)
    for body in find_bodies(context):
        if body.placed and body.name.endswith((core, kind)):
            return body
    return found
