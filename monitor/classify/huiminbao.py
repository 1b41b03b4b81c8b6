"""The judge of Huiminbao: is the article on a city's supplementary medical product, and what happened to it?

A known product or the generic name in the headline or lead settles the topic. Names that stand in no list, and articles that
never use the word, are known by the traits of such a product: open to all ages and histories, carried by a pool of insurers,
guided by a public body, one price a head, paying what basic insurance leaves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.classify.form import Form
from monitor.classify.update import DATE, FIGURE, weigh_update
from monitor.classify.verdict import Opinion, Tally
from monitor.model import Relevance, Topic, Update
from monitor.taxonomy import Mention, Term

THRESHOLD = 5.0

_NAME = {Zone.TITLE: 6.0, Zone.LEAD: 5.0, Zone.BODY: 2.0}
_PRODUCT = {Zone.TITLE: 6.0, Zone.LEAD: 5.5, Zone.BODY: 2.5}
_BUILT_NAME = {Zone.TITLE: 4.0, Zone.LEAD: 3.5, Zone.BODY: 2.0}
_QUOTED_NAME = {Zone.TITLE: 3.0, Zone.LEAD: 2.5, Zone.BODY: 1.0}
_CITY_PLAN = {Zone.TITLE: 4.0, Zone.LEAD: 3.5, Zone.BODY: 1.0}
_PLACE_NAME = {Zone.TITLE: 2.5, Zone.LEAD: 2.0, Zone.BODY: 1.0}
_HALF_NAME = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_DESCRIBED_IN = 4  # sentences with traits that make a report one on the product, however rarely it is named
_REPEATED = 1.5  # a name that comes back three times in the text is its subject
_TRAITS = {
    "trait.open": 1.5,
    "trait.pool": 1.5,
    "trait.guided": 1.0,
    "trait.voluntary": 0.75,
    "trait.perhead": 0.75,
    "trait.cover": 1.0,
    "trait.base": 0.5,
    "trait.account": 0.75,
    "trait.window": 1.0,
}
# Traits are worth their points only where somebody sells insurance to the public: one of these must be among them.
_TELLING = frozenset({"trait.open", "trait.pool", "trait.window"})
_MEDICAL = re.compile(r"医保|医疗|医院|住院|自付|看病|药|medical|hospital|patient|drug", re.IGNORECASE)
# A quoted name that only ends like a cover (“福山守护保”) needs somebody who is covered by the city's scheme.
_LOCAL = re.compile("市民|居民|参保人|参保率|citizens|residents|insured", re.IGNORECASE)
_LOCAL_CUES = ("actor.health", "trait.pool", "trait.guided", "trait.base", "trait.account")
# Programmes that carry brand names of their own (银龄安康, 防贫保): beside one of them a name is the programme's.
_BRANDED = frozenset({"accident", "poverty_prevention", "livelihood", "long_term_care", "employee_supplement"})
_PATIENT = re.compile(r"医|病|住院|手术|药|自付|癌|medical|hospital|patient|drug|health|cancer|tumou?r", re.IGNORECASE)
_TRADE = re.compile(r"理赔|赔款|赔付|保单|保费|premium|payout|claims|insurers?\b|polic(?:y|ies)\b", re.IGNORECASE)
_NO_PEOPLE = re.compile(r"宠物|猫狗|犬|养猫|养狗|碎屏|家财|车损|退货|\b(?:pets?|cats?|dogs?)\b", re.IGNORECASE)
_BUILT = re.compile("惠|民保|健康保|医保|康保|益|bao|kang|hui", re.IGNORECASE)
_WISH = re.compile(
    "[\u4e00-\u9fff][安康惠福享益健乐佑民][心康享民]?保(?![险障护留证税费养持洁租供质健价畅鲜暖底温全安障卫])"
)
# The name of a prize is no programme: “年度城市民生保险十佳案例”.
_PRIZE = re.compile('[^，。；"]{0,12}(?:案例|奖|十佳|榜|称号|示范)')


def judge(evidence: Evidence, form: Form) -> Opinion:
    """The verdict on `huiminbao`."""
    tally = Tally()
    subject = _weigh_name(evidence, tally)
    _weigh_traits(evidence, tally, named=subject is not None and subject[1] is not Zone.BODY)
    _weigh_scope(evidence, tally)
    if subject is not None and subject[1] is Zone.BODY:
        _weigh_hidden(evidence, form, tally)
    if tally.score < THRESHOLD:
        return _below(evidence, form, subject, tally)
    if subject is not None and subject[1] is not Zone.TITLE and _single_clause(evidence):
        return _below(evidence, form, subject, tally)
    in_body_only = subject is not None and subject[1] is Zone.BODY and not _repeated(evidence)
    if in_body_only and not _described(tally) and not any(r.code == "hidden_event" for r in tally.reasons):
        return _below(evidence, form, subject, tally)
    update, because = weigh_update(evidence, product_names(evidence))
    if update is not None:
        tally.note(f"update.{update.value}", because)
    return _decide(evidence, form, update, tally)


def _names(evidence: Evidence) -> list[Mention]:
    return [*evidence.cues("topic.huiminbao"), *evidence.products]


def product_names(evidence: Evidence) -> list[Mention]:
    """Every mention of such a product: by the class's names, by a known product's, by one that is built like them."""
    return [*_names(evidence), *evidence.unknown_products]


def _single_clause(evidence: Evidence) -> bool:
    """Whether one sentence of the body, in a paragraph without figures, is all that the article says of such products."""
    names = product_names(evidence)
    sentences = {evidence.sentence_of(m).start for m in names}
    opening = evidence.body[:2] if evidence.english else evidence.body[:1]  # "BEIJING, Feb." ends like a sentence
    subjects = [*evidence.products, *evidence.unknown_products]
    if any(evidence.zone(m) is Zone.TITLE for g in ("event", "update", "central") for m in evidence.cues(g)):
        subjects += evidence.cues("topic.huiminbao")  # what the headline says has happened to such products
    if {s.start for s in opening} & {evidence.sentence_of(m).start for m in subjects}:
        return False  # a short report that begins with the product is on the product
    if evidence.unknown_products and any(evidence.zone(m) is Zone.TITLE for m in evidence.cues("event")):
        return False  # the headline tells what the clause is about
    described = {evidence.sentence_of(m).start for m in evidence.cues("trait")}
    if len(described) >= _DESCRIBED_IN:
        return False  # named once, described throughout
    return len(sentences) == 1 and not FIGURE.search(evidence.paragraph_of(names[0]).text)


def _repeated(evidence: Evidence) -> bool:
    own = Counter(m.surface for m in evidence.unknown_products)
    return len(_names(evidence)) >= 3 or (evidence.english and max(own.values(), default=0) >= 2)


def _weigh_name(evidence: Evidence, tally: Tally) -> tuple[Mention, Zone] | None:
    """The name that counts most: a known product, the generic name, a name built like one, or half a name."""
    found: list[tuple[float, Mention, Zone, str]] = []
    for code, mentions, weights in (
        ("product", evidence.products, _PRODUCT),
        ("name", evidence.cues("topic.huiminbao"), _NAME),
        ("built_name", [m for m in evidence.unknown_products if _BUILT.search(m.surface)], _BUILT_NAME),
        ("quoted_name", _quoted(evidence), _QUOTED_NAME),
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
        if zone is Zone.BODY and _repeated(evidence):
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


def _quoted(evidence: Evidence) -> list[Mention]:
    """Quoted names in no list and of no usual build, where a city's scheme and its people are spoken of."""
    names = [m for m in evidence.unknown_products if not _BUILT.search(m.surface)]
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
    found = [m for m in _WISH.finditer(evidence.text) if not _within_words(evidence, m.start(), m.end())]
    if not found or evidence.unknown_products or evidence.products:
        return []
    initials = {p.surface[0] for p in evidence.vocabulary.regions.find(evidence.text)}
    term = Term(text="", code="", family="products", kind="pattern", file=evidence.vocabulary.directory, line=0)
    return [Mention(m.group(), m.start(), m.end(), m.group(), term) for m in found if m.group()[0] in initials]


