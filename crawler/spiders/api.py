"""Links from JSON and JSONP interfaces.

Options: `method` (GET, POST), `params` (query; a mapping as a value is sent as JSON text), `form`, `json` (request bodies),
`headers`, `jsonp`, `items` (dotted path of the list, or several to try), `fields` (`url`, `title`, `published`, `source`,
`author`, `summary`, `text`, `id`: dotted paths in an item, or several to try), `url_template` and `text_url_template` (with
`{id}`, another field, or a key of the item), `page` (`in`: params, form or json; `name`: dotted; `start`; `step`),
`keywords` with `keyword` (`in`, `name`): one request a keyword, and `ok` (`path`, `equals`: one value or several;
`blocked`: values that mean ban or captcha): what the reply's own code must be, `allow` and `deny` (regular expressions on
absolute URLs).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawler.dates import Moment, from_value
from crawler.encoding import decode
from crawler.items import FailureKind, SourceSpec
from crawler.pages.blocks import clean_text
from crawler.spiders.base import Answer, Link, Options, Poll, Reading, RefusedError, ShapeError
from crawler.spiders.jsonpath import MissingPathError, get_list, get_path, load_json, set_path
from crawler.urls import join

_PARTS = ("params", "form", "json")
_FIELDS = frozenset(["url", "title", "published", "source", "author", "summary", "text", "id"])
_TAG = re.compile(r"<[^<>]{1,300}>")
_BLOCK_WORDS = re.compile(r"验证码|频繁|captcha|too many|限流|封禁|blocked", re.IGNORECASE)
_TEMPLATE_NAME = re.compile(r"\{(\w+)\}")


class ApiFinder:
    """Reads item lists out of JSON."""

    def __init__(self, spec: SourceSpec) -> None:
        options = Options(
            spec,
            [
                "method",
                "params",
                "form",
                "json",
                "headers",
                "jsonp",
                "items",
                "fields",
                "url_template",
                "text_url_template",
                "page",
                "keywords",
                "keyword",
                "ok",
                "allow",
                "deny",
            ],
        )
        self._spec = spec
        self._method = options.text("method", "GET").upper()
        if self._method not in {"GET", "POST"}:
            raise options.error(f"method {self._method!r} is neither GET nor POST")
        self._request: dict[str, dict[str, Any]] = {part: dict(options.table(part)) for part in _PARTS}
        if self._request["form"] and self._request["json"]:
            raise options.error("options 'form' and 'json' exclude each other")
        if self._method == "GET" and (self._request["form"] or self._request["json"]):
            raise options.error("a GET request has no 'form' or 'json'", "set method: POST")
        self._headers = {str(name): str(value) for name, value in options.table("headers").items()}
        self._jsonp = options.flag("jsonp")
        self._items = options.texts("items") or ("",)
        self._fields = self._read_fields(options)
        self._url_template = options.text("url_template")
        self._text_url_template = options.text("text_url_template")
        if "url" not in self._fields and not self._url_template:
            raise options.error("an api source needs fields.url or url_template")
        self._page = self._place(options, "page")
        self._keyword = self._place(options, "keyword")
        self._keywords = options.texts("keywords")
        if bool(self._keywords) != bool(self._keyword):
            raise options.error("options 'keywords' and 'keyword' go together")
        self._allow, self._deny = options.regex("allow"), options.regex("deny")
        self._ok = options.table("ok")
        if self._ok and not {"path", "equals"} <= set(self._ok) <= {"path", "equals", "blocked"}:
            raise options.error("option 'ok' needs path and equals, and may have blocked")

    def polls(self) -> tuple[Poll, ...]:
        """One poll for each address and keyword, on the first page."""
        requests = []
        for url in self._spec.urls:
            for keyword in self._keywords or ("",):
                request = self._request
                if keyword:
                    request = self._with(request, self._keyword, keyword)
                if self._page:
                    request = self._with(request, self._page, self._page["start"])
                requests.append(self._poll(url, request, page=1))
        return tuple(requests)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The items as links; `ShapeError` for no JSON or no list, `RefusedError` for a code that is not `ok`."""
        text = decode(answer.body, content_type=answer.content_type, forced=self._spec.encoding).text
        try:
            document = load_json(text, jsonp=self._jsonp)
        except ValueError as error:
            raise ShapeError(f"the reply is no JSON ({error}): {clean_text(text)[:80]}") from error
        self._check_ok(document)
        items = next((found for path in self._items if (found := get_list(document, path)) is not None), None)
        if items is None:
            raise ShapeError(f"the reply has no list at {' or '.join(map(repr, self._items))}")
        links = tuple(link for item in items if (link := self._link(item, answer)) is not None)
        if items and not links:
            raise ShapeError(
                f"none of {len(items)} items has a URL at {self._fields.get('url') or self._url_template!r}"
            )
        links = tuple(link for link in links if self._wanted(link.url))
        return Reading(links=links, next_page=self._next(poll) if items and self._page else None)

    def _link(self, item: Any, answer: Answer) -> Link | None:
        values = {name: self._value(item, name) for name in self._fields}
        url = join(answer.url, self._filled(self._url_template, item, values) or _string(values.get("url")))
        if not url:
            return None
        text_url = self._filled(self._text_url_template, item, values)
        return Link(
            url=url,
            title=_plain(values.get("title")),
            published=_moment(values.get("published"), answer),
            source=_plain(values.get("source")),
            author=_plain(values.get("author")),
            summary=_string(values.get("summary")),
            text=_string(values.get("text")),
            text_url=join(answer.url, text_url) if text_url else "",
        )

    def _wanted(self, url: str) -> bool:
        return not ((self._allow and not self._allow.search(url)) or (self._deny and self._deny.search(url)))

    def _value(self, item: Any, name: str) -> Any:
        """The first of a field's paths that holds something."""
        for path in self._fields[name]:
            try:
                value = get_path(item, path)
            except MissingPathError:
                continue
            if value not in (None, ""):
                return value
        return None

    def _filled(self, template: str, item: Any, values: Mapping[str, Any]) -> str:
        """The template with its names replaced; empty where one of them is missing."""
        if not template:
            return ""
        parts = {}
        for name in _TEMPLATE_NAME.findall(template):
            value = values.get(name)
            if value is None and isinstance(item, dict):
                value = item.get(name)
            if value in (None, ""):
                return ""
            parts[name] = quote(_string(value), safe="/:?&=%,-._~")
        return _TEMPLATE_NAME.sub(lambda found: parts[found.group(1)], template)

    def _check_ok(self, document: Any) -> None:
        if not self._ok:
            return
        try:
            code = get_path(document, str(self._ok["path"]))
        except MissingPathError:
            code = None
        if str(code) in _strings(self._ok["equals"]):
            return
        message = json.dumps(document, ensure_ascii=False)[:200]
        blocked = str(code) in _strings(self._ok.get("blocked", ())) or bool(_BLOCK_WORDS.search(message))
        raise RefusedError(
            f"the reply's {self._ok['path']} is {code!r}: {message}",
            FailureKind.BLOCKED if blocked else FailureKind.HTTP_ERROR,
            "rest for hours; do not work around it" if blocked else "see what the code means; mend the request",
        )

    def _next(self, poll: Poll) -> Poll:
        number = self._page["start"] + poll.page * self._page["step"]
        return self._poll(
            poll.context["url"], self._with(poll.context["request"], self._page, number), page=poll.page + 1
        )

    def _with(
        self, request: Mapping[str, dict[str, Any]], place: Mapping[str, Any], value: Any
    ) -> dict[str, dict[str, Any]]:
        part = place["in"]
        return {**request, part: set_path(request[part], place["name"], value)}

    def _poll(self, url: str, request: Mapping[str, dict[str, Any]], *, page: int) -> Poll:
        headers, body = dict(self._headers), b""
        if request["form"]:
            body = urlencode({name: _sent(value) for name, value in request["form"].items()}).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
        elif request["json"] or self._method == "POST":
            body = json.dumps(request["json"], ensure_ascii=False).encode() if request["json"] else b""
            headers.setdefault("Content-Type", "application/json; charset=UTF-8")
        full = _with_query(url, request["params"])
        key = full + (f"#{body.decode()}" if body else "")
        return Poll(
            url=full,
            method=self._method,
            headers=headers,
            body=body,
            page=page,
            state_key=key if page == 1 else "",
            context={"url": url, "request": request},
        )

    @staticmethod
    def _read_fields(options: Options) -> dict[str, tuple[str, ...]]:
        fields = {}
        for name, paths in options.table("fields").items():
            if name not in _FIELDS:
                raise options.error(f"unknown field {name!r}", f"there are {', '.join(sorted(_FIELDS))}")
            fields[name] = (paths,) if isinstance(paths, str) else tuple(paths)
            if not fields[name] or not all(isinstance(path, str) for path in fields[name]):
                raise options.error(f"fields.{name} must be a path or a list of paths")
        return fields

    def _place(self, options: Options, name: str) -> dict[str, Any]:
        """Where in the request a page number or keyword goes."""
        place = dict(options.table(name))
        if not place:
            return {}
        allowed = {"in", "name", "start", "step"} if name == "page" else {"in", "name"}
        if unknown := set(place) - allowed:
            raise options.error(
                f"unknown {name} option {sorted(unknown)[0]!r}", f"there are {', '.join(sorted(allowed))}"
            )
        place.setdefault("in", "params")
        if place["in"] not in _PARTS:
            raise options.error(f"{name}.in is {place['in']!r}", "it is one of params, form, json")
        if not isinstance(place.get("name"), str) or not place["name"]:
            raise options.error(f"{name}.name is missing")
        for number in ("start", "step") if name == "page" else ():
            place.setdefault(number, 1)
            if not isinstance(place[number], int) or isinstance(place[number], bool):
                raise options.error(f"{name}.{number} must be a whole number")
        return place


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


def _string(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def _strings(value: Any) -> set[str]:
    return {str(part) for part in value} if isinstance(value, (list, tuple)) else {str(value)}


def _plain(value: Any) -> str:
    """Text without highlight tags and entities."""
    return clean_text(html.unescape(_TAG.sub("", _string(value))))


def _moment(value: Any, answer: Answer) -> Moment | None:
    return from_value(value, now=answer.fetched_at)
