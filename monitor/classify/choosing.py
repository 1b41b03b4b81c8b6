"""A Huiminbao product whose insurers are being chosen: a story on both topics; and programmes named only in passing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Zone
from monitor.classify.form import Form
from monitor.classify.stage import stage_of
from monitor.classify.verdict import Opinion, Tally
from monitor.model import Relevance, Stage
from monitor.taxonomy import Mention

DIGEST_THRESHOLD = 3.5
"""Points at which a programme in the headline makes a digest item though nothing is reported of it."""

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


def choosing_insurers(evidence: Evidence, form: Form, programmes: Sequence[Mention], tally: Tally) -> Opinion:
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
            return tally.opinion(Relevance.ALERT, stage=stage)
    own = [m for m in programmes if m.code != "supplementary_medical"]
    if (form.explainer or form.opinion) and any(evidence.zone(m) is Zone.TITLE for m in own):
        tally.note("form.general", "compares programmes", DIGEST_THRESHOLD)
        return tally.opinion(Relevance.DIGEST)
    if passing(evidence, own):
        return tally.in_passing("programmes are named in passing")
    return tally.opinion(Relevance.NONE)


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
