"""When a list is paged on: decided on values, for lists in and out of order, with pins, repetitions and growth."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler import CrawlJob, SourceKind, SourceSpec
from crawler.dates import CHINA, parse_moment
from crawler.selection import BARREN, BARREN_DATED, End, onward, runs_down
from crawler.spiders.base import Link, Poll, Trail

SINCE = dt.datetime(2026, 9, 10, tzinfo=CHINA)


def job(**changes: object) -> CrawlJob:
    source = SourceSpec(name="s", kind=SourceKind.FEED, urls=("https://x.cn/",))
    return CrawlJob(source=source, **changes)  # type: ignore[arg-type]


def links(*days: str, start: int = 1) -> list[Link]:
    """Links of these days, as September days or whole dates; an empty day is none."""
    return [
        Link(url=f"https://x.cn/{n}", published=parse_moment(day if "-" in day else f"2026-09-{day}") if day else None)
        for n, day in enumerate(days, start)
    ]


def at(page: int = 1, *, reread: bool = False, **trail: object) -> Poll:
    return Poll(url="https://x.cn/", page=page, reread=reread, trail=Trail(**trail))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "end"),
    [
        (("20", "15"), None),
        (("20", "08"), End.TOO_OLD),
        (("2020-01-01", "20", "19", "18"), None),  # pinned
        (("2020-01-01", "20", "19", "08"), End.TOO_OLD),
        (("08", "20", "08"), End.TOO_OLD),
        (("20", "08", "15", "08", "14", "08"), None),  # in no order: a date tells nothing of the next page
        (("08", "09"), None),  # from old to new
        (("", "", "", "2020-01-01"), None),  # one date among many without
        (("", ""), None),
        ((), End.EMPTY),
    ],
)
def test_a_list_ends_with_its_window(days: tuple[str, ...], end: End | None) -> None:
    """Where it runs from new to old; a pinned old item and a list in no order do not end it."""
    assert onward(links(*days), len(days), at(), job(since=SINCE)).end is end


def test_order_is_told_by_days() -> None:
    """Within a day lists are in any order; more than half of the dates must run down."""
    moments = [
        moment for day in ("2026-09-20 08:00", "2026-09-20 09:00", "2026-09-19") if (moment := parse_moment(day))
    ]
    assert runs_down(moments)
    assert not runs_down([link.published for link in links("17", "18", "19") if link.published])


def test_once_out_of_order_always_out_of_order() -> None:
    """A later page that happens to be in order does not end the list; three that bring nothing do."""
    step = onward(links("20", "08", "15"), 3, at(), job(since=SINCE))
    ends = []
    for page in range(2, 6):
        step = onward(
            links("08", "07", start=page * 10), 2, Poll(url="u", page=page, trail=step.trail), job(since=SINCE)
        )
        ends.append(step.end)
    assert ends == [None, None, End.BARREN, End.BARREN]


def test_a_poll_reads_one_page() -> None:
    """Without `since` nothing is paged, unless pages are asked for; then as many are read."""
    assert onward(links("15"), 1, at(), job()).end is End.LIMIT
    assert onward(links("15"), 1, at(), job(max_pages=3)).end is None
    assert onward(links("15"), 1, at(3), job(max_pages=3)).end is End.LIMIT


class TestRepetition:
    """Pages without anything new."""

    def test_the_last_page_again(self) -> None:
        """Sites that show it for ever end where it is seen twice running."""
        step = onward(links("15", "14"), 2, at(), job(since=SINCE))
        again = Poll(url="u", page=2, trail=step.trail)
        assert onward(links("15", "14"), 0, again, job(since=SINCE)).end is End.REPEATED

    def test_what_another_keyword_showed_does_not_end_this_one(self) -> None:
        """In order of time the dates tell where it ends: many pages may pass."""
        trail = Trail(barren=BARREN)
        assert onward(links("15"), 0, Poll(url="u", page=5, trail=trail), job(since=SINCE, max_pages=99)).end is None
        trail = Trail(barren=BARREN_DATED)
        assert (
            onward(links("15"), 0, Poll(url="u", page=5, trail=trail), job(since=SINCE, max_pages=99)).end is End.BARREN
        )

    def test_without_dates_three_pages_are_enough(self) -> None:
        """Nothing else could end it."""
        step = onward(links("", ""), 0, at(2, barren=BARREN - 1), job(since=SINCE, max_pages=99))
        assert step.end is End.BARREN

    def test_a_list_that_grew_meanwhile_is_caught_up_with(self) -> None:
        """Taken up again after any number of new pages: paging goes on until something is new, then counts again."""
        trail = Trail(catching_up=True)
        for page in range(2, 40):
            step = onward(
                links("15", start=page), 0, Poll(url="u", page=page, trail=trail), job(since=SINCE, max_pages=99)
            )
            assert step.end is None
            trail = step.trail
        step = onward(links("14", start=99), 1, Poll(url="u", page=41, trail=trail), job(since=SINCE, max_pages=99))
        assert (step.end, step.trail.catching_up) == (None, False)

    def test_a_second_reading_may_repeat_everything(self) -> None:
        """Pages that are read again on purpose are not counted."""
        step = onward(links("15"), 0, at(2, reread=True, barren=BARREN_DATED - 1), job(since=SINCE, max_pages=99))
        assert (step.end, step.trail.barren) == (None, 0)
