"""The judge of government-commissioned business: is a people's insurance programme bought, won, renewed, lost or run?

Points are added for a programme (in the headline most), for what happens to it, for who acts; they are taken off for what is
out of scope. The weights are set so that a programme in the headline with any event and actor passes, and a programme in
passing does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.choosing import DIGEST_THRESHOLD, choosing_insurers, passing
from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.classify.form import Form
from monitor.classify.leaning import leaning
from monitor.classify.running import judge_running
from monitor.classify.scope import weigh_scope
from monitor.classify.stage import first_stage, stage_of, statements
from monitor.classify.verdict import Opinion, Tally
from monitor.model import Relevance, Stage, Topic
from monitor.taxonomy import Mention

THRESHOLD = 5.0

_PROGRAMME = {Zone.TITLE: 3.0, Zone.LEAD: 2.0, Zone.BODY: 1.0}
_STAGE = {Zone.TITLE: 2.0, Zone.LEAD: 1.5, Zone.BODY: 0.5}
_ACT = {Zone.TITLE: 1.5, Zone.LEAD: 1.5, Zone.BODY: 0.75}
_ACTOR = {Zone.TITLE: 1.0, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_INSURER = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_COMPANY = {Zone.TITLE: 1.0, Zone.LEAD: 1.0, Zone.BODY: 0.0}
_PARTIES = 1.0
_SCALE = 0.5
_OPERATION_TITLE = 1.0

# Programmes whose names are everyday words: they count only beside a payer or the people who are covered.
_EVERYDAY = frozenset({"accident", "supplementary_medical", "livelihood"})
# What makes a benefit (门诊慢特病) a business: somebody is entrusted with its administration.
_ENTRUSTED = re.compile(
    "经办|委托|商保|管理|第三方|外包|外援|handling|administ|entrust|agency|outsourc|insurers|-check|investigat|application|commission|identif|assess|certif",
    re.IGNORECASE,
)
_NAME_GOES_ON = 6  # characters behind a benefit's name that may say so (门诊慢特病评审外包)

# A programme by a name of its own; one that is only described (大病的钱) counts as an everyday word does.
_NAMED = re.compile("保险|险$|insurance|经办", re.IGNORECASE)


def judge(evidence: Evidence, form: Form, *, huiminbao: bool) -> Opinion:
    """The verdict on `gov_tender`. `huiminbao` says that the article is on a Huiminbao product: then the names that such
    products share with public programmes (补充医疗保险) count only where the product's insurers are being chosen."""
    tally = Tally(Topic.GOV_TENDER, THRESHOLD)
    programmes = [m for m in evidence.programmes if _meant(evidence, m)]
    if huiminbao:
        return choosing_insurers(evidence, form, programmes, tally)
    if not programmes and not all(evidence.cues(c) for c in ("cover", "group", "act.buy", "actor")):
        return tally.opinion(Relevance.NONE)  # most news: nothing is insured for anybody
    stage, where = stage_of(evidence)
    if form.award and where is not Zone.TITLE and stage is not None:
        stage = Stage.OPERATION  # the lead's result is the award's
    best = evidence.best(programmes)
    if best is None:
        best = _nameless(evidence, stage, tally)
        if best is None:
            return tally.opinion(Relevance.NONE)
    else:
        mention, zone = best
        in_object = zone is not Zone.TITLE and (
            (stage is Stage.INTENTION and where is Zone.TITLE) or _in_object(evidence, mention)
        )
        tally.add(
            evidence.reason(
                f"programme.{mention.code}", mention, _PROGRAMME[Zone.TITLE] if in_object else _PROGRAMME[zone]
            )
        )
    _weigh_event(evidence, stage, where, tally)
    _weigh_actors(evidence, tally)
    weigh_scope(evidence, programmes, stage, tally)
    if (best is not None and tally.score < THRESHOLD) or form.explainer or not _reported(evidence, programmes):
        hidden = _hidden_event(evidence, form, programmes, tally)
        if hidden is not None:
            stage, where = hidden, Zone.LEAD
    return _decide(evidence, form, programmes, stage, where, tally)


