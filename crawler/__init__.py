"""From a URL to a typed article: fetches politely, reads pages, and knows nothing of relevance, storage or schedules.

    report = run_with_reactor(lambda: crawl(CrawlJob(source=SourceSpec(name="…", kind=SourceKind.FEED, urls=("…",)))))

Outsiders import from here only; the sources that ship are asked for at `crawler.catalogue` (`entries`, `entry`, `by_tag`).
"""

from crawler.attachments import file_at, split_files
from crawler.catalogue import CatalogueEntry, EntryState
from crawler.errors import CatalogueError, CrawlerError, ExtractionError, FeedError, SourceDefinitionError
from crawler.extract import extract_page
from crawler.failures import gravity, is_permanent
from crawler.files.reading import FileNote
from crawler.fixture import NotAFixtureError, save_fixture
from crawler.forms import FormAnswer, FormOutcome
from crawler.hubs import SELF, link_header
from crawler.items import (
    AttachedFile,
    AttachmentMode,
    CrawledArticle,
    CrawlJob,
    CrawlReport,
    Distrust,
    Exchange,
    FailureKind,
    FetchFailure,
    Gravity,
    Pause,
    RawPage,
    Skipped,
    SourceKind,
    SourceSpec,
    SourceState,
    UrlState,
    Waiting,
)
from crawler.journal import FoundLink, Journal, ListRead, Outcome, Standing
from crawler.manners import Manners
from crawler.planning import can_search, first_lists, polled_lists, searching
from crawler.runner import crawl, post_form, run_with_reactor
from crawler.settings import CrawlSettings
from crawler.spiders import finder_for
from crawler.urls import canonicalise, identity_keys


def check_source(source: SourceSpec) -> None:
    """Raise `SourceDefinitionError` if `source` cannot work as it is written; fetches nothing."""
    finder_for(source)


__all__ = [
    "SELF",
    "AttachedFile",
    "AttachmentMode",
    "CatalogueEntry",
    "CatalogueError",
    "CrawlJob",
    "CrawlReport",
    "CrawlSettings",
    "CrawledArticle",
    "CrawlerError",
    "Distrust",
    "EntryState",
    "Exchange",
    "ExtractionError",
    "FailureKind",
    "FeedError",
    "FetchFailure",
    "FileNote",
    "FormAnswer",
    "FormOutcome",
    "FoundLink",
    "Gravity",
    "Journal",
    "ListRead",
    "Manners",
    "NotAFixtureError",
    "Outcome",
    "Pause",
    "RawPage",
    "Skipped",
    "SourceDefinitionError",
    "SourceKind",
    "SourceSpec",
    "SourceState",
    "Standing",
    "UrlState",
    "Waiting",
    "can_search",
    "canonicalise",
    "check_source",
    "crawl",
    "extract_page",
    "file_at",
    "first_lists",
    "gravity",
    "identity_keys",
    "is_permanent",
    "link_header",
    "polled_lists",
    "post_form",
    "run_with_reactor",
    "save_fixture",
    "searching",
    "split_files",
]
