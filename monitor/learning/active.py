"""The model that is switched on, read from the store, and training on what the store holds.

A daemon picks up a newly trained model without a restart, and a model that was trained under older rules is guarded
again by the shipped set under today's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from monitor.classify import classify
from monitor.learning.features import VERSION
from monitor.learning.model import LearnedModel
from monitor.learning.shipped import shipped_examples
from monitor.learning.training import Example, example, guard, train
from monitor.learning.trial import Trial, run_trial
from monitor.model import Relevance
from monitor.storage import Store, UnitOfWork
from monitor.taxonomy import Vocabulary
from monitor.text import prepare

log = structlog.get_logger()


class ActiveModel:
    """Gives the model in force; asks the store for its number each time, and for the rest only when that changed."""

    def __init__(self, store: Store, vocabulary: Vocabulary) -> None:
        self._store, self._vocabulary = store, vocabulary
        self._version: int | None = None
        self._model: LearnedModel | None = None

    def current(self) -> LearnedModel | None:
        """The model that is switched on, None where there is none or it was made for other features."""
        with self._store.reading() as unit:
            version = unit.models.active_version()
            if version == self._version:
                return self._model
            stored = unit.models.get(version) if version is not None else None
        if stored is not None and stored.features_version != VERSION:
            log.warning("the trained model is of an older kind and not used; run `baoxun train`", model=version)
            stored = None
        self._model = guard(stored, shipped_examples(self._vocabulary)) if stored is not None else None
        self._version = version
        return self._model


def judged_examples(unit: UnitOfWork, vocabulary: Vocabulary) -> tuple[Example, ...]:
    """The last judgement on each article, beside what today's rules say of it."""
    return tuple(
        example(
            stored.article.title,
            classify(prepare(stored.article), vocabulary),
            alert=judgement.relevance is Relevance.ALERT,
            group=stored.story_id or f"article {stored.id}",
        )
        for judgement, stored in unit.judgements.latest()
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    """What a training came to: the trial, and the model (not stored yet), None where the trial refused it."""

    trial: Trial
    model: LearnedModel | None


def learn(examples: Sequence[Example], vocabulary: Vocabulary, now: dt.datetime) -> Training:
    """Try and, where the trial says so, train on all judgements. Stores nothing."""
    anchors = tuple(shipped_examples(vocabulary))
    trial = run_trial(examples, anchors, now)
    if trial.refusal is not None:
        return Training(trial=trial, model=None)
    return Training(trial=trial, model=replace(train(examples, anchors, now), metrics=trial.to_json()))
