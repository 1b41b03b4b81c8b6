"""One crawl as a folder of files: what was asked and answered, byte for byte, and the fields that were read from it.

    source.json      the source's definition, and how many articles were fetched at most
    exchanges.json   each request with its answer: method, address, headers, status, the file of the body; in order
    bodies/          the answers' bodies, unpacked
    golden.json      the fields of each article, and what failed or was skipped

A test serves the folder again and compares what is read with `golden.json`, which is reviewed like code. Secrets stay at home:
cookies and headers that carry credentials are left out, as is the name the crawler goes by, and the values of address
parameters, options and headers with telling names are replaced wherever they occur.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.items import AttachmentMode, CrawledArticle, CrawlJob, CrawlReport, Exchange, SourceKind, SourceSpec

HIDDEN = "hidden"
"""Stands where a secret stood."""

_CHINA = dt.timezone(dt.timedelta(hours=8))
_TELLING = re.compile(
    r"(?i)token|secret|passw|credential|cookie|session|signature|auth(?!or)|(?:^|[_-])(?:api[_-]?)?key$|^sig$|^jwt$"
)
_LIKE_A_SECRET = re.compile(r"[\w.~+/=%-]{8,}", re.ASCII)
_COOKIE_SECRET = 12
_LEFT_OUT = re.compile(
    r"(?i)user-agent|connection|keep-alive|transfer-encoding|content-length|content-encoding|accept|accept-language|accept-encoding|date|age|via"
)
_SUFFIXES = {"html": ".html", "json": ".json", "javascript": ".js", "xml": ".xml", "rss": ".xml", "plain": ".txt"}
_UNPACKED_MOST = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixture:
    """A saved crawl. `golden` is what `fields` made of its report."""

    source: SourceSpec
    max_articles: int
    exchanges: tuple[Exchange, ...]
    golden: Mapping[str, Any]


class NotAFixtureError(ValueError):
    """The folder holds something else; nothing in it was touched."""


def fields(report: CrawlReport) -> dict[str, Any]:
    """A report as a golden file holds it; times in China to the minute, or the bare day."""
    return {
        "articles": [_fields(article) for article in sorted(report.articles, key=lambda one: one.canonical_url)],
        "failures": sorted(failure.kind.value for failure in report.failures),
        "skipped": sorted(skip.reason for skip in report.skipped),
    }


def save_fixture(folder: Path, job: CrawlJob, exchanges: Sequence[Exchange], report: CrawlReport) -> None:
    """Write a crawl to `folder`, in place of an earlier one. Raises `NotAFixtureError` for a folder with other things in it."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "source.json").is_file())):
        raise NotAFixtureError(f"{folder} is not empty and holds no saved crawl")
    secrets = _secrets(job.source, exchanges)
    bodies = folder / "bodies"
    shutil.rmtree(bodies, ignore_errors=True)
    bodies.mkdir(parents=True)
    listed = []
    for number, one in enumerate(exchanges, 1):
        body, packed = _unpacked(one)
        name = f"{number:03}{_suffix(one)}"
        (bodies / name).write_bytes(_hide_in_bytes(body, secrets))
        kept = [[header, value] for header, value in one.headers if _is_kept(header, packed)]
        listed.append(
            {
                "method": one.method,
                "url": one.url,
                "sent_headers": [[header, value] for header, value in one.sent_headers if _is_kept(header, False)],
                "sent_body": one.sent_body.decode("latin-1"),
                "status": one.status,
                "headers": kept,
                "body": name,
            }
        )
    source = {"source": dataclasses.asdict(job.source), "max_articles": job.max_articles or job.settings.max_articles}
    for name, value in (("source", source), ("exchanges", listed), ("golden", fields(report))):
        text = json.dumps(_hide(value, secrets), ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def read_fixture(folder: Path) -> Fixture:
    """A saved crawl. Raises `OSError` and `ValueError` for a folder that holds none."""
    said = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    values = said["source"]
    typed = {"kind": SourceKind(values["kind"]), "attachments": AttachmentMode(values["attachments"])}
    return Fixture(
        source=SourceSpec(**{**values, **typed, "urls": tuple(values["urls"])}),
        max_articles=said["max_articles"],
        exchanges=tuple(
            Exchange(
                method=one["method"],
                url=one["url"],
                sent_headers=_pairs(one["sent_headers"]),
                sent_body=one["sent_body"].encode("latin-1"),
                status=one["status"],
                headers=_pairs(one["headers"]),
                body=(folder / "bodies" / one["body"]).read_bytes(),
            )
            for one in json.loads((folder / "exchanges.json").read_text(encoding="utf-8"))
        ),
        golden=json.loads((folder / "golden.json").read_text(encoding="utf-8")),
    )


def _fields(article: CrawledArticle) -> dict[str, Any]:
    local = article.published.astimezone(_CHINA) if article.published else None
    form = "%Y-%m-%d %H:%M" if article.published_precision == "minute" else "%Y-%m-%d"
    return {
        "url": article.canonical_url,
        "title": article.title,
        "published": local.strftime(form) if local else "",
        "source": article.source,
        "author": article.author,
        "lang": article.lang,
        "page": article.page,
        "keys": list(article.keys),
        "stock_codes": list(article.stock_codes),
        "attachments": [list(file) for file in article.attachments],
        "text": article.text.split("\n"),
    }


def _pairs(listed: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in listed)


def _is_kept(header: str, packed: bool) -> bool:
    """Whether a header is written: none that carries credentials, and none that is of the one connection it came by."""
    if _TELLING.search(header):
        return False
    return _LEFT_OUT.fullmatch(header) is None or (packed and header.lower() == "content-encoding")


def _unpacked(one: Exchange) -> tuple[bytes, bool]:
    """The body without gzip or deflate, so that it can be read and compared; and whether it is packed still."""
    packing = next((value.strip().lower() for name, value in one.headers if name.lower() == "content-encoding"), "")
    if packing not in {"gzip", "x-gzip", "deflate"} or not one.body:
        return one.body, packing not in {"", "identity"} and bool(one.body)
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(one.body, _UNPACKED_MOST), False
        except zlib.error:
            continue
    return one.body, True


def _suffix(one: Exchange) -> str:
    kind = next((value.lower() for name, value in one.headers if name.lower() == "content-type"), "")
    return next((suffix for word, suffix in _SUFFIXES.items() if word in kind), ".bin")


def _secrets(source: SourceSpec, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Values to hide, the longest first: one may be part of another."""
    found = set(_telling_values("", dataclasses.asdict(source)))
    for url in source.urls:
        found |= set(_in_address(url))
    for one in exchanges:
        found |= set(_in_address(one.url))
        for name, value in (*one.sent_headers, *one.headers):
            found |= set(_in_header(name.lower(), value))
    return tuple(sorted((value for value in found if _LIKE_A_SECRET.fullmatch(value)), key=len, reverse=True))


def _in_header(name: str, value: str) -> Iterator[str]:
    if name == "set-cookie":
        value = value.partition(";")[0]
    if "cookie" in name:  # short values are settings such as a language, which pages are full of
        yield from (v for part in value.split(";") if len(v := part.partition("=")[2].strip()) >= _COOKIE_SECRET)
    elif _TELLING.search(name):
        yield from _LIKE_A_SECRET.findall(value)


def _in_address(url: str) -> Iterator[str]:
    split = urlsplit(url)
    yield from filter(None, (split.password,))
    yield from (value for name, value in parse_qsl(split.query) if _TELLING.search(name))


def _telling_values(key: str, value: object) -> Iterator[str]:
    """Strings under keys with telling names, at any depth of a definition."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _telling_values(str(name), part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _telling_values(key, part)
    elif isinstance(value, str) and _TELLING.search(key):
        yield from _LIKE_A_SECRET.findall(value)


def _hide(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _hide(part, secrets) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hide(part, secrets) for part in value]
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
    return value


def _hide_in_bytes(body: bytes, secrets: Sequence[str]) -> bytes:
    for secret in secrets:
        body = body.replace(secret.encode(), HIDDEN.encode())
    return body
