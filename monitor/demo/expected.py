"""Which alerts the demo must produce, and what is wrong with those that it did produce.

The expectation follows from the articles' labels: one alert for each event that some article reports as `alert`,
unless a baseline article reports it already. Any article of the event may be the one that the alert links, since
sources are polled side by side; facts are compared with what that very article states.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from monitor.demo.articles import DemoArticle
from monitor.demo.site import path_of

KEY_FACTS = (
    "regions",
    "insurers",
    "programmes",
    "product",
    "project_number",
    "insured_persons",
    "premium_per_person",
    "payout",
    "claims_count",
    "participation_rate",
    "amount",
    "period",
    "deadline",
)
"""The facts that an alert is checked for; names of projects, buyers and winners are left to the labelled sets."""

_SETS = {"regions", "insurers", "programmes"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedAlert:
    """One alert that must come, once. `paths` are the URL paths of the articles that it may link."""

    event: str
    title: str
    topics: tuple[str, ...]
    stage: str | None
    update: str | None
    facts: Mapping[str, Any]
    paths: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenAlert:
    """One alert that came, in the terms of the labels. `facts` has plain values: text, numbers and lists of them."""

    url: str
    topics: tuple[str, ...]
    stage: str | None
    update: str | None
    facts: Mapping[str, Any]


class Fault(StrEnum):
    """What is wrong between the alerts that came and those that should have come."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    REPEATED = "repeated"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatch:
    """One fault, with the event or the URL it concerns and a sentence on it."""

    fault: Fault
    subject: str
    detail: str


def expected_alerts(articles: Iterable[DemoArticle]) -> tuple[ExpectedAlert, ...]:
    """The alerts that a run over these articles must produce, in order of their first article's appearance."""
    events: dict[str, list[DemoArticle]] = {}
    silent: set[str] = set()
    for article in sorted(articles, key=lambda a: -1 if a.after is None else a.after):
        event = article.labels.event
        if event is None or article.labels.relevance != "alert":
            continue
        if article.baseline:
            silent.add(event)
        events.setdefault(event, []).append(article)
    return tuple(_expected(event, found) for event, found in events.items() if event not in silent)


def compare(seen: Iterable[SeenAlert], articles: Iterable[DemoArticle]) -> tuple[Mismatch, ...]:
    """All faults of the alerts `seen` in a run over `articles`; empty where they are exactly the expected ones."""
    everything = tuple(articles)
    by_path = {path_of(a): a for a in everything}
    expected = {alert.event: alert for alert in expected_alerts(everything)}
    met: set[str] = set()
    faults: list[Mismatch] = []
    for alert in seen:
        article = by_path.get(urlsplit(alert.url).path)
        event = article.labels.event if article is not None else None
        if article is None or event not in expected:
            faults.append(Mismatch(fault=Fault.UNEXPECTED, subject=alert.url, detail="no alert was due for this page"))
            continue
        if event in met:
            faults.append(Mismatch(fault=Fault.REPEATED, subject=event, detail=f"alerted again with {alert.url}"))
            continue
        met.add(event)
        faults += [Mismatch(fault=Fault.WRONG, subject=event, detail=text) for text in _differences(alert, article)]
    faults += [
        Mismatch(fault=Fault.MISSING, subject=event, detail=f"no alert for {alert.title}")
        for event, alert in expected.items()
        if event not in met
    ]
    return tuple(faults)


def _expected(event: str, articles: list[DemoArticle]) -> ExpectedAlert:
    original = next((a for a in articles if a.labels.copy_of is None), articles[0])
    labels = original.labels
    return ExpectedAlert(
        event=event,
        title=original.title,
        topics=labels.topics,
        stage=labels.stage,
        update=labels.update,
        facts={name: labels.facts[name] for name in KEY_FACTS if name in labels.facts},
        paths=tuple(path_of(a) for a in articles),
    )


def _differences(alert: SeenAlert, article: DemoArticle) -> list[str]:
    labels = article.labels
    found = []
    if set(alert.topics) != set(labels.topics):
        found.append(f"topics {sorted(alert.topics)}, should be {sorted(labels.topics)}")
    for name, value, due in (("stage", alert.stage, labels.stage), ("update", alert.update, labels.update)):
        if value != due:
            found.append(f"{name} {value}, should be {due}")
    for name in KEY_FACTS:
        value, due = alert.facts.get(name), labels.facts.get(name)
        if due is not None and not _same(name, value, due):
            found.append(f"{name} {value!r}, should be {due!r}")
    return found


def _same(name: str, value: Any, due: Any) -> bool:
    """Whether two values of one fact are the same, whatever their order, number type or time zone."""
    if value is None:
        return False
    if name in _SETS:
        return set(value) == set(due)
    if name == "deadline":
        return _moment(str(value)) == _moment(str(due))
    if isinstance(due, list):
        return [float(v) for v in value] == [float(v) for v in due]
    if isinstance(due, int | float):
        return abs(float(value) - float(due)) <= 1e-9 * max(1.0, abs(float(due)))
    return bool(value == due)


def _moment(text: str) -> dt.date | dt.datetime:
    """A date where only a date is printed, else the instant. Raises `ValueError` for anything else."""
    return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text)
