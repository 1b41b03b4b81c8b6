"""What was promised, held against what happened: the far sides' records on one hand, the database and the log on the other."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.soaking.articles import Story
from benchmarks.soaking.channels import LANES
from benchmarks.soaking.characters import WELL_BEHAVED
from benchmarks.soaking.course import Played
from benchmarks.soaking.figures import Growth, Memory, memory, restarts
from benchmarks.soaking.kept import Kept
from benchmarks.soaking.sites import Site
from monitor.daemon.planning import grace
from monitor.demo.articles import DemoArticle
from monitor.records import PollOutcome, PollRecord, Status

MOST_GROWTH: Final = 0.05
"""Of memory, over the last half, as a share of its mean."""
MOST_RESTART: Final = 5.0
"""Seconds of the machine from the start of the process to the first request."""
_LATE: Final = 1.5
"""Seconds of the machine that the library takes at most to notice that a job is late: it counts grace in whole ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """One of them, and whether it was kept. `detail` has the figures, and examples where it was broken."""

    name: str
    kept: bool
    detail: str


def judged(played: Played, kept: Kept, *, long: bool) -> list[Promise]:
    """All promises. `long` tells that the soak was long enough to speak of growth."""
    return [
        *(_growth(played) if long else ()),
        _restarts(played),
        _stops(played),
        _late_checks_are_recorded(played, kept),
        _gaps_are_recorded(played, kept),
        _nothing_is_recorded_falsely(played, kept),
        _the_log_is_clean(played),
        _those_beside_got_through(played),
        _all_is_stored(played, kept),
        _one_status_each(kept),
        *_stories_are_told_once(played, kept),
        _nothing_else_is_told(played),
        _hostile_sites_do_no_harm(played),
    ]


# The process


def _growth(played: Played) -> Iterator[Promise]:
    measured: Memory | None = memory(played)
    if measured is None:
        yield Promise(name="memory over the last half", kept=False, detail="the daemon did not live that long")
        return
    yield Promise(
        name="memory over the last half", kept=measured.rss.share < MOST_GROWTH,
        detail=f"{_growing(measured.rss, 1 << 20, ' MB')}; most {measured.peak / (1 << 20):.0f} MB",
    )  # fmt: skip
    for name, growth in (("open files", measured.files), ("tasks", measured.tasks), ("threads", measured.threads)):
        flat = growth.last <= growth.first * 1.25 + 4
        yield Promise(name=f"{name} over the last half", kept=flat, detail=_growing(growth, 1, ""))


def _growing(growth: Growth, unit: int, name: str) -> str:
    return (
        f"{growth.share:+.1%} of the mean by least squares; median of its first quarter {growth.first / unit:.1f}{name}, "
        f"of its last {growth.last / unit:.1f}{name}"
    )


def _restarts(played: Played) -> Promise:
    """Not judged on a machine that others use up: there it says how long the process waited for its turn."""
    took = restarts(played)
    in_time = bool(took) and max(one.real for one in took) < MOST_RESTART
    return Promise(
        name="start of the process to the first request", kept=in_time or played.crowded,
        detail=", ".join(f"{one.real:.1f} s ({one.cpu:.1f} s of the processor)" for one in took)
        + ("; not judged, the machine was crowded" if played.crowded and not in_time else ""),
    )  # fmt: skip


def _stops(played: Played) -> Promise:
    codes = ", ".join(map(str, played.exits))
    return Promise(name="SIGTERM ends it with 0", kept=not any(played.exits), detail=f"exit codes {codes}")


def _the_log_is_clean(played: Played) -> Promise:
    text = played.log.read_text(encoding="utf-8") + (played.folder / "beside.log").read_text(encoding="utf-8")
    locked = len(re.findall(r"database (?:table )?is locked|database busy", text))
    broken = [line for line in text.splitlines() if '"exception"' in line or line.startswith("Traceback")]
    return Promise(
        name="«database is locked», exceptions in the logs", kept=not locked and not broken,
        detail=f"{locked}, {len(broken)}" + _examples(line[:300] for line in broken),
    )  # fmt: skip


