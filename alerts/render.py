"""Prints an alert in the form its channel wants: mail, chat Markdown, Slack's mrkdwn or plain text, in zh or en.

Order in every form: headline, what happened in one line, facts, the evidence sentence, the link, other copies. All
values are escaped for the format by the template environment itself, so a template cannot forget to. Templates run in
Jinja's sandbox; those of the package may be replaced one by one from a directory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from alerts import escape, pack
from alerts.model import Alert, ChannelKind, Link, Receiver, Rendered, Severity
from alerts.routes import RouteOptions
from alerts.wording import Wording, wording

DEFAULT_COPIES: Final = 5
"""Other copies listed where the route says nothing."""

_NO_LIMIT: Final = 1_000_000
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_COLOURS: Final = {Severity.INFO: "#2f6f9f", Severity.NOTICE: "#1c64c8", Severity.URGENT: "#c92a2a"}


class Form(StrEnum):
    """The markup that a channel reads."""

    PLAIN = "plain.txt"
    MARKDOWN = "markdown.md"
    SLACK = "slack.txt"
    HTML = "email.html"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """The form of one kind of channel and the size of its body in UTF-8 bytes.

    `headline` is whether the body opens with the title, where the channel does not show it by itself.
    """

    form: Form
    budget: int = _NO_LIMIT
    headline: bool = True


# Sizes: WeCom, "markdown content, at most 4096 bytes"; DingTalk and Feishu, requests of at most 20,000 bytes, less room
# for the JSON around; ServerChan, `desp` of 32 KB; Slack, 40,000 characters, kept to what a reader will scroll.
SHAPES: Final[Mapping[ChannelKind, Shape]] = {
    ChannelKind.CONSOLE: Shape(form=Form.PLAIN),
    ChannelKind.EMAIL: Shape(form=Form.PLAIN),
    ChannelKind.WECOM: Shape(form=Form.MARKDOWN, budget=4096),
    ChannelKind.DINGTALK: Shape(form=Form.MARKDOWN, budget=18_000),
    ChannelKind.FEISHU: Shape(form=Form.MARKDOWN, budget=18_000, headline=False),
    ChannelKind.SERVERCHAN: Shape(form=Form.MARKDOWN, budget=30_000, headline=False),
    ChannelKind.SLACK: Shape(form=Form.SLACK, budget=12_000),
    ChannelKind.WEBHOOK: Shape(form=Form.PLAIN),
    ChannelKind.APPRISE: Shape(form=Form.PLAIN, budget=4000),
}


class Renderer:
    """Renders alerts. `templates` may hold files named as in this package's `templates/`, which then win."""

    def __init__(self, templates: Path | None = None) -> None:
        loader: BaseLoader = PackageLoader("alerts", "templates")
        if templates is not None:
            loader = ChoiceLoader([FileSystemLoader(templates), loader])
        self._templates = {form: _environment(loader, form).get_template(form.value) for form in Form}

    def render(
        self,
        alert: Alert,
        kind: ChannelKind,
        receiver: Receiver,
        *,
        options: RouteOptions = RouteOptions(),  # noqa: B008 a frozen value
        repeat: bool = False,
        budget: int | None = None,
    ) -> Rendered:
        """The message for one channel of one receiver. `budget` (bytes) replaces the kind's own where smaller.

        Raises jinja2.TemplateError where a replaced template is faulty.
        """
        words, shape = wording(options.lang or receiver.lang or alert.lang), SHAPES[kind]
        content = _content(alert, DEFAULT_COPIES if options.max_copies is None else options.max_copies)
        marks = _marks(alert, words, repeat)
        around = {
            "words": words,
            "severity": alert.severity,
            "colour": _COLOURS[alert.severity],
            "marks": marks,
            "repeat": repeat,
            "headline": shape.headline,
            "source": _source_line(alert, words, ZoneInfo(receiver.timezone)),
        }
        limit = shape.budget if budget is None else min(shape.budget, budget)
        body = pack.fit(content, self._printer(shape.form, around), limit)
        is_mail = kind is ChannelKind.EMAIL
        return Rendered(
            key=alert.key,
            thread=alert.thread,
            receiver=receiver.name,
            title=escape.plain(marks + alert.title),
            body=body,
            html=pack.fit(content, self._printer(Form.HTML, around), _NO_LIMIT) if is_mail else "",
            data=_data(alert, repeat=repeat) if kind is ChannelKind.WEBHOOK else {},
            severity=alert.severity,
            repeat=repeat,
        )

    def _printer(self, form: Form, around: Mapping[str, Any]) -> pack.Printer:
        template = self._templates[form]

        def print_content(content: pack.Content) -> str:
            return _BLANK_LINES.sub("\n\n", template.render(content=content, **around)).strip()

        return print_content


