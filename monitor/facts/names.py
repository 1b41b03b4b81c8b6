"""Names of a tender as printed: the project and its number."""

from __future__ import annotations

import re

from monitor.facts.context import Context
from monitor.model import Conflict, Fact, Stage
from monitor.text import normalise

_OWN_NUMBER = re.compile(r"\((?:项目|采购|招标)?编号[:：][^()]*\)$")
_NUMBER_BEHIND = re.compile(r"[；;，,]\s?[\u4e00-\u9fff]{0,6}编号.*$")
_TAIL = re.compile(r"[。；;，,、\s]+$")
_NUMBER_TOKEN = re.compile(
    r"[A-Za-z0-9\u4e00-\u9fff〔〕\[\]()（）【】#/_.-]*\d[A-Za-z0-9\u4e00-\u9fff〔〕\[\]()（）【】#/_.-]*"
)
_NUMBER_IN_PROSE = re.compile(
    r"(?:(?:项目|招标|采购|磋商|谈判|遴选|比选|询价|标书)编号|(?:project|tender|bid(?:ding)?|reference|procurement|purchase) (?:number|no\.?|code)|\bnumbered|\bref\.?(?: no\.?)?)\s?(?:为|是|:|is|was)?\s?[\"']?(?P<number>[A-Za-z0-9][A-Za-z0-9〔〕\[\]()_/.-]*\d[A-Za-z0-9-]*)",
    re.IGNORECASE,
)
_NUMBER_IN_BRACKETS = re.compile(
    r"\((?:编号:?)?(?P<number>[A-Z]{2,}[A-Za-z0-9]*(?:[-_〔\[(]\s?[A-Za-z0-9〕\])]+){1,6})\)"
)
# Behind the project's name a number is the project's, whatever it is called there.
_BEHIND_NAME = re.compile(r"项目\([^()]{0,6}编?号[:：]?\s?(?P<number>[A-Za-z0-9\[〔][A-Za-z0-9〔〕\[\]_/.-]{4,}\d)\)")
_ALONE = re.compile(r"^(?P<number>[A-Z]{2,}[A-Z0-9]*(?:[-_][A-Z0-9]+){1,5})$", re.MULTILINE)
_BARE_NUMBER = re.compile(
    r"(?:(?<![合同协议计划备案])编号|(?:tender|project|bid|bidding|procurement)\s?(?:\(|, )?no\.?)\s?(?:为|是|:)?\s?(?P<number>[A-Za-z0-9][A-Za-z0-9〔〕\[\]_/.-]{4,}\d[A-Za-z0-9-]*)",
    re.IGNORECASE,
)
_RANK = {"项目编号": 3, "采购项目编号": 3, "招标项目编号": 2, "招标编号": 2}
_NOT_A_NUMBER = re.compile(r"^(?:无|/|详见|见附件|-+)")

_QUOTED = re.compile(r"[\"《](?P<name>[^\"《》\n]{6,60}|[A-Z][^\"\n]{10,180})[\"》]")
_PROJECT_END = r"(?:项目|服务|采购|工程|[Pp]roject|[Ss]ervices?|[Pp]rogram(?:me)?)"
_PROJECT_WORD = re.compile(r"承办|经办|采购|遴选|比选|委托|征集|统保|20\d\d|承保|购买")
_EVENT_WORD = re.compile(
    r"中标|中选|招标|采购|成交|流标|废标|终止|遴选|磋商|谈判|比选|续签|签约|投标|竞标|开标|单一来源|承保资格|意向|更正|延期",
    re.IGNORECASE,
)
_PROJECT_IN_PROSE = re.compile(
    r"(?P<name>[\u4e00-\u9fffA-Za-z0-9()—–\-·、\"]{2,44}?(?:承办服务项目|经办服务项目|采购项目|服务采购项目|遴选项目|经办项目|承办项目|保险项目|服务项目|统保项目|项目"
    r"|(?:承办|承保|经办)(?:机构|服务)(?:公开)?(?:遴选|比选|征集|采购)(?=[。，\n])|(?:服务|保险)(?=\([^()]{0,6}编号))"
    r")"
    r"(?:\([^()]{1,14}\))?"
)
_SERVICE_AT_START = re.compile(
    r"^(?P<name>(?![^，]*(?:采购|计划|拟|决定|购买|选聘))[\u4e00-\u9fff\d—–-]{6,40}(?:保险|经办|承办|承保)服务)(?=[，,])",
    re.MULTILINE,
)
_ENGLISH_PROJECT = re.compile(
    r"(?:the |of the )(?P<name>(?:[A-Z0-9][\w'-]*,?[ -]|(?:and|of|for|in|to) ){3,26}?(?:Project|Program(?:me)?|Services?))\b"
    r"(?! (?:[A-Z][a-z]+ ){0,2}(?:Project|Program))"
)
_BEFORE_NAME = re.compile(
    r"(?:采购|招标|组织|实施|发起|牵头|承办|承保)的|(?:[分支]公司|公司|机构)?(?:收到|接到|拿到|取得)|成功中标|中标|发布|公布|组织|开展|参与|关于|承办的|承保的|拿下|赢得|获得|斩获|揽获|签订|签署|完成|就|拟对|对"
)


