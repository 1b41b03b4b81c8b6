"""The renewal radar: when a contract ends, who holds it, when its next tender is expected, and on what assumptions."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor import threads
from monitor.renewals import radar, renewal
from tests.monitor.shelf import day, given, understood
from tests.monitor.test_threads import LIFE

NOTICE = given(
    1, "2023-11-01", "招标公告",
    {"period": ([2024, 2026], "2024年1月1日至2026年12月31日", "期限2024年1月1日至2026年12月31日")}, stage="notice",
)  # fmt: skip


def test_a_renewal_tells_end_holder_and_expected_notice() -> None:
    """The printed last day, the winner, and a notice as early as the last one came: 14 weeks before the term."""
    (thread,) = threads.group(understood(LIFE))
    found = renewal(thread)
    assert found is not None
    assert (found.ends, found.exact, found.yearly) == (dt.date(2028, 12, 31), True, True)
    assert found.winner_names == ("中国人寿保险股份有限公司玉溪分公司",)
    assert (found.weeks, found.expected_notice) == (14, dt.date(2028, 9, 25))
    assert found.expected_intention == dt.date(2028, 8, 26)
    assert any("一年一签" in a for a in found.assumptions)
    assert "2028年12月31日" in found.term.sentence


@pytest.mark.parametrize(
    ("period", "raw", "ends", "exact"),
    [
        ([2024, 2026], "2024年度至2026年度", dt.date(2026, 12, 31), False),
        ([2021, 2024], "2021年10月起，为期三年", dt.date(2024, 9, 30), False),
        ([2021, 2024], "2021年7月31日起三年", dt.date(2024, 7, 30), True),
        ([2022, 2024], "January 1, 2022 to December 31, 2024", dt.date(2024, 12, 31), True),
        ([2023, 2024], "2023年2月1日零时起至2024年1月31日二十四时", dt.date(2024, 1, 31), True),
    ],
)
def test_the_end_of_a_term(period: list[int], raw: str, ends: dt.date, exact: bool) -> None:
    """The printed day, the eve of an anniversary, or the end of the year, which is then an assumption."""
    award = given(1, "2021-06-01", "中标公告", {"period": (period, raw, raw)}, stage="result")
    found = renewal(threads.build([award]))
    assert found is not None
    assert (found.ends, found.exact) == (ends, exact)
    assert any("未印截止日" in a for a in found.assumptions) is not exact
    assert found.weeks == 8


def test_nothing_that_nobody_holds_is_renewed() -> None:
    """A notice alone, and a tender that failed, promise no contract."""
    failed = given(2, "2023-12-01", "废标公告", {}, stage="failed")
    assert renewal(threads.build([NOTICE])) is None
    assert renewal(threads.build([NOTICE, failed])) is None


def test_the_radar_names_what_ends_soonest_and_its_next_round() -> None:
    """Ended and far contracts are left out; a thread whose term begins at the end is the next round."""

    def won(number: int, period: list[int], region: str, programme: str = "critical_illness") -> threads.Thread:
        facts = {
            "period": (period, f"{period[0]}-{period[1]}", "期限"),
            "regions": ([region], "地", "地"),
            "programmes": ([programme], "险", "险"),
        }
        return threads.build(
            [given(number, f"{period[0] - 1}-12-01", "中标", facts, stage="result", thread=f"project:{number}")]
        )

    told = [won(1, [2023, 2025], "530400"), won(2, [2022, 2024], "530400"), won(3, [2025, 2027], "530400"),
            won(4, [2022, 2024], "530400", "long_term_care"), won(5, [2020, 2021], "530400"), won(6, [2024, 2030], "110000"),
            won(7, [2025, 2027], "110000", "long_term_care")]  # fmt: skip
    found = radar(told, day("2024-06-01"))
    assert [(r.thread_id, r.followed_by) for r in found] == [
        ("project:2", "project:3"),
        ("project:4", ""),
        ("project:1", "project:3"),
    ]
