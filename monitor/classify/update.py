"""What happened to a Huiminbao product: by the headline, else by the lead, else where the product's name stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.model import Update
from monitor.taxonomy import Mention

FIGURE = re.compile(
    r"[\d一二三四五六七八九十百千两]\s*[万亿千]?\s*(?:元|人|人次|件|%)|(?:million|billion|yuan)|[一二三四五六七八九]成"
)
DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}|last (?:Mon|Tues|Wednes|Thurs|Fri)day|今日|今天|昨日|日前|近日"
)

# How far a hint of the headline outweighs, or yields to, what the text says surely.
_TITLE_HINT = 1.0
_LEAD_AGREES = 0.8
_NAMED_AGREES = 0.3
_SAID_IN_TEXT = 0.9
_NEXT_SEASON = 0.4
_SEASON = "season"

# Where several stand in one headline: the rarer the event, the likelier it is the news.
_ORDER = (
    Update.DISCONTINUED,
    Update.RECOGNITION,
    Update.POLICY,
    Update.CLAIMS,
    Update.SERVICE,
    Update.ENROLMENT,
    Update.LAUNCH,
    Update.TERMS,
)


def update_of(evidence: Evidence, names: Sequence[Mention]) -> Update | None:
    """What happened to the product that `names` mention; None where nothing is told.

    Words that say it surely (`update.*`) come before those that may (`hint.*`). A hint of the headline counts more where the
    lead, or a sentence that names the product, says the same.
    """
    sure = [
        m for g in ("update", "event") for m in evidence.cues(g) if not evidence.denied(m) and not _rate(evidence, m)
    ]
    hints = [m for m in evidence.cues("hint") if not evidence.denied(m)]
    lead = _updates(m for m in sure if evidence.zone(m) is Zone.LEAD)
    lead_hints = _updates(m for m in hints if evidence.zone(m) is Zone.LEAD)
    title = _updates(m for m in sure if evidence.zone(m) is Zone.TITLE)
    spans = [(m.start, m.end) for m in sure]
    apart = (m for m in hints if not any(s <= m.start and m.end <= e for s, e in spans))
    title_hints = _updates(m for m in apart if evidence.zone(m) is Zone.TITLE)
    if any(evidence.zone(m) is Zone.TITLE for m in evidence.cues("central")):
        title.add(Update.POLICY.value)
    title |= title_hints & lead & {Update.DISCONTINUED.value}
    named = bool(evidence.products or evidence.unknown_products)
    if Update.POLICY.value in lead and not named and title <= _FORMS_OF_SALE:
        title = {Update.POLICY.value}  # a rule for all products: "before it is launched, …"
    if Update.POLICY.value in title and not named:
        title.discard(Update.DISCONTINUED.value)  # what a regulator forbids in general ends no product
    if found := _resolve(title, title_hints, lead, evidence.title):
        return found
    if _SEASON in title_hints and Update.LAUNCH.value in lead:
        title_hints.add(Update.LAUNCH.value)
    told = {name: _TITLE_HINT + (_LEAD_AGREES if name in lead else 0.0) for name in title_hints - {_SEASON}}
    for name in _named(evidence, [*sure, *hints], names) & told.keys():
        told[name] += _NAMED_AGREES
    if found := _in_text(evidence, sure, hints, lead, names):
        told.setdefault(found.value, _SAID_IN_TEXT)
    told = told or dict.fromkeys(lead_hints - {_SEASON}, 0.5)
    if _SEASON in title_hints | lead_hints:
        told.setdefault(Update.LAUNCH.value, _NEXT_SEASON)
    best = max(told.values(), default=0.0)
    return next((u for u in _ORDER if told.get(u.value) == best), None)


def _rate(evidence: Evidence, mention: Mention) -> bool:
    """Whether a word of payment only begins the name of a term of the product (赔付比例, 赔付限额)."""
    return mention.code.endswith(".claims") and bool(_TERM_OF_PAYMENT.match(evidence.text, mention.end))


def _named(evidence: Evidence, cues: Sequence[Mention], names: Sequence[Mention]) -> set[str]:
    """All that the body's sentences say that name the product."""
    spoken = (s for s in evidence.body if evidence.within(names, s))
    return {update for sentence in spoken for update in _updates(evidence.inside(cues, sentence))}


