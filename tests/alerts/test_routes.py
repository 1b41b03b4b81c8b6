"""The route tree: who gets what, with the reason; and what it refuses to be built from."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import (
    Between,
    Equals,
    In,
    Matcher,
    Matches,
    Not,
    Route,
    RouteDefinitionError,
    RouteOptions,
    RouteTree,
    StartsWith,
    Within,
    labels_of,
    parse_matcher,
)

LABELS = {"stage": ("result",), "region": ("330102",), "amount": ("126000000",), "who": ("a", "b")}


@pytest.mark.parametrize(
    ("sentence", "matcher", "hit"),
    [
        ("stage = result", Equals(label="stage", value="result"), True),
        ("stage = notice", Equals(label="stage", value="notice"), False),
        ("stage != notice", Not(matcher=Equals(label="stage", value="notice")), True),
        ("absent != x", Not(matcher=Equals(label="absent", value="x")), True),
        ("who in b, c", In(label="who", values=("b", "c")), True),
        ("who in c", In(label="who", values=("c",)), False),
        ("region within 330000", Within(label="region", codes=("330000",)), True),
        ("region within 330100", Within(label="region", codes=("330100",)), True),
        ("region within 330102", Within(label="region", codes=("330102",)), True),
        ("region within 330200", Within(label="region", codes=("330200",)), False),
        ("region within 320000", Within(label="region", codes=("320000",)), False),
        ("region starts 33", StartsWith(label="region", prefix="33"), True),
        ("stage =~ res.*", Matches(label="stage", pattern="res.*"), True),
        ("stage =~ res", Matches(label="stage", pattern="res"), False),
        ("amount >= 1,000,000", Between(label="amount", low=Decimal(1000000)), True),
        ("amount <= 1000000", Between(label="amount", high=Decimal(1000000)), False),
        ("amount >= 126000000", Between(label="amount", low=Decimal(126000000)), True),
        ("stage >= 1", Between(label="stage", low=Decimal(1)), False),
    ],
)
def test_a_sentence_reads_as_its_matcher_which_answers_with_a_reason(
    sentence: str, matcher: Matcher, hit: bool
) -> None:
    assert parse_matcher(sentence) == matcher
    assert (matcher.reason(LABELS) is not None) is hit


def test_a_municipality_whose_code_ends_in_zeros_contains_its_districts() -> None:
    chongqing = Within(label="region", codes=("500000",))
    assert chongqing.reason({"region": ("500112",)})
    assert not chongqing.reason({"region": ("510100",)})
    assert not Within(label="region", codes=("330000",)).reason({"region": ("100000",)}), "the nation is in no province"


@pytest.mark.parametrize(
    "sentence",
    ["", "stage", "stage result", "stage =~ (", "region within 33", "amount >= many", "amount >= NaN", "who in ,"],
)
def test_a_faulty_matcher_is_refused_when_it_is_read(sentence: str) -> None:
    with pytest.raises(RouteDefinitionError):
        parse_matcher(sentence)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "", "一亿"])
def test_what_is_no_number_lies_in_no_range(value: str) -> None:
    assert Between(label="amount", low=Decimal(0)).reason({"amount": (value,)}) is None


def tree(*routes: Route) -> RouteTree:
    return RouteTree(
        root=Route(receivers=("all",), options=RouteOptions(lang="zh"), routes=routes),
        receivers=("all", "zhejiang", "hangzhou", "boss"),
    )


RESULTS = Equals(label="stage", value="result")
ZHEJIANG = Within(label="region", codes=("330000",))
HANGZHOU = Within(label="region", codes=("330100",))


def test_the_first_child_that_catches_wins() -> None:
    matches = tree(
        Route(name="zj", matchers=(ZHEJIANG,), receivers=("zhejiang",)),
        Route(name="results", matchers=(RESULTS,), receivers=("boss",)),
    ).match(LABELS)
    assert [m.receiver for m in matches] == ["zhejiang"]
    assert matches[0].path == ("root", "zj")
    assert matches[0].reasons == ("region 330102 is within 330000",)


def test_continue_lets_the_next_sibling_catch_too_and_nobody_gets_it_twice() -> None:
    matches = tree(
        Route(name="zj", matchers=(ZHEJIANG,), receivers=("zhejiang",), continue_=True),
        Route(name="results", matchers=(RESULTS,), receivers=("boss", "zhejiang")),
    ).match(LABELS)
    assert [m.receiver for m in matches] == ["zhejiang", "boss"]


def test_a_child_inherits_receivers_and_options_and_may_override_them() -> None:
    matches = tree(
        Route(
            name="zj",
            matchers=(ZHEJIANG,),
            receivers=("zhejiang",),
            options=RouteOptions(max_copies=0),
            routes=(Route(name="hz", matchers=(HANGZHOU,), options=RouteOptions(lang="en")),),
        )
    ).match(LABELS)
    assert [(m.receiver, m.path, m.options) for m in matches] == [
        ("zhejiang", ("root", "zj", "hz"), RouteOptions(lang="en", max_copies=0))
    ]


def test_what_no_child_catches_is_the_parents() -> None:
    assert [m.receiver for m in tree(Route(matchers=(RESULTS,), receivers=("boss",))).match({})] == ["all"]


def test_a_catching_parent_answers_where_its_children_do_not() -> None:
    inner = Route(
        name="zj", matchers=(ZHEJIANG,), receivers=("zhejiang",), routes=(Route(matchers=(Not(matcher=RESULTS),)),)
    )
    assert [m.path for m in tree(inner).match(LABELS)] == [("root", "zj")]


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: tree(Route(name="x", receivers=("nobody",))), "unknown receiver 'nobody'"),
        (lambda: tree(Route(routes=(Route(receivers=("ghost",)),))), "unknown receiver 'ghost'"),
        (lambda: RouteTree(root=Route(), receivers=("all",)), "must name a receiver"),
        (
            lambda: RouteTree(root=Route(matchers=(RESULTS,), receivers=("all",)), receivers=("all",)),
            "catch everything",
        ),
        (lambda: tree(Route(name="a"), Route(name="b")), "can never match"),
    ],
)
def test_a_faulty_tree_is_refused_when_it_is_built(build: object, problem: str) -> None:
    with pytest.raises(RouteDefinitionError, match=problem):
        build()  # type: ignore[operator]


def test_labels_of_keeps_several_values() -> None:
    assert labels_of([("a", "1"), ("b", "2"), ("a", "3")]) == {"a": ("1", "3"), "b": ("2",)}


_matchers = st.sampled_from(
    [
        RESULTS,
        ZHEJIANG,
        HANGZHOU,
        Not(matcher=RESULTS),
        Between(label="amount", low=Decimal(5)),
        In(label="who", values=("a",)),
    ]
)
_routes = st.recursive(
    st.builds(
        Route,
        matchers=st.lists(_matchers, min_size=1, max_size=2).map(tuple),
        receivers=st.lists(st.sampled_from(["all", "zhejiang", "boss"]), max_size=2).map(tuple),
        continue_=st.booleans(),
    ),
    lambda inner: st.builds(
        Route,
        matchers=st.lists(_matchers, min_size=1, max_size=1).map(tuple),
        continue_=st.booleans(),
        routes=st.lists(inner, max_size=3).map(tuple),
    ),
    max_leaves=8,
)
_labels = st.fixed_dictionaries(
    {
        "stage": st.sampled_from([(), ("result",), ("notice", "result")]),
        "region": st.sampled_from([(), ("330100",), ("320000",), ("330200", "330102")]),
        "amount": st.sampled_from([(), ("1",), ("9",), ("x",)]),
        "who": st.sampled_from([(), ("a",), ("b", "c")]),
    }
)


@given(routes=st.lists(_routes, max_size=4), labels=_labels)
def test_routing_never_loses_an_alert_and_never_doubles_it(
    routes: list[Route], labels: dict[str, tuple[str, ...]]
) -> None:
    receivers = [match.receiver for match in tree(*routes).match(labels)]
    assert receivers
    assert len(receivers) == len(set(receivers))
