"""The group `sources`, and how its commands find a source and name a state."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import TYPE_CHECKING

import typer

from monitor import workdays
from monitor.cli.app import WATCH, app
from monitor.config import Config, SourceConfig, SourceState
from monitor.config.catalogue import shipped_catalogue
from monitor.errors import UsageError
from monitor.inventory import Health, Standing
from monitor.records import SourceRecord
from monitor.staleness import Verdict, history_of, judge

if TYPE_CHECKING:
    from monitor.storage import UnitOfWork

sources = typer.Typer(
    no_args_is_help=True, help="来源 · The places that are polled, and the catalogue of those that could be."
)
app.add_typer(sources, name="sources", rich_help_panel=WATCH)

STATES = {SourceState.ON: "开 on", SourceState.LOW_RATE: "低频 low-rate", SourceState.OFF: "停 off"}


def find(config: Config, name: str) -> tuple[SourceConfig, bool]:
    """The source of that name and whether it is in the configuration; if not, it is one of the catalogue.

    Raises `UsageError` where there is neither, naming what may have been meant.
    """
    if (source := config.source(name)) is not None:
        return source, True
    for offer in shipped_catalogue().sources:
        if offer.name == name:
            return offer, False
    raise _unknown(config, name)


def _unknown(config: Config, name: str) -> UsageError:
    known = [*(s.name for s in config.sources), *shipped_catalogue().names]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    meant = f"did you mean {', '.join(dict.fromkeys(near))}? " if near else ""
    return UsageError(
        f"no source is called {name!r}; {meant}`baoxun sources list --all` and `baoxun sources list --catalogue` show them"
    )


def verdict(unit: UnitOfWork, record: SourceRecord, now: dt.datetime) -> Verdict:
    """Quiet or broken, as operators' alerts judge it."""
    return judge(history_of(record, unit.sources.appearances(record.name)), workdays.china, now)


def evidence(source: SourceConfig) -> str:
    """The tag alone: high, med or low; empty for one's own sources."""
    return source.evidence.partition(",")[0]


def health(standing: Standing) -> str:
    """In words: why it is off, how it fares."""
    record = standing.record
    match standing.health:
        case Health.OFF:
            return standing.source.why_off
        case Health.NEVER:
            return "未查过 never polled"
        case Health.FAILING | Health.STUMBLING:
            assert record is not None, "failing is a thing of the record"
            word = "失败 failing" if standing.health is Health.FAILING else "偶有失败 stumbling"
            return f"{word} ×{record.failures}: {record.last_problem}"
        case Health.QUIET | Health.SILENT:
            assert standing.verdict is not None, "silence is a thing of the verdict"
            word = "沉默 silent" if standing.health is Health.SILENT else "偏静 quiet"
            return f"{word}: {standing.verdict.reason('zh')} {standing.verdict.reason('en')}"
        case Health.OK:
            return "正常 ok"
