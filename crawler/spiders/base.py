"""What a way of finding links is: pure values in and out, so that a list page can be read in a test without a crawl.

A `Finder` says what to poll (`Poll`) and reads an answer into links and further polls (`Reading`). The one Scrapy spider
(`source.SourceSpider`) fetches, decides and counts; it is the same for every kind.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from crawler.dates import Moment
from crawler.errors import CrawlerError, SourceDefinitionError
from crawler.hubs import NO_HUBS, HubLinks
from crawler.items import FailureKind, SourceSpec


class ShapeError(CrawlerError):
    """A list does not look as its definition says (its container is missing, a feed is HTML): look at the site."""


class RefusedError(CrawlerError):
    """A list answered with a code of its own that means no (JSON `code`): blocked, or failed."""

    def __init__(self, problem: str, kind: FailureKind, hint: str) -> None:
        super().__init__(problem)
        self.kind, self.hint = kind, hint


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """What the pages of a list have shown so far, on which it depends whether one more is read (`selection.onward`)."""

    before: str = ""
    """A digest of the links of the page before; empty where there is none to compare with."""
    barren: int = 0
    """How many pages in a row brought nothing."""
    unsorted: bool = False
    """One of the pages was not in order of time: dates do not tell where the window ends."""
    catching_up: bool = False
    """Taken up again later: the list may have grown at its head, and pages may repeat what was read before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """One request for a list. `page` counts from 1; `state_key` names it in `SourceState.urls`."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    page: int = 1
    state_key: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    """What the finder needs to build the next page's request: JSON values only."""
    reread: bool = False
    """This page may repeat what the crawl has seen already: paging goes on although nothing on it is new."""
    trail: Trail = Trail()
    """What the pages before it showed; kept by the spider, not by finders."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An article as a list shows it. Everything but `url` fills what the article's page lacks."""

    url: str
    title: str = ""
    published: Moment | None = None
    source: str = ""
    author: str = ""
    summary: str = ""
    text: str = ""
    """The whole article as HTML or plain text, where the list carries it: then no page is fetched."""
    text_url: str = ""
    """Fetch the text from here instead of from `url`."""
    title_is_whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one list answer holds: its links in order, the next page, and lists to read as well (sub-sitemaps, slices)."""

    links: tuple[Link, ...] = ()
    next_page: Poll | None = None
    also: tuple[Poll, ...] = ()
    truncated: str = ""
    """Why the site will not show all rows of this list however far it is paged; empty where it will."""
    hubs: HubLinks = NO_HUBS
    """The hubs that the list names in its own text."""
    ttl: float = 0.0
    """Seconds for which it says in its own text to stay fresh; 0 where it does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A list's bytes as they came."""

    url: str
    body: bytes
    content_type: str
    fetched_at: dt.datetime


class Finder(Protocol):
    """Finds the links of one source."""

    @property
    def opening(self) -> Poll | None:
        """A request to make before the lists are asked for, and again when its answer has expired; None if there is none."""
        ...

    def opened(self, answer: Answer) -> Mapping[str, str]:
        """What the opening's answer adds to the headers of every list request; `ShapeError` or `RefusedError`."""
        ...

    def polls(self) -> tuple[Poll, ...]:
        """The first requests."""
        ...

    def read(self, poll: Poll, answer: Answer) -> Reading:
        """The links of an answer; `ShapeError` or `RefusedError` where it is not what was asked for."""
        ...


class NoOpening:
    """A finder whose lists can be asked for at once."""

    opening: Poll | None = None

    def opened(self, answer: Answer) -> Mapping[str, str]:
        """Nothing to add."""
        return {}


class Options:
    """A source's options, read strictly: a missing, unknown or mistyped one is a `SourceDefinitionError`."""

    def __init__(self, spec: SourceSpec, allowed: Iterable[str]) -> None:
        self._spec, self._values = spec, spec.options
        known = sorted(allowed)
        for name in spec.options:
            if name not in known:
                raise SourceDefinitionError(
                    spec.name, f"unknown option {name!r}", f"a {spec.kind} source has {', '.join(known)}"
                )

    def error(self, problem: str, hint: str = "") -> SourceDefinitionError:
        """The error to raise for this source."""
        return SourceDefinitionError(self._spec.name, problem, hint)

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        return str(self._typed(name, default, str, "a string"))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        return bool(self._typed(name, default, bool, "true or false"))

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self._typed(name, default, int, "a whole number")
        if isinstance(value, bool):
            raise self.error(f"option {name!r} must be a whole number")
        return int(value)

    def table(self, name: str) -> Mapping[str, Any]:
        """A mapping; empty if it is not given."""
        return dict(self._typed(name, {}, Mapping, "a mapping"))

    def tables(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """A list of mappings; empty if it is not given."""
        values = self._typed(name, [], list, "a list of mappings")
        if not all(isinstance(value, Mapping) for value in values):
            raise self.error(f"option {name!r} must be a list of mappings")
        return tuple(values)

    def texts(self, name: str) -> tuple[str, ...]:
        """A string or a list of strings, as a tuple."""
        value = self._values.get(name, ())
        values = (value,) if isinstance(value, str) else value
        if not isinstance(values, (list, tuple)) or not all(isinstance(part, str) for part in values):
            raise self.error(f"option {name!r} must be a string or a list of strings")
        return tuple(values)

    def regex(self, name: str) -> re.Pattern[str] | None:
        """One or several regular expressions, any of which may match; None if not given."""
        patterns = self.texts(name)
        return self.compiled(name, "|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None

    def compiled(self, name: str, pattern: str) -> re.Pattern[str]:
        """`pattern`, which stands in the option `name`, as a regular expression."""
        try:
            return re.compile(pattern)
        except re.error as error:
            raise self.error(f"option {name!r} is no regular expression: {error}") from error

    def checked(self, name: str, check: Callable[[str], object], what: str, default: str = "") -> str:
        """A string that `check` accepts (it raises otherwise)."""
        value = self.text(name, default)
        if value:
            try:
                check(value)
            except Exception as error:
                raise self.error(f"option {name!r} is no {what}: {value!r} ({error})") from error
        return value

    def _typed(self, name: str, default: Any, kind: type, what: str) -> Any:
        value = self._values.get(name, default)
        if not isinstance(value, kind):
            raise self.error(f"option {name!r} must be {what}, not {type(value).__name__}")
        return value
