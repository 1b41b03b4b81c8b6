"""The judge of government-commissioned business: is a people's insurance programme bought, won, renewed, lost or run?

Points are added for a programme (in the headline most), for what happens to it, for who acts; they are taken off for what is
out of scope. The weights are set so that a programme in the headline with any event and actor passes, and a programme in
passing does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.classify.form import Form
from monitor.classify.verdict import Opinion, Tally
from monitor.model import Relevance, Stage, Topic
from monitor.taxonomy import Mention

THRESHOLD = 5.0
_DIGEST_THRESHOLD = 3.5

# Where two notice types stand in one headline, the earlier of this list is the event: a correction of a result is a correction.
_STAGES = (
    Stage.FAILED,
    Stage.AMENDMENT,
    Stage.RENEWAL,
    Stage.INTENTION,
    Stage.CONTRACT,
    Stage.RESULT,
    Stage.NOTICE,
)
_PROGRAMME = {Zone.TITLE: 3.0, Zone.LEAD: 2.0, Zone.BODY: 1.0}
_STAGE = {Zone.TITLE: 2.0, Zone.LEAD: 1.5, Zone.BODY: 0.5}
_ACT = {Zone.TITLE: 1.5, Zone.LEAD: 1.5, Zone.BODY: 0.75}
_ACTOR = {Zone.TITLE: 1.0, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_INSURER = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_OPERATION_TITLE = 1.0

# Programmes whose names are everyday words: they count only beside a payer or the people who are covered.
_EVERYDAY = frozenset({"accident", "supplementary_medical", "livelihood"})
# What makes a benefit (门诊慢特病) a business: somebody is entrusted with its administration.
_ENTRUSTED = re.compile("经办|委托|商保|管理|第三方|handling|administ|entrust|agency", re.IGNORECASE)
# Purchases that are of something else, whatever programme stands beside them.
_OTHER_OBJECT = ("scope.vehicle", "scope.property", "scope.farm", "scope.bond", "scope.system", "scope.goods")
_STAFF_PROGRAMMES = frozenset({"accident", "supplementary_medical", "employee_supplement", "critical_illness"})
_ANY_BODY = frozenset({"政府", "财政局", "工会", "government", "finance bureau", "市政", "管委会"})
_WHOLE_CITY = re.compile(
    "全市|全县|全区|全州|全省|城乡居民|参保职工|参保人员|职工医保|职工基本医疗|环卫|老年人|残疾人|计生|计划生育|学生|困难|低保"
)
_INSURER_BUYS = re.compile(
    r"(?:采购人|招标人|采购单位|比选人|采购方|招标单位|询价人|Purchaser|Buyer|Tenderee)\s*[:：为]?\s*$"
)
_NOTICE_TITLE = re.compile(r"(?:公告|公示)(?:[(（][^)）]*[)）])?$")
_TOTALLED = re.compile(
    r"(?:累计|共计|共|合计|全年|上半年|下半年|半年|季度|截至|全市|全县|全州|全省|全区|以来|去年|今年|前\S{1,3}月|年度|20\d\d年|1至\d{1,2}月|1[-—]\d{1,2}月|total|as of|by the end|since|in 20\d\d|last year|this year)"
    r"[^。\n]{0,60}?\d[\d,.]*\s*(?:万|亿|余|多)?\s*(?:元|人次|人|件|例|户|起|笔|名|million|billion|thousand|people|yuan|cases|claims|households|residents)",
    re.IGNORECASE,
)
_PAID_ENGLISH = re.compile(
    r"(?:paid|pays|benefit\w*|compensat\w*|reimburs\w*|settled|cover(?:s|ed|ing)?|helped)\b[^.\n]{0,60}?\d[\d,.]* ?(?:million|billion|people|persons|residents|employees|families|households|cases|claims)",
    re.IGNORECASE,
)
_SUM_IN_TITLE = re.compile(r"\d[\d,.]*\s*(?:万|亿|余|多)*\s*(?:元|人次|人|名|户)|\d[\d,.]* (?:million|billion)")
_PAID = re.compile(
    r"赔付|理赔|支付|报销|给付|待遇|享受|受益|惠及|救助|赔款|补偿|参保|覆盖|减负|发放|赔|paid|pay|payout|benefit|claim|cover|compensat|reimburs|insured|enrol",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"启动|落地|首单|首笔|首例|首张|开始受理|受理首|正式实施|实施|施行|上线|开办|今起|扩面|提标|新增|全面铺开|揭牌|开通|调整|提高|开始申请|"
    r"launch|takes effect|took effect|came into|comes into|first claim|first case|rolls? out|rolled out|starts|started|begins|began|goes live|introduc|kicks? off",
    re.IGNORECASE,
)


def judge(evidence: Evidence, form: Form, *, huiminbao: bool) -> Opinion:
    """The verdict on `gov_tender`. `huiminbao` says that the article is on a Huiminbao product: then the names that such
    products share with public programmes (补充医疗保险) count only where the product's insurers are being chosen."""
    tally = Tally()
    programmes = [m for m in evidence.programmes if _meant(evidence, m)]
    if huiminbao:
        return _choosing_insurers(evidence, form, programmes, tally)
    stage, where = stage_of(evidence)
    if form.award and where is not Zone.TITLE and stage is not None:
        stage = Stage.OPERATION  # the lead's result is the award's
    best = evidence.best(programmes)
    if best is None:
        best = _nameless(evidence, stage, tally)
        if best is None:
            return _opinion(tally, Relevance.NONE, None)
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
    _weigh_scope(evidence, programmes, stage, tally)
    if (best is not None and tally.score < THRESHOLD) or not _reported(evidence, programmes):
        hidden = _hidden_event(evidence, form, programmes, tally)
        if hidden is not None:
            stage, where = hidden, Zone.LEAD
    return _decide(evidence, form, programmes, stage, where, tally)


