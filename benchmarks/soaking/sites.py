"""The sites of a soak: what each publishes and when, and how it prints its lists and pages."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from typing import Any, Final

from benchmarks.soaking import articles
from benchmarks.soaking.articles import Story
from benchmarks.soaking.characters import HOSTILE, Character, Course, cast
from monitor.demo.articles import DemoArticle
from monitor.workdays import ChinaCalendar
from tests.acceptance.world import page as printed

LISTED: Final = 40
"""Rows of a list."""
BACKLOG: Final = 12
"""Articles that each site has at the start, over ten days."""
LIST_TYPES: Final = ("rss", "atom", "listing", "api", "sitemap")
SHOUT: Final = '<@all><at user_id="all">@所有人</at><script>alert(1)</script>'
_BOMB: Final = zlib.compress(bytes(64 * 1024 * 1024), 9, wbits=31)
_HUGE: Final = b"<p>" + b"x" * (12 * 1024 * 1024)
_BAN: Final = "<html><title>安全验证</title><body>您的访问过于频繁，请输入验证码</body></html>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a site answers. `drips` spreads the body over so many real seconds."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    drips: float = 0.0


@dataclass(kw_only=True)
class Site:
    """One site: `articles` in order of publication, all of which appear at their time."""

    name: str
    character: Character
    kind: str
    course: Course
    rest: dt.timedelta
    """What it asks for in Retry-After."""
    articles: list[DemoArticle] = field(default_factory=list)
    stories: dict[str, Story] = field(default_factory=dict)
    """Those of its articles that tell a story, by id."""
    port: int = 0
    trap: str = ""
    """Address that nobody outside this machine may lead the crawler to."""

    @property
    def list_path(self) -> str:
        return f"/{self.kind}"

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def source(self, every: dt.timedelta, most: dt.timedelta) -> dict[str, Any]:
        """Its entry in `sources`."""
        options: dict[str, dict[str, Any]] = {
            "listing": {"container": "ul.news", "item": "ul.news li", "date": "span", "page_url": "listing_{n}"},
            "api": {"items": "data.list", "fields": {"url": "link", "title": "title", "published": "time"}},
            "sitemap": {"allow": "/a/"},
        }
        seconds = {"every": f"{every.total_seconds():.0f}s", "at_least_every": f"{most.total_seconds():.0f}s"}
        finder = "feed" if self.kind in ("rss", "atom") else self.kind
        return {"name": self.name, "kind": finder, "url": self.url(self.list_path), **seconds,
                "options": options.get(self.kind, {})}  # fmt: skip

    def is_shut(self, now: dt.datetime) -> bool:
        """Whether its port is shut."""
        return self.character is Character.REFUSING and self.course.misbehaves(self.character, now)

    def answer(self, path: str, headers: Mapping[str, str], now: dt.datetime) -> Reply:
        """The answer to GET at `now`."""
        bad = self.course.misbehaves(self.character, now)
        if bad and self.character is Character.FAILING:
            return Reply(status=503 if now.minute % 2 else 500, body=b"oops")
        if path == "/robots.txt":
            return Reply(status=404)
        if path.startswith(self.list_path):
            return self._list(path, headers, now, bad=bad)
        return self._page(path, now)

    # Lists

    def _list(self, path: str, headers: Mapping[str, str], now: dt.datetime, *, bad: bool) -> Reply:
        if bad and (instead := self._instead(headers)) is not None:
            return instead
        number = path.removeprefix(self.list_path).removeprefix("_")
        rows = self._rows(now, int(number) - 1 if number.isdigit() else 0)
        body, content_type = getattr(self, f"_as_{self.kind}")(rows)
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if headers.get("if-none-match") == etag:
            return Reply(status=304, headers=(("ETag", etag),))
        drips = 0.0 if self.character is not Character.SLOW else 30.0 if bad else 0.8
        return Reply(body=body, headers=(("Content-Type", content_type), ("ETag", etag)), drips=drips)

    def _instead(self, headers: Mapping[str, str]) -> Reply | None:
        match self.character:
            case Character.RESTING:
                return Reply(status=429, headers=(("Retry-After", f"{self.rest.total_seconds():.0f}"),))
            case Character.BANNING:
                return Reply(body=_BAN.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))
            case Character.STALE if headers.get("if-none-match"):
                return Reply(status=304)
            case Character.BOMB:
                return _bomb()
            case Character.REDIRECT:
                return Reply(status=302, headers=(("Location", self.list_path + "?again"),))
        return None

    def _rows(self, now: dt.datetime, page: int) -> list[tuple[str, DemoArticle]]:
        out = [a for a in self.articles if a.published <= now][::-1][page * LISTED : (page + 1) * LISTED]
        rows = [(self.url(f"/a/{a.id}.html"), a) for a in out]
        if self.character is Character.DOUBLED:
            rows = [row for row in rows for _ in range(2)]
        if self.character is Character.INWARD and rows:
            inward = (
                self.trap,
                "http://10.0.0.1/a/1.html",
                "http://169.254.169.254/a/meta.html",
                "http://[::1]:9/a/1.html",
            )
            rows += [(f"{url}?{rows[0][1].id}", rows[0][1]) for url in (*inward, self.url("/a/inward"))]
        if self.character in HOSTILE and rows:
            rows.append((self.url(f"/a/hostile?{rows[0][1].id}"), rows[0][1]))
        return rows

    def _as_rss(self, rows: Sequence[tuple[str, DemoArticle]]) -> tuple[bytes, str]:
        items = "".join(
            f"<item><title>{html.escape(a.title)}</title><link>{html.escape(url)}</link>"
            f"<pubDate>{format_datetime(a.published)}</pubDate></item>"
            for url, a in rows
        )
        feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>新闻</title>{items}</channel></rss>'
        return feed.encode(), "application/rss+xml; charset=utf-8"

    def _as_atom(self, rows: Sequence[tuple[str, DemoArticle]]) -> tuple[bytes, str]:
        items = "".join(
            f'<entry><title>{html.escape(a.title)}</title><link href="{html.escape(url)}"/><id>{html.escape(url)}</id>'
            f"<updated>{a.published.isoformat()}</updated></entry>"
            for url, a in rows
        )
        feed = f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>新闻</title>{items}</feed>'
        return feed.encode(), "application/atom+xml; charset=utf-8"

    def _as_listing(self, rows: Sequence[tuple[str, DemoArticle]]) -> tuple[bytes, str]:
        items = "".join(
            f'<li><a href="{html.escape(url)}">{html.escape(a.title)}</a><span>{a.published:%Y-%m-%d %H:%M}</span></li>'
            for url, a in rows
        )
        text = f"<!doctype html><html><head><title>要闻</title></head><body><ul class='news'>{items}</ul></body></html>"
        return self._coded(text)

    def _as_api(self, rows: Sequence[tuple[str, DemoArticle]]) -> tuple[bytes, str]:
        items = [{"link": url, "title": a.title, "time": f"{a.published:%Y-%m-%d %H:%M:%S}"} for url, a in rows]
        return json.dumps({"data": {"list": items}}, ensure_ascii=False).encode(), "application/json; charset=utf-8"

    def _as_sitemap(self, rows: Sequence[tuple[str, DemoArticle]]) -> tuple[bytes, str]:
        items = "".join(
            f"<url><loc>{html.escape(url)}</loc><lastmod>{a.published.isoformat()}</lastmod></url>" for url, a in rows
        )
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'
        return text.encode(), "application/xml"

    # Pages

    def _page(self, path: str, now: dt.datetime) -> Reply:
        if path == "/a/inward":
            return Reply(status=302, headers=(("Location", self.trap),))
        if path == "/a/hostile":
            return self._hostile()
        found = [a for a in self.articles if path == f"/a/{a.id}.html" and a.published <= now]
        if not found:
            return Reply(status=404)
        body, content_type = self._coded(printed(found[0]))
        return Reply(body=body, headers=(("Content-Type", content_type),))

    def _hostile(self) -> Reply:
        match self.character:
            case Character.BOMB:
                return _bomb()
            case Character.HUGE:
                return Reply(body=_HUGE, headers=(("Content-Type", "text/html"),))
            case Character.REDIRECT:
                return Reply(status=302, headers=(("Location", "/a/hostile"),))
        return Reply(status=302, headers=(("Location", "http://169.254.169.254/latest/meta-data/"),))

    def _coded(self, text: str) -> tuple[bytes, str]:
        """HTML in UTF-8; of a site with the wrong charset in GB 18030, which neither header nor markup admits."""
        if self.character is Character.CHARSET:
            return text.encode("gb18030"), "text/html; charset=utf-8"
        return text.encode(), "text/html; charset=utf-8"


def _bomb() -> Reply:
    return Reply(body=_BOMB, headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")))


def make_sites(count: int, course: Course, rest: dt.timedelta, chance: random.Random) -> list[Site]:
    """So many sites, with all that they will publish."""
    sites = []
    numbers = iter(range(10**9))
    for place, character in enumerate(cast(count)):
        kind = LIST_TYPES[place % len(LIST_TYPES)]
        name = f"{character.value.replace(' ', '-')}-{place:02}"
        site = Site(name=name, character=character, kind=kind, course=course, rest=rest)
        site.articles = [articles.news(next(numbers), at, chance) for at in _times(character, course, chance)]
        sites.append(site)
    _tell_stories(sites, course, chance)
    return sites


def _times(character: Character, course: Course, chance: random.Random) -> list[dt.datetime]:
    """When a site publishes: on workdays in office hours, little at other times; or all of it within one hour."""
    hour, calendar = dt.timedelta(hours=1), ChinaCalendar()
    times = [course.start - hour * chance.uniform(1, 240) for _ in range(BACKLOG)]
    morning = course.start.replace(hour=0, minute=30)  # half past eight in China
    until = course.at(2) if character is Character.SILENT else course.published_until
    for day in range(course.length.days + 1):
        at = morning + dt.timedelta(days=day)
        works = calendar.is_workday((at + 8 * hour).date())
        if character is Character.BURST:
            times += [at + hour * chance.uniform(5, 6) for _ in range(10 if works else 0)]
        else:
            times += [at + hour * chance.uniform(0, 9.5) for _ in range(chance.randint(2, 5) if works else 1)]
    return sorted(at.replace(second=0, microsecond=0) for at in times if at < until)


def _tell_stories(sites: Sequence[Site], course: Course, chance: random.Random) -> None:
    """Three in a hundred of what is published are stories, each on one site first and on up to two steady ones later."""
    published = sum(a.published > course.start for site in sites for a in site.articles)
    silent, shut = (Character.SILENT,), HOSTILE
    first_sites = [s for s in sites if s.character not in silent and s.character not in shut]
    steady = [s for s in sites if s.character is Character.STEADY]
    loud = [s for s in sites if s.character is Character.SHOUTING]
    first, last = course.at(0.8), course.published_until - dt.timedelta(hours=1)
    for number in range(max(8, published * 3 // 100)):
        one, at = articles.story(number, chance), first + (last - first) * chance.random()
        at = at.replace(second=0, microsecond=0)
        site = loud[0] if loud and number == 3 else chance.choice(first_sites)
        _print(site, one, at, first=True)
        for other in chance.sample(steady, min(len(steady), chance.choice((0, 0, 1, 1, 2)))):
            later = at + dt.timedelta(minutes=chance.randint(20, 300))
            if other is not site and later < last:
                _print(other, one, later, first=False)
    for site in sites:
        site.articles.sort(key=lambda a: a.published)


def _print(site: Site, story: Story, at: dt.datetime, *, first: bool) -> None:
    article = articles.told(story, at, f"{site.name[:6]}日报", first=first)
    if site.character is Character.SHOUTING:
        article = replace(article, title=article.title + SHOUT)
    site.articles.append(article)
    site.stories[article.id] = story
