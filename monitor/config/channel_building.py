"""From receivers as they are written to receivers as the alerts package takes them, with their secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping

from alerts import (
    AppriseSettings,
    AtOnce,
    Cadence,
    Channel,
    ChannelKind,
    ConsoleSettings,
    Days,
    Digest,
    EmailSettings,
    Grouped,
    MailSecurity,
    QuietHours,
    Receiver,
    RobotSettings,
    Secret,
    Urgency,
    WebhookSettings,
    parse_matcher,
)
from alerts.model import ChannelSettings
from monitor.config.alerts_model import (
    AppriseChannel,
    ChannelConfig,
    ConsoleChannel,
    EmailChannel,
    ReceiverConfig,
    RobotChannel,
    WebhookChannel,
)
from monitor.config.cadence_model import Deliver, DigestConfig, QuietConfig, UrgentConfig
from monitor.config.model import Config
from monitor.config.secrets import Secrets
from monitor.errors import ConfigError


def build_receivers(config: Config, environment: Mapping[str, str] = os.environ) -> tuple[Receiver, ...]:
    """Receivers with their secrets. Raises `ConfigError` naming every secret that is missing; `AlertsError` for an
    urgent matcher that cannot be read."""
    secrets = Secrets(environment)
    receivers = tuple(_receiver(r, secrets) for r in config.alerts.receivers)
    if secrets.problems:
        raise ConfigError("configuration", tuple(secrets.problems))
    return receivers


def build_cadence(deliver: Deliver) -> Cadence:
    """A cadence as the alerts package takes it."""
    if deliver == "at_once":
        return AtOnce()
    if deliver.digest is not None:
        return _digest(deliver.digest)
    assert deliver.grouped is not None, "the model sees to it that one of them is there"
    return Grouped(wait=deliver.grouped.wait, interval=deliver.grouped.interval, by=deliver.grouped.by)


def _digest(digest: DigestConfig) -> Digest:
    return Digest(at=digest.at, days=Days(digest.days))


def _quiet(quiet: QuietConfig) -> QuietHours:
    return QuietHours(start=quiet.start, end=quiet.end, days=Days(quiet.days), rest_days=quiet.rest_days)


def _urgency(urgent: UrgentConfig) -> Urgency:
    return Urgency(
        deadline_within=urgent.deadline_within, matchers=tuple(parse_matcher(sentence) for sentence in urgent.match)
    )


def _receiver(receiver: ReceiverConfig, secrets: Secrets) -> Receiver:
    return Receiver(
        name=receiver.name,
        lang=receiver.language,
        timezone=receiver.timezone,
        cadence=build_cadence(receiver.deliver),
        digest=_digest(receiver.digest) if receiver.digest else None,
        quiet=_quiet(receiver.quiet) if receiver.quiet else None,
        urgency=_urgency(receiver.urgent),
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
