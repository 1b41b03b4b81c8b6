"""Articles told one after the other, as the service would tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.following import Revision, RevisionKind, ThreadState, next_state, revise
from monitor.records import StoredArticle
from monitor.statements import report
from monitor.taxonomy import load_vocabulary
from tests.conftest import START

CORRECTIONS = load_vocabulary().cues["correction"]
QUIET = {RevisionKind.REPEATED}


@dataclass(frozen=True)
class Told:
    """What became of each article, and what is known after the last."""

    revisions: tuple[Revision, ...]
    state: ThreadState

    @property
    def kinds(self) -> list[RevisionKind]:
        return [r.kind for r in self.revisions]

    @property
    def last(self) -> Revision:
        return self.revisions[-1]


def tell(
    articles: Iterable[StoredArticle],
    *,
    state: ThreadState | None = None,
    silent: bool = False,
    now: dt.datetime = START,
) -> Told:
    """Each article in turn: revised against what is known, and remembered; `silent` tells nobody."""
    revisions = []
    for article in articles:
        new = report(article)
        revision = revise(state, new, CORRECTIONS)
        key = "" if silent or revision.kind in QUIET else f"event:{new.event_id}:{len(revisions)}"
        state = next_state(state, new, revision, now, alert_key=key)
        revisions.append(revision)
    assert state is not None
    return Told(tuple(revisions), state)


def changed(revision: Revision) -> dict[str, tuple[object, object]]:
    """Key → (old, new)."""
    return {c.key: (c.old.value, c.new.value) for c in revision.changes}
