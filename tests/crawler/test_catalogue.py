"""The catalogue: its form is read strictly, and what ships is complete and can work."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from crawler.catalogue import CatalogueEntry, EntryState, by_tag, entries, entry, read_catalogue, tags
from crawler.errors import CatalogueError
from crawler.items import SourceKind

GOOD = """\
shared:
  rows: &rows {item: li, allow: /news/}
entries:
  - name: some-site
    title: {zh: 某网, en: Some site}
    kind: listing
    state: on
    tags: [news, trade]
    every: 30m
    delay: 4s
    urls: ["https://news.example/list.html"]
    evidence: med, seen 2026-09
    publisher: 某网
    options:
      <<: *rows
      allow: /a/
"""


def read(text: str) -> tuple[CatalogueEntry, ...]:
    return read_catalogue([("some.yaml", text)])


def test_an_entry_is_read_whole() -> None:
    """Durations, merged options, the word `on`, and the source made of it."""
    (found,) = read(GOOD)
    assert found.state is EntryState.ON
    assert found.every == dt.timedelta(minutes=30)
    assert found.options == {"item": "li", "allow": "/a/"}
    spec = found.spec()
    assert (spec.name, spec.kind, spec.delay, spec.publisher) == ("some-site", SourceKind.LISTING, 4.0, "某网")
    assert spec.options == found.options


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("state: on", "state: off", 7, "why_off"),
        ("state: on", "state: maybe", 7, "it is one of on, low-rate, off"),
        ("state: on", "state: on\n    why_off: no", 7, "why_off"),
        ("kind: listing", "kind: lister", 6, "kind is 'lister'"),
        ("publisher: 某网", "publischer: 某网", 13, "unknown key 'publischer'"),
        ("publisher: 某网", "name: again", 13, "'name' stands twice"),
        ("every: 30m", "every: soon", 9, "every is 'soon'"),
        ("every: 30m", "every: 10s", 9, "more often than once a minute"),
        ("delay: 4s", "delay: true", 10, "delay is True"),
        ("tags: [news, trade]", "tags: []", 8, "needs a tag"),
        ("tags: [news, trade]", "tags: news", 8, "list of strings"),
        ("en: Some site", "fr: Un site", 5, "title needs zh and en"),
        ("evidence: med, seen 2026-09", "evidence: hearsay", 12, "high, med or low"),
        ("name: some-site", "name: Some Site", 4, "lower-case"),
        ("allow: /a/", "allow: (", 14, "no regular expression"),
        ("allow: /a/", "alow: /a/", 14, "unknown option 'alow'"),
        ("https://news.example/list.html", "news.example", 14, "no http"),
        ("publisher: 某网", "verify_tls: false", 13, "tls_note"),
        ("publisher: 某网", "lang: de", 13, "lang is 'de'"),
        ("    kind: listing", "   kind: listing", 6, "expected"),
        ("*rows", "*rowz", 15, "undefined alias"),
        ("entries:", "entrys:", 1, "unknown key 'entrys'"),
    ],
)
def test_mistakes_are_named_with_their_line(old: str, new: str, line: int, problem: str) -> None:
    """Each mistake is a typed error with file, line and what is wrong."""
    assert old in GOOD
    with pytest.raises(CatalogueError, match=re.escape(problem)) as caught:
        read(GOOD.replace(old, new, 1))
    assert (caught.value.file, caught.value.line) == ("some.yaml", line)


def test_a_name_is_given_once() -> None:
    """Also over several files."""
    with pytest.raises(CatalogueError, match=r"defined already, in a\.yaml line 4") as caught:
        read_catalogue([("a.yaml", GOOD), ("b.yaml", GOOD)])
    assert caught.value.file == "b.yaml"


@pytest.mark.parametrize("text", ["", "- a\n", "entries: 3\n", "entries: [3]\n", "entries: [}\n"])
def test_a_file_that_is_none(text: str) -> None:
    """Empty, a list, or no YAML at all."""
    with pytest.raises(CatalogueError):
        read(text)


def test_what_ships_can_be_picked() -> None:
    """By name and by tag; what is off is not picked by tag."""
    assert entries()
    for tag in tags():
        assert all(tag in found.tags and found.state is not EntryState.OFF for found in by_tag(tag))
    assert {found.name for tag in tags() for found in by_tag(tag)} == {
        found.name for found in entries() if found.state is not EntryState.OFF
    }
    assert entry(entries()[0].name) is entries()[0]
    with pytest.raises(KeyError):
        entry("no-such-entry")
