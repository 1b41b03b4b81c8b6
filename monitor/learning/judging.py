"""A user's word on an article, beside the verdict that it corrects or confirms. The verdict itself stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.errors import NotFoundError, UsageError
from monitor.model import Judgement, Relevance, Topic
from monitor.records import StoredArticle
from monitor.storage import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A stored judgement with the article as the monitor sees it, and how many articles were judged by now."""

    judgement: Judgement
    article: StoredArticle
    judged: int

    @property
    def agrees(self) -> bool:
        """Whether user and verdict say the same."""
        same_topics = set(self.article.topics) == {t.value for t in self.judgement.topics}
        return self.article.relevance == self.judgement.relevance and same_topics


def judge(
    store: Store,
    number: int,
    relevance: Relevance,
    topics: Sequence[Topic],
    *,
    by: str,
    note: str,
    now: dt.datetime,
) -> Judged:
    """Store a judgement. Without topics, those of the verdict are meant.

    Raises `NotFoundError` for an unknown article, `UsageError` where topics and relevance do not fit together.
    """
    with store.transaction() as unit:
        article = unit.articles.get(number)
        if article is None:
            raise NotFoundError("article", str(number))
        judgement = Judgement(
            article_id=str(number),
            relevance=relevance,
            topics=_topics(article, relevance, topics),
            by=by,
            at=now,
            note=note,
        )
        unit.judgements.add(judgement)
        return Judged(judgement=judgement, article=article, judged=unit.judgements.articles())


def _topics(article: StoredArticle, relevance: Relevance, topics: Sequence[Topic]) -> tuple[Topic, ...]:
    if relevance is Relevance.NONE:
        if topics:
            raise UsageError("--relevance none means that the article is on no topic: leave --topic out")
        return ()
    meant = tuple(dict.fromkeys(topics)) or tuple(Topic(t) for t in article.topics)
    if not meant:
        raise UsageError(f"the verdict names no topic: say --topic {' or --topic '.join(t.value for t in Topic)}")
    return meant
