"""Where a tender stands: by the headline, else by a notice's labels, else by what the lead says has happened.

A word (`stage.*`: 招标, 中标) names a notice type; a statement (`told.*`: 到场的投标人只有一家) says what happened. A bare word for
a tender stands in every stage, so it decides only where nothing surer is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.classify.evidence import Evidence, Stretch, Zone
from monitor.classify.leaning import leaning
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
# What a lead may tell behind a sentence that only says that there is, or was, a tender.
_OUTCOMES = frozenset({Stage.FAILED, Stage.AMENDMENT, Stage.RESULT, Stage.CONTRACT, Stage.RENEWAL})
_RECORD_LABELS = 2
_CONTRACT_LABELS = 3
_CHANGES = 2  # one change may be a rule of the notice (开标时间相应顺延); two are what the record is about

# A statement that is supposed (如不足三家) or only planned (拟由原承办机构继续承办) has not happened.
_SUPPOSED = re.compile(
    r"(?:如果|如(?![期约下今何实])|若|倘|假如|一旦|凡|是否|能否|可能|防止|避免|应当|不得|有权|视为|除非|方可|须在|确保)[^，。；\n]{0,14}$|"
    r"(?i:\b(?:if|should|in case|whether|unless|in the event|may|must be)\b[^.;\n]{0,40}$)"
)
_PLANNED = re.compile(
    r"(?:拟|计划|打算|将要|希望|争取|力争)[^，。；\n]{0,16}$|(?i:\b(?:plans?|hopes?|wants?|intends?) to [^.;\n]{0,24}$|\bwill (?:then |later )?$)"
)
# A decision on a complaint tells the whole purchase before it says, last, that its result does not stand.
_COMPLAINT = re.compile(r"(?:投诉|质疑|举报)[^，。；]{0,4}(?:处理|答复|回复|决定)")
_AHEAD = re.compile(
    r"下(?:个)?月|下周|明年|即将|将于|将在|有望|(?i:\bnext (?:month|week|year)|\bfrom (?:next|january|july)|\bwill\b|\bto (?:start|begin|launch)\b)"
)


def stage_of(evidence: Evidence) -> tuple[Stage | None, Zone]:
    """The stage that the headline reports, else what an official notice's labels tell, else the lead's first that is told.

    How an undertaker was once chosen (经公开招标确定) is background. A headline on a running programme keeps a purchase
    that the lead tells of out of it, unless the programme is yet to begin.
    """
    words = [m for m in evidence.cues("stage") if _says_something(evidence, m)]
    told = statements(evidence)
    if _COMPLAINT.search(evidence.title) and any(m.code == "told.failed" for m in told):
        return Stage.FAILED, Zone.TITLE
    title = [m for m in (*words, *told) if evidence.zone(m) is Zone.TITLE]
    if found := first_stage(title, evidence.title):
        later = _outcome(evidence, words, told) if found is Stage.NOTICE and _bare(title, evidence.title) else None
        return (later, Zone.LEAD) if later else (found, Zone.TITLE)
    running = any(m.code == "stage.operation" for m in title)
    if running and evidence.title[-2:] not in ("公告", "公示"):
        signed = _first_told(evidence, told) if _AHEAD.search(evidence.title) else None
        return (signed, Zone.LEAD) if signed in _OUTCOMES else (Stage.OPERATION, Zone.TITLE)
    if marked := _marked(evidence, told):
        return marked, Zone.LEAD
    if found := _in_lead(evidence, words, told):
        return found, Zone.LEAD
    if any(m.code == "stage.operation" and evidence.zone(m) is Zone.LEAD for m in words):
        return Stage.OPERATION, Zone.LEAD
    if evidence.cues("trace") and (found := first_stage([m for m in told if m.code == "told.failed"], "")):
        return found, Zone.LEAD  # a decision or a letter ends with it
    if found := leaning(evidence):
        return found, Zone.LEAD
    if evidence.cues("running"):
        return Stage.OPERATION, Zone.LEAD
    return None, Zone.BODY


def _says_something(evidence: Evidence, mention: Mention) -> bool:
    """Whether a word of a stage is neither denied nor background, nor part of a programme's name (零星报销)."""
    if evidence.denied(mention) or evidence.in_background(mention):
        return False
    return mention.code != "stage.operation" or not any(
        p.start <= mention.start and mention.end <= p.end for p in evidence.programmes
    )


