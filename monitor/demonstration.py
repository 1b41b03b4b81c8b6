"""The demo: the real service against the sample web, on a throw-away database."""

from __future__ import annotations

import asyncio
import contextlib
import io
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from monitor.bootstrap import App, build_app, run_async
from monitor.config import Config
from monitor.config.reading import parse_config
from monitor.daemon.schedule import Daemon, Event
from monitor.demo.expected import Mismatch, SeenAlert, compare, expected_alerts
from monitor.demo.site import DemoSite
from monitor.records import ArticleFilter, Status, StoredAlert, StoredArticle
from monitor.service import PollSummary

CONFIG = "config.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoReport:
    """What a demo brought: the alerts as sent, and what is wrong with them (nothing, one hopes)."""

    articles: int
    duplicates: int
    expected: int
    alerts: tuple[dict[str, Any], ...]
    mismatches: tuple[Mismatch, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "articles": self.articles,
            "duplicates": self.duplicates,
            "expected": self.expected,
            "alerts": list(self.alerts),
            "mismatches": [{"fault": m.fault.value, "subject": m.subject, "detail": m.detail} for m in self.mismatches],
            "seconds": round(self.seconds, 2),
        }


def run_demo(
    *, once: bool, port: int, quiet: bool, on_event: Callable[[Event], None], tell: Callable[[str], None]
) -> DemoReport:
    """Serve the sample web and watch it: `once` everything at once, else until interrupted. `quiet` prints no alert."""
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="baoxun-demo-") as folder,
        DemoSite(port=port, held=True) as site,
        build_app(demo_config(site.base_url, Path(folder)), stream=io.StringIO() if quiet else sys.stdout) as app,
    ):
        if once:
            run_async(lambda: _once(app, site))
        else:
            tell(f"样站 sample web: {site.base_url}/ (open it in a browser); stop with Ctrl-C")
            run_async(lambda: _until_interrupted(app, site, on_event))
        return _report(app, site, time.monotonic() - started)


def demo_config(base_url: str, folder: Path) -> Config:
    """The demo's configuration for a sample web at `base_url`, keeping its data in `folder`."""
    text = (resources.files("monitor.demo") / CONFIG).read_text(encoding="utf-8").replace("{base}", base_url)
    return parse_config(text, file=f"demo/{CONFIG}", base=folder)


async def _once(app: App, site: DemoSite) -> None:
    """Two rounds, as a daemon lives them: the baseline, then what appears afterwards."""
    names = [s.name for s in app.config.enabled_sources]
    for last in (False, True):
        if last:
            site.release_all()
        await asyncio.gather(*(app.service.poll(name) for name in names))
        await app.service.process_pending()
        await app.service.deliver_due()


async def _until_interrupted(app: App, site: DemoSite, on_event: Callable[[Event], None]) -> None:
    """New articles appear once every source has been seen as it was before."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # no signals for loops on that platform
            loop.add_signal_handler(number, stop.set)
    unseen = {source.name for source in app.config.enabled_sources}

    def seen(event: Event) -> None:
        if isinstance(event, PollSummary):
            unseen.discard(event.source)
            if not unseen:
                site.start_clock()
        on_event(event)

    await Daemon(app.service, on_event=seen).run(stop)


def _report(app: App, site: DemoSite, seconds: float) -> DemoReport:
    with app.store.reading() as unit:
        sent = tuple(reversed(unit.outbox.recent(1000)))
        leads = [unit.articles.get(alert.article_id) if alert.article_id else None for alert in sent]
        total = unit.articles.count(ArticleFilter())
        duplicates = unit.articles.count(ArticleFilter(status=Status.DUPLICATE))
    told = zip(sent, leads, strict=True)
    pairs = [(alert, lead) for alert, lead in told if lead is not None and not alert.payload["minor"]]
    return DemoReport(
        articles=total,
        duplicates=duplicates,
        expected=len(expected_alerts(site.articles)),
        alerts=tuple(_as_sent(alert, lead) for alert, lead in pairs),
        mismatches=compare(_seen(pairs), site.articles),
        seconds=seconds,
    )


def _seen(pairs: Sequence[tuple[StoredAlert, StoredArticle]]) -> list[SeenAlert]:
    return [
        SeenAlert(
            url=lead.article.url,
            topics=lead.topics,
            stage=lead.stage or None,
            update=lead.update or None,
            facts=lead.trail.get("facts", {}),
        )
        for _, lead in pairs
    ]


def _as_sent(alert: StoredAlert, lead: StoredArticle) -> dict[str, Any]:
    return {
        "key": alert.alert_key,
        "title": alert.payload["title"],
        "summary": alert.payload["summary"],
        "url": lead.article.url,
        "topics": list(lead.topics),
        "stage": lead.stage or None,
        "update": lead.update or None,
        "facts": lead.trail.get("facts", {}),
        "state": alert.state.value,
    }