def stage_of(evidence: Evidence) -> tuple[Stage | None, Zone]:
    """The stage that the headline reports, else what an official notice's labels tell, else the lead's first that is told.

    How an undertaker was once chosen (经公开招标确定) is background. A headline on a running programme keeps the lead's purchase
    out unless the first sentence reports it.
    """
    mentions = [m for m in evidence.cues("stage") if not evidence.denied(m) and not evidence.in_background(m)]
    title = [m for m in mentions if evidence.zone(m) is Zone.TITLE]
    if found := _first_stage(title, evidence.title):
        later = (
            _outcome(evidence, mentions) if found is Stage.NOTICE and _speaks_of_tender(title, evidence.title) else None
        )
        return (later, Zone.LEAD) if later else (found, Zone.TITLE)
    running = any(m.code == "stage.operation" for m in title)
    if running and evidence.title[-2:] not in ("公告", "公示"):
        return Stage.OPERATION, Zone.TITLE
    marks = {m.code.partition(".")[2] for m in evidence.cues("mark")}
    if len(evidence.cues("mark.record")) >= 2:
        for stage in _STAGES:
            if stage.value in marks:
                return stage, Zone.LEAD
    for sentence in evidence.body:
        if sentence.zone is Zone.BODY:
            break
        inside = [m for m in mentions if sentence.start <= m.start < sentence.end]
        if found := _first_stage(inside, sentence.text):
            return found, Zone.LEAD
    if any(m.code == "stage.operation" and evidence.zone(m) is Zone.LEAD for m in mentions) or evidence.cues("running"):
        return Stage.OPERATION, Zone.LEAD
    return None, Zone.BODY


def _speaks_of_tender(title: Sequence[Mention], text: str) -> bool:
    """A headline that only says that there is a tender (招标遇冷) is no notice of one."""
    notices = [m for m in title if m.code == "stage.notice"]
    return all(len(m.surface) <= 2 for m in notices) and not _NOTICE_TITLE.search(text)


