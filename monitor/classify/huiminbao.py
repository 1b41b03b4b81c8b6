"""The judge of Huiminbao: is the article on a city's supplementary medical product, and what happened to it?

A known product or the generic name in the headline or lead settles the topic. Names that stand in no list, and articles that
never use the word, are known by the traits of such a product: open to all ages and histories, carried by a pool of insurers,
guided by a public body, one price a head, paying what basic insurance leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.classify.evidence import Evidence, Zone
from monitor.classify.form import Form
from monitor.classify.verdict import Opinion, Tally
from monitor.model import Relevance, Topic, Update
from monitor.taxonomy import Mention

THRESHOLD = 5.0

_NAME = {Zone.TITLE: 6.0, Zone.LEAD: 5.0, Zone.BODY: 2.0}
_PRODUCT = {Zone.TITLE: 6.0, Zone.LEAD: 5.5, Zone.BODY: 2.5}
_BUILT_NAME = {Zone.TITLE: 4.0, Zone.LEAD: 3.5, Zone.BODY: 2.0}
_HALF_NAME = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
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
_MEDICAL = re.compile(r"医保|医疗|住院|自付|medical|hospital|patient", re.IGNORECASE)
_BUILT = re.compile("惠|民保|健康保|医保|康保|益|bao", re.IGNORECASE)

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
    update = update_of(evidence)
    return _decide(evidence, form, update, tally)


def _names(evidence: Evidence) -> list[Mention]:
    return [*evidence.cues("topic.huiminbao"), *evidence.products]


def _single_clause(evidence: Evidence) -> bool:
    """Whether one sentence of the body, in a paragraph without figures, is all that the article says of such products."""
    names = [*_names(evidence), *evidence.unknown_products]
    sentences = {evidence.sentence_of(m).start for m in names}
    return len(sentences) == 1 and not _FIGURE.search(evidence.paragraph_of(names[0]).text)


def _repeated(evidence: Evidence) -> bool:
    return len(_names(evidence)) >= 3


def _weigh_name(evidence: Evidence, tally: Tally) -> tuple[Mention, Zone] | None:
    """The name that counts most: a known product, the generic name, a name built like one, or half a name."""
    found: list[tuple[float, Mention, Zone, str]] = []
    for code, mentions, weights in (
        ("product", evidence.products, _PRODUCT),
        ("name", evidence.cues("topic.huiminbao"), _NAME),
        ("built_name", [m for m in evidence.unknown_products if _BUILT.search(m.surface)], _BUILT_NAME),
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
        if code == "built_name" and (near := evidence.best([*evidence.cues("cover"), *evidence.cues("actor.health")])):
            tally.add(evidence.reason("insurance_words", near[0], 1.0))
    if best := evidence.best(evidence.cues("topic.supplementary")):
        tally.add(evidence.reason("half_name", best[0], _HALF_NAME[best[1]]))
    return subject


def _weigh_traits(evidence: Evidence, tally: Tally, *, named: bool) -> None:
    found = {m.code: m for m in reversed(evidence.cues("trait"))}
    if not _TELLING & found.keys() or not (named or _MEDICAL.search(evidence.text)):
        return
    for code, weight in _TRAITS.items():
        if code in found:
            tally.add(evidence.reason(code, found[code], weight))


def _weigh_hidden(evidence: Evidence, form: Form, tally: Tally) -> None:
    """A feature story hides its news deep in the text: there a product's own name stands beside what happened to it."""
    if form.roundup:
        return
    products = [*evidence.products, *(m for m in evidence.unknown_products if _BUILT.search(m.surface))]
    sure = evidence.cues("update")
    for paragraph in evidence.paragraphs:
        named = evidence.inside(products, paragraph)
        if not named or not evidence.inside(sure, paragraph):
            continue
        if len(products) >= 2 or _FIGURE.search(paragraph.text):
            tally.add(evidence.reason("hidden_event", named[0], 3.0))
            return


_FIGURE = re.compile(
    r"[\d一二三四五六七八九十百千两]\s*[万亿千]?\s*(?:元|人|人次|件|%)|(?:million|billion|yuan)|[一二三四五六七八九]成"
)


def _described(tally: Tally) -> bool:
    return sum(r.weight for r in tally.reasons if r.code.startswith("trait.")) >= THRESHOLD - 1


