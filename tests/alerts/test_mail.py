"""Mail against a real SMTP server: what arrives, and what the server's replies and silences come to."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import ssl
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts import (
    Alert,
    AppriseSettings,
    Channel,
    ChannelKind,
    CheckableSender,
    Concern,
    EmailSettings,
    MailSecurity,
    Outcome,
    Secret,
    SendResult,
    Severity,
)
from alerts.mail import compose, submit
from alerts.model import AlertKind, Message, MessageForm
from alerts.render import default_renderer
from tests.alerts.mailbox import DROP, STALL, TAKE, Mailbox
from tests.alerts.samples import ALERT, NOW, alert, channel, receiver, rendered, sender

PASSWORD = "p@ss:w/o%rd?&# 密码"


def account(mailbox: Mailbox, **changes: Any) -> EmailSettings:
    base = EmailSettings(
        host=mailbox.host,
        port=mailbox.port,
        security=MailSecurity.NONE,
        from_address="保讯 <alerts@watch.example>",
        to=("wang@buyer.example", "李雷 <li@buyer.example>"),
        timeout=5.0,
    )
    return replace(base, **changes)


SETTINGS = EmailSettings(host="mail.example", from_address="a@watch.example", to=("b@buyer.example",))


def send(settings: EmailSettings, of: Alert = ALERT, *, repeat: bool = False) -> SendResult:
    return sender(channel(ChannelKind.EMAIL, settings)).send(rendered(ChannelKind.EMAIL, of, repeat=repeat))


def parts(message: EmailMessage) -> dict[str, str]:
    return {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}


def test_a_mail_arrives_with_its_subject_both_parts_and_both_recipients() -> None:
    with Mailbox() as mailbox:
        result = send(account(mailbox))
        assert result.outcome is Outcome.ACCEPTED
        assert "250" in result.reason
        message = mailbox.received[0]
    assert message["Subject"] == ALERT.title
    assert message["From"] == "保讯 <alerts@watch.example>"
    assert mailbox.recipients[0] == ("wang@buyer.example", "li@buyer.example")
    assert set(parts(message)) == {"text/plain", "text/html"}
    assert parts(message)["text/plain"].startswith(ALERT.title)
    assert ALERT.evidence in parts(message)["text/plain"]
    assert "<h1" in parts(message)["text/html"]
    assert ALERT.evidence in parts(message)["text/html"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Importance"] is None


def test_the_bytes_on_the_wire_are_ascii_with_an_encoded_subject() -> None:
    with Mailbox() as mailbox:
        raw = compose(rendered(ChannelKind.EMAIL), account(mailbox)).as_bytes()
    assert raw.isascii()
    assert b"Subject: =?utf-8?" in raw
    assert all(len(line) <= 998 for line in raw.splitlines())


def test_mails_of_one_thread_refer_to_one_root_and_a_repeat_has_the_first_ones_identity() -> None:
    with Mailbox() as mailbox:
        send(account(mailbox))
        send(account(mailbox), repeat=True)
        send(account(mailbox), alert("k-2"))
        send(account(mailbox), alert("k-3", thread="t-2", severity=Severity.URGENT))
        first, repeated, update, other = mailbox.received
    assert first["Message-ID"] == repeated["Message-ID"] != update["Message-ID"]
    assert first["References"] == update["References"] != other["References"]
    assert first["List-Id"] == other["List-Id"]
    assert repeated["Subject"].startswith("【可能重复】")
    assert other["Importance"] == "high"


def sent(message: Message, receiver_name: str = "team") -> EmailMessage:
    """The mail that a message becomes, as a mail program reads it."""
    to = replace(receiver(), name=receiver_name)
    composed = compose(default_renderer().render_message(message, ChannelKind.EMAIL, to, now=NOW), SETTINGS)
    return cast(EmailMessage, message_from_bytes(composed.as_bytes(), policy=SMTP_POLICY))


def message(key: str, form: MessageForm, *alerts: Alert) -> Message:
    return Message(key=key, receiver="team", channel="mail", form=form, alerts=alerts)


SINGLE, MERGED, DIGEST = MessageForm.SINGLE, MessageForm.MERGED, MessageForm.DIGEST


def test_an_update_begins_with_its_word_and_joins_what_it_updates() -> None:
    news = sent(message("k-1", SINGLE, ALERT))
    update = sent(message("k-2", SINGLE, alert("k-2", kind=AlertKind.UPDATE)))
    assert update["Subject"].startswith("更新：")
    assert update["References"] == news["References"]
    assert update["Message-ID"] != news["Message-ID"]


def test_the_digests_of_a_receiver_are_a_thread_of_their_own() -> None:
    one = sent(message("b-1", DIGEST, ALERT, alert("k-2")))
    next_ = sent(message("b-2", DIGEST, alert("k-3")))
    others = sent(message("b-1", DIGEST, ALERT), "somebody else")
    single = sent(message("k-1", SINGLE, ALERT))
    assert one["References"] == next_["References"]
    assert one["Message-ID"] != next_["Message-ID"]
    assert len({mail["References"] for mail in (one, others, single)}) == 3
    assert one["Subject"] == "晨报 · 2 条：result 2"


def test_a_merged_mail_joins_a_thread_only_where_it_is_all_of_one() -> None:
    single = sent(message("k-1", SINGLE, ALERT))
    alike = sent(message("b-1", MERGED, ALERT, alert("k-2")))
    mixed = sent(message("b-2", MERGED, ALERT, alert("k-3", thread="t-2")))
    assert alike["References"] == single["References"] != mixed["References"]


def test_an_urgent_alert_in_a_digest_makes_it_important() -> None:
    calm = sent(message("b-1", DIGEST, ALERT))
    urgent = sent(message("b-2", DIGEST, ALERT, alert("k-2", severity=Severity.URGENT)))
    assert (calm["Importance"], urgent["Importance"], urgent["X-Priority"]) == (None, "high", "1")
    assert urgent["List-Id"] == calm["List-Id"]


@pytest.mark.parametrize("form", [SINGLE, DIGEST])
def test_a_mail_fetches_nothing_from_afar(form: MessageForm) -> None:
    html = parts(sent(message("k", form, ALERT)))["text/html"]
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|@import|src=", html)
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html


def test_a_line_that_begins_with_a_dot_survives_and_does_not_end_the_mail() -> None:
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["Subject"] = "dots"
    mail.set_content(".\n..\n.end\n", cte="7bit")
    with Mailbox() as mailbox:
        assert submit(mail, account(mailbox)).outcome is Outcome.ACCEPTED
        assert parts(mailbox.received[0])["text/plain"].splitlines() == [".", "..", ".end"]


def test_a_header_cannot_be_smuggled_in_through_the_title() -> None:
    with Mailbox() as mailbox:
        send(account(mailbox), alert(title="x\r\nBcc: victim@evil.example\r\n\r\nbody"))
        message = mailbox.received[0]
    assert message["Bcc"] is None
    assert message["Subject"] == "x Bcc: victim@evil.example body"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("451 4.7.1 greylisted, try later", Outcome.RETRY),
        ("452 4.2.2 mailbox full", Outcome.RETRY),
        ("550 5.7.1 spam", Outcome.REFUSED),
        ("554 5.6.0 no", Outcome.REFUSED),
    ],
)
def test_the_reply_to_the_text_decides(reply: str, outcome: Outcome) -> None:
    with Mailbox() as mailbox:
        mailbox.script(reply)
        result = send(account(mailbox))
    assert (result.outcome, result.concerns) == (outcome, Concern.MESSAGE)
    assert reply.split(" ", 1)[1] in result.reason


@pytest.mark.parametrize(
    "reply", ["451 4.3.0 try again later", "452 4.3.1 system full", "452 no room", "421 4.4.2 late"]
)
def test_a_server_in_trouble_is_waited_for_like_one_that_is_down(reply: str) -> None:
    """Trouble of the channel is measured in days: an outage over a week-end must not cost an alert."""
    with Mailbox() as mailbox:
        mailbox.script(reply)
        result = send(account(mailbox))
    assert (result.outcome, result.concerns) == (Outcome.RETRY, Concern.CHANNEL)


@pytest.mark.parametrize("silence", [DROP, STALL])
def test_a_lost_reply_to_the_text_is_unknown(silence: str) -> None:
    with Mailbox() as mailbox:
        mailbox.script(silence)
        result = send(account(mailbox, timeout=0.4))
        assert len(mailbox.received) == 1, "it did arrive"
    assert (result.outcome, result.concerns) == (Outcome.UNKNOWN, Concern.CHANNEL)


def test_one_refused_address_does_not_keep_the_mail_from_the_others() -> None:
    with Mailbox() as mailbox:
        mailbox.refused["wang@buyer.example"] = "550 5.1.1 no such user"
        result = send(account(mailbox))
        assert mailbox.recipients == [("li@buyer.example",)]
    assert result.outcome is Outcome.ACCEPTED
    assert "wang@buyer.example: 550 5.1.1 no such user" in result.reason


def test_an_address_put_off_puts_off_the_whole_mail_before_any_text() -> None:
    with Mailbox() as mailbox:
        mailbox.refused["li@buyer.example"] = "450 4.2.1 busy"
        assert send(account(mailbox)).outcome is Outcome.RETRY
        assert not mailbox.received
        mailbox.refused.clear()
        assert send(account(mailbox)).outcome is Outcome.ACCEPTED
        assert len(mailbox.received) == 1


def test_all_addresses_refused_is_a_refusal() -> None:
    with Mailbox() as mailbox:
        mailbox.refused |= {"wang@buyer.example": "550 no", "li@buyer.example": "551 no"}
        assert send(account(mailbox)).outcome is Outcome.REFUSED
        assert not mailbox.received


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with Mailbox() as mailbox:
        gone = account(mailbox)
    result = send(gone)
    assert (result.outcome, result.concerns) == (Outcome.RETRY, Concern.CHANNEL)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server context with a certificate that nobody has signed."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(dt.datetime(2120, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_a_password_with_special_characters_opens_a_server_over_starttls(tls: ssl.SSLContext) -> None:
    """T21: in a URL these characters break; as fields they need no care."""
    with Mailbox(login=("user@watch.example", PASSWORD), tls=tls, require_tls=True) as mailbox:
        settings = account(
            mailbox,
            security=MailSecurity.STARTTLS,
            verify_tls=False,
            username="user@watch.example",
            password=Secret(PASSWORD),
        )
        assert send(settings).outcome is Outcome.ACCEPTED
        wrong = send(replace(settings, password=Secret("canary-wrong-password")))
        assert (wrong.outcome, wrong.concerns) == (Outcome.REFUSED, Concern.CHANNEL)
        assert "535" in wrong.reason
        assert "canary" not in wrong.reason
        checked = sender(channel(ChannelKind.EMAIL, settings))
        assert isinstance(checked, CheckableSender)
        assert checked.check().usable
        assert len(mailbox.received) == 1, "a check sends nothing"


def test_an_unsigned_certificate_is_not_trusted_and_nothing_is_sent(tls: ssl.SSLContext) -> None:
    with Mailbox(login=("user", PASSWORD), tls=tls, require_tls=True) as mailbox:
        settings = account(mailbox, security=MailSecurity.STARTTLS, username="user", password=Secret(PASSWORD))
        result = send(settings)
        assert result.outcome is Outcome.RETRY
        assert "certificate" in result.reason
        assert not mailbox.received


def test_a_server_without_starttls_is_refused_rather_than_used_in_clear() -> None:
    with Mailbox() as mailbox:
        assert send(account(mailbox, security=MailSecurity.STARTTLS)).outcome is Outcome.REFUSED
        assert not mailbox.received


def test_a_mailto_url_is_sent_by_us_too() -> None:
    with Mailbox() as mailbox:
        mailbox.script("550 no", TAKE)
        url = f"mailto://127.0.0.1:{mailbox.port}?from=a@watch.example&to=b@buyer.example"
        one = Channel(name="mail", kind=ChannelKind.APPRISE, settings=AppriseSettings(url=Secret(url)))
        carried = sender(one)
        assert carried.send(rendered(ChannelKind.EMAIL)).outcome is Outcome.REFUSED
        assert carried.send(rendered(ChannelKind.EMAIL)).outcome is Outcome.ACCEPTED
        assert mailbox.recipients[-1] == ("b@buyer.example",)
