"""`baoxun check`: looks at configuration, database, vocabulary, sources and channels, and touches nothing."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from monitor.alerting import Wording, worded
from monitor.bootstrap import build_all_senders, check_source
from monitor.config import Config, SourceState
from monitor.config.building import build_database_url, build_second_opinion
from monitor.config.channel_building import build_receivers
from monitor.config.rule_building import build_rules
from monitor.errors import MonitorError
from monitor.storage import Database, found_revision, wanted_revision
from monitor.taxonomy import DEFAULT_DIRECTORY, load_vocabulary
from monitor.workdays import ChinaCalendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing looked at: is it as it should be, and if not, what to do."""

    subject: str
    ok: bool
    detail: str


def check(config: Config, environment: Mapping[str, str] = os.environ) -> tuple[Finding, ...]:
    """Look at everything; a part that is wrong does not keep the others from being looked at."""
    looks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("storage", lambda: _database(config, environment)),
        ("vocabulary", lambda: _vocabulary(config)),
        ("sources", lambda: _sources(config)),
        ("second opinion", lambda: _second_opinion(config, environment)),
        ("alerts", lambda: _alerts(config, environment)),
    )
    return tuple(finding for subject, look in looks for finding in _guarded(subject, look))


def _guarded(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except MonitorError as exc:
        yield Finding(subject=subject, ok=False, detail=str(exc))


def _database(config: Config, environment: Mapping[str, str]) -> Iterator[Finding]:
    database = Database(build_database_url(config, environment), create_folder=False)
    path = database.sqlite_path
    if path is not None and not path.exists():
        yield Finding(subject="storage", ok=True, detail=f"{path} does not exist yet; the first run creates it")
        return
    found, wanted = found_revision(database), wanted_revision()
    database.close()
    current = found == wanted
    hint = "" if current else "; run `baoxun db upgrade`"
    detail = f"{database.printable_url}, schema {found or 'none'} (needs {wanted}){hint}"
    yield Finding(subject="storage", ok=current or path is not None, detail=detail)


def _vocabulary(config: Config) -> Iterator[Finding]:
    from monitor.lint import lint  # only `check` pays for the linter's loading

    folder = config.monitor.vocabulary or DEFAULT_DIRECTORY
    load_vocabulary(folder)
    findings = lint(folder)
    for finding in findings:
        yield Finding(subject="vocabulary", ok=False, detail=str(finding))
    if not findings:
        yield Finding(subject="vocabulary", ok=True, detail=f"{folder}: no mistakes found")


def _sources(config: Config) -> Iterator[Finding]:
    enabled = config.enabled_sources
    faults = [(s.name, fault) for s in config.sources if (fault := check_source(s))]
    for name, fault in faults:
        yield Finding(subject=f"source {name}", ok=False, detail=fault)
    counts = Counter(source.state for source in config.sources)
    detail = ", ".join(f"{counts[state]} {state}" for state in SourceState)
    yield Finding(subject="sources", ok=bool(enabled), detail=detail if enabled else f"{detail}: nothing is polled")


def _second_opinion(config: Config, environment: Mapping[str, str]) -> Iterator[Finding]:
    asked = build_second_opinion(config, environment)
    if asked is not None:
        yield Finding(subject="second opinion", ok=True, detail=f"{asked.model}, {asked.tokens_per_day} tokens a day")


def _alerts(config: Config, environment: Mapping[str, str]) -> Iterator[Finding]:
    config = worded(config, Wording(load_vocabulary(config.monitor.vocabulary)).sentence)
    receivers = build_receivers(config, environment)
    rules = build_rules(config, receivers, ChinaCalendar())
    build_all_senders(receivers, io.StringIO())
    for receiver in receivers:
        ways = ", ".join(c.name for c in receiver.channels) or "no channel"
        yield Finding(subject=f"receiver {receiver.name}", ok=True, detail=ways)
    yield Finding(subject="routes", ok=True, detail=f"to {', '.join(rules.routes.receivers)}")
