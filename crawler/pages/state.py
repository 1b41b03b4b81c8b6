"""The article in the data that a page ships for its own scripts: `__NEXT_DATA__`, `window.__INITIAL_STATE__ = {…}`, JSON in a
`script`, plain, in a string or percent-encoded.

Names of fields differ from site to site; what is looked for is the one object that has a long text, a title and a time, by what
such fields are usually called. Read only where the page itself shows no text or no time, since parsing costs more than the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

from crawler.dates import Moment, from_value
from crawler.pages.blocks import clean_text

_ASSIGNED = re.compile(r"[\w$\])\"']\s*=\s*(?=\{)")
_PARSED = re.compile(r"JSON\.parse\(\s*(?=[\"'])")
_UNDEFINED = re.compile(r"(?<=[:\[,])\s*(?:undefined|NaN)\b")
_TITLE = re.compile(r"^(?:(?:news|article|widget|content|doc|share|main)_?)?(?:title|headline|name)$", re.IGNORECASE)
_TEXT = re.compile(r"content|body|html|text|detail|article", re.IGNORECASE)
_NO_TEXT = re.compile(r"desc|summary|digest|abstract|comment|intro", re.IGNORECASE)
_TIME = re.compile(
    r"^(?:publi(?:sh|c)(?:ed|ation)?_?(?:time|date|at|on)?|(?:release|issue|news|show|input|display)_?(?:time|date)|pub_?(?:time|date)|p_?time|"
    r"creat(?:e|ed|ion)_?(?:time|date|at|on)?|c_?time|date_?(?:published|created)|time|date)$",
    re.IGNORECASE,
)
_RANKS = ("pub", "release", "issue", "news", "show", "display", "ptime", "p_time")
_SOURCE = re.compile(r"^(?:(?:news|article)_?)?(?:source|media|origin)(?:_?name)?$", re.IGNORECASE)
_MAX_SCRIPT = 4_000_000
_MAX_OBJECTS = 50_000
_LONG = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """An article among a page's data; `text` is HTML or plain, fields that are not there are empty."""

    title: str
    text: str
    published: Moment | None
    source: str


def read_state(tree: HtmlElement, headline: str) -> State | None:
    """The article in the page's data: the object called `headline` if there is one, else the one with the longest text."""
    best: tuple[bool, int, State] | None = None
    wanted = _squeeze(headline)
    for item in _objects(tree):
        state = _as_article(item)
        if state is None:
            continue
        named = bool(wanted) and len(_squeeze(state.title)) > 3 and _squeeze(state.title) in wanted
        if not named and len(state.text) < _LONG:
            continue
        rank = (named, len(state.text), state)
        if best is None or rank[:2] > best[:2]:
            best = rank
    return best[2] if best else None


def _as_article(item: dict[str, Any]) -> State | None:
    title = text = source = ""
    times: list[tuple[int, str]] = []
    for key, value in item.items():
        if _TITLE.match(key) and isinstance(value, str):
            title = max(title, clean_text(value), key=len)
        elif _TIME.match(key) and from_value(value):
            times.append((next((n for n, rank in enumerate(_RANKS) if key.lower().startswith(rank)), 99), key))
        elif _SOURCE.match(key) and isinstance(value, (str, dict)):
            source = value if isinstance(value, str) else str(value.get("name") or "")
        elif _TEXT.search(key) and not _NO_TEXT.search(key):
            text = max(text, _text(value), key=len)
    if not title or not (text or times):
        return None
    published = from_value(item[min(times)[1]]) if times else None
    return State(title=title, text=text, published=published, source=clean_text(source))


def _text(value: Any) -> str:
    """A text, or the texts of a list of paragraphs."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [part if isinstance(part, str) else part.get("text") or part.get("content") or part.get("html") or ""
                 for part in value if isinstance(part, (str, dict))]  # fmt: skip
        return "".join(f"<p>{part}</p>" for part in parts if isinstance(part, str) and part)
    return ""


def _objects(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object in every document that the page's scripts hold."""
    seen = 0
    for document in _documents(tree):
        stack = [document]
        while stack and seen < _MAX_OBJECTS:
            found = stack.pop()
            seen += 1
            if isinstance(found, dict):
                yield found
                stack.extend(found.values())
            elif isinstance(found, list):
                stack.extend(found)


def _documents(tree: HtmlElement) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    for node in tree.iter("script"):
        text, kind = (node.text or "").strip(), (node.get("type") or "").lower()
        if not 200 < len(text) < _MAX_SCRIPT or "ld+json" in kind:
            continue
        if text.startswith("%7B"):
            text = unquote(text)
        if text[0] in "{[":
            yield from _decoded(decoder, text, 0)
            continue
        for found in _ASSIGNED.finditer(text):
            yield from _decoded(decoder, text, found.end())
        for found in _PARSED.finditer(text):
            for inner in _decoded(decoder, text, found.end()):
                if isinstance(inner, str) and inner[:1] in {"{", "["}:
                    yield from _decoded(decoder, inner, 0)


def _decoded(decoder: json.JSONDecoder, text: str, start: int) -> Iterator[Any]:
    """The JSON value that begins at `start`; scripts also write `undefined`."""
    try:
        yield decoder.raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        rest = _UNDEFINED.sub("null", text[start:])
        if len(rest) != len(text) - start:
            try:
                yield decoder.raw_decode(rest)[0]
            except (ValueError, RecursionError):
                return


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
