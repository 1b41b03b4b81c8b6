"""Ways of finding links, one file each, and the spider that drives them."""

from __future__ import annotations

from crawler.errors import SourceDefinitionError
from crawler.items import SourceKind, SourceSpec
from crawler.pages import REGISTRY
from crawler.spiders.api import ApiFinder
from crawler.spiders.base import Finder
from crawler.spiders.feed import FeedFinder
from crawler.spiders.hanweb import HanwebFinder
from crawler.spiders.listing import ListingFinder
from crawler.spiders.sitemap import SitemapFinder
from crawler.spiders.window import Span
from crawler.urls import join


def finder_for(spec: SourceSpec, span: Span | None = None) -> Finder:
    """The finder for a source, its definition checked; raises `SourceDefinitionError`.

    `span` is what will be asked of it; without one the definition is checked and nothing can be polled by date.
    """
    if not spec.urls:
        raise SourceDefinitionError(spec.name, "no URL to poll")
    for url in spec.urls:
        if not url.startswith(("http://", "https://")) or not join(url, ""):
            raise SourceDefinitionError(spec.name, f"{url!r} is no http(s) address")
    if spec.page and REGISTRY.named(spec.page) is None:
        raise SourceDefinitionError(
            spec.name, f"no page object is named {spec.page!r}", f"there are {', '.join(REGISTRY.names)}"
        )
    if spec.kind == SourceKind.FEED:
        return FeedFinder(spec, span)
    if spec.kind == SourceKind.LISTING:
        return ListingFinder(spec, span)
    if spec.kind == SourceKind.API:
        return ApiFinder(spec, span)
    if spec.kind == SourceKind.HANWEB:
        return HanwebFinder(spec)
    if spec.kind == SourceKind.SITEMAP:
        return SitemapFinder(spec)
    raise SourceDefinitionError(spec.name, f"unknown kind {spec.kind!r}", f"there are {', '.join(SourceKind)}")


__all__ = ["Finder", "Span", "finder_for"]