def _in_text(
    evidence: Evidence, sure: Sequence[Mention], hints: Sequence[Mention], lead: set[str], names: Sequence[Mention]
) -> Update | None:
    """The lead's first sure word; in a story whose lead does not tell, the dated paragraph, the sum paid, the first of all."""

    def say(stretch: Stretch) -> Update | None:
        return _resolve(
            _updates(evidence.inside(sure, stretch)), _updates(evidence.inside(hints, stretch)), lead, stretch.text
        )

    hidden = bool(names) and all(evidence.zone(m) is Zone.BODY for m in names)
    if not hidden:
        for sentence in evidence.body:
            if sentence.zone is Zone.BODY:
                break
            if found := say(sentence):
                return found
    for paragraph in evidence.paragraphs:
        if evidence.within(names, paragraph) and DATE.search(paragraph.text):
            for sentence in (s for s in evidence.body if paragraph.start <= s.start < paragraph.end):
                if found := say(sentence):
                    return found
    spoken = [s for s in evidence.body if evidence.within(names, s)]
    money = [*sure, *hints]
    if any(_SUM.search(s.text) and Update.CLAIMS.value in _updates(evidence.inside(money, s)) for s in spoken):
        return Update.CLAIMS
    return next((found for s in spoken if (found := say(s))), None)


def _updates(mentions: Iterable[Mention]) -> set[str]:
    return {m.code.partition(".")[2] for m in mentions}


def _resolve(sure: set[str], hints: set[str], lead: set[str], text: str) -> Update | None:
    """One update out of the sure words of one sentence.

    The opening of a season is a launch where a new edition is shown with it, else enrolment. Money paid beats the way it is
    paid only where a sum is printed. A new edition beats its own terms; a new service beats the word "launch".
    """
    if "claims" in hints and _SUM.search(text):
        sure = sure | {"claims"}
    if "opening" in sure and not sure & {"enrolment", "discontinued", "claims", "service"}:
        shown = sure | hints
        return Update.LAUNCH if shown & {"launch", "terms"} or "launch" in lead else Update.ENROLMENT
    if {"claims", "service"} <= sure:
        sure = sure - {"service"} if _SUM.search(text) else sure - {"claims"}
    if {"claims", "launch"} <= sure and not _SUM.search(text):
        sure = sure - {"claims"}  # what a new product will pay
    if {"service", "launch"} <= sure and _EDITION.search(text):
        sure = sure - {"service"}
    return next((u for u in _ORDER if u.value in sure), None)


_TERM_OF_PAYMENT = re.compile("比例|限额|范围|标准|条件|责任|门槛")
_FORMS_OF_SALE = frozenset({Update.LAUNCH.value, "opening", Update.SERVICE.value, Update.DISCONTINUED.value})
_SUM = re.compile(
    r"(?:赔付|赔款|理赔|获赔|支付|报销|赔)[^。，；按]{0,12}?\d[\d,.]*\s*(?:万|亿|多|余)*\s*(?:元|人次|$)|(?:万|亿|\d)人次|(?:理赔|赔付)(?:服务)?(?:数据|报告|年报|半年报|答卷)|\d[\d,.]*\s*(?:万|亿)\s*元?[^。，]{0,4}(?:赔|理赔)|"
    r"(?:million|billion) yuan|(?:paid|compensat)[^.]{0,40}(?:million|billion)|\d[\d,]* (?:people|person-times|claims)[^.]{0,20} (?:compensat|paid)"
)
_EDITION = re.compile(r"20\d\d\s*(?:版|年度|年版)|[一二三四五六七八九十]期|\d+元|20\d\d edition", re.IGNORECASE)
