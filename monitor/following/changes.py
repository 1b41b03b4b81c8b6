"""Which facts a report states otherwise than they were told, and whether it takes them back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from monitor.following.model import ThreadState
from monitor.identity import normal_number
from monitor.model import Stage, Update
from monitor.statements import LOT_BOUND, Report, Statement, same
from monitor.taxonomy import Finder
from monitor.text import normalise
from monitor.threads import CHANGEABLE, RUNNING, Change

NAMED = frozenset({"buyer", "project_number"})
"""Names that only an amendment or a correction changes: elsewhere another spelling is just another spelling."""

PRODUCT_CHANGEABLE: Mapping[Update, frozenset[str]] = {
    Update.LAUNCH: frozenset({"deadline", "premium_per_person"}),
    Update.ENROLMENT: frozenset({"deadline", "premium_per_person"}),
    Update.TERMS: frozenset({"deadline", "premium_per_person"}),
}
"""In which fields news of a product can change what was said before; its running figures are news, not changes."""

CORRECTABLE = CHANGEABLE[Stage.AMENDMENT] | RUNNING | NAMED
"""Facts that people act on: one of these stated otherwise is worth telling them."""


def changeable(new: Report) -> frozenset[str]:
    """The fields in which a new step can change what was said before."""
    if new.stage:
        return CHANGEABLE[Stage(new.stage)] | (NAMED if new.stage == Stage.AMENDMENT else frozenset())
    return PRODUCT_CHANGEABLE.get(Update(new.update), frozenset()) if new.update else frozenset()


def differences(told: ThreadState, new: Report, keys: frozenset[str]) -> Iterator[Change]:
    """Facts that a report states otherwise; a lot's own are compared with that lot's only."""
    for s in new.statements:
        old = told.says(s.key, s.lot) if s.key in keys else None
        if old is None and s.key in keys and s.key not in LOT_BOUND:
            old = told.says(s.key)
        if old is not None and differ(old, s):
            yield Change(key=s.key, lot=s.lot, old=old, new=s, corrects=new.stage == Stage.AMENDMENT)


def corrections_in(told: ThreadState, new: Report, corrections: Finder) -> Iterator[Change]:
    """Facts that a further report on a told event takes back, by its own words and not before it was told otherwise."""
    headline = set(corrections.codes(normalise(new.cited.title).plain))
    for change in differences(told, new, CORRECTABLE):
        if change.old.cited.at <= change.new.cited.at and _takes_back(change, headline, corrections):
            yield replace(change, corrects=True)


def _takes_back(change: Change, headline: set[str], corrections: Finder) -> bool:
    """Whether a report says that this very fact was wrong or is no more.

    Words of error (更正, 勘误, corrected) count in the headline, and in the sentence that proves the new value. Words of moving
    (延期, 顺延, postponed) do for a deadline. Words of change (调整, 变更, revised) are in half of all news, so they count only
    where the publisher of the old value says them.
    """
    said = headline | set(corrections.codes(normalise(change.new.sentence).plain))
    if "correction.wrong" in said or (change.key == "deadline" and "correction.moved" in said):
        return True
    return "correction.changed" in said and change.old.cited.source == change.new.cited.source


def differ(old: Statement, new: Statement) -> bool:
    """Whether two statements under one key contradict one another; a short form of a name or number does not."""
    if old.key == "project_number":
        short, long = sorted((normal_number(str(old.value)), normal_number(str(new.value))), key=len)
        return short not in long
    if old.key == "buyer":
        short, long = sorted((normalise(str(s.value)).plain for s in (old, new)), key=len)
        letters = iter(long)
        return short.isascii() == long.isascii() and not all(c in letters for c in short)
    return not same(old, new)