def _meant(evidence: Evidence, mention: Mention) -> bool:
    """Whether a programme's name is meant as one: everyday words need a payer, an undertaker or the covered beside them."""
    named = evidence.text[mention.start : mention.end + _NAME_GOES_ON]
    bought = "服务" in named and evidence.within(evidence.cues("act.buy"), evidence.sentence_of(mention))
    benefit = mention.code == "basic_administration" and not _ENTRUSTED.search(named) and not bought
    described = mention.term.kind == "pattern" and not _NAMED.search(mention.surface)
    if mention.code not in _EVERYDAY and not benefit and not described:
        return True
    sentence = evidence.sentence_of(mention)
    if evidence.zone(mention) is not Zone.BODY:
        sentence = Stretch(0, max(evidence.lead_end, sentence.end), "", Zone.TITLE)
    if evidence.within(evidence.cues("act.undertake"), sentence) or evidence.within(evidence.insurers, sentence):
        return True
    return not benefit and (
        evidence.within(evidence.cues("act.buy"), sentence) or evidence.within(evidence.cues("actor"), sentence)
    )


def _in_object(evidence: Evidence, mention: Mention) -> bool:
    return mention.surface in evidence.object_text()


def _nameless(evidence: Evidence, stage: Stage | None, tally: Tally) -> tuple[Mention, Zone] | None:
    """A purchase of insurance for people in words that name no programme: payer, act, people and insurance close together."""
    if stage is None or stage is Stage.OPERATION:
        return None
    for sentence in evidence.sentences:
        if sentence.zone is Zone.BODY:
            break
        covers = [m for m in evidence.cues("cover") if sentence.start <= m.start < sentence.end]
        if (
            covers
            and evidence.within(evidence.cues("group"), sentence)
            and evidence.within(evidence.cues("act.buy"), sentence)
            and evidence.within(evidence.cues("actor"), sentence)
        ):
            tally.add(evidence.reason("programme.unnamed", covers[0], 1.5))
            return covers[0], sentence.zone
    return None


def _reported(evidence: Evidence, programmes: Sequence[Mention]) -> bool:
    return any(evidence.zone(m) is not Zone.BODY or _in_object(evidence, m) for m in programmes)


def _hidden_event(evidence: Evidence, form: Form, programmes: Sequence[Mention], tally: Tally) -> Stage | None:
    """A feature story's news: a paragraph that has programme, parties and figures, and what happened in it or beside it.

    A column of questions and answers speaks in general; only a statement in the paragraph itself is news there.
    """
    if form.roundup or form.opinion:
        return None
    told = statements(evidence)
    words = [m for m in evidence.cues("stage") if not evidence.in_background(m)]
    paragraphs = evidence.paragraphs
    for i, paragraph in enumerate(paragraphs):
        named = evidence.inside(programmes, paragraph)
        if not named or not _FIGURES.search(paragraph.text):
            continue
        around = paragraphs[max(0, i - 1) : i + 2]
        insurers, actors = (_takes_part(evidence, m, around) for m in (evidence.insurers, evidence.cues("actor")))
        if not insurers and not actors:
            continue
        inside = [m for m in told if paragraph.start <= m.start < paragraph.end]
        if not form.explainer and ((insurers and actors) or evidence.within(evidence.cues("act"), paragraph)):
            inside += evidence.inside(words, paragraph)
        stage = first_stage(inside, paragraph.text)
        if stage is None and not form.explainer and not evidence.within(evidence.cues("stage.operation"), paragraph):
            stage = _told_around(evidence, told, around)
        elif stage is None and insurers and actors:
            stage = Stage.OPERATION
        if stage is not None:
            tally.add(evidence.reason("hidden_event", named[0], 3.0))
            return stage
    return None


def _takes_part(evidence: Evidence, parties: Sequence[Mention], around: Sequence[Stretch]) -> bool:
    """Whether a party stands beside the programme, or in the headline or the lead."""
    return any(evidence.zone(m) is not Zone.BODY or any(p.start <= m.start < p.end for p in around) for m in parties)


def _told_around(evidence: Evidence, told: Sequence[Mention], around: Sequence[Stretch]) -> Stage | None:
    """How a purchase ended, by the paragraphs around the programme's name, or else by the headline and the lead."""
    ends = [m for m in told if m.code not in ("told.intention", "told.notice")]
    near = [m for m in ends if any(p.start <= m.start < p.end for p in around)]
    return first_stage(near, "") or first_stage([m for m in ends if evidence.zone(m) is not Zone.BODY], "")


