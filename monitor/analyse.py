"""Predictions for a file of articles, as a stream in file order: the same steps as the daemon, without a database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from monitor.errors import InputError
from monitor.index import MemoryIndex
from monitor.model import Article, Understanding, labels
from monitor.pipeline import place, read
from monitor.taxonomy import Vocabulary


def analyse(articles: Iterable[Article], vocabulary: Vocabulary) -> Iterator[Understanding]:
    """Understand articles one after the other; each is compared with those before it."""
    index = MemoryIndex()
    for article in articles:
        yield place(read(article, vocabulary), index)


def prediction(understanding: Understanding) -> dict[str, Any]:
    """One line of output: the annotation guide's keys, and why."""
    u = understanding
    reasons = [f"{s.topic}: {s.score:.2f} of {s.threshold:.2f}" for s in u.classification.scores if s.score]
    reasons += [r.detail for s in u.classification.scores for r in s.reasons]
    reasons += [r.detail for r in u.classification.reasons]
    reasons += [f"story: {u.story.reason}", f"event: {u.event.reason}"]
    return {**labels(u), "reasons": reasons}


def read_records(path: Path) -> Iterator[Article]:
    """Articles of a JSON Lines file. Raises `InputError` naming file and line for a record that cannot be read."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _article(line, f"{path}:{number}")
    except OSError as exc:
        raise InputError(f"cannot read {path}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} is not UTF-8: {exc.reason} at byte {exc.start}") from exc


def read_lines(path: Path) -> Iterator[Article | InputError]:
    """The same for a file of any quality: each line's article, or why it cannot be read. Raises `InputError` where the file
    cannot be opened."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _article_or_problem(line, f"line {number}")
    except OSError as exc:
        raise InputError(f"cannot read {path}: {exc.strerror}") from exc


def _article_or_problem(line: bytes, where: str) -> Article | InputError:
    try:
        return _article(line.decode("utf-8-sig"), where)
    except UnicodeDecodeError as exc:
        return InputError(f"{where}: not UTF-8: {exc.reason} at byte {exc.start}")
    except RecursionError:
        return InputError(f"{where}: no JSON: nested too deeply")
    except InputError as exc:
        return exc


def _article(line: str, where: str) -> Article:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as exc:
        raise InputError(f"{where}: no JSON: {exc.msg} at column {exc.colno}") from exc
    if not isinstance(record, dict) or "id" not in record:
        raise InputError(f"{where}: a record is an object with at least `id`, `title` and `text`")
    return Article(
        id=str(record["id"]),
        url=str(record.get("url") or ""),
        source=str(record.get("source") or ""),
        published=_moment(record.get("published"), where),
        lang=str(record.get("lang") or ""),
        title=str(record.get("title") or ""),
        text=str(record.get("text") or ""),
    )


def _moment(value: object, where: str) -> dt.datetime | None:
    if not value:
        return None
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError as exc:
        raise InputError(f"{where}: `published` {value!r} is no ISO 8601 time") from exc
    if moment.tzinfo is None:
        raise InputError(f"{where}: `published` {value!r} has no offset; write +08:00")
    return moment
