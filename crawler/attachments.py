"""The files that an article's page links to, fetched and appended to its text.

What comes from a file stands below the article's own text, under a line that names it, so that whoever reads a span of the
text can say which file it stands in (`file_at`):

    …the article's last paragraph
    【附件：采购需求.pdf】
    the file's first paragraph

Such a line never is part of an article: brackets in names are replaced. Files that are no PDF or DOCX by name are not fetched.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from scrapy.http import Response

from crawler.download import AbortedError
from crawler.failures import of_exception, of_status
from crawler.files.reading import FileLimits, FileNote, FileText, read_file
from crawler.items import AttachedFile, CrawledArticle

log = logging.getLogger("crawler")

MAX_FILES = 6
"""Of one article; further ones stay listed."""
_MARK = re.compile(r"^【附件：(.+)】$", re.MULTILINE)
_TYPE = re.compile(r"\.([A-Za-z0-9]{2,4})(?:$|[?#&])")
_READ_TYPES = frozenset({"pdf", "docx"})

Fetch = Callable[[str], Awaitable[Response]]
"""Downloads a URL under the crawl's manners; raises what the downloader raises."""


async def with_files(article: CrawledArticle, fetch: Fetch, limits: FileLimits) -> CrawledArticle:
    """`article` with the text of its files appended, and `files` saying what became of each.

    No file's fault is raised; only `AbortedError` is, when the crawl is closed meanwhile: then nothing is half done.
    """
    files, parts = [], []
    wanted = 0
    for name, url in article.attachments:
        if not _may_be_read(name, url):
            files.append(AttachedFile(name=name, url=url, chars=0, note=FileNote.UNSUPPORTED))
            continue
        wanted += 1
        if wanted > MAX_FILES:
            files.append(
                AttachedFile(name=name, url=url, chars=0, note=FileNote.NOT_FETCHED, detail="one file too many")
            )
            continue
        found, detail = await _read(url, fetch, limits)
        files.append(AttachedFile(name=name, url=url, chars=len(found.text), note=found.note, detail=detail))
        if found.text:
            parts.append(f"{_mark(name)}\n{_unmarked(found.text)}")
    return replace(article, text="\n".join((_unmarked(article.text), *parts)), files=tuple(files))


def split_files(text: str) -> tuple[str, str]:
    """An article's own text, and what stands below it from files (empty, or from the first mark on)."""
    found = _MARK.search(text)
    return (text[: found.start()].rstrip("\n"), text[found.start() :]) if found else (text, "")


def file_at(text: str, offset: int) -> str:
    """The name of the file that the character at `offset` comes from; empty for the article's own text."""
    name = ""
    for found in _MARK.finditer(text):
        if found.start() > offset:
            break
        name = found[1]
    return name


async def _read(url: str, fetch: Fetch, limits: FileLimits) -> tuple[FileText, str]:
    """A file's text, and in words what kept us from it."""
    missing = FileText(text="", note=FileNote.NOT_FETCHED)
    try:
        response = await fetch(url)
    except AbortedError:
        raise
    except Exception as error:
        failure = of_exception(url, error, is_list=False)
        if failure is None:
            log.exception("file download raised", extra={"url": url})
            return missing, f"{type(error).__name__}: {error}"
        return missing, failure.detail
    if refused := next((flag for flag in response.flags if flag.startswith("blocked:")), ""):
        return missing, refused.removeprefix("blocked:")
    if response.status != 200:
        return missing, of_status(url, response.status, is_list=False).detail
    return await asyncio.to_thread(read_file, response.body, limits), ""


def _may_be_read(name: str, url: str) -> bool:
    """By the last type that its name or address ends in; what says no type is tried."""
    types = [found.lower() for text in (name, url) for found in _TYPE.findall(text)]
    return not types or any(kind in _READ_TYPES for kind in types)


def _mark(name: str) -> str:
    plain = " ".join(name.translate({ord("【"): "（", ord("】"): "）"}).split())
    return f"【附件：{plain or '未命名'}】"


def _unmarked(text: str) -> str:
    """Text without a line that looks like a mark of ours."""
    return _MARK.sub(r"（附件：\1）", text)
