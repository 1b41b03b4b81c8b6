"""`/metrics`: a reading of the vitals in the words of Prometheus.

Counts that must only grow are kept in the database with what they count, so that a restart is no reset. What can also shrink (an
article's status changes when it is replayed, a delivery's when it is sent again) is a gauge, in which each article and each
delivery stands exactly once. Labels are names out of the configuration and closed sets of words, never addresses or titles.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.errors import MonitorError
from monitor.operations import ConditionKind
from monitor.records import PollOutcome
from monitor.vitals import Vitals
from monitor.web.health import Watched
from monitor.websub import SubscriptionState

log = structlog.get_logger()

KEEP = dt.timedelta(seconds=5)
"""How long one reading serves: however many ask, the database is read no more often."""

UNANSWERED = "begun"

Lanes = Mapping[tuple[str, str], dt.datetime | None]
"""By (receiver, channel): since when it is in such trouble that it is not tried; None where it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReloadResult:
    """What came of reading the configuration anew."""

    at: dt.datetime
    ok: bool


class Readings(Collector):
    """Collects from a reading that is at most `KEEP` old. What cannot be read is left out, and said to be."""

    def __init__(
        self,
        *,
        read: Callable[[dt.datetime], Vitals],
        lanes: Callable[[], Lanes],
        watched: Callable[[], Watched | None],
        reloaded: Callable[[], ReloadResult | None],
        clock: Callable[[], dt.datetime],
        version: str,
    ) -> None:
        self._read, self._lanes, self._watched, self._reloaded = read, lanes, watched, reloaded
        self._clock, self._version = clock, version
        self._lock = threading.Lock()
        self._last: tuple[Vitals, Lanes, float] | None = None

    def describe(self) -> tuple[Metric, ...]:
        """Nothing is read when the collector is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All families. Asked from one thread at a time: the others wait for its reading and share it."""
        now = self._clock()
        with self._lock:
            reading, problem = self._fresh(now)
        yield InfoMetricFamily("baoxun_build", "The program that answers.", {"version": self._version})
        yield _gauge("baoxun_reading_success", "Whether database and disk could be read for this answer.", not problem)
        if reading is not None:
            vitals, lanes, seconds = reading
            yield _gauge("baoxun_reading_seconds", "How long reading database and disk took.", seconds)
            yield from _of_vitals(vitals, now)
            yield from _of_lanes(lanes)
        yield from _of_daemon(self._watched())
        yield from _of_reload(self._reloaded())

    def _fresh(self, now: dt.datetime) -> tuple[tuple[Vitals, Lanes, float] | None, str]:
        # A clock that was set back must not keep an old reading for hours.
        if self._last is not None and dt.timedelta(0) <= now - self._last[0].at < KEEP:
            return self._last, ""
        began = time.perf_counter()
        try:
            self._last = (self._read(now), self._lanes(), time.perf_counter() - began)
        except (MonitorError, OSError) as exc:
            log.warning("metrics cannot be read", problem=str(exc))
            self._last = None
            return None, str(exc)
        return self._last, ""


