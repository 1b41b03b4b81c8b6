"""Links from JSON and JSONP interfaces.

Options of the request: `method` (GET, POST), `params` (query; a mapping as a value is sent as JSON text), `form`, `json`
(request bodies), `headers`, `page` (`in`: params, form or json; `name`: dotted; `start`; `step`; or `cursor`: the dotted path
in the reply of what to put there next), `keywords` with `keyword` (`in`, `name`; `search: false` where they are codes of the
site's own and not words to search for): one request a keyword, `token`: see
`handshake`. Dates (`{since:%Y-%m-%d}`, see `window`) may stand in all values, with `window`
(`days`, `slice`); `backfill` (`params`, `form`, `json`) replaces values where a window is asked for, `spellings` (`in`,
`name`, `values`) are other values to try where the first page of a window is empty.

Options of the reply: `jsonp`, `items` (dotted path of the list, or several to try), `fields` (`url`, `title`, `published`,
`source`, `author`, `summary`, `text`, `id`: dotted paths in an item, or several to try), `url_template` and
`text_url_template` (with `{id}`, another field, or a key of the item; with `text_when` (`path`, `equals`) for such items
only), `inner`: see there, `text_url_rewrite` (`find`, `put`: the address of the
text, made from that of the article), `skip` (`path`, `equals`: items to leave out), `allow` and `deny` (regular expressions
on absolute URLs), `ok` (`path`, `equals`: one value or several that the reply's own code must be; `blocked`: values that
mean ban or captcha, all others being fine where `equals` is not given; `again`: ask once more; `narrow`: cut the request finer),
`total` (dotted path of the number of rows: where it shrinks while a window is paged, rows have moved up, and the pages they may
have slipped past are read again), `cap` and `split` (a list of `in`, `name`, `values`): a site that shows only so many rows of
a query is asked for the halves of the window, down to a day, then for each value of the first axis, then of the second.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from crawler.dates import Moment, from_value
from crawler.encoding import decode
from crawler.items import FailureKind, SourceSpec
from crawler.pages.blocks import clean_text
from crawler.spiders import request
from crawler.spiders.base import Answer, Link, Options, Poll, Reading, RefusedError, ShapeError
from crawler.spiders.handshake import Handshake
from crawler.spiders.inner import inner_links, read_rules
from crawler.spiders.jsonpath import MissingPathError, get_list, get_path, load_json
from crawler.spiders.request import RequestPlan
from crawler.spiders.window import Span
from crawler.urls import join

_FIELDS = frozenset(["url", "title", "published", "source", "author", "summary", "text", "id"])
_OPTIONS = (
    *request.OPTIONS, "jsonp", "items", "fields", "url_template", "text_url_template", "text_url_rewrite", "skip", "ok",
    "allow", "deny", "total", "cap", "token", "inner", "text_when",
)  # fmt: skip
_TAG = re.compile(r"<[^<>]{1,300}>")
_BLOCK_WORDS = re.compile(r"验证码|频繁|captcha|too many|限流|封禁|blocked", re.IGNORECASE)
_TEMPLATE_NAME = re.compile(r"\{(\w+)\}")


class ApiFinder:
    """Reads item lists out of JSON."""

    def __init__(self, spec: SourceSpec, span: Span | None = None) -> None:
        options = Options(spec, _OPTIONS)
        self._spec = spec
        self._plan = RequestPlan(spec, options, span)
        self._jsonp = options.flag("jsonp")
        self._items = options.texts("items") or ("",)
        self._fields = _read_fields(options)
        self._url_template = options.text("url_template")
        self._text_url_template = options.text("text_url_template")
        if "url" not in self._fields and not self._url_template:
            raise options.error("an api source needs fields.url or url_template")
        self._rewrite = _table_of(options, "text_url_rewrite", {"find", "put"})
        if self._rewrite:
            options.compiled("text_url_rewrite", str(self._rewrite["find"]))
        self._skip = _table_of(options, "skip", {"path", "equals"})
        self._text_when = _table_of(options, "text_when", {"path", "equals"})
        self._inner = read_rules(options)
        self._token = Handshake.read(options)
        self._allow, self._deny = options.regex("allow"), options.regex("deny")
        self._ok = _table_of(options, "ok", {"path"}, {"equals", "blocked", "again", "narrow"})
        if self._ok and not {"equals", "blocked"} & set(self._ok):
            raise options.error("option 'ok' needs path and equals, or path and blocked")
        self._total, self._cap = options.text("total"), options.number("cap", 0)
        if self._cap and not self._total:
            raise options.error("option 'cap' needs 'total', the path of the number of rows")

    @property
    def opening(self) -> Poll | None:
        """The request for the visitor's token, where the interface wants one."""
        return self._token.poll(self._plan.headers) if self._token is not None else None

    def opened(self, answer: Answer) -> Mapping[str, str]:
        """The header that carries the token; `ShapeError` or `RefusedError` where the answer holds none."""
        return self._token.headers(answer) if self._token is not None else {}

    def polls(self) -> tuple[Poll, ...]:
        """One poll for each slice of the window, address and keyword, on the first page."""
        polls = self._plan.polls()
        # What is shown to one visitor is not kept for the next.
        return polls if self._token is None else tuple(replace(poll, state_key="") for poll in polls)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The items as links; `ShapeError` for no JSON or no list, `RefusedError` for a code that is not `ok`."""
        text = decode(answer.body, content_type=answer.content_type, forced=self._spec.encoding).text
        try:
            document = load_json(text, jsonp=self._jsonp)
        except ValueError as error:
            raise ShapeError(f"the reply is no JSON ({error}): {clean_text(text)[:80]}") from error
        if (instead := self._refused(poll, document)) is not None:
            return instead
        items = next((found for path in self._items if (found := get_list(document, path)) is not None), None)
        if items is None:
            raise ShapeError(f"the reply has no list at {' or '.join(map(repr, self._items))}")
        kept = [item for item in items if not _holds(item, self._skip)]
        links = tuple(link for item in kept for link in self._links(item, answer))
        if kept and not links:
            raise ShapeError(
                f"none of {len(kept)} items has a URL at {self._fields.get('url') or self._url_template!r}"
            )
        links = tuple(link for link in links if self._wanted(link.url))
        if poll.page == 1 and not items and (other := self._plan.respelled(poll)):
            return Reading(links=links, also=(other,))
        total = self._rows_in_all(document)
        if poll.page == 1 and self._plan.backfilling and self._cap and (total or 0) >= self._cap:
            finer = self._plan.finer(poll)
            next_page = None if finer else self._plan.next_page(poll, document, total)
            shown = f"a query has {total} rows, and the site shows {self._cap} at most"
            return Reading(links=links, next_page=next_page, also=finer, truncated="" if finer else shown)
        if total is not None and (back := self._plan.moved_up(poll, total, len(items))):
            return Reading(links=links, also=(back,))
        return Reading(links=links, next_page=self._plan.next_page(poll, document, total) if items else None)

    def _rows_in_all(self, document: Any) -> int | None:
        """How many rows the reply says that the query has; None where it does not say."""
        try:
            return int(get_path(document, self._total)) if self._total else None
        except (MissingPathError, TypeError, ValueError):
            return None

    def _refused(self, poll: Poll, document: Any) -> Reading | None:
        """What to do instead where the reply's own code is not `ok`; None where it is; raises `RefusedError`."""
        if not self._ok:
            return None
        try:
            code = get_path(document, str(self._ok["path"]))
        except MissingPathError:
            code = None
        blocking = str(code) in _strings(self._ok.get("blocked", ()))
        if str(code) in _strings(self._ok["equals"]) if "equals" in self._ok else not blocking:
            return None
        if str(code) in _strings(self._ok.get("again", ())) and (again := self._plan.again(poll)):
            return Reading(also=(again,))
        if str(code) in _strings(self._ok.get("narrow", ())) and (finer := self._plan.finer(poll)):
            return Reading(also=finer)
        message = json.dumps(document, ensure_ascii=False)[:200]
        blocked = blocking or bool(_BLOCK_WORDS.search(message))
        raise RefusedError(
            f"the reply's {self._ok['path']} is {code!r}: {message}",
            FailureKind.BLOCKED if blocked else FailureKind.HTTP_ERROR,
            "rest for hours; do not work around it" if blocked else "see what the code means; mend the request",
        )

    def _links(self, item: Any, answer: Answer) -> tuple[Link, ...]:
        """The links an item stands for: those inside it, else its own."""
        if self._inner and (inner := inner_links(item, self._inner, answer.url)):
            return inner
        own = self._link(item, answer)
        return () if own is None else (own,)

    def _link(self, item: Any, answer: Answer) -> Link | None:
        values = {name: self._value(item, name) for name in self._fields}
        url = join(answer.url, self._filled(self._url_template, item, values) or _string(values.get("url")))
        if not url:
            return None
        elsewhere = not self._text_when or _holds(item, self._text_when)
        text_url = self._filled(self._text_url_template, item, values) if elsewhere else ""
        if self._rewrite:
            text_url = re.sub(str(self._rewrite["find"]), str(self._rewrite["put"]), url)
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


