"""What is shipped to run it with fits the program: container, compose file, alert rules, and the page that tells of them."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from alerts.model import Outcome
from monitor.cli import app
from monitor.cli.running import run
from monitor.config import WebConfig
from monitor.records import PollOutcome, PollRecord, StoredDelivery, StoredReceipt
from monitor.storage import Store
from monitor.web import Site
from tests.conftest import START
from tests.monitor.test_tallies import put, store_one
from tests.monitor.web.daemons import StubDaemon, client, shown_app

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
PORT = WebConfig().port


def yaml(name: str) -> Any:
    return YAML(typ="safe").load((DEPLOY / name).read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """The Containerfile's instructions: (word, rest), continued lines joined."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


# The container


def test_the_container_file_is_clean() -> None:
    """The linter finds nothing, not even style."""
    beside = Path(sys.executable).parent  # where the wheel puts it, whether this environment is activated or not
    linter = shutil.which("hadolint", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    assert linter is not None, "the extra `test` brings it"
    done = subprocess.run(
        [linter, "--format", "json", str(DEPLOY / "Containerfile")], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout) == []
    assert done.returncode == 0


def test_the_container_is_not_root_and_ends_as_it_should() -> None:
    words = dict(instructions())
    assert words["USER"] == "10001:10001"
    assert words["STOPSIGNAL"] == "SIGTERM"
    assert words["VOLUME"] == "/data"
    assert words["WORKDIR"] == "/", "config.yaml is looked for there, and its data_dir is relative to it"
    assert f"127.0.0.1:{PORT}/healthz" in words["HEALTHCHECK"]
    assert words["EXPOSE"] == str(PORT)


def test_the_container_starts_the_daemon() -> None:
    """Its command line is one that the program takes."""
    words = dict(instructions())
    assert json.loads(words["ENTRYPOINT"]) == ["baoxun"]
    *options, command = json.loads(words["CMD"])
    assert command == run.__name__
    known = {name for parameter in _callback_parameters() for name in parameter}
    assert set(options) <= known


def _callback_parameters() -> Iterator[list[str]]:
    import typer

    for parameter in typer.main.get_command(app).params:
        yield [*parameter.opts, *parameter.secondary_opts]


def test_the_build_gets_all_that_it_needs_and_nothing_private() -> None:
    """What the build copies is let through by .dockerignore, and holds what pyproject.toml asks for."""
    copied = [part for word, rest in instructions() if word == "COPY" and "--from" not in rest
              for part in rest.split()[:-1]]  # fmt: skip
    admitted = [
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    ]
    assert {c.rstrip("/") for c in copied} == {a.rstrip("/") for a in admitted}
    assert all((ROOT / path).exists() for path in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"],
              *project["project"]["license-files"]}  # fmt: skip
    assert wanted <= {path.rstrip("/") for path in copied}


def test_compose_gives_it_little_and_keeps_its_data() -> None:
    (service,) = yaml("compose.yaml")["services"].values()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert "data:/data" in service["volumes"]
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert "ports" not in service, "nothing is opened unless somebody decides to"
    assert int(service["stop_grace_period"].rstrip("s")) > 10, "the daemon may take ten seconds"
    assert not {"environment", "env_file"} & set(service), "secrets come as files"


def test_compose_refers_to_what_is_there() -> None:
    whole = yaml("compose.yaml")
    (service,) = whole["services"].values()
    assert set(service["secrets"]) == set(whole["secrets"])
    assert "data" in whole["volumes"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).samefile(DEPLOY / "Containerfile")
    words = dict(instructions())
    assert service["healthcheck"]["test"][1:] == json.loads(words["HEALTHCHECK"].partition("CMD")[2])


# Alert rules


@pytest.fixture
async def exposed(sqlite_store: Store, tmp_path: Path) -> dict[str, set[str]]:
    """What a daemon with something of everything exposes: names, each with its labels."""
    with sqlite_store.transaction() as unit:
        store_one(unit, 1, published=START - dt.timedelta(minutes=1))
        put(unit, "k")
        unit.deliveries.add([StoredDelivery(alert_key="k", receiver="desk", channel="wecom", state="refused",
                                            due_at=START, created_at=START, form="single")])  # fmt: skip
        unit.deliveries.begin("k", ("desk", "wecom"), START)
        unit.deliveries.record(StoredReceipt(message_key="k", receiver="desk", channel="wecom", attempt=1,
                                             outcome="refused", reason="", attempted_at=START, retry_at=None))  # fmt: skip
        for outcome in PollOutcome:
            unit.polls.add(PollRecord(source="a", outcome=outcome, planned_at=START, started_at=START, ended_at=START))
    site = Site(shown_app(sqlite_store, tmp_path, START, wecom=None))
    site.watch(StubDaemon())
    async with client(site) as asked:
        text = (await asked.get("/metrics")).text
    families = text_string_to_metric_families(text)
    return {s.name: set(s.labels) for f in families for s in f.samples if s.name.startswith("baoxun_")}


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml("prometheus-rules.yaml")["groups"] for rule in group["rules"]]


def test_rules_ask_for_metrics_that_there_are(exposed: dict[str, set[str]]) -> None:
    """Every name, every label, and every word that a label is compared with."""
    words = {
        "outcome": {str(o).replace(" ", "_") for o in (*PollOutcome, *Outcome)},
        "state": {
            "waiting",
            "sending",
            "accepted",
            "refused",
            "unknown",
            "given_up",
            "silenced",
            "inhibited",
            "unwanted",
        },
    }
    assert len(rules()) >= 5
    for rule in rules():
        for name, matchers in re.findall(r"\b(baoxun_\w+)(?:\{([^}]*)\})?", rule["expr"]):
            assert name in exposed, f"{rule['alert']}: {name}"
            for label, value in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
                assert label in exposed[name], f"{rule['alert']}: {name} has no {label}"
                assert set(value.split("|")) <= words[label], f"{rule['alert']}: {value}"


def test_a_counter_is_asked_how_it_grew_and_a_gauge_how_it_changed() -> None:
    for rule in rules():
        for function, name in re.findall(r"\b(increase|rate|delta)\((baoxun_\w+)", rule["expr"]):
            assert (function == "delta") != name.endswith("_total"), rule["alert"]


def test_rules_tell_what_to_do() -> None:
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert set(rule["annotations"]) == {"summary", "description"}
        assert any("\u4e00" <= c <= "\u9fff" for c in rule["annotations"]["summary"])
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_every_metric_is_documented(exposed: dict[str, set[str]]) -> None:
    """docs/operations.md names each metric of ours, and none that there is not."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"baoxun_[a-z_]+", page))
    assert told == set(exposed)
