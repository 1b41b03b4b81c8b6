"""Rate limits: never more than allowed in any window, never less than could be; and which channels share one."""

from __future__ import annotations

import datetime as dt
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import LimitDefinitionError
from alerts.limits import LIMITS, Bucket, RateLimit, available, lane_key, limits_of, next_token_at, take
from alerts.model import (
    AppriseSettings,
    Channel,
    ChannelKind,
    EmailSettings,
    RobotSettings,
    WebhookSettings,
)
from alerts.secret import Secret
from tests.alerts.samples import console, robot, webhook

NOW = dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
TWENTY = (RateLimit(count=20, per=MINUTE),)
BOTH = (RateLimit(count=5, per=SECOND), RateLimit(count=100, per=MINUTE))


def test_a_full_bucket_allows_the_count_and_no_more() -> None:
    bucket = take(Bucket(), TWENTY, 20, NOW)
    assert available(Bucket(), TWENTY, NOW) == 20
    assert available(bucket, TWENTY, NOW + 59 * SECOND) == 0
    assert next_token_at(bucket, TWENTY, NOW + SECOND) == NOW + MINUTE
    assert available(bucket, TWENTY, NOW + MINUTE) == 20


def test_a_full_bucket_is_not_refilled_within_the_window() -> None:
    """A plain token bucket of twenty would let the 21st through after three seconds, and forty within the minute."""
    bucket = take(take(Bucket(), TWENTY, 19, NOW), TWENTY, 1, NOW + 50 * SECOND)
    assert [available(bucket, TWENTY, NOW + n * SECOND) for n in (53, 59, 60, 109, 110)] == [0, 0, 19, 19, 20]


def test_several_limits_hold_at_one_time() -> None:
    bucket, now, sent = Bucket(), NOW, 0
    while now < NOW + MINUTE:
        n = available(bucket, BOTH, now)
        bucket, sent, now = take(bucket, BOTH, n, now), sent + n, now + SECOND
    assert sent == 100
    assert available(bucket, BOTH, NOW + 59.5 * SECOND) == 0
    assert next_token_at(bucket, BOTH, NOW + 59.5 * SECOND) == NOW + MINUTE


def test_the_guard_widens_the_window() -> None:
    limits = (RateLimit(count=1, per=SECOND, guard=SECOND / 4),)
    bucket = take(Bucket(), limits, 1, NOW)
    assert next_token_at(bucket, limits, NOW) == NOW + SECOND * 1.25
    assert available(bucket, limits, NOW + SECOND) == 0


def test_the_order_in_which_sends_were_kept_does_not_matter() -> None:
    """Two workers with clocks a little apart may write them down in either order."""
    assert Bucket(sent=(NOW, NOW - SECOND)) == Bucket(sent=(NOW - SECOND, NOW))


def test_without_a_limit_nothing_is_kept() -> None:
    assert available(Bucket(), (), NOW) == sys.maxsize
    assert take(Bucket(sent=(NOW,)), (), 1000, NOW) == Bucket()
    assert next_token_at(Bucket(sent=(NOW,)), (), NOW) == NOW


@pytest.mark.parametrize("n", [-1, 21])
def test_more_than_is_available_cannot_be_taken(n: int) -> None:
    with pytest.raises(ValueError, match="not within the limit"):
        take(Bucket(), TWENTY, n, NOW)


@pytest.mark.parametrize(("count", "per", "guard"), [(0, 1, 0), (1, 0, 0), (1, 1, -1)])
def test_a_limit_that_lets_nothing_pass_is_refused(count: int, per: int, guard: int) -> None:
    with pytest.raises(LimitDefinitionError):
        RateLimit(count=count, per=per * SECOND, guard=guard * SECOND)


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Bucket(sent=(dt.datetime(2026, 6, 1),))
    with pytest.raises(ValueError, match="aware"):
        take(Bucket(), TWENTY, 0, dt.datetime(2026, 6, 1))


def test_a_clock_set_back_far_stalls_nothing() -> None:
    """Sends dated a year ahead are forgotten, for good."""
    bucket = take(Bucket(), TWENTY, 20, NOW + dt.timedelta(days=365))
    assert available(bucket, TWENTY, NOW) == 20
    assert take(bucket, TWENTY, 1, NOW) == Bucket(sent=(NOW,))


# --- laws -----------------------------------------------------------------------------------------------------------

some_limits = st.lists(
    st.builds(RateLimit, count=st.integers(1, 6), per=st.integers(1, 20).map(lambda s: s * SECOND)),
    min_size=1,
    max_size=3,
)
steps = st.lists(
    st.tuples(st.integers(0, 8000).map(lambda ms: dt.timedelta(milliseconds=ms)), st.integers(0, 6)), max_size=60
)


