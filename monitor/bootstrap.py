"""The composition root: the only place where things are wired together. Tests override parts by keyword."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import random
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

from alerts import AlertsError, Desk, Receiver, Redactor, Rules, Secret, Sender, build_senders, secrets_of
from crawler import CrawlSettings, Manners, SourceDefinitionError, SourceSpec, crawl, post_form, run_with_reactor
from crawler import check_source as check_definition
from monitor import log
from monitor.alerting import StoreBook, Wording, build_renderer, worded
from monitor.archive import Archive
from monitor.backfill_crawl import BackfillCrawler
from monitor.care import Care, advice, backup_folder
from monitor.clock import Clock, system_clock
from monitor.config import Config, SourceConfig
from monitor.config.building import (
    build_crawl_settings,
    build_database_url,
    build_second_opinion,
    build_source,
    build_websub,
)
from monitor.config.channel_building import build_receivers
from monitor.config.rule_building import build_rules
from monitor.contacts import json_without_contacts
from monitor.errors import ConfigError, ConfigProblem, DatabaseDamagedError
from monitor.hub_calls import HubCalls, Post
from monitor.importing import Importing
from monitor.ingest import Crawl, Poller
from monitor.second_opinion import SecondOpinionSettings
from monitor.second_opinion.asking import SecondOpinion
from monitor.service import Service
from monitor.storage import Database, Store, upgrade
from monitor.subscribing import Subscribing
from monitor.taxonomy import Vocabulary, load_vocabulary
from monitor.websub import Signing
from monitor.workdays import ChinaCalendar

T = TypeVar("T")

_REDACTOR = Redactor(())
"""Knows the secrets of every application that this process built, and forgets none: what is under way may log an old one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What stays for the life of a process, whatever becomes of its configuration."""

    database: Database
    store: Store
    archive: Archive
    care: Care
    crawl: Crawl
    post: Post
    clock: Clock
    environment: Mapping[str, str]
    stream: TextIO
    chance: Callable[[], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """Everything that a command needs, built from one configuration."""

    config: Config
    vocabulary: Vocabulary
    poller: Poller
    service: Service
    receivers: tuple[Receiver, ...]
    rules: Rules
    desk: Desk
    senders: Mapping[tuple[str, str], Sender]
    ground: Ground

    @property
    def database(self) -> Database:
        return self.ground.database

    @property
    def store(self) -> Store:
        return self.ground.store

    @property
    def archive(self) -> Archive:
        return self.ground.archive

    @property
    def care(self) -> Care:
        return self.ground.care

    @property
    def clock(self) -> Clock:
        return self.ground.clock


@dataclass(frozen=True, kw_only=True, slots=True)
class _Settled:
    """What a configuration says, made into values: all of it that can be wrong. Nothing is opened yet."""

    config: Config
    vocabulary: Vocabulary
    receivers: tuple[Receiver, ...]
    rules: Rules
    senders: Mapping[tuple[str, str], Sender]
    asked: SecondOpinionSettings | None
    crawling: CrawlSettings
    specs: Mapping[str, SourceSpec]
    signing: Signing | None


@contextlib.contextmanager
def build_app(
    config: Config,
    *,
    clock: Clock = system_clock,
    crawl_with: Crawl | None = None,
    environment: Mapping[str, str] = os.environ,
    stream: TextIO | None = None,
    chance: Callable[[], float] = random.random,
) -> Iterator[App]:
    """Build the application and close it at the end of the block.

    An embedded SQLite database is brought to this program's schema (after a backup); another must be upgraded by hand.
    `stream` takes what console channels print. Raises `ConfigError`, `DatabaseUnreachableError`,
    `SchemaOutdatedError`, `VocabularyError`.
    """
    stream = stream or sys.stdout
    settled = _settle(config, environment, stream)
    database = open_database(config, environment)
    archive = Archive(config.storage.data_dir / "raw")
    with contextlib.closing(database), contextlib.closing(archive):
        if database.is_sqlite:
            upgrade(database, clock())
        store = open_store(config, database)
        manners = Manners()
        ground = Ground(
            database=database,
            store=store,
            archive=archive,
            care=Care(config=config, store=store, archive=archive),
            crawl=crawl_with or functools.partial(crawl, manners=manners),
            post=functools.partial(post_form, manners=manners),
            clock=clock,
            environment=environment,
            stream=stream,
            chance=chance,
        )
        yield _assemble(settled, ground)


def rebuild(app: App, config: Config) -> App:
    """An application of another configuration on the same ground: database, archive, manners. `app` is not touched.

    Raises what `build_app` raises of a configuration, and `StorageError` where new sources cannot be given their rows.
    """
    return _assemble(_settle(config, app.ground.environment, app.ground.stream), app.ground)


def _settle(config: Config, environment: Mapping[str, str], stream: TextIO) -> _Settled:
    vocabulary = load_vocabulary(config.monitor.vocabulary)
    config = worded(config, Wording(vocabulary).sentence)
    receivers = build_receivers(config, environment)
    asked = build_second_opinion(config, environment)
    signing = build_websub(config, environment)
    keys = [made.reveal_key() for made in (asked, signing) if made is not None]
    _hide_in_logs(*secrets_of(receivers), *map(Secret, keys))
    return _Settled(
        config=config,
        vocabulary=vocabulary,
        receivers=receivers,
        rules=build_rules(config, receivers, ChinaCalendar()),
        senders=build_all_senders(receivers, stream),
        asked=asked,
        crawling=build_crawl_settings(config),
        specs=build_specs(config),
        signing=signing,
    )


def _assemble(settled: _Settled, ground: Ground) -> App:
    config, store, clock = settled.config, ground.store, ground.clock
    raw = ground.archive if config.storage.keep_raw else None
    poller = Poller(crawl=ground.crawl, settings=settled.crawling, specs=settled.specs, archive=raw)
    desk = Desk(
        rules=settled.rules,
        senders=settled.senders,
        book=StoreBook(store),
        renderer=build_renderer(),
        jitter=ground.chance,
    )
    service = Service(
        config=config,
        store=store,
        vocabulary=settled.vocabulary,
        poller=poller,
        past=BackfillCrawler(crawl=ground.crawl, settings=settled.crawling, specs=settled.specs, archive=raw),
        importing=Importing(store=store, archive=raw, clock=clock),
        desk=desk,
        clock=clock,
        opinions=SecondOpinion(settled.asked, store, clock) if settled.asked else None,
        subscribing=_subscribing(settled, settled.signing, ground) if settled.signing else None,
        chance=ground.chance,
    )
    service.register_sources()
    return App(
        config=config,
        vocabulary=settled.vocabulary,
        poller=poller,
        service=service,
        receivers=settled.receivers,
        rules=settled.rules,
        desk=desk,
        senders=settled.senders,
        ground=ground,
    )


def _subscribing(settled: _Settled, signing: Signing, ground: Ground) -> Subscribing:
    return Subscribing(
        config=settled.config,
        store=ground.store,
        calls=HubCalls(post=ground.post, settings=settled.crawling, specs=settled.specs),
        signing=signing,
        clock=ground.clock,
        chance=ground.chance,
    )


def open_database(config: Config, environment: Mapping[str, str] = os.environ) -> Database:
    """The configured database, opened. Raises `ConfigError`, `DatabaseUnreachableError`, `DatabaseDamagedError`."""
    database = Database(build_database_url(config, environment))
    _hide_in_logs(Secret(str(database.url.password or "")))
    try:
        database.ping()
    except DatabaseDamagedError as exc:
        raise DatabaseDamagedError(exc.url, exc.cause, advice(backup_folder(config))) from exc
    return database


def open_store(config: Config, database: Database) -> Store:
    """The store on it, which keeps what pages say of contact persons, or does not."""
    keeps = config.storage.retention.contacts == "keep"
    return Store(database) if keeps else Store(database, json_without_contacts)


def _hide_in_logs(*secrets: Secret) -> None:
    """Hide these, too, in every line that the program logs."""
    _REDACTOR.learn(secret for secret in secrets if secret.reveal())
    log.hide_with(_REDACTOR.text)


def build_specs(config: Config) -> dict[str, SourceSpec]:
    """Every configured source, enabled or not, as the crawler sees it."""
    return {source.name: build_source(source) for source in config.sources}


def build_all_senders(receivers: tuple[Receiver, ...], stream: TextIO) -> Mapping[tuple[str, str], Sender]:
    """A sender for every channel. Raises `ConfigError` where a channel cannot work as written."""
    try:
        return build_senders(receivers, stream)
    except AlertsError as exc:
        raise ConfigError("configuration", (ConfigProblem("alerts.receivers", None, str(exc), ""),)) from exc


def run_async(main: Callable[[], Coroutine[Any, Any, T]], *, crawling: bool = True) -> T:
    """Run a coroutine to its end; with the crawler's reactor on its loop where something is to be crawled."""
    return run_with_reactor(main) if crawling else asyncio.run(main())


def check_source(source: SourceConfig) -> str:
    """Empty, or what is wrong with a source's definition, in words for people."""
    try:
        check_definition(build_source(source))
    except SourceDefinitionError as exc:
        return str(exc)
    return ""
