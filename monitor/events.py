"""Which real-world event an article reports, and which thread (a tender's project, a product's edition) that belongs to.

A copy reports its story's event. Independent reports join where all of these hold: the same kind (stage or update), no
contradiction (`monitor.identity`), close in time, and something that proves it: the same project number, or place and
programme or product together with a matching value, insurer, deadline or day. The stages of a tender are events of their
own, and so are lots that are announced apart; the thread holds them together. Digests have events of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.figures import is_calendar, weight
from monitor.identity import Identity, conflicts, headlines_contradict, regions_meet, same_product
from monitor.index import Indexed
from monitor.model import Comparison, EventDecision, StoryDecision
from monitor.signature import Signature

_WINDOWS = {
    "intention": 30, "notice": 21, "amendment": 6, "result": 45, "failed": 30, "contract": 30, "renewal": 30, "operation": 10,
    "launch": 21, "enrolment": 10, "terms": 21, "claims": 14, "service": 10, "policy": 30, "recognition": 30,
    "discontinued": 60,
}  # fmt: skip
"""Days within which reports of one event appear, by stage or update."""

_UNIQUE = frozenset(
    {"notice", "result", "failed", "contract", "renewal", "intention", "launch", "terms", "discontinued"}
)
"""Kinds of which a project or an edition has one in a window, so that place, subject and kind prove much by themselves."""

_SELLING = frozenset({"launch", "enrolment", "terms"})
"""An edition's opening is told as a launch, as open enrolment or as new terms, by the headline."""

_TAKEN_FOR_ONE_ANOTHER = frozenset(
    map(
        frozenset,
        (
            ("operation", "contract"), ("operation", "result"), ("operation", "notice"), ("contract", "renewal"), ("contract", "result"),
            ("discontinued", "launch"), ("discontinued", "terms"), ("discontinued", "policy"), ("discontinued", "service"),
            ("claims", "service"),
        ),
    )
)  # fmt: skip
"""Kinds of which everyday words can be read either way: a signing as the start of the running programme, an end as the start
of what follows. Enrolment and claims are not among them: each quotes the other's figures."""

_TOTALS = frozenset({"insured_persons", "payout", "claims_count", "amount", "premium_total"})
_RETOLD_DAYS = 2
_RETOLD_SHARE = 0.4

_CHINA = dt.timezone(dt.timedelta(hours=8))
_NEXT_EDITION_FROM = 9
_SELLING_DAYS = 8
_NEWS_DAYS = 4
_STATEMENT_DAYS = 2
_NEAR_VALUE = 0.02
"""Rounding between reports: 19.94亿 for 1,994,440,000."""

_PROOF = 2.0
_EXCLUSIVE_VALUES = frozenset({"payout", "claims_count", "amount", "premium_total"})
"""Values that contradict when both reports state them and they differ: totals of the very thing that is reported."""


@dataclass(frozen=True, slots=True)
class Match:
    """How strongly two reports point at one event, whether they join, and why."""

    score: float
    joined: bool
    reason: str


def decide(signature: Signature, story: StoryDecision, candidates: Iterable[Indexed]) -> EventDecision:
    """The event of an article, given its story and what is remembered. Pure."""
    known = [c for c in candidates if c.signature.article_id != signature.article_id]
    if story.duplicate_of is not None:
        origin = next((c for c in known if c.signature.article_id == story.duplicate_of), None)
        if origin is not None and origin.event_id is not None:
            return EventDecision(
                event_id=origin.event_id,
                is_new=False,
                thread_id=origin.thread_id or own_thread(origin.signature) or own_thread(signature),
                reason=f"a copy of {story.duplicate_of}",
            )
    if not signature.is_relevant:
        return EventDecision(event_id=None, is_new=False, thread_id=None, reason="not relevant")
    thread, thread_reason = _thread(signature, known)
    new = f"e-{signature.article_id}"
    if not signature.is_alert:
        return EventDecision(event_id=new, is_new=True, thread_id=thread, reason="a digest item is an event of its own")
    best: tuple[Match, Indexed] | None = None
    compared: list[Comparison] = []
    for other in known:
        if other.event_id is None or not other.signature.is_alert:
            continue
        match = same_event(signature, other.signature)
        if match.score <= 0:
            continue
        compared.append(
            Comparison(
                article_id=other.signature.article_id,
                group_id=other.event_id,
                score=round(match.score, 2),
                joined=match.joined,
                reason=match.reason,
            )
        )
        if match.joined and (best is None or match.score > best[0].score):
            best = (match, other)
    compared.sort(key=lambda c: -c.score)
    if best is None:
        reason = "nothing reported like it" if not compared else f"new: {compared[0].reason}"
        reason = f"{reason}; {thread_reason}" if thread_reason else reason
        return EventDecision(event_id=new, is_new=True, thread_id=thread, reason=reason, compared=tuple(compared))
    match, other = best
    return EventDecision(
        event_id=other.event_id,
        is_new=False,
        thread_id=other.thread_id or own_thread(other.signature) or thread,
        reason=match.reason,
        compared=tuple(compared),
    )