def _within_words(evidence: Evidence, start: int, end: int) -> bool:
    return any(s < end and start < e for s, e in evidence.vocabulary.products.taken(evidence.text))


def _weigh_traits(evidence: Evidence, tally: Tally, *, named: bool) -> None:
    if not named and not _MEDICAL.search(evidence.text):
        return
    found = {m.code: m for m in reversed(evidence.cues("trait"))}
    telling = bool(_TELLING & found.keys()) or (named and len(found) >= 2)
    if not telling:
        return
    for code, weight in _TRAITS.items():
        if code in found:
            tally.add(evidence.reason(code, found[code], weight))


def _weigh_hidden(evidence: Evidence, form: Form, tally: Tally) -> None:
    """A feature story hides its news deep in the text: there a product's own name stands beside what happened to it."""
    if form.roundup:
        return
    products = [
        *evidence.products,
        *(m for m in evidence.unknown_products if _BUILT.search(m.surface)),
        *(_quoted(evidence) if evidence.cues("trait.pool") or evidence.cues("trait.guided") else ()),
    ]
    sure = [*evidence.cues("update"), *evidence.cues("event")]
    for paragraph in evidence.paragraphs:
        named = evidence.inside(products, paragraph)
        if not named or not evidence.inside(sure, paragraph):
            continue
        if len(products) >= 2 or FIGURE.search(paragraph.text):
            tally.add(evidence.reason("hidden_event", named[0], 3.0))
            return


