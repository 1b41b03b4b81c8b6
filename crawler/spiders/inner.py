"""Items that stand for several links: an editor's row may hold a list of linked pages, or a title made of several anchors.

Option `inner` of an api source: rules tried in order, the first that gives links replaces the item's own link. A rule is
`{path, url, title}` for a list of objects, or `{path, html: true}` for markup with more than one anchor. Such links carry no
date: what the row says is when an editor placed it, not when the linked page was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parsel import Selector

from crawler.pages.blocks import clean_text
from crawler.spiders.base import Link, Options
from crawler.spiders.jsonpath import MissingPathError, get_list, get_path
from crawler.urls import join


@dataclass(frozen=True, kw_only=True, slots=True)
class InnerRule:
    """Where in an item further links stand. `url` and `title` are paths in a listed object; `html`: read anchors."""

    path: str
    url: str = ""
    title: str = ""
    html: bool = False


def read_rules(options: Options) -> tuple[InnerRule, ...]:
    """The option `inner`; `SourceDefinitionError` where it cannot be read."""
    rules = []
    for given in options.tables("inner"):
        if unknown := set(given) - {"path", "url", "title", "html"}:
            raise options.error(f"unknown inner option {sorted(unknown)[0]!r}", "there are path, url, title, html")
        rule = InnerRule(**given)
        if not isinstance(rule.path, str) or not rule.path or bool(rule.url) == bool(rule.html):
            raise options.error("a rule of 'inner' has a path, and either url or html: true")
        rules.append(rule)
    return tuple(rules)


def inner_links(item: Any, rules: tuple[InnerRule, ...], base: str) -> tuple[Link, ...]:
    """The links that stand inside `item`, each address once; empty where it stands for itself."""
    for rule in rules:
        found = _anchors(item, rule, base) if rule.html else _objects(item, rule, base)
        if found:
            return tuple({link.url: link for link in reversed(found)}.values())[::-1]
    return ()


def _objects(item: Any, rule: InnerRule, base: str) -> list[Link]:
    return [
        Link(url=url, title=clean_text(_text(member, rule.title)))
        for member in get_list(item, rule.path) or ()
        if (url := join(base, _text(member, rule.url)))
    ]


def _anchors(item: Any, rule: InnerRule, base: str) -> list[Link]:
    """The anchors of a markup field; a single one is the item itself."""
    markup = _text(item, rule.path)
    if "<a" not in markup:
        return []
    links = [
        Link(url=url, title=clean_text("".join(anchor.xpath(".//text()").getall())))
        for anchor in Selector(text=markup, type="html").css("a[href]")
        if (url := join(base, anchor.attrib["href"]))
    ]
    return links if len(links) > 1 else []


def _text(document: Any, path: str) -> str:
    try:
        value = get_path(document, path) if path else ""
    except MissingPathError:
        return ""
    return value.strip() if isinstance(value, str) else ""
