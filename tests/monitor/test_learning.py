"""Learning from the user: what may change, what may not, and when a model is refused."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.learning import LearnedModel, adjust
from monitor.learning.active import learn
from monitor.learning.logistic import fit, fit_calibration, sigmoid
from monitor.learning.shipped import FILES, shipped_examples, shipped_folder
from monitor.learning.training import LOWER_AT, NEVER, RAISE_AT, Example, folds, guard, train
from monitor.learning.trial import MIN_JUDGEMENTS, Refusal, run_trial
from monitor.model import Article, Classification, Reason, Relevance, Stage, Topic, TopicScore, Update
from monitor.pipeline import read
from monitor.revision import can_lower, can_raise, lowered, raised
from monitor.text import Document, prepare
from tests.conftest import START
from tests.monitor.judged import VOCABULARY, document, judged, missed, tiresome, verdict_on


def model(*, raise_at: float = RAISE_AT, lower_at: float = LOWER_AT, **weights: float) -> LearnedModel:
    return LearnedModel(
        weights=weights,
        calibration=(1.0, 0.0),
        raise_at=raise_at,
        lower_at=lower_at,
        trained_at=START,
        judgements=40,
        version=7,
    )


def classification(relevance: Relevance, *scores: tuple[Topic, float, Relevance]) -> Classification:
    """A verdict made by hand; thresholds are 5, and the band is one point either way."""
    return Classification(
        topics=tuple(t for t, _, r in scores if r is not Relevance.NONE),
        relevance=relevance,
        stage=None,
        update=None,
        scores=tuple(
            TopicScore(topic=t, score=s, threshold=5.0, relevance=r, reasons=(Reason(code="x", detail="x", weight=s),))
            for t, s, r in scores
        ),
        undecided=any(abs(s - 5.0) < 1.0 for _, s, _ in scores),
    )


@pytest.fixture(scope="module")
def anchors() -> tuple[Example, ...]:
    return tuple(shipped_examples(VOCABULARY))


def feedback(count: int = 20) -> list[Example]:
    """A user who wants every handover and no meeting."""
    return [judged(missed(n), alert=True) for n in range(count)] + [
        judged(tiresome(n), alert=False) for n in range(count)
    ]


# Regression


def test_the_fit_is_the_minimum_of_its_loss() -> None:
    """At the answer the gradient vanishes: nothing but the stated loss was minimised."""
    chance = random.Random(5)
    rows = [{"bias": 1.0, "a": chance.gauss(0, 1), "b": chance.gauss(0, 1)} for _ in range(200)]
    targets = [chance.random() < sigmoid(2 * r["a"] - r["b"] + 0.5) for r in rows]
    weights = fit(rows, targets, [0.25] * 200, l2=0.5)
    for name in ("bias", "a", "b"):
        slope = 0.5 * weights[name] + sum(
            (sigmoid(0.25 + sum(weights[k] * v for k, v in r.items())) - t) * r[name]
            for r, t in zip(rows, targets, strict=True)
        )
        assert abs(slope) < 0.02
    assert weights["a"] > 1 > -0.3 > weights["b"]


def test_without_evidence_the_rules_stand() -> None:
    """No rows, no weights; and rows that agree with their offsets hardly move them."""
    assert fit([], [], [], l2=1.0) == {}
    weights = fit([{"x": 1.0}] * 10, [True] * 10, [4.0] * 10, l2=1.0)
    assert 0 < weights["x"] < 0.2
    with pytest.raises(ValueError, match="l2"):
        fit([], [], [], l2=0.0)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [{"a": 1.0, "b": float(n % 3)} for n in range(30)]
    targets = [n % 4 == 0 for n in range(30)]
    one = fit(rows, targets, [0.0] * 30, l2=1.0)
    two = fit(rows[::-1], targets[::-1], [0.0] * 30, l2=1.0)
    assert one == pytest.approx(two, abs=1e-3)


def test_calibration_tames_an_overconfident_model() -> None:
    """Logits of +-4 that are right three times in four come out near three in four, and never turned round."""
    logits = [4.0, -4.0] * 200
    targets = [(z > 0) == (i % 8 < 6) for i, z in enumerate(logits)]
    a, b = fit_calibration(logits, targets)
    assert sigmoid(a * 4 + b) == pytest.approx(0.75, abs=0.03)
    a, _ = fit_calibration(logits, [z < 0 for z in logits])
    assert a == 0.0


@given(st.floats(-1e6, 1e6))
def test_sigmoid_never_overflows(z: float) -> None:
    assert 0.0 <= sigmoid(z) <= 1.0
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1.0)


# What may be changed


def test_a_decided_verdict_is_never_touched() -> None:
    """However sure the model is, it may not speak where the rules are."""
    sure_up, sure_down = model(bias=99.0), model(bias=-99.0)
    doc = missed()
    alert = classification(Relevance.ALERT, (Topic.GOV_TENDER, 9.0, Relevance.ALERT))
    none = classification(Relevance.NONE, (Topic.GOV_TENDER, 2.0, Relevance.NONE))
    assert adjust(doc, alert, sure_down, VOCABULARY) is alert
    assert adjust(doc, none, sure_up, VOCABULARY) is none
    assert adjust(doc, verdict_on(doc), None, VOCABULARY) == verdict_on(doc)


def test_an_alert_that_also_has_a_sure_topic_is_not_lowered() -> None:
    """Undecided on one topic, clearly an alert on the other: it stays an alert."""
    both = classification(
        Relevance.ALERT, (Topic.GOV_TENDER, 9.0, Relevance.ALERT), (Topic.HUIMINBAO, 4.5, Relevance.DIGEST)
    )
    assert both.undecided
    assert not can_lower(both)
    assert lowered(both, Reason(code="x", detail="")) is both
    assert adjust(missed(), both, model(bias=-99.0), VOCABULARY) is both


def test_an_undecided_alert_falls_to_the_digest_and_no_further() -> None:
    """Nothing that the rules send is ever dropped; the reason says with what probability."""
    doc = tiresome()
    before = verdict_on(doc)
    after = adjust(doc, before, model(bias=-99.0), VOCABULARY)
    assert (before.relevance, after.relevance) == (Relevance.ALERT, Relevance.DIGEST)
    assert after.topics == before.topics
    assert {s.relevance for s in after.scores} <= {Relevance.DIGEST, Relevance.NONE}
    assert after.reasons[-1].code == "model"
    assert "probability 0.00 by model 7 of 40 judgements" in after.reasons[-1].detail
    assert "alert → digest" in after.reasons[-1].detail


def test_an_undecided_article_rises_with_topic_stage_and_facts() -> None:
    """What becomes an alert is read like one: its topic's score says so, and facts are extracted."""
    doc = missed()
    before = read(doc.article, VOCABULARY)
    after = read(doc.article, VOCABULARY, model(bias=99.0))
    assert before.classification.relevance is not Relevance.ALERT
    assert after.classification.relevance is Relevance.ALERT
    assert after.classification.topics == (Topic.GOV_TENDER,)
    assert after.classification.undecided is False
    assert [s.relevance for s in after.classification.scores if s.topic is Topic.GOV_TENDER] == [Relevance.ALERT]
    assert after.facts.values()["insurers"] == ["中国人寿"]
    assert after.signature != before.signature


