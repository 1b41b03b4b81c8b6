"""Asking for second opinions on undecided articles: kept answers first, within the day's tokens, never in vain.

Each call is counted before it is made and settled after, so that a crash can only count too much. A failing service is
left alone for a while, as long as it says or longer each time; meanwhile, as always when there is no answer, an undecided
article goes into the digest.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping

import structlog

from monitor.clock import Clock
from monitor.model import Article
from monitor.phrases import CHINA
from monitor.pipeline import Reading
from monitor.revision import can_raise
from monitor.second_opinion.endpoint import CallError, Reply, call
from monitor.second_opinion.model import Cause, Opinion, Outcome, SecondOpinionSettings, Unanswered
from monitor.second_opinion.prompt import PROMPT_VERSION, content_key, estimated_tokens, messages, parse_answer
from monitor.storage import Store, UnitOfWork

log = structlog.get_logger()

FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(minutes=30)
"""How long a failing service is left alone: doubled with each failure in a row."""


class SecondOpinion:
    """Asks one configured service. Built by `bootstrap`, once for the process; safe for one event loop."""

    def __init__(self, settings: SecondOpinionSettings, store: Store, clock: Clock) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._turn = asyncio.Semaphore(settings.at_once)
        self._failures = 0
        self._paused_until: dt.datetime | None = None

    async def ask(self, readings: Iterable[Reading]) -> Mapping[str, Outcome]:
        """Article id → what came of asking, for the articles that are worth it: undecided, and no alert as yet.

        Never raises for what a service does. Opens its own short transactions: call it outside of any.
        """
        wanted = tuple(r for r in readings if can_raise(r.classification))
        outcomes: dict[str, Outcome] = dict(await asyncio.to_thread(self._kept, wanted)) if wanted else {}
        missing = {content_key(r.article): r.article for r in wanted if r.article.id not in outcomes}
        answers = await asyncio.gather(*(self._ask(key, article) for key, article in missing.items()))
        by_key = dict(zip(missing, answers, strict=True))
        return {r.article.id: outcomes.get(r.article.id) or by_key[content_key(r.article)] for r in wanted}

    async def _ask(self, key: str, article: Article) -> Outcome:
        async with self._turn:
            now = self._clock()
            if self._paused_until is not None and now < self._paused_until:
                return Unanswered(cause=Cause.PAUSED)
            day = now.astimezone(CHINA).date()
            estimate = estimated_tokens(article)
            if not await asyncio.to_thread(self._reserve, day, estimate):
                return Unanswered(cause=Cause.BUDGET, detail=f"{self._settings.tokens_per_day} a day")
            outcome, spent = await self._answer(article, now)
            spent = estimate if spent is None else spent
            await asyncio.to_thread(self._settle, key, outcome, day, estimate, spent)
        log.info("second opinion", article=article.id, tokens=spent,
                 outcome=outcome.relevance.value if isinstance(outcome, Opinion) else str(outcome))  # fmt: skip
        return outcome

    async def _answer(self, article: Article, now: dt.datetime) -> tuple[Outcome, int | None]:
        """The outcome of one call and its tokens, None where they are unknown."""
        try:
            reply: Reply = await call(self._settings, messages(article), now)
        except CallError as exc:
            if exc.unanswered.cause is Cause.NONSENSE:
                self._failures, self._paused_until = 0, None  # it answers: not this article, but perhaps the next
            else:
                self._pause(exc.retry_after)
            return exc.unanswered, exc.tokens
        self._failures, self._paused_until = 0, None
        try:
            return parse_answer(reply.content, article, self._settings.model), reply.tokens
        except ValueError as exc:
            return Unanswered(cause=Cause.NONSENSE, detail=str(exc)), reply.tokens

    def _pause(self, retry_after: float | None) -> None:
        wait = FIRST_PAUSE * 2 ** min(self._failures, 10)
        if retry_after is not None:
            wait = max(wait, dt.timedelta(seconds=min(retry_after, LONGEST_PAUSE.total_seconds())))
        self._failures += 1
        self._paused_until = self._clock() + min(wait, LONGEST_PAUSE)

    def _kept(self, readings: Iterable[Reading]) -> Mapping[str, Opinion]:
        with self._store.reading() as unit:
            return kept(unit, readings, self._settings.model)

    def _reserve(self, day: dt.date, tokens: int) -> bool:
        with self._store.transaction() as unit:
            return unit.opinions.reserve(day, tokens, limit=self._settings.tokens_per_day)

    def _settle(self, key: str, outcome: Outcome, day: dt.date, reserved: int, spent: int) -> None:
        with self._store.transaction() as unit:
            unit.opinions.settle(day, reserved=reserved, spent=spent)
            if isinstance(outcome, Opinion):
                unit.opinions.keep(key, outcome, prompt_version=PROMPT_VERSION, tokens=spent, now=self._clock())


def kept(unit: UnitOfWork, readings: Iterable[Reading], model: str) -> Mapping[str, Opinion]:
    """Article id → the kept answer, for those worth asking about that have one. Asks nobody: this is what replay wants."""
    keys = {r.article.id: content_key(r.article) for r in readings if can_raise(r.classification)}
    stored = unit.opinions.stored(frozenset(keys.values()), prompt_version=PROMPT_VERSION, model=model)
    return {ident: stored[key] for ident, key in keys.items() if key in stored}
