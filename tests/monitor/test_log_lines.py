"""What the log says of an article: one line a verdict, and every line of it, whoever logged it, names the article and its source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor import log, processing
from monitor.config.reading import parse_config
from monitor.processing import Processing
from monitor.storage import Store
from monitor.taxonomy import load_vocabulary
from tests.conftest import START
from tests.monitor.test_tallies import store_one


@pytest.fixture
def spoken() -> Iterator[None]:
    """A log that tells events, as JSON."""
    log.set_up(verbose=1, as_json=True)
    yield
    log.set_up(as_json=True)


async def lines(store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What is logged while all that is pending is processed, once."""
    config = parse_config("", file="config.yaml", base=folder)
    log.set_up(verbose=1, as_json=True)  # on the captured stream
    capsys.readouterr()
    work = Processing(config=config, store=store, vocabulary=load_vocabulary(None), clock=lambda: START)
    await work.process_pending()
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.usefixtures("spoken")
async def test_a_verdict_is_one_line(sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite_store.transaction() as unit:
        numbers = [store_one(unit, n, source_name=f"s{n}") for n in (1, 2)]
    said = await lines(sqlite_store, tmp_path, capsys)
    told = [(line["article"], line["source"], line["level"]) for line in said if line["event"] == "settled"]
    assert told == [(numbers[0], "s1", "info"), (numbers[1], "s2", "info")]
    assert len(said) == 2


@pytest.mark.usefixtures("spoken")
async def test_a_fault_names_its_article_and_no_other(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also a line that is logged deep inside, by code that knows nothing of articles."""
    whole = processing.read

    def read(article: Any, *rest: Any) -> Any:
        if article.title == "坏":
            raise ValueError("unreadable")
        return whole(article, *rest)

    monkeypatch.setattr(processing, "read", read)
    with sqlite_store.transaction() as unit:
        bad = store_one(unit, 1, title="坏", source_name="bad")
        good = store_one(unit, 2, source_name="good")
    said = await lines(sqlite_store, tmp_path, capsys)
    assert [(line["event"], line["article"], line["source"]) for line in said] == [
        ("reading failed", bad, "bad"), ("settled", good, "good"),
    ]  # fmt: skip
    assert said[0]["level"] == "error"
    assert "unreadable" in said[0]["exception"]
