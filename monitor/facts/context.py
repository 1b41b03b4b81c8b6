"""What the readers of facts share about one article: layout, figures, dates, names, and the clauses they stand in.

Everything is found once, at first use. Positions are offsets into `Document.whole`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from monitor.facts.dates import DateRange, Moment, find_moments, find_ranges
from monitor.facts.fields import Field, Layout
from monitor.facts.items import without_other_items
from monitor.facts.labels import load_label_words
from monitor.facts.layout import read_layout
from monitor.facts.quantities import Quantity, find_quantities
from monitor.facts.words import FactWords, load_fact_words
from monitor.model import Classification, Fact, Stage, Topic
from monitor.regions import RegionMention
from monitor.taxonomy import Mention, Vocabulary
from monitor.text import Document

_DOT = r"(?<=[A-Za-z0-9\"'%)])(?<!\bNo)(?<!\bCo)(?<!Ltd)(?<!\bMr)(?<!\bMs)(?<!Mrs)(?<!\bSt)(?<!\bDr)(?<!\b[ap]\.m)(?<!\d [ap])\.[\"']?(?=\s|$)"
_CLAUSE = re.compile(rf"[，。；！？;!?\n]|,(?!\d{{3}})(?! Ltd)(?! 20\d\d\b)|{_DOT}|\t")
_STOP = re.compile(rf"[。！？!?\n；;]|{_DOT}")
_FULL_STOP = re.compile(rf"[。！？!?\n]|{_DOT}")
# Beyond these a text is no prose but a list without stops: every figure would be read against all of it.
_LONGEST_CLAUSE, _LONGEST_SENTENCE = 500, 1500
_MOST_FIGURES = 800
_GENERIC = frozenset({"惠民保", "huiminbao", "huimininsurance", "huimin"})


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the text: `start`..`end` in `whole`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible value of a fact with its score and where it stands."""

    value: Any
    start: int
    end: int
    score: float
    unit: str = ""
    basis: str = ""


def exact_form(candidates: list[Candidate], best: Candidate) -> Candidate:
    """The same figure with more digits, where a headline rounds what the text prints in full."""
    for other in candidates:
        close = abs(other.value - best.value) <= 0.03 * best.value
        if close and other.score > 0 and _digits(other.value) > _digits(best.value):
            best = other
    return best


def _digits(value: float) -> int:
    return len(str(int(value)).rstrip("0"))