def statements(evidence: Evidence) -> tuple[Mention, ...]:
    """What is said to have happened to a purchase, anywhere in the text: nothing denied, supposed, planned or long past.

    That somebody was chosen counts only beside an insurer or an undertaking: people are chosen for many things.
    """
    return tuple(m for m in evidence.cues("told") if _happened(evidence, m))


def _happened(evidence: Evidence, mention: Mention) -> bool:
    if evidence.denied(mention) or evidence.in_background(mention):
        return False
    before = evidence.text[max(0, mention.start - 48) : mention.start]
    if _SUPPOSED.search(before):
        return False
    if mention.code not in ("told.intention", "told.notice") and _PLANNED.search(before):
        return False
    if mention.code != "told.result":
        return True
    sentence = evidence.sentence_of(mention)
    ahead = evidence.zone(mention) is not Zone.BODY
    return any(
        sentence.start <= m.start < sentence.end or (ahead and evidence.zone(m) is not Zone.BODY)
        for m in (*evidence.insurers, *evidence.cues("act.undertake"))
    )


def _marked(evidence: Evidence, told: Sequence[Mention]) -> Stage | None:
    """The type of an official record by its labels, and by a statement that the purchase ended or was changed."""
    contract = len({m.surface for m in evidence.cues("mark.contract")}) >= _CONTRACT_LABELS
    if not contract and len(evidence.cues("mark.record")) < _RECORD_LABELS:
        return None
    marks = {m.code.partition(".")[2] for m in evidence.cues("mark")}
    if not contract and not marks & {"result", "contract"}:
        # A notice's labels stand in its cancellation and its correction too: there the words count.
        codes = [m.code for m in told]
        marks |= {"failed"} if "told.failed" in codes else set()
        marks |= {"amendment"} if codes.count("told.amendment") >= _CHANGES else set()
    return next((stage for stage in _STAGES if stage.value in marks), None)


def _in_lead(evidence: Evidence, words: Sequence[Mention], told: Sequence[Mention]) -> Stage | None:
    """The first stage that the lead tells; a notice yields to an outcome told behind it."""
    notice: Stage | None = None
    for sentence in evidence.body:
        if sentence.zone is Zone.BODY:
            break
        inside = _within((*words, *told), sentence)
        found = first_stage(inside, sentence.text)
        if found is None:
            continue
        if found is not Stage.NOTICE and (notice is None or found in _OUTCOMES):
            return found
        notice = found
    return notice


def _first_told(evidence: Evidence, told: Sequence[Mention]) -> Stage | None:
    """The first statement of the lead."""
    for sentence in evidence.body:
        if sentence.zone is Zone.BODY:
            break
        if found := first_stage(_within(told, sentence), sentence.text):
            return found
    return None


def _bare(title: Sequence[Mention], text: str) -> bool:
    """A headline that only says that there is a tender (招标遇冷, bidders) is no notice of one."""
    notices = [m for m in title if m.code == "stage.notice"]
    bare = all(len(m.surface) <= 2 or (m.surface.isascii() and m.surface.isalpha()) for m in notices)
    return bare and not NOTICE_TITLE.search(text)


def _outcome(evidence: Evidence, words: Sequence[Mention], told: Sequence[Mention]) -> Stage | None:
    """How the tender of the headline ended: by the first sentence of the body, or by a statement of the lead."""
    if not evidence.body:
        return None
    first = evidence.body[0]
    found = first_stage(_within((*words, *told), first), first.text)
    if found is None:
        found = _first_told(evidence, [m for m in told if m.code != "told.notice"])
    return found if found in (Stage.FAILED, Stage.RESULT, Stage.AMENDMENT) else None


def _within(mentions: Iterable[Mention], stretch: Stretch) -> list[Mention]:
    return [m for m in mentions if stretch.start <= m.start < stretch.end]


_AWARD_FIRST = re.compile(r"(?:中标|成交)(?:候选人)?(?:结果)?(?:公告|公示)")


def first_stage(mentions: Sequence[Mention], text: str) -> Stage | None:
    """The stage that a stretch of text reports, of all that its words and statements name; None where none does."""
    codes = {m.code.partition(".")[2] for m in mentions}
    if {"failed", "result"} <= codes and _AWARD_FIRST.search(text):
        codes.discard("failed")  # one lot was awarded, another failed: the notice is of the award
    return next((stage for stage in _STAGES if stage.value in codes), None)