def project(context: Context) -> tuple[Fact, ...]:
    """The tender project's name as printed: a labelled value, else a quoted name, else a name that the text spells out."""
    if not context.is_tender:
        return ()
    for field in sorted(context.layout.of("project"), key=lambda f: not _named(context, f.start, f.end)):
        value = _TAIL.sub("", field.value)
        value = _unclosed(_OWN_NUMBER.sub("", _NUMBER_BEHIND.sub("", value)))
        if 4 <= len(value) <= (300 if value.isascii() else 90) and not field.old:
            return (
                context.fact(
                    "project",
                    context.printed(field.start, field.start + len(value)),
                    field.start,
                    field.start + len(value),
                ),
            )
    for start, end in (_quoted_project(context), _spelled_project(context), _english_project(context)):
        if end > start:
            return (context.fact("project", context.printed(start, end), start, end, confidence=0.8),)
    return ()


def _named(context: Context, start: int, end: int) -> bool:
    """The stretch names a programme in scope."""
    return any(start <= m.start and m.end <= end for m in context.programmes)


def _quoted_project(context: Context) -> tuple[int, int]:
    for match in _QUOTED.finditer(context.whole):
        start, end = match.span("name")
        name = match["name"]
        after = context.whole[end : end + 10]
        subject = _named(context, start, end) or any(start <= m.start < end for m in context.products)
        if not subject and not (name.endswith("项目") and any(start <= p.start < end for p in context.places)):
            continue
        if re.search(r"(?:协议|合同|办法|通知|意见|方案|条例|公告)$", name):
            continue
        if re.search(rf"{_PROJECT_END}$", name) or (
            _PROJECT_WORD.search(name)
            and re.match(r"[\"》]?(?:采购)?(?:项目|公开招标|[A-Z一二三]包|进行|招标|开展|,|，)", after)
        ):
            return start, end
    return 0, 0


def _spelled_project(context: Context) -> tuple[int, int]:
    best: tuple[float, int, int] | None = None
    for match in (*_PROJECT_IN_PROSE.finditer(context.whole), *_SERVICE_AT_START.finditer(context.whole)):
        start, end = _trim(context, *match.span("name"))
        name = context.whole[start:end]
        if end - start < 8 or not _named(context, start, end):
            continue
        placed = any(start <= p.start < end for p in context.places)
        worded = bool(_PROJECT_WORD.search(name[:-2]))
        eventful = bool(_EVENT_WORD.search(context.sentence(start).text.replace(name, "")))
        numbered = bool(re.match(r"\((?:编号)?[:：]?\s?[A-Z]{2,}", context.whole[end : end + 12]))
        score = 2.0 * worded + 1.5 * placed + 1.0 * eventful + (0.3 if context.in_title(start) else 0) + 2.0 * numbered
        if (not placed and not numbered and not (worded and eventful)) or (
            context.stage is Stage.OPERATION and not (worded and eventful)
        ):
            continue
        if score >= 2.5 and (best is None or score > best[0]):
            best = score, start, end
    return (best[1], best[2]) if best else (0, 0)


