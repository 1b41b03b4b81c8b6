"""Threads in the database: which there are, and their articles. A view over article rows: a thread has no table of its own."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session, col

from monitor.records import ArticleFilter, StoredArticle
from monitor.storage.articles import filtered, stored
from monitor.storage.tables import ArticleRow


class Threads:
    """Threads within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def idents(self, wanted: ArticleFilter, *, kind: str = "") -> tuple[str, ...]:
        """Names of the threads that have an article which fits, most recently active first, at most `limit`.

        `kind` is the first part of a name: `project` or `product`.
        """
        rows = filtered(wanted).subquery()
        active = func.max(func.coalesce(rows.c.published, rows.c.first_seen_at))
        query = (
            select(rows.c.thread_id)
            .where(rows.c.thread_id.startswith(f"{kind}:", autoescape=True) if kind else rows.c.thread_id != "")
            .group_by(rows.c.thread_id)
            .order_by(active.desc(), rows.c.thread_id)
            .limit(wanted.limit)
        )
        return tuple(self._session.scalars(query))

    def members(self, *idents: str) -> tuple[StoredArticle, ...]:
        """All articles of these threads, copies among them, in the order in which they were stored."""
        query = select(ArticleRow).where(col(ArticleRow.thread_id).in_(idents)).order_by(col(ArticleRow.id))
        return tuple(stored(row) for row in self._session.scalars(query))
