"""What an alert says: headline, what happened in one line, facts, the sentence that proves it, labels for the routes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from alerts import Alert, AlertKind, Audience, Link, Severity
from monitor import phrases
from monitor.alerting import printing
from monitor.alerting.decision import alert_key
from monitor.following import Revision, RevisionKind, deadline_moment, thread_of
from monitor.model import Relevance, Understanding
from monitor.records import StoredArticle
from monitor.regions import Gazetteer

URGENT_WITHIN = dt.timedelta(hours=72)
"""A deadline nearer than this makes an alert urgent: three days is the least in which a bid can still be handed in."""


DECISIVE = frozenset(
    {"winner", "amount", "deadline", "insured_persons", "premium_total", "premium_per_person", "payout", "claims_count"}
)
"""Facts that people act on: a sentence that proves one of them is worth quoting."""

_TOLD_AS: Mapping[RevisionKind, tuple[AlertKind, Audience]] = {
    RevisionKind.STEP: (AlertKind.UPDATE, Audience.BOTH),
    RevisionKind.CORRECTION: (AlertKind.UPDATE, Audience.BOTH),
    RevisionKind.ROUND: (AlertKind.NEWS, Audience.BOTH),
}
"""How an article is told by what it is to its thread; the others are plain news for whom the routes name."""

_MARKS: Mapping[RevisionKind, str] = {
    RevisionKind.CORRECTION: "correction",
    RevisionKind.ROUND: "new_round",
    RevisionKind.LATE: "late",
}
_FIRST = Revision(kind=RevisionKind.FIRST)


def to_alert(
    understanding: Understanding,
    stored: StoredArticle,
    *,
    regions: Gazetteer,
    lang: str,
    now: dt.datetime,
    members: Sequence[StoredArticle] = (),
    revision: Revision = _FIRST,
) -> Alert:
    """The alert on an article: headline, what happened in one line, facts, the sentence that proves it, where it stands.

    `members` are the stored articles on its event; the others among them are listed as copies. `revision` is what the
    article adds to what was told of its thread: an update says what it changes and also goes to whoever was told before;
    a step of a tender that is long decided is minor.
    """
    article = understanding.article
    stated = understanding.facts.values().get("deadline")
    deadline = deadline_moment(str(stated)) if stated else revision.deadline
    kind, audience = _TOLD_AS.get(revision.kind, (AlertKind.NEWS, Audience.ROUTES))
    stage = understanding.classification.stage
    return Alert(
        key=alert_key(understanding, revision),
        thread=thread_of(understanding),
        title=article.title,
        summary=summary(understanding, regions, lang, revision),
        evidence=evidence(understanding, revision),
        link=Link(title=article.title, url=article.url, note=article.source),
        created_at=now,
        published=article.published,
        severity=severity(deadline, now),
        labels=labels(understanding, stored),
        facts=tuple(printing.facts(understanding.facts, regions, lang)),
        copies=copies(members, besides=stored.id),
        lang=article.lang or "zh",
        kind=kind,
        audience=audience,
        minor=is_minor(understanding, revision),
        deadline=deadline,
        changes=printing.changes(revision, stage.value if stage else "", regions, lang),
    )


def is_minor(understanding: Understanding, revision: Revision) -> bool:
    """Whether it is for digests only: nothing new happened, or it is an old step of what is long decided."""
    late = revision.kind is RevisionKind.LATE and revision.decided
    return late or understanding.classification.relevance is Relevance.DIGEST


def summary(understanding: Understanding, regions: Gazetteer, lang: str, revision: Revision = _FIRST) -> str:
    """What happened, in one line: stage or update, region, insurers, what it covers, amounts, deadline."""
    c = understanding.classification
    values = understanding.facts.values()
    happened = [phrases.name(x.value, lang) for x in (c.stage, c.update) if x is not None]
    topic = [phrases.name(t.value, lang) for t in c.topics]
    mark = [phrases.name(_MARKS[revision.kind], lang)] if revision.kind in _MARKS else []
    head = " · ".join([*(happened or topic), *mark])
    parts = [f"[{head}]" if lang == "en" else f"【{head}】"]
    for key in ("regions", "product", "insurers", "programmes", "amount", "payout", "insured_persons",
                "premium_per_person", "period", "deadline"):  # fmt: skip
        if key in values:
            printed = printing.fact(key, values[key], regions, lang)
            labelled = key in {"amount", "payout", "deadline", "insured_persons", "premium_per_person"}
            parts.append(f"{phrases.name(key, lang)} {printed}" if labelled else printed)
    return parts[0] + (" " if lang == "en" else "") + (" · " if lang == "en" else "｜").join(parts[1:])


def evidence(understanding: Understanding, revision: Revision = _FIRST) -> str:
    """The sentence as printed that proves most: that of a change, else facts that people act on count more than names
    (first among equals)."""
    article = understanding.article
    for change in revision.changes:
        if change.new.sentence and change.new.sentence in article.text:
            return change.new.sentence
    weights: Counter[str] = Counter()
    for fact in understanding.facts.facts:
        if fact.span.field == "text" and fact.sentence:
            weights[fact.sentence] += 4 if fact.key in DECISIVE else 1
    if weights:
        return max(weights, key=lambda s: (weights[s], -article.text.find(s)))
    return next((line.strip() for line in article.text.splitlines() if line.strip()), article.title)


def labels(understanding: Understanding, stored: StoredArticle) -> dict[str, tuple[str, ...]]:
    """What routes can ask for."""
    c = understanding.classification
    values = understanding.facts.values()
    found: dict[str, Sequence[object]] = {
        "topic": [t.value for t in c.topics],
        "relevance": [c.relevance.value],
        "stage": [c.stage.value] if c.stage else [],
        "update": [c.update.value] if c.update else [],
        "programme": values.get("programmes", []),
        "region": values.get("regions", []),
        "insurer": values.get("insurers", []),
        "amount": [values["amount"]] if "amount" in values else [],
        "product": [values["product"]] if "product" in values else [],
        "buyer": [values["buyer"]] if "buyer" in values else [],
        "source": [stored.source_name, understanding.article.source],
        "language": [understanding.article.lang],
    }
    return {key: printed for key, some in found.items() if (printed := tuple(str(v) for v in some if v))}


def copies(members: Sequence[StoredArticle], *, besides: int) -> tuple[Link, ...]:
    """The other places that print the same event, each address once."""
    seen: dict[str, Link] = {}
    for member in members:
        if member.id != besides:
            link = Link(title=member.article.title, url=member.article.url, note=member.article.source)
            seen.setdefault(member.article.url, link)
    return tuple(seen.values())


def severity(deadline: dt.datetime | None, now: dt.datetime) -> Severity:
    """How loudly to say it, by the time that is left."""
    near = deadline is not None and dt.timedelta(0) <= deadline - now <= URGENT_WITHIN
    return Severity.URGENT if near else Severity.NOTICE