def _outcome(evidence: Evidence, mentions: Sequence[Mention]) -> Stage | None:
    """How the tender of the headline ended, by the first sentence of the body."""
    if not evidence.body:
        return None
    first = evidence.body[0]
    found = _first_stage([m for m in mentions if first.start <= m.start < first.end], first.text)
    return found if found in (Stage.FAILED, Stage.RESULT, Stage.AMENDMENT) else None


_AWARD_FIRST = re.compile(r"(?:中标|成交)(?:候选人)?(?:结果)?(?:公告|公示)")


def _first_stage(mentions: Sequence[Mention], text: str) -> Stage | None:
    codes = {m.code for m in mentions}
    if {"stage.failed", "stage.result"} <= codes and _AWARD_FIRST.search(text):
        codes.discard("stage.failed")  # one lot was awarded, another failed: the notice is of the award
    return next((stage for stage in _STAGES if f"stage.{stage.value}" in codes), None)


def _meant(evidence: Evidence, mention: Mention) -> bool:
    """Whether a programme's name is meant as one: everyday words need a payer, an undertaker or the covered beside them."""
    benefit = mention.code == "basic_administration" and not _ENTRUSTED.search(mention.surface)
    if mention.code not in _EVERYDAY and not benefit:
        return True
    sentence = evidence.sentence_of(mention)
    if evidence.zone(mention) is Zone.TITLE:
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
    """A feature story's news: a paragraph that has programme, purchase, parties and figures together."""
    if form.roundup or form.opinion or form.explainer:
        return None
    mentions = [m for m in evidence.cues("stage") if not evidence.in_background(m)]
    for paragraph in evidence.paragraphs:
        named = evidence.inside(programmes, paragraph)
        if not named or not _FIGURES.search(paragraph.text):
            continue
        parties = evidence.within(evidence.insurers, paragraph) or evidence.within(evidence.cues("actor"), paragraph)
        stage = _first_stage(evidence.inside(mentions, paragraph), paragraph.text)
        acts = evidence.within(evidence.cues("act"), paragraph)
        if parties and acts and stage is not None:
            tally.add(evidence.reason("hidden_event", named[0], 3.0))
            return stage
    return None


_FIGURES = re.compile(
    r"\d[\d,.]*\s*(?:万|亿)?\s*(?:元|人|名|户)|\d[\d,.]* (?:million|billion|yuan)|[一二三四五六七八九十百千]万"
)


def _weigh_event(evidence: Evidence, stage: Stage | None, where: Zone, tally: Tally) -> None:
    if stage is None:
        return
    mention = evidence.first(evidence.cues(f"stage.{stage.value}"), where) or evidence.first(
        evidence.cues(f"mark.{stage.value}")
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
    ):
        if best := evidence.best(cues):
            tally.add(evidence.reason(code, best[0], weights[best[1]]))


def _weigh_scope(evidence: Evidence, programmes: Sequence[Mention], stage: Stage | None, tally: Tally) -> None:
    bought = evidence.object_text()
    codes = {m.code for m in programmes if m.surface in bought}
    buying = stage is not None and stage is not Stage.OPERATION
    scope = evidence.cues("scope")
    for code in _OTHER_OBJECT:
        hit = next((m for m in scope if m.code == code and m.surface in bought), None)
        if hit is None:
            continue
        named_last = bool(codes) and code in ("scope.vehicle", "scope.property", "scope.farm", "scope.bond")
        if evidence.zone(hit) is Zone.TITLE and not codes:
            tally.add(evidence.reason(code, hit, -8.0))
        elif buying and not named_last and (evidence.zone(hit) is Zone.TITLE or not codes):
            tally.add(evidence.reason(code, hit, -6.0))
    staff = next((m for m in scope if m.code == "scope.staff" and m.surface in bought), None)
    if staff is None and buying and not _insures_others(evidence):
        staff = next((m for m in scope if m.code == "scope.staff"), None)
    if staff and codes <= _STAFF_PROGRAMMES and not _WHOLE_CITY.search(bought):
        tally.add(evidence.reason("scope.staff", staff, -8.0))
    if buying and codes == {"accident"} and not _insures_others(evidence) and not _people(evidence):
        tally.note("scope.nobody", "neither a public payer nor the people who are covered are named", -4.0)
    own = next((m for m in evidence.insurers if m.start <= 2), None)
    if own and buying and _NOTICE_TITLE.search(evidence.title):
        tally.add(evidence.reason("scope.insurer_buys", own, -8.0))
    for insurer in evidence.insurers:
        if _INSURER_BUYS.search(evidence.text, max(0, insurer.start - 20), insurer.start):
            tally.add(evidence.reason("scope.insurer_buys", insurer, -8.0))
            break
    _weigh_background(evidence, scope, tally)