def _those_beside_got_through(played: Played) -> Promise:
    faults = [f"{one['role']}: {fault}" for one in played.beside for fault in one["faults"]]
    done = ", ".join(f"{one['role']} {one['rounds']}" for one in played.beside)
    enough = len(played.beside) == 4 and all(one["rounds"] for one in played.beside)
    return Promise(
        name="three writers and a reader beside it",
        kept=enough and not faults,
        detail=f"rounds: {done}{_examples(faults)}",
    )


# Checks


def _late_checks_are_recorded(played: Played, kept: Kept) -> Promise:
    """A check that began after its grace has a row that says that it was missed."""
    allowed = _allowance(played)
    unreported, late = [], 0
    for name, polls in kept.polls.items():
        missed = {p.planned_at for p in polls if p.outcome is PollOutcome.MISSED}
        for poll in _done(polls)[1:]:  # the first was never planned
            if poll.late > allowed:
                late += 1
                if poll.planned_at not in missed:
                    unreported.append(f"{name} planned {_clock(poll.planned_at)} began {_clock(poll.started_at)}")
    return Promise(
        name="late checks without a row that says so", kept=not unreported,
        detail=f"{len(unreported)} of {late} that were more than {_hours(allowed)} late{_examples(unreported)}",
    )  # fmt: skip


def _gaps_are_recorded(played: Played, kept: Kept) -> Promise:
    """As a site sees it: where nobody came for longer than was promised, a row says why (missed, failed, asked for rest)."""
    longest = played.order.most + _allowance(played)
    unexplained, gaps = [], 0
    for site in played.sites:
        times = [hit.at for hit in played.far.of(site) if _is_check(site, hit.path, hit.agent)]
        rows = [p.started_at for p in kept.polls.get(site.name, ())]
        rows += [p.planned_at for p in kept.polls.get(site.name, ()) if p.outcome is PollOutcome.MISSED]
        for before, after in zip(times, [*times[1:], played.ended_at], strict=False):
            if after - before > longest:
                gaps += 1
                slack = dt.timedelta(seconds=played.order.factor)
                if not any(before + slack < at < after for at in rows):
                    unexplained.append(f"{site.name} {_clock(before)} to {_clock(after)}")
    return Promise(
        name="gaps that sites saw without a row", kept=not unexplained,
        detail=f"{len(unexplained)} of {gaps} that were longer than {_hours(longest)}{_examples(unexplained)}",
    )  # fmt: skip


def _nothing_is_recorded_falsely(played: Played, kept: Kept) -> Promise:
    """Where a row says that a check was missed, nobody came at its time. A life that ended meanwhile may have asked and not lived
    to write it down."""
    ends = [played.fast.start + dt.timedelta(seconds=(life.ended - played.fast.origin) * played.order.factor)
            for life in played.lives if life.ended is not None]  # fmt: skip
    false, missed = [], 0
    for site in played.sites:
        times = [hit.at for hit in played.far.of(site) if _is_check(site, hit.path, hit.agent)]
        for poll in kept.polls.get(site.name, ()):
            if poll.outcome is not PollOutcome.MISSED:
                continue
            missed += 1
            until = poll.planned_at + grace(played.order.every)
            came = [at for at in times if poll.planned_at <= at <= until]
            if came and not any(poll.planned_at <= end <= poll.started_at for end in ends):
                false.append(f"{site.name} planned {_clock(poll.planned_at)} asked {_clock(came[0])}")
    return Promise(
        name="missed checks that were none", kept=not false, detail=f"{len(false)} of {missed}{_examples(false)}"
    )


def _allowance(played: Played) -> dt.timedelta:
    return grace(played.order.every) + dt.timedelta(seconds=_LATE * played.order.factor)


def _done(polls: Sequence[PollRecord]) -> list[PollRecord]:
    return [p for p in polls if p.outcome is not PollOutcome.MISSED]


def _is_check(site: Site, path: str, agent: str) -> bool:
    return path == site.list_path and "beside" not in agent


# Articles


