"""What comes of asking: an opinion, or the cause why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.model import Relevance, Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondOpinionSettings:
    """Whom to ask and how much. `url` is the base, to which `/chat/completions` is added; `timeout` is in seconds.

    `reveal_key` gives the key at the moment of the call; no value holds it, so none can print it. `extra` are further
    fields of the request; one that is None takes a field out.
    """

    url: str
    model: str
    reveal_key: Callable[[], str]
    tokens_per_day: int
    timeout: float
    at_once: int = 2
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """A language model's answer on one article, as far as it was valid. `quote` stands in the article word for word."""

    relevance: Relevance
    topic: Topic | None
    quote: str
    model: str


class Cause(StrEnum):
    """Why there is no opinion. None of these ever drops an article."""

    BUDGET = "today's tokens are used up"
    PAUSED = "not asked: the service failed a moment ago"
    TIMEOUT = "no answer in time"
    UNREACHABLE = "the service cannot be reached"
    BUSY = "the service is busy or broken"
    REFUSED = "the service refuses the request"
    NONSENSE = "the answer is no valid one"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """No opinion, and why. `detail` holds nothing that the service wrote: it may quote the key."""

    cause: Cause
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.cause.value} ({self.detail})" if self.detail else self.cause.value


Outcome = Opinion | Unanswered