def test_a_raised_tender_gets_its_stage() -> None:
    """The stage that the headline tells is not lost because the score was too low at first."""
    doc = tiresome()
    found = verdict_on(doc)
    assert found.stage in (Stage.NOTICE, Stage.RESULT)
    as_none = replace(
        found,
        topics=(),
        relevance=Relevance.NONE,
        stage=None,
        scores=tuple(replace(s, relevance=Relevance.NONE) for s in found.scores),
    )
    again = raised(doc, as_none, Relevance.ALERT, Reason(code="x", detail=""), VOCABULARY)
    assert (again.stage, again.topics) == (found.stage, found.topics)


def test_a_raised_product_gets_its_update() -> None:
    """The same for Huiminbao; a stage is not looked for where no tender is raised."""
    doc = document("“云川惠民保”2026年度开始参保", "“云川惠民保”今日开始参保，每人每年99元，由人保财险承保。")
    as_none = classification(Relevance.NONE, (Topic.HUIMINBAO, 4.5, Relevance.NONE))
    again = raised(doc, as_none, Relevance.ALERT, Reason(code="x", detail=""), VOCABULARY)
    assert (again.topics, again.stage, again.update) == ((Topic.HUIMINBAO,), None, Update.ENROLMENT)


def test_between_its_two_probabilities_the_model_only_notes_what_it_thinks() -> None:
    doc = missed()
    after = adjust(doc, verdict_on(doc), model(raise_at=1.1), VOCABULARY)
    assert after.relevance is verdict_on(doc).relevance
    assert after.undecided, "a language model may still be asked"
    assert "stands" in after.reasons[-1].detail