def most_in_a_window(sent: list[dt.datetime], per: dt.timedelta) -> int:
    """The largest number of sends in any window [t, t + per)."""
    return max((sum(first <= other < first + per for other in sent) for first in sent), default=0)


@given(some_limits, steps)
def test_no_window_holds_more_than_the_limit(limits: list[RateLimit], wishes: list[tuple[dt.timedelta, int]]) -> None:
    """However sends are wished for; and as many of them are granted as the limits leave: no rate is wasted."""
    bucket, now, sent = Bucket(), NOW, list[dt.datetime]()
    for later, wish in wishes:
        now += later
        free = available(bucket, limits, now)
        left = min(limit.count - sum(now - at < limit.per for at in sent) for limit in limits)
        assert free == left
        bucket = take(bucket, limits, min(wish, free), now)
        sent += [now] * min(wish, free)
    for limit in limits:
        assert most_in_a_window(sent, limit.per) <= limit.count
    assert len(bucket.sent) <= max(limit.count for limit in limits)


@given(some_limits, steps)
def test_the_next_token_comes_when_it_is_said_to_and_not_before(
    limits: list[RateLimit], wishes: list[tuple[dt.timedelta, int]]
) -> None:
    bucket, now = Bucket(), NOW
    for later, wish in wishes:
        now += later
        bucket = take(bucket, limits, min(wish, available(bucket, limits, now)), now)
        then = next_token_at(bucket, limits, now)
        assert then >= now
        assert available(bucket, limits, then) >= 1
        assert then == now or available(bucket, limits, then - dt.timedelta(microseconds=1)) == 0


@given(
    st.integers(1, 6),
    st.lists(st.integers(0, 8000).map(lambda ms: dt.timedelta(milliseconds=ms)), max_size=60),
    st.integers(0, 60),
    st.integers(0, 10_000).map(lambda ms: dt.timedelta(milliseconds=ms)),
)
def test_a_clock_set_back_by_up_to_a_window_breaks_no_limit(
    count: int, laters: list[dt.timedelta], moment: int, back: dt.timedelta
) -> None:
    """In true time, whatever the clock says; and nothing stalls for longer than two windows."""
    limit = RateLimit(count=count, per=10 * SECOND)
    bucket, true, error, sent = Bucket(), NOW, dt.timedelta(0), list[dt.datetime]()
    for number, later in enumerate(laters):
        true += later
        if number == moment:
            error = -back
        n = available(bucket, [limit], true + error)
        bucket = take(bucket, [limit], n, true + error)
        sent += [true] * n
    assert most_in_a_window(sent, limit.per) <= count
    gaps = [b - a for a, b in pairwise([*sent, true]) if b != a]
    assert all(gap < 2 * limit.per + 8 * SECOND for gap in gaps)


@given(st.lists(st.integers(-(10**9), 10**9), max_size=40), st.integers(0, 25))
def test_whatever_a_clock_did_a_bucket_keeps_within_its_size(seconds: list[int], wish: int) -> None:
    bucket = Bucket()
    for second in seconds:
        now = NOW + second * SECOND
        bucket = take(bucket, TWENTY, min(wish, available(bucket, TWENTY, now)), now)
        assert len(bucket.sent) <= 20
        assert list(bucket.sent) == sorted(bucket.sent)


# --- the documented limits ------------------------------------------------------------------------------------------


def test_every_kind_of_channel_has_its_limits() -> None:
    assert set(LIMITS) == set(ChannelKind)


@pytest.mark.parametrize(
    ("kind", "count", "per"),
    [
        (ChannelKind.WECOM, 20, MINUTE),
        (ChannelKind.DINGTALK, 20, MINUTE),
        (ChannelKind.FEISHU, 100, MINUTE),
        (ChannelKind.FEISHU, 5, SECOND),
        (ChannelKind.SLACK, 1, SECOND),
        (ChannelKind.SERVERCHAN, 500, dt.timedelta(days=1)),
        (ChannelKind.PUSHPLUS, 200, dt.timedelta(days=1)),
    ],
)
def test_a_robot_gets_what_its_service_documents(kind: ChannelKind, count: int, per: dt.timedelta) -> None:
    """Sending as fast as allowed: never more than the count in any window, with time to spare, and as many as that."""
    limits, bucket, now, sent = LIMITS[kind], Bucket(), NOW, list[dt.datetime]()
    while now < NOW + 1.2 * max(per, MINUTE):
        now = next_token_at(bucket, limits, now)
        bucket = take(bucket, limits, 1, now)
        sent.append(now)
    guarded = per + SECOND / 10 if per <= MINUTE else per
    assert most_in_a_window(sent, guarded) == count


