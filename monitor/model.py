"""The domain: articles, verdicts, facts, stories and events as frozen values.

Nothing here knows of databases, pages or channels. All times are aware UTC. Offsets are character offsets into the
*original* title or text of the article (not the normalised form), end exclusive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Topic(StrEnum):
    """What an article is about, as far as this product cares."""

    GOV_TENDER = "gov_tender"  # 政保业务: government-commissioned insurance business
    HUIMINBAO = "huiminbao"  # 惠民保: city supplementary medical insurance


class Relevance(StrEnum):
    """What to do with an article."""

    ALERT = "alert"
    DIGEST = "digest"
    NONE = "none"


class Stage(StrEnum):
    """Where a government tender stands."""

    INTENTION = "intention"
    NOTICE = "notice"
    AMENDMENT = "amendment"
    RESULT = "result"
    FAILED = "failed"
    CONTRACT = "contract"
    RENEWAL = "renewal"
    OPERATION = "operation"


class Update(StrEnum):
    """What happened to a Huiminbao product."""

    LAUNCH = "launch"
    ENROLMENT = "enrolment"
    TERMS = "terms"
    CLAIMS = "claims"
    SERVICE = "service"
    POLICY = "policy"
    RECOGNITION = "recognition"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One URL's text, as the steps of understanding see it.

    `id` is the store's number or the record id of an input file, as a string. `lang` is `zh`, `zh-Hant`, `en` or empty
    (unknown). `published` is None where neither page nor list said.
    """

    id: str
    url: str
    source: str
    published: dt.datetime | None
    lang: str
    title: str
    text: str
    stock_codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.published is not None and self.published.tzinfo is None:
            raise ValueError(f"article {self.id}: published must be an aware datetime")


Field = Literal["title", "text"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of an article's original title or text."""

    field: Field
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a step decided as it did: a stable code, the words that counted, and their weight (0: no score)."""

    code: str
    detail: str
    weight: float = 0.0
    span: Span | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicScore:
    """One topic's score against its threshold, with everything that counted for and against."""

    topic: Topic
    score: float
    threshold: float
    relevance: Relevance
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Classification:
    """The verdict of `classify`: topics, what to do, stage and update, and why.

    `relevance` is the highest of the topics' relevances. `undecided` marks a score so near its threshold that a second
    opinion is worth asking for.
    """

    topics: tuple[Topic, ...]
    relevance: Relevance
    stage: Stage | None
    update: Update | None
    scores: tuple[TopicScore, ...]
    reasons: tuple[Reason, ...] = ()
    undecided: bool = False


LIST_FACTS = frozenset({"regions", "insurers", "programmes", "premium_per_person", "winner"})
"""Fact keys whose value is a list: one `Fact` for each element."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One value read from an article, with its proof.

    `key` is one of the annotation guide's keys. `value` is in base units: yuan, persons, 0..1, [first, last] year,
    ISO 8601 for a deadline, six-digit GB/T 2260 for a region. `raw` is the value as printed, `basis` what it is per
    (`total`, `person/year`, `year`, …). `sentence` is the evidence and `span` where it stands.
    """

    key: str
    value: Any
    raw: str
    sentence: str
    span: Span
    unit: str = ""
    basis: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Lot:
    """One lot (包, 标项, 采购包) of a tender: number and name as printed, and its own facts.

    Keys are those of `Fact`, besides `rate` (a share) and `candidate` (recommended, not chosen).
    """

    number: str
    facts: tuple[Fact, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Two readings of one fact within one article (table against text, title against body): shown, never hidden."""

    key: str
    kept: Fact
    other: Fact
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FactSheet:
    """All facts of one article. `rates` are prices that are not money (%, yuan a head); they never become `amount`."""

    facts: tuple[Fact, ...] = ()
    lots: tuple[Lot, ...] = ()
    rates: tuple[Fact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def values(self) -> dict[str, Any]:
        """Facts as the annotation guide writes them: list keys as lists in order, the others as one value."""
        out: dict[str, Any] = {}
        for fact in self.facts:
            if fact.key in LIST_FACTS:
                bucket = out.setdefault(fact.key, [])
                if fact.value not in bucket:
                    bucket.append(fact.value)
            else:
                out.setdefault(fact.key, fact.value)
        return out

    def first(self, key: str) -> Fact | None:
        """The fact that stands for `key`, if there is one."""
        return next((f for f in self.facts if f.key == key), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One stored article that was compared, and why it was joined or kept apart."""

    article_id: str
    group_id: str
    score: float
    joined: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryDecision:
    """Which story an article belongs to. `duplicate_of` is the article it repeats, None for a story's first."""

    story_id: str
    duplicate_of: str | None
    reason: str
    compared: tuple[Comparison, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EventDecision:
    """Which event an article reports, and the thread (a tender's project, a product's edition) it belongs to.

    `is_new` is True where the article opens its event. `thread_id` is None where nothing identifies one.
    """

    event_id: str | None
    is_new: bool
    thread_id: str | None
    reason: str
    compared: tuple[Comparison, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """Everything that was decided about one article, in the order in which it was decided."""

    article: Article
    classification: Classification
    facts: FactSheet
    story: StoryDecision
    event: EventDecision


def labels(understanding: Understanding) -> Mapping[str, Any]:
    """The annotation guide's prediction record for one article."""
    u = understanding
    return {
        "id": u.article.id,
        "topics": [t.value for t in u.classification.topics],
        "relevance": u.classification.relevance.value,
        "stage": u.classification.stage.value if u.classification.stage else None,
        "update": u.classification.update.value if u.classification.update else None,
        "facts": u.facts.values(),
        "story": u.story.story_id,
        "event": u.event.event_id,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a user said of an article, for learning and for the record."""

    article_id: str
    relevance: Relevance
    topics: tuple[Topic, ...]
    by: str
    at: dt.datetime
    note: str = field(default="")
