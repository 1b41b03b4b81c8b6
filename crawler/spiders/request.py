"""The request of a JSON interface: where page number, keyword, dates and slices go, and what identifies it.

See `api` for the options. A `Poll` carries its request in `context` (`url`, `request`, and the days in `span`) as it was before
dates were filled in, so that the next page, a finer slice or another spelling is the same request with one value changed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.items import SourceSpec
from crawler.spiders.base import Options, Poll
from crawler.spiders.jsonpath import MissingPathError, get_path, set_path
from crawler.spiders.window import Span, Window, fill, uses_window

PARTS = ("params", "form", "json")
OPTIONS = (
    "method", *PARTS, "headers", "page", "keywords", "keyword", "window", "backfill", "split", "spellings",
)  # fmt: skip

Request = dict[str, dict[str, Any]]

_RETURNS = 3


class RequestPlan:
    """Builds the requests of one source."""

    def __init__(self, spec: SourceSpec, options: Options, span: Span | None) -> None:
        self._urls, self._span = spec.urls, span
        self._method = options.text("method", "GET").upper()
        if self._method not in {"GET", "POST"}:
            raise options.error(f"method {self._method!r} is neither GET nor POST")
        self._request: Request = {part: dict(options.table(part)) for part in PARTS}
        if self._request["form"] and self._request["json"]:
            raise options.error("options 'form' and 'json' exclude each other")
        if self._method == "GET" and (self._request["form"] or self._request["json"]):
            raise options.error("a GET request has no 'form' or 'json'", "set method: POST")
        self.headers = {str(name): str(value) for name, value in options.table("headers").items()}
        self._page = _place(options, "page", {"start": 1, "step": 1}, {"cursor"})
        self._keyword = _place(options, "keyword", flags={"search"})
        self._keywords = options.texts("keywords")
        if bool(self._keywords) != bool(self._keyword):
            raise options.error("options 'keywords' and 'keyword' go together")
        self._backfill = _overlay(options)
        self._split = _axes(options)
        self._spellings = _axis(options, "spellings", options.table("spellings"))
        self._window = Window.read(options)
        if self._window is None and uses_window([self._urls, self._request, self._backfill]):
            raise options.error("dates in a request need the option 'window'")

    @property
    def backfilling(self) -> bool:
        """Whether a window was asked for, so that every row of it matters."""
        return self._span is not None and self._span.since is not None

    def polls(self) -> tuple[Poll, ...]:
        """One poll for each slice of the window, address and keyword, on the first page."""
        template = self._request
        if self.backfilling:
            template = {part: {**template[part], **self._backfill.get(part, {})} for part in PARTS}
        polls = []
        for span in self._slices():
            for url in self._urls:
                for keyword in self._keywords or ("",):
                    request = _put(template, self._keyword, keyword) if keyword else template
                    request = self._on_first_page(request)
                    # The key is the request before dates are filled in: it must name the same list tomorrow.
                    found = self._poll({"url": url, "request": request, "span": _days(span), "depth": 0})
                    polls.append(replace(found, state_key=_key(url, request)))
        return tuple(polls)

    def next_page(self, poll: Poll, document: Any, total: int | None = None) -> Poll | None:
        """The page after `poll`, whose reply was `document`: the next number, or where the reply's cursor points.

        `total` is the number of rows that the reply told.
        """
        if not self._page:
            return None
        if "cursor" in self._page:
            return self._at_cursor(poll, document)
        return self._numbered(poll, poll.page + 1, total)

    def moved_up(self, poll: Poll, total: int, rows: int) -> Poll | None:
        """The page to go on from where rows were taken away since the page before; None where none were.

        What stood at the head of this page then stands at the end of one that was read: as many pages are read again as the
        missing rows may fill. A list that shrinks all the time is followed so three times.
        """
        told, returns = poll.context.get("total"), poll.context.get("returns", 0)
        if not self.backfilling or told is None or total >= told or returns >= _RETURNS:
            return None
        back = max(1, poll.page - 1 - (told - total - 1) // max(1, rows))
        found = self._numbered(poll, back, total)
        return replace(found, reread=True, context={**found.context, "returns": returns + 1})

    def _numbered(self, poll: Poll, page: int, total: int | None) -> Poll:
        number = self._page["start"] + (page - 1) * self._page["step"]
        request = _put(poll.context["request"], self._page, number)
        return self._poll({**poll.context, "request": request, "total": total}, page=page)

    def _at_cursor(self, poll: Poll, document: Any) -> Poll | None:
        """The page at the reply's cursor; None where it has none, or repeats one that was followed."""
        try:
            cursor = get_path(document, self._page["cursor"])
        except MissingPathError:
            return None
        followed = poll.context.get("followed", ())
        if cursor in (None, "", 0) or str(cursor) in followed:
            return None
        request = _put(poll.context["request"], self._page, cursor)
        return self._poll(
            {**poll.context, "request": request, "followed": [*followed, str(cursor)]}, page=poll.page + 1
        )

    def _on_first_page(self, request: Request) -> Request:
        """`request` with the first page's number; a cursor begins with what the request says."""
        if not self._page or "cursor" in self._page:
            return request
        return _put(request, self._page, self._page["start"])

    def again(self, poll: Poll) -> Poll | None:
        """The same request once more; None if this was the second time."""
        if poll.context.get("again"):
            return None
        return replace(poll, state_key="", context={**poll.context, "again": True})

    def finer(self, poll: Poll) -> tuple[Poll, ...]:
        """The request cut finer, each part from its first page: the window's halves, or, for a single day, one request for
        each value of the next axis of `split`; empty where all are used up."""
        request, depth = poll.context["request"], poll.context["depth"]
        if halves := self._halves(poll.context.get("span")):
            return tuple(self._first(poll, request, span=half) for half in halves)
        if depth >= len(self._split):
            return ()
        axis = self._split[depth]
        return tuple(self._first(poll, _put(request, axis, value), depth=depth + 1) for value in axis["values"])

    def respelled(self, poll: Poll) -> Poll | None:
        """The request with the next of the `spellings` of one of its values; None where all were tried, or none is needed."""
        tried = poll.context.get("tried", 0)
        values = self._spellings["values"] if self._spellings else ()
        if not self.backfilling or tried >= len(values):
            return None
        request = _put(poll.context["request"], self._spellings, values[tried])
        return self._first(poll, request, tried=tried + 1)

    def _slices(self) -> tuple[Span | None, ...]:
        if self._window is None:
            return (None,)
        assert self._span is not None, "a finder that asks by date is given a span"
        return self._window.slices(self._span)

    def _halves(self, days: list[str] | None) -> list[list[str]]:
        """A slice's later and earlier half; empty where it is one day, where it names no days, and in a poll."""
        span = self._filling(days)
        if days is None or span is None or not self.backfilling:
            return []
        return [half for part in span.halves() if (half := _days(part)) is not None]

    def _filling(self, days: list[str] | None) -> Span | None:
        """The window that fills a request, `now` being that of this crawl."""
        if days is None or self._span is None:
            return self._span
        since, until = map(dt.datetime.fromisoformat, days)
        return replace(self._span, since=since, until=until)

    def _first(self, poll: Poll, request: Request, **changes: Any) -> Poll:
        # A part is a list of its own: only how it was cut out of the whole is carried over.
        kept = {name: poll.context[name] for name in ("url", "span", "depth", "tried") if name in poll.context}
        found = self._poll({**kept, **changes, "request": self._on_first_page(request)})
        return replace(found, reread=True)  # its first rows may be those that the coarser request has shown

    def _poll(self, context: Mapping[str, Any], *, page: int = 1) -> Poll:
        """A request as it goes out; `context` holds it as it was before dates were filled in."""
        url, request = context["url"], context["request"]
        if (span := self._filling(context.get("span"))) is not None:
            url, request = fill(url, span), fill(request, span)
        headers, body = dict(self.headers), b""
        if request["form"]:
            body = urlencode({name: _sent(value) for name, value in request["form"].items()}).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
        elif request["json"] or self._method == "POST":
            body = json.dumps(request["json"], ensure_ascii=False).encode() if request["json"] else b""
            headers.setdefault("Content-Type", "application/json; charset=UTF-8")
        return Poll(
            url=_with_query(url, request["params"]),
            method=self._method,
            headers=headers,
            body=body,
            page=page,
            context={**context, "again": False},
        )


