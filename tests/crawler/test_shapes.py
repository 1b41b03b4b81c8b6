"""The generic extractor on shapes of pages that no rule was written for by site: headline, time, source, every line of the body."""

from __future__ import annotations

import datetime as dt

import pytest

from crawler import CrawledArticle, extract_page
from tests.crawler.shapes import SHAPES, Shape

FETCHED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CHINA = dt.timezone(dt.timedelta(hours=8))
NAMES = [shape.name for shape in SHAPES]


def read(shape: Shape) -> CrawledArticle:
    return extract_page(shape.html.encode(), shape.url, fetched_at=FETCHED)


def printed(moment: dt.datetime | None, precision: str) -> str | None:
    if moment is None:
        return None
    local = moment.astimezone(CHINA)
    return f"{local:%Y-%m-%d}" if precision == "day" else f"{local:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("shape", SHAPES, ids=NAMES)
def test_headline(shape: Shape) -> None:
    """As printed, without the site's name."""
    assert read(shape).title == shape.title


@pytest.mark.parametrize("shape", SHAPES, ids=NAMES)
def test_time(shape: Shape) -> None:
    """To the minute where the page has a clock, to the day where it has none."""
    article = read(shape)
    assert printed(article.published, article.published_precision) == shape.published


@pytest.mark.parametrize("shape", SHAPES, ids=NAMES)
def test_body(shape: Shape) -> None:
    """Every line of the article and nothing else."""
    assert read(shape).text.split("\n") == list(shape.lines)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.source], ids=[s.name for s in SHAPES if s.source])
def test_source(shape: Shape) -> None:
    """The publisher as printed."""
    assert read(shape).source == shape.source


def test_shapes_are_many_and_different() -> None:
    """At least thirty, none twice."""
    assert len(SHAPES) >= 30
    assert len({shape.html for shape in SHAPES}) == len(set(NAMES)) == len(SHAPES)
