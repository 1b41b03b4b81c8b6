"""What users said of articles, kept for ever: the last word on an article counts, the earlier ones stay on record."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session, col

from monitor.model import Judgement, Relevance, Topic
from monitor.records import StoredArticle
from monitor.storage.articles import stored
from monitor.storage.tables import ArticleRow, JudgementRow


class Judgements:
    """Judgement rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, judgement: Judgement) -> None:
        """Store what a user said of a stored article."""
        self._session.add(
            JudgementRow(
                article_id=int(judgement.article_id),
                relevance=judgement.relevance.value,
                topics=[t.value for t in judgement.topics],
                by=judgement.by,
                note=judgement.note,
                at=judgement.at,
            )
        )
        self._session.flush()

    def of_article(self, number: int) -> tuple[Judgement, ...]:
        """All judgements on one article, oldest first."""
        query = select(JudgementRow).where(col(JudgementRow.article_id) == number).order_by(col(JudgementRow.id))
        return tuple(_judgement(row) for row in self._session.scalars(query))

    def articles(self) -> int:
        """How many articles were judged."""
        return self._session.scalar(select(func.count(col(JudgementRow.article_id).distinct()))) or 0

    def latest(self) -> tuple[tuple[Judgement, StoredArticle], ...]:
        """The last judgement on each judged article, with the article, in the order in which articles were stored."""
        last = select(func.max(col(JudgementRow.id))).group_by(col(JudgementRow.article_id))
        query = (
            select(JudgementRow, ArticleRow)
            .join(ArticleRow, col(ArticleRow.id) == col(JudgementRow.article_id))
            .where(col(JudgementRow.id).in_(last))
            .order_by(col(ArticleRow.id))
        )
        return tuple((_judgement(said), stored(article)) for said, article in self._session.execute(query))


def _judgement(row: JudgementRow) -> Judgement:
    return Judgement(
        article_id=str(row.article_id),
        relevance=Relevance(row.relevance),
        topics=tuple(Topic(t) for t in row.topics),
        by=row.by,
        at=row.at,
        note=row.note,
    )