@cache
def default_renderer() -> Renderer:
    """The renderer with the package's own templates, compiled once."""
    return Renderer()


def _environment(loader: BaseLoader, form: Form) -> ImmutableSandboxedEnvironment:
    """An environment in which every printed value passes the escape function of the form."""
    escapes: Mapping[Form, Callable[[str], str]] = {
        Form.PLAIN: escape.plain,
        Form.MARKDOWN: escape.markdown,
        Form.SLACK: escape.mrkdwn,
        Form.HTML: escape.plain,  # the markup itself is escaped by `autoescape`
    }
    links: Mapping[Form, Callable[[str, str], str]] = {
        Form.PLAIN: escape.plain_link,
        Form.MARKDOWN: escape.markdown_link,
        Form.SLACK: escape.mrkdwn_link,
    }
    printed = escapes[form]

    def finalize(value: object) -> object:
        return printed(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=form is Form.HTML,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    environment.globals["url"] = escape.safe_url
    if form in links:
        environment.globals["link"] = links[form]
    if form is Form.SLACK:
        environment.globals["bold"] = lambda text: escape.Safe(f"*{escape.mrkdwn(text)}*")
    return environment


def _content(alert: Alert, max_copies: int) -> pack.Content:
    return pack.Content(
        title=escape.one_line(alert.title),
        summary=escape.one_line(alert.summary),
        facts=alert.facts,
        evidence=escape.one_line(alert.evidence),
        link=alert.link,
        copies=alert.copies[:max_copies],
        omitted_copies=max(len(alert.copies) - max_copies, 0),
    )


def _marks(alert: Alert, words: Wording, repeat: bool) -> escape.Safe:
    marks = [words.severity[Severity.URGENT]] * (alert.severity is Severity.URGENT) + [words.repeat] * repeat
    return escape.Safe("".join(f"【{mark}】" if words.lang.startswith("zh") else f"({mark}) " for mark in marks))


def _source_line(alert: Alert, words: Wording, zone: ZoneInfo) -> str:
    """Publisher and time, as `人民网 · 发布 2024-05-06 09:30`; the time found where the page gives none."""
    label, moment = (words.published, alert.published) if alert.published else (words.found, alert.created_at)
    return " · ".join(part for part in (alert.link.note, f"{label} {_printed(moment, zone)}") if part)


def _printed(moment: dt.datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    # Pages that print only a date come as midnight: an hour that nobody printed would be a false fact.
    return f"{local:%Y-%m-%d}" if local.time() == dt.time() else f"{local:%Y-%m-%d %H:%M}"


def _data(alert: Alert, *, repeat: bool) -> dict[str, Any]:
    """The alert for programs (webhook body); `version` changes when a field changes its meaning."""
    return {
        "version": 1,
        "key": alert.key,
        "thread": alert.thread,
        "severity": alert.severity.value,
        "title": alert.title,
        "summary": alert.summary,
        "facts": [{"name": name, "value": value} for name, value in alert.facts],
        "evidence": alert.evidence,
        "link": _link_data(alert.link),
        "copies": [_link_data(copy) for copy in alert.copies],
        "labels": {name: list(values) for name, values in alert.labels.items()},
        "lang": alert.lang,
        "published": alert.published.isoformat() if alert.published else None,
        "created_at": alert.created_at.isoformat(),
        "may_be_a_repeat": repeat,
    }


def _link_data(link: Link) -> dict[str, str]:
    return {"title": link.title, "url": link.url, "publisher": link.note}
