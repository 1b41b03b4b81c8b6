"""Who acts: the insurers and, of these, the winners; the broker that won.

Candidates and intended suppliers are insurers and not winners. Outside of notices a winner needs a sentence that says so:
chosen by tender, or the other party of something signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.facts.context import Context
from monitor.facts.fields import Field
from monitor.model import Fact, Stage
from monitor.taxonomy import Mention

_GROUPS = {"中国人保": ("人保财险", "人保健康", "人保寿险")}
_BRANCH = re.compile(
    r"(?:保险|财险|人寿|养老保险|健康保险)?(?:集团)?(?:股份)?(?:有限)?(?:责任)?(?:公司)?(?:\([\u4e00-\u9fff]{2,6}\))?[\u4e00-\u9fff]{0,9}?(?:中心支公司|支公司|分公司|中支|营业部|营销服务部)"
    r"|(?:保险)?(?:集团)?(?:股份)?有限(?:责任)?公司|(?:人寿|寿险|财险|养老|健康|产险)?(?:保险)?公司"
)
_COMPANY_EN = r"(?:,? (?:Insurance|Assurance|Property|Casualty|Life|and|&|Company|Co\.,?|Ltd\.?|Limited|Group))*"
_BRANCH_EN = re.compile(
    rf"{_COMPANY_EN}(?:'s)?(?: [A-Z][a-z'-]+){{0,3}} (?:Branch|branch|Sub-branch|unit|arm)\b|(?: (?:Insurance|Assurance))(?: (?:Company|Co\.,? Ltd\.?|Co\.))?|,? Co\.,? Ltd\.?"
)
_BRANCH_OF = re.compile(
    r"(?:[A-Z][a-z'-]+ ){1,2}(?:Central |Provincial |Municipal )?(?:[Bb]ranch|[Oo]ffice) of (?:the )?(?:China )?$"
)
_SOURCE = re.compile(r"来源[:：]|供稿|通讯员|记者|Source:", re.IGNORECASE)
_NAME_END = re.compile(
    r"[，;；。|\t\n]|,(?! ?(?:Ltd|Limited|Inc)\b)|\s(?=[\u4e00-\u9fff]{2,}[:：])|(?:统一社会信用代码|地址|联系|中标|成交|报价|得分|综合|承办费率)"
)
_AND = re.compile(r"[、;；/]|\s(?:and|&)\s|，(?=[\u4e00-\u9fff]{2,20}(?:公司|保险))|和(?=[\u4e00-\u9fff]{4,30}公司)")
_ROLE_BRACKET = re.compile(
    r"\((?:主承保|牵头|联合体|首席|成员|主体|共保|主办|份额|\d)[^()]*\)|(?:联合体)?(?:牵头人|牵头单位|牵头方|成员\d?|成员单位|主承保人|主承保|首席承保人|共保人)[:：]"
)
_ITEM = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])\s*(?!\d)")
_LABEL_INSIDE = re.compile(r"^(?:名称|供应商名称|公司|单位)[:：]\s?")
_RECOMMENDED = re.compile(r"候选|推荐|拟中标|拟成交|candidate", re.IGNORECASE)
_RECOMMENDS = re.compile(
    r"(?:委员会|小组|专家组|评委)[^，。；:\n]{0,4}(?:推荐|建议)[^，。；:\n]{0,8}[:：]?$", re.MULTILINE
)
_MEMBER = re.compile(r"成员|member", re.IGNORECASE)
_OTHER_SECTIONS = frozenset({"agency", "fee", "buyer", "candidate", "intended", "objections", "contact", "documents"})
_CHOSEN = re.compile(
    r"中标|承办|承保|确定|选定|中选|交给|交由|敲定|入围|入选|产生|组成|selected|won|winning|awarded|chosen|picked",
    re.IGNORECASE,
)
_BROKER = re.compile(
    r"(?:^|(?<=[，。；、:由与和同向是\s]))(?P<name>[\u4e00-\u9fff]{2,8}?保险经纪(?:\([\u4e00-\u9fff]{2,6}\))?(?:股份)?(?:有限)?(?:责任)?公司"
    r"(?:[\u4e00-\u9fff]{2,8}分公司)?)|(?P<name_en>(?:[A-Z][\w&'-]+ ){1,5}Brok(?:ers?|erage)(?: Co\.,? Ltd\.?)?)",
    re.MULTILINE,
)
_UNDERWRITES = re.compile(r"承办|承保|获得|经办")
_NOTHING = re.compile(r"^(?:无|/|—+|-+|详见|见附件|待定|暂无|\*+)")
_COMPANY = re.compile(r"公司|保险|中心|社|经纪|Insurance|Company|Ltd|Branch|Broker", re.IGNORECASE)


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
    """The insurer's name with its branch: 阳光人寿甘肃分公司, PICC P&C Hunan Branch, Deyang Branch of Xinhua Insurance."""
    whole = context.whole
    start, end = mention.start, mention.end
    if context.document.is_english:
        found = _BRANCH_EN.match(whole, end)
        led = _BRANCH_OF.search(whole, max(0, start - 60), start)
        return (led.start() if led else start), (found.end() if found else end)
    found = _BRANCH.match(whole, end)
    if start >= 2 and whole[start - 2 : start] == "中国":
        start -= 2
    return start, found.end() if found else end


