"""Reading many articles on all cores, in order: normalise, classify, facts, signature, as `pipeline.read` does.

Workers are processes of their own that load the vocabulary once; a few chunks are ahead of whoever takes the answers, so
memory stays bounded. A worker ends with the process that began it, even where that is killed. One that dies by itself
(killed for its memory, a fault in a library) is an error that names the article it had in hand.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from typing import Any

from monitor.archive import Archive
from monitor.errors import InputError, MonitorError, NotFoundError
from monitor.ingest import extract_again
from monitor.learning import LearnedModel
from monitor.model import Article, Classification, FactSheet
from monitor.pipeline import Reading, read
from monitor.replay_records import Placed
from monitor.signature import Signature
from monitor.taxonomy import load_vocabulary

CHUNK = 40
"""Articles that a worker is given at a time."""

AHEAD = 3
"""Chunks for each worker that are read ahead."""

Read = tuple[Article, Classification, FactSheet, Signature]


class WorkerDiedError(MonitorError):
    """A process that reads articles ended by itself."""

    def __init__(self, articles: Sequence[int], sure: bool) -> None:
        self.articles = tuple(articles)
        named = ", ".join(map(str, articles)) or "none"
        words = "while reading article" if sure else "and it is not known why; articles in hand:"
        super().__init__(
            f"a reading process died {words} {named}. What was done is kept; look at it with `baoxun show`, or narrow the "
            "replay with --since, --until or --source"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a worker needs in order to read: all of it travels to another process. `archive` is the folder of raw pages where
    these are to be read again."""

    vocabulary: Path
    model: LearnedModel | None = None
    archive: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One article to read, and where its raw page stands ("" where there is none)."""

    article: Article
    raw_file: str = ""
    raw_offset: int = 0


class Reader:
    """Reads articles in order. Use it as a context."""

    def __init__(self, rules: Rules, *, jobs: int) -> None:
        self._rules, self._jobs = rules, max(1, jobs)
        self._pool: ProcessPoolExecutor | None = None
        self._hands: SynchronizedArray[int] | None = None
        self._desk: _Desk | None = None

    def __enter__(self) -> Reader:
        if self._jobs == 1:
            self._desk = _Desk(self._rules)
            return self
        context = multiprocessing.get_context("spawn")
        self._hands = context.Array("q", self._jobs)
        self._pool = ProcessPoolExecutor(
            self._jobs, mp_context=context, initializer=_start, initargs=(self._rules, self._hands, context.Value("i"))
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def read(self, articles: Iterable[Placed]) -> Iterator[tuple[Placed, Reading | str]]:
        """Each article with its reading, or with the words for why it has none, in order. Raises `WorkerDiedError`."""
        if self._desk is not None:
            for placed in articles:
                yield placed, _reading(self._desk.read(_task(placed)))
            return
        assert self._pool is not None, "used as a context"
        ahead: deque[tuple[list[Placed], Future[list[Read | str]]]] = deque()
        try:
            for chunk in _chunks(articles):
                ahead.append((chunk, self._pool.submit(_read_chunk, [_task(placed) for placed in chunk])))
                if len(ahead) > AHEAD * self._jobs:
                    yield from _answers(*ahead[0])
                    ahead.popleft()
            while ahead:
                yield from _answers(*ahead[0])
                ahead.popleft()
        except BrokenProcessPool as exc:
            known = {placed.stored.id: placed for chunk, _ in ahead for placed in chunk}
            raise self._culprit(known) from exc

    def _culprit(self, known: dict[int, Placed]) -> WorkerDiedError:
        """Who was in hand when a worker died; each is read once more by a process of its own, to be sure."""
        assert self._hands is not None, "only workers die"
        suspects = [number for number in self._hands[:] if number]
        context = multiprocessing.get_context("spawn")
        for number in suspects:
            if number in known and _dies(context, self._rules, _task(known[number])):
                return WorkerDiedError([number], sure=True)
        return WorkerDiedError(suspects, sure=False)


class _Desk:
    """What reads, within one process."""

    def __init__(self, rules: Rules) -> None:
        self._vocabulary = load_vocabulary(rules.vocabulary)
        self._model = rules.model
        self._archive = Archive(rules.archive) if rules.archive is not None else None

    def read(self, task: Task) -> Read | str:
        """What an article says, or why it cannot be read."""
        try:
            article = task.article
            if self._archive is not None and task.raw_file:
                article = extract_again(self._archive.read(task.raw_file, task.raw_offset), article)
            reading = read(article, self._vocabulary, self._model)
        except (InputError, NotFoundError) as exc:
            return str(exc)
        except Exception as exc:  # noqa: BLE001  the loop's edge: one article's fault is recorded, the others go on
            return f"{type(exc).__name__}: {exc}"
        return article, reading.classification, reading.facts, reading.signature


_WORKER: list[tuple[_Desk, SynchronizedArray[int], int]] = []
"""What this process reads with, once it is a worker: one entry."""


def _start(rules: Rules, hands: SynchronizedArray[int], turn: Any) -> None:
    _end_with_parent()
    with turn.get_lock():
        place, turn.value = turn.value, turn.value + 1
    _WORKER.append((_Desk(rules), hands, place))


def _end_with_parent() -> None:
    """A worker waits for work for ever, also where the process that gives it was killed: so it watches that one."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker has a parent"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def _read_chunk(tasks: Sequence[Task]) -> list[Read | str]:
    desk, hands, place = _WORKER[0]
    answers = []
    for task in tasks:
        hands[place] = int(task.article.id)
        answers.append(desk.read(task))
    hands[place] = 0
    return answers


def _dies(context: SpawnContext, rules: Rules, task: Task) -> bool:
    process = context.Process(target=_read_one, args=(rules, task))
    process.start()
    process.join()
    return process.exitcode != 0


def _read_one(rules: Rules, task: Task) -> None:
    _Desk(rules).read(task)


def _task(placed: Placed) -> Task:
    stored = placed.stored
    return Task(article=stored.article, raw_file=stored.raw_file, raw_offset=stored.raw_offset)


def _answers(chunk: Sequence[Placed], answers: Future[list[Read | str]]) -> Iterator[tuple[Placed, Reading | str]]:
    for placed, answer in zip(chunk, answers.result(), strict=True):
        yield placed, _reading(answer)


def _reading(answer: Read | str) -> Reading | str:
    if isinstance(answer, str):
        return answer
    article, classification, facts, signature = answer
    return Reading(article=article, classification=classification, facts=facts, signature=signature)


def _chunks(articles: Iterable[Placed]) -> Iterator[list[Placed]]:
    chunk: list[Placed] = []
    for placed in articles:
        chunk.append(placed)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
