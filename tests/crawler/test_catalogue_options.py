"""What entries of the catalogue can say beyond addresses and fields: windows, slices, spellings, archives by number."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from crawler import SourceDefinitionError, SourceKind, SourceSpec, check_source, extract_page
from crawler.dates import CHINA
from crawler.errors import ExtractionError, NoArticleError, TextElsewhereError, ThrottledError
from crawler.spiders import Span, finder_for
from crawler.spiders.base import Answer, Poll, ShapeError
from crawler.spiders.window import Window, fill

NOW = dt.datetime(2026, 9, 30, 3, 0, tzinfo=dt.UTC)
URL = "http://x.example/list"


def spec(kind: str, url: str = URL, **options: Any) -> SourceSpec:
    return SourceSpec(name="s", kind=SourceKind(kind), urls=(url,), options=options)


def answer(body: str | dict[str, Any], url: str = URL) -> Answer:
    text = json.dumps(body, ensure_ascii=False) if isinstance(body, dict) else body
    return Answer(url=url, body=text.encode(), content_type="text/html", fetched_at=NOW)


class TestWindow:
    """Dates in requests."""

    def test_slices_cover_the_span_without_overlap(self) -> None:
        """Newest first, whole days in China, both ends included."""
        span = Span(now=NOW, since=dt.datetime(2026, 9, 1, 17, 0, tzinfo=dt.UTC))  # 2 September in China
        slices = Window(days=3, slice=10).slices(span)
        days = [
            (part.since.astimezone(CHINA), part.until.astimezone(CHINA)) for part in slices if part.since and part.until
        ]
        assert [(f"{since:%m-%d %H:%M}", f"{until:%m-%d %H:%M}") for since, until in days] == [
            ("09-21 00:00", "09-30 23:59"),
            ("09-11 00:00", "09-20 23:59"),
            ("09-02 00:00", "09-10 23:59"),
        ]

    def test_a_poll_looks_back_so_many_days(self) -> None:
        """And is never cut into slices."""
        (only,) = Window(days=3, slice=1).slices(Span(now=NOW))
        assert only.since == dt.datetime(2026, 9, 28, tzinfo=CHINA)

    def test_an_end_in_the_future_is_today(self) -> None:
        """Nothing is published tomorrow."""
        (only,) = Window(days=1, slice=0).slices(Span(now=NOW, since=NOW, until=NOW + dt.timedelta(days=9)))
        assert only.until == dt.datetime(2026, 9, 30, 23, 59, 59, tzinfo=CHINA)

    def test_forms(self) -> None:
        """Formats in China time, epochs as numbers where they stand alone, structures all the way down."""
        span = Span(now=NOW, since=NOW, until=NOW)
        value = {"a": "{since:%Y:%m:%d} 00", "b": ["{now:ms}", "t{now:s}"], "c": 3, "d": "{keyword}"}
        epoch = int(NOW.timestamp())
        assert fill(value, span) == {"a": "2026:09:30 00", "b": [epoch * 1000, f"t{epoch}"], "c": 3, "d": "{keyword}"}

    def test_the_state_key_is_the_same_tomorrow(self) -> None:
        """Otherwise a source's state would grow by a key a day."""
        source = spec("api", fields={"url": "u"}, params={"from": "{since:%Y-%m-%d}"}, window={"days": 2})
        keys = [finder_for(source, Span(now=NOW + dt.timedelta(days=day))).polls()[0] for day in (0, 1)]
        assert keys[0].state_key == keys[1].state_key
        assert keys[0].url != keys[1].url


