"""Where a tender stands: by the headline, else by a notice's labels, else by the lead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.classify.evidence import Evidence, Zone
from monitor.model import Stage
from monitor.taxonomy import Mention

NOTICE_TITLE = re.compile(r"(?:公告|公示)(?:[(（][^)）]*[)）])?$")
"""A headline in the form of an official notice."""

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


def stage_of(evidence: Evidence) -> tuple[Stage | None, Zone]:
    """The stage that the headline reports, else what an official notice's labels tell, else the lead's first that is told.

    How an undertaker was once chosen (经公开招标确定) is background. A headline on a running programme keeps a purchase
    that the lead tells of out of it.
    """
    mentions = [m for m in evidence.cues("stage") if not evidence.denied(m) and not evidence.in_background(m)]
    title = [m for m in mentions if evidence.zone(m) is Zone.TITLE]
    if found := first_stage(title, evidence.title):
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
        if found := first_stage(inside, sentence.text):
            return found, Zone.LEAD
    if any(m.code == "stage.operation" and evidence.zone(m) is Zone.LEAD for m in mentions) or evidence.cues("running"):
        return Stage.OPERATION, Zone.LEAD
    return None, Zone.BODY


def _speaks_of_tender(title: Sequence[Mention], text: str) -> bool:
    """A headline that only says that there is a tender (招标遇冷) is no notice of one."""
    notices = [m for m in title if m.code == "stage.notice"]
    return all(len(m.surface) <= 2 for m in notices) and not NOTICE_TITLE.search(text)


def _outcome(evidence: Evidence, mentions: Sequence[Mention]) -> Stage | None:
    """How the tender of the headline ended, by the first sentence of the body."""
    if not evidence.body:
        return None
    first = evidence.body[0]
    found = first_stage([m for m in mentions if first.start <= m.start < first.end], first.text)
    return found if found in (Stage.FAILED, Stage.RESULT, Stage.AMENDMENT) else None


_AWARD_FIRST = re.compile(r"(?:中标|成交)(?:候选人)?(?:结果)?(?:公告|公示)")


def first_stage(mentions: Sequence[Mention], text: str) -> Stage | None:
    """The stage that a stretch of text reports, of all that its cues name; None where none does."""
    codes = {m.code for m in mentions}
    if {"stage.failed", "stage.result"} <= codes and _AWARD_FIRST.search(text):
        codes.discard("stage.failed")  # one lot was awarded, another failed: the notice is of the award
    return next((stage for stage in _STAGES if f"stage.{stage.value}" in codes), None)
