"""What takes a purchase out of scope: other objects, a body's own staff, an insurer's own purchases, foreign schemes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Zone
from monitor.classify.stage import NOTICE_TITLE
from monitor.classify.verdict import Tally
from monitor.model import Stage
from monitor.taxonomy import Mention

# Purchases that are of something else, whatever programme stands beside them.
_OTHER_OBJECT = ("scope.vehicle", "scope.property", "scope.farm", "scope.bond", "scope.system", "scope.goods")
_STAFF_PROGRAMMES = frozenset({"accident", "supplementary_medical", "employee_supplement", "critical_illness"})
_ANY_BODY = frozenset({"政府", "财政局", "工会", "government", "finance bureau", "市政", "管委会"})
_WHOLE_CITY = re.compile(
    "全市|全县|全区|全州|全省|城乡居民|参保职工|参保人员|职工医保|职工基本医疗|环卫|老年人|残疾人|计生|计划生育|学生|困难|低保"
)
# A signing between public bodies alone (两地医保局续签协作) is no business.
_NEEDS_PARTNER = frozenset({Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL})
_PARTNER = re.compile(
    "公司|险企|保险机构|商保|经纪|供应商|中标人|乙方|insurer|insurance compan|underwriter|broker|supplier",
    re.IGNORECASE,
)
# What a headline may be about besides: programmes and insurers below it are background.
_HEADLINE = {"scope.finance": -4.0, "scope.charity": -4.0, "scope.base": -4.0, "scope.hiring": -8.0}
_INSURER_BUYS = re.compile(
    r"(?:采购人|招标人|采购单位|比选人|采购方|招标单位|询价人|Purchaser|Buyer|Tenderee)\s*[:：为]?\s*$"
)


def weigh_scope(evidence: Evidence, programmes: Sequence[Mention], stage: Stage | None, tally: Tally) -> None:
    """Take points off for what is out of scope where it is the object of the purchase, not where it stands in passing."""
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
    if buying and not codes and not evidence.insurers and (other := _beside(evidence, programmes, scope)):
        tally.add(evidence.reason(other.code, other, -6.0))
    staff = next((m for m in scope if m.code == "scope.staff" and m.surface in bought), None)
    if staff is None and buying and not _insures_others(evidence):
        staff = next((m for m in scope if m.code == "scope.staff"), None)
    if staff and codes <= _STAFF_PROGRAMMES and not _WHOLE_CITY.search(bought):
        tally.add(evidence.reason("scope.staff", staff, -8.0))
    if buying and codes == {"accident"} and not _insures_others(evidence) and not _people(evidence):
        tally.note("scope.nobody", "neither a public payer nor the people who are covered are named", -4.0)
    if stage in _NEEDS_PARTNER and not (
        evidence.insurers or evidence.cues("act.undertake") or _PARTNER.search(evidence.text)
    ):
        tally.note("scope.nobody", "nobody who could insure or administer takes part", -4.0)
    own = next((m for m in evidence.insurers if m.start <= 2), None)
    if own and buying and NOTICE_TITLE.search(evidence.title):
        tally.add(evidence.reason("scope.insurer_buys", own, -8.0))
    for insurer in evidence.insurers:
        if _INSURER_BUYS.search(evidence.text, max(0, insurer.start - 20), insurer.start):
            tally.add(evidence.reason("scope.insurer_buys", insurer, -8.0))
            break
    _weigh_background(evidence, scope, tally)


def _beside(evidence: Evidence, programmes: Sequence[Mention], scope: Sequence[Mention]) -> Mention | None:
    """Another object that stands in every sentence that names a programme: an audit or a system of the programme is bought."""
    others = [m for m in scope if m.code in ("scope.goods", "scope.system")]
    found = None
    for mention in programmes:
        found = next(iter(evidence.inside(others, evidence.sentence_of(mention))), None)
        if found is None:
            return None
    return found


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
    for code, weight in _HEADLINE.items():
        hit = next((m for m in scope if m.code == code and evidence.zone(m) is Zone.TITLE), None)
        if hit:
            tally.add(evidence.reason(code, hit, weight))
