"""Which page object reads a URL: an object built from explicit page objects, where a conflict is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.pages.base import PageObject


class PageConflictError(ValueError):
    """Two page objects claim one name, or one URL with equal priority."""


class Registry:
    """Page objects by URL and by name, with one fallback."""

    def __init__(self, pages: Iterable[PageObject], fallback: PageObject) -> None:
        self.fallback = fallback
        self._by_name: dict[str, PageObject] = {fallback.name: fallback}
        self._rules: list[tuple[int, str, re.Pattern[str], PageObject]] = []
        for page in pages:
            if page.name in self._by_name:
                raise PageConflictError(f"two page objects are named {page.name!r}")
            self._by_name[page.name] = page
            for pattern in page.patterns:
                self._claim(page, pattern)
        self._rules.sort(key=lambda rule: -rule[0])

    def _claim(self, page: PageObject, pattern: str) -> None:
        for priority, taken, _, owner in self._rules:
            if taken == pattern and priority == page.priority:
                raise PageConflictError(
                    f"{page.name!r} and {owner.name!r} both claim {pattern!r} with priority {priority}"
                )
        self._rules.append((page.priority, pattern, re.compile(pattern), page))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all page objects, the fallback among them."""
        return tuple(sorted(self._by_name))

    def named(self, name: str) -> PageObject | None:
        """The page object of that name, if there is one."""
        return self._by_name.get(name)

    def page_for(self, url: str) -> PageObject:
        """The page object for `url`: the highest priority whose pattern matches, else the fallback.

        Raises `PageConflictError` where two of equal priority match: their patterns need mending.
        """
        parts = urlsplit(url)
        target = f"{parts.hostname or ''}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        matching = [(priority, page) for priority, _, pattern, page in self._rules if pattern.search(target)]
        if not matching:
            return self.fallback
        top = {page.name: page for priority, page in matching if priority == matching[0][0]}
        if len(top) > 1:
            raise PageConflictError(f"{url}: claimed by {sorted(top)}")
        return matching[0][1]