def same_event(a: Signature, b: Signature) -> Match:
    """Do two independent reports tell of one event? Symmetric."""
    x, y = a.identity, b.identity
    if not set(x.topics) & set(y.topics):
        return Match(0.0, False, "another topic")
    kind = _kind(x, y)
    if kind is None:
        return _told_otherwise(a, b)
    subject, place = _subject(x, y, same_language=a.latin == b.latin)
    if subject is None:
        return Match(0.0, False, "another subject")
    found = conflicts(x, y, same_language=a.latin == b.latin)
    found = tuple(c for c in found if not (kind == "sale" and c.mark == "stage"))
    days = _days_apart(a, b)
    window = _SELLING_DAYS if kind == "sale" else _WINDOWS[kind]
    if days is not None and days > window and not (x.number and x.number == y.number and kind != "amendment"):
        return Match(0.5, False, f"{kind} of the same {subject}, but {days:.0f} days apart")
    if found:
        return Match(0.5, False, f"{kind} of the same {subject}, but {'; '.join(map(str, found))}")
    proofs = _proofs(a, b, kind, days)
    against = _values_against(a, b, kind)
    if against:
        return Match(0.5, False, f"{kind} of the same {subject}, but {against}")
    score = sum(proofs.values()) + (0.5 if place else 0.0)
    reason = f"{kind} of the same {subject}; {', '.join(proofs) or 'nothing more in common'}"
    return Match(score, score >= _PROOF, reason)


def _told_otherwise(a: Signature, b: Signature) -> Match:
    """Do two reports of unlike kinds tell of one event, one of them in words that were misread?

    Only where the kinds are easily taken for one another, neither an official form nor the headlines settle them, and the
    reports of two days agree in place and subject, in whom, in a total and in further figures: more than two steps of one
    project have in common.
    """
    x, y = a.identity, b.identity
    apart = Match(0.0, False, "another stage or update")
    days = _days_apart(a, b)
    pair = frozenset((x.stage, y.stage) if x.stage and y.stage else (x.update, y.update))
    if pair not in _TAKEN_FOR_ONE_ANOTHER or headlines_contradict(x, y) or days is None or days > _RETOLD_DAYS:
        return apart
    if any(i.number and i.stage == "operation" for i in (x, y)) or (x.number and y.number):
        return apart
    same_language = a.latin == b.latin
    subject, place = _subject(x, y, same_language=same_language)
    found = [c for c in conflicts(x, y, same_language=same_language) if c.mark != "stage"]
    if subject is None or subject == "place" or not place or found or not set(x.insurers) & set(y.insurers):
        return apart
    kind = " / ".join(sorted(pair))
    totals = [k for k, v in x.values if k in _TOTALS and any(k == key and _close(v, w) for key, w in y.values)]
    against = _values_against(a, b, kind)
    mine, theirs = ({f for f in s.figures if weight(f) >= 2 and not is_calendar(f)} for s in (a, b))
    share = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    if not totals or against or len(mine & theirs) < 2 or share < _RETOLD_SHARE:
        return Match(0.5, False, f"{kind} of the same {subject}; {share:.0%} of the figures agree")
    return Match(
        _PROOF, True, f"told as {kind} of the same {subject}; the same {', '.join(totals)}, {share:.0%} of the figures"
    )


def own_thread(signature: Signature) -> str | None:
    """The thread that an article names by itself; None where it identifies none."""
    i = signature.identity
    if not signature.is_alert:
        return None
    if "gov_tender" in i.topics:
        if i.number:
            return f"project:{i.number}"
        if i.regions and i.programmes:
            year = i.period[0] if i.period else signature.published.year if signature.published else None
            parts = ("+".join(sorted(i.regions)), "+".join(sorted(i.programmes)), str(year or "undated"))
            return ":".join(("project", *parts))
        return None
    if i.product:
        year = _edition(signature)
        return f"product:{i.product}:{year}" if year else f"product:{i.product}"
    return None


def same_thread(a: Signature, b: Signature) -> bool:
    """Do two articles belong to one tender project or one edition of a product?"""
    x, y = a.identity, b.identity
    if not set(x.topics) & set(y.topics):
        return False
    if x.number and y.number:
        return x.number == y.number
    same_language = a.latin == b.latin
    if "gov_tender" in x.topics and "gov_tender" in y.topics:
        if not (
            x.regions and y.regions and regions_meet(x.regions, y.regions) and set(x.programmes) & set(y.programmes)
        ):
            return False
        apart = [
            c for c in conflicts(x, y, same_language=same_language) if c.mark not in ("stage", "round", "lot", "winner")
        ]
        if apart:
            return False
        days = _days_apart(a, b)
        return bool(x.period and x.period == y.period) or (days is not None and days <= 400)
    if not (x.product and y.product and same_product(x, y, same_language=same_language)):
        return False
    return _edition(a) == _edition(b)


