"""Extraction on real pages, where they lie beside the project: quality has a floor, and the seed post is read whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.extract import ours, score
from crawler import extract_page
from tests.fakeweb.sites import finews_page

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CORPUS = SHARED / "corpus" / "pages_zh"
SEED = SHARED / "seeds" / "000_d9b1e50ce93e33d7.txt"
CHINA = dt.timezone(dt.timedelta(hours=8))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real pages is not beside the project")
def test_floors_on_real_pages() -> None:
    """Title, time and body on saved pages of portals, papers and offices; lowering a floor is a decision."""
    result = score(CORPUS, ours)
    assert result["title"] >= 0.97
    assert result["published"] >= 0.95
    assert result["body"] >= 0.87


def renamed(page: bytes) -> bytes:
    """A page whose classes and ids say nothing."""

    def hashed(found: re.Match[str]) -> str:
        names = (f"c{hashlib.sha256(name.encode()).hexdigest()[:6]}" for name in found[3].split())
        return f"{found[1]}{found[2]}{' '.join(names)}{found[2]}"

    text = page.decode("utf-8", "replace")
    return re.sub(r"(\s(?:class|id)=)([\"'])([^\"']*)\2", hashed, text).encode()


def without_headings(page: bytes) -> bytes:
    """A page that prints its headline in a plain box."""
    return re.sub(rb"(?i)<(/?)h[1-6]\b", rb"<\1div", page)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real pages is not beside the project")
@pytest.mark.parametrize("change", [renamed, without_headings])
def test_nothing_hangs_on_names(change: Callable[[bytes], bytes]) -> None:
    """The same pages with meaningless class names, or without heading elements, are read as well."""
    result = score(CORPUS, lambda body, url: ours(change(body), url))
    assert result["title"] >= 0.97
    assert result["published"] >= 0.95
    assert result["body"] >= 0.93


@pytest.mark.skipif(not SEED.is_file(), reason="the seed articles are not beside the project")
@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://finews.withounder.com/beifangwang/2022/04/19/NW202204192348164418.html", "finews"),
        (
            "https://raw.githubusercontent.com/zning1994/finews/main/old_post/2022-04-19-NW202204192348164418.md",
            "finews-markdown",
        ),
    ],
)
def test_seed_post_as_jekyll_builds_it_and_as_it_lies_in_the_archive(url: str, page: str) -> None:
    """The real seed post: title, time to the second, true source, both stock codes, the 18-digit key, no chart left."""
    markdown = SEED.read_text("utf-8")
    front, body = re.split(r"^---\s*$", markdown, maxsplit=2, flags=re.MULTILINE)[1:]
    fields = dict(re.findall(r'^(\w+):\s*"?(.*?)"?\s*$', front, flags=re.MULTILINE))
    when = fields["date"].removesuffix(" +0800")
    links = re.sub(
        r"\[([^\]]*)\]\(([^)]*)\)", r'<a href="\2">\1</a>', re.sub(r"<(http\S+)>", r'<a href="\1">\1</a>', body)
    )
    content = (
        f"<small>[GMT+8, Asia/Shanghai, CST] {when} &nbsp; </small><h1>{fields['title']}</h1>{links}"
        f"<small>tags: <em>{fields['tags']}</em></small>"
    )
    source = finews_page(fields["title"], content, when) if page == "finews" else markdown
    post = extract_page(source.encode(), url, fetched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert post.page == page
    assert post.title == fields["title"]
    assert post.published == dt.datetime.fromisoformat(when).replace(tzinfo=CHINA)
    assert post.source == "北方网"
    assert set(post.stock_codes) == {"601336", "01336.HK"}
    assert "eastmoney:202204192348164418" in post.keys
    assert post.origin_url.endswith("infoCode=NW202204192348164418")
    assert "210万" in post.text
    assert not re.search(r"K图|返回|tags|文章来源|<", post.text)
