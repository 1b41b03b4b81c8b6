"""Silences and inhibitions: what they take away, what they must not, and what they refuse to be built from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import InhibitionDefinitionError, SilenceDefinitionError
from alerts.matchers import Equals, Labels, Matches, Not
from alerts.silencing import Inhibition, Silence, Source, inhibited, silenced

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LABELS: Labels = {"stage": ("result",), "region": ("330100", "330102"), "thread": ("t-1",)}


def silence(*matchers: str, **changes: Any) -> Silence:
    values: dict[str, Any] = {
        "id": "s-1",
        "matchers": matchers or ("stage = result",),
        "author": "王敏",
        "reason": "known",
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
    }
    return Silence(**(values | changes))


@pytest.mark.parametrize(
    ("matchers", "covers"),
    [
        (("stage = result",), True),
        (("stage = notice",), False),
        (("stage = result", "region within 330000"), True),
        (("stage = result", "region within 110000"), False),
        (("stage = result", "region != 330100"), False),
        (("stage = result", "source != x"), True),
        (("source = x",), False),
    ],
)
def test_a_silence_covers_what_all_its_matchers_agree_on(matchers: tuple[str, ...], covers: bool) -> None:
    one = silence(*matchers)
    assert silenced(LABELS, [one], NOW) == (one if covers else None)


@pytest.mark.parametrize(
    ("now", "silent"),
    [(NOW - dt.timedelta(seconds=1), False), (NOW, True), (NOW + HOUR / 2, True), (NOW + HOUR, False)],
)
def test_a_silence_is_in_force_from_its_start_until_its_end(now: dt.datetime, silent: bool) -> None:
    assert (silenced(LABELS, [silence()], now) is not None) is silent


def test_of_several_silences_the_one_that_lasts_longest_is_named() -> None:
    short, long, over = (
        silence(id="a"),
        silence(id="b", ends_at=NOW + DAY),
        silence(id="c", starts_at=NOW - DAY, ends_at=NOW),
    )
    other = silence("stage = notice", id="d", ends_at=NOW + 2 * DAY)
    for order in ([short, long, over, other], [other, over, long, short]):
        assert silenced(LABELS, order, NOW) is long


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"matchers": ()}, "everything"),
        ({"matchers": ("stage result",)}, "no matcher"),
        ({"matchers": ("stage != result",)}, "what an alert has"),
        ({"matchers": ("stage != result", "region != 1")}, "what an alert has"),
        ({"author": " "}, "author"),
        ({"reason": ""}, "reason"),
        ({"id": ""}, "id"),
        ({"ends_at": NOW}, "ends before"),
        ({"ends_at": NOW - HOUR}, "ends before"),
    ],
)
def test_an_incomplete_silence_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SilenceDefinitionError, match=said):
        silence(**changes)


@pytest.mark.parametrize("name", ["starts_at", "ends_at"])
def test_a_silence_needs_aware_times(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be an aware"):
        silence(**{name: dt.datetime(2027, 1, 1)})


def test_a_very_long_silence_is_doubted() -> None:
    assert silence(ends_at=NOW + 30 * DAY).doubt is None
    assert "400 days" in (silence(ends_at=NOW + 400 * DAY).doubt or "")


def test_a_silence_is_a_value() -> None:
    """Equal to one read back from a store, and usable in sets."""
    assert silence() == silence()
    assert len({silence(), silence(), silence(id="other")}) == 2


# --- inhibition -----------------------------------------------------------------------------------------------------

DONE = Equals(label="stage", value="result")
OPEN = Equals(label="stage", value="notice")
RULE = Inhibition(name="result over notice", when=(DONE,), then=(OPEN,), equal=("thread",), within=DAY)


def labels(**values: str) -> Labels:
    return {name: tuple(value.split()) for name, value in values.items() if value}


def source(key: str, at: dt.datetime = NOW, **values: str) -> Source:
    return key, labels(**values), at


def verdict(target: Labels, *recent: Source, rules: tuple[Inhibition, ...] = (RULE,), key: str = "own") -> str | None:
    found = inhibited(target, recent, rules, NOW, key=key)
    return found and f"{found[0].name}: {found[1]}"


def test_an_alert_that_says_it_already_inhibits() -> None:
    assert (
        verdict(labels(stage="notice", thread="1"), source("a", stage="result", thread="1")) == "result over notice: a"
    )


@pytest.mark.parametrize(
    ("target", "other"),
    [
        ({"stage": "notice", "thread": "1"}, {"stage": "result", "thread": "2"}),
        ({"stage": "notice", "thread": "1"}, {"stage": "notice", "thread": "1"}),
        ({"stage": "intent", "thread": "1"}, {"stage": "result", "thread": "1"}),
        ({"stage": "notice"}, {"stage": "result"}),  # absent is not equal to absent
        ({"stage": "notice", "thread": "1"}, {"stage": "result"}),
        ({"stage": "notice"}, {"stage": "result", "thread": "1"}),
        ({"stage": "notice", "thread": "1 2"}, {"stage": "result", "thread": "1"}),  # it says only half of it
    ],
)
def test_what_is_about_something_else_inhibits_nothing(target: dict[str, str], other: dict[str, str]) -> None:
    assert verdict(labels(**target), source("a", **other)) is None


def test_each_label_of_equal_must_be() -> None:
    rule = Inhibition(name="r", when=(DONE,), then=(OPEN,), equal=("thread", "place"))
    target = labels(stage="notice", thread="1", place="p")
    assert verdict(target, source("a", stage="result", thread="1", place="q"), rules=(rule,)) is None
    assert verdict(target, source("a", stage="result", thread="1", place="p"), rules=(rule,)) == "r: a"


def test_values_are_equal_in_any_order() -> None:
    assert verdict(labels(stage="notice", thread="1 2"), source("a", stage="result", thread="2 1"))


@pytest.mark.parametrize(
    ("age", "inhibits"),
    [(dt.timedelta(0), True), (DAY, True), (DAY + HOUR, False), (-HOUR, True), (-2 * DAY, False)],
)
def test_an_inhibition_wears_off(age: dt.timedelta, inhibits: bool) -> None:
    found = verdict(labels(stage="notice", thread="1"), source("a", NOW - age, stage="result", thread="1"))
    assert (found is not None) is inhibits


def test_an_alert_never_inhibits_itself() -> None:
    """Not even where its two values put it on both sides of the rule, or the rule has equal sides."""
    both = labels(stage="result notice", thread="1")
    same = Inhibition(name="same", when=(OPEN,), then=(OPEN,), equal=("thread",))
    assert verdict(both, ("own", both, NOW)) is None
    assert verdict(labels(stage="notice", thread="1"), source("own", stage="notice", thread="1"), rules=(same,)) is None


def test_two_alerts_on_both_sides_do_not_silence_one_another() -> None:
    both = labels(stage="result notice", thread="1")
    assert verdict(both, ("a", both, NOW)) is None
    assert verdict(both, source("a", stage="result", thread="1")) == "result over notice: a"


def test_all_matchers_of_a_side_must_hold() -> None:
    rule = Inhibition(name="r", when=(DONE, Matches(label="by", pattern="x.*")), then=(OPEN,), equal=("thread",))
    target = labels(stage="notice", thread="1")
    assert verdict(target, source("a", stage="result", thread="1"), rules=(rule,)) is None
    assert verdict(target, source("a", stage="result", thread="1", by="xy"), rules=(rule,)) == "r: a"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "name"),
        ({"when": ()}, "matchers"),
        ({"then": ()}, "matchers"),
        ({"when": (Not(matcher=DONE),)}, "without labels"),
        ({"then": (Not(matcher=DONE),), "equal": ()}, "any alert"),
        ({"within": dt.timedelta(0)}, "positive"),
    ],
)
def test_a_rule_that_takes_away_too_much_is_refused(changes: dict[str, Any], said: str) -> None:
    values: dict[str, Any] = {"name": "r", "when": (DONE,), "then": (OPEN,), "equal": ("thread",)}
    with pytest.raises(InhibitionDefinitionError, match=said):
        Inhibition(**(values | changes))


def test_all_else_of_a_thread_may_be_inhibited() -> None:
    rule = Inhibition(name="r", when=(DONE,), then=(Not(matcher=DONE),), equal=("thread",))
    assert verdict(labels(stage="x", thread="1"), source("a", stage="result", thread="1"), rules=(rule,)) == "r: a"


sides = st.sampled_from("xyz").map(lambda value: (Equals(label="side", value=value),))
equals = st.sampled_from([(), ("thread",), ("thread", "place")])
rules_of_any_kind = st.builds(Inhibition, name=st.just("r"), when=sides, then=sides, equal=equals)
labels_of_any_kind = st.fixed_dictionaries(
    {},
    optional={
        "side": st.lists(st.sampled_from("xyz"), max_size=3).map(tuple),
        "thread": st.lists(st.sampled_from("12"), max_size=2).map(tuple),
        "place": st.just(("p",)),
    },
)


@given(st.lists(rules_of_any_kind, max_size=4), st.lists(labels_of_any_kind, max_size=8))
def test_whoever_is_inhibited_was_told_by_somebody_else(rules: list[Inhibition], arriving: list[Labels]) -> None:
    """Rules may go round in circles: the alert that inhibits is always one that was itself told."""
    told: list[Source] = []
    for number, one in enumerate(arriving):
        key = f"k-{number}"
        found = inhibited(one, [*told, (key, one, NOW)], rules, NOW, key=key)
        if found is None:
            told.append((key, one, NOW))
            continue
        rule, by = found
        teller = next(source for source in told if source[0] == by)
        assert all(one.get(name) and set(one[name]) == set(teller[1][name]) for name in rule.equal)
    assert told or not arriving
