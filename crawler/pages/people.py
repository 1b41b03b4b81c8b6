"""People's Daily Online articles (`/n1/<Y>/<MMDD>/c<column>-<id>.html`), most of them still sent as GBK."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ClassVar

from crawler.dates import parse_moment
from crawler.pages.base import Draft, Page
from crawler.pages.blocks import flow_of
from crawler.pages.selected import Selectors, read_selected
from crawler.source_line import labelled_source

_SELECTORS = Selectors(
    title=("h1", ".rm_txt h1", ".text_title h1"),
    body=(".rm_txt_con", ".show_text"),
    drop=(".paper_num", "#rwb_tjyd", "div.edit", ".box_pic .zdfy"),
)
# Date and clock are written without a space, in a line whose class changes from channel to channel.
_BYLINE = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日\s?\d{1,2}:\d\d")
_BYLINE_CHARS = 120


class PeoplePage:
    """Reads articles of people.com.cn and its channels."""

    name: ClassVar[str] = "people"
    patterns: ClassVar[tuple[str, ...]] = (r"^(?:[\w-]+\.)*people\.(?:com\.)?cn/n\d?/\d{4}/\d{4}/c\d+-\d+\.html",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The article; `ExtractionError` where neither `.rm_txt_con` nor `.show_text` is there."""
        draft = read_selected(page, _SELECTORS)
        for block in flow_of(page.tree):
            if block.chars <= _BYLINE_CHARS and (found := _BYLINE.search(block.text)):
                return replace(
                    draft,
                    published=parse_moment(found.group()) or draft.published,
                    source=draft.source or labelled_source(block.text),
                )
        return draft
