"""Machine-translated reprints (min.news and its relatives): read by general evidence, with what is known to mislead mended.

Their titles carry the aggregator's name, their times are those of the translation, and the language is not the domain's.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import ClassVar

from crawler.dates import CHINA, Moment
from crawler.pages.base import Draft, Page
from crawler.pages.generic import GenericPage

_SUFFIX = re.compile(r"\s*[-–—|]\s*(?:i\s?Media|min\.?news|iNEWS|DayDayNews|Laitimes)\s*$", re.IGNORECASE)
_ENGLISH = re.compile(r"/en/")


class MinNewsPage:
    """Reads `/<language>/<category>/<32 hex>.html`."""

    name: ClassVar[str] = "min.news"
    patterns: ClassVar[tuple[str, ...]] = (
        r"^(?:[\w-]+\.)*(?:min|inf)\.news/[a-z-]+/[\w-]+/[0-9a-f]{32}\.html",
        r"^(?:[\w-]+\.)*(?:laitimes\.com|daydaynews\.cc)/",
    )
    priority: ClassVar[int] = 10

    def __init__(self) -> None:
        self._generic = GenericPage()

    def read(self, page: Page) -> Draft:
        """The translation, its time a bare day; `ExtractionError` where no article can be made out."""
        draft = self._generic.read(page)
        return replace(
            draft,
            title=_SUFFIX.sub("", draft.title),
            published=_day_of(draft.published),
            lang=draft.lang or ("en" if _ENGLISH.search(page.url) else ""),
        )


def _day_of(moment: Moment | None) -> Moment | None:
    """The day in China, since the clock is that of the translation."""
    if moment is None:
        return None
    day = moment.at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return Moment(at=day.astimezone(dt.UTC), precision="day")
