"""What the documents say is true: generated pages are current, commands and settings are documented, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
import typer
from ruamel.yaml import YAML

from monitor.bootstrap import check_source
from monitor.cli import app
from monitor.config import load_config, schema_text
from monitor.config.reading import shipped_config
from monitor.config.reference import reference

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / "benchmarks").rglob("*.md"),
]


def commands() -> list[str]:
    """Every command, groups spelled out."""
    found = []

    def walk(group: object, path: str) -> None:
        children = getattr(group, "commands", None)
        if children is None:
            found.append(path.strip())
        else:
            for name, child in children.items():
                walk(child, f"{path} {name}")

    walk(typer.main.get_command(app), "")
    return found


def test_generated_pages_are_current() -> None:
    """Schema and reference are what the code makes of itself; docs/development.md says how to make them again."""
    assert (ROOT / "docs" / "config.schema.json").read_text(encoding="utf-8") == schema_text()
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == reference()


def test_the_shipped_configuration_works() -> None:
    """It loads, fits its own schema, and every source in it, on or off, can work as written."""
    path = ROOT / "config.yaml"
    config = load_config(path)
    assert shipped_config().read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    jsonschema.validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")), YAML(typ="safe").load(schema_text()))
    assert [f for s in config.sources if (f := check_source(s))] == []
    assert len(config.enabled_sources) >= 10
    assert [c.kind for r in config.alerts.receivers for c in r.channels] == ["console"], "it needs no account anywhere"


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    """A newcomer finds each command on the first page."""
    rows = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `baoxun")
    ]
    told = {word for row in rows for word in re.findall(r"[a-z-]+", row.split("|")[1])}
    assert set(command.split()) <= told


def test_the_changelog_speaks_of_what_is_unreleased() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link is a file."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_ci_runs_the_readme_s_own_test_line() -> None:
    """The line is there once, and .ci/run looks it up instead of repeating it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("pip install -q -e '.[test]'") == 1
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
