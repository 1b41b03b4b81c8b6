"""Extraction: one page object per site or family, a registry built here from explicit imports, and the generic fallback."""

from __future__ import annotations

from crawler.pages.caixin_global import CaixinGlobalPage, CaixinGlobalTextPage
from crawler.pages.ccgp import CcgpPage
from crawler.pages.chinanews import ChinanewsPage
from crawler.pages.eastmoney import EastmoneyPage, NewsTextPage
from crawler.pages.economy import ChinaEconomicPage, ChinaFinancePage
from crawler.pages.finews import FinewsPage
from crawler.pages.finews_markdown import FinewsMarkdownPage
from crawler.pages.generic import GenericPage
from crawler.pages.ggzy import GgzyPage
from crawler.pages.gov import GovPage
from crawler.pages.huibaoxian import HuibaoxianPage
from crawler.pages.jiemian import JiemianPage
from crawler.pages.jingji21 import Jingji21Page
from crawler.pages.min_news import MinNewsPage
from crawler.pages.nbd import NbdPage
from crawler.pages.nfra import NfraPage
from crawler.pages.notice_json import NoticeJsonPage
from crawler.pages.people import PeoplePage
from crawler.pages.registry import Registry
from crawler.pages.sina import SinaPage
from crawler.pages.stcn import StcnPage
from crawler.pages.thepaper import ThepaperPage
from crawler.pages.xinhua import XinhuaPage

REGISTRY = Registry(
    (
        FinewsPage(),
        FinewsMarkdownPage(),
        EastmoneyPage(),
        NewsTextPage(),
        CcgpPage(),
        GgzyPage(),
        GovPage(),
        NfraPage(),
        NoticeJsonPage(),
        CaixinGlobalPage(),
        CaixinGlobalTextPage(),
        ChinaEconomicPage(),
        ChinaFinancePage(),
        ChinanewsPage(),
        HuibaoxianPage(),
        JiemianPage(),
        Jingji21Page(),
        MinNewsPage(),
        NbdPage(),
        PeoplePage(),
        SinaPage(),
        StcnPage(),
        ThepaperPage(),
        XinhuaPage(),
    ),
    fallback=GenericPage(),
)
"""The page objects that ship."""

__all__ = ["REGISTRY", "Registry"]
