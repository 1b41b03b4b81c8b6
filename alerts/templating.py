"""The templates: which file prints what, and that every value in it is escaped for the markup it stands in.

Escaping is the environment's work (Jinja's `finalize`), so a template cannot forget it. Templates run in Jinja's
sandbox; those of the package may be replaced one by one from a directory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from alerts import escape


class Form(StrEnum):
    """The markup that a channel reads."""

    PLAIN = "plain"
    CHAT = "chat"  # plain text, for services that may find mentions and markup in it all the same
    MARKDOWN = "markdown"
    SLACK = "slack"
    HTML = "html"


class Sort(StrEnum):
    """What a template prints."""

    ALERT = "alert"
    NOTE = "note"


FILES: Final[Mapping[tuple[Form, Sort], str]] = {
    (Form.PLAIN, Sort.ALERT): "plain.txt",
    (Form.CHAT, Sort.ALERT): "plain.txt",
    (Form.MARKDOWN, Sort.ALERT): "markdown.md",
    (Form.SLACK, Sort.ALERT): "slack.txt",
    (Form.HTML, Sort.ALERT): "email.html",
    (Form.PLAIN, Sort.NOTE): "plain-note.txt",
    (Form.CHAT, Sort.NOTE): "plain-note.txt",
    (Form.MARKDOWN, Sort.NOTE): "markdown-note.md",
    (Form.SLACK, Sort.NOTE): "slack-note.txt",
    (Form.HTML, Sort.NOTE): "email-note.html",
}
"""The file for each form; one of that name in the operator's directory wins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Escaping:
    """How a form makes values harmless, and how it writes a link."""

    text: Callable[[str], str]
    link: Callable[[str, str], str] | None = None
    bold: str = ""


_ESCAPING: Final[Mapping[Form, _Escaping]] = {
    Form.PLAIN: _Escaping(text=escape.plain, link=escape.plain_link),
    Form.CHAT: _Escaping(text=escape.chat, link=escape.chat_link),
    Form.MARKDOWN: _Escaping(text=escape.markdown, link=escape.markdown_link, bold="**"),
    Form.SLACK: _Escaping(text=escape.mrkdwn, link=escape.mrkdwn_link, bold="*"),
    Form.HTML: _Escaping(text=escape.plain),  # the markup itself is escaped by `autoescape`
}


def load(directory: Path | None) -> Mapping[tuple[Form, Sort], Template]:
    """All templates, compiled. Raises jinja2.TemplateError for a file in `directory` that is no template."""
    loader: BaseLoader = PackageLoader("alerts", "templates")
    if directory is not None:
        loader = ChoiceLoader([FileSystemLoader(directory), loader])
    environments = {form: _environment(loader, form) for form in Form}
    return {(form, sort): environments[form].get_template(name) for (form, sort), name in FILES.items()}


def _environment(loader: BaseLoader, form: Form) -> ImmutableSandboxedEnvironment:
    """An environment in which every printed value passes the escape function of the form."""
    escaping = _ESCAPING[form]

    def finalize(value: object) -> object:
        return escaping.text(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=form is Form.HTML,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    environment.globals["url"] = escape.safe_url
    environment.globals["host"] = escape.host
    if escaping.link:
        environment.globals["link"] = escaping.link
    if escaping.bold:
        environment.globals["bold"] = lambda text: escape.Safe(
            f"{escaping.bold}{escaping.text(text)}{escaping.bold}" if text else ""
        )
    return environment
