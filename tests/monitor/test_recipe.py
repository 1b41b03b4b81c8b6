"""docs/adding-a-source.md is followed to the letter: its blocks are run in order on a web that has what the page describes.

`python -m tests.monitor.test_recipe` puts what the commands print now into the page.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.catalogue import read_catalogue
from crawler.fixture import read_fixture
from crawler.pages import REGISTRY
from crawler.pages.base import Page, PageObject
from monitor import cli
from monitor.config import load_config
from tests.conftest import START
from tests.fakeweb import FakeWeb
from tests.fakeweb.sites import rss

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-source.md"
HOST = "https://news.example.com"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLES = ("某市长期护理保险项目中标结果公布", "某市惠民保参保人数再创新高")
TEXTS = (
    "某市医疗保障局日前公布长期护理保险经办服务项目的承办机构，服务期为三年，覆盖全市参保人员。",
    "承办机构将负责受理、评估和费用结算等工作，并在每个县区设立服务网点，方便群众就近办理。",
)


def article(number: int) -> str:
    """A page of the paper, with what does not belong to the article in its body."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXTS)
    return (
        f'<html><head><meta charset="utf-8"><title>{TITLES[number]}_某市日报</title></head><body>'
        f'<h1 class="headline">{TITLES[number]}</h1><div class="byline">2026-09-2{number + 1} 08:30 来源：某市日报</div>'
        f'<div class="article-body">{text}<div class="related"><p>相关阅读：另一篇新闻的标题，点击查看全文。</p></div></div>'
        "</body></html>"
    )


@contextlib.contextmanager
def paper() -> Iterator[FakeWeb]:
    """The web that the page speaks of."""
    with FakeWeb() as web:
        paths = [f"/a/2026092{n + 1}/10{n + 1}.html" for n in range(2)]
        rows = "".join(
            f'<li><a href="{path}" title="{TITLES[n]}">{TITLES[n][:12]}…</a><span>2026-09-2{n + 1}</span></li>'
            for n, path in enumerate(paths)
        )
        web.add("/finance/", f'<html><body><ul class="list">{rows}</ul><a href="/about.html">关于</a></body></html>')
        web.add("/moved/", '<html><body><div id="app"></div></body></html>')
        web.add("/feed.xml", rss(*((TITLES[n], web.url(path)) for n, path in enumerate(paths))))
        for n, path in enumerate(paths):
            web.add(path, article(n))
        yield web


def page_class(code: str) -> type[PageObject]:
    """The page object that a block defines."""
    made: dict[str, Any] = {"__name__": "city_paper"}
    exec(compile(code, "city_paper", "exec"), made)
    found: type[PageObject] = made["CityPaperPage"]
    return found


def register(code: str) -> None:
    """As the page says: among the page objects, until the test puts them back."""
    page = page_class(code)()
    REGISTRY._by_name[page.name] = page
    for pattern in page.patterns:
        REGISTRY._claim(page, pattern)


@contextlib.contextmanager
def page_objects_restored() -> Iterator[None]:
    """What is registered inside is gone afterwards."""
    names, rules = dict(REGISTRY._by_name), list(REGISTRY._rules)
    try:
        yield
    finally:
        REGISTRY._by_name, REGISTRY._rules = names, rules


def followed(page: str) -> str:
    """The page with what its commands print in the current folder; its configuration grows as the page goes on."""
    with paper() as web, page_objects_restored():
        here = web.url("/").rstrip("/")
        config = "crawler: {delay: 0s, retries: 0}\nsources:\n"

        def run(found: re.Match[str]) -> str:
            nonlocal config
            kind, body = found.groups()
            if kind == "yaml" and body.startswith("- name"):
                config += body.replace(HOST, here).replace("delay: 2s", "delay: 0s")
                Path("config.yaml").write_text(config, encoding="utf-8")
            if kind == "python":
                register(body.replace(r"news\.example\.com", r"127\.0\.0\.1"))
            if kind != "console":
                return found[0]
            command = body.splitlines()[0]
            assert command.startswith("$ baoxun ")
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                cli.run(command.removeprefix("$ baoxun ").split())
            said = f"{out.getvalue()}{err.getvalue()}".replace(here, HOST)
            said = "\n".join(line.rstrip() for line in said.splitlines())
            return f"```console\n{command}\n{said}\n```"

        return BLOCK.sub(run, page)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(kind: str) -> list[str]:
    return [body for found, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if found == kind]


def test_the_commands_print_what_the_page_says(elsewhere: Path) -> None:
    """Run from top to bottom, as a newcomer would."""
    page = PAGE.read_text(encoding="utf-8")
    assert followed(page) == page
    assert len(load_config(elsewhere / "config.yaml").sources) == 3
    golden = read_fixture(elsewhere / "tests" / "crawler" / "fixtures" / "city-paper").golden
    assert [one["title"] for one in golden["articles"]] == list(TITLES)


def test_the_catalogue_entry_is_one() -> None:
    """The block is read by the catalogue's own reader."""
    (entry,) = read_catalogue([("block", next(body for body in blocks("yaml") if body.startswith("entries:")))])
    assert entry.name == "city-paper"


def test_the_page_object_reads_the_page() -> None:
    """It is code that works: what is related to the article is no part of it."""
    (code,) = blocks("python")
    page, url = page_class(code), f"{HOST}/a/20260921/101.html"
    draft = page().read(Page(url, article(0).encode(), (), fetched_at=START))
    assert (draft.title, draft.source, draft.text.split("\n")) == (TITLES[0], "某市日报", list(TEXTS))
    assert re.match(page.patterns[0], url.removeprefix("https://"))


def main() -> None:
    """Put what the commands print now into the page."""
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        PAGE.write_text(followed(page), encoding="utf-8")


if __name__ == "__main__":
    main()
