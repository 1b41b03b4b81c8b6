"""`sources import`, `sources export`: subscriptions from and to other readers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli import output
from monitor.cli.app import OPTIONS, configuration
from monitor.cli.running import AsJson
from monitor.cli.sources.group import sources
from monitor.clock import system_clock
from monitor.config import find_config, load_config
from monitor.config.catalogue import shipped_catalogue
from monitor.config.reading import shipped_config
from monitor.config.writing import add_to_config, as_yaml, source_values
from monitor.errors import InputError, UsageError
from monitor.opml import read_opml
from monitor.subscriptions import as_opml, as_sources

LARGEST = 16 * 1024 * 1024
"""Bytes of an OPML file; a thousand feeds take 200 KB."""


@sources.command("import")
def import_sources(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="订阅列表 A feed reader's list, OPML 1.0 or 2.0.")],
    write: Annotated[
        bool, typer.Option("--write", help="写入 config.yaml，保留注释 Add them to config.yaml; its comments stay.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """导入订阅 · Sources from an OPML file: prints lines for config.yaml, or adds them to it with --write.

    Feeds that are polled already and duplicates are left out; feeds of the catalogue are picked from it.
    """
    reading = read_opml(_body(file), str(file))
    path = find_config(OPTIONS.config)
    found = as_sources(reading, load_config(path).sources, shipped_catalogue().sources)
    if write and path == shipped_config():
        raise UsageError("there is no config.yaml to write to; `baoxun check --print-default > config.yaml` makes one")
    if write:
        add_to_config(path, found.sources)
    if as_json:
        output.as_json({"sources": found.sources, "left_out": found.left_out, "written": str(path) if write else None})
        return
    if found.sources and not write:
        print(_block(found.sources), end="")  # noqa: T201  the command's output, for config.yaml
    for one in found.left_out:
        output.note(f"略过 left out: {one.title or one.url}: {one.reason}")
    if write:
        output.say(f"已写入 wrote {len(found.sources)} sources to {path}")
    elif found.sources:
        output.note(f"{len(found.sources)} 个来源；加 --write 写入 with --write they are added to {path}")
    else:
        output.note("没有新的订阅 nothing new in it")


@sources.command("export")
def export_sources(
    opml: Annotated[
        bool, typer.Option("--opml", help="输出 OPML，只含订阅源 OPML for feed readers; feeds only.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="也含停用的 Also those that are off.")] = False,
    tag: Annotated[str, typer.Option(help="只含此标签 Only those with this tag.")] = "",
) -> None:
    """导出来源 · The sources in full as lines of a config.yaml (picks written out), or the feeds among them as OPML."""
    config = configuration()
    chosen = [s for s in config.sources if (every or s.enabled) and (not tag or tag in s.tags)]
    if opml:
        print(as_opml(chosen, system_clock()), end="")  # noqa: T201  the command's output
        feeds = sum(s.kind == "feed" for s in chosen)
        output.note(f"{feeds} 个订阅源 feeds; {len(chosen) - feeds} 个来源不是订阅源 sources are no feeds")
    else:
        print(_block([source_values(s) for s in chosen]), end="")  # noqa: T201  the command's output


def _block(found: Sequence[Any]) -> str:
    return f"sources:\n{as_yaml([dict(one) for one in found])}" if found else "sources: []\n"


def _body(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise InputError(f"{file}: is over {LARGEST // 1024 // 1024} MB; that is no list of feeds")
        return file.read_bytes()
    except OSError as exc:
        raise UsageError(f"cannot read {file}: {exc.strerror}") from exc
