"""Who may import whom: the picture in docs/architecture.md, held true by reading every import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("crawler", "monitor", "alerts")
DOORS = {
    "crawler": {
        "monitor.ingest",
        "monitor.backfill_crawl",
        "monitor.hub_calls",
        "monitor.bootstrap",
        "monitor.config.building",
        "monitor.config.catalogue",
    },
    "alerts": {
        "monitor.alerting",
        "monitor.bootstrap",
        "monitor.config.channel_building",
        "monitor.config.rule_building",
        "monitor.config.secrets",
    },
}
HOMES = {
    "scrapy": {"crawler"},
    "twisted": {"crawler"},
    "feedparser": {"crawler"},
    "trafilatura": {"crawler"},
    "sqlmodel": {"monitor.storage"},
    "sqlalchemy": {"monitor.storage", "monitor.config.building"},
    "alembic": {"monitor.storage"},
    "apscheduler": {"monitor.daemon.timetable"},
    "apprise": {"alerts.send"},
    "warcio": {"monitor.archive", "monitor.warc"},
    "typer": {"monitor.cli"},
    "rich": {"monitor.cli"},
    "opencc": {"monitor.text"},
    "ahocorasick": {"monitor.lexicon"},
    "pydantic": {"monitor.config"},
    "ruamel": {"monitor.config", "monitor.demo"},
    "holidays": {"monitor.workdays"},
    "pypdfium2": {"crawler.files"},
    "fastapi": {"monitor.web"},
    "starlette": {"monitor.web"},
    "uvicorn": {"monitor.web"},
    "prometheus_client": {"monitor.web.metrics"},
}
"""The one home of each third-party package; a few have a second room, with its reason in docs/architecture.md."""

LAYERS = (
    # Lower rows know nothing of higher ones. A module that stands in no row is free within its package.
    ("monitor.cli", "monitor.__main__"),
    ("monitor.demonstration", "monitor.checkup"),
    ("monitor.daemon.schedule",),
    ("monitor.bootstrap", "monitor.daemon.worker", "monitor.daemon.reloading"),
    ("monitor.web",),
    ("monitor.replaying",),
    ("monitor.service",),
    (
        "monitor.polling",
        "monitor.backfill",
        "monitor.importing",
        "monitor.processing",
        "monitor.attention",
        "monitor.delivery",
        "monitor.subscribing",
        "monitor.answering",
        "monitor.care",
    ),
    ("monitor.telling",),
    ("monitor.backfill_crawl",),
    ("monitor.hub_calls",),
    ("monitor.ingest", "monitor.alerting", "monitor.measuring"),
    ("monitor.second_opinion.asking", "monitor.learning.active", "monitor.learning.judging"),
    ("monitor.daemon.missing",),
    ("monitor.storage", "monitor.warc", "monitor.archive", "monitor.analyse"),
    ("monitor.reminders",),
    ("monitor.following",),
    ("monitor.threads", "monitor.ledger", "monitor.renewals"),
    ("monitor.editions", "monitor.products"),
    ("monitor.statements",),
    ("monitor.second_opinion.heeding",),
    ("monitor.pipeline",),
    ("monitor.learning", "monitor.revision"),
    ("monitor.dedup", "monitor.events"),
    ("monitor.index",),
    ("monitor.signature",),
    ("monitor.identity", "monitor.figures", "monitor.fingerprint"),
    ("monitor.facts",),
    ("monitor.classify",),
    ("monitor.taxonomy",),
    ("monitor.regions", "monitor.lexicon"),
    ("monitor.text",),
    ("monitor.model", "monitor.errors"),
)
PURE = ("monitor.classify", "monitor.facts", "monitor.dedup", "monitor.events", "monitor.signature", "monitor.text",
        "monitor.pipeline", "monitor.pacing", "monitor.rates", "monitor.staleness", "monitor.workdays", "monitor.identity", "monitor.figures",
        "monitor.threads", "monitor.ledger", "monitor.renewals", "monitor.editions", "monitor.products", "monitor.statements",
        "monitor.following", "monitor.daemon.planning", "monitor.daemon.timekeeping", "monitor.reminders", "monitor.acknowledgement", "monitor.operations",
        "monitor.vitals", "monitor.wellbeing",
        "monitor.websub")  # fmt: skip
EFFECTS = {"socket", "requests", "urllib.request", "sqlite3", "subprocess", "time", "random", "os", "monitor.storage"}
TRADE_WORDS = ("insur", "huimin", "tender", "保险", "惠民", "招标", "医保")


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def imports(name: str) -> set[str]:
    """Every absolute module name that a module imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            assert node.module
            found.add(node.module)
            # `from monitor import alerting` imports the module alerting
            found |= {f"{node.module}.{a.name}" for a in node.names if f"{node.module}.{a.name}" in MODULES}
    return found


def within(name: str, parents: set[str] | tuple[str, ...]) -> bool:
    return any(name == p or name.startswith(p + ".") for p in parents)


@pytest.mark.parametrize("name", MODULES)
def test_the_leaves_know_nobody_and_the_hub_only_through_its_doors(name: str) -> None:
    """crawler and alerts import neither each other nor monitor; monitor imports them at its doors only."""
    own = name.split(".")[0]
    for target in sorted(imports(name)):
        other = target.split(".")[0]
        if other not in PACKAGES or other == own:
            continue
        assert own == "monitor", f"{name} imports {target}: a leaf knows nobody"
        assert within(name, DOORS[other]), f"{name} imports {target}: only {sorted(DOORS[other])} may"


@pytest.mark.parametrize("name", MODULES)
def test_a_third_party_package_has_one_home(name: str) -> None:
    """Replacing a library touches one place."""
    for target in imports(name):
        home = HOMES.get(target.split(".")[0])
        assert home is None or within(name, home), f"{name} imports {target}, whose home is {home}"


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down_the_layers(name: str) -> None:
    """A lower layer never imports a higher one."""
    own = next((i for i, row in enumerate(LAYERS) if within(name, row)), None)
    if own is None:
        return
    for target in imports(name):
        other = next((i for i, row in enumerate(LAYERS) if within(target, row)), None)
        assert other is None or other >= own, f"{name} imports {target}, which is above it"


@pytest.mark.parametrize("name", [n for n in MODULES if within(n, PURE)])
def test_decisions_have_no_effects(name: str) -> None:
    """What decides reads no clock, no file system, no network, no database."""
    assert not {t for t in imports(name) if within(t, EFFECTS)}


@pytest.mark.parametrize("name", [n for n in MODULES if not n.startswith("monitor")])
def test_the_leaves_use_no_word_of_the_trade(name: str) -> None:
    """crawler and alerts could serve any field."""
    text = MODULES[name].read_text(encoding="utf-8").lower()
    assert not [word for word in TRADE_WORDS if word in text]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_owns_one_thing(name: str) -> None:
    """Each module says in its docstring what it owns, is short enough to read, and has a telling name."""
    source = MODULES[name].read_text(encoding="utf-8")
    if source.strip():
        assert ast.get_docstring(ast.parse(source)), f"{name} has no docstring"
    assert len(source.splitlines()) <= 500, f"{name} is over 500 lines"
    assert name.split(".")[-1] not in {"utils", "util", "helpers", "common", "manager", "misc"}