# Never below the rules on the shipped set


def test_the_shipped_set_is_found_and_has_undecided_articles(anchors: tuple[Example, ...]) -> None:
    """Without them the tests below would prove nothing."""
    assert len(anchors) > 200
    assert any(e.alert and can_lower(e.classification) for e in anchors)
    assert any(not e.alert and can_raise(e.classification) for e in anchors)


@settings(max_examples=40, deadline=None)
@given(
    weights=st.dictionaries(
        st.sampled_from(
            ["bias", "gov_tender.margin", "huiminbao.margin", "gov_tender.is.alert", "huiminbao.is.alert", "~3", "~77"]
        ),
        st.floats(-50, 50),
    ),
    calibration=st.tuples(st.floats(0, 5), st.floats(-5, 5)),
    raise_at=st.floats(0, 1),
    lower_at=st.floats(0, 1),
)
def test_no_model_whatever_makes_a_shipped_verdict_worse(
    anchors: tuple[Example, ...],
    weights: dict[str, float],
    calibration: tuple[float, float],
    raise_at: float,
    lower_at: float,
) -> None:
    """Any weights, any calibration, any thresholds: guarded, they lose no alert of the set and add no false one."""
    wild = replace(model(**weights), calibration=calibration, raise_at=raise_at, lower_at=lower_at)
    safe = guard(wild, anchors)
    for e in anchors:
        p = safe.probability_of(e.offset, e.row)
        if e.alert and can_lower(e.classification):
            assert p > safe.lower_at
        if not e.alert and can_raise(e.classification):
            assert p < safe.raise_at


def test_a_hostile_user_cannot_take_recall_from_the_shipped_set(anchors: tuple[Example, ...]) -> None:
    """Forty judgements that nothing is ever an alert: each shipped record ends at least as well as under the rules."""
    hostile = [judged(tiresome(n), alert=False) for n in range(40)]
    trained = train(hostile, anchors, START)
    records = [json.loads(line) for name in FILES for line in (shipped_folder() / name).open(encoding="utf-8")]
    by_id = {r["id"]: r for r in records}
    assert len(by_id) == len(anchors)
    spoken = 0
    for record in records:
        doc = _shipped_document(record)
        before, after = verdict_on(doc), adjust(doc, verdict_on(doc), trained, VOCABULARY)
        spoken += before != after
        if record["relevance"] == "alert" and before.relevance is Relevance.ALERT:
            assert after.relevance is Relevance.ALERT, record["id"]
        if before.relevance is not Relevance.NONE:
            assert after.relevance is not Relevance.NONE, record["id"]
    assert spoken, "the model was asked"
    lowers = adjust(tiresome(99), verdict_on(tiresome(99)), replace(trained, lower_at=LOWER_AT), VOCABULARY)
    assert lowers.relevance is Relevance.DIGEST, "unguarded it would lower: the guard is what holds it"


def _shipped_document(record: dict[str, str]) -> Document:
    return prepare(
        Article(
            id=record["id"],
            url=record["url"],
            source=record["source"],
            published=None,
            lang=record["lang"],
            title=record["title"],
            text=record["text"],
        )
    )


def test_without_the_shipped_set_nothing_is_ever_lowered(tmp_path: Path) -> None:
    """A broken installation costs gain, never an alert."""
    assert tuple(shipped_examples(VOCABULARY, tmp_path)) == ()
    assert guard(model(), ()).lower_at == NEVER
    doc = tiresome()
    after = adjust(doc, verdict_on(doc), guard(model(bias=-99.0), ()), VOCABULARY)
    assert after.relevance is Relevance.ALERT


# The trial


