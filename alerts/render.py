"""Prints messages in the form their channel wants: mail, chat Markdown, Slack's mrkdwn or plain text, in zh or en.

One alert is printed in full: headline, what changed, what happened in one line, facts, the evidence sentence, the link,
other copies. Several make a desk note: a headline that counts them, then a compact entry for each. What they say is made
by `contents`, fitted by `pack`, and escaped by the templates' environment (`templating`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from alerts import escape, pack
from alerts.contents import NameOf, Setting, alert_content, alert_marks, note_content, note_marks, source_line
from alerts.desknote import loudest
from alerts.model import Alert, ChannelKind, Message, MessageForm, Receiver, Rendered, Severity, require_aware
from alerts.payload import payload
from alerts.routes import RouteOptions
from alerts.templating import Form, Sort, load
from alerts.wording import wording

DEFAULT_COPIES: Final = 5
"""Other copies listed where the route says nothing."""

GROUP_BY: Final = ("topic", "stage")
"""Labels by which a desk note is divided where nothing is said: the widest first."""

_NO_LIMIT: Final = 1_000_000
_HTML_LIMIT: Final = 100_000
"""Bytes of a mail's HTML part: Gmail hides what comes after 102 KB."""

_BLANK_LINES: Final = re.compile(r"\n{3,}")
_LINE_ENDS: Final = re.compile(r"[ \t]+$", re.M)
_COLOURS: Final = {Severity.INFO: "#2f6f9f", Severity.NOTICE: "#1c64c8", Severity.URGENT: "#c92a2a"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """The form of one kind of channel and the size of its body in UTF-8 bytes.

    `headline` is whether the body opens with the title, where the channel does not show it by itself.
    """

    form: Form
    budget: int = _NO_LIMIT
    headline: bool = True


# Sizes: WeCom, "markdown content, at most 4096 bytes"; DingTalk and Feishu, requests of at most 20,000 bytes, less room
# for the JSON around; ServerChan, `desp` of 32 KB; PushPlus, 20,000 characters; Slack, 40,000 characters, kept to what a
# reader will scroll.
SHAPES: Final[Mapping[ChannelKind, Shape]] = {
    ChannelKind.CONSOLE: Shape(form=Form.PLAIN),
    ChannelKind.EMAIL: Shape(form=Form.PLAIN),
    ChannelKind.WECOM: Shape(form=Form.MARKDOWN, budget=4096),
    ChannelKind.DINGTALK: Shape(form=Form.MARKDOWN, budget=18_000),
    ChannelKind.FEISHU: Shape(form=Form.MARKDOWN, budget=18_000, headline=False),
    ChannelKind.SERVERCHAN: Shape(form=Form.MARKDOWN, budget=30_000, headline=False),
    ChannelKind.PUSHPLUS: Shape(form=Form.MARKDOWN, budget=20_000, headline=False),
    ChannelKind.SLACK: Shape(form=Form.SLACK, budget=12_000),
    ChannelKind.WEBHOOK: Shape(form=Form.PLAIN),
    ChannelKind.APPRISE: Shape(form=Form.CHAT, budget=4000),
}

_Print = Callable[[Form, int], str]
"""(markup, bytes) → the message in that markup, fitted."""


class Renderer:
    """Renders messages. `templates` may hold files named as in this package's `templates/`, which then win.

    Desk notes are divided by the values of the labels `group_by`; `name_of` says what people call such a value. Raises
    jinja2.TemplateError for a file that is no template.
    """

    def __init__(
        self,
        templates: Path | None = None,
        *,
        group_by: Sequence[str] = GROUP_BY,
        name_of: NameOf = lambda label, value, lang: value,
    ) -> None:
        self._templates = load(templates)
        self._group_by, self._name_of = tuple(group_by), name_of

    def render(
        self,
        alert: Alert,
        kind: ChannelKind,
        receiver: Receiver,
        *,
        options: RouteOptions = RouteOptions(),  # noqa: B008 a frozen value
        repeat: bool = False,
        budget: int | None = None,
        now: dt.datetime | None = None,
    ) -> Rendered:
        """One alert for one channel of one receiver, in full; otherwise as `render_message`."""
        message = Message(
            key=alert.key,
            receiver=receiver.name,
            channel="",
            form=MessageForm.SINGLE,
            alerts=(alert,),
            lang=options.lang,
            max_copies=options.max_copies,
        )
        return self.render_message(message, kind, receiver, repeat=repeat, budget=budget, now=now)

    def render_message(
        self,
        message: Message,
        kind: ChannelKind,
        receiver: Receiver,
        *,
        repeat: bool = False,
        budget: int | None = None,
        now: dt.datetime | None = None,
    ) -> Rendered:
        """A message as its channel takes it.

        `repeat` marks what may have arrived before. `budget` (bytes) replaces the kind's own where smaller. The time left
        to a deadline is counted from `now`; left out, from the newest alert. Raises jinja2.TemplateError where a replaced
        template is faulty.
        """
        setting = self._setting(message.lang, receiver, repeat, now)
        title, print_ = self._printed(message, kind, setting)
        return Rendered(
            key=message.key,
            thread=_thread(message),
            receiver=receiver.name,
            title=title,
            body=print_(SHAPES[kind].form, _limit(kind, budget)),
            html=print_(Form.HTML, _HTML_LIMIT) if kind is ChannelKind.EMAIL else "",
            data=payload(message, title=title, repeat=repeat) if kind is ChannelKind.WEBHOOK else {},
            severity=loudest(message.alerts),
            repeat=repeat,
        )

    def room(
        self,
        alerts: Sequence[Alert],
        kind: ChannelKind,
        receiver: Receiver,
        form: MessageForm,
        *,
        lang: str | None = None,
        budget: int | None = None,
        now: dt.datetime | None = None,
    ) -> int:
        """How many of the alerts, from the first, one message holds without leaving anything out; at least 1.

        There is room to mark the message as a possible repeat, should it come to that.
        """
        if form is MessageForm.SINGLE:
            return 1
        setting = self._setting(lang, receiver, True, now)

        def fits(count: int) -> bool:
            note = note_content(alerts[:count], form, setting)
            printed = self._note_printer(SHAPES[kind].form, kind, alerts[:count], setting)(note)
            if pack.size(printed) > _limit(kind, budget):
                return False
            if kind is not ChannelKind.EMAIL:
                return True
            return pack.size(self._note_printer(Form.HTML, kind, alerts[:count], setting)(note)) <= _HTML_LIMIT

        unlimited = _limit(kind, budget) == _NO_LIMIT and kind is not ChannelKind.EMAIL
        return len(alerts) if unlimited and fits(len(alerts)) else _most(len(alerts), fits)

    def _setting(self, lang: str | None, receiver: Receiver, repeat: bool, now: dt.datetime | None) -> Setting:
        require_aware(now, "now")
        return Setting(
            words=wording(lang or receiver.lang),
            zone=ZoneInfo(receiver.timezone),
            now=now,
            repeat=repeat,
            urgent_within=receiver.urgency.deadline_within,
            group_by=self._group_by,
            name_of=self._name_of,
        )

    def _printed(self, message: Message, kind: ChannelKind, setting: Setting) -> tuple[str, _Print]:
        """The title and the way to print a message."""
        if message.form is MessageForm.SINGLE:
            (alert,) = message.alerts
            copies = DEFAULT_COPIES if message.max_copies is None else message.max_copies
            content = alert_content(alert, copies, setting)
            title = escape.plain(alert_marks(alert, setting) + content.title)
            return title, lambda form, limit: pack.fit(content, self._alert_printer(form, kind, alert, setting), limit)
        alerts, note = message.alerts, note_content(message.alerts, message.form, setting)
        title = escape.plain(note_marks(alerts, setting) + note.title)
        return title, lambda form, limit: pack.fit_note(note, self._note_printer(form, kind, alerts, setting), limit)

    def _alert_printer(self, form: Form, kind: ChannelKind, alert: Alert, setting: Setting) -> pack.Printer:
        around = _around(kind, (alert,), setting) | {
            "kind": alert.kind.value,
            "marks": alert_marks(alert, setting),
            "source": source_line(alert, setting),
        }
        return lambda content: self._print(form, Sort.ALERT, content=content, **around)

    def _note_printer(
        self, form: Form, kind: ChannelKind, alerts: Sequence[Alert], setting: Setting
    ) -> pack.NotePrinter:
        around = _around(kind, alerts, setting) | {"marks": note_marks(alerts, setting)}
        return lambda note: self._print(form, Sort.NOTE, note=note, **around)

    def _print(self, form: Form, sort: Sort, **values: Any) -> str:
        printed = _LINE_ENDS.sub("", self._templates[form, sort].render(**values))
        return _BLANK_LINES.sub("\n\n", printed).strip()


@cache
def default_renderer() -> Renderer:
    """The renderer with the package's own templates, compiled once."""
    return Renderer()


def _around(kind: ChannelKind, alerts: Sequence[Alert], setting: Setting) -> dict[str, Any]:
    """What every template may use."""
    severity = loudest(alerts)
    return {
        "words": setting.words,
        "severity": severity,
        "colour": _COLOURS[severity],
        "repeat": setting.repeat,
        "headline": SHAPES[kind].headline,
    }


def _limit(kind: ChannelKind, budget: int | None) -> int:
    return SHAPES[kind].budget if budget is None else min(SHAPES[kind].budget, budget)


def _thread(message: Message) -> str:
    """What a mail program files it under. A receiver's digests follow one another; several threads at once are a message
    of its own, for it would drag them into one conversation."""
    if message.form is MessageForm.DIGEST:
        return "form:digest"
    threads = {alert.thread for alert in message.alerts}
    return threads.pop() if len(threads) == 1 else message.key


def _most(total: int, fits: Callable[[int], bool]) -> int:
    """The largest count up to `total` that fits, found by doubling and then halving; 1 where none does."""
    low, high = 1, 2
    while high <= total and fits(high):
        low, high = high, high * 2
    high = min(high, total + 1)  # `low` fits or is 1; `high` does not fit or is too many
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
