"""A replay from its beginning to its end: read on all cores, compare in order, write in batches, go on where it was.

A batch of articles, what it changes and how far the replay is are one transaction; then the threads of what was changed are
made up again, a batch at a time. Killed anywhere, the same order goes on after the last batch that was committed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import structlog

from monitor import alerting
from monitor.alerting import Alert
from monitor.clock import Clock
from monitor.errors import UsageError
from monitor.learning.active import ActiveModel
from monitor.model import Relevance
from monitor.pipeline import Reading, compare
from monitor.replay_records import Change, Effect, Frontier, Placed, ReplayRecord, ReplayState
from monitor.replaying import comparing, guard
from monitor.replaying.applying import Applied, apply, remake_thread
from monitor.replaying.course import Course
from monitor.replaying.identity import identity
from monitor.replaying.model import Loss, OnProgress, Order, ReplayReport
from monitor.replaying.reading import Reader, Rules
from monitor.second_opinion.asking import kept
from monitor.second_opinion.heeding import heed
from monitor.storage import Store, UnitOfWork
from monitor.storage.past_index import PastIndex
from monitor.taxonomy import Finder, Vocabulary, load_vocabulary

log = structlog.get_logger()

BATCH = 200
"""Articles compared and written in one transaction: about half a second, so that other writers do not wait for long."""

THREADS = 100
"""Threads made up again in one transaction."""

FETCHED = 400
"""Articles fetched from the database at a time."""

_NO_WORDS = Finder(())
"""For a user's own vocabulary without words of correction."""

_SHOWN = (Effect.APPEARS, Effect.CHANGES)
"""Effects of which the alert itself is kept: it can be sent."""


class _ElsewhereError(UsageError):
    """Another process does this very replay."""

    def __init__(self) -> None:
        super().__init__("another process is doing this replay; let it, or stop it and run this again")


class Replaying:
    """Replays on one store. `opinion` names the language model whose kept answers count; nobody is asked anything."""

    def __init__(
        self,
        *,
        store: Store,
        vocabulary: Vocabulary,
        archive: Path,
        lang: str,
        clock: Clock,
        opinion: str = "",
        batch: int = BATCH,
    ) -> None:
        self._store, self._vocabulary, self._archive = store, vocabulary, archive
        self._lang, self._clock, self._opinion, self._batch_size = lang, clock, opinion, batch

    def run(self, order: Order, on_progress: OnProgress = lambda done, total: None) -> ReplayReport:
        """Replay, and say what came of it. Where known-good labels would be lost nothing is written unless the order is forced;
        the report says so.

        Raises `VocabularyError` for rules that cannot be read, `WorkerDiedError` where a reading process died, `UsageError`
        where another process does the same replay.
        """
        began = time.monotonic()
        vocabulary = load_vocabulary(order.rules) if order.rules else self._vocabulary
        model = ActiveModel(self._store, vocabulary).current()
        rules = Rules(vocabulary=vocabulary.directory, model=model, archive=self._archive if order.raw else None)
        asked = identity(order, vocabulary.directory, model, self._opinion)
        record = self._record(order, asked)
        order = replace(order, wanted=replace(order.wanted, since=record.since, until=record.until))
        losses: tuple[Loss, ...] = ()
        if record.state is not ReplayState.DONE:
            losses = self._losses(order, rules, vocabulary)
        if order.writes and losses and not order.force:
            return ReplayReport(
                name=asked[:12],
                articles=0,
                effects={},
                changes=(),
                losses=losses,
                pending=0,
                refused=True,
                seconds=time.monotonic() - began,
            )
        run = _Run(
            store=self._store, order=order, vocabulary=vocabulary, lang=self._lang, clock=self._clock,
            opinion=self._opinion, record=self._begun(order, record), batch=self._batch_size, on_progress=on_progress,
        )  # fmt: skip
        if not run.is_done:
            with Reader(rules, jobs=order.jobs) as reader:
                run.articles(reader)
            run.threads()
        return run.report(losses, time.monotonic() - began)

    def _record(self, order: Order, asked: str) -> ReplayRecord:
        """The replay that this order is, begun before or not; one that is not begun has the number 0."""
        with self._store.reading() as unit:
            found = unit.replays.latest(asked) if order.writes and not order.again else None
            if found is not None:
                return found
            through, through_article = unit.replays.end()
        return ReplayRecord(
            id=0, asked=asked, since=order.wanted.since, until=order.wanted.until, through=through,
            through_article=through_article, state=ReplayState.ARTICLES, frontier=Frontier(), counts={},
            started_at=self._clock(), finished_at=None,
        )  # fmt: skip

    def _begun(self, order: Order, record: ReplayRecord) -> ReplayRecord:
        """The replay, begun in the database where it is to write."""
        if record.id or not order.writes:
            return record
        with self._store.transaction() as unit:
            return unit.replays.begin(
                record.asked,
                since=record.since,
                until=record.until,
                through=record.through,
                through_article=record.through_article,
                now=self._clock(),
            )

    def _losses(self, order: Order, rules: Rules, vocabulary: Vocabulary) -> tuple[Loss, ...]:
        with self._store.reading() as unit:
            judged, taken = guard.labelled(unit, order.wanted)
            if not judged and not taken:
                return ()
            articles = tuple(guard.to_read(unit, judged, taken))
            with Reader(rules, jobs=1) as reader:
                readings = [
                    (placed.stored, _heeded(unit, reading, self._opinion, vocabulary))
                    for placed, reading in reader.read(articles)
                ]
        return guard.losses(judged, taken, readings)


