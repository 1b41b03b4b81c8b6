"""The error tree of the crawler: one root, then by what the caller should do next.

Expected faults of one page are values (`items.FetchFailure`); these exceptions are for callers that cannot go on.
"""

from __future__ import annotations


class CrawlerError(Exception):
    """Root of all errors that `crawler` raises on purpose."""


class SourceDefinitionError(CrawlerError):
    """A `SourceSpec` cannot work as written (unknown kind, bad selector, missing URL). Mend the definition."""

    def __init__(self, source: str, problem: str, hint: str = "") -> None:
        self.source, self.problem, self.hint = source, problem, hint
        super().__init__(f"source {source!r}: {problem}" + (f" ({hint})" if hint else ""))


class CatalogueError(CrawlerError):
    """A catalogue file has a mistake, at `file` and `line` (from 1). Mend the file."""

    def __init__(self, file: str, line: int, problem: str, hint: str = "") -> None:
        self.file, self.line, self.problem, self.hint = file, line, problem, hint
        super().__init__(f"{file} line {line}: {problem}" + (f" ({hint})" if hint else ""))


class ExtractionError(CrawlerError):
    """A page was fetched but no article could be read from it; the generic extractor may still succeed."""

    def __init__(self, url: str, problem: str) -> None:
        self.url, self.problem = url, problem
        super().__init__(f"{url}: {problem}")


class NoArticleError(ExtractionError):
    """The page object knows the page, and it holds no article (a broken post, an error page): no other reader is asked."""


class TextElsewhereError(NoArticleError):
    """The page shows no text of its own but names the page that has it: `address` (absolute). Read that one."""

    def __init__(self, url: str, address: str) -> None:
        self.address = address
        super().__init__(url, f"the text stands elsewhere: {address}")


class ThrottledError(NoArticleError):
    """The site answered with a code of its own that means: not now (too often, prove to be human). Ask again after a rest."""


class FeedError(ExtractionError):
    """The bytes of a feed are no feed (an HTML page, a truncated document)."""
