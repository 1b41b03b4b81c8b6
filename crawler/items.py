"""The values that cross the crawler's border: sources and jobs in, articles and reports out.

All times are aware UTC. All values are frozen; sequences are tuples.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from crawler.files.reading import FileNote
from crawler.settings import CrawlSettings

if TYPE_CHECKING:
    from crawler.journal import Journal


class SourceKind(StrEnum):
    """The way in which a source's links are found (one spider each)."""

    FEED = "feed"
    LISTING = "listing"
    API = "api"
    SITEMAP = "sitemap"
    HANWEB = "hanweb"


class AttachmentMode(StrEnum):
    """What becomes of the files that an article's page links to."""

    LIST = "list"
    """Their names and addresses are kept."""
    TEXT = "text"
    """They are fetched, under the same manners as pages, and their text is appended to the article's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpec:
    """A place to poll, as data.

    `name` is unique. `urls` are the pages or endpoints to poll. `options` are read by the spider of `kind` (each
    spider documents its own) and are validated before a crawl starts. `publisher` is the printed name to use when an
    article names none; `lang` the language to assume (`zh`, `zh-Hant`, `en`, empty: detect).
    """

    name: str
    kind: SourceKind
    urls: tuple[str, ...]
    publisher: str = ""
    lang: str = ""
    encoding: str = ""
    """Force this codec instead of deciding by evidence; empty (the default) decides."""
    verify_tls: bool = True
    delay: float | None = None
    """Seconds between two requests to one host; None takes `CrawlSettings.delay`."""
    page: str = ""
    """Name of the page object to use for articles; empty picks by URL."""
    warm_up: str = ""
    """A page to visit first in each crawl, cookies on, for sites whose interface wants the cookies of their front page."""
    rest: float | None = None
    """Seconds to leave the host alone after a ban page; None takes `manners.BLOCK_REST`."""
    allow_private: bool = False
    """Whether links, redirects and names may lead to loopback and private addresses (`addresses` has the rules)."""
    attachments: AttachmentMode = AttachmentMode.LIST
    options: Mapping[str, Any] = field(default_factory=dict)


class Distrust(StrEnum):
    """Why a server's word on what has not changed is not taken (`caching`)."""

    NONE = ""
    LIES = "lies"  # it answered 304 although the content had changed
    CHURNS = "churns"  # it hands out another ETag for the same bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class UrlState:
    """What one polled URL said of itself last time, for conditional GET (RFC 9110, section 13), and how far that is believed.

    Times are ISO 8601, so that a state is JSON as it stands; empty: never.
    """

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    """SHA-256 of the last body in hex: identical bytes are not parsed again."""
    core_hash: str = ""
    """The same of what counts in it: dates in the head of a feed do not."""
    ttl: float = 0.0
    """Seconds for which it stays fresh, as it said in its own text; 0 where it did not say."""
    full_at: str = ""
    """When it was last answered in full."""
    unverified: int = 0
    """Answers of 304 since then."""
    distrust: Distrust = Distrust.NONE
    proofs: int = 0
    """Times in a row that a distrusted server was seen to tell the truth."""
    churned: int = 0
    """Times in a row that the ETag was another and the bytes the same."""
    probed_at: str = ""
    """When its server was last put to the test."""
    hubs: tuple[str, ...] = ()
    """Hubs that tell of what is new in it (`hubs.HubLinks`), as it said when it was last read."""
    topic: str = ""
    """The address under which those hubs know it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """What is remembered of a source between two crawls, by polled URL."""

    urls: Mapping[str, UrlState] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Where an earlier crawl was left: list positions by the journal's numbers, and links by canonical URL, as handed over."""

    lists: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    links: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A host is not to be asked for so many seconds: for `reason`, or, without one, since its turn has not come."""

    host: str
    seconds: float
    reason: str = ""
    blocked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlJob:
    """One crawl of one source.

    `known` holds canonical URLs and identity keys (`urls.identity_keys`) that are stored already: a snapshot, since a
    spider sees no database. `since`/`until` (aware UTC) and `max_pages` turn a poll into a backfill: lists are paged
    until an item older than `since` appears. `max_articles` caps article fetches (0: `CrawlSettings.max_articles`).
    """

    source: SourceSpec
    state: SourceState = SourceState()
    known: frozenset[str] = frozenset()
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    max_pages: int = 1
    max_articles: int = 0
    deadline: float = 0.0
    """Seconds after which the crawl is closed and what it has is reported; 0 takes `CrawlSettings.deadline`."""
    journal: Journal | None = None
    """Who is told of everything as it happens; articles then go there and not into the report."""
    waiting: Waiting | None = None
    """Go on from here (with a journal); None begins with the source's first lists."""
    pauses: tuple[Pause, ...] = ()
    """What is remembered of hosts from before this process began."""
    on_exchange: Callable[[Exchange], None] | None = None
    """Told of every request that was answered, in order: for those who save a crawl (`fixture`)."""
    settings: CrawlSettings = field(default_factory=CrawlSettings)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A request and its answer as they travelled: redirects, robots.txt and warm-up among them, bodies as packed."""

    method: str
    url: str
    sent_headers: tuple[tuple[str, str], ...]
    sent_body: bytes
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPage:
    """The bytes an article was read from, for the archive. Headers in the order received, names as received."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: dt.datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    """A linked file: how many characters of the article's text come from it, and why not all (None: all do)."""

    name: str
    url: str
    chars: int
    note: FileNote | None
    detail: str = ""
    """What kept us from fetching it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawledArticle:
    """One article as read from one page or one feed entry.

    `text` joins paragraphs with a newline, without navigation; table rows stay rows (cells joined by a tab).
    `published` is None where neither page nor list says; `published_precision` is `minute`, `day` or empty.
    """

    url: str
    canonical_url: str
    keys: tuple[str, ...]
    """Identity keys beside the canonical URL, such as `eastmoney:202204192348164418` (site id keys)."""
    title: str
    text: str
    published: dt.datetime | None
    published_precision: str
    source: str
    """The publisher as printed; a trailing （文章来源：X） wins over the site's own name."""
    author: str
    lang: str
    origin_url: str
    """Where the page says that it took the text from; empty if it does not say."""
    stock_codes: tuple[str, ...]
    """Codes of listed companies in the page's stock blocks, as `601336` or `01336.HK`."""
    attachments: tuple[tuple[str, str], ...]
    """(name, absolute URL) of linked files."""
    page: str
    """Name of the page object that read it (`generic` for the fallback)."""
    fetched_at: dt.datetime
    raw: RawPage | None
    files: tuple[AttachedFile, ...] = ()
    """What became of the attachments, where their text was asked for (`SourceSpec.attachments`)."""


