"""What an alert says: headline, what happened in one line, facts, the sentence that proves it, labels for the routes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from alerts import Alert, Link, Severity
from monitor import phrases
from monitor.alerting.decision import alert_key
from monitor.model import FactSheet, Understanding
from monitor.records import StoredArticle
from monitor.regions import Gazetteer

URGENT_WITHIN = dt.timedelta(hours=72)
"""A deadline nearer than this makes an alert urgent: three days is the least in which a bid can still be handed in."""


DECISIVE = frozenset(
    {"winner", "amount", "deadline", "insured_persons", "premium_total", "premium_per_person", "payout", "claims_count"}
)
"""Facts that people act on: a sentence that proves one of them is worth quoting."""


def to_alert(
    understanding: Understanding,
    stored: StoredArticle,
    *,
    regions: Gazetteer,
    lang: str,
    now: dt.datetime,
    members: Sequence[StoredArticle] = (),
) -> Alert:
    """The alert on an article: headline, what happened in one line, facts, the sentence that proves it, where it stands.

    `members` are the stored articles on its event; the others among them are listed as copies.
    """
    article = understanding.article
    values = understanding.facts.values()
    return Alert(
        key=alert_key(understanding),
        thread=understanding.event.thread_id or understanding.event.event_id or understanding.story.story_id,
        title=article.title,
        summary=summary(understanding, regions, lang),
        evidence=evidence(understanding),
        link=Link(title=article.title, url=article.url, note=article.source),
        created_at=now,
        published=article.published,
        severity=_severity(values.get("deadline"), now),
        labels=labels(understanding, stored),
        facts=tuple(_printed_facts(understanding.facts, regions, lang)),
        copies=copies(members, besides=stored.id),
        lang=article.lang or "zh",
    )


def summary(understanding: Understanding, regions: Gazetteer, lang: str) -> str:
    """What happened, in one line: stage or update, region, insurers, what it covers, amounts, deadline."""
    c = understanding.classification
    values = understanding.facts.values()
    happened = [phrases.name(x.value, lang) for x in (c.stage, c.update) if x is not None]
    topic = [phrases.name(t.value, lang) for t in c.topics]
    parts = [f"【{' · '.join(happened or topic)}】" if lang != "en" else f"[{' · '.join(happened or topic)}]"]
    for key in ("regions", "product", "insurers", "programmes", "amount", "payout", "insured_persons",
                "premium_per_person", "period", "deadline"):  # fmt: skip
        if key in values:
            printed = phrases.fact(key, _named(key, values[key], regions, lang), lang)
            labelled = key in {"amount", "payout", "deadline", "insured_persons", "premium_per_person"}
            parts.append(f"{phrases.name(key, lang)} {printed}" if labelled else printed)
    return parts[0] + (" " if lang == "en" else "") + (" · " if lang == "en" else "｜").join(parts[1:])


def evidence(understanding: Understanding) -> str:
    """The sentence as printed that proves most: facts that people act on count more than names (first among equals)."""
    article = understanding.article
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


def _severity(deadline: object, now: dt.datetime) -> Severity:
    if not deadline:
        return Severity.NOTICE
    due = dt.datetime.fromisoformat(str(deadline))
    if due.tzinfo is None:  # a bare date lasts until its evening in China
        due = due.replace(hour=23, minute=59, tzinfo=phrases.CHINA)
    return Severity.URGENT if dt.timedelta(0) <= due - now <= URGENT_WITHIN else Severity.NOTICE


def _printed_facts(sheet: FactSheet, regions: Gazetteer, lang: str) -> Iterable[tuple[str, str]]:
    values = sheet.values()
    for key in phrases.FACT_ORDER:
        if key in values:
            printed = phrases.fact(key, _named(key, values[key], regions, lang), lang)
            yield phrases.name(key, lang), printed


def _named(key: str, value: Any, regions: Gazetteer, lang: str) -> Any:
    if key == "regions":
        return [regions.name(code) for code in value]
    if key == "programmes":
        return [phrases.name(code, lang) for code in value]
    return value