class TestCap:
    """Interfaces that show only so many rows."""

    SPLIT = ({"in": "form", "name": "P", "values": ["1", "2"]}, {"in": "form", "name": "S", "values": ["x"]})

    def read(self, total: int, *, since: dt.datetime | None = NOW, form: str = "") -> Any:
        source = spec(
            "api", method="POST", form={"P": "0", "S": "", "N": 1}, page={"in": "form", "name": "N"}, items="rows",
            fields={"url": "u"}, total="total", cap=100, split=list(self.SPLIT),
        )  # fmt: skip
        finder = finder_for(source, Span(now=NOW, since=since))
        poll: Poll = finder.polls()[0]
        for _ in form:
            poll = finder.read(poll, answer({"rows": [{"u": "/1"}], "total": 100})).also[0]
        return finder.read(poll, answer({"rows": [{"u": "/1"}], "total": total}))

    def test_over_the_cap_is_cut_finer(self) -> None:
        """By the first axis, then by the second; below the cap it is paged."""
        assert [poll.body for poll in self.read(100).also] == [b"P=1&S=&N=1", b"P=2&S=&N=1"]
        assert [poll.body for poll in self.read(100, form="P").also] == [b"P=1&S=x&N=1"]
        below = self.read(99)
        assert (below.also, below.next_page.body) == ((), b"P=0&S=&N=2")

    def test_what_cannot_be_cut_is_said(self) -> None:
        """And what can be seen is paged all the same."""
        reading = self.read(100, form="PS")
        assert "100" in reading.truncated
        assert reading.next_page.body == b"P=1&S=x&N=2"

    def test_a_poll_is_not_cut(self) -> None:
        """Only a window wants every row."""
        reading = self.read(100, since=None)
        assert (reading.also, reading.truncated) == ((), "")


class TestHanweb:
    """Archives by record numbers."""

    PAGE = (
        "<script>var p={{col:1,webid:7,path:'/',columnid:14,unitid:2464,webname:'某局',permissiontype:0}};</script>"
        "<record><![CDATA[<li><a href='/art/2026/9/30/art_14_9.html'>甲</a><span>2026-09-30</span></li>]]></record>{}"
    )

    def reply(self, total: int, start: int) -> str:
        rows = (
            f"<record><![CDATA[<li><a href='/art/2026/9/1/art_14_{start + n}.html'>题</a></li>]]></record>"
            for n in range(6)
        )
        return f"<datastore><totalrecord>{total}</totalrecord>{''.join(rows)}</datastore>"

    def test_totals_that_move_begin_again(self) -> None:
        """From the first record, three times at most; then it goes on."""
        finder = finder_for(spec("hanweb", perpage=2))
        poll = finder.read(finder.polls()[0], answer(self.PAGE.format(""))).next_page
        assert poll is not None
        starts, total, rereads = [], 100, []
        for _ in range(12):
            starts.append(poll.context["start"])
            rereads.append(poll.reread)
            total += 1
            reading = finder.read(poll, answer(self.reply(total, starts[-1])))
            poll = (reading.also or (reading.next_page,))[0]
            assert poll is not None
        assert starts == [1, 7, 1, 7, 1, 7, 1, 7, 13, 19, 25, 31]
        assert rereads == [True, False] + [True] * 6 + [False] * 4

    def test_parameters_come_from_the_page(self) -> None:
        """With the proxy's path where the page names it; options win."""
        named = '<nextgroup><![CDATA[<a href="/module/jpage/dataproxy.jsp?page=1&amp;appid=1&amp;unitid=5"></a>]]></nextgroup>'
        finder = finder_for(spec("hanweb", method="GET", form={"webname": "别名"}))
        poll = finder.read(finder.polls()[0], answer(self.PAGE.format(named))).next_page
        assert poll is not None
        assert poll.url.startswith("http://x.example/module/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15&")
        for part in ("appid=1", "unitid=2464", "columnid=14", "webname=%E5%88%AB%E5%90%8D", "path=%2F"):
            assert part in poll.url

    def test_no_parameters_no_archive(self) -> None:
        """Said, not hidden."""
        page = "<record><![CDATA[<li><a href='/a.html'>甲</a></li>]]></record>"
        finder = finder_for(spec("hanweb"))
        reading = finder.read(finder.polls()[0], answer(page))
        assert (len(reading.links), reading.next_page) == (1, None)
        assert reading.truncated

    def test_a_reply_that_is_none(self) -> None:
        """An error page in place of records."""
        finder = finder_for(spec("hanweb"))
        poll = finder.read(finder.polls()[0], answer(self.PAGE.format(""))).next_page
        assert poll is not None
        with pytest.raises(ShapeError):
            finder.read(poll, answer("<html>系统维护</html>"))