def _described(tally: Tally) -> bool:
    return sum(r.weight for r in tally.reasons if r.code.startswith("trait.")) >= THRESHOLD - 1


def _weigh_scope(evidence: Evidence, tally: Tally) -> None:
    scope = evidence.cues("scope")
    title = [m for m in scope if evidence.zone(m) is Zone.TITLE]
    lead = [m for m in scope if evidence.zone(m) is not Zone.BODY]
    named = bool(evidence.products or evidence.cues("topic.huiminbao"))
    if not named:
        if hit := next((m for m in lead if m.code in ("scope.farm", "scope.vehicle", "scope.bond")), None):
            tally.add(evidence.reason(hit.code, hit, -4.0))
        for code in (
            "scope.farm",
            "scope.vehicle",
            "scope.staff",
            "scope.base",
            "scope.finance",
            "scope.charity",
            "scope.bond",
        ):
            if hit := next((m for m in title if m.code == code), None):
                tally.add(evidence.reason(code, hit, -4.0))
        programmes = [m for m in evidence.programmes if not _PRIZE.match(evidence.text, m.end)]
        beside = (m for m in programmes if m.code in _BRANDED and _beside_name(evidence, m))
        if branded := next(beside, None):
            tally.add(evidence.reason("other_programme", branded, -4.0))
        strong = [m for m in programmes if m.code not in ("supplementary_medical", "accident")]
        heading = next((m for m in strong if evidence.zone(m) is Zone.TITLE), None)
        if heading:
            tally.add(evidence.reason("other_programme", heading, -4.0))
    foreign = next((m for m in lead if m.code == "scope.foreign"), None)
    if foreign and not evidence.places and not evidence.insurers and not named:
        tally.add(evidence.reason("scope.foreign", foreign, -8.0))


def _beside_name(evidence: Evidence, programme: Mention) -> bool:
    return evidence.within(evidence.unknown_products, evidence.sentence_of(programme))


def _decide(evidence: Evidence, form: Form, update: Update | None, tally: Tally) -> Opinion:
    if form.roundup:
        tally.note("form.roundup", "one clause of a round-up")
        return _opinion(tally, Relevance.DIGEST, None, firm=False)
    if update is Update.RECOGNITION:
        tally.note("form.award", "recognition alone is no news of the product")
        return _opinion(tally, Relevance.DIGEST, update)
    title_product = any(evidence.zone(m) is Zone.TITLE for m in [*evidence.products, *evidence.unknown_products])
    told = any(evidence.zone(m) is Zone.TITLE and m.code != "update.opening" for m in evidence.cues("update"))
    hard = update in (Update.DISCONTINUED, Update.POLICY) and not form.interview
    if (
        (form.explainer or form.opinion)
        and not hard
        and not (title_product and (told or DATE.search(evidence.text[: evidence.lead_end])))
    ):
        tally.note("form.general", "speaks of such products in general")
        return _opinion(tally, Relevance.DIGEST, None)
    if update is not Update.POLICY and not _particular(evidence):
        tally.note("form.general", "names no product, place or insurer")
        return _opinion(tally, Relevance.DIGEST, None)
    if update is None:
        tally.note("update.none", "nothing new happened")
        return _opinion(tally, Relevance.DIGEST, None)
    return _opinion(tally, Relevance.ALERT, update)


def _particular(evidence: Evidence) -> bool:
    """Whether the article says of whom, where or when: else nothing can have happened."""
    return bool(
        evidence.products
        or evidence.unknown_products
        or evidence.insurers
        or evidence.places
        or evidence.cues("central")
        or DATE.search(evidence.text[: evidence.lead_end])
    )


def _below(evidence: Evidence, form: Form, subject: tuple[Mention, Zone] | None, tally: Tally) -> Opinion:
    named: Sequence[Mention] = _names(evidence)
    if named and subject is not None:
        tally.note("form.passing", "named in passing")
        return _opinion(tally, Relevance.DIGEST, None, firm=False)
    return _opinion(tally, Relevance.NONE, None)


def _opinion(tally: Tally, relevance: Relevance, update: Update | None, *, firm: bool = True) -> Opinion:
    return Opinion(
        topic=Topic.HUIMINBAO,
        score=tally.score,
        threshold=THRESHOLD,
        relevance=relevance,
        update=update,
        firm=firm,
        reasons=tuple(tally.reasons),
    )
