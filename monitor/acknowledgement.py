"""What people answer to an alert, and what follows from it.

Answers are kept for ever, in order; of each receiver the last word counts. *Taken* means that somebody looks after it: nobody is
asked again. *Not for us* stops the reminders, of one receiver or, said for none, of all; said for all it is also a judgement on
the article, from which the rules learn. Said by one receiver it is not: another desk may well want what is not theirs. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import Judgement, Relevance


class Verdict(StrEnum):
    """What somebody says of an alert."""

    TAKEN = "taken"
    NOT_FOR_US = "not_for_us"


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """One answer to one alert of a thread. `receiver` is empty where it speaks for all.

    `token` is the place of the signed one-time link by which it was given; None where it was given otherwise.
    """

    thread_id: str
    alert_key: str
    verdict: Verdict
    by: str
    at: dt.datetime
    receiver: str = ""
    token: str | None = None

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"an acknowledgement's time must be aware, not {self.at!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """How a thread stands by its answers. `taken_by` is empty where nobody took it."""

    taken_by: str = ""
    waved_off: bool = False
    """Not for anybody."""
    not_for: frozenset[str] = frozenset()
    """Receivers that do not want it."""

    @property
    def settled(self) -> bool:
        """Whether nobody needs to be asked any more who takes it."""
        return bool(self.taken_by) or self.waved_off


NO_ANSWERS = Answers()


def answers(acknowledgements: Iterable[Acknowledgement], *, since: dt.datetime | None = None) -> Answers:
    """What the answers on one thread come to. Those before `since` were given to an earlier round and do not count."""
    last: dict[str, Acknowledgement] = {}
    for one in sorted(acknowledgements, key=lambda a: a.at):
        if since is None or one.at >= since:
            last[one.receiver] = one
            if not one.receiver and one.verdict is Verdict.NOT_FOR_US:
                last = {"": one}  # said for all: it overrules what each said before
    refused = {r for r, one in last.items() if one.verdict is Verdict.NOT_FOR_US}
    takers = [one.by for one in last.values() if one.verdict is Verdict.TAKEN]
    return Answers(
        taken_by=takers[-1] if takers else "",
        waved_off="" in refused and not takers,
        not_for=frozenset(refused - {""}),
    )


def by_thread(acknowledgements: Iterable[Acknowledgement]) -> dict[str, list[Acknowledgement]]:
    """The answers of each thread, in the order in which they come."""
    found: dict[str, list[Acknowledgement]] = {}
    for one in acknowledgements:
        found.setdefault(one.thread_id, []).append(one)
    return found


def judgement(acknowledgement: Acknowledgement, article_id: int) -> Judgement | None:
    """What an answer says of the article behind its alert, for learning; None where it says nothing of it."""
    if acknowledgement.verdict is not Verdict.NOT_FOR_US or acknowledgement.receiver:
        return None
    return Judgement(
        article_id=str(article_id),
        relevance=Relevance.NONE,
        topics=(),
        by=acknowledgement.by,
        at=acknowledgement.at,
        note=f"not for us: {acknowledgement.alert_key}",
    )
