"""The packaged configuration is one that the real loader accepts, and with it the real crawler finds every article."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path

from crawler import CrawledArticle, CrawlJob, CrawlReport, SourceState, canonicalise, crawl, run_with_reactor
from monitor.config import Config, load_config
from monitor.config.building import build_crawl_settings, build_source
from monitor.demo import demo_config
from monitor.demo.finews import BROKEN_POST
from tests.demo.conftest import Web


def load(web: Web, folder: Path) -> Config:
    path = folder / "config.yaml"
    path.write_text(demo_config(web.site.base_url), encoding="utf-8")
    return load_config(path)


def test_it_is_a_configuration_like_any_other(web: Web, tmp_path: Path) -> None:
    """The loader of `config.yaml` takes it, its sources stay on the sample web, and none waits between requests."""
    config = load(web, tmp_path)
    assert {s.kind for s in config.sources} == {"listing", "feed", "api"}
    assert len(config.enabled_sources) == len(config.sources) == 8
    for source in config.sources:
        assert all(address.startswith(f"{web.site.base_url}/") for address in source.addresses)
        assert source.delay is not None
        assert source.delay.total_seconds() == 0
        assert source.every.total_seconds() < 10


def test_no_placeholder_is_left(web: Web) -> None:
    """The address is filled in everywhere, and the packaged file has it nowhere."""
    assert "{base}" not in demo_config(web.site.base_url)
    packaged = files("monitor.demo").joinpath("config.yaml").read_text(encoding="utf-8")
    assert "127.0.0.1" not in packaged


def test_the_crawler_finds_every_article(web: Web, tmp_path: Path) -> None:
    """Three polls of all sources: the baseline, then everything else, then nothing, told by 304; all as written."""
    config = load(web, tmp_path)
    settings = build_crawl_settings(config)
    known: set[str] = set()
    states: dict[str, SourceState] = {}

    async def poll() -> list[CrawledArticle]:
        jobs = [
            CrawlJob(
                source=build_source(source),
                settings=settings,
                known=frozenset(known),
                state=states.get(source.name, SourceState()),
            )
            for source in config.sources
        ]
        reports: list[CrawlReport] = await asyncio.gather(*(crawl(job) for job in jobs))
        for report in reports:
            assert [f for f in report.failures if not f.url.endswith(BROKEN_POST)] == []
            states[report.source] = report.state
        found = [article for report in reports for article in report.articles]
        known.update(key for article in found for key in (article.canonical_url, *article.keys))
        return found

    async def rounds() -> tuple[list[CrawledArticle], ...]:
        baseline = await poll()
        web.site.release_all()
        return baseline, await poll(), await poll()

    baseline, later, nothing = run_with_reactor(rounds)
    written = {canonicalise(web.site.url_of(a)): a for a in web.site.articles}
    broken = canonicalise(f"{web.site.base_url}{BROKEN_POST}")
    assert {a.canonical_url for a in later} == {url for url, a in written.items() if not a.baseline}
    unseen = {url for url, a in written.items() if a.baseline} - {a.canonical_url for a in baseline}
    assert unseen == set()
    assert nothing == []
    for article in (a for a in (*baseline, *later) if a.canonical_url != broken):
        due = written[article.canonical_url]
        assert (article.title, article.source, article.lang) == (due.title, due.source, due.lang)
