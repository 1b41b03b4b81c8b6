"""`analyse`, `extract`: texts and pages from files, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.app import OPTIONS, TEXTS, app
from monitor.clock import system_clock
from monitor.config import load_config
from monitor.errors import InputError, UsageError

if TYPE_CHECKING:
    from monitor.taxonomy import Vocabulary


@app.command("analyse", rich_help_panel=TEXTS)
def analyse_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="一行一篇 One article a line.")],
    vocabulary: Annotated[Path | None, typer.Option("--rules", help="词表目录 Folder with vocabulary files.")] = None,
) -> None:
    """分析文章 · Print one prediction a line for a file of articles, as a stream in file order.

    A record has id, url, source, published, lang, title, text; a prediction has id, topics, relevance, stage, update,
    facts, story, event, reasons. Articles of one story (or event) share its name.
    """
    from monitor.analyse import analyse, prediction, read_records

    if not file.is_file():
        raise UsageError(f"no file {file}")
    words = _vocabulary(vocabulary)
    with output.progress("分析 analysing", None) as bar:
        for understanding in analyse(read_records(file), words):
            output.as_json(prediction(understanding))
            bar.advance(bar.task_ids[0])


def _vocabulary(folder: Path | None) -> Vocabulary:
    from monitor.taxonomy import load_vocabulary

    if folder is None and OPTIONS.config is not None:
        folder = load_config(OPTIONS.config).monitor.vocabulary
    if folder is not None and not folder.is_dir():
        raise UsageError(f"no folder {folder}")
    return load_vocabulary(folder)


@app.command("extract", rich_help_panel=TEXTS)
def extract(
    file: Annotated[Path, typer.Argument(metavar="FILE.html", help="存下的网页 A saved page.")],
    url: Annotated[str, typer.Option("--url", "-u", help="它的网址 Its address; decides which page object reads it.")],
) -> None:
    """读出网页正文 · Print title, time, author, source and text of a saved page, and which page object read it."""
    from monitor.ingest import extract_file

    try:
        body = file.read_bytes()
    except OSError as exc:
        raise UsageError(f"cannot read {file}: {exc.strerror}") from exc
    if not body.strip():
        raise InputError(f"{file} is empty: nothing to read")
    output.as_json(extract_file(body, url, system_clock()))
