"""Crawling policy as a frozen value, and its translation to Scrapy's setting names, which no other module knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlSettings:
    """How politely and how far to crawl. Times in seconds, sizes in bytes."""

    user_agent: str = "baoxun/0.1 (+https://github.com/baoxun; news monitor; obeys robots.txt)"
    obey_robots: bool = True
    delay: float = 1.0
    concurrency_per_host: int = 1
    timeout: float = 30.0
    retries: int = 2
    max_body: int = 8 * 1024 * 1024
    max_articles: int = 200
    deadline: float = 300.0
    cookies: bool = False