def winners(context: Context, acting: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The winning suppliers as printed; party B of what was signed; the broker that won."""
    if not context.is_tender:
        return ()
    by_field = _winners_by_field(context)
    if by_field or context.stage in (Stage.NOTICE, Stage.INTENTION, Stage.AMENDMENT, Stage.FAILED):
        return by_field
    if context.layout.of("candidate", "intended") or _only_recommended(context):
        return ()
    return _winners_by_prose(context, acting)


def _only_recommended(context: Context) -> bool:
    """A headline or a heading says that a jury recommends: nobody has won yet."""
    return bool(_RECOMMENDED.search(context.title) or _RECOMMENDS.search(context.whole))


def _winners_by_field(context: Context) -> tuple[Fact, ...]:
    if context.stage not in (Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL) or _only_recommended(context):
        return ()
    fields = context.layout.of("winner")
    members_only = all(_MEMBER.search(f.label) for f in fields)
    if members_only and not context.layout.of("candidate"):
        fields += tuple(
            f for f in context.layout.of("supplier") if f.section not in _OTHER_SECTIONS and _ranks_first(context, f)
        )
    facts: dict[str, Fact] = {}
    for field in sorted(fields, key=lambda f: f.start):
        for start, end in names_in(field):
            printed = context.printed(start, end)
            facts.setdefault(printed, context.fact("winner", printed, start, end))
    return tuple(facts.values())


def _ranks_first(context: Context, field: Field) -> bool:
    """False for the runners-up of a table that ranks all bidders."""
    rank = next((f.value for f in context.layout.of("rank") if f.row and f.row == field.row), "1")
    return bool(re.match(r"(?:第?[1一]名?|排名第一|first)(?!\d)", rank.strip(), re.IGNORECASE))


def names_in(field: Field) -> Iterable[tuple[int, int]]:
    """The names in a value: "A公司（牵头人）、B公司" is two."""
    value, at = field.value, field.start
    for piece in re.finditer(r"[^、;；/]+", _ROLE_BRACKET.sub(lambda m: "、" * len(m.group()), value)):
        text = _ITEM.sub(lambda m: " " * len(m.group()), piece.group())
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
    """The insurers whose sentence says that they won, named as there; a headline's short name gives way to the text's."""
    codes = {f.value for f in acting}
    chosen: dict[str, tuple[int, int]] = {}
    for mention in sorted(context.insurers, key=lambda m: context.in_title(m.start)):
        if mention.code in codes and mention.code not in chosen and _wins(context, mention):
            chosen[mention.code] = full_name(context, mention)
    spans = sorted(chosen.values()) or _brokers(context)
    return tuple(context.fact("winner", context.printed(*span), *span, confidence=0.8) for span in spans)


def _brokers(context: Context) -> list[tuple[int, int]]:
    """The broker that won, where no insurer did."""
    if context.stage is not Stage.RESULT:
        return []
    for found in _BROKER.finditer(context.whole):
        sentence = context.sentence(found.start())
        won = context.words["won"].search(sentence.text) and not context.words["not_won"].search(sentence.text)
        if won and not context.in_title(found.start()):
            return [found.span(found.lastgroup or 0)]
    return []


def _wins(context: Context, mention: Mention) -> bool:
    words = context.words
    sentence = context.sentence(mention.start)
    clause = context.clause(mention.start)
    if words["not_won"].search(clause.text):
        return False
    if _chosen_by_purchase(context, mention):
        return True
    if context.stage is Stage.RESULT:
        led = re.search(r"由[^，。]{0,20}$", context.whole[clause.start : mention.start])
        return bool(words["won"].search(sentence.text)) or bool(led and _UNDERWRITES.search(clause.text))
    if context.stage in (Stage.CONTRACT, Stage.RENEWAL):
        return bool(words["signed"].search(sentence.text) or words["won"].search(sentence.text))
    return False


def _chosen_by_purchase(context: Context, mention: Mention) -> bool:
    """The sentence says that the insurer was chosen by a purchase."""
    text = context.full_sentence(mention.start).text
    return bool(context.words["purchase"].search(text)) and bool(_CHOSEN.search(text))
