"""Every printed form of a fact: one sentence each, in the words of portals, papers, insurers and English wires."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.monitor.facts.judged import load, read, same

FORMS = load(Path(__file__).with_name("forms.jsonl"))


@pytest.mark.parametrize("form", FORMS, ids=[f"{f['key']}-{i}" for i, f in enumerate(FORMS)])
def test_a_printed_form(form: dict[str, Any]) -> None:
    """The value is read from this wording, in its unit and under its key."""
    record = {**form, "id": "form", "published": "2026-03-05T09:00:00+08:00", "topics": [form["topic"]]}
    found = read(record)[1].values().get(form["key"])
    assert same(form["key"], form["wanted"], found), (form["text"], found)


def test_the_forms_are_many() -> None:
    """Each kind of fact is there in more wordings than anybody would write one rule for."""
    counts = Counter(form["key"] for form in FORMS)
    assert min(counts[key] for key in ("deadline", "amount", "insured_persons", "period", "winner", "buyer")) >= 20
