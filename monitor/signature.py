"""Everything by which one article is compared with others, taken once.

A signature holds fingerprints of the words (`monitor.fingerprint`), the figures in reading order (`monitor.figures`), the
telling marks (`monitor.identity`) and the look-up keys of each. It is pure data: it can be stored, and two processes take
the same one of the same article.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any

from monitor.figures import figures_of, weight
from monitor.fingerprint import MAX_LETTERS, Sketch, digest_of, fingerprint, key_of, letters_of, strip_frame
from monitor.identity import (
    Identity,
    documents_of,
    labelled_number,
    lot_name,
    lots_of,
    normal_number,
    regions_meet,
    round_of,
    years_of,
)
from monitor.model import Classification, FactSheet, Relevance
from monitor.taxonomy import Vocabulary
from monitor.text import Document, normalise

SIGNATURE_VERSION = 2
"""Raise it when any rule that makes fingerprints, figures or keys changes: signatures of two versions are not compared."""

MAX_FIGURES = 160
"""Figures kept of one text; a table of hundreds of prices adds nothing to the comparison."""

MAX_PLACES = 40
"""Places kept of one body."""

_HEADED_FIRST = ("failed", "amendment", "renewal", "intention", "contract", "result", "notice", "operation")
"""A correction of a result is a correction, a result of a tender notice's project a result."""

_KIND_NAMES = frozenset({"惠民保", "惠民保险", "惠民险", "huiminbao", "huimininsurance", "huimin"})
"""Names of the kind of product, in letters: they tell no product from another."""