def _thread(signature: Signature, known: list[Indexed]) -> tuple[str | None, str]:
    own = own_thread(signature)
    if own is None:
        return None, ""
    for other in known:
        if other.event_id is not None and other.signature.is_alert and same_thread(signature, other.signature):
            thread = other.thread_id or own_thread(other.signature)
            if thread:
                return thread, f"thread of {other.signature.article_id}"
    return own, ""


def _edition(signature: Signature) -> int | None:
    """The year of a Huiminbao's edition: of its period, else of the title, else what the calendar suggests.

    Editions that are opened from September on are next year's; None without any date.
    """
    i = signature.identity
    if i.period:
        return i.period[0]
    if i.years:
        return i.years[-1]
    if signature.published is None:
        return None
    local = signature.published.astimezone(_CHINA)
    return local.year + (1 if i.update in _SELLING and local.month >= _NEXT_EDITION_FROM else 0)


def _kind(x: Identity, y: Identity) -> str | None:
    """The common kind of two reports, None where they tell of different ones. `sale`: an opening told in two ways."""
    if "gov_tender" in x.topics and "gov_tender" in y.topics and x.stage and y.stage:
        return x.stage if x.stage == y.stage else None
    if not x.update or not y.update:
        return None
    if x.update == y.update:
        return x.update
    return "sale" if {x.update, y.update} <= _SELLING else None


def _subject(x: Identity, y: Identity, *, same_language: bool) -> tuple[str | None, bool]:
    """What two reports have in common as their subject, and whether the place is known to agree."""
    place_x, place_y = x.regions or x.places, y.regions or y.places
    place = bool(place_x and place_y) and regions_meet(place_x, place_y)
    if x.number and x.number == y.number:
        return "project number", place
    if x.product and y.product:
        return ("product", place) if same_product(x, y, same_language=same_language) else (None, place)
    if not place:
        return None, False
    if set(x.programmes) & set(y.programmes):
        return "place and programme", True
    if (
        "huiminbao" in x.topics
        and "huiminbao" in y.topics
        and ((not x.product and not y.product) or place_x == place_y)
    ):
        return "place", True
    if "gov_tender" in x.topics and "gov_tender" in y.topics and not (x.programmes and y.programmes):
        return "place", True
    return None, place


def _proofs(a: Signature, b: Signature, kind: str, days: float | None) -> dict[str, float]:
    """What speaks for one event, with its weight."""
    x, y = a.identity, b.identity
    proofs: dict[str, float] = {}
    if x.number and x.number == y.number:
        proofs["the same project number"] = 2.0
    if x.project and y.project and (x.project in y.project or y.project in x.project):
        proofs["the same project name"] = 1.0
    if kind in _UNIQUE and (set(x.programmes) & set(y.programmes) or (x.product and y.product)):
        proofs[f"one {kind} expected"] = 1.0
    common = set(x.documents) & set(y.documents)
    if common:
        proofs[f"the same document {sorted(common)[0]}"] = 1.5
    if set(x.insurers) & set(y.insurers):
        proofs["common insurers"] = 0.75
    if x.deadline and x.deadline == y.deadline:
        proofs["the same deadline"] = 1.0
    if x.period and x.period == y.period:
        proofs["the same period"] = 0.5
    for key, value in x.values:
        if any(k == key and _close(value, v) for k, v in y.values):
            weight_of = 0.5 if key == "premium_per_person" else 1.0
            proofs[f"the same {key}"] = weight_of
    shared = set(a.figures) & set(b.figures)
    telling = sum(weight(f) for f in shared if weight(f) >= 2)
    if telling:
        proofs[f"common figures ({', '.join(sorted(shared, key=weight, reverse=True)[:3])})"] = min(1.5, telling / 4)
    if days is not None and days <= _NEWS_DAYS:
        proofs["within days"] = 0.5
    if kind == "policy" and days is not None and days <= _STATEMENT_DAYS:
        # A regulator seldom speaks on one subject twice in two days; reports of it share no product and few figures.
        proofs["the same days' statement"] = 1.0
    return proofs


def _values_against(a: Signature, b: Signature, kind: str) -> str:
    """Why stated totals contradict one event; empty where they do not.

    A total contradicts only where the other report does not print it at all: a claims report gives several years, and two
    outlets may each take another one for the headline.
    """
    keys = _EXCLUSIVE_VALUES | ({"insured_persons"} if kind in ("sale", "enrolment") else set())
    for key in sorted(keys):
        mine = [v for k, v in a.identity.values if k == key]
        theirs = [v for k, v in b.identity.values if k == key]
        if not mine or not theirs or any(_close(v, w) for v in mine for w in theirs):
            continue
        if not any(_printed(v, b) for v in mine) and not any(_printed(v, a) for v in theirs):
            return f"{key} {mine[0]:.15g} / {theirs[0]:.15g}"
    return ""


def _printed(value: float, signature: Signature) -> bool:
    return any(_close(value, float(f)) for f in signature.figures if not f.endswith("%") and not is_calendar(f))


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= _NEAR_VALUE * max(abs(a), abs(b))


def _days_apart(a: Signature, b: Signature) -> float | None:
    if a.published is None or b.published is None:
        return None
    return abs((a.published - b.published) / dt.timedelta(days=1))
