"""News of a running programme: new figures or a launch are an alert, praise is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.classify.evidence import Evidence, Zone
from monitor.classify.form import Form
from monitor.classify.verdict import Tally
from monitor.model import Relevance, Stage

_TOTALLED = re.compile(
    r"(?:累计|共计|共|合计|全年|上半年|下半年|半年|季度|截至|全市|全县|全州|全省|全区|以来|去年|今年|前\S{1,3}月|年度|20\d\d年|1至\d{1,2}月|1[-—]\d{1,2}月|total|accumulat|cumulativ|as of|by the end|since|in 20\d\d|last year|this year)"
    r"[^。\n]{0,60}?\d[\d,.]*\s*(?:万|亿|余|多)?\s*(?:元|人次|人|件|例|户|起|笔|名|million|billion|thousand|people|yuan|cases|claims|households|residents)",
    re.IGNORECASE,
)
_PAID_ENGLISH = re.compile(
    r"(?:paid|pays|benefit\w*|compensat\w*|reimburs\w*|settled|cover(?:s|ed|ing)?|helped)\b[^.\n]{0,60}?\d[\d,.]* ?(?:million|billion|people|persons|residents|employees|families|households|cases|claims)",
    re.IGNORECASE,
)
# What was done, with its count: 花掉基金2730万元, 1860位失能老人领到.
_DONE = re.compile(
    r"(?:办结|结清|共付|已付|领到|领了|花掉|花了|付出|付了|支付|赔了|赔出|赔付|报了|办了|受理|惠及|服务了|救助了|减掉|减负|结算|拨付|发放|发了)[^。，；\n]{0,12}?\d[\d,.]*\s*(?:万|亿|余|多)*\s*(?:元|人次|人|位|名|笔|件|例|户|起)|"
    r"\d[\d,.]*\s*(?:万|亿|余|多)*(?:元|人次|人|位|名|户)[^。，；\n]{0,10}?(?:领到|领了|受益|获赔|享受|拿到|得到)"
)
_SUM_IN_TITLE = re.compile(r"\d[\d,.]*\s*(?:万|亿|余|多)*\s*(?:元|人次|人|名|户)|\d[\d,.]* (?:million|billion)")
_PAID = re.compile(
    r"赔付|理赔|支付|报销|给付|待遇|享受|受益|惠及|救助|赔款|补偿|参保|覆盖|减负|发放|赔|paid|pay|payout|benefit|claim|cover|compensat|reimburs|insured|enrol|receiv",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"启动|落地|首单|首笔|首例|首张|开始受理|受理首|正式实施|实施|施行|上线|开办|今起|扩面|提标|新增|全面铺开|揭牌|开通|调整|提高|开始申请|开跑|上岗|开张|开业|起步|运转|投入使用|拉开序幕|鸣锣|第一天|头一天|首日|第一单|第一笔|头一单|头一笔|第一例|这天起|今天起|即日起|接通|打通|零点|开始|"
    r"launch|takes effect|took effect|came into|comes into|first claim|first case|rolls? out|rolled out|starts|started|begins|began|goes live|went live|introduc|kicks? off|first day|first to|opened|opens|under way|underway|from today",
    re.IGNORECASE,
)


def judge_running(evidence: Evidence, form: Form, tally: Tally) -> tuple[Relevance, Stage | None]:
    """News of a programme's running: new figures or a launch are an alert, praise is not."""
    commissioned = evidence.cues("act.company") and evidence.cues("actor.health")
    if not evidence.insurers and not evidence.cues("act.undertake") and not commissioned:
        tally.note("operation.nobody", "no insurer and no undertaker acts")
        return Relevance.NONE, None
    figures = _SUM_IN_TITLE.search(evidence.title) if _PAID.search(evidence.title) else None
    figures = figures or next((m for m in _printed(evidence, form) if _beside_programme(evidence, m)), None)
    starts = _STARTS.search(evidence.text[: evidence.title_end]) or (
        None if form.praise else _STARTS.search(evidence.text[: evidence.lead_end])
    )
    if figures and not (form.award and not _PAID.search(evidence.title)):
        tally.note("operation.figures", figures.group()[:60])
        return Relevance.ALERT, Stage.OPERATION
    if starts and not form.award:
        tally.note("operation.starts", starts.group())
        return Relevance.ALERT, Stage.OPERATION
    tally.note("operation.praise", "neither new figures nor a launch")
    return Relevance.DIGEST, Stage.OPERATION


# How large the scheme is: what it costs or whom it covers, in ten thousands or more.
_SCALE = re.compile(
    r"\d[\d,.]*\s*(?:万|亿)余?(?:元|人|名|户|会员|居民|职工)|\d[\d,.]* (?:million|billion)|\d{2,3},000 (?:people|employees|residents|elderly)"
)


def _scale(evidence: Evidence) -> re.Match[str] | None:
    """Two figures of the scheme's size in the lead, with a purchase's traces: a story of the scheme, not of its service."""
    found = list(_SCALE.finditer(evidence.text, 0, evidence.lead_end))
    return found[0] if len(found) > 1 and evidence.cues("trace") else None


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - 10) : found.end() + 12]


def _printed(evidence: Evidence, form: Form) -> Iterator[re.Match[str]]:
    """Figures of what was paid, done or covered, the surest first."""
    yield from (m for m in _TOTALLED.finditer(evidence.text) if _PAID.search(_around(evidence.text, m)))
    yield from _DONE.finditer(evidence.text)
    if not form.praise and (scale := _scale(evidence)):
        yield scale
    if evidence.english:
        yield from _PAID_ENGLISH.finditer(evidence.text)


def _beside_programme(evidence: Evidence, figure: re.Match[str]) -> bool:
    """Whether a figure can be the programme's: under a headline that names one, or in a paragraph with it or who runs it.

    Pages of short items print figures of state firms and harvests beside a rule for care insurance.
    """
    if any(evidence.zone(m) is Zone.TITLE for m in evidence.programmes):
        return True
    involved = (
        *evidence.programmes,
        *evidence.insurers,
        *evidence.cues("act.undertake"),
        *evidence.cues("actor.health"),
    )
    paragraph = next((p for p in evidence.paragraphs if p.start <= figure.end() - 1 < p.end), None)
    return paragraph is None or evidence.within(involved, paragraph)