_FIGURES = re.compile(
    r"\d[\d,.]*\s*(?:万|亿)?\s*(?:元|人|名|户)|\d[\d,.]* (?:million|billion|yuan)|[一二三四五六七八九十百千]万"
)


def _weigh_event(evidence: Evidence, stage: Stage | None, where: Zone, tally: Tally) -> None:
    if stage is None:
        return
    mention = (
        evidence.first(evidence.cues(f"stage.{stage.value}"), where)
        or evidence.first(evidence.cues(f"told.{stage.value}"), where)
        or evidence.first(evidence.cues(f"mark.{stage.value}"))
        or evidence.first(evidence.cues(f"lean.{stage.value}"))
    )
    if mention is None:
        return
    weight = _STAGE[where]
    if stage is Stage.OPERATION:
        weight = _OPERATION_TITLE if where is Zone.TITLE else 0.5
    tally.add(evidence.reason(f"stage.{stage.value}", mention, weight))


def _weigh_actors(evidence: Evidence, tally: Tally) -> None:
    for code, cues, weights in (
        ("act.undertake", evidence.cues("act.undertake"), _ACT),
        ("act.buy", evidence.cues("act.buy"), _ACTOR),
        ("actor", evidence.cues("actor"), _ACTOR),
        ("insurer", evidence.insurers, _INSURER),
        ("company", () if evidence.insurers else evidence.cues("act.company"), _COMPANY),
        ("trace", evidence.cues("trace"), _COMPANY),
    ):
        if best := evidence.best(cues):
            tally.add(evidence.reason(code, best[0], weights[best[1]]))
    if figure := _FIGURES.search(evidence.text, 0, evidence.lead_end):
        tally.note("figures", figure.group(), _SCALE)
    insurers = evidence.insurers or evidence.cues("act.company")
    payer, insurer = (evidence.best(m) for m in (evidence.cues("actor"), insurers))
    if payer and insurer and Zone.BODY not in (payer[1], insurer[1]):
        tally.note("parties", "a public payer and an insurer stand together", _PARTIES)


def _decide(
    evidence: Evidence, form: Form, programmes: Sequence[Mention], stage: Stage | None, where: Zone, tally: Tally
) -> Opinion:
    in_title = any(evidence.zone(m) is Zone.TITLE for m in programmes)
    reported = _reported(evidence, programmes)
    reported = reported or (stage is Stage.INTENTION and where is Zone.TITLE)  # an intention is a table of purchases
    reported = reported or any(r.code in ("programme.unnamed", "hidden_event") for r in tally.reasons)
    out_of_scope = any(r.code.startswith("scope.") and r.weight <= -6 for r in tally.reasons)
    if out_of_scope and not form.roundup:
        return tally.opinion(Relevance.NONE)
    if tally.score >= THRESHOLD and reported and not form.roundup:
        hidden = any(r.code == "hidden_event" for r in tally.reasons)
        general = ((form.explainer and not hidden) or form.opinion) and (
            where is not Zone.TITLE or stage in (None, Stage.OPERATION) or not evidence.places or form.interview
        )
        if general:
            tally.note("form.general", "speaks of the programme in general")
            return tally.opinion(Relevance.DIGEST)
        if stage is Stage.OPERATION or stage is None:
            running = judge_running(evidence, form, tally)
            leant = None if running[0] is Relevance.ALERT or form.praise or form.award else leaning(evidence)
            relevance, running_stage = (Relevance.ALERT, leant) if leant else running
            return tally.opinion(relevance, stage=running_stage)
        return tally.opinion(Relevance.ALERT, stage=stage)
    commissioned = evidence.cues("act.undertake") or evidence.cues("actor.health") or evidence.cues("act.buy")
    if in_title and tally.score >= DIGEST_THRESHOLD and commissioned:
        return tally.opinion(Relevance.DIGEST)
    if passing(evidence, programmes, enough=1 if form.roundup else 2):
        return tally.in_passing("programmes are named in passing")
    return tally.opinion(Relevance.NONE)
