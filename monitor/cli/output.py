"""How commands speak: tables and colour on a terminal, plain lines in a pipe, JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table


def console() -> Console:
    """Standard output, as it is at this moment (tests and pipes replace it)."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def say(text: str = "", *, style: str | None = None) -> None:
    """One line for people; never read as markup."""
    console().print(text, style=style, markup=False)


def tell_error(text: str) -> None:
    """One problem on standard error."""
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(text, style="red", markup=False)


def note(text: str) -> None:
    """A remark on standard error, out of the way of what a pipe reads."""
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(text, style="dim", markup=False)


def as_json(value: Any) -> None:
    """One JSON document on a line of its own."""
    print(json.dumps(value, ensure_ascii=False, default=_plain))  # noqa: T201  the command's output


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    title: str = "",
    details: Collection[str] = (),
    whole: Collection[str] = (),
) -> None:
    """Rows as a table on a terminal, as tab-separated lines in a pipe (with a header line).

    On a terminal columns without a value are left out, and so are those named in `details`: programs read them all.
    Columns named in `whole` are never folded: names that people copy.
    """
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            print("\t".join(_cell(v).replace("\t", " ").replace("\n", " ") for v in row))  # noqa: T201  output
        return
    kept = [i for i, name in enumerate(columns) if name not in details and any(_cell(row[i]) for row in rows)]
    shown = Table(title=title or None, title_justify="left", header_style="bold")
    for i in kept:
        shown.add_column(columns[i], overflow="fold", no_wrap=columns[i] in whole)
    for row in rows:
        shown.add_row(*(escape(_cell(row[i])) for i in kept))
    console().print(shown)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Progress]:
    """A progress bar on standard error while the block runs; silent where that is no terminal."""
    err = Console(file=sys.stderr)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=True,
    ) as bar:
        bar.add_task(label, total=total)
        yield bar
