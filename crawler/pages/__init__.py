"""Extraction: one page object per site or family, a registry built here from explicit imports, and the generic fallback."""

from __future__ import annotations

from crawler.pages.ccgp import CcgpPage
from crawler.pages.eastmoney import EastmoneyPage, NewsTextPage
from crawler.pages.finews import FinewsPage
from crawler.pages.finews_markdown import FinewsMarkdownPage
from crawler.pages.generic import GenericPage
from crawler.pages.registry import Registry

REGISTRY = Registry(
    (FinewsPage(), FinewsMarkdownPage(), EastmoneyPage(), NewsTextPage(), CcgpPage()), fallback=GenericPage()
)
"""The page objects that ship."""

__all__ = ["REGISTRY", "Registry"]