@pytest.mark.parametrize(
    ("kind", "options", "problem"),
    [
        ("api", {"params": {"a": "{since:%Y}"}}, "need the option 'window'"),
        ("api", {"window": {"day": 3}}, "unknown window option 'day'"),
        ("api", {"window": {"days": 0}}, "window.days"),
        ("api", {"backfill": {"body": {}}}, "unknown backfill option 'body'"),
        ("api", {"split": [{"name": "p"}]}, "split.values"),
        ("api", {"split": {"name": "p"}}, "list of mappings"),
        ("api", {"spellings": {"in": "x", "name": "p", "values": [1]}}, "spellings.in"),
        ("api", {"cap": 1000}, "option 'cap' needs 'total'"),
        ("api", {"skip": {"path": "x"}}, "'skip' needs path and equals"),
        ("api", {"text_url_rewrite": {"find": "(", "put": ""}}, "no regular expression"),
        ("api", {"ok": {"path": "code", "again": [1]}}, "or path and blocked"),
        ("listing", {"keywords": ["x"]}, "go together"),
        ("listing", {"address": {"find": "x"}}, "needs find and put"),
        ("hanweb", {"perpage": 0}, "1 or more"),
        ("hanweb", {"method": "PUT"}, "neither GET nor POST"),
        ("hanweb", {"page_url": "index_{n}.html"}, "unknown option 'page_url'"),
    ],
)
def test_bad_options_are_refused(kind: str, options: dict[str, Any], problem: str) -> None:
    """Before a crawl, with what is wrong."""
    fields = {"fields": {"url": "u"}} if kind == "api" else {}
    with pytest.raises(SourceDefinitionError) as caught:
        check_source(spec(kind, **fields, **options))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("url", "body", "error"),
    [
        ("http://www.ggzy.gov.cn/information/html/b/1/2/3/4/00aa.shtml", "<h4 class='h4_o'>题</h4>", ExtractionError),
        (
            "http://www.ggzy.gov.cn/information/html/b/1/2/3/4/00aa.shtml",
            "<h4 class='h4_o'>题</h4><a href='http://a.example.gov.cn/1.html'>原文链接</a>",
            TextElsewhereError,
        ),
        ("https://zfcg.example.gov.cn/portal/detail?articleId=1", '{"success":false,"result":null}', NoArticleError),
        ("https://zfcg.example.gov.cn/portal/detail?articleId=1", '{"code":999,"msg":"x"}', ThrottledError),
        (
            "https://www.nfra.gov.cn/cbircweb/DocInfo/SelectByDocId?docId=1",
            '{"rptCode":500,"data":null}',
            ExtractionError,
        ),
    ],
)
def test_pages_without_an_article(url: str, body: str, error: type[Exception]) -> None:
    """Typed by what to do next."""
    with pytest.raises(error):
        extract_page(body.encode(), url, fetched_at=NOW)


def test_a_document_that_is_only_a_file() -> None:
    """Its title stands for the text, and the file is listed."""
    data = {
        "docId": 7,
        "docTitle": "某通知",
        "docClob": None,
        "pdfFileUrl": "/chinese/a.pdf",
        "publishDate": "2026-09-24 10:27:00",
    }
    url = "https://www.nfra.gov.cn/cn/static/data/DocInfo/SelectByDocId/data_docId=7.json"
    article = extract_page(json.dumps({"rptCode": 200, "data": data}).encode(), url, fetched_at=NOW)
    assert (article.page, article.title, article.text) == ("nfra", "某通知", "某通知")
    assert article.attachments == (("PDF", "https://www.nfra.gov.cn/chinese/a.pdf"),)
    assert article.published == dt.datetime(2026, 9, 24, 10, 27, tzinfo=CHINA)
    assert "nfra:7" in article.keys