def _days(span: Span | None) -> list[str] | None:
    """A slice's ends as JSON values; None where there are none."""
    return [span.since.isoformat(), span.until.isoformat()] if span and span.since and span.until else None


def _key(url: str, request: Request) -> str:
    """What names a list in a source's state."""
    full = _with_query(url, request["params"])
    if request["form"]:
        return f"{full}#{urlencode({name: _sent(value) for name, value in request['form'].items()})}"
    return f"{full}#{json.dumps(request['json'], ensure_ascii=False)}" if request["json"] else full


def _put(request: Mapping[str, dict[str, Any]], place: Mapping[str, Any], value: Any) -> Request:
    part = place["in"]
    return {**request, part: set_path(request[part], place["name"], value)}


def _place(
    options: Options,
    name: str,
    numbers: Mapping[str, int] | None = None,
    texts: Iterable[str] = (),
    flags: Iterable[str] = (),
) -> dict[str, Any]:
    """Where in the request a page number or keyword goes."""
    place = dict(options.table(name))
    if place:
        _check_place(options, name, place, {"in", "name", *(numbers or ()), *texts, *flags})
    for flag in flags:
        if not isinstance(place.get(flag, True), bool):
            raise options.error(f"{name}.{flag} must be true or false")
    for text in texts:
        if text in place and (not isinstance(place[text], str) or not place[text]):
            raise options.error(f"{name}.{text} must be a path")
    for number, default in (numbers or {}).items() if place else ():
        place.setdefault(number, default)
        if not isinstance(place[number], int) or isinstance(place[number], bool):
            raise options.error(f"{name}.{number} must be a whole number")
    return place


