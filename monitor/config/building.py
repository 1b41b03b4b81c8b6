"""From the configuration tree to the settings of the crawler, the database, the second opinion and subscriptions."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from crawler import AttachmentMode, CrawlSettings, SourceKind, SourceSpec
from monitor.config.model import Config, SourceConfig
from monitor.config.secrets import Secrets
from monitor.errors import ConfigError, ConfigProblem
from monitor.second_opinion import SecondOpinionSettings
from monitor.websub import LEAST_KEY, Signing


def build_crawl_settings(config: Config) -> CrawlSettings:
    """The crawler's manners."""
    c = config.crawler
    return CrawlSettings(
        user_agent=c.user_agent,
        obey_robots=c.obey_robots,
        delay=c.delay.total_seconds(),
        timeout=c.timeout.total_seconds(),
        retries=c.retries,
        max_body=c.max_body,
        max_articles=c.max_articles,
        deadline=c.deadline.total_seconds(),
    )


def build_source(source: SourceConfig) -> SourceSpec:
    """A source as the crawler sees it."""
    return SourceSpec(
        name=source.name,
        kind=SourceKind(source.kind),
        urls=source.addresses,
        publisher=source.publisher,
        lang=source.lang,
        encoding=source.encoding,
        verify_tls=source.verify_tls,
        allow_private=source.allow_private,
        attachments=AttachmentMode(source.attachments),
        delay=source.delay.total_seconds() if source.delay is not None else None,
        page=source.page,
        warm_up=source.warm_up,
        rest=source.rest.total_seconds() if source.rest is not None else None,
        options=dict(source.options),
    )


def build_database_url(config: Config, environment: Mapping[str, str] = os.environ) -> str:
    """The database URL with its password, and a SQLite file placed in `data_dir`. Raises `ConfigError`."""
    storage = config.storage
    secrets = Secrets(environment)
    password = secrets.get("storage.password", env=storage.password_env, file=storage.password_file)
    if secrets.problems:
        raise ConfigError("configuration", tuple(secrets.problems))
    try:
        url = make_url(storage.url)
    except ArgumentError as exc:
        problem = ConfigProblem("storage.url", None, "is no database URL", "write sqlite:///baoxun.sqlite3")
        raise ConfigError("configuration", (problem,)) from exc
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str(storage.data_dir / url.database))
    if password:
        url = url.set(password=password.reveal())
    return url.render_as_string(hide_password=False)


def build_websub(config: Config, environment: Mapping[str, str] = os.environ) -> Signing | None:
    """What subscriptions with hubs are made with, None where there are none. Raises `ConfigError` for a missing or weak key."""
    wanted, where = config.websub, "websub"
    if not wanted.enabled:
        return None
    secrets = Secrets(environment)
    key = secrets.get(where, env=wanted.key_env, file=wanted.key_file)
    problems = list(secrets.problems)
    if not problems and len(key.reveal()) < LEAST_KEY:
        hint = "make one with: openssl rand -hex 32"
        problems.append(ConfigProblem(where, None, f"the key has less than {LEAST_KEY} characters", hint))
    if not config.web.enabled:
        hint = "write `web: {enabled: true}`, or take `callback_url` out"
        problems.append(ConfigProblem(where, None, "hubs cannot call: the daemon's pages are off", hint))
    if problems:
        raise ConfigError("configuration", tuple(problems))
    return Signing(callback_url=wanted.callback_url, reveal_key=key.reveal)


def build_second_opinion(config: Config, environment: Mapping[str, str] = os.environ) -> SecondOpinionSettings | None:
    """Whom to ask about undecided articles, None where that is not enabled. Raises `ConfigError` for a missing key."""
    wanted = config.monitor.second_opinion
    if not wanted.enabled:
        return None
    where = "monitor.second_opinion"
    secrets = Secrets(environment)
    key = secrets.get(where, env=wanted.key_env, file=wanted.key_file)
    problems = list(secrets.problems)
    if not all("!" <= char <= "~" for char in key.reveal()):
        problems.append(ConfigProblem(where, None, "the key holds blanks or other signs that no HTTP header may", ""))
    if problems:
        raise ConfigError("configuration", tuple(problems))
    return SecondOpinionSettings(
        url=wanted.url,
        model=wanted.model,
        reveal_key=key.reveal,
        tokens_per_day=wanted.tokens_per_day,
        timeout=wanted.timeout.total_seconds(),
        at_once=wanted.at_once,
        extra=dict(wanted.extra),
    )
