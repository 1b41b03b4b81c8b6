"""The names of Huiminbao products: which mention in an article is one, and how much it counts by where it stands.

A known product and the generic name count as they are. A name that stands in no list counts by its build, or by what stands
around it: somebody insured, a place, an insurer or the health authority, patients.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.classify.verdict import Tally
from monitor.taxonomy import Mention, Term

_NAME = {Zone.TITLE: 6.0, Zone.LEAD: 5.0, Zone.BODY: 2.0}
_PRODUCT = {Zone.TITLE: 6.0, Zone.LEAD: 5.5, Zone.BODY: 2.5}
_BUILT_NAME = {Zone.TITLE: 4.0, Zone.LEAD: 3.5, Zone.BODY: 2.0}
_QUOTED_NAME = {Zone.TITLE: 3.0, Zone.LEAD: 2.5, Zone.BODY: 1.0}
_CITY_PLAN = {Zone.TITLE: 4.0, Zone.LEAD: 3.5, Zone.BODY: 1.0}
_PLACE_NAME = {Zone.TITLE: 2.5, Zone.LEAD: 2.0, Zone.BODY: 1.0}
_HALF_NAME = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_REPEATED = 1.5  # a name that comes back three times in the text is its subject
# A quoted name that only ends like a cover (“福山守护保”) needs somebody who is covered by the city's scheme.
_LOCAL = re.compile("市民|居民|参保人|参保率|citizens|residents|insured", re.IGNORECASE)
_LOCAL_CUES = ("actor.health", "trait.pool", "trait.guided", "trait.base", "trait.account")
_PATIENT = re.compile(r"医|病|住院|手术|药|自付|癌|medical|hospital|patient|drug|health|cancer|tumou?r", re.IGNORECASE)
_TRADE = re.compile(r"理赔|赔款|赔付|保单|保费|premium|payout|claims|insurers?\b|polic(?:y|ies)\b", re.IGNORECASE)
_NO_PEOPLE = re.compile(r"宠物|猫狗|犬|养猫|养狗|碎屏|家财|车损|退货|\b(?:pets?|cats?|dogs?)\b", re.IGNORECASE)
BUILT = re.compile("惠|民保|健康保|医保|康保|益|bao|kang|hui", re.IGNORECASE)
_WISH = re.compile(
    "[\u4e00-\u9fff][安康惠福享益健乐佑民][心康享民]?保(?![险障护留证税费养持洁租供质健价畅鲜暖底温全安障卫])"
)


def sure_names(evidence: Evidence) -> list[Mention]:
    """Mentions by the class's names and by a known product's."""
    return [*evidence.cues("topic.huiminbao"), *evidence.products]


def product_names(evidence: Evidence) -> list[Mention]:
    """Every mention of such a product: by the class's names, by a known product's, by one that is built like them."""
    return [*sure_names(evidence), *evidence.unknown_products]


def repeated(evidence: Evidence) -> bool:
    """Whether a name comes back so often that it is the subject wherever it stands first."""
    own = Counter(m.surface for m in evidence.unknown_products)
    return len(sure_names(evidence)) >= 3 or (evidence.english and max(own.values(), default=0) >= 2)


def weigh_name(evidence: Evidence, tally: Tally) -> tuple[Mention, Zone] | None:
    """The name that counts most: a known product, the generic name, a name built like one, or half a name."""
    found: list[tuple[float, Mention, Zone, str]] = []
    for code, mentions, weights in (
        ("product", evidence.products, _PRODUCT),
        ("name", evidence.cues("topic.huiminbao"), _NAME),
        ("built_name", [m for m in evidence.unknown_products if BUILT.search(m.surface)], _BUILT_NAME),
        ("quoted_name", quoted_names(evidence), _QUOTED_NAME),
        ("city_plan", evidence.cues("topic.cityplan") if evidence.places else (), _CITY_PLAN),
        ("place_name", _called_after_place(evidence), _PLACE_NAME),
    ):
        if best := evidence.best(mentions):
            found.append((weights[best[1]], best[0], best[1], code))
    subject: tuple[Mention, Zone] | None = None
    if found:
        weight, mention, zone, code = max(found, key=lambda f: f[0])
        tally.add(evidence.reason(code, mention, weight))
        subject = mention, zone
        if zone is Zone.BODY and repeated(evidence):
            tally.note("repeated", mention.surface, _REPEATED)
        if code == "quoted_name" and _has_news(evidence, evidence.sentence_of(mention)):
            tally.note("quoted_news", mention.surface, 1.0)
        if code not in ("product", "name") and zone is not Zone.BODY:
            _weigh_surroundings(evidence, tally)
    if best := evidence.best(evidence.cues("topic.supplementary")):
        tally.add(evidence.reason("half_name", best[0], _HALF_NAME[best[1]]))
    return subject


def _weigh_surroundings(evidence: Evidence, tally: Tally) -> None:
    """What a name in no list needs around it: somebody insured, a place, an insurer or the health authority, patients."""
    if near := evidence.best([*evidence.cues("cover"), *evidence.cues("actor.health")]):
        tally.add(evidence.reason("insurance_words", near[0], 1.0))
    elif trade := _TRADE.search(evidence.text):
        tally.note("insurance_words", trade.group(), 1.0)
    if _NO_PEOPLE.search(evidence.text, 0, evidence.lead_end):
        tally.note("scope.things", "covers animals or things", -4.0)
    if not (patient := _PATIENT.search(evidence.text)):
        return
    if evidence.places or _begins_at_place(evidence) or _LOCAL.search(evidence.text):
        tally.note("local", patient.group(), 1.0)
    if evidence.cues("actor.health") or evidence.insurers:
        tally.note("carried", "an insurer or the health authority takes part", 0.5)


def _begins_at_place(evidence: Evidence) -> bool:
    """Whether a name begins with a place, or a place stands right before its quote (“长治上党保”, 湘西“武陵济民保”)."""
    lookup = evidence.vocabulary.regions.lookup
    return any(
        lookup(m.surface[:2]) or lookup(evidence.text[max(0, m.start - 3) : max(0, m.start - 1)])
        for m in evidence.unknown_products
    )


def _has_news(evidence: Evidence, sentence: Stretch) -> bool:
    """Whether the headline, or the sentence that names the product, says what has happened."""
    told = [*evidence.cues("update"), *evidence.cues("event")]
    return evidence.within(told, sentence) or any(evidence.zone(m) is Zone.TITLE for m in evidence.cues("event"))


def quoted_names(evidence: Evidence) -> list[Mention]:
    """Quoted names in no list and of no usual build, where a city's scheme and its people are spoken of."""
    names = [m for m in evidence.unknown_products if not BUILT.search(m.surface)]
    spans = [(p.start, p.end) for p in evidence.programmes]
    names = [m for m in names if not any(s < m.end and m.start < e for s, e in spans)]
    if not names or not (
        evidence.places
        or _begins_at_place(evidence)
        or _LOCAL.search(evidence.text)
        or any(evidence.cues(code) for code in _LOCAL_CUES)
    ):
        return []
    return names


def _called_after_place(evidence: Evidence) -> list[Mention]:
    """Unquoted names of a place's first character and a good wish (廊安保 in a text on 廊坊)."""
    if evidence.unknown_products or evidence.products:
        return []
    taken = evidence.vocabulary.products.taken(evidence.text)
    found = [m for m in _WISH.finditer(evidence.text) if not _overlaps(taken, m.start(), m.end())]
    if not found:
        return []
    initials = {p.surface[0] for p in evidence.vocabulary.regions.find(evidence.text)}
    term = Term(text="", code="", family="products", kind="pattern", file=evidence.vocabulary.directory, line=0)
    return [Mention(m.group(), m.start(), m.end(), m.group(), term) for m in found if m.group()[0] in initials]


def _overlaps(stretches: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether [start, end) touches one of these stretches, which are in order and without overlap."""
    before = bisect.bisect_left(stretches, end, key=lambda stretch: stretch[0]) - 1
    return before >= 0 and stretches[before][1] > start