_ROUND_UP_PARAGRAPHS = 4
_ROUND_UP_FACTS = 3
_ITEM_SHARE = 0.75
_ITEM_LENGTH = 0.7
_PAIR_KEYS = 6
_PAIR_WEIGHT = 5
_VALUE_KEYS = (
    "amount", "premium_total", "payout", "claims_count", "insured_persons", "participation_rate", "premium_per_person",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """The one item of a round-up that the article's facts come from: its own sketch and figures."""

    sketch: Sketch
    figures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One article as the comparing steps see it.

    `latin` tells the language (mainly Latin script). `title` is the headline's letters. `item` is given for a
    round-up that takes another outlet's item in. `text_keys` look up the words,
    `fact_keys` what the article is about; both signed 64-bit.
    """

    article_id: str
    published: dt.datetime | None
    latin: bool
    title: str
    sketch: Sketch
    figures: tuple[str, ...]
    item: Item | None
    identity: Identity
    text_keys: tuple[int, ...]
    fact_keys: tuple[int, ...]

    @property
    def is_relevant(self) -> bool:
        return self.identity.relevance != Relevance.NONE.value

    @property
    def is_alert(self) -> bool:
        return self.identity.relevance == Relevance.ALERT.value


def sign(document: Document, classification: Classification, facts: FactSheet, vocabulary: Vocabulary) -> Signature:
    """Take an article's signature. Pure; the facts of an irrelevant article may be empty."""
    latin = document.is_english
    body = strip_frame(document.body.plain)
    print_ = fingerprint(body, latin=latin)
    figures = figures_of(body, latin=latin)[:MAX_FIGURES]
    identity = _identify(document, classification, facts, vocabulary)
    if identity.relevance != Relevance.NONE.value:  # only then are there names that could contradict
        identity = replace(identity, body=digest_of(body))
    title = letters_of(document.title.plain)
    text_keys = print_.keys
    if len(title) >= 6:
        text_keys = (*text_keys, key_of(f"title:{title}"))
    return Signature(
        article_id=document.article.id,
        published=document.article.published,
        latin=latin,
        title=title,
        sketch=print_.sketch,
        figures=figures,
        item=_item(document, facts, identity, latin=latin) if identity.relevance != Relevance.NONE.value else None,
        identity=identity,
        text_keys=text_keys,
        fact_keys=tuple(dict.fromkeys(key_of(k) for k in _fact_keys(identity, figures, vocabulary))),
    )


def _item(document: Document, facts: FactSheet, identity: Identity, *, latin: bool) -> Item | None:
    """The item of a round-up, None for any other article.

    A round-up has a headline that names neither place, product nor project, and nearly all facts stand together in a few
    paragraphs that are the smaller part of the text.
    """
    title = letters_of(document.title.plain)
    if regions_meet(identity.places, identity.regions) or any(
        n and n in title for n in (identity.product, identity.project)
    ):
        return None
    paragraphs = document.body.original.split("\n")
    if len(paragraphs) < _ROUND_UP_PARAGRAPHS:
        return None
    counts = _facts_in(paragraphs, facts)
    total = sum(counts)
    if total < _ROUND_UP_FACTS:
        return None
    lengths = [len(p) for p in paragraphs]
    for size in (1, 2, 3):
        best = max(range(len(paragraphs) - size + 1), key=lambda i: sum(counts[i : i + size]))
        if sum(counts[best : best + size]) >= _ITEM_SHARE * total:
            if sum(lengths[best : best + size]) > _ITEM_LENGTH * sum(lengths):
                return None
            text = normalise("\n".join(paragraphs[best : best + size])).plain
            return Item(fingerprint(text, latin=latin).sketch, figures_of(text, latin=latin))
    return None


def _facts_in(paragraphs: list[str], facts: FactSheet) -> list[int]:
    """How many facts are proved by each paragraph of the original text."""
    ends = list(accumulate(len(p) + 1 for p in paragraphs))
    counts = [0] * len(paragraphs)
    for fact in facts.facts:
        if fact.span.field == "text" and fact.span.end > fact.span.start:
            counts[min(bisect_right(ends, fact.span.start), len(counts) - 1)] += 1
    return counts


def _identify(document: Document, classification: Classification, facts: FactSheet, vocabulary: Vocabulary) -> Identity:
    title = document.title.plain
    relevance = classification.relevance
    places = tuple(dict.fromkeys(m.code for m in vocabulary.regions.find(title)))
    if relevance is Relevance.NONE:
        return Identity(
            places=places,
            named=_named(document, vocabulary) if places else (),
            number=labelled_number(document.body.plain),
            lots=lots_of(title),
            round=round_of(title),
            years=years_of(title),
        )
    values = {k: _comparable(v) for k, v in facts.values().items()}
    product, listed = _product(str(values.get("product", "")), vocabulary)
    period = values.get("period")
    return Identity(
        topics=tuple(t.value for t in classification.topics),
        relevance=relevance.value,
        stage=classification.stage.value if classification.stage else "",
        update=classification.update.value if classification.update else "",
        regions=tuple(values.get("regions", ())),
        places=places,
        named=_named(document, vocabulary),
        headed=_headed(title, vocabulary),
        programmes=tuple(values.get("programmes", ())),
        insurers=tuple(values.get("insurers", ())),
        winners=tuple(letters_of(str(w)) for w in values.get("winner", ())),
        buyer=letters_of(str(values.get("buyer", ""))),
        project=letters_of(str(values.get("project", ""))),
        product=product,
        product_listed=listed,
        number=normal_number(str(values.get("project_number", ""))) or labelled_number(document.body.plain),
        lots=lots_of(title) or tuple(sorted({lot_name(lot.number) for lot in facts.lots})),
        round=round_of(title),
        period=(int(period[0]), int(period[1])) if period else None,
        years=years_of(title),
        documents=documents_of(document.whole),
        deadline=str(values.get("deadline", ""))[:10],
        values=tuple(_numbers(values)),
    )


def _named(document: Document, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Places that the body names, as printed: which one a name means depends on its surroundings, its letters do not."""
    found = vocabulary.regions.find(document.body.plain[:MAX_LETTERS])
    return tuple(dict.fromkeys(m.surface for m in found))[:MAX_PLACES]


def _headed(title: str, vocabulary: Vocabulary) -> str:
    """The stage that the words of a headline name; where they name several, the one that makes it another event."""
    cues = vocabulary.cues.get("stage")
    named = {m.code.partition(".")[2] for m in cues.find(title)} if cues else ()
    return next((stage for stage in _HEADED_FIRST if stage in named), "")


def _comparable(value: Any) -> Any:
    """Printed values are in the article's own script and width: compared in the normal form."""
    if isinstance(value, str):
        return normalise(value).plain
    return [_comparable(v) for v in value] if isinstance(value, (list, tuple)) else value


def _product(printed: str, vocabulary: Vocabulary) -> tuple[str, bool]:
    if not printed:
        return "", False
    codes = vocabulary.products.codes(printed)
    if codes:
        return codes[0], True
    letters = letters_of(printed)
    return ("" if letters in _KIND_NAMES else letters), False


def _numbers(values: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for key in _VALUE_KEYS:
        value = values.get(key)
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(one, (int, float)):
                yield key, float(one)


def _fact_keys(identity: Identity, figures: tuple[str, ...], vocabulary: Vocabulary) -> Iterator[str]:
    if identity.number:
        yield f"number:{identity.number}"
    yield from _figure_pairs(figures)
    if identity.relevance == Relevance.NONE.value:
        return
    if identity.product:
        yield f"product:{identity.product}"
    regions = identity.regions or identity.places
    if not regions and identity.product_listed:
        city = vocabulary.cities.get(identity.product)
        regions = (city,) if city else ()
    for region in regions[:4]:
        for subject in (*identity.programmes[:4], *(t for t in identity.topics if t == "huiminbao")):
            yield f"subject:{region}:{subject}"
        if not identity.programmes and "gov_tender" in identity.topics:
            yield f"subject:{region}:gov_tender"
    yield from (f"document:{letters_of(d)}" for d in identity.documents[:3])


def _figure_pairs(figures: tuple[str, ...]) -> list[str]:
    """Shingles of a text's figures: pairs of telling ones that follow one another, the same in every language.

    Of many, those with the smallest hash are taken, so that an original and its translation take the same ones.
    """
    telling = [f for f in figures if weight(f) >= 2 and not f.startswith("@")]
    pairs = {f"figures:{a}:{b}" for a, b in pairwise(telling) if a != b and weight(a) + weight(b) >= _PAIR_WEIGHT}
    return sorted(pairs, key=key_of)[:_PAIR_KEYS]