class FailureKind(StrEnum):
    """Why a page or a list gave nothing, by what to do next."""

    UNREACHABLE = "unreachable"  # DNS, refused, timed out, TLS: try later
    HTTP_ERROR = "http_error"  # a status that is no success: try later, or mend the URL
    BLOCKED = "blocked"  # ban or captcha page, even with status 200: rest for hours
    ADDRESS = "address"  # at a private or reserved address, where a stranger may have led us: not connected to
    ROBOTS = "robots"  # forbidden by robots.txt: do not fetch
    TOO_LARGE = "too_large"  # over the body cap
    EMPTY = "empty"  # a success without content
    SHAPE = "shape"  # not the shape expected (a feed that is HTML, a list without its container): look at the site
    EXTRACTION = "extraction"  # a page without a readable article
    DEADLINE = "deadline"  # the crawl's time was up before it was fetched
    BUG = "bug"  # an unexpected exception; the log has the traceback


class Gravity(StrEnum):
    """What can be hoped for after a failure, if the same is asked again later."""

    SOFT = "soft"  # an answer without content: half a success
    TEMPORARY = "temporary"  # unreachable, a server error, too late: it usually passes
    HARD = "hard"  # gone, forbidden, of another shape, a bad certificate: somebody must mend something


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchFailure:
    """A page or list that failed: what, where, and what to do."""

    url: str
    kind: FailureKind
    detail: str
    hint: str = ""
    retry_after: float | None = None
    """Seconds that the server asked us to wait, if it did."""
    is_list: bool = False
    """True where the polled URL itself failed, False for an article."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A link that was found and not fetched, with the reason (`known`, `too_old`, `off_site`, `cap`, …)."""

    url: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlReport:
    """What became of one crawl. Nothing is silently absent: found = articles + handed over + skipped + failed articles."""

    source: str
    started_at: dt.datetime
    finished_at: dt.datetime
    found: int
    articles: tuple[CrawledArticle, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[FetchFailure, ...]
    state: SourceState
    """The state to store once the articles are stored."""
    unchanged: bool = False
    """True where every polled URL answered 304 or with the same bytes."""
    pages: int = 0
    """List pages or feeds read."""
    handed_over: int = 0
    """Articles that the journal took."""
    requests: int = 0
    """Requests that left us: redirects, repetitions and robots.txt among them."""
    fresh_for: float | None = None
    """Seconds for which all polled lists stay fresh, as the servers (Cache-Control, Expires) and the feeds (TTL, syndication
    period) say; None where one of them does not say."""