def _trim(context: Context, start: int, end: int) -> tuple[int, int]:
    """Cut what stands before the name: it begins with its place, its year, or a quote."""
    whole = context.whole
    programme = next((m.start for m in context.programmes if start <= m.start < end), None)
    start = max((m.end() for m in _BEFORE_NAME.finditer(whole, start, programme or start)), default=start)
    begins = [p.start for p in context.places if start <= p.start < end - 6]
    years = [start + m.start() for m in re.finditer(r"20\d\d\s?(?:年|[—–-])", whole[start:end])]
    anchor = min(begins + years, default=None)
    if anchor is not None and (programme is None or anchor <= programme):
        return anchor, end
    return start, end


def _english_project(context: Context) -> tuple[int, int]:
    if not context.document.is_english:
        return 0, 0
    for match in _ENGLISH_PROJECT.finditer(context.whole):
        start, end = match.span("name")
        if _named(context, start, end):
            return start, end
    return 0, 0


def project_number(context: Context) -> tuple[tuple[Fact, ...], tuple[Conflict, ...]]:
    """The number of the project as printed. Plan, contract and filing numbers are other numbers."""
    fields = [
        f
        for f in context.layout.of("project_number")
        if not _NOT_A_NUMBER.match(f.value) and _NUMBER_TOKEN.match(f.value)
    ]
    fields.sort(key=lambda f: -_RANK.get(re.sub(r"\([^()]*\)|\s|原公告的?", "", f.label), 1))
    facts: list[Fact] = []
    for field in fields:
        token = _NUMBER_TOKEN.match(field.value)
        assert token is not None
        value = _balanced(token.group()).rstrip(".(")
        if len(value) >= 4:
            facts.append(
                context.fact(
                    "project_number",
                    context.printed(field.start, field.start + len(value)),
                    field.start,
                    field.start + len(value),
                )
            )
    if facts:
        conflicts = tuple(
            Conflict(
                key="project_number",
                kept=facts[0],
                other=other,
                reason="another number is printed under the same label: the first stands",
            )
            for other, field in zip(facts[1:], fields[1:], strict=False)
            if _kind(field.label) == _kind(fields[0].label) and not _one_number(str(other.value), str(facts[0].value))
        )
        return (facts[0],), conflicts
    if not context.is_tender:
        return (), ()
    match = (
        _BEHIND_NAME.search(context.whole)
        or _NUMBER_IN_PROSE.search(context.whole)
        or _NUMBER_IN_BRACKETS.search(context.whole)
        or _BARE_NUMBER.search(context.whole)
        or _ALONE.search(context.whole, context.body_start, context.body_start + 300)
    )
    if match is None:
        return (), ()
    start = match.start("number")
    value = _balanced(match["number"].rstrip(".-"))
    return (context.fact("project_number", context.printed(start, start + len(value)), start, start + len(value)),), ()


def _kind(label: str) -> str:
    """项目编号 and 采购项目编号 are one kind of number; 招标编号, 代理编号 and 项目代码 are others."""
    plain = re.sub(r"\([^()]*\)|\s|原公告的?", "", label).lower()
    return "项目编号" if plain.endswith(("项目编号", "project number", "project no", "project no.")) else plain


def _one_number(a: str, b: str) -> bool:
    """Equal but for blanks, case and brackets, or one goes on where the other ends (a lot's suffix)."""
    a, b = (re.sub(r"[\W_]+", "", normalise(n).plain).lower() for n in (a, b))
    return a.startswith(b) or b.startswith(a)


def _unclosed(value: str) -> str:
    """Without a closing bracket that opened before the value: "（项目名称：…项目，"."""
    return value[:-1] if value.endswith(")") and value.count(")") > value.count("(") else value


def _balanced(token: str) -> str:
    """Up to a closing bracket that opened before the number."""
    opened = 0
    for i, char in enumerate(token):
        opened += (char in "([〔【") - (char in ")]〕】")
        if opened < 0:
            return token[:i]
    return token
