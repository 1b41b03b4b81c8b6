"""Mail: the message with its two parts and threading headers, and its submission over SMTP.

Outcomes follow RFC 5321: a 4xx reply is RETRY, 5xx is REFUSED. A connection lost before the text was written is RETRY;
lost between the text and the reply to it, UNKNOWN. `Message-ID` is made of the alert's key, so that a repeated message
has the identity of the first and mail systems that merge by it show one; `References` joins the thread.
"""

from __future__ import annotations

import base64
import hashlib
import re
import smtplib
import socket
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import formatdate, getaddresses, parseaddr
from typing import Final

from alerts import escape
from alerts.model import CheckResult, Concern, EmailSettings, MailSecurity, Outcome, Rendered, SendResult, Severity
from alerts.pack import cut

_PORTS: Final = {MailSecurity.NONE: 25, MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465}
_SERVER_IN_TROUBLE: Final = frozenset({421, 452})
"""RFC 5321, 4.2.3: the service is not available, there is no room."""
_STATUS: Final = re.compile(r"4\.(\d)\.\d{1,3}\b")
_OF_THE_SYSTEM: Final = ("3", "4")
"""RFC 3463, 3.4 and 3.5: the mail system or the network; other subjects are an address, a mailbox, a text, a policy."""
_LINE_START_DOT: Final = re.compile(rb"(?m)^\.")
_ADDRESS: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


def problem(settings: EmailSettings) -> str | None:
    """What is wrong with the settings as written; None where nothing is."""
    if not settings.host or re.search(r"[\s/@]", settings.host):
        return "the mail server's host is missing or malformed"
    if not settings.to:
        return "no address to write to"
    wrong = [a for a in (settings.from_address, *settings.to) if not _ADDRESS.fullmatch(parseaddr(a)[1])]
    if wrong:
        return f"{wrong[0]!r} is no mail address"
    if not 0 <= settings.port <= 65535:
        return f"port {settings.port} does not exist"
    if bool(settings.username) != bool(settings.password):
        return "a user name and a password go together"
    if settings.password and settings.security is MailSecurity.NONE and not _is_local(settings.host):
        return "the password would travel in clear: use starttls or tls"
    return None


def compose(message: Rendered, settings: EmailSettings, *, date: float | None = None) -> EmailMessage:
    """The mail: text and HTML parts, subject in any script (RFC 2047), threading and list headers.

    `date` is in seconds since 1970; None takes the clock.
    """
    name, sender = parseaddr(settings.from_address)
    domain = sender.rpartition("@")[2]
    thread = f"<thread.{_digest(message.receiver, message.thread)}@{domain}>"
    mail = EmailMessage(policy=SMTP_POLICY.clone(max_line_length=76))
    mail["Subject"] = cut(escape.one_line(message.title), 200)
    mail["From"] = Address(display_name=name, addr_spec=sender)
    mail["To"] = [Address(display_name=n, addr_spec=a) for n, a in getaddresses(settings.to)]
    mail["Date"] = formatdate(date)
    mail["Message-ID"] = f"<{_digest(message.receiver, message.key)}@{domain}>"
    mail["In-Reply-To"] = thread
    mail["References"] = thread
    mail["List-Id"] = f"<{_digest(message.receiver)[:12]}.alerts.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    if message.severity is Severity.URGENT:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"  # what Foxmail and QQ Mail read
    mail.set_content(message.body, cte="base64")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="base64")
    return mail


def submit(mail: EmailMessage, settings: EmailSettings) -> SendResult:
    """Hand the mail to the server, once, for all addresses of the channel.

    An address that is put off (4xx) puts off the whole mail before any text is written, so that nobody gets it twice;
    one that is refused (5xx) is named in the reason, and the others get the mail.
    """
    try:
        connection = _connect(settings)
    except smtplib.SMTPResponseException as exc:
        return _reply(exc.smtp_code, exc.smtp_error, "the server did not let us in", Concern.CHANNEL)
    except smtplib.SMTPNotSupportedError as exc:
        return SendResult(outcome=Outcome.REFUSED, reason=f"the server cannot do that: {exc}", concerns=Concern.CHANNEL)
    except ssl.SSLError:
        return _not_connected("TLS was not agreed (certificate? security setting?)")
    except (smtplib.SMTPException, OSError) as exc:
        return _not_connected(type(exc).__name__)
    try:
        return _transact(connection, mail, settings)
    finally:
        _close(connection)


