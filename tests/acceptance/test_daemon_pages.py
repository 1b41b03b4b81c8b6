"""The pages of a real `baoxun run`: it is healthy, its figures are true, also after it was killed; and `status` agrees."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

from monitor.demo.articles import load_articles
from tests.acceptance.test_daemon import ROOT, daemon
from tests.acceptance.world import World, serve_feed

Samples = Mapping[str, float]


def told(process: subprocess.Popen[str], wanted: str) -> str:
    """The first line that the daemon says of which this is a pattern; what it matched."""
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(wanted, line):
            return found[1]
    raise AssertionError(f"it never said {wanted}: {''.join(said)}")


def ask(address: str, path: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.get(address + path)


def scrape(address: str) -> Samples:
    found = text_string_to_metric_families(ask(address, "/metrics").text)
    return {f"{s.name}{sorted(s.labels.items())}": s.value for f in found for s in f.samples}


def of(samples: Samples, start: str) -> float:
    return sum(value for name, value in samples.items() if name.startswith(start))


def status(world: World, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(world.folder / "config.yaml"), "status", *options],
        cwd=ROOT, env={**os.environ, **world.environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_its_pages_tell_the_truth_also_after_a_kill(world: World) -> None:
    """Healthy and ready while it works; no counter falls over a SIGKILL; `status` says the same from outside."""
    articles = {a.id: a for a in load_articles()}
    world.sources = f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}', every: 1s}}\n"
    serve_feed(world.web, "/feed.xml", [("/tea", articles["noise-tea"])])
    with daemon(world, "-v", "--log-json") as process:
        address = told(process, r'"address": "(http://[^"]+)"')
        told(process, "(baseline 1)")
        serve_feed(world.web, "/feed.xml", [("/tea", articles["noise-tea"]), ("/won", articles["chongqing"])])
        told(process, r"(delivered [12]\b)")
        assert ask(address, "/healthz").json()["pid"] == process.pid
        ready = ask(address, "/readyz")
        assert (ready.status_code, ready.json()["reasons"]) == (200, [])
        before = scrape(address)
        assert of(before, "baoxun_articles[('status'") == of(before, "baoxun_articles_stored_total") == 2
        assert of(before, "baoxun_articles[('status', 'relevant')]") == 1
        assert of(before, "baoxun_polls_total") >= 2
        assert of(before, "baoxun_send_attempts_total") >= 1
        assert of(before, "baoxun_sources_planned") == 1
        beside = status(world, "--json")
        assert json.loads(beside.stdout)["daemon"]["pid"] == process.pid, beside.stderr
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    with daemon(world, "-v", "--log-json") as process:
        address = told(process, r'"address": "(http://[^"]+)"')
        told(process, '(event": "polled)')
        after = scrape(address)
        fallen = {name for name, value in before.items() if name.startswith("baoxun_") and "_total" in name
                  and after.get(name, 0) < value}  # fmt: skip
        assert not fallen
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_port_that_is_taken_is_told_before_any_work(world: World) -> None:
    """One line, exit code 1, and no source was asked."""
    world.sources = f"  - {{name: news, kind: feed, url: '{world.web.url('/feed.xml')}', every: 1s}}\n"
    config = world.folder / "config.yaml"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        config.write_text(world.config_text().replace("{port: 0}", f"{{port: {port}}}"), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(config), "run"],
            cwd=ROOT, env={**os.environ, **world.environment}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr
    assert "Traceback" not in done.stderr
    with world.product() as app, app.store.reading() as unit:
        assert unit.polls.latest(1) == ()
