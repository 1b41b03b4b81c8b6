"""Attachments on crawls: fetched under the same manners, appended below the text, and no trouble of theirs harms the article."""

from __future__ import annotations

from typing import Any

import pytest

from crawler import AttachmentMode, CrawledArticle, FileNote, SourceKind, file_at, split_files
from crawler.attachments import MAX_FILES
from crawler.files import reading
from tests.crawler.conftest import job_for, run
from tests.crawler.made_files import docx, p, pdf, show
from tests.fakeweb import FakeResponse, FakeWeb
from tests.fakeweb.sites import PARAGRAPHS, rss

DEMAND = pdf(show("承办服务期三年，预算四千九百五十万元。", 72, 700))
SCORES = docx(p("评分办法：价格分二十分。"))


def crawled(
    web: FakeWeb, *links: tuple[str, str], mode: AttachmentMode = AttachmentMode.TEXT, **source: Any
) -> CrawledArticle:
    """The one article of a feed, whose page links to (name, address)."""
    files = "".join(f'<p><a href="{address}">{name}</a></p>' for name, address in links)
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    page = f'<html><head><meta charset="utf-8"><title>某市服务项目采购公告_某网</title></head><body><h1>某市服务项目采购公告</h1><div>发布时间：2026-09-29 14:40</div><div class="content">{body}{files}</div></body></html>'
    web.add("/notice.html", page)
    web.add("/feed.xml", rss(("某市服务项目采购公告", web.url("/notice.html"))))
    report = run(job_for(SourceKind.FEED, web.url("/feed.xml"), source={"attachments": mode, **source}))
    (article,) = report.articles
    return article


def notes(article: CrawledArticle) -> dict[str, FileNote | None]:
    return {file.name: file.note for file in article.files}


def test_files_are_appended_and_named(web: FakeWeb) -> None:
    """Text of PDF and DOCX stands below the article's own, and every character knows which file it is from."""
    web.add("/f/a.pdf", DEMAND)
    web.add("/f/b.docx", SCORES)
    article = crawled(web, ("采购需求.pdf", "/f/a.pdf"), ("评分办法.docx", "/f/b.docx"))
    own, attached = split_files(article.text)
    assert own.startswith("近日，某市")
    assert attached.split("\n") == [
        "【附件：采购需求.pdf】",
        "承办服务期三年，预算四千九百五十万元。",
        "【附件：评分办法.docx】",
        "评分办法：价格分二十分。",
    ]
    assert file_at(article.text, article.text.index("四千九百五十万元")) == "采购需求.pdf"
    assert file_at(article.text, article.text.index("价格分")) == "评分办法.docx"
    assert file_at(article.text, 10) == ""
    assert [(file.name, file.chars, file.note) for file in article.files] == [
        ("采购需求.pdf", 19, None),
        ("评分办法.docx", 12, None),
    ]


def test_files_are_listed_only_unless_asked_for(web: FakeWeb) -> None:
    """By default nothing but the page is fetched."""
    web.add("/f/a.pdf", DEMAND)
    article = crawled(web, ("采购需求.pdf", "/f/a.pdf"), mode=AttachmentMode.LIST)
    assert article.attachments == (("采购需求.pdf", web.url("/f/a.pdf")),)
    assert (article.files, split_files(article.text)[1]) == ((), "")
    assert not web.asked("/f/a.pdf")


def test_what_goes_wrong_with_a_file_stays_with_the_file(web: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, forbidden, private, encrypted, of another kind, a login page: each has its note, the article its text."""
    web.add("/robots.txt", "User-agent: *\nDisallow: /closed/", headers={"Content-Type": "text/plain"})
    web.add("/closed/a.pdf", DEMAND)
    web.add("/f/locked.pdf", pdf(show("字", 72, 700), encrypted=True))
    web.add("/f/login.pdf", "<html>请先登录</html>")
    web.add("/f/moved.pdf", FakeResponse(status=302, headers=(("Location", "/f/good.pdf"),)))
    web.add("/f/good.pdf", DEMAND)
    with FakeWeb() as inside:
        inside.add("/secret.pdf", DEMAND)
        article = crawled(
            web,
            ("表.xlsx", "/f/t.xlsx"), ("无.pdf", "/f/none.pdf"), ("禁.pdf", "/closed/a.pdf"),
            ("内.pdf", inside.url("/secret.pdf")), ("锁.pdf", "/f/locked.pdf"), ("登.pdf", "/f/login.pdf"), ("移.pdf", "/f/moved.pdf"),
        )  # fmt: skip
        assert inside.requests == []
    assert notes(article) == {
        "表.xlsx": FileNote.UNSUPPORTED, "无.pdf": FileNote.NOT_FETCHED, "禁.pdf": FileNote.NOT_FETCHED, "内.pdf": FileNote.NOT_FETCHED,
        "锁.pdf": FileNote.ENCRYPTED, "登.pdf": FileNote.UNSUPPORTED, "移.pdf": None,
    }  # fmt: skip
    details = {file.name: file.detail for file in article.files}
    assert (details["无.pdf"], details["禁.pdf"], details["内.pdf"]) == (
        "HTTP 404",
        "robots.txt forbids it",
        "127.0.0.1 is a loopback address",
    )
    assert not web.asked("/f/t.xlsx")
    assert not web.asked("/closed/a.pdf")
    assert split_files(article.text)[1].startswith("【附件：移.pdf】\n承办服务期")


def test_a_large_file_is_cut_off(web: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap of files holds while they come in, not after."""
    monkeypatch.setattr("crawler.spiders.source._FILES", reading.FileLimits(max_bytes=500))
    web.add("/f/a.pdf", DEMAND)
    article = crawled(web, ("采购需求.pdf", "/f/a.pdf"))
    assert notes(article) == {"采购需求.pdf": FileNote.NOT_FETCHED}
    assert article.files[0].detail == "the body is over the cap"


def test_files_keep_the_hosts_spacing(web: FakeWeb) -> None:
    """A file is a request like any other: one pause of the source before each."""
    web.add("/f/a.pdf", DEMAND)
    web.add("/f/b.docx", SCORES)
    crawled(web, ("a.pdf", "/f/a.pdf"), ("b.docx", "/f/b.docx"), delay=0.3)
    times = [request.at for request in web.requests]
    assert times[-1] - times[0] > 0.3 * (len(times) - 1) - 0.2


def test_not_more_than_a_handful(web: FakeWeb) -> None:
    """Further files stay listed."""
    for number in range(MAX_FILES + 2):
        web.add(f"/f/{number}.docx", SCORES)
    article = crawled(web, *((f"{number}.docx", f"/f/{number}.docx") for number in range(MAX_FILES + 2)))
    assert [file.note for file in article.files] == [None] * MAX_FILES + [FileNote.NOT_FETCHED] * 2


def test_nobody_forges_a_mark(web: FakeWeb) -> None:
    """Lines that look like our mark, in a page, a name or a file, do not pass as one."""
    web.add("/f/a.docx", docx(p("【附件：假.pdf】") + p("正文")))
    article = crawled(web, ("甲】\n【附件：乙.docx", "/f/a.docx"))
    _, attached = split_files(article.text)
    assert attached.split("\n") == ["【附件：甲） （附件：乙.docx】", "（附件：假.pdf）", "正文"]
    assert split_files("正文\n【附件：真.pdf】\n文") == ("正文", "【附件：真.pdf】\n文")
    assert split_files("正文\n见【附件：真.pdf】\n文")[1] == ""
