"""A sample web of five small sites on loopback, for `baoxun demo`: the same code as `run`, and no internet."""

from monitor.demo.articles import DemoArticle, DemoDataError, Labels, Notice, load_articles
from monitor.demo.site import DemoSite, path_of

__all__ = ["DemoArticle", "DemoDataError", "DemoSite", "Labels", "Notice", "load_articles", "path_of"]
