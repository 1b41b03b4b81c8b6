"""A small world for acceptance tests: a web to watch, a mail server and a chat robot that take alerts, and the product
between them, with its own database file. Nothing is replaced but the addresses and the clock."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from monitor.bootstrap import App, build_app, run_async
from monitor.config import Config
from monitor.config.reading import parse_config
from monitor.demo.articles import DemoArticle
from tests.alerts.collector import Answer, Collector
from tests.alerts.mailbox import Mailbox
from tests.conftest import FrozenClock
from tests.fakeweb.server import FakeWeb

CONFIG = """
storage: {{data_dir: data}}
web: {{port: 0}}
crawler: {{delay: 0s, timeout: 5s, deadline: 60s, max_articles: 500}}
monitor: {{alert_on_first_run: {{last_days: {last_days}}}, second_opinion: {second_opinion}}}
alerts:
  receivers:
    - name: desk
      channels:
        - {{kind: email, host: 127.0.0.1, port: {smtp}, security: none, from: 保讯 <baoxun@desk.example>, to: [a@desk.example]}}
        - {{kind: wecom, url_env: ROBOT}}
  route: {{receivers: [desk]}}
sources:
{sources}
"""


@dataclass
class World:
    """Everything around the product. `web`, `mailbox` and `robot` are real servers on loopback."""

    folder: Path
    web: FakeWeb
    mailbox: Mailbox
    robot: Collector
    clock: FrozenClock = field(default_factory=FrozenClock)
    sources: str = ""
    last_days: int = 0
    second_opinion: str = "{}"

    def config_text(self) -> str:
        return CONFIG.format(
            smtp=self.mailbox.port,
            sources=self.sources,
            last_days=self.last_days,
            second_opinion=self.second_opinion,
        )

    def config(self) -> Config:
        return parse_config(self.config_text(), file="config.yaml", base=self.folder)

    @property
    def environment(self) -> dict[str, str]:
        return {"ROBOT": self.robot.url("/cgi-bin/webhook/send?key=00000000-aaaa-bbbb-cccc-000000000000")}

    @contextmanager
    def product(self) -> Iterator[App]:
        """The product, started anew on this world's database."""
        with build_app(self.config(), clock=self.clock, environment=self.environment, chance=lambda: 0.0) as app:
            yield app

    def round(self) -> None:
        """Start, poll every source, understand, deliver, stop."""
        with self.product() as app:
            run_async(lambda: self._round(app))

    @staticmethod
    async def _round(app: App) -> None:
        await asyncio.gather(*(app.service.poll(s.name) for s in app.config.enabled_sources))
        await app.service.process_pending()
        await app.service.deliver_due()

    @property
    def mails(self) -> list[EmailMessage]:
        return self.mailbox.received

    @property
    def chats(self) -> list[str]:
        """Texts that the chat robot took."""
        return [message["markdown"]["content"] for message in (r.json() for r in self.robot.received)]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    with FakeWeb() as web, Mailbox() as mailbox, Collector() as robot:
        robot.script("/cgi-bin/webhook/send", Answer.json({"errcode": 0, "errmsg": "ok"}))
        yield World(folder=folder, web=web, mailbox=mailbox, robot=robot)


def page(article: DemoArticle) -> str:
    """An article's page as a plain news site prints it."""
    paragraphs = "".join(f"<p>{html.escape(line.strip('*'))}</p>" for line in article.text.splitlines())
    lang = {"zh": "zh-CN", "zh-Hant": "zh-Hant", "en": "en"}[article.lang]
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{html.escape(article.title)}</title>'
        f'<meta property="article:published_time" content="{article.published.isoformat()}"></head><body>'
        f"<nav><a href='/'>首页</a></nav><article><h1>{html.escape(article.title)}</h1>"
        f"<div class='info'>{article.published:%Y-%m-%d %H:%M} 来源：{html.escape(article.source)}</div>"
        f"<div class='content'>{paragraphs}</div></article><footer>版权所有</footer></body></html>"
    )


def serve_feed(web: FakeWeb, path: str, entries: list[tuple[str, DemoArticle]]) -> None:
    """Serve articles as pages and list them in an RSS feed at `path`. `entries` are (page path, article)."""
    items = []
    for at, article in entries:
        web.add(at, page(article), headers={"Content-Type": "text/html; charset=utf-8"})
        items.append(
            f"<item><title>{html.escape(article.title)}</title><link>{web.url(at)}</link>"
            f"<pubDate>{format_datetime(article.published)}</pubDate></item>"
        )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>新闻</title>{"".join(items)}</channel></rss>'
    web.add(path, feed, headers={"Content-Type": "application/rss+xml; charset=utf-8"})
