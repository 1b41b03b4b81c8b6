"""The promise of delivery, on the store's book: the same stories as in memory, each on a database of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings

from monitor.records import AlertState
from monitor.storage import Store
from tests.acceptance.delivery_files import StoreFile, Template
from tests.alerts.test_truth import KILLED_IN_A_BUNDLE, LATE_INTO_THE_NIGHT, LEFT_WITH_THINGS_WAITING
from tests.alerts.truth import Event, stories, tell


def check(file: StoreFile, events: Sequence[Event]) -> None:
    """The story holds, and the outbox says of every alert that it is over."""
    story = tell(file, events)
    states = {state for state, _ in file.outbox().values()}
    assert set(file.outbox()) == set(story.alerts)
    assert states <= {AlertState.DONE.value, AlertState.DEAD.value}


def test_every_alert_ends_once_and_truly_on_sqlite(tmp_path: Path) -> None:
    template = Template(tmp_path)

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @example(events=KILLED_IN_A_BUNDLE)
    @example(events=LEFT_WITH_THINGS_WAITING)
    @example(events=LATE_INTO_THE_NIGHT)
    @given(events=stories)
    def holds(events: Sequence[Event]) -> None:
        with template.copy() as file:
            check(file, events)

    holds()


def test_a_story_of_everything_at_once_on_either_store(store: Store) -> None:
    check(StoreFile(store), [*KILLED_IN_A_BUNDLE, *LEFT_WITH_THINGS_WAITING])
