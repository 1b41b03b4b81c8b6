"""Answers to alerts: kept for ever, and a lesson where somebody says that it is for nobody here."""

from __future__ import annotations

import datetime as dt

from monitor.acknowledgement import Acknowledgement, Verdict, judgement
from monitor.errors import NotFoundError
from monitor.storage import Store


def acknowledge(
    store: Store, number: int, *, taken_by: str, by: str, receiver: str, now: dt.datetime
) -> Acknowledgement:
    """Keep an answer to alert `number`: taken by somebody, or, with an empty `taken_by`, not for us.

    `receiver` is empty where it speaks for all. Raises `NotFoundError` for an unknown number.
    """
    with store.transaction() as unit:
        alert = unit.outbox.by_number(number)
        if alert is None:
            raise NotFoundError("alert", str(number))
        given = Acknowledgement(
            thread_id=alert.thread,
            alert_key=alert.alert_key,
            verdict=Verdict.TAKEN if taken_by else Verdict.NOT_FOR_US,
            by=by,
            at=now,
            receiver=receiver,
        )
        unit.acknowledgements.add(given)
        if alert.article_id is not None and (learnt := judgement(given, alert.article_id)):
            unit.judgements.add(learnt)
    return given
