"""Judgements and models in the store, and the commands `label` and `train`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.cli import run
from monitor.errors import NotFoundError, UsageError
from monitor.learning import LearnedModel
from monitor.learning.active import ActiveModel, judged_examples
from monitor.learning.judging import judge
from monitor.learning.training import LOWER_AT, RAISE_AT
from monitor.model import Judgement, Relevance, Topic
from monitor.pipeline import read
from monitor.records import ArticleFilter
from monitor.revision import can_lower, can_raise
from monitor.storage import Database, Store, upgrade
from tests.conftest import START
from tests.monitor.judged import VOCABULARY, missed, tiresome
from tests.monitor.samples import new_article


def model(**weights: float) -> LearnedModel:
    return LearnedModel(
        weights=weights, calibration=(1.0, 0.0), raise_at=RAISE_AT, lower_at=LOWER_AT, trained_at=START, judgements=40
    )


# In the store


def test_the_last_word_on_an_article_counts(store: Store) -> None:
    """Earlier judgements stay on record, and copies count as one article each."""
    with store.transaction() as unit:
        first, second = (unit.articles.add(new_article(n), START) for n in (1, 2))
        assert first is not None
        assert second is not None
        for number, relevance, by in (
            (first, Relevance.ALERT, "lin"),
            (second, Relevance.DIGEST, "lin"),
            (first, Relevance.NONE, "wang"),
        ):
            topics = () if relevance is Relevance.NONE else (Topic.HUIMINBAO,)
            unit.judgements.add(
                Judgement(article_id=str(number), relevance=relevance, topics=topics, by=by, at=START, note="因为")
            )
    with store.reading() as unit:
        latest = unit.judgements.latest()
        assert [(a.id, j.relevance, j.by) for j, a in latest] == [
            (first, Relevance.NONE, "wang"),
            (second, Relevance.DIGEST, "lin"),
        ]
        assert [j.by for j in unit.judgements.of_article(first)] == ["lin", "wang"]
        assert unit.judgements.of_article(first)[0] == Judgement(
            article_id=str(first), relevance=Relevance.ALERT, topics=(Topic.HUIMINBAO,), by="lin", at=START, note="因为"
        )
        assert unit.judgements.articles() == 2


def test_one_model_is_on_and_all_are_kept(store: Store) -> None:
    """A new one takes the old one's place; what comes back decides as what went in."""
    trained = replace(model(bias=0.125, **{"gov_tender.margin": -1 / 3}), lower_at=0.1 + 0.2, metrics={"mended": 3})
    with store.transaction() as unit:
        assert unit.models.active_version() is None
        one = unit.models.switch_on(trained)
        two = unit.models.switch_on(trained)
    with store.transaction() as unit:
        assert unit.models.active_version() == two
        assert unit.models.get(one) == replace(trained, version=one)
        assert unit.models.switch_off() == two
        assert unit.models.switch_off() is None
        assert unit.models.active_version() is None
        assert unit.models.get(99) is None


def test_a_running_process_follows_what_is_switched_on(store: Store) -> None:
    """No restart; guarded under today's rules; a model of other features is not used."""
    active = ActiveModel(store, VOCABULARY)
    assert active.current() is None
    with store.transaction() as unit:
        version = unit.models.switch_on(model(bias=-99.0))
    current = active.current()
    assert current is not None
    assert current.version == version
    assert current.lower_at < LOWER_AT, "the shipped set moved it"
    assert active.current() is current
    with store.transaction() as unit:
        unit.models.switch_on(replace(model(), features_version=-1))
    assert active.current() is None
    with store.transaction() as unit:
        unit.models.switch_off()
    assert active.current() is None


