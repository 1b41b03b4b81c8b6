"""Codes of listed companies in a page's markup: chart blocks, `data-code` and `span[id^=stock_]`."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_SPAN = re.compile(r"^stock_(\d{1,3})\.([0-9A-Z]{4,6})$")
_DATA = re.compile(r"^(?:K\s+)?([0-9A-Z]{4,6})\|(\d{1,3})\|")
_QUOTE = re.compile(r"(?:nid=|/unify/r/)(\d{1,3})\.([0-9A-Z]{4,6})")
_HONG_KONG = "116"


def stock_codes(container: HtmlElement) -> tuple[str, ...]:
    """Codes below `container` in order of appearance: six digits for the mainland, `01336.HK` for Hong Kong (market 116 in the markup)."""
    codes: dict[str, None] = {}
    for node in container.iter("a", "img", "span"):
        if found := _SPAN.match(node.get("id") or ""):
            market, code = found.groups()
        elif found := _DATA.match(node.get("data-code") or ""):
            code, market = found.groups()
        elif found := _QUOTE.search(f"{node.get('href') or ''} {node.get('src') or ''}"):
            market, code = found.groups()
        else:
            continue
        codes[f"{code}.HK" if market == _HONG_KONG else code] = None
    return tuple(codes)
