"""Where an article stands in a thread: before or after what was told, in this round or another, at its end or not.

Dates decide before stages do, and a deadline before dates: an award cannot precede the closing of its tender.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from monitor.following.changes import differ
from monitor.following.model import ThreadState
from monitor.identity import lots_of
from monitor.model import Stage, Update
from monitor.phrases import CHINA
from monitor.statements import Report, Statement
from monitor.text import normalise
from monitor.threads import CLOSED

OPENING = frozenset({Stage.INTENTION, Stage.NOTICE})
AWARDED = CLOSED - {Stage.FAILED}
_ORDER = tuple(Stage)


def deadline_moment(stated: str) -> dt.datetime:
    """The last moment of a stated deadline, as aware UTC; a bare date lasts until 23:59 in China."""
    moment = dt.datetime.fromisoformat(stated)
    if len(stated) <= 10:
        moment = moment.replace(hour=23, minute=59)
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(dt.UTC)


def deadline_of(facts: Iterable[Statement]) -> dt.datetime | None:
    """When the stated deadline passes: that of the whole, else the first of the lots'; None where none is stated."""
    stated = [s for s in facts if s.key == "deadline"]
    whole = [s for s in stated if not s.lot]
    return min((deadline_moment(str(s.value)) for s in whole or stated), default=None)


def is_decided(told: ThreadState, new: Report) -> bool:
    """A running programme alone decides nothing: the next term may be out to tender meanwhile."""
    return told.ended and (told.stage != Stage.OPERATION or same_number(told, new))


def opens_round(told: ThreadState, new: Report) -> bool:
    """A tender after an award: with bids yet to come when the award was told, or published later under another number.

    Under the number of what was awarded it must be both: an award may have been annulled, or a date misread.
    """
    if not told.ended or stage_named(told.stage) not in AWARDED or stage_named(new.stage) not in OPENING:
        return False
    closing, later = deadline_of(new.statements), day(new.cited.at) > day(told.at)
    if closing is None:
        return later and not same_number(told, new)
    return closing > told.at and (later or not same_number(told, new))


def is_late(told: ThreadState, new: Report) -> bool:
    """Whether a step that is seen after the one last told comes before it."""
    before, after = stage_named(told.stage), stage_named(new.stage)
    if told.ended and before in AWARDED and after in OPENING:
        return True  # no round of its own: the tender of what was awarded
    if before in OPENING and after is Stage.AMENDMENT and (closing := deadline_of(new.statements)):
        return closing <= told.at  # a newsroom may tell of the tender after the office has amended it
    if before is Stage.FAILED and after in OPENING and day(new.cited.at) == day(told.at):
        closing = deadline_of(new.statements)
        return closing is None or closing <= told.at  # it is often tendered anew on the very day
    if before is None or after is None or day(new.cited.at) != day(told.at):
        return day(new.cited.at) < day(told.at)
    return _ORDER.index(after) < _ORDER.index(before)


def speaks_of_another_term(told: ThreadState, new: Report) -> bool:
    """An award, or a running programme, while bids for this tender are still open."""
    return (
        not told.ended
        and told.deadline is not None
        and stage_named(new.stage) in AWARDED
        and day(new.cited.at) < day(told.deadline)
        and not same_number(told, new)
    )


def ends(told: ThreadState | None, new: Report) -> bool:
    """Whether nothing more can be handed in after this step."""
    stage = stage_named(new.stage)
    if stage is None:
        selling = new.update in {Update.LAUNCH, Update.ENROLMENT}
        return new.update == Update.DISCONTINUED or bool(told and told.ended and not selling)
    if stage in OPENING:
        return False
    if stage is Stage.AMENDMENT:
        closing = deadline_of(new.statements)
        return bool(told and told.ended) and not (closing and closing > new.cited.at)
    return bool(told and told.ended) or not lots_of(normalise(new.cited.title).plain)


def same_number(told: ThreadState, new: Report) -> bool:
    """Whether both print the tender's number, and it is the same."""
    mine, theirs = told.says("project_number"), new.states("project_number")
    return mine is not None and theirs is not None and not differ(mine, theirs)


def day(moment: dt.datetime) -> dt.date:
    """The day in China."""
    return moment.astimezone(CHINA).date()


def stage_named(printed: str) -> Stage | None:
    """A report's stage; None for news of a product."""
    return Stage(printed) if printed else None
