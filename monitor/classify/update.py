"""What happened to a Huiminbao product: every sign in the article speaks for some updates and against others.

A sign is a word's code and the place where it stands (`event.claims@title`), or a trait of the headline such as a printed sum.
One word seldom settles the matter (a launch prints last year's claims, a claims report next year's launch), and no order of
precedence among words survives other newsrooms' wordings. So each sign has a weight for each update, the weights are added
up, and the update with most is taken. `update_weights` holds them; `benchmarks.fit_update` learns them from the labelled sets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.classify.update_weights import BIAS, UPDATES, WEIGHTS
from monitor.model import Update
from monitor.taxonomy import Mention

FIGURE = re.compile(
    r"[\d一二三四五六七八九十百千两]\s*[万亿千]?\s*(?:元|人|人次|件|%)|(?:million|billion|yuan)|[一二三四五六七八九]成"
)
DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}|last (?:Mon|Tues|Wednes|Thurs|Fri)day|今日|今天|昨日|日前|近日"
)

_GROUPS = ("update", "event", "hint", "central")
_RULES = frozenset({"update.policy", "event.policy", "hint.policy", "central.body"})
_SHOWN_EDITION = frozenset(f"{group}.{told}" for group in ("update", "event", "hint") for told in ("launch", "terms"))
_TRAITS = ("trait.open", "trait.perhead", "trait.window", "trait.cover")
_STRENGTH = {"title": 1.5, "opening": 0.8, "lead": 0.6, "named": 0.5, "body": 0.25}
"""How much a word counts by its place before it has a weight: the headline reports the event."""
_SHOWN = 3
"""How many signs a reason names."""


def update_of(evidence: Evidence, names: Sequence[Mention]) -> Update | None:
    """What happened to the product that `names` mention; None where nothing is told."""
    return weigh_update(evidence, names)[0]


def weigh_update(evidence: Evidence, names: Sequence[Mention]) -> tuple[Update | None, str]:
    """What happened, with the signs that said so most; (None, "") where nothing is told."""
    found = signs(evidence, names)
    if not any("@" in sign for sign in found):
        return None, ""
    points = score(found)
    for ruled_out in _ruled_out(found):
        points[UPDATES.index(ruled_out)] = -math.inf
    best = max(range(len(UPDATES)), key=points.__getitem__)
    return Update(UPDATES[best]), _because(found, best)


def _ruled_out(found: Mapping[str, float]) -> Iterator[Update]:
    """What the annotation guide rules out, whatever the weights say."""
    title = {sign.partition("@")[0] for sign in found if sign.endswith("@title")}
    if "unnamed" in found and _RULES & title:
        yield Update.DISCONTINUED  # what a regulator forbids in general ends no product
    if "update.opening" in title and "title:money" not in found and not _SHOWN_EDITION & title:
        yield Update.LAUNCH  # a season opens (开始参保) and nothing of the new edition is shown: enrolment


def score(found: Mapping[str, float]) -> list[float]:
    """The points of each update, in the order of `UPDATES`."""
    points = list(BIAS)
    for sign, value in found.items():
        for i, weight in enumerate(WEIGHTS.get(sign, ())):
            points[i] += weight * value
    return points


def signs(evidence: Evidence, names: Sequence[Mention]) -> dict[str, float]:
    """The signs of an article, each with how strongly it is there."""
    named = [s for s in evidence.body if evidence.within(names, s)]
    opening = evidence.body[0].end if evidence.body else 0
    found: dict[str, float] = dict.fromkeys(_shape(evidence, named), 1.0)
    for mention in (m for group in _GROUPS for m in evidence.cues(group)):
        if evidence.denied(mention) or _rate(evidence, mention):
            continue
        zone = evidence.zone(mention)
        places = [zone.name.lower()]
        if zone is Zone.LEAD and mention.start < opening:
            places.append("opening")
        if zone is not Zone.TITLE and any(s.start <= mention.start < s.end for s in named):
            places.append("named")
        found |= {f"{mention.code}@{place}": _STRENGTH[place] for place in places}
    return found


def _shape(evidence: Evidence, named: Sequence[Stretch]) -> Iterator[str]:
    """Traits of the headline, of the lead, and of the sentences that name the product, that no vocabulary lists."""
    for sign, pattern in (
        ("title:money", _MONEY),
        ("title:paid", _PAID),
        ("title:edition", _EDITION),
        ("title:date", DATE),
    ):
        if pattern.search(evidence.title):
            yield sign
    if any(_PAID.search(s.text) for s in evidence.body if s.zone is Zone.LEAD):
        yield "lead:paid"
    if any(_PAID.search(s.text) for s in named):
        yield "named:paid"
    if not evidence.products and not evidence.unknown_products:
        yield "unnamed"
    for code in _TRAITS:
        if any(evidence.zone(m) is Zone.TITLE for m in evidence.cues(code)):
            yield f"title:{code}"


def _rate(evidence: Evidence, mention: Mention) -> bool:
    """Whether a word of payment only begins the name of a term of the product (赔付比例, 赔付限额)."""
    return mention.code.endswith(".claims") and bool(_TERM_OF_PAYMENT.match(evidence.text, mention.end))


def _because(found: Mapping[str, float], best: int) -> str:
    weighed = [(WEIGHTS[sign][best] * value, sign) for sign, value in found.items() if sign in WEIGHTS]
    told = sorted((w, sign) for w, sign in weighed if w > 0)[: -_SHOWN - 1 : -1]
    return ", ".join(f"{sign} {weight:+.1f}" for weight, sign in told)


_TERM_OF_PAYMENT = re.compile("比例|率|限额|范围|标准|条件|责任|门槛")
_MONEY = re.compile(
    r"[\d万亿][多余]?(?:元|块|澳门元|港元)|(?:million|billion)(?! (?:in|people|persons|residents|members|insured))|yuan"
)
_PAID = re.compile(
    r"(?:赔付|赔款|理赔|获赔|支付|报销|赔)[^。，；按]{0,12}?\d[\d,.]*\s*(?:万|亿|多|余)*\s*(?:元|人次|$)|(?:万|亿|\d)人次|(?:理赔|赔付)(?:服务)?(?:数据|报告|年报|半年报|答卷)|\d[\d,.]*\s*(?:万|亿)\s*元?[^。，]{0,4}(?:赔|理赔)|"
    r"(?:million|billion) yuan|(?:paid|compensat)[^.]{0,40}(?:million|billion)|\d[\d,]* (?:people|person-times|claims)[^.]{0,20} (?:compensat|paid)"
)
_EDITION = re.compile(r"20\d\d\s*(?:版|年度|年版)|[一二三四五六七八九十]期|\d+元|20\d\d edition", re.IGNORECASE)