class _Run:
    """One run of one replay."""

    def __init__(
        self,
        *,
        store: Store,
        order: Order,
        vocabulary: Vocabulary,
        lang: str,
        clock: Clock,
        opinion: str,
        record: ReplayRecord,
        batch: int,
        on_progress: OnProgress,
    ) -> None:
        self._store, self._order, self._vocabulary, self._lang = store, order, vocabulary, lang
        self._clock, self._opinion, self._record, self._size = clock, opinion, record, batch
        self._on_progress = on_progress
        self._state, self._frontier = record.state, record.frontier
        self._corrections = vocabulary.cues.get("correction", _NO_WORDS)
        self._counts = Counter(record.counts)
        self._past = PastIndex(writes=order.writes)
        with store.reading() as unit:
            keys = unit.replays.keys(record.id) if record.id else {}
            self._changes = list(unit.replays.changes(record.id)) if record.id else []
            self._total, self._pending = unit.replays.count(
                order.wanted, through=record.through, through_article=record.through_article
            )
        self._course = Course(self._corrections, keys, whole=not _is_partial(order))
        self._resumed_at = self._done

    @property
    def _name(self) -> str:
        """Its identity, short; a number more where it is written down, a time more where it was begun anew."""
        name = self._record.asked[:12]
        if self._record.id:
            return f"{name}-{self._record.id}"
        return f"{name}-{self._record.started_at:%Y%m%dT%H%M%S}" if self._order.again else name

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self._state is ReplayState.DONE

    @property
    def _done(self) -> int:
        return sum(self._counts[effect.value] for effect in Effect)

    def articles(self, reader: Reader) -> None:
        """All articles that are not done yet, in the order in which they were placed."""
        if self._state is not ReplayState.ARTICLES:
            return
        self._on_progress(self._done, self._total)
        for batch in _batches(reader.read(self._stream()), self._size):
            self._batch(batch)
            self._on_progress(self._done, self._total)
        self._state = ReplayState.THREADS

    def threads(self) -> None:
        """Make up again the threads of what was changed."""
        if not self._order.writes:
            return
        while not self.is_done:
            with self._store.transaction() as unit:
                unit.index.claim()
                left = unit.replays.threads_left(self._record.id, THREADS)
                for ident in left:
                    remake_thread(unit, ident, self._corrections)
                    unit.replays.thread_done(self._record.id, ident)
                self._counts["threads"] += len(left)
                if not left:
                    self._state = ReplayState.DONE
                self._advance(unit)

    def report(self, losses: tuple[Loss, ...], seconds: float) -> ReplayReport:
        """What it came to, from its very beginning."""
        effects = {effect: self._counts[effect.value] for effect in Effect}
        return ReplayReport(
            name=self._name,
            articles=sum(effects.values()),
            effects=effects,
            changes=[change for change in self._changes if change.effect is not Effect.SAME],
            losses=losses,
            pending=self._pending,
            replay=self._record.id or None,
            rewritten=self._counts["rewritten"],
            queued=self._counts["queued"],
            threads=self._counts["threads"],
            resumed_at=self._resumed_at,
            already=self._record.state is ReplayState.DONE,
            seconds=seconds,
        )

    def _stream(self) -> Iterator[Placed]:
        """Articles after the frontier. Fetched ahead of what is written: nobody else writes the rows of settled articles."""
        at, wanted, record = self._frontier, self._order.wanted, self._record
        while True:
            with self._store.reading() as unit:
                chunk = unit.replays.chunk(wanted, at, through=record.through, limit=FETCHED)
            yield from chunk
            if not chunk:
                break
            at = _after(at, chunk[-1])
        while True:
            with self._store.reading() as unit:
                chunk = unit.replays.unplaced_chunk(wanted, at, through_article=record.through_article, limit=FETCHED)
            yield from chunk
            if not chunk:
                return
            at = _after(at, chunk[-1])

    def _batch(self, batch: list[tuple[Placed, Reading | str]]) -> None:
        opened = self._store.transaction() if self._order.writes else self._store.reading()
        with opened as unit:
            if self._order.writes:
                unit.index.claim()
                self._check(unit)
            changes: list[Change] = []
            threads: list[str] = []
            for placed, reading in batch:
                change, applied = self._try_one(unit, placed, reading)
                changes.append(change)
                threads += applied.threads
                self._counts[change.effect.value] += 1
                self._counts["rewritten"] += applied.rewritten
                self._counts["queued"] += applied.queued
            self._frontier = _after(self._frontier, batch[-1][0])
            noted = [c for c, (placed, _) in zip(changes, batch, strict=True) if _is_noted(c, placed)]
            if self._order.writes:
                unit.replays.note(self._record.id, noted, threads)
                self._advance(unit)
        self._changes += noted

    def _try_one(self, unit: UnitOfWork, placed: Placed, reading: Reading | str) -> tuple[Change, Applied]:
        if isinstance(reading, str):
            return comparing.unreadable(placed, reading), Applied()
        try:
            if not self._order.writes:
                return self._one(unit, placed, reading)
            with unit.savepoint():
                return self._one(unit, placed, reading)
        except Exception as exc:  # the loop's edge: one article's fault is recorded, the others go on
            log.exception("replaying failed", article=placed.stored.id, url=placed.stored.article.url)
            return comparing.unreadable(placed, f"{type(exc).__name__}: {exc}"), Applied()

    def _one(self, unit: UnitOfWork, placed: Placed, reading: Reading) -> tuple[Change, Applied]:
        """Compare an article as it was compared at its place, see what would be told of it, and keep what differs."""
        stored, now = placed.stored, self._clock()
        heeded = _heeded(unit, reading, self._opinion, self._vocabulary)
        assert isinstance(heeded, Reading), "a reading stays one"
        self._past.stand(unit.session, placed.number)
        understanding = compare(heeded, self._past)
        relevant = heeded.classification.relevance is not Relevance.NONE
        digest = stored.silent and relevant and unit.frontier.is_for_digest(stored.id)
        said = self._course.tell(unit, understanding, placed, silent=stored.silent and not digest)
        alert: Alert | None = None
        if said.reason.causes_alert:
            alert = alerting.to_alert(
                understanding,
                stored,
                regions=self._vocabulary.regions,
                lang=self._lang,
                now=now,
                revision=said.revision,
            )
            alert = replace(alert, minor=alert.minor or digest)
        change = comparing.compare(placed, understanding, said, alert, again=self._order.alerts)
        if change.effect in _SHOWN and alert is not None:
            change = replace(change, alert=alerting.encode(alert))
        self._course.note(stored.id, said.key, differs=_is_noted(change, placed))
        moved = self._past.remember(heeded.signature, understanding, placed.remembered)
        if not self._order.writes:
            return change, Applied()
        applied = apply(unit, placed, understanding, said, alert, change, tells=self._order.alerts, now=now)
        return change, replace(applied, rewritten=applied.rewritten or moved)

    def _check(self, unit: UnitOfWork) -> None:
        found = unit.replays.latest(self._record.asked)
        if found is None or found.id != self._record.id or found.frontier != self._frontier:
            raise _ElsewhereError

    def _advance(self, unit: UnitOfWork) -> None:
        unit.replays.advance(self._record.id, self._state, self._frontier, self._counts, self._clock())


def _is_partial(order: Order) -> bool:
    """Whether articles are passed over."""
    wanted = order.wanted
    return bool(wanted.topic or wanted.source or wanted.since or wanted.until)


def _is_noted(change: Change, placed: Placed) -> bool:
    """Whether a change is worth a row: it differs, or would cause another alert than the one on record."""
    if change.effect is Effect.UNREADABLE:
        return True
    return change.effect is not Effect.SAME or change.key != (placed.told.key if placed.told else "")


def _heeded(unit: UnitOfWork, reading: Reading | str, opinion: str, vocabulary: Vocabulary) -> Reading | str:
    """With the kept second opinion, where there is one."""
    if not opinion or isinstance(reading, str):
        return reading
    return heed(reading, kept(unit, [reading], opinion).get(reading.article.id), vocabulary)


def _after(frontier: Frontier, placed: Placed) -> Frontier:
    if placed.number is None:
        return replace(frontier, unplaced=placed.stored.id)
    return replace(frontier, number=placed.number)


def _batches(pairs: Iterable[tuple[Placed, Reading | str]], size: int) -> Iterator[list[tuple[Placed, Reading | str]]]:
    iterator = iter(pairs)
    while batch := list(islice(iterator, size)):
        yield batch
