"""Every live entry of the catalogue with the replica that it is tested on, and the entry as it is asked for on loopback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crawler import SourceSpec, can_search
from crawler.catalogue import CatalogueEntry
from tests.fakeweb import gov
from tests.fakeweb import gov_procurement as procurement
from tests.fakeweb.gov import Replica
from tests.fakeweb.media import PORTALS
from tests.fakeweb.media_feeds import FEEDS
from tests.fakeweb.media_press import PRESS
from tests.fakeweb.media_trade import TRADE
from tests.fakeweb.server import FakeWeb

Serve = Callable[[FakeWeb, CatalogueEntry, dt.datetime], Replica]


def _trs(**how: Any) -> Serve:
    return lambda web, found, now: gov.serve_trs(web, found.urls, found.publisher, now, **how)


def _hanweb(**how: Any) -> Serve:
    return lambda web, found, now: gov.serve_hanweb(web, found.urls, found.publisher, now, **how)


def _nfra(item: int) -> Serve:
    return lambda web, found, now: gov.serve_nfra(web, found.urls[0], item, now)


def _ccgp(web: FakeWeb, found: CatalogueEntry, now: dt.datetime) -> Replica:
    return gov.serve_ccgp(web, found.urls, found.publisher, now)


def _epoint(field: str) -> Serve:
    return lambda web, found, now: procurement.serve_epoint(web, found.urls[0], field, now)


def _ggzy(stage: str) -> Serve:
    return lambda web, found, now: procurement.serve_ggzy(web, found.urls[0], stage, now)


GOVERNMENT: Mapping[str, Serve] = {
    "nhsa": _hanweb(),
    "iachina": _hanweb(perpage=14),
    "ybj-zhejiang": _hanweb(proxy="/module/jpage/dataproxy.jsp", named=False),
    "ybj-jiangsu": _hanweb(array=True),
    "nfra-news": _nfra(915),
    "nfra-policy": _nfra(916),
    "nfra-notices": _nfra(925),
    "ylbzj-chongqing": _trs(label="gb2312"),
    "ybj-beijing": _trs(label="utf-8", codec="gb18030"),
    "hsa-guangdong": lambda web, found, now: gov.serve_posts(web, found.urls[0], found.publisher, now),
    "ccgp-local": _ccgp,
    "ccgp-central": _ccgp,
    "ccgp-changes": _ccgp,
    "ccgp-other": _ccgp,
    "ggzy-notices": _ggzy("0201"),
    "ggzy-results": _ggzy("0202"),
    "cebpubservice": lambda web, found, now: procurement.serve_bulletins(web, found.urls[0], found.publisher, now),
    "zfcg-zhejiang": lambda web, found, now: procurement.serve_zcygov(
        web, found.urls[0], tuple(found.options["keywords"]), now
    ),
    "ccgp-chongqing": lambda web, found, now: procurement.serve_chongqing(web, found.urls[0], now),
    "ccgp-shandong": lambda web, found, now: procurement.serve_shandong(
        web, found.urls[0], tuple(found.options["keywords"]), now
    ),
    "ggzy-zhejiang": _epoint("webdate"),
    "ggzy-jiangsu": _epoint("infodatepx"),
    "picc": _trs(),
    "picc-property": _trs(),
    "cpic": lambda web, found, now: procurement.serve_newsroom(web, found.urls[0], found.publisher, now),
}
"""Government, procurement and newsrooms: replicas that know what a reader must find, dated backwards from a given day."""

MEDIA = {**PORTALS, **PRESS, **TRADE, **FEEDS}
"""Media, feeds and English: replicas of September 2026."""

SEPTEMBER = dt.datetime(2026, 9, 8, tzinfo=gov.CHINA), dt.datetime(2026, 9, 27, 12, tzinfo=gov.CHINA)


def on_loopback(found: CatalogueEntry, **changes: Any) -> SourceSpec:
    """The entry as it ships, but http (the fake web is an http proxy) and without pauses."""
    spec = found.spec()
    fields = {"urls": tuple(map(gov.plain, spec.urls)), "options": _plain(spec.options), "delay": None}
    return replace(spec, **{**fields, "warm_up": gov.plain(spec.warm_up), **changes})


def with_few_words(spec: SourceSpec) -> SourceSpec:
    """The source with two of its words to search for: the one that replicas know, and one more."""
    words = spec.options.get("keywords", [])
    if not can_search(spec) or len(words) <= 2:
        return spec
    kept = [procurement.WORD, words[0]] if procurement.WORD in words else words[:2]
    return replace(spec, options={**spec.options, "keywords": kept})


def window_of(found: CatalogueEntry, replica: Replica | None) -> tuple[dt.datetime, dt.datetime | None]:
    """A window that holds all of the entry's replica."""
    if replica is not None:
        return min(golden.published for golden in replica.all) - dt.timedelta(days=1), None
    if "window" in found.options:
        return SEPTEMBER
    return dt.datetime(2020, 1, 1, tzinfo=gov.CHINA), None


def serve(web: FakeWeb, found: CatalogueEntry, now: dt.datetime) -> Replica | None:
    """Put the entry's replica on `web`; returns what a reader must find there, where the replica knows."""
    if found.name in GOVERNMENT:
        return GOVERNMENT[found.name](web, found, now)
    MEDIA[found.name](web)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return gov.plain(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