def _weigh_scope(evidence: Evidence, tally: Tally) -> None:
    scope = evidence.cues("scope")
    title = [m for m in scope if evidence.zone(m) is Zone.TITLE]
    lead = [m for m in scope if evidence.zone(m) is not Zone.BODY]
    named = bool(evidence.products or evidence.cues("topic.huiminbao"))
    if not named:
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
        strong = [m for m in evidence.programmes if m.code not in ("supplementary_medical", "accident")]
        heading = next((m for m in strong if evidence.zone(m) is Zone.TITLE), None)
        if heading:
            tally.add(evidence.reason("other_programme", heading, -4.0))
    foreign = next((m for m in lead if m.code == "scope.foreign"), None)
    if foreign and not evidence.places and not evidence.insurers and not named:
        tally.add(evidence.reason("scope.foreign", foreign, -8.0))


def update_of(evidence: Evidence) -> Update | None:
    """What happened: by the headline, else by the lead's sentences, else by those that name the product.

    Words that say it surely (`update.*`) come before those that may (`hint.*`); a hint of the headline counts more where the
    lead says the same surely.
    """
    sure = [m for m in evidence.cues("update") if not evidence.denied(m)]
    hints = [m for m in evidence.cues("hint") if not evidence.denied(m)]
    lead = _updates(m for m in sure if evidence.zone(m) is Zone.LEAD)
    lead_hints = _updates(m for m in hints if evidence.zone(m) is Zone.LEAD)
    title = _updates(m for m in sure if evidence.zone(m) is Zone.TITLE)
    title_hints = _updates(m for m in hints if evidence.zone(m) is Zone.TITLE)
    if any(evidence.zone(m) is Zone.TITLE for m in evidence.cues("central")):
        title.add(Update.POLICY.value)
    title |= title_hints & lead & {Update.DISCONTINUED.value}
    if "opening" in title:
        lead = lead | lead_hints
    if found := _resolve(title, title_hints, lead, evidence.title):
        return found
    names = [*_names(evidence), *evidence.unknown_products]
    named = {
        update
        for sentence in evidence.body
        if evidence.within(names, sentence)
        for update in _updates([*evidence.inside(sure, sentence), *evidence.inside(hints, sentence)])
    }
    told: dict[str, float] = {}
    for name in title_hints:
        told[name] = 1.0 + (0.8 if name in lead else 0.0) + (0.3 if name in named else 0.0)
    hidden = bool(names) and not any(evidence.zone(m) is not Zone.BODY for m in names)
    order = sorted(evidence.body, key=lambda s: not _FIGURE.search(s.text)) if hidden else evidence.body
    for sentence in order:
        if (hidden or sentence.start > evidence.lead_end) and not evidence.within(names, sentence):
            continue
        inside = _updates(evidence.inside(sure, sentence))
        if found := _resolve(inside, _updates(evidence.inside(hints, sentence)), lead, sentence.text):
            told.setdefault(found.value, 0.9)
            break
    if not told:
        told = dict.fromkeys(lead_hints, 0.5)
    if not told:
        return None
    best = max(told.values())
    return next((u for u in _ORDER if told.get(u.value) == best), None)


def _updates(mentions: Iterable[Mention]) -> set[str]:
    return {m.code.partition(".")[2] for m in mentions}


def _resolve(sure: set[str], hints: set[str], lead: set[str], text: str) -> Update | None:
    """One update out of the sure words of one sentence.

    The opening of a season is a launch where a new edition is shown with it, else enrolment. Money paid beats the way it is
    paid only where a sum is printed. A new edition beats its own terms; a new service beats the word "launch".
    """
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


_SUM = re.compile(
    r"(?:赔付|赔款|理赔|获赔|支付|报销|赔)[^。，；按]{0,12}?\d[\d,.]*\s*(?:万|亿|多|余)*\s*(?:元|人次|$)|(?:万|亿|\d)人次|(?:理赔|赔付)(?:服务)?(?:数据|报告|年报|半年报|答卷)|\d[\d,.]*\s*(?:万|亿)\s*元?[^。，]{0,4}(?:赔|理赔)|"
    r"(?:million|billion) yuan|(?:paid|compensat)[^.]{0,40}(?:million|billion)"
)
_EDITION = re.compile(r"20\d\d\s*(?:版|年度|年版)|[一二三四五六七八九十]期|\d+元|20\d\d edition", re.IGNORECASE)


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
    if (form.explainer or form.opinion) and not hard and not (title_product and (told or _dated(evidence))):
        tally.note("form.general", "speaks of such products in general")
        return _opinion(tally, Relevance.DIGEST, None)
    if update is None:
        tally.note("update.none", "nothing new happened")
        return _opinion(tally, Relevance.DIGEST, None)
    return _opinion(tally, Relevance.ALERT, update)


_DATE = re.compile(
    r"\d{1,2}月\d{1,2}日|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}|last (?:Mon|Tues|Wednes|Thurs|Fri)day|今日|今天|昨日|日前|近日"
)


def _dated(evidence: Evidence) -> bool:
    return bool(_DATE.search(evidence.text[: evidence.lead_end]))


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