def _all_is_stored(played: Played, kept: Kept) -> Promise:
    published = [(s, a) for s in played.sites if s.character in WELL_BEHAVED for a in s.articles]
    absent = [f"{s.name} {a.id} of {_clock(a.published)}" for s, a in published if not kept.of(s, a)]
    twice = [f"{s.name} {a.id}" for s, a in published if len(kept.of(s, a)) > 1]
    return Promise(
        name="articles of well-behaved sites that were not stored, or twice", kept=not absent and not twice,
        detail=f"{len(absent)}, {len(twice)} of {len(published)}{_examples([*absent, *twice])}",
    )  # fmt: skip


def _one_status_each(kept: Kept) -> Promise:
    unsettled = [f"{a.id} {a.status}" for a in kept.articles if a.status in (Status.NEW, Status.QUARANTINED)]
    return Promise(
        name="articles without a final status", kept=not unsettled,
        detail=f"{len(unsettled)} of {len(kept.articles)} stored{_examples(unsettled)}",
    )  # fmt: skip


# Alerts


def _stories_are_told_once(played: Played, kept: Kept) -> Iterator[Promise]:
    """On each channel: what a well-behaved site printed after its first look must come, nothing may come twice unmarked."""
    due = {one.number for site, article, one in played.printed if site.character in WELL_BEHAVED
           and article.published > kept.baselines.get(site.name, played.ended_at)}  # fmt: skip
    titles = {one.number: one.title for _, _, one in played.printed}
    for lane in LANES:
        arrivals = played.channels.of(lane)
        absent, twice, marked = [], [], 0
        for number, title in titles.items():
            messages = [a for a in arrivals if title in a.text]
            if not messages and number in due:
                absent.append(title)
            marked += sum(a.marked for a in messages[1:])
            if any(not a.marked for a in messages[1:]):
                twice.append(title)
        yield Promise(
            name=f"stories not told, told twice on {lane}", kept=not absent and not twice,
            detail=f"{len(absent)}, {len(twice)} of {len(due)} due ({len(titles)} printed); {marked} marked as a possible repeat"
            + _examples([*absent, *twice]),
        )  # fmt: skip


def _nothing_else_is_told(played: Played) -> Promise:
    titles = [one.title for _, _, one in played.printed]
    others = [a.text for lane in LANES for a in played.channels.of(lane) if not any(t in a.text for t in titles)]
    return Promise(
        name="messages that tell no story", kept=not others,
        detail=f"{len(others)} of {sum(len(played.channels.of(lane)) for lane in LANES)}{_examples(o[:200] for o in others)}",
    )  # fmt: skip


def _hostile_sites_do_no_harm(played: Played) -> Promise:
    shouted = [a.lane for lane in LANES for a in played.channels.of(lane) if a.shouts]
    return Promise(
        name="connections to where no page may lead; mentions of everybody", kept=not played.far.trapped and not shouted,
        detail=f"{len(played.far.trapped)}; {len(shouted)}{_examples(Counter(shouted))}",
    )  # fmt: skip


def lags(played: Played, kept: Kept) -> dict[str, tuple[list[float], list[float]]]:
    """Minutes of fast time by kind of site: from publication to the store, and of stories to the first message that tells it."""
    found: defaultdict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for site in played.sites:
        since = kept.baselines.get(site.name)
        for article in site.articles:
            if since is not None and article.published > since and (stored := kept.of(site, article)):
                lag = stored[0].first_seen_at - article.published
                found[site.character.value][0].append(lag.total_seconds() / 60)
    firsts: dict[int, tuple[Site, DemoArticle, Story]] = {}
    for site, article, one in sorted(played.printed, key=lambda printed: printed[1].published):
        firsts.setdefault(one.number, (site, article, one))
    for site, article, one in firsts.values():
        arrived = [a.at for lane in LANES for a in played.channels.of(lane) if one.title in a.text]
        if arrived:
            found[site.character.value][1].append((min(arrived) - article.published).total_seconds() / 60)
    return dict(found)


def _examples(what: object) -> str:
    listed = [str(one) for one in what][:3]  # type: ignore[attr-defined]
    return f": {'; '.join(listed)}" if listed else ""


def _clock(at: dt.datetime) -> str:
    return f"{at:%d %H:%M}"


def _hours(span: dt.timedelta) -> str:
    return f"{span.total_seconds() / 3600:.1f} h"
