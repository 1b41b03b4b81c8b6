"""What people answered to alerts: rows are added, never changed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from monitor.acknowledgement import Acknowledgement, Verdict
from monitor.storage.following_tables import AcknowledgementRow


class Acknowledgements:
    """Acknowledgements within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, given: Acknowledgement) -> bool:
        """Keep an answer; False, and nothing is kept, where its one-time link was used before."""
        if given.token is not None:
            used = select(col(AcknowledgementRow.id)).where(col(AcknowledgementRow.token) == given.token)
            if self._session.scalar(used) is not None:
                return False
        self._session.add(
            AcknowledgementRow(
                thread_id=given.thread_id,
                alert_key=given.alert_key,
                verdict=given.verdict.value,
                by=given.by,
                receiver=given.receiver,
                at=given.at,
                token=given.token,
            )
        )
        self._session.flush()
        return True

    def of_threads(self, idents: Collection[str]) -> tuple[Acknowledgement, ...]:
        """All answers on these threads, in the order in which they were given."""
        query = select(AcknowledgementRow).where(col(AcknowledgementRow.thread_id).in_(idents))
        return tuple(_given(row) for row in self._session.scalars(query.order_by(col(AcknowledgementRow.id))))


def _given(row: AcknowledgementRow) -> Acknowledgement:
    return Acknowledgement(
        thread_id=row.thread_id,
        alert_key=row.alert_key,
        verdict=Verdict(row.verdict),
        by=row.by,
        receiver=row.receiver,
        at=row.at,
        token=row.token,
    )
