"""From the configuration tree to the settings objects of the two leaves; secrets are read here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from alerts import (
    AlertsError,
    AppriseSettings,
    Channel,
    ChannelKind,
    ConsoleSettings,
    EmailSettings,
    MailSecurity,
    Receiver,
    RobotSettings,
    Route,
    RouteTree,
    Secret,
    WebhookSettings,
    parse_matcher,
)
from alerts.model import ChannelSettings
from crawler import AttachmentMode, CrawlSettings, SourceKind, SourceSpec
from monitor.config.model import (
    AppriseChannel,
    ChannelConfig,
    Config,
    ConsoleChannel,
    EmailChannel,
    ReceiverConfig,
    RobotChannel,
    RouteConfig,
    SourceConfig,
    WebhookChannel,
)
from monitor.errors import ConfigError, ConfigProblem
from monitor.second_opinion import SecondOpinionSettings


class Secrets:
    """Looks up named secrets and collects what is missing, so that all of it is reported at once."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self.problems: list[ConfigProblem] = []

    def get(self, where: str, *, env: str = "", file: str = "", required: bool = False) -> Secret:
        """The secret named by an environment variable or a file; both given is a problem, so is neither if required."""
        if env and file:
            self._problem(where, "names both a variable and a file", "keep one of them")
        elif env:
            if value := self._environment.get(env, ""):
                return Secret(value)
            self._problem(where, f"environment variable {env} is not set", f"export {env}=… before starting")
        elif file:
            try:
                return Secret(Path(file).read_text(encoding="utf-8").strip())
            except (OSError, UnicodeDecodeError) as exc:
                self._problem(where, f"cannot read the secret file {file}: {exc}", "")
        elif required:
            self._problem(where, "needs a secret", "name a variable or a file")
        return Secret("")

    def _problem(self, where: str, message: str, hint: str) -> None:
        self.problems.append(ConfigProblem(where, None, message, hint))


def build_receivers(config: Config, environment: Mapping[str, str] = os.environ) -> tuple[Receiver, ...]:
    """Receivers with their secrets. Raises `ConfigError` naming every secret that is missing."""
    secrets = Secrets(environment)
    receivers = tuple(_receiver(r, secrets) for r in config.alerts.receivers)
    if secrets.problems:
        raise ConfigError("configuration", tuple(secrets.problems))
    return receivers


def build_routes(config: Config) -> RouteTree:
    """The route tree. Raises `ConfigError` for a matcher that cannot be read or a route that can never match."""
    try:
        return RouteTree(root=_route(config.alerts.route), receivers=tuple(r.name for r in config.alerts.receivers))
    except AlertsError as exc:
        raise ConfigError("configuration", (ConfigProblem("alerts.route", None, str(exc), ""),)) from exc


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


def _receiver(receiver: ReceiverConfig, secrets: Secrets) -> Receiver:
    return Receiver(
        name=receiver.name,
        lang=receiver.language,
        timezone=receiver.timezone,
        channels=tuple(
            Channel(
                name=channel.name or channel.kind,
                kind=ChannelKind(channel.kind),
                settings=_settings(
                    channel, f"receiver {receiver.name}, channel {channel.name or channel.kind}", secrets
                ),
            )
            for channel in receiver.channels
        ),
    )


def _settings(channel: ChannelConfig, where: str, secrets: Secrets) -> ChannelSettings:
    match channel:
        case ConsoleChannel():
            return ConsoleSettings()
        case EmailChannel():
            return EmailSettings(
                host=channel.host,
                port=channel.port,
                security=MailSecurity(channel.security),
                username=channel.username,
                password=secrets.get(where, env=channel.password_env, file=channel.password_file),
                from_address=channel.sender,
                to=channel.to,
                verify_tls=channel.verify_tls,
            )
        case RobotChannel():
            return RobotSettings(
                address=secrets.get(where, env=channel.url_env, file=channel.url_file, required=True),
                signing=secrets.get(where, env=channel.secret_env, file=channel.secret_file),
            )
        case WebhookChannel():
            address = Secret(channel.url) if channel.url else None
            return WebhookSettings(
                address=address or secrets.get(where, env=channel.url_env, file=channel.url_file, required=True),
                headers={name: secrets.get(where, env=env) for name, env in channel.headers_env.items()},
            )
        case AppriseChannel():
            return AppriseSettings(url=secrets.get(where, env=channel.url_env, file=channel.url_file, required=True))


def _route(route: RouteConfig) -> Route:
    return Route(
        name=route.name,
        matchers=tuple(parse_matcher(sentence) for sentence in route.match),
        receivers=route.receivers,
        continue_=route.continue_,
        routes=tuple(_route(child) for child in route.routes),
    )