@dataclass(frozen=True, eq=False)
class Context:
    """One article under the eyes of all fact readers."""

    document: Document
    classification: Classification
    vocabulary: Vocabulary

    @cached_property
    def whole(self) -> str:
        """Title, line break and body, without the links and notes below the article and a round-up's other items."""
        whole = without_other_items(self.document, self.vocabulary)
        for line in re.finditer(r"^.*$", whole, re.MULTILINE):
            if line.start() > max(len(whole) // 3, self.body_start) and self.words["tail"].match(
                line.group().lstrip("【[(")
            ):
                return whole[: line.start()]
        return whole

    @cached_property
    def words(self) -> FactWords:
        return load_fact_words()

    @property
    def title(self) -> str:
        return self.document.title.plain

    @property
    def body_start(self) -> int:
        return len(self.document.title.plain) + 1

    @property
    def published(self) -> dt.datetime | None:
        return self.document.article.published

    @property
    def stage(self) -> Stage | None:
        return self.classification.stage

    @property
    def is_tender(self) -> bool:
        return Topic.GOV_TENDER in self.classification.topics

    @property
    def is_huiminbao(self) -> bool:
        return Topic.HUIMINBAO in self.classification.topics

    @cached_property
    def layout(self) -> Layout:
        return read_layout(self.whole, load_label_words(), self.body_start)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return find_quantities(self.whole)[:_MOST_FIGURES]

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        return find_moments(self.whole)

    @cached_property
    def ranges(self) -> tuple[DateRange, ...]:
        return find_ranges(self.whole, self.moments)

    @cached_property
    def insurers(self) -> tuple[Mention, ...]:
        return self.vocabulary.insurers.find(self.whole)

    @cached_property
    def programmes(self) -> tuple[Mention, ...]:
        return self.vocabulary.programmes.find(self.whole)

    @cached_property
    def products(self) -> tuple[Mention, ...]:
        """Huiminbao products named; the kind's own name (惠民保, Huiminbao) is none."""
        known = self.vocabulary.products.find(self.whole)
        built = (m for m in self.vocabulary.unknown_products(self.whole) if self._is_name(m))
        named = (m for m in (*known, *built) if m.surface.replace(" ", "").lower() not in _GENERIC)
        return tuple(sorted(named, key=lambda m: m.start))

    def _is_name(self, mention: Mention) -> bool:
        """A name that is built like a product's counts where it is quoted or begins with its place."""
        before = self.whole[max(0, mention.start - 1) : mention.start]
        if before in tuple("\"'《【") or not mention.surface.endswith(("惠民保", "惠民宝")):
            return True
        return any(p.start == mention.start for p in self.places)

    @cached_property
    def subject_product(self) -> str | None:
        """The code of the product that the article is about: named in the title, else most often."""
        counts: dict[str, float] = {}
        for mention in self.products:
            weight = 3.0 if self.in_title(mention.start) else 1.0
            quoted = self.whole[max(0, mention.start - 1) : mention.start] in ('"', "'", "《", "【")
            if mention.surface.endswith("惠民保") and not quoted:
                weight /= 4  # "合肥惠民保" may only say what 合惠保 is
            counts[mention.code] = counts.get(mention.code, 0) + weight
        return max(counts, key=lambda code: counts[code]) if counts else None

    @cached_property
    def places(self) -> tuple[RegionMention, ...]:
        return self.vocabulary.regions.find(self.whole)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return _split(self.whole, _CLAUSE, _LONGEST_CLAUSE)

    @cached_property
    def sentences(self) -> tuple[Clause, ...]:
        return _split(self.whole, _STOP, _LONGEST_SENTENCE)

    def clause(self, position: int) -> Clause:
        """The clause that holds `position` (commas end a clause)."""
        return _holding(self.clauses, position)

    def sentence(self, position: int) -> Clause:
        """The sentence that holds `position` (semicolons and line breaks end a sentence)."""
        return _holding(self.sentences, position)

    def full_sentence(self, position: int) -> Clause:
        """The sentence that holds `position`, semicolons included."""
        return _holding(self._full_sentences, position)

    @cached_property
    def _full_sentences(self) -> tuple[Clause, ...]:
        return _split(self.whole, _FULL_STOP, _LONGEST_SENTENCE)

    @property
    def window(self) -> int:
        """How far words reach: English needs about three letters for one character of Chinese."""
        return 3 if self.document.is_english else 1

    def before(self, position: int, limit: int = 60) -> str:
        """The words of the sentence before `position`, at most `limit` of them."""
        start = self.sentence(position).start
        return self.whole[max(start, position - limit) : position]

    def after(self, position: int, limit: int = 40) -> str:
        """The words of the sentence from `position` on, at most `limit` of them."""
        sentence = self.sentence(max(0, position - 1))
        return self.whole[position : min(max(sentence.end, position), position + limit)]

    def in_title(self, position: int) -> bool:
        return position < self.body_start

    def lead_end(self) -> int:
        """The end of the body's first paragraph, or of its second where the first is short."""
        first = self.whole.find("\n", self.body_start)
        if first < 0:
            return len(self.whole)
        if first - self.body_start < 60:
            second = self.whole.find("\n", first + 1)
            return len(self.whole) if second < 0 else second
        return first

    def printed(self, start: int, end: int) -> str:
        """What stands at this place as printed, in the article's own script."""
        return self.document.quote(self.document.locate(start, end))

    def fact(
        self, key: str, value: Any, start: int, end: int, *, unit: str = "", basis: str = "", confidence: float = 1.0
    ) -> Fact:
        """A fact with the sentence that proves it."""
        sentence = self.sentence(start)
        lead = len(sentence.text) - len(sentence.text.lstrip())
        span = self.document.locate(start, end)
        return Fact(
            key=key,
            value=value,
            raw=self.document.quote(span),
            sentence=self.printed(sentence.start + lead, max(sentence.end, end)).strip(),
            span=span,
            unit=unit,
            basis=basis,
            confidence=confidence,
        )

    def field_fact(self, key: str, value: Any, field: Field, **more: Any) -> Fact:
        """A fact read from a labelled value."""
        return self.fact(key, value, field.start, field.end, **more)


def _split(text: str, ends: re.Pattern[str], longest: int) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    at = 0
    for stop in [*(m.end() for m in ends.finditer(text)), len(text)]:
        while stop - at > longest:
            clauses.append(Clause(at, at + longest, text[at : at + longest]))
            at += longest
        clauses.append(Clause(at, stop, text[at:stop]))
        at = stop
    return tuple(clauses)


def _holding(clauses: tuple[Clause, ...], position: int) -> Clause:
    low, high = 0, len(clauses) - 1
    while low < high:
        middle = (low + high) // 2
        if clauses[middle].end <= position:
            low = middle + 1
        else:
            high = middle
    return clauses[low]
