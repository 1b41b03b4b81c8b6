"""What people answer: the last word of each counts, and only what is said for all teaches."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.acknowledgement import Acknowledgement, Verdict, answers, judgement
from monitor.model import Relevance
from tests.conftest import START

MINUTE = dt.timedelta(minutes=1)


def said(verdict: Verdict, receiver: str = "", minute: int = 0, by: str = "李") -> Acknowledgement:
    return Acknowledgement(
        thread_id="t", alert_key="event:e1", verdict=verdict, by=by, at=START + minute * MINUTE, receiver=receiver
    )


TAKEN, NOT = Verdict.TAKEN, Verdict.NOT_FOR_US


@pytest.mark.parametrize(
    ("given", "taken_by", "waved_off", "not_for"),
    [
        ([], "", False, set()),
        ([said(TAKEN)], "李", False, set()),
        ([said(NOT)], "", True, set()),
        ([said(NOT, "east")], "", False, {"east"}),
        ([said(NOT, "east"), said(TAKEN, "west", 1, "王")], "王", False, {"east"}),
        ([said(TAKEN, "east"), said(NOT, "east", 1)], "", False, {"east"}),
        ([said(NOT, "east"), said(TAKEN, "east", 1)], "李", False, set()),
        ([said(TAKEN, "east"), said(NOT, "", 1)], "", True, set()),
        ([said(NOT), said(TAKEN, "east", 1)], "李", False, set()),
        ([said(NOT, "east", 1), said(TAKEN, "east", 2), said(NOT, "east", 0)], "李", False, set()),
    ],
)
def test_the_last_word_of_each_counts(
    given: list[Acknowledgement], taken_by: str, waved_off: bool, not_for: set[str]
) -> None:
    found = answers(given)
    assert (found.taken_by, found.waved_off, found.not_for) == (taken_by, waved_off, not_for)
    assert found.settled == bool(taken_by or waved_off)


def test_answers_before_a_round_do_not_count_for_it() -> None:
    assert not answers([said(TAKEN)], since=START + MINUTE).settled


def test_only_what_is_said_for_all_is_a_judgement() -> None:
    """Another desk may well want what is not one desk's."""
    found = judgement(said(NOT), 7)
    assert found is not None
    assert (found.article_id, found.relevance, found.by, found.at) == ("7", Relevance.NONE, "李", START)
    assert "event:e1" in found.note
    assert judgement(said(NOT, "east"), 7) is None
    assert judgement(said(TAKEN), 7) is None


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Acknowledgement(thread_id="t", alert_key="k", verdict=TAKEN, by="李", at=START.replace(tzinfo=None))