def test_a_clear_lesson_is_learned_and_shown_to_be_one(anchors: tuple[Example, ...]) -> None:
    """Twenty of each, all undecided and all wrong by the rules: unseen ones come out right."""
    trial = run_trial(feedback(), anchors, START)
    assert trial.refusal is None
    assert (trial.judgements, trial.alerts, trial.undecided) == (40, 20, 40)
    assert trial.learned.f1 > 0.9 > trial.rules.f1
    assert trial.learned.brier < trial.rules.brier
    assert (trial.mended > 30, trial.broken) == (True, 0)


@pytest.mark.parametrize(
    ("examples", "refusal"),
    [
        pytest.param(lambda: feedback(MIN_JUDGEMENTS // 2 - 1), Refusal.TOO_FEW, id="28 judgements"),
        pytest.param(lambda: [], Refusal.TOO_FEW, id="none"),
        pytest.param(lambda: [judged(tiresome(n), alert=n < 4) for n in range(40)], Refusal.ONE_SIDED, id="4 alerts"),
        pytest.param(
            lambda: [judged(missed(n), alert=False) for n in range(20)] + [judged(tiresome(n), alert=True) for n in range(20)],
            Refusal.NO_GAIN,
            id="the rules were right",
        ),
    ],
)  # fmt: skip
def test_a_model_is_refused(examples: object, refusal: Refusal, anchors: tuple[Example, ...]) -> None:
    """Too few judgements, too few of a kind, or nothing gained."""
    assert callable(examples)
    assert run_trial(examples(), anchors, START).refusal is refusal


def test_a_gain_that_costs_alerts_is_refused(anchors: tuple[Example, ...]) -> None:
    """Eighteen false alarms less are not worth two alerts that the rules found."""
    meetings = [judged(tiresome(n), alert=n < 2) for n in range(20)]
    sure = [e for e in anchors if e.alert and not can_lower(e.classification)][:12]
    trial = run_trial([*meetings, *sure], anchors, START)
    assert trial.learned.f1 > trial.rules.f1
    assert trial.learned.recall < trial.rules.recall
    assert trial.refusal is Refusal.LESS_RECALL


def test_chance_is_not_learned(anchors: tuple[Example, ...]) -> None:
    """Judgements drawn by lot, five times over: a model is never switched on because of them."""
    for seed in range(5):
        chance = random.Random(seed)
        noise = [judged(missed(n), alert=chance.random() < 0.3) for n in range(20)]
        noise += [judged(tiresome(n), alert=chance.random() < 0.7) for n in range(20)]
        assert run_trial(noise, anchors, START).refusal is not None, seed


def test_decided_articles_alone_teach_nothing(anchors: tuple[Example, ...]) -> None:
    sure = [e for e in anchors if not can_raise(e.classification) and not can_lower(e.classification)]
    wrong = [replace(e, alert=not e.alert) for e in sure[::6]]
    assert run_trial(wrong, anchors, START).refusal is Refusal.NONE_UNDECIDED


def test_folds_hold_each_example_out_once_and_stories_together() -> None:
    """Copies of one story on both sides would make any model look good."""
    examples = [replace(e, group=f"story {i // 3}") for i, e in enumerate(feedback(15))]
    held_out: list[int] = []
    for rest, held in folds(examples):
        assert not {e.group for e in rest} & {e.group for e in held}
        assert any(e.alert for e in held)
        assert not all(e.alert for e in held)
        held_out += [id(e) for e in held]
    assert sorted(held_out) == sorted(map(id, examples))
    shuffled = random.Random(1).sample(examples, len(examples))
    parts = [{id(e) for e in held} for _, held in folds(examples)]
    assert [{id(e) for e in held} for _, held in folds(shuffled)] == parts


def test_learning_agrees_with_training_on_metrics(anchors: tuple[Example, ...]) -> None:
    """What is stored with a model is the trial that let it through."""
    training = learn(feedback(), VOCABULARY, START + dt.timedelta(days=1))
    assert training.model is not None
    assert training.model.metrics == training.trial.to_json()
    assert training.model.trained_at == START + dt.timedelta(days=1)
    assert training.model.raise_at >= RAISE_AT
    assert training.model.lower_at <= LOWER_AT
