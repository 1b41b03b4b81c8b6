"""WebSub's decisions: whom to ask and when, what a hub is answered, what of a delivery is believed, and what it does."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import itertools
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.websub import (
    Answer,
    AnswerKind,
    Asked,
    AskedOutcome,
    Delivered,
    Mode,
    Offer,
    Plan,
    Signing,
    Subscription,
    answered,
    due_after_ping,
    is_heralded,
    pinged_since,
    plan,
    verify_content,
    verify_intent,
)
from monitor.websub import SubscriptionState as State
from monitor.websub.intent import LONGEST_LEASE, SOONEST_RENEWAL
from monitor.websub.planning import DENIED_PAUSE, GOODBYES, LONGEST_PAUSE, SETTLE, VERIFY_WITHIN
from tests.conftest import START as NOW

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
FEED, TOPIC, HUB, OTHER_HUB = "https://n/feed", "https://n/self", "https://h/", "https://h2/"
KEY = ("news", FEED)
OFFER = Offer(source="news", feed=FEED, hubs=(HUB, OTHER_HUB), topic=TOPIC)
ASKED = Subscription(
    token="t", source="news", feed=FEED, topic=TOPIC, hub=HUB, state=State.REQUESTED, mark="m",
    created_at=NOW - 9 * DAY, asked_at=NOW - MINUTE, next_at=NOW - MINUTE + VERIFY_WITHIN,
)  # fmt: skip
ACTIVE = replace(ASKED, state=State.ACTIVE, asked_at=None, lease_until=NOW + 3 * DAY, next_at=NOW + 2 * DAY)
DENIED = replace(ASKED, state=State.DENIED, asked_at=None, next_at=NOW + DAY)
LEAVING = replace(ACTIVE, state=State.LEAVING, next_at=NOW)


def planned(
    *known: Subscription,
    now: dt.datetime = NOW,
    offers: Iterable[Offer] = (OFFER,),
    feeds: Iterable[tuple[str, str]] = (KEY,),
    mark: str = "m",
) -> Plan:
    tokens = (f"new{n}" for n in itertools.count())
    return plan(
        now, frozenset(feeds), {(o.source, o.feed): o for o in offers}, known,
        mark=mark, chance=lambda: 0.0, new_token=lambda: next(tokens),
    )  # fmt: skip


def asked(found: Plan) -> list[tuple[Mode, str, str]]:
    assert {d.subscription for d in found.demands} <= set(found.saved), "stored before it is asked"
    return [(d.mode, d.subscription.token, d.subscription.hub) for d in found.demands]


class TestPlanning:
    def test_a_feed_with_hubs_is_subscribed_to_at_the_first(self) -> None:
        found = planned()
        assert asked(found) == [(Mode.SUBSCRIBE, "new0", HUB)]
        (new,) = found.saved
        assert (new.state, new.topic, new.asked_at, new.next_at) == (State.REQUESTED, TOPIC, NOW, NOW + VERIFY_WITHIN)

    @pytest.mark.parametrize(
        "offers", [(), (replace(OFFER, hubs=()),), (replace(OFFER, feed="https://n/other"),)],
        ids=["never read", "without hubs", "not polled"],
    )  # fmt: skip
    def test_other_feeds_are_not(self, offers: tuple[Offer, ...]) -> None:
        assert planned(offers=offers) == Plan(saved=(), demands=())

    @pytest.mark.parametrize("known", [ASKED, ACTIVE, DENIED], ids=lambda s: s.state.value)
    def test_what_stands_is_left_in_peace(self, known: Subscription) -> None:
        assert planned(known) == Plan(saved=(), demands=())

    @pytest.mark.parametrize("known", [ACTIVE, DENIED], ids=lambda s: s.state.value)
    def test_in_its_time_it_is_asked_for_again(self, known: Subscription) -> None:
        found = planned(known, now=known.next_at)
        assert asked(found) == [(Mode.SUBSCRIBE, "t", HUB)]
        assert found.saved[0].state is (State.ACTIVE if known is ACTIVE else State.REQUESTED)

    def test_a_hub_that_accepts_and_does_not_ask_back_has_failed(self) -> None:
        """Another hub of the feed is tried after a pause; pauses grow and end at a day."""
        one, now, pauses, hubs = ASKED, ASKED.next_at, [], []
        for _ in range(12):
            (one,) = planned(one, now=now).saved
            assert (one.state, one.asked_at) == (State.WANTED, None)
            pauses.append(one.next_at - now)
            now = one.next_at
            (one,) = planned(one, now=now).saved
            hubs.append(one.hub)
            now = one.next_at
        assert pauses[:4] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]
        assert pauses[-1] == LONGEST_PAUSE
        assert hubs[:3] == [OTHER_HUB, HUB, OTHER_HUB]

    def test_a_renewal_that_fails_is_repeated_while_the_lease_holds_and_after(self) -> None:
        """What stands, stands until its lease ends, at the hub that granted it."""
        (one,) = planned(ACTIVE, now=ACTIVE.next_at).saved
        one = answered(one, Asked(outcome=AskedOutcome.UNREACHABLE, text="gone"), ACTIVE.next_at, 0.0)
        assert (one.state, one.hub, one.problem) == (State.ACTIVE, HUB, "gone")
        (one,) = planned(one, now=NOW + 4 * DAY).saved
        assert (one.state, one.hub) == (State.REQUESTED, OTHER_HUB), "the lease is over: any hub will do"

    @pytest.mark.parametrize(
        "gone", [{"feeds": ()}, {"offers": (replace(OFFER, hubs=()),)}, {"offers": (replace(OFFER, hubs=(OTHER_HUB,)),)},
                 {"offers": (replace(OFFER, topic="https://n/new"),)}],
        ids=["source left", "no hub any more", "another hub", "another topic"],
    )  # fmt: skip
    def test_what_is_not_wanted_any_more_is_given_up(self, gone: dict[str, tuple[Offer, ...]]) -> None:
        """The hub that is bound is told; where none is, nobody needs to be. A new hub or topic is subscribed to."""
        news = [(Mode.SUBSCRIBE, "new0", o.hubs[0]) for o in gone.get("offers", ()) if o.hubs]
        assert asked(planned(ACTIVE, **gone)) == [(Mode.UNSUBSCRIBE, "t", HUB), *news]  # type: ignore[arg-type]
        assert asked(planned(DENIED, **gone)) == news  # type: ignore[arg-type]
        assert planned(DENIED, **gone).saved[0].state is State.ENDED  # type: ignore[arg-type]

    def test_a_feed_that_is_not_known_to_have_changed_keeps_its_hub(self) -> None:
        assert planned(ACTIVE, offers=()) == Plan(saved=(), demands=())

    def test_a_feed_cannot_make_us_run_from_hub_to_hub(self) -> None:
        """However often it names another, one is asked in `SETTLE`."""
        known: dict[str, Subscription] = {}
        requests = []
        for n in range(100):
            offer = replace(OFFER, hubs=(f"https://h{n}/",))
            found = planned(*known.values(), now=NOW + n * 10 * MINUTE, offers=(offer,))
            known |= {s.token: s for s in found.saved}
            requests += [d for d in found.demands if d.mode is Mode.SUBSCRIBE]
            known = {f"{token}{n}": replace(s, token=f"{token}{n}") for token, s in known.items()}
        spent = 99 * 10 * MINUTE
        assert len({d.subscription.hub for d in requests}) <= spent / SETTLE + 1

    def test_a_hub_is_asked_to_stop_a_few_times(self) -> None:
        one, goodbyes, now = LEAVING, 0, NOW
        while one.state is State.LEAVING:
            found = planned(one, now=now, feeds=())
            (one,) = found.saved
            goodbyes += len(found.demands)
            now = max(now, one.next_at)
        assert (one.state, goodbyes) == (State.ENDED, GOODBYES)

    def test_nobody_is_asked_to_stop_whose_lease_is_over(self) -> None:
        found = planned(replace(LEAVING, lease_until=NOW), feeds=())
        assert (found.saved[0].state, found.demands) == (State.ENDED, ())

    def test_with_another_key_or_address_everything_is_asked_for_anew(self) -> None:
        """At once, and once: what is under way with the new one is waited for."""
        found = planned(ACTIVE, mark="other")
        assert asked(found) == [(Mode.SUBSCRIBE, "t", HUB)]
        assert planned(*found.saved, mark="other").saved == ()

    def test_an_answer_changes_only_what_is_under_way(self) -> None:
        """A hub that asked back before its own answer arrived has been believed already."""
        refused = Asked(outcome=AskedOutcome.REFUSED, text="HTTP 404")
        assert answered(ACTIVE, refused, NOW, 0.0) == ACTIVE
        assert answered(ASKED, Asked(outcome=AskedOutcome.ACCEPTED), NOW, 0.0) == ASKED
        failed = answered(ASKED, refused, NOW, 1.0)
        assert (failed.state, failed.problem, failed.failures) == (State.WANTED, "HTTP 404", 1)
        assert failed.next_at == NOW + 5 * MINUTE * 1.1

    @pytest.mark.parametrize(
        ("answer", "pause"),
        [
            (Asked(outcome=AskedOutcome.UNREACHABLE, retry_after=2 * HOUR), 2 * HOUR),
            (Asked(outcome=AskedOutcome.UNREACHABLE, retry_after=900 * DAY), DAY),
            (Asked(outcome=AskedOutcome.ADDRESS), DAY),
        ],
    )
    def test_who_wants_rest_gets_it(self, answer: Asked, pause: dt.timedelta) -> None:
        assert answered(ASKED, answer, NOW, 0.0).next_at == NOW + pause


def question(mode: str = "subscribe", **other: str) -> dict[str, str]:
    query = {"hub.mode": mode, "hub.topic": TOPIC, "hub.challenge": "c", "hub.lease_seconds": "864000"}
    return query | {f"hub.{name}": value for name, value in other.items()}


def ask(one: Subscription | None, query: dict[str, str]) -> Answer:
    return verify_intent(one, query, NOW, 0.0)


class TestIntent:
    @pytest.mark.parametrize("known", [ASKED, ACTIVE], ids=lambda s: s.state.value)
    def test_a_hub_that_asks_back_is_told_yes(self, known: Subscription) -> None:
        """Also one that asks again of itself; the lease is renewed after two thirds of it, or a little earlier."""
        answer = ask(known, question())
        assert (answer.kind, answer.challenge) == (AnswerKind.YES, "c")
        assert answer.changed == replace(
            known, state=State.ACTIVE, asked_at=None, lease_until=NOW + 10 * DAY, next_at=NOW + 10 * DAY * 2 / 3
        )
        early = verify_intent(known, question(), NOW, 1.0).changed
        assert early is not None
        assert dt.timedelta(days=5.6) < early.next_at - NOW < dt.timedelta(days=5.7)

    @pytest.mark.parametrize(
        ("known", "query"),
        [
            pytest.param(None, question(), id="unknown token"),
            pytest.param(ASKED, question(topic="https://n/other"), id="another topic"),
            pytest.param(ASKED, {}, id="nothing"),
            pytest.param(ASKED, question(mode=""), id="no mode"),
            pytest.param(ASKED, question(challenge=""), id="no challenge"),
            pytest.param(ASKED, question(challenge="c" * 2_001), id="long challenge"),
            pytest.param(ASKED, question(lease_seconds="0"), id="no lease at all"),
            pytest.param(ASKED, question(lease_seconds="-1"), id="negative lease"),
            pytest.param(ASKED, question(lease_seconds="１０"), id="digits of another script"),
            pytest.param(ASKED, question(lease_seconds="9" * 13), id="endless lease"),
            pytest.param(ASKED, question(mode="unsubscribe"), id="an end nobody asked for"),
            pytest.param(ACTIVE, question(mode="unsubscribe"), id="an end of what stands"),
            pytest.param(LEAVING, question(), id="a renewal of what is left"),
            pytest.param(DENIED, question(), id="what was denied"),
            pytest.param(replace(ASKED, state=State.WANTED, asked_at=None), question(), id="before it was asked"),
            pytest.param(replace(ACTIVE, state=State.ENDED), question(mode="unsubscribe"), id="what is over"),
            pytest.param(replace(ACTIVE, state=State.ENDED), question(mode="denied"), id="a no to what is over"),
        ],
    )
    def test_all_else_is_not_found(self, known: Subscription | None, query: dict[str, str]) -> None:
        assert ask(known, query) == Answer(kind=AnswerKind.NO)

    def test_an_end_that_was_asked_for_is_confirmed(self) -> None:
        answer = ask(LEAVING, question(mode="unsubscribe"))
        assert answer.kind is AnswerKind.YES
        assert answer.changed is not None
        assert answer.changed.state is State.ENDED

    @pytest.mark.parametrize(
        ("seconds", "lease", "renewal"),
        [
            ("10", dt.timedelta(seconds=10), SOONEST_RENEWAL),
            ("", DAY, DAY * 2 / 3),
            ("999999999999", LONGEST_LEASE, LONGEST_LEASE * 2 / 3),
        ],
    )
    def test_odd_leases(self, seconds: str, lease: dt.timedelta, renewal: dt.timedelta) -> None:
        """A hub that promises seconds is not asked every few seconds; no promise is short, a long one is cut."""
        changed = ask(ASKED, question(lease_seconds=seconds)).changed
        assert changed is not None
        assert (changed.lease_until, changed.next_at) == (NOW + lease, NOW + renewal)

    @pytest.mark.parametrize("known", [ASKED, ACTIVE, DENIED], ids=lambda s: s.state.value)
    def test_a_hub_may_say_no_at_any_time(self, known: Subscription) -> None:
        answer = ask(known, question(mode="denied", reason="不\x00 允许\n" + "x" * 999))
        assert answer.kind is AnswerKind.NOTED
        assert answer.changed is not None
        assert (answer.changed.state, answer.changed.next_at) == (State.DENIED, NOW + DENIED_PAUSE)
        assert answer.changed.problem.startswith("不 允许 xxx")
        assert len(answer.changed.problem) == 200
        assert not answer.changed.is_active(NOW)

    @given(st.dictionaries(st.sampled_from(sorted(question() | question(reason=""))), st.text()))
    def test_no_question_breaks_it(self, query: dict[str, str]) -> None:
        assert ask(ASKED, query).kind in AnswerKind


def signature(body: bytes, method: str = "sha256", secret: str = "s") -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


class TestContent:
    @pytest.mark.parametrize("method", ["sha256", "sha384", "sha512"])
    @pytest.mark.parametrize("topics", [(TOPIC,), (), ("https://n/x", TOPIC)], ids=len)
    def test_what_its_hub_signed_is_believed(self, method: str, topics: tuple[str, ...]) -> None:
        assert verify_content(ACTIVE, "s", signature(b"new", method), topics, b"new") is Delivered.BELIEVED

    @pytest.mark.parametrize(
        ("known", "header", "found"),
        [
            (None, signature(b"new"), Delivered.UNKNOWN),
            (LEAVING, signature(b"new"), Delivered.GONE),
            (replace(ACTIVE, state=State.ENDED), signature(b"new"), Delivered.GONE),
            (ASKED, signature(b"new"), Delivered.UNASKED),
            (ACTIVE, "", Delivered.UNSIGNED),
            (ACTIVE, "sha256", Delivered.UNSIGNED),
            (ACTIVE, "sha256=", Delivered.UNSIGNED),
            (ACTIVE, signature(b"new", "sha1"), Delivered.WEAK),
            (ACTIVE, "none=abc", Delivered.WEAK),
            (ACTIVE, signature(b"old"), Delivered.FORGED),
            (ACTIVE, signature(b"new", secret="other"), Delivered.FORGED),
            (ACTIVE, "sha256=" + "é" * 64, Delivered.FORGED),
            (ACTIVE, signature(b"new", "sha512").replace("sha512", "sha256"), Delivered.FORGED),
        ],
    )
    def test_what_is_not(self, known: Subscription | None, header: str, found: Delivered) -> None:
        assert verify_content(known, "s", header, (TOPIC,), b"new") is found

    def test_a_right_signature_of_another_topic_is_not(self) -> None:
        assert verify_content(ACTIVE, "s", signature(b"n"), ("https://n/x",), b"n") is Delivered.OTHER_TOPIC

    def test_a_subscription_being_renewed_is_heard(self) -> None:
        """Between two leases, or while a renewal is under way, its hub still tells."""
        lapsed = replace(ACTIVE, state=State.REQUESTED, lease_until=NOW - DAY)
        assert verify_content(lapsed, "s", signature(b"n"), (), b"n") is Delivered.BELIEVED


class TestHeeding:
    @pytest.mark.parametrize(
        ("last", "planned_at", "at"),
        [
            (NOW - HOUR, NOW + HOUR, NOW),
            (None, NOW + HOUR, NOW),
            (NOW - MINUTE / 2, NOW + HOUR, NOW + MINUTE / 2),
            (NOW - MINUTE / 2, NOW + MINUTE / 4, None),
            (NOW - HOUR, NOW - MINUTE, None),
            (NOW + DAY, NOW + HOUR, NOW),
        ],
        ids=["long ago", "never", "just now", "due sooner", "due", "dated by a wrong clock"],
    )
    def test_a_source_is_due_but_not_too_often(
        self, last: dt.datetime | None, planned_at: dt.datetime, at: dt.datetime | None
    ) -> None:
        assert due_after_ping(NOW, last_checked_at=last, next_check_at=planned_at, apart=MINUTE) == at

    def test_what_came_while_a_look_was_under_way(self) -> None:
        assert pinged_since((ACTIVE, replace(ACTIVE, last_ping_at=NOW + MINUTE)), NOW)
        assert not pinged_since((ACTIVE, replace(ACTIVE, last_ping_at=NOW)), NOW)

    def test_hubs_are_relied_on_once_they_told_and_for_as_long_as_they_do(self) -> None:
        told = replace(ACTIVE, last_ping_at=NOW - 2 * HOUR)
        assert is_heralded((told,), (FEED,), NOW - 2 * HOUR + MINUTE, NOW)
        assert is_heralded((told,), (FEED,), None, NOW)
        assert not is_heralded((ACTIVE,), (FEED,), NOW, NOW), "it has never told of anything"
        assert not is_heralded((told,), (FEED,), NOW, NOW), "something came that it did not tell of"
        assert is_heralded((replace(told, last_ping_at=NOW),), (FEED,), NOW, NOW), "it tells again"
        assert not is_heralded((told,), (FEED, "https://n/2"), None, NOW), "one feed has no hub"
        assert not is_heralded((told,), (), None, NOW)
        assert not is_heralded((told,), (FEED,), None, NOW + 9 * DAY), "the lease is over"
        assert not is_heralded((replace(told, state=State.DENIED),), (FEED,), None, NOW)


class TestSigning:
    SIGNING = Signing(callback_url="https://me.example/websub/", reveal_key=lambda: "k" * 32)

    def test_each_subscription_has_a_secret_of_its_own(self) -> None:
        assert len({self.SIGNING.secret(token) for token in "abc"}) == 3
        assert self.SIGNING.secret("a") == self.SIGNING.secret("a")
        assert len(self.SIGNING.secret("a")) == 64
        assert self.SIGNING.callback("a") == "https://me.example/websub/a"

    def test_another_key_or_address_is_told_apart(self) -> None:
        marks = {
            self.SIGNING.mark(),
            replace(self.SIGNING, reveal_key=lambda: "j" * 32).mark(),
            replace(self.SIGNING, callback_url="https://you.example/websub").mark(),
        }
        assert len(marks) == 3
        assert not any("k" * 4 in text for text in (*marks, repr(self.SIGNING)))