def _read_fields(options: Options) -> dict[str, tuple[str, ...]]:
    fields = {}
    for name, paths in options.table("fields").items():
        if name not in _FIELDS:
            raise options.error(f"unknown field {name!r}", f"there are {', '.join(sorted(_FIELDS))}")
        fields[name] = (paths,) if isinstance(paths, str) else tuple(paths)
        if not fields[name] or not all(isinstance(path, str) for path in fields[name]):
            raise options.error(f"fields.{name} must be a path or a list of paths")
    return fields


def _table_of(options: Options, name: str, needed: set[str], allowed: set[str] | None = None) -> Mapping[str, Any]:
    """An option that is a mapping with certain keys."""
    table = options.table(name)
    if table and not needed <= set(table) <= needed | (allowed or set()):
        also = f", and may have {', '.join(sorted(allowed))}" if allowed else ""
        raise options.error(f"option {name!r} needs {' and '.join(sorted(needed, reverse=True))}{also}")
    return table


def _holds(item: Any, condition: Mapping[str, Any]) -> bool:
    """Whether what stands at the condition's path is one of its values; False for no condition."""
    try:
        return bool(condition) and str(get_path(item, str(condition["path"]))) in _strings(condition["equals"])
    except MissingPathError:
        return False


def _string(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value).strip()


def _strings(value: Any) -> set[str]:
    return {str(part) for part in value} if isinstance(value, (list, tuple)) else {str(value)}


def _plain(value: Any) -> str:
    """Text without highlight tags and entities."""
    return clean_text(html.unescape(_TAG.sub("", _string(value))))


def _moment(value: Any, answer: Answer) -> Moment | None:
    return from_value(value, now=answer.fetched_at)
