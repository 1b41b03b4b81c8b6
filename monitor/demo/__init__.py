"""A sample web of six small sites on loopback, for `baoxun demo`: the same code as `run`, and no internet.

`DemoSite` serves it, `demo_config` is the configuration that watches it, `compare` says whether the alerts that came
are the ones that had to come.
"""

from importlib.resources import files

from monitor.demo.articles import DemoArticle, DemoDataError, Labels, Notice, load_articles
from monitor.demo.expected import ExpectedAlert, Fault, Mismatch, SeenAlert, compare, expected_alerts
from monitor.demo.site import DemoSite, path_of


def demo_config(base_url: str) -> str:
    """The text of the demo's `config.yaml` for a sample web at `base_url` (scheme, host and port)."""
    return files(__name__).joinpath("config.yaml").read_text(encoding="utf-8").replace("{base}", base_url.rstrip("/"))


__all__ = [
    "DemoArticle",
    "DemoDataError",
    "DemoSite",
    "ExpectedAlert",
    "Fault",
    "Labels",
    "Mismatch",
    "Notice",
    "SeenAlert",
    "compare",
    "demo_config",
    "expected_alerts",
    "load_articles",
    "path_of",
]