def test_a_channel_written_for_apprise_has_its_robot_s_limits() -> None:
    assert limits_of(apprise("wecombot://abcdef0123456789")) == LIMITS[ChannelKind.WECOM]
    assert (
        limits_of(apprise("tgram://123456789:AAbbccddeeffgghhiijjkkllmmnnoopp/12345/")) == LIMITS[ChannelKind.APPRISE]
    )
    assert limits_of(apprise("nonsense")) == LIMITS[ChannelKind.APPRISE]
    assert limits_of(console()) == ()


# --- lanes ----------------------------------------------------------------------------------------------------------

KEY = "0f1e2d3c-aaaa-bbbb-cccc-1234567890ab"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


def apprise(url: str) -> Channel:
    return Channel(name="any", kind=ChannelKind.APPRISE, settings=AppriseSettings(url=Secret(url)))


def mail(**changes: object) -> Channel:
    values = {"host": "smtp.example", "from_address": "a@b.example", "to": ("x@y.example",), **changes}
    return Channel(name="mail", kind=ChannelKind.EMAIL, settings=EmailSettings(**values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (robot(ChannelKind.WECOM, KEY), robot(ChannelKind.WECOM, WECOM, name="other")),
        (robot(ChannelKind.WECOM, WECOM), robot(ChannelKind.WECOM, f" {WECOM.replace('qyapi', 'QYAPI')}\n")),
        (robot(ChannelKind.WECOM, KEY), apprise(f"wecombot://{KEY}")),
        (robot(ChannelKind.DINGTALK, KEY), robot(ChannelKind.DINGTALK, KEY, signing="SEC1")),
        (webhook("https://h.example/in/"), webhook("https://H.example/in")),
        (webhook("https://u:one@h.example/in"), webhook("https://u:two@h.example/in")),
        (mail(), mail(to=("z@y.example",), password=Secret("changed"))),
        (mail(username="u"), mail(username="u", from_address="other@b.example")),
        (apprise("json://u:one@h.example/x?verify=no"), apprise("json://u:two@h.example/x")),
    ],
)
def test_channels_that_lead_to_one_far_side_share_a_lane(one: Channel, other: Channel) -> None:
    """Also for different receivers, and after a password was changed."""
    assert lane_key("r", one) == lane_key("s", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (robot(ChannelKind.WECOM, KEY), robot(ChannelKind.WECOM, KEY[:-1] + "c")),
        (robot(ChannelKind.WECOM, KEY), robot(ChannelKind.DINGTALK, KEY)),
        (robot(ChannelKind.FEISHU, "Abcdef"), robot(ChannelKind.FEISHU, "abcdef")),
        (webhook("https://h.example/a"), webhook("https://h.example/b")),
        (webhook("https://h.example/a?k=1"), webhook("https://h.example/a?k=2")),
        (mail(), mail(username="other")),
        (mail(), mail(from_address="other@b.example")),
        (mail(), mail(host="smtp2.example")),
        (apprise("json://h.example/a"), apprise("json://h.example/b")),
        (console("a"), console("b")),
    ],
)
def test_channels_that_lead_elsewhere_do_not(one: Channel, other: Channel) -> None:
    assert lane_key("r", one) != lane_key("r", other)


def test_consoles_are_told_apart_by_their_receivers() -> None:
    assert lane_key("r", console()) != lane_key("s", console())


def test_a_lane_s_name_is_the_same_for_ever_and_tells_nothing() -> None:
    """It is a key in the store: a changed one would forget how fast a robot was sent to."""
    name = lane_key("r", robot(ChannelKind.WECOM, KEY))
    assert name == "wecom:e5cfe92d519c6859c5de2e25dd923271"
    assert not any(part in name for part in KEY.split("-"))


@pytest.mark.parametrize("address", ["http://[broken", "", "https://u:p@h.example:99999/x"])
def test_an_address_that_is_none_has_a_name_too(address: str) -> None:
    """`build_senders` refuses it, with the reason; asking for its lane is no crash."""
    settings = WebhookSettings(address=Secret(address))
    assert lane_key("r", Channel(name="c", kind=ChannelKind.WEBHOOK, settings=settings))
    odd = Channel(name="c", kind=ChannelKind.CONSOLE, settings=RobotSettings(address=Secret(address)))
    assert lane_key("r", odd)