def test_judging_takes_the_topics_of_the_verdict_unless_told(store: Store) -> None:
    """And refuses what cannot be meant."""
    with store.transaction() as unit:
        number = unit.articles.add(new_article(1), START)
    assert number is not None

    def said(relevance: Relevance, *topics: Topic) -> Judgement:
        return judge(store, number, relevance, topics, by="lin", note="", now=START).judgement

    assert said(Relevance.NONE).topics == ()
    assert said(Relevance.ALERT, Topic.HUIMINBAO, Topic.HUIMINBAO).topics == (Topic.HUIMINBAO,)
    with pytest.raises(UsageError, match="--topic"):
        said(Relevance.DIGEST)
    with pytest.raises(UsageError, match="leave --topic out"):
        said(Relevance.NONE, Topic.HUIMINBAO)
    with pytest.raises(NotFoundError):
        judge(store, 99, Relevance.NONE, (), by="lin", note="", now=START)
    with store.reading() as unit:
        assert len(unit.judgements.of_article(number)) == 2


def test_judged_articles_are_examples_under_todays_rules(store: Store) -> None:
    with store.transaction() as unit:
        for n, doc in enumerate((missed(1), tiresome(2)), 1):
            number = unit.articles.add(new_article(n, title=doc.article.title, text=doc.article.text), START)
            said = Judgement(
                article_id=str(number), relevance=Relevance.ALERT, topics=(Topic.GOV_TENDER,), by="lin", at=START
            )
            unit.judgements.add(said)
    with store.reading() as unit:
        one, two = judged_examples(unit, VOCABULARY)
    assert (one.alert, two.alert, one.group != two.group) == (True, True, True)
    assert (can_raise(one.classification), can_lower(two.classification)) == (True, True)


# The command line


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration and a database that has forty undecided articles."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("storage: {data_dir: data}\n", encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path}/data/baoxun.sqlite3")
    upgrade(database, START)
    with Store(database).transaction() as unit:
        for n in range(20):
            for k, doc in enumerate((missed(n), tiresome(n))):
                unit.articles.add(new_article(2 * n + k + 1, title=doc.article.title, text=doc.article.text), START)
    database.close()
    return tmp_path


def test_label_and_train_from_the_command_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Forty labels, one training: the model is on; --off switches it off; a dry run switches nothing."""
    assert run(["label", "1", "--relevance", "alert"]) == 2, "no verdict to take the topic from"
    assert run(["label", "999", "-r", "none"]) == 1
    assert run(["label", "x", "-r", "none"]) == 2
    assert run(["label", "1", "-r", "perhaps"]) != 0
    assert run(["train", "--json"]) == 1
    capsys.readouterr()
    for n in range(20):
        assert run(["label", str(2 * n + 1), "-r", "alert", "-t", "gov_tender", "--by", "lin", "--json"]) == 0
        assert run(["label", str(2 * n + 2), "-r", "none", "--by", "lin", "--note", "只是座谈"]) == 0
    printed = capsys.readouterr().out
    first = json.loads(printed.splitlines()[0])
    assert first["judgement"]["topics"] == ["gov_tender"]
    assert (first["judgement"]["by"], first["judged"], first["agrees"]) == ("lin", 1, False)
    assert "40 篇 articles judged" in printed

    assert run(["train", "--dry-run", "--json"]) == 0
    tried = json.loads(capsys.readouterr().out)
    assert (tried["refusal"], tried["switched_on"], tried["active"]) == (None, None, None)
    assert tried["learned"]["f1"] > tried["rules"]["f1"]
    assert run(["train"]) == 0
    assert "switched on model 1" in capsys.readouterr().out

    store = Store(Database(f"sqlite:///{here}/data/baoxun.sqlite3"))
    current = ActiveModel(store, VOCABULARY).current()
    assert current is not None
    assert current.metrics["mended"] == tried["mended"]
    fresh = missed(57)
    assert read(fresh.article, VOCABULARY, current).classification.relevance is Relevance.ALERT
    assert run(["train", "--off", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"switched_off": 1, "active": None}
    assert ActiveModel(store, VOCABULARY).current() is None
    assert run(["train", "--off", "--dry-run"]) == 2
    with store.reading() as unit:
        assert unit.articles.count(ArticleFilter()) == 40
    store.database.close()


def test_training_says_why_it_refuses(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, with the model that stays on, and with exit code 1 for scripts."""
    assert run(["label", "2", "-r", "none"]) == 0
    capsys.readouterr()
    assert run(["train"]) == 1
    out = capsys.readouterr().out
    assert "not switched on: too few judgements" in out
    assert "rules alone go on" in out