def _check_place(options: Options, name: str, place: dict[str, Any], allowed: set[str]) -> None:
    if unknown := set(place) - allowed:
        raise options.error(f"unknown {name} option {sorted(unknown)[0]!r}", f"there are {', '.join(sorted(allowed))}")
    place.setdefault("in", "params")
    if place["in"] not in PARTS:
        raise options.error(f"{name}.in is {place['in']!r}", "it is one of params, form, json")
    if not isinstance(place.get("name"), str) or not place["name"]:
        raise options.error(f"{name}.name is missing")


def _axes(options: Options) -> tuple[dict[str, Any], ...]:
    return tuple(_axis(options, "split", axis) for axis in options.tables("split"))


def _axis(options: Options, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A place with the values to put there."""
    axis = dict(given)
    if axis:
        _check_place(options, name, axis, {"in", "name", "values"})
        if not isinstance(axis.get("values"), list) or not axis["values"]:
            raise options.error(f"{name}.values must be a list")
    return axis


def _overlay(options: Options) -> dict[str, dict[str, Any]]:
    overlay = options.table("backfill")
    if unknown := set(overlay) - set(PARTS):
        raise options.error(f"unknown backfill option {sorted(unknown)[0]!r}", f"there are {', '.join(PARTS)}")
    if not all(isinstance(part, dict) for part in overlay.values()):
        raise options.error("each part of 'backfill' is a mapping")
    return dict(overlay)


def _with_query(url: str, params: Mapping[str, Any]) -> str:
    if not params:
        return url
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *((name, _sent(value)) for name, value in params.items())]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _sent(value: Any) -> str:
    """A value as it goes over the wire: structures as compact JSON, booleans as JavaScript writes them."""
    if isinstance(value, (dict, list, bool)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)
