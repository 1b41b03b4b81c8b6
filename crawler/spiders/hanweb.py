"""Links from Hanweb list pages, whose archive is read through a proxy by record numbers.

The list page carries its newest records in CDATA and, in its inline script, the parameters with which the proxy is asked for
older ones; they are read from the page on each crawl. The total that the proxy tells moves while one pages, and rows shift:
then the archive is read again from its first record.

Options, beside those of `rows`: `perpage` (records on one shown page; default 15), `method` (POST, or GET with everything in
the query), `proxy` (path of the proxy where the page does not name it) and `form` (values that the page does not tell, or
tells wrongly).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.items import SourceSpec
from crawler.spiders import rows
from crawler.spiders.base import Answer, NoOpening, Options, Poll, Reading, ShapeError
from crawler.spiders.rows import RowReader
from crawler.urls import join

_PROXY = "/module/web/jpage/dataproxy.jsp"
_PROXY_HREF = re.compile(r"""href\s*=\s*["']([^"']*dataproxy\.jsp[^"']*)["']""", re.IGNORECASE)
_NAMES = ("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname", "permissiontype")
_PAIR = re.compile(rf"""["']?\b({"|".join(_NAMES)})["']?\s*[:=]\s*(?:"([^"]*)"|'([^']*)'|([\w/.%-]+))""")
_TOTAL = re.compile(
    r"<totalrecord>\s*(\d+)\s*</totalrecord>|[\"']?totalrecord[\"']?\s*[:=]\s*[\"']?(\d+)", re.IGNORECASE
)
_ROW = re.compile(r"<(li|tr)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_GROUP = 3
"""Shown pages in one call, as the sites' own script asks."""
_RESTARTS = 3


class HanwebFinder(NoOpening):
    """Reads a list page, then its archive by record numbers."""

    def __init__(self, spec: SourceSpec) -> None:
        options = Options(spec, [*rows.OPTIONS, "perpage", "method", "proxy", "form"])
        self._spec, self._rows = spec, RowReader(spec, options)
        self._perpage = options.number("perpage", 15)
        if self._perpage < 1:
            raise options.error("option 'perpage' must be 1 or more")
        self._method = options.text("method", "POST").upper()
        if self._method not in {"GET", "POST"}:
            raise options.error(f"method {self._method!r} is neither GET nor POST")
        self._proxy = options.text("proxy")
        self._form = {str(name): str(value) for name, value in options.table("form").items()}

    def polls(self) -> tuple[Poll, ...]:
        """One poll a list page."""
        return tuple(Poll(url=url, state_key=url) for url in self._spec.urls)

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The records as links; `ShapeError` where a list page has none of the family's marks."""
        text = self._rows.text(answer)
        if "start" in poll.context:
            return self._read_records(poll, answer, text)
        links = self._rows.links(self._rows.parse(text), answer)
        if not links and "<record>" not in text.lower() and "dataproxy" not in text:
            raise ShapeError("neither records nor their proxy stand in the list page")
        form = self._parameters(text)
        if "columnid" not in form:
            return Reading(links=links, truncated="the page does not say how its archive is asked for")
        href = _PROXY_HREF.search(text)
        proxy = self._proxy or (urlsplit(unescape(href[1])).path if href else _PROXY)
        context = {"proxy": join(answer.url, proxy), "form": form, "referer": poll.url, "total": None}
        # From the first record, since the list page does not tell the total that later ones are compared with.
        return Reading(links=links, next_page=self._call(poll.page + 1, {**context, "high": 1}, 1))

    def _read_records(self, poll: Poll, answer: Answer, text: str) -> Reading:
        # The records are taken out first: an HTML parser swallows what stands in CDATA.
        array = text if "<record>" in text.lower() else text.replace('\\"', '"').replace("\\/", "/")
        fragment = "".join(found.group() for found in _ROW.finditer(array))
        found = _TOTAL.search(text)
        if not found and not fragment:
            raise ShapeError(f"the proxy's reply has neither records nor a total: {text[:80]!r}")
        links = self._rows.links(self._rows.parse(f"<div class='records'>{fragment}</div>"), answer) if fragment else ()
        total = int(found[1] or found[2]) if found else None
        context, start = poll.context, int(poll.context["start"])
        known, restarts = context["total"], context.get("restarts", 0)
        if total is not None and known is not None and total != known and restarts < _RESTARTS:
            again = {**context, "total": None, "restarts": restarts + 1}
            return Reading(links=links, also=(self._call(2, again, 1),))
        after = start + self._perpage * _GROUP
        ended = not fragment or (total is not None and after > total)
        return Reading(
            links=links, next_page=None if ended else self._call(poll.page + 1, {**context, "total": total}, after)
        )

    def _call(self, page: int, context: Mapping[str, Any], start: int) -> Poll:
        window = {
            "startrecord": start,
            "endrecord": start + self._perpage * _GROUP - 1,
            "perpage": self._perpage,
        }
        query, form = urlencode(window), urlencode(context["form"])
        headers = {"Referer": str(context["referer"]), "X-Requested-With": "XMLHttpRequest"}
        if self._method == "GET":
            query, form = f"{query}&{form}", ""
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        high = max(start, int(context["high"]))
        return Poll(
            url=f"{context['proxy']}?{query}",
            method=self._method,
            headers=headers,
            body=form.encode(),
            page=page,
            # The first records were on the list page, and a second reading repeats all up to where it began anew.
            reread=start <= context["high"],
            context={**context, "start": start, "high": high},
        )

    def _parameters(self, text: str) -> dict[str, str]:
        """What the proxy wants to be told, from the page's script; the page's first list where it shows several."""
        form: dict[str, str] = {}
        for found in _PAIR.finditer(text):
            form.setdefault(found[1], found[2] or found[3] or found[4] or "")
        if href := _PROXY_HREF.search(text):
            told = dict(parse_qsl(urlsplit(unescape(href[1])).query))
            form = {**{name: value for name, value in told.items() if name in _NAMES}, **form}
        return {**form, **self._form}
