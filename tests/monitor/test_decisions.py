"""Small pure decisions of the hub: whether to alert, how figures print, how alerts are kept."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import Alert, Link, Severity
from monitor import phrases
from monitor.alerting import decode, encode
from monitor.alerting.closing import verdict
from monitor.records import AlertState, StoredDelivery
from tests.conftest import START


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (1_260_000_000, "12.6亿", "1.26 billion"),
        (4_700_000, "470万", "4.7 million"),
        (569_800, "56.98万", "569,800"),
        (150, "150", "150"),
        (3_630_100, "363.01万", "3.6301 million"),
        (0.5, "0.5", "0.5"),
        (1_994_440_000, "19.9444亿", "1.9944 billion"),
    ],
)
def test_figures_print_as_their_readers_write_them(value: float, zh: str, en: str) -> None:
    assert (phrases.number(value, "zh"), phrases.number(value, "en")) == (zh, en)


words = st.text(max_size=20)
links = st.builds(Link, title=words, url=words, note=words)


@given(
    st.builds(
        Alert,
        key=words,
        thread=words,
        title=words,
        summary=words,
        evidence=words,
        link=links,
        created_at=st.datetimes(timezones=st.just(dt.UTC)),
        published=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
        severity=st.sampled_from(Severity),
        labels=st.dictionaries(words, st.lists(words, max_size=3).map(tuple), max_size=3),
        facts=st.lists(st.tuples(words, words), max_size=3).map(tuple),
        copies=st.lists(links, max_size=2).map(tuple),
        lang=st.sampled_from(["zh", "en"]),
    )
)
def test_an_alert_survives_the_outbox(alert: Alert) -> None:
    """What is queued is what is sent."""
    assert decode(encode(alert)) == alert


def delivery(state: str) -> StoredDelivery:
    return StoredDelivery(
        alert_key="event:1", receiver="desk", channel=state, state=state, due_at=START, created_at=START, form="single",
        reason="why",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((), AlertState.DONE),
        (("accepted",), AlertState.DONE),
        (("accepted", "refused"), AlertState.DONE),
        (("silenced", "unwanted"), AlertState.DONE),
        (("refused",), AlertState.DEAD),
        (("given up", "silenced"), AlertState.DEAD),
        (("unknown", "inhibited"), AlertState.DEAD),
    ],
)
def test_an_alert_is_dead_where_it_was_tried_and_nobody_got_it(states: tuple[str, ...], state: AlertState) -> None:
    """It is done where somebody got it, or nobody was to get it; the reason names everybody who did not."""
    found, reason = verdict([delivery(one) for one in states])
    assert found is state
    assert reason
    assert all(f"desk/{one}" in reason for one in states if one != "accepted")
