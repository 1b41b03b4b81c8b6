"""Crawling policy as a frozen value, and its translation to Scrapy's setting names, which no other module knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
    proxy: str = ""
    """HTTP proxy for every request, as `http://host:port`; empty: none. The environment is not asked."""


PARALLEL = 16
"""Requests of one crawl that may be under way at a time, over all hosts."""
_ANY = 10_000
"""Bounds nothing: how many at a time is decided by crawl (`PARALLEL`) and by host (`manners.Pace`), over all crawls."""
# A server error or a full house may pass; 429 is repeated only after the rest that it asks for (`manners.Pace`).
_RETRIED = [408, 429, 500, 502, 503, 504, 522, 524]

_PROXY = {
    "crawler.middlewares.ProxyMiddleware": 740,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}


def to_scrapy(settings: CrawlSettings, *, verify_tls: bool = True) -> dict[str, Any]:
    """The Scrapy settings that carry out `settings`; everything that logs, counts or listens by itself is off."""
    middlewares = "scrapy.downloadermiddlewares"
    return {
        "USER_AGENT": settings.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.7",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.6",
        },
        "CONCURRENT_REQUESTS": _ANY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": _ANY,
        "CONCURRENT_ITEMS": 2,  # Scrapy starts that many tasks for each answer; ours yield requests only
        "DOWNLOAD_DELAY": 0,  # spacing is kept by `manners.Pace`, across crawls
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": settings.max_body,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": verify_tls,
        # Old government servers speak ciphers that OpenSSL no longer offers by default.
        "DOWNLOADER_CLIENT_TLS_CIPHERS": "DEFAULT" if verify_tls else "DEFAULT:@SECLEVEL=0",
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.download.PoliteHandler",
            "https": "crawler.download.PoliteHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "RETRY_TIMES": settings.retries,
        "RETRY_HTTP_CODES": _RETRIED,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "REDIRECT_MAX_TIMES": 6,
        "METAREFRESH_MAXDELAY": 3,  # pages that reload themselves later are no redirects
        "COOKIES_ENABLED": settings.cookies,
        "ROBOTSTXT_OBEY": False,  # ours fails closed, see `middlewares.RobotsMiddleware`
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "crawler.middlewares.RobotsMiddleware": 100,
            "crawler.middlewares.ConditionalGetMiddleware": 150,
            f"{middlewares}.downloadtimeout.DownloadTimeoutMiddleware": 350,
            f"{middlewares}.defaultheaders.DefaultHeadersMiddleware": 400,
            f"{middlewares}.useragent.UserAgentMiddleware": 500,
            "crawler.middlewares.EmptyBodyMiddleware": 540,
            f"{middlewares}.retry.RetryMiddleware": 550,
            f"{middlewares}.redirect.MetaRefreshMiddleware": 580,
            "crawler.middlewares.BlockPageMiddleware": 585,
            f"{middlewares}.httpcompression.HttpCompressionMiddleware": 590,
            f"{middlewares}.redirect.RedirectMiddleware": 600,
            f"{middlewares}.cookies.CookiesMiddleware": 700,
            **(_PROXY if settings.proxy else {}),
        },
        "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.referer.RefererMiddleware": 700},
        "EXTENSIONS_BASE": {},
        "TELNETCONSOLE_ENABLED": False,
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_ENABLED": False,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }
