"""Secrets: hidden wherever Python prints, and in logs and tracebacks in every spelling."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
from dataclasses import asdict, replace
from urllib.parse import quote

import pytest

from alerts import HIDDEN, AppriseSettings, ChannelKind, EmailSettings, Receiver, Redactor, Secret, secrets_of
from tests.alerts.samples import channel, receiver, robot

TEXT = 'pä55/w:o@rd "quoted"'


def test_a_secret_prints_as_hidden_everywhere() -> None:
    secret = Secret(TEXT)
    settings = EmailSettings(host="h", from_address="a@b.c", to=("d@e.f",), username="u", password=secret)
    for shown in (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{secret} {secret!r}",
        repr(settings),
        repr(asdict(settings)),
    ):
        assert TEXT not in shown
        assert HIDDEN in shown
    assert secret.reveal() == TEXT


def test_a_secret_refuses_to_be_pickled_written_as_json_or_changed() -> None:
    secret = Secret(TEXT)
    for refuse in (lambda: pickle.dumps(secret), lambda: json.dumps(secret)):
        with pytest.raises(TypeError) as caught:
            refuse()
        assert TEXT not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(AttributeError):
        secret.text = "x"  # type: ignore[attr-defined]


def test_a_secret_survives_copies_and_compares_by_its_text() -> None:
    secret = Secret(TEXT)
    assert copy.deepcopy(secret) == secret == Secret(TEXT) == Secret(secret)
    assert secret != TEXT
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert not Secret("")
    assert secret


def record_of(log: logging.Logger, redactor: Redactor) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(redactor)
    log.addHandler(handler)
    try:
        try:
            raise ValueError(f"cannot open {TEXT}")
        except ValueError:
            log.exception("tried %s and %s", TEXT, quote(TEXT, safe=""), extra={"address": TEXT})
    finally:
        log.removeHandler(handler)
    return stream.getvalue()


def test_the_filter_hides_message_arguments_and_traceback() -> None:
    printed = record_of(logging.Logger("x"), Redactor([Secret(TEXT)]))
    assert TEXT not in printed
    assert quote(TEXT, safe="") not in printed
    assert printed.count(HIDDEN) >= 3
    assert "Traceback" in printed


def test_the_filter_survives_a_malformed_log_call() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "%d %d", (TEXT,), None)
    assert Redactor([Secret(TEXT)]).filter(record)
    assert "pä55" not in record.getMessage()


def test_the_key_inside_an_address_is_hidden_on_its_own_and_its_words_are_not() -> None:
    key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    team = receiver(robot(ChannelKind.WECOM, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}"))
    redactor = Redactor(secrets_of([team]))
    assert redactor.text(f'"POST /cgi-bin/webhook/send?key={key} HTTP/1.1" 200') == (
        f'"POST /cgi-bin/webhook/send?key={HIDDEN} HTTP/1.1" 200'
    )


def test_a_password_in_a_url_is_hidden_in_both_spellings() -> None:
    url = "mailtos://user:p%40ss@mail.example?from=a@b.example"
    redactor = Redactor(secrets_of([receiver(channel(ChannelKind.APPRISE, AppriseSettings(url=Secret(url))))]))
    assert redactor.text("p%40ss p@ss user") == f"{HIDDEN} {HIDDEN} user"


def test_the_longest_secret_is_hidden_first() -> None:
    assert Redactor([Secret("abcd"), Secret("abcdefgh")]).text("abcdefgh") == HIDDEN


def test_without_secrets_nothing_changes() -> None:
    assert Redactor(secrets_of([Receiver(name="r")])).text("as it is") == "as it is"
    assert replace(receiver(), name="x").name == "x"
