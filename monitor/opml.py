"""OPML (1.0, 1.1, 2.0): lists of feeds as feed readers exchange them. Text in, values out, and back. Pure.

Files come from anywhere, so entity declarations are refused, not expanded; outlines may nest to any depth; what is no feed
(folders, links, comments, `feed:` addresses in disguise) is read for what it is.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import InputError

_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHINESE = {"gb2312", "gbk", "gb18030", "hz-gb-2312"}
_FEED_TYPES = {"rss", "atom", "feed", "rss1", "pie"}
_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """One feed of a list. `folders` are the outlines that it stands in, outermost first."""

    title: str
    url: str
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """An outline that names something, which cannot be polled."""

    title: str
    url: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What an OPML file holds, each feed once."""

    feeds: tuple[Subscription, ...]
    refused: tuple[Refused, ...]


def read_opml(body: bytes, file: str) -> Reading:
    """The feeds of an OPML file in order. Raises `InputError` with the line for what is no OPML."""
    reader = _Reader(file)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.entity
    parser.ExternalEntityRefHandler = reader.external
    try:
        parser.Parse(_decoded(body, file).encode(), True)
    except expat.ExpatError as exc:
        problem = expat.ErrorString(exc.code)
        raise InputError(
            f"{file} line {exc.lineno}: is no XML: {problem} (an & in an address is written &amp;)"
        ) from exc
    if not reader.is_opml:
        raise InputError(f"{file}: is XML, but no OPML (its root is not <opml>)")
    return Reading(feeds=tuple(reader.feeds.values()), refused=tuple(reader.refused))


def write_opml(subscriptions: Iterable[Subscription], *, title: str, now: dt.datetime) -> str:
    """An OPML 2.0 document; feeds of one folder stand together."""
    folders: dict[str, list[Subscription]] = {}
    for one in subscriptions:
        folders.setdefault(one.folders[0] if one.folders else "", []).append(one)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{_escaped(title)}</title>",
        f"    <dateCreated>{format_datetime(now)}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    for folder, feeds in folders.items():
        if folder:
            lines.append(f"    <outline text={quoteattr(folder)} title={quoteattr(folder)}>")
        indent = "      " if folder else "    "
        for feed in feeds:
            text = quoteattr(feed.title or feed.url)
            lines.append(f'{indent}<outline type="rss" text={text} title={text} xmlUrl={quoteattr(feed.url)}/>')
        if folder:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def name_for(feed: Subscription, taken: Iterable[str]) -> str:
    """A name for the source that a feed becomes: from its title where that is Latin, else from its host; not in `taken`."""
    words = feed.title if feed.title.isascii() else ""
    host = (urlsplit(feed.url).hostname or "").removeprefix("www.")
    base = (_slug(words) or _slug(host) or "feed")[:_LONGEST_NAME].strip("-")
    names, name, number = set(taken), base, 1
    while name in names:
        number += 1
        name = f"{base}-{number}"
    return name


def feed_key(url: str) -> str:
    """Equal for addresses of one feed: http or https, `WWW.` or not, a slash at the end or not."""
    host, slash, rest = url.partition("://")[2].rstrip("/").partition("/")
    return f"{host.lower().removeprefix('www.')}{slash}{rest}"


def _slug(text: str) -> str:
    return _NAME.sub("-", text.lower()).strip("-")


@dataclass(slots=True)
class _Reader:
    """The handlers of one parse: a stack of outlines, no recursion."""

    file: str
    is_opml: bool = False
    feeds: dict[str, Subscription] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    _depth: int = 0
    _folders: list[tuple[int, str]] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        name = tag.rpartition(":")[2].lower()
        if self._depth == 1:
            self.is_opml = name == "opml"
        if name != "outline":
            return
        said = {key.rpartition(":")[2].lower(): " ".join(value.split()) for key, value in attributes.items()}
        title = said.get("title") or said.get("text", "")
        url = said.get("xmlurl") or (said.get("url", "") if said.get("type", "").lower() in _FEED_TYPES else "")
        if url and said.get("iscomment", "").lower() != "true":
            self._feed(title, url)
        elif not url and title:
            self._folders.append((self._depth, title))

    def end(self, tag: str) -> None:
        if self._folders and self._folders[-1][0] == self._depth:
            self._folders.pop()
        self._depth -= 1

    def entity(self, name: str, *_: object) -> None:
        """A declaration of an entity: no list of feeds needs one, bombs do."""
        raise InputError(f"{self.file}: declares the entity {name!r}; such files are not read")

    def external(self, *_: object) -> int:
        """A reference to something outside the file."""
        raise InputError(f"{self.file}: refers to another file; such files are not read")

    def _feed(self, title: str, url: str) -> None:
        address = _as_http(url)
        if not address:
            self.refused.append(Refused(title=title, url=url, reason="no http(s) address"))
        elif (key := feed_key(address)) in self.feeds:
            self.refused.append(Refused(title=title, url=url, reason="stands twice"))
        else:
            folders = tuple(folder for _, folder in self._folders)
            self.feeds[key] = Subscription(title=title, url=address, folders=folders)


def _as_http(url: str) -> str:
    """The address with http or https; `feed:` is a disguise of either. Empty where it is no address."""
    if url.lower().startswith("feed:"):
        rest = url[len("feed:") :]
        url = (
            rest
            if rest.lower().startswith(("http://", "https://"))
            else f"http:{rest if rest[:2] == '//' else f'//{rest}'}"
        )
    try:
        split = urlsplit(url)
        usable = split.scheme.lower() in {"http", "https"} and bool(split.hostname) and split.port != 0
    except ValueError:
        return ""
    return url if usable and not split.username else ""


def _decoded(body: bytes, file: str) -> str:
    """By byte order mark, else by declaration, else UTF-8; the Chinese codings are read as the largest of them."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    else:
        declared = _DECLARED.match(body[:400].removeprefix(codecs.BOM_UTF8).decode("latin-1"))
        name = declared[1].lower() if declared else "utf-8"
        coding = "gb18030" if name in _CHINESE else "utf-8-sig" if name in {"utf-8", "utf8"} else name
    try:
        return body.decode(coding)
    except (UnicodeDecodeError, LookupError) as exc:
        raise InputError(f"{file}: is not written in {coding}: {exc}") from exc


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
