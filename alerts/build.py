"""Builds a sender for every channel of every receiver, or says which channel cannot work and why, hiding secrets."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import TextIO

from alerts import mail, posting
from alerts.errors import ChannelDefinitionError
from alerts.model import (
    AppriseSettings,
    Channel,
    ChannelKind,
    ConsoleSettings,
    EmailSettings,
    Outcome,
    Receiver,
    Rendered,
    RobotSettings,
    SendResult,
    WebhookSettings,
)
from alerts.redact import Redactor, channel_secrets, guard, secrets_of
from alerts.robots import ROBOTS, Robot
from alerts.secret import Secret
from alerts.send import AppriseSender, ConsoleSender, carried_by_apprise, native_sender, read_url


def build_senders(
    receivers: Sequence[Receiver], stream: TextIO
) -> Mapping[tuple[str, str], AppriseSender | ConsoleSender]:
    """A sender for each (receiver name, channel name). The console channels write to `stream`.

    Raises ChannelDefinitionError at the first channel that cannot work as written. From then on the leaky
    loggers (`redact.LEAKY_LOGGERS`) print the channels' secrets as `[hidden]`.
    """
    guard(secrets_of(receivers))
    senders: dict[tuple[str, str], AppriseSender | ConsoleSender] = {}
    for receiver in receivers:
        for channel in receiver.channels:
            if (receiver.name, channel.name) in senders:
                raise ChannelDefinitionError(receiver.name, channel.name, "there are two channels of this name")
            senders[receiver.name, channel.name] = _build(receiver.name, channel, stream)
    return senders


def _build(receiver: str, channel: Channel, stream: TextIO) -> AppriseSender | ConsoleSender:
    redactor = Redactor(channel_secrets(channel))

    def refuse(problem: str, hint: str = "") -> ChannelDefinitionError:
        return ChannelDefinitionError(receiver, channel.name, redactor.text(problem), hint)

    match channel.kind, channel.settings:
        case ChannelKind.CONSOLE, ConsoleSettings():
            return ConsoleSender(stream)
        case ChannelKind.EMAIL, EmailSettings() as account:
            if found := mail.problem(account):
                raise refuse(found)
            return carried_by_apprise(
                lambda message: mail.submit(mail.compose(message, account), account),
                lambda: mail.probe(account),
                redactor,
            )
        case (
            ChannelKind.WECOM
            | ChannelKind.DINGTALK
            | ChannelKind.FEISHU
            | ChannelKind.SERVERCHAN
            | ChannelKind.PUSHPLUS
            | ChannelKind.SLACK,
            RobotSettings() as settings,
        ):
            robot = ROBOTS[channel.kind]
            if not posting.is_web_address(robot.address(settings.address)):
                raise refuse(f"this is no address of a {robot.name} robot", "copy the whole webhook address")
            return _robot_sender(robot, settings, redactor)
        case ChannelKind.WEBHOOK, WebhookSettings() as webhook:
            if not posting.is_web_address(webhook.address):
                raise refuse("this is no http(s) address")
            if wrong := [name for name, value in webhook.headers.items() if not _is_header(name, value)]:
                raise refuse(f"the header {wrong[0]!r} cannot be sent", "letters, digits and ASCII marks, on one line")
            return _webhook_sender(webhook, redactor)
        case ChannelKind.APPRISE, AppriseSettings(url=url):
            try:
                found_by_apprise = read_url(url)
            except ValueError as exc:
                # `from None`: the cause carries the URL in its text.
                raise refuse(str(exc), "see the page of the service at appriseit.com for its URL") from None
            if isinstance(found_by_apprise, tuple):
                kind, ours = found_by_apprise
                return _build(receiver, Channel(name=channel.name, kind=kind, settings=ours), stream)
            return native_sender(found_by_apprise, redactor)
        case _:
            raise refuse(f"a {channel.kind.value} channel does not take {type(channel.settings).__name__}")


def _is_header(name: str, value: Secret) -> bool:
    return bool(re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) and re.fullmatch(r"[\x20-\x7e]*", value.reveal()))


def _robot_sender(robot: Robot, settings: RobotSettings, redactor: Redactor) -> AppriseSender:
    def courier(message: Rendered) -> SendResult:
        request = robot.compose(message, settings, time.time())
        reply = posting.post(request, timeout=settings.timeout, explain=robot.explain)
        return reply if isinstance(reply, SendResult) else robot.read(reply)

    return carried_by_apprise(courier, lambda: posting.probe(robot.address(settings.address)), redactor)


def _webhook_sender(settings: WebhookSettings, redactor: Redactor) -> AppriseSender:
    def courier(message: Rendered) -> SendResult:
        # A lone surrogate from a broken page cannot be encoded; the rest of the alert can.
        body = json.dumps({**message.data, "text": message.body}, ensure_ascii=False).encode(errors="replace")
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": message.key}
        headers |= {name: value.reveal() for name, value in settings.headers.items()}
        request = posting.Post(address=settings.address, body=body, headers=headers)
        reply = posting.post(request, timeout=settings.timeout)
        if isinstance(reply, SendResult):
            return reply
        return SendResult(outcome=Outcome.ACCEPTED, reason=f"HTTP {reply.status}")

    return carried_by_apprise(courier, lambda: posting.probe(settings.address), redactor)