def probe(settings: EmailSettings) -> CheckResult:
    """Connect, secure and log in as for a mail, and leave. Sends nothing."""
    try:
        connection = _connect(settings)
    except smtplib.SMTPResponseException as exc:
        return CheckResult(
            usable=False, detail=f"the server did not let us in: {exc.smtp_code} {_said(exc.smtp_error)}"
        )
    except (smtplib.SMTPException, OSError) as exc:
        return CheckResult(usable=False, detail=f"no connection to {settings.host} ({type(exc).__name__})")
    _close(connection)
    return CheckResult(usable=True, detail=f"{settings.host} lets us in")


def _connect(settings: EmailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if not settings.verify_tls:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = settings.port or _PORTS[settings.security]
    # The name for EHLO; left to smtplib it would be looked up in the DNS, which takes seconds on machines without one.
    name = socket.gethostname() if "." in socket.gethostname() else "[127.0.0.1]"
    connection: smtplib.SMTP
    if settings.security is MailSecurity.TLS:
        connection = smtplib.SMTP_SSL(settings.host, port, name, timeout=settings.timeout, context=context)
    else:
        connection = smtplib.SMTP(settings.host, port, name, timeout=settings.timeout)
    try:
        connection.ehlo_or_helo_if_needed()
        if settings.security is MailSecurity.STARTTLS:
            connection.starttls(context=context)
            connection.ehlo()
        if settings.username:
            _log_in(connection, settings.username, settings.password.reveal())
    except (smtplib.SMTPException, OSError):
        _close(connection)
        raise
    return connection


def _log_in(connection: smtplib.SMTP, username: str, password: str) -> None:
    if (username + password).isascii():
        connection.login(username, password)
        return
    # smtplib encodes credentials as ASCII only; RFC 4616 has them in UTF-8.
    plain = base64.b64encode(f"\0{username}\0{password}".encode()).decode()
    code, said = connection.docmd("AUTH", f"PLAIN {plain}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _transact(connection: smtplib.SMTP, mail: EmailMessage, settings: EmailSettings) -> SendResult:
    text_written = False
    try:
        code, said = connection.mail(
            parseaddr(settings.from_address)[1], ["BODY=8BITMIME"] * connection.has_extn("8bitmime")
        )
        if code != 250:
            return _reply(code, said, "sender", Concern.CHANNEL)
        refused = []
        for address in (parseaddr(to)[1] for to in settings.to):
            code, said = connection.rcpt(address)
            if 400 <= code < 500 or code == -1:
                return _reply(code, said, address, Concern.MESSAGE)
            if code not in (250, 251):
                refused.append(f"{address}: {code} {_said(said)}")
        if len(refused) == len(settings.to):
            return SendResult(outcome=Outcome.REFUSED, reason="; ".join(refused))
        code, said = connection.docmd("DATA")
        if code != 354:
            return _reply(code, said, "text", Concern.MESSAGE)
        text_written = True
        connection.send(_LINE_START_DOT.sub(b"..", mail.as_bytes()).removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, said = connection.getreply()
    except (smtplib.SMTPException, OSError) as exc:
        if text_written:
            reason = f"the text was sent, but the connection broke before the reply ({type(exc).__name__})"
            return SendResult(outcome=Outcome.UNKNOWN, reason=reason, concerns=Concern.CHANNEL)
        return _not_connected(type(exc).__name__)
    if code != 250:
        return _reply(code, said, "text", Concern.MESSAGE)
    partly = f", but not for {'; '.join(refused)}" if refused else ""
    return SendResult(outcome=Outcome.ACCEPTED, reason=f"SMTP 250 {_said(said)}{partly}")


def _reply(code: int, said: bytes | str, about: str, concerns: Concern) -> SendResult:
    outcome = Outcome.REFUSED if 500 <= code < 600 else Outcome.RETRY
    if outcome is Outcome.RETRY and _is_of_the_server(code, _said(said)):
        concerns = Concern.CHANNEL
    return SendResult(outcome=outcome, reason=f"SMTP {code} ({about}): {_said(said)}".rstrip(": "), concerns=concerns)


def _is_of_the_server(code: int, said: str) -> bool:
    """Whether the next message would fare the same: it waits for the server then, for days, and not for some hours."""
    status = _STATUS.match(said)
    return status[1] in _OF_THE_SYSTEM if status else code in _SERVER_IN_TROUBLE


def _not_connected(why: str) -> SendResult:
    return SendResult(outcome=Outcome.RETRY, reason=f"no connection to the server: {why}", concerns=Concern.CHANNEL)


def _close(connection: smtplib.SMTP) -> None:
    """Leave politely where it is still possible; the outcome is known by then."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _said(text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return cut(escape.one_line(words), 160)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
