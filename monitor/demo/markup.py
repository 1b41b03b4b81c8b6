"""Small HTML pieces that every sample site shares: a response value, escaping, and article text as paragraphs."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from monitor.demo.articles import DemoArticle

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a site answers. `modified` is Unix time in seconds, for `Last-Modified`; None leaves the header out."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    modified: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """The sample web at one moment: its address and the articles that have appeared, latest arrival first."""

    base_url: str
    """Scheme, host and port, without a slash at the end."""
    articles: tuple[DemoArticle, ...]
    arrived: Mapping[str, float]
    """Unix time of arrival by article id."""
    started: float
    """Unix time at which the web came up."""

    def of(self, site: str, section: str = "") -> tuple[DemoArticle, ...]:
        """The visible articles of one site, or of one section of it."""
        return tuple(a for a in self.articles if a.site == site and section in ("", a.section))

    def modified(self, articles: tuple[DemoArticle, ...]) -> float:
        """When a page that lists these articles last changed."""
        return max((self.arrived[a.id] for a in articles), default=self.started)


def escape(text: str) -> str:
    """`text` for element content or a double-quoted attribute."""
    return html.escape(text, quote=True)


def china_time(moment: dt.datetime, pattern: str) -> str:
    """`moment` as printed in China. `pattern` is for `strftime`."""
    return moment.astimezone(CHINA).strftime(pattern)


def blocks(text: str) -> Iterator[str]:
    """Each paragraph, subheading or table of an article's text as HTML, in order."""
    for is_table, lines in groupby(text.split("\n"), key=lambda line: "\t" in line):
        if is_table:
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line.split("\t")) + "</tr>" for line in lines
            )
            yield f'<table border="1" cellspacing="0"><tbody>{rows}</tbody></table>'
        else:
            yield from (f"<p>{strong(escape(line))}</p>" for line in lines if line.strip())


def strong(escaped: str) -> str:
    """`**…**` as bold. Takes and returns escaped HTML."""
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped)


def plain(text: str) -> str:
    """An article's text without our marks for bold."""
    return text.replace("**", "")
