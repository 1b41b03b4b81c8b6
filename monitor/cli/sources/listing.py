"""`sources list`: what is polled and how it fares, or what could be picked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from monitor.cli import output
from monitor.cli.app import built, configuration
from monitor.cli.running import AsJson
from monitor.cli.sources import nextlook
from monitor.cli.sources.group import STATES, evidence, health, sources, verdict
from monitor.config import SourceConfig, SourceState
from monitor.config.catalogue import Catalogue, shipped_catalogue
from monitor.config.quantity import print_duration
from monitor.inventory import Standing, standings
from monitor.phrases import CHINA, moment


@sources.command("list")
def list_sources(
    every: Annotated[bool, typer.Option("--all", help="也列出停用的 Also those that are off, and why.")] = False,
    tag: Annotated[str, typer.Option(help="只列此标签 Only those with this tag.")] = "",
    catalogue: Annotated[
        bool, typer.Option("--catalogue", help="列出可挑选的 What can be picked with `use:`, instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """列出来源及其状况 · Every source: on, low-rate or off and why; how it is polled, how it fares.

    With --catalogue: the sources that ship, of which config.yaml picks some.
    """
    if catalogue:
        _list_catalogue(shipped_catalogue(), {s.entry for s in configuration().sources}, every, tag, as_json)
        return
    with built() as built_app, built_app.store.reading() as unit:
        records, now, config = unit.sources.all(), built_app.clock(), built_app.config
        wanted = {s.name for s in config.enabled_sources if not tag or tag in s.tags}
        verdicts = {r.name: verdict(unit, r, now) for r in records if r.name in wanted and r.last_checked_at}
    found = standings(config.sources, records, off=every, tag=tag, verdicts=verdicts)
    if as_json:
        output.as_json([as_values(one) for one in found])
        return
    titles: Sequence[str]
    rows: list[Sequence[object]]
    if sys.stdout.isatty():
        titles = (
            "来源 source",
            "状态 state\n依据 evidence",
            "方式 kind\n间隔 every",
            "文章 articles\n最近成功 last",
            "状况 health\n下次 next",
        )
        rows = [
            (f"{one.source.name}\n{one.source.title}", f"{STATES[one.source.state]}\n{evidence(one.source)}",
             f"{one.source.kind}\n{print_duration(one.source.every)}",
             f"{one.articles}\n{_short(one)}".strip(),
             f"{health(one)}\n{nextlook.when_and_why(one, config.zone, now)}".strip())
            for one in found
        ]  # fmt: skip
    else:
        titles = ("名称 name", "来源 title", "状态 state", "依据 evidence", "方式 kind", "间隔 every", "文章 articles",
                  "最近成功 last success", "下次 next", "状况 health")  # fmt: skip
        rows = [
            (one.source.name, one.source.title, one.source.state, evidence(one.source), one.source.kind,
             print_duration(one.source.every), one.articles,
             moment(one.last_success_at, config.zone) if one.last_success_at else "",
             nextlook.when_and_why(one, config.zone, now), health(one))
            for one in found
        ]  # fmt: skip
    output.table(titles, rows, whole=("来源 source", "use:"))
    output.note(_counted([s for s in config.sources if not tag or tag in s.tags], every))


def _short(one: Standing) -> str:
    return f"{one.last_success_at.astimezone(CHINA):%m-%d %H:%M}" if one.last_success_at else ""


def _counted(found: Sequence[SourceConfig], every: bool) -> str:
    counts = {state: sum(one.state is state for one in found) for state in SourceState}
    told = "，".join(f"{STATES[state]} {count}" for state, count in counts.items())
    return told if every or not counts[SourceState.OFF] else f"{told}（--all 列出停用的 shows those that are off）"


def as_values(one: Standing) -> dict[str, Any]:
    """A source for programs."""
    source, record = one.source, one.record
    return {
        "name": source.name, "title": source.title, "title_en": source.title_en, "entry": source.entry,
        "tags": source.tags, "kind": source.kind, "urls": source.addresses,
        "state": source.state, "why_off": source.why_off, "every": print_duration(source.every),
        "evidence": source.evidence, "health": one.health, "articles": one.articles,
        "last_checked_at": record.last_checked_at if record else None, "last_success_at": one.last_success_at,
        "last_new_at": record.last_new_at if record else None,
        "next_check_at": record.next_check_at if record and source.enabled else None,
        "next_why": record.pacing if record else {},
        "at_least_every": print_duration(source.at_least_every) if source.at_least_every else None,
        "failures": record.failures if record else 0, "last_problem": record.last_problem if record else "",
    }  # fmt: skip


def _list_catalogue(catalogue: Catalogue, picked: set[str], every: bool, tag: str, as_json: bool) -> None:
    found = [one for one in catalogue.sources if (every or one.enabled) and (not tag or tag in one.tags)]
    if as_json:
        output.as_json([_offer(one, one.name in picked) for one in found])
        return
    titles: Sequence[str]
    rows: list[Sequence[object]]
    if sys.stdout.isatty():
        titles = ("use:", "状态 state\n依据 evidence", "方式 kind\n间隔 every", "标签 tags", "说明 remarks")
        rows = [
            (f"{one.name}\n{one.title}", f"{STATES[one.state]}{' ✓' if one.name in picked else ''}\n{evidence(one)}",
             f"{one.kind}\n{print_duration(one.every)}", " ".join(one.tags), one.why_off or one.title_en)
            for one in found
        ]  # fmt: skip
    else:
        titles = ("名称 name", "来源 title", "英文 English", "状态 state", "依据 evidence", "方式 kind", "间隔 every",
                  "标签 tags", "已选 picked", "说明 remarks")  # fmt: skip
        rows = [
            (one.name, one.title, one.title_en, one.state, evidence(one), one.kind, print_duration(one.every),
             " ".join(one.tags), "✓" if one.name in picked else "", one.why_off or one.note)
            for one in found
        ]  # fmt: skip
    output.table(titles, rows, whole=("来源 source", "use:"))
    tagged = [one for one in catalogue.sources if not tag or tag in one.tags]
    output.note(f"{_counted(tagged, every)}；✓ = 已选 picked")
    if not tag:
        output.note(f"标签 tags: {' '.join(catalogue.tags)}")


def _offer(one: SourceConfig, picked: bool) -> dict[str, Any]:
    return {
        "name": one.name, "title": one.title, "title_en": one.title_en, "tags": one.tags, "kind": one.kind,
        "urls": one.addresses, "state": one.state, "why_off": one.why_off, "every": print_duration(one.every),
        "evidence": one.evidence, "picked": picked,
    }  # fmt: skip