def metrics_router(readings: Readings) -> APIRouter:
    """The page, in the form that the one who asks prefers (Prometheus' text or OpenMetrics)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(readings)
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    router = APIRouter()

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(await asyncio.to_thread(encode, registry), headers={"content-type": content_type})

    return router


def _of_vitals(vitals: Vitals, now: dt.datetime) -> Iterator[Metric]:
    yield from _of_polls(vitals, now)
    yield from _of_articles(vitals, now)
    yield from _of_alerts(vitals, now)
    yield from _of_lags(vitals)
    yield from _of_state(vitals)


def _of_polls(vitals: Vitals, now: dt.datetime) -> Iterator[Metric]:
    yield _gauge("baoxun_sources", "Enabled sources.", vitals.sources)
    polls = CounterMetricFamily(
        "baoxun_polls", "Checks of a source, by what became of them.", labels=("source", "outcome")
    )
    requests = CounterMetricFamily("baoxun_poll_requests", "Requests that checks of a source took.", labels=("source",))
    asked: dict[str, int] = {}
    for tally in vitals.polls:
        polls.add_metric((tally.source, _word(tally.outcome)), tally.polls)
        asked[tally.source] = asked.get(tally.source, 0) + tally.requests
    for source, count in asked.items():
        requests.add_metric((source,), count)
    yield polls
    yield requests
    ended = (
        vitals.last_poll.ended_at if vitals.last_poll and vitals.last_poll.outcome is not PollOutcome.MISSED else None
    )
    yield _moment("baoxun_last_poll_timestamp_seconds", "When the last check ended; 0 before the first.", ended)
    yield _gauge("baoxun_sources_overdue", "Sources whose check should have been over by now.", vitals.overdue)
    yield _age(
        "baoxun_sources_overdue_seconds", "Since when the first of them waits for its check.", vitals.overdue_since, now
    )


def _of_articles(vitals: Vitals, now: dt.datetime) -> Iterator[Metric]:
    stored = CounterMetricFamily("baoxun_articles_stored", "Articles stored, by source.", labels=("source",))
    for source, count in vitals.stored.items():
        stored.add_metric((source,), count)
    yield stored
    articles = GaugeMetricFamily(
        "baoxun_articles",
        "Stored articles, each once, by the status it has now; new: not understood yet.",
        labels=("status",),
    )
    for status, count in vitals.articles.items():
        articles.add_metric((_word(status),), count)
    yield articles
    yield _age("baoxun_articles_pending_seconds", "How long the oldest article without a verdict has waited.",
               vitals.pending_since, now)  # fmt: skip


def _of_alerts(vitals: Vitals, now: dt.datetime) -> Iterator[Metric]:
    yield _gauge("baoxun_alerts_unrouted", "Alerts of which it is not decided who gets them.", vitals.not_admitted)
    deliveries = GaugeMetricFamily(
        "baoxun_deliveries", "Deliveries of alerts, each once, by the state it has now.",
        labels=("receiver", "channel", "state"),
    )  # fmt: skip
    for (receiver, channel, state), count in vitals.deliveries.items():
        deliveries.add_metric((receiver, channel, _word(state)), count)
    yield deliveries
    attempts = CounterMetricFamily(
        "baoxun_send_attempts",
        "Attempts to send a message whose outcome is known.",
        labels=("receiver", "channel", "outcome"),
    )
    unanswered = 0
    for (receiver, channel, outcome), count in vitals.attempts.items():
        if outcome == UNANSWERED:
            unanswered += count
        else:
            attempts.add_metric((receiver, channel, _word(outcome)), count)
    yield attempts
    yield _gauge(
        "baoxun_send_attempts_unanswered",
        "Attempts that are under way, or whose answer was lost in a crash.",
        unanswered,
    )
    yield _gauge("baoxun_deliveries_held", "Deliveries that wait for a later time, as they should.", vitals.held)
    yield _gauge("baoxun_deliveries_due", "Deliveries whose time has come.", vitals.due)
    yield _age(
        "baoxun_waiting_seconds",
        "How long the oldest article, alert or due delivery has waited.",
        vitals.waiting_since,
        now,
    )


def _of_lags(vitals: Vitals) -> Iterator[Metric]:
    lags = GaugeMetricFamily(
        "baoxun_lag_seconds",
        "How long a hop took for nine in ten (0.9), and so on, over the last day.",
        labels=("hop", "quantile"),
    )
    counted = GaugeMetricFamily("baoxun_lag_measured", "How many were measured over the last day.", labels=("hop",))
    for hop, lag in vitals.lags.items():
        for quantile, seconds in (("0.5", lag.median), ("0.9", lag.p90), ("0.99", lag.p99), ("1", lag.longest)):
            lags.add_metric((hop.value, quantile), seconds)
        counted.add_metric((hop.value,), lag.count)
    yield lags
    yield counted


def _of_state(vitals: Vitals) -> Iterator[Metric]:
    conditions = GaugeMetricFamily(
        "baoxun_conditions", "Troubles that operators were told of and that last.", labels=("kind",)
    )
    for kind in ConditionKind:
        conditions.add_metric((kind.value,), sum(c.kind is kind for c in vitals.conditions))
    yield conditions
    subscriptions = GaugeMetricFamily(
        "baoxun_subscriptions", "Subscriptions with hubs, as they stand.", labels=("state",)
    )
    for state in SubscriptionState:
        subscriptions.add_metric((state.value,), vitals.subscriptions.get(state.value, 0))
    yield subscriptions
    told = CounterMetricFamily(
        "baoxun_hub_notifications", "What hubs delivered, by whether it was believed.", labels=("outcome",)
    )
    for outcome, count in vitals.notifications.items():
        told.add_metric((outcome,), count)
    yield told
    yield _moment("baoxun_heartbeat_timestamp_seconds", "When the last sign of life was queued; 0 within a week of none.",
                  vitals.heartbeat_at)  # fmt: skip
    yield InfoMetricFamily("baoxun_schema", "The database's schema.", {"revision": vitals.schema})
    yield _gauge("baoxun_disk_free_bytes", "Room on the disk that holds the data.", vitals.room.free)
    yield _gauge("baoxun_disk_size_bytes", "Size of that disk.", vitals.room.total)
    yield _gauge("baoxun_database_size_bytes", "Size of the database.", vitals.room.database)
    yield _gauge("baoxun_raw_pages_size_bytes", "Size of the archive of raw pages.", vitals.room.raw)


def _of_lanes(lanes: Lanes) -> Iterator[Metric]:
    resting = GaugeMetricFamily(
        "baoxun_channel_resting",
        "Whether a channel is in such trouble that it is not tried.",
        labels=("receiver", "channel"),
    )
    for (receiver, channel), since in lanes.items():
        resting.add_metric((receiver, channel), since is not None)
    yield resting


def _of_daemon(daemon: Watched | None) -> Iterator[Metric]:
    if daemon is None:
        return
    yield _gauge("baoxun_worker_stuck", "Whether the worker makes no progress.", bool(daemon.stuck()))
    yield _gauge("baoxun_sources_planned", "Sources whose next check is planned, or under way.", len(daemon.watched()))
    yield _gauge(
        "baoxun_work_in_trouble", "Kinds of work that database or disk refuse for now.", len(daemon.troubles())
    )


def _of_reload(last: ReloadResult | None) -> Iterator[Metric]:
    """As Prometheus says it of itself: a start counts as a successful load."""
    yield _gauge("baoxun_config_last_reload_successful", "Whether the configuration in use is the one on the disk.",
                 last is None or last.ok)  # fmt: skip
    yield _moment("baoxun_config_last_reload_timestamp_seconds", "When it was last read anew; 0 since the start.",
                  last.at if last else None)  # fmt: skip


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _age(name: str, meaning: str, since: dt.datetime | None, now: dt.datetime) -> Metric:
    return _gauge(name, f"{meaning} 0: none.", max((now - since).total_seconds(), 0.0) if since else 0.0)


def _moment(name: str, meaning: str, at: dt.datetime | None) -> Metric:
    return _gauge(name, meaning, at.timestamp() if at else 0.0)


def _word(value: str) -> str:
    """A state or outcome as a label's value: one word, since that is how queries are typed."""
    return str(value).replace(" ", "_")
