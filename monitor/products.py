"""Which Huiminbao product an article is of, under one name, and where it is sold.

The vocabulary's code names a product in any language and script. A name that stands in no list is the article's thread's, so that
an original and its translation stay together; it is shown as it is mostly printed, in Chinese where anybody prints it so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from monitor.identity import regions_meet
from monitor.statements import Report
from monitor.taxonomy import Vocabulary
from monitor.text import normalise

_KIND_NAMES = frozenset({"惠民保", "惠民险", "惠民保险", "huiminbao", "huimininsurance", "huimin"})
"""Names of the kind of product, which name none."""


def subject(one: Report, vocabulary: Vocabulary) -> str:
    """What tells one product from another: the vocabulary's code, else the thread's name, else the name as printed."""
    printed = one.states("product")
    bare = _bare(str(printed.value)) if printed else ""
    for name in (bare, *_thread_product(one)):
        if codes := vocabulary.products.codes(name):
            return codes[0]
    return next(iter(_thread_product(one)), "") or bare


def _thread_product(one: Report) -> tuple[str, ...]:
    parts = one.thread_id.split(":")
    return (parts[1],) if parts[0] == "product" and len(parts) > 1 else ()


def _bare(printed: str) -> str:
    return normalise(printed).plain.strip("\"' “”")


def names_of(reports: Iterable[Report], vocabulary: Vocabulary) -> dict[str, str]:
    """Subject → the name that a row shows: the vocabulary's, else the one most printed, Chinese before Latin."""
    printed: dict[str, Counter[str]] = {}
    for one in reports:
        key = subject(one, vocabulary)
        name = one.states("product")
        printed.setdefault(key, Counter())[_bare(str(name.value)) if name else ""] += 1
    listed = {e.code for e in vocabulary.entries if e.family == "products"}
    chosen: dict[str, str] = {}
    for key, names in printed.items():
        if key in listed:
            chosen[key] = key
            continue
        real = [n for n in names if n and n.lower().replace(" ", "") not in _KIND_NAMES]
        if real:
            chosen[key] = min(real, key=lambda n: (n.isascii(), -names[n], len(n), n))
    return chosen


def city_of(name: str, told: Iterable[str], vocabulary: Vocabulary) -> str:
    """Where a product is sold, as a GB/T 2260 code: the vocabulary's place, unless the articles are of elsewhere (a namesake).

    `told` are the regions of the articles on it; of several the one most told. Empty where nothing is known.
    """
    tally = Counter(told)
    mostly = min(tally, key=lambda c: (-tally[c], c)) if tally else ""
    listed = vocabulary.cities.get(name, "")
    return listed if listed and (not mostly or regions_meet((mostly,), (listed,))) else mostly