def _people(evidence: Evidence) -> bool:
    return any(evidence.zone(m) is not Zone.BODY for m in evidence.cues("group"))


def _insures_others(evidence: Evidence) -> bool:
    """Whether a body whose business is other people's cover takes part; any other body that buys, buys for its staff."""
    return bool(evidence.cues("actor.health")) or any(m.surface not in _ANY_BODY for m in evidence.cues("actor.body"))


def _weigh_background(evidence: Evidence, scope: Sequence[Mention], tally: Tally) -> None:
    foreign = [m for m in scope if m.code == "scope.foreign"]
    near = [m for m in foreign if evidence.zone(m) is not Zone.BODY]
    if (
        foreign
        and not evidence.insurers
        and (any(evidence.zone(m) is Zone.TITLE for m in near) or (near and not evidence.places))
    ) or (near and not evidence.places and evidence.english):
        tally.add(evidence.reason("scope.foreign", near[0], -8.0))
    for code, weight in (("scope.finance", -4.0), ("scope.charity", -4.0), ("scope.base", -4.0)):
        hit = next((m for m in scope if m.code == code and evidence.zone(m) is Zone.TITLE), None)
        if hit:
            tally.add(evidence.reason(code, hit, weight))


def _decide(
    evidence: Evidence, form: Form, programmes: Sequence[Mention], stage: Stage | None, where: Zone, tally: Tally
) -> Opinion:
    in_title = any(evidence.zone(m) is Zone.TITLE for m in programmes)
    reported = _reported(evidence, programmes)
    reported = reported or (stage is Stage.INTENTION and where is Zone.TITLE)  # an intention is a table of purchases
    reported = reported or any(r.code in ("programme.unnamed", "hidden_event") for r in tally.reasons)
    out_of_scope = any(r.code.startswith("scope.") and r.weight <= -6 for r in tally.reasons)
    if out_of_scope and not form.roundup:
        return _opinion(tally, Relevance.NONE, None)
    if tally.score >= THRESHOLD and reported and not form.roundup:
        general = (form.explainer or form.opinion) and (
            where is not Zone.TITLE or stage in (None, Stage.OPERATION) or not evidence.places or form.interview
        )
        if general:
            tally.note("form.general", "speaks of the programme in general")
            return _opinion(tally, Relevance.DIGEST, None)
        if stage is Stage.OPERATION or stage is None:
            return _opinion(tally, *_running(evidence, form, tally))
        return _opinion(tally, Relevance.ALERT, stage)
    commissioned = evidence.cues("act.undertake") or evidence.cues("actor.health") or evidence.cues("act.buy")
    if in_title and tally.score >= _DIGEST_THRESHOLD and commissioned:
        return _opinion(tally, Relevance.DIGEST, None)
    if passing(evidence, programmes, enough=1 if form.roundup else 2):
        tally.note("form.passing", "programmes are named in passing")
        return _opinion(tally, Relevance.DIGEST, None, firm=False)
    return _opinion(tally, Relevance.NONE, None)


