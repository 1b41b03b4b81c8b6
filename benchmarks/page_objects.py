"""Speed and quality of every page object on the pages of its replica, beside trafilatura.

    python -m benchmarks.page_objects [--rounds 5]

Each live catalogue entry is crawled once from its replica on loopback; its article pages (those that are HTML) are dressed with
the links and scripts that real portals carry around an article (about 80 KB), then read again and again from memory by both.
`body` is the share of character pairs that a reading has in common with the golden text (F1), `title` and `day` the share of
pages where these are equal. Times are the least of the rounds, a page: what the machine does meanwhile only adds to it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from benchmarks.extract import CHINA, Reading, ours, squeeze, with_trafilatura
from crawler import CrawlJob, CrawlReport, CrawlSettings, crawl, run_with_reactor
from crawler.catalogue import entry
from tests.fakeweb import FakeWeb
from tests.fakeweb.catalogue import GOVERNMENT, MEDIA, on_loopback

GOLDEN = Path(__file__).parent.parent / "tests" / "crawler" / "golden_media.json"
NOW = dt.datetime.now(dt.UTC)
_BODY = re.compile(rb"<body[^>]*>", re.IGNORECASE)
_LINKS = "".join(
    f'<li><a href="/list/{n}.html" title="栏目">栏目里的一条普通新闻标题第{n}条</a></li>' for n in range(120)
)
_SCRIPT = (
    "<script>" + "".join(f'var slot{n}={{"id":{n},"url":"https://ad.example/{n}"}};' for n in range(500)) + "</script>"
)
_ABOVE = f'<div class="topbar"><ul>{_LINKS[:4000]}</ul></div>{_SCRIPT}'
_BELOW = f'<div class="sidebar"><ul>{_LINKS}</ul></div>{_SCRIPT}{_SCRIPT}<div class="footer"><p>版权所有 京ICP备00000000号</p></div>'


@dataclass(frozen=True)
class Sample:
    """A page, and what is to be read from it."""

    page: str
    url: str
    body: bytes
    title: str
    day: str
    text: str


def samples() -> Iterator[Sample]:
    """The HTML article pages of all replicas, dressed."""
    golden = json.loads(GOLDEN.read_text("utf-8"))
    seen: set[str] = set()
    for name in (*MEDIA, *GOVERNMENT):
        with FakeWeb() as web:
            report = _crawl(web, name)
        texts = {one["url"]: "\n".join(one["text"]) for one in golden.get(name, {}).get("articles", ())}
        for article in report.articles:
            raw = article.raw
            if (
                raw is None
                or raw.body.lstrip()[:1] != b"<"
                or not _BODY.search(raw.body)
                or article.canonical_url in seen
            ):
                continue
            seen.add(article.canonical_url)
            day = article.published.astimezone(CHINA).date().isoformat() if article.published else ""
            # The reports of these crawls are held to their golden files by the test suite.
            text = texts.get(article.canonical_url, article.text)
            yield Sample(article.page, raw.url, dressed(raw.body), article.title, day, text)


def dressed(body: bytes) -> bytes:
    """A page with as much around its article as portals carry."""
    opened = _BODY.search(body)
    assert opened is not None
    charset = "utf-8" if _decodes(body) else "gb18030"
    above, below = _ABOVE.encode(charset), _BELOW.encode(charset)
    end = body.lower().rfind(b"</body>")
    end = end if end >= 0 else len(body)
    return body[: opened.end()] + above + body[opened.end() : end] + below + body[end:]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    by_page: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples():
        by_page[sample.page].append(sample)
    print(
        f"{'page object':18} pages   ours ms  trafilatura  ratio |  title  day  body (ours) |  title  day  body (trafilatura)"
    )
    shares = []
    for page, found in sorted(by_page.items()):
        mine, other = _measure(found, ours, rounds), _measure(found, with_trafilatura, rounds)
        shares.append((mine.ms, other.ms))
        print(
            f"{page:18} {len(found):5}  {mine.ms:8.2f}  {other.ms:11.2f}  {mine.ms / other.ms:5.2f} |"
            f"  {mine.title:5.2f} {mine.day:4.2f}  {mine.body:4.2f}        |  {other.title:5.2f} {other.day:4.2f}  {other.body:4.2f}"
        )
    known = [share for (page, _), share in zip(sorted(by_page.items()), shares, strict=True) if page != "generic"]
    mean = sum(mine for mine, _ in known) / sum(other for _, other in known)
    print(f"mean over page objects, without the generic one: {mean:.2f} of trafilatura's time")


@dataclass(frozen=True)
class Measure:
    """Milliseconds a page, and shares."""

    ms: float
    title: float
    day: float
    body: float


def _measure(found: list[Sample], read: Callable[[bytes, str], Reading], rounds: int) -> Measure:
    least = [float("inf")] * len(found)
    readings = [Reading("", None, "")] * len(found)
    for _ in range(rounds):
        for at, sample in enumerate(found):
            start = time.perf_counter()
            readings[at] = read(sample.body, sample.url)
            least[at] = min(least[at], time.perf_counter() - start)
    pairs = list(zip(found, readings, strict=True))
    return Measure(
        ms=1000 * sum(least) / len(found),
        title=sum(squeeze(sample.title) == squeeze(reading.title) for sample, reading in pairs) / len(found),
        day=sum(sample.day == _day(reading) for sample, reading in pairs) / len(found),
        body=sum(_alike(sample.text, reading.text) for sample, reading in pairs) / len(found),
    )


def _day(reading: Reading) -> str:
    return reading.published.astimezone(CHINA).date().isoformat() if reading.published else ""


def _alike(golden: str, text: str) -> float:
    """F1 over pairs of neighbouring characters."""
    one, other = (Counter(map("".join, pairwise(plain))) for plain in map(squeeze, (golden, text)))
    common = (one & other).total()
    return 2 * common / max(1, one.total() + other.total())


def _crawl(web: FakeWeb, name: str) -> CrawlReport:
    found = entry(name)
    if name in MEDIA:
        MEDIA[name](web)
    else:
        GOVERNMENT[name](web, found, NOW)
    settings = CrawlSettings(delay=0.0, timeout=5.0, deadline=60.0, proxy=web.proxy)
    job = CrawlJob(source=replace(on_loopback(found), delay=0.0), settings=settings)
    return run_with_reactor(lambda: crawl(job))


def _decodes(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    main()
