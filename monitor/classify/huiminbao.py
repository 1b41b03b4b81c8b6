"""The judge of Huiminbao: is the article on a city's supplementary medical product, and what happened to it?

A known product or the generic name in the headline or lead settles the topic. Names that stand in no list, and articles that
never use the word, are known by the traits of such a product: open to all ages and histories, carried by a pool of insurers,
guided by a public body, one price a head, paying what basic insurance leaves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Zone
from monitor.classify.form import Form
from monitor.classify.naming import BUILT, product_names, quoted_names, repeated, sure_names, weigh_name
from monitor.classify.update import DATE, FIGURE, weigh_update
from monitor.classify.verdict import Opinion, Tally
from monitor.model import Relevance, Topic, Update
from monitor.taxonomy import Mention

THRESHOLD = 5.0

_DESCRIBED_IN = 4  # sentences with traits that make a report one on the product, however rarely it is named
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
# Programmes that carry brand names of their own (银龄安康, 防贫保): beside one of them a name is the programme's.
_BRANDED = frozenset({"accident", "poverty_prevention", "livelihood", "long_term_care", "employee_supplement"})
# The name of a prize is no programme: “年度城市民生保险十佳案例”.
_PRIZE = re.compile('[^，。；"]{0,12}(?:案例|奖|十佳|榜|称号|示范)')


def judge(evidence: Evidence, form: Form) -> Opinion:
    """The verdict on `huiminbao`."""
    tally = Tally(Topic.HUIMINBAO, THRESHOLD)
    subject = weigh_name(evidence, tally)
    _weigh_traits(evidence, tally, named=subject is not None and subject[1] is not Zone.BODY)
    _weigh_scope(evidence, tally)
    if subject is not None and subject[1] is Zone.BODY:
        _weigh_hidden(evidence, form, tally)
    if tally.score < THRESHOLD:
        return _below(evidence, subject, tally)
    if subject is not None and subject[1] is not Zone.TITLE and _single_clause(evidence):
        return _below(evidence, subject, tally)
    in_body_only = subject is not None and subject[1] is Zone.BODY and not repeated(evidence)
    if in_body_only and not _described(tally) and not any(r.code == "hidden_event" for r in tally.reasons):
        return _below(evidence, subject, tally)
    update, because = weigh_update(evidence, product_names(evidence))
    if update is not None:
        tally.note(f"update.{update.value}", because)
    return _decide(evidence, form, update, tally)


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
        *(m for m in evidence.unknown_products if BUILT.search(m.surface)),
        *(quoted_names(evidence) if evidence.cues("trait.pool") or evidence.cues("trait.guided") else ()),
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
    if system := _software(evidence, title):
        tally.add(evidence.reason(system.code, system, -8.0))
    foreign = next((m for m in lead if m.code == "scope.foreign"), None)
    if foreign and not evidence.places and not evidence.insurers and not named:
        tally.add(evidence.reason("scope.foreign", foreign, -8.0))


def _software(evidence: Evidence, scope: Sequence[Mention]) -> Mention | None:
    """Software for a product that a headline says is bought: the purchase is news of the trade in software."""
    bought = any(evidence.zone(m) is Zone.TITLE for m in evidence.cues("stage") if m.code != "stage.operation")
    return next((m for m in scope if m.code == "scope.system"), None) if bought and not evidence.insurers else None


def _beside_name(evidence: Evidence, programme: Mention) -> bool:
    return evidence.within(evidence.unknown_products, evidence.sentence_of(programme))


def _decide(evidence: Evidence, form: Form, update: Update | None, tally: Tally) -> Opinion:
    if form.roundup:
        tally.note("form.roundup", "one clause of a round-up")
        return tally.opinion(Relevance.DIGEST, firm=False)
    if update is Update.RECOGNITION:
        tally.note("form.award", "recognition alone is no news of the product")
        return tally.opinion(Relevance.DIGEST, update=update)
    title_product = any(evidence.zone(m) is Zone.TITLE for m in [*evidence.products, *evidence.unknown_products])
    told = any(evidence.zone(m) is Zone.TITLE and m.code != "update.opening" for m in evidence.cues("update"))
    hard = update in (Update.DISCONTINUED, Update.POLICY) and not form.interview
    if (
        (form.explainer or form.opinion)
        and not hard
        and not (title_product and (told or DATE.search(evidence.text[: evidence.lead_end])))
    ):
        tally.note("form.general", "speaks of such products in general")
        return tally.opinion(Relevance.DIGEST)
    if update is not Update.POLICY and not _particular(evidence):
        tally.note("form.general", "names no product, place or insurer")
        return tally.opinion(Relevance.DIGEST)
    if update is None:
        tally.note("update.none", "nothing new happened")
        return tally.opinion(Relevance.DIGEST)
    return tally.opinion(Relevance.ALERT, update=update)


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


def _below(evidence: Evidence, subject: tuple[Mention, Zone] | None, tally: Tally) -> Opinion:
    software = any(r.code == "scope.system" for r in tally.reasons)
    if subject is not None and sure_names(evidence) and not software:
        return tally.in_passing("named in passing")
    return tally.opinion(Relevance.NONE)