def _running(evidence: Evidence, form: Form, tally: Tally) -> tuple[Relevance, Stage | None]:
    """News of a programme's running: new figures or a launch are an alert, praise is not."""
    if not evidence.insurers and not evidence.cues("act.undertake"):
        tally.note("operation.nobody", "no insurer and no undertaker acts")
        return Relevance.NONE, None
    figures = _SUM_IN_TITLE.search(evidence.title) if _PAID.search(evidence.title) else None
    figures = figures or next(
        (m for m in _TOTALLED.finditer(evidence.text) if _PAID.search(_around(evidence.text, m))), None
    )
    figures = figures or (_PAID_ENGLISH.search(evidence.text) if evidence.english else None)
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


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - 10) : found.end() + 12]


def passing(evidence: Evidence, programmes: Sequence[Mention], *, enough: int = 2) -> bool:
    """A clause that names several programmes as an insurer's business, or one in a round-up: on topic, but no event."""
    for mention in programmes:
        sentence = evidence.sentence_of(mention)
        codes = {m.code for m in programmes if sentence.start <= m.start < sentence.end}
        if (
            len(codes) >= enough
            and evidence.within(evidence.cues("act.undertake"), sentence)
            and (evidence.insurers or enough == 1)
        ):
            return True
    return False


_CHOICE = re.compile(
    r"遴选|征集|招标|采购|中标|入围|比选|中选|成交|候选人|磋商|竞选|选聘|征选|招募|谁来承保|定了|敲定|签约|续约|续签|签订|签署|"
    r"tender|\bbid|select|solicit|seek|invite|procure|shortlist|chosen|award(?!ed the title)|signs? |signed (?:an?|the|with)\b|renew",
    re.IGNORECASE,
)
_CARRIER = re.compile(
    r"承保|共保|承办|保险公司|保险机构|商保|运营机构|经办|协议|insurer|underwrit|undertaking|consortium|co-insur|carrier|operator|agreement",
    re.IGNORECASE,
)
# A headline on what comes after the choice: then the choice in the lead is background.
_POLICY = frozenset({"update.policy", "hint.policy", "central.body"})
_AFTER = frozenset(
    {"update.discontinued", "update.claims", "update.service", "update.enrolment", "update.terms", "update.policy"}
)


def _choosing_insurers(evidence: Evidence, form: Form, programmes: Sequence[Mention], tally: Tally) -> Opinion:
    """A Huiminbao story is a tender too where the headline or the lead has the product's insurers being chosen."""
    stage, where = stage_of(evidence)
    told = {m.code for g in ("update", "hint", "central") for m in evidence.cues(g) if evidence.zone(m) is Zone.TITLE}
    settled = stage in (None, Stage.OPERATION) or form.explainer or form.opinion or _POLICY & told
    for sentence in evidence.sentences:
        if settled or sentence.zone is Zone.BODY:
            break
        choice = _CHOICE.search(sentence.text)
        if choice is None or not _CARRIER.search(sentence.text):
            continue
        if _CHOICE.search(evidence.title) or (where is Zone.LEAD and sentence.zone is Zone.LEAD and not told & _AFTER):
            tally.note("huiminbao.choice", choice.group(), 6.0)
            return _opinion(tally, Relevance.ALERT, stage)
    own = [m for m in programmes if m.code != "supplementary_medical"]
    if (form.explainer or form.opinion) and any(evidence.zone(m) is Zone.TITLE for m in own):
        tally.note("form.general", "compares programmes", _DIGEST_THRESHOLD)
        return _opinion(tally, Relevance.DIGEST, None)
    if passing(evidence, own):
        tally.note("form.passing", "programmes are named in passing")
        return _opinion(tally, Relevance.DIGEST, None, firm=False)
    return _opinion(tally, Relevance.NONE, None)


def _opinion(tally: Tally, relevance: Relevance, stage: Stage | None, *, firm: bool = True) -> Opinion:
    return Opinion(
        topic=Topic.GOV_TENDER,
        score=tally.score,
        threshold=THRESHOLD,
        relevance=relevance,
        stage=stage,
        firm=firm,
        reasons=tuple(tally.reasons),
    )
