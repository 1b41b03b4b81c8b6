"""The vocabulary linter: the shipped files are clean, and each kind of mistake is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.lint import LintFinding, lint


def test_shipped_vocabulary_is_clean() -> None:
    assert [str(f) for f in lint()] == []


def findings(directory: Path, text: str) -> list[LintFinding]:
    (directory / "mine.yaml").write_text(text, encoding="utf-8")
    return list(lint(directory))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("family: programmes\nentries:\n  - code: accident\n    zh: [意外險, 意外伤害]\n", "not-normal", 4),
        ("family: programmes\nentries:\n  - code: accident\n    zh: [ＡＢ险]\n", "not-normal", 4),
        ("family: programmes\nentries:\n  - code: acident\n    zh: [意外险]\n", "unknown-code", 4),
        ("family: cues\nentries:\n  - code: stage.finished\n    zh: [完工]\n", "unknown-code", 4),
        ("family: cues\nentries:\n  - code: stages.notice\n    zh: [招标]\n", "unknown-code", 4),
        (
            "family: programmes\nentries:\n  - {code: accident, zh: [意外险]}\n  - {code: livelihood, zh: [意外险]}\n",
            "two-codes",
            4,
        ),
        ("family: programmes\nentries:\n  - {code: accident, zh: [意外险, 学平险, 意外险]}\n", "double", 3),
        ("family: programmes\nentries:\n  - {code: accident, zh: [意外险]}\ndecoys: [意外险]\n", "shadowed", 3),
        ("family: programmes\nentries:\n  - {code: accident, zh: [意外险]}\ndecoys: [长颈鹿]\n", "idle-decoy", 4),
        ("family: programmes\ndecoys: [意外险柜]\n", "exclude-only", 2),
        ("family: programmes\nentries:\n  - {code: accident, zh: [险]}\n", "too-short", 3),
        ("family: products\nentries: []\npatterns:\n  - {code: a, regex: '(惠保)*'}\n", "matches-empty", 4),
        ("family: products\nentries:\n  - {code: 某惠保, city: '999999'}\n", "unknown-place", 3),
    ],
)
def test_mistake_is_found_at_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    found = findings(tmp_path, text)
    assert (code, line) in [(f.code, f.line) for f in found]


def test_decoy_that_holds_a_term_is_not_idle(tmp_path: Path) -> None:
    assert (
        findings(tmp_path, "family: programmes\nentries:\n  - {code: accident, zh: [意外险]}\ndecoys: [意外险柜]\n")
        == []
    )


def test_slow_pattern_is_found_by_the_clock(tmp_path: Path) -> None:
    """The clock is an argument: a pattern is slow when the clock says so, not when this machine is busy."""

    def ticks() -> Iterator[float]:
        at = 0.0
        while True:
            at += 0.5
            yield at

    clock = ticks()
    (tmp_path / "mine.yaml").write_text(
        "family: products\nentries: []\npatterns:\n  - {code: a, regex: '惠[a-z]{1,3}保'}\n", encoding="utf-8"
    )
    slow = lint(tmp_path, clock=lambda: next(clock))
    assert [f.code for f in slow] == ["slow-pattern"]
    assert lint(tmp_path, clock=lambda: 0.0) == ()


@pytest.mark.parametrize("regex", ["[惠民]*[惠民]*[惠民]*保障", "(?:惠民?|惠)+[惠民]+保障", "(?:[惠民]+)+保障"])
def test_catastrophic_pattern_is_caught_before_it_hangs(tmp_path: Path, regex: str) -> None:
    found = findings(tmp_path, f"family: products\nentries: []\npatterns:\n  - {{code: a, regex: '{regex}'}}\n")
    assert "slow-pattern" in {f.code for f in found}
