"""Finds mistakes in the vocabulary that no loader refuses: terms that never match, rules that only exclude, slow patterns.

A vocabulary that is wrong in this way still loads and still answers; only the alerts that should have come do not. So
`baoxun check` prints these findings, and the tests keep the shipped vocabulary free of them.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from monitor.lexicon import at_edges, folded
from monitor.taxonomy import DEFAULT_DIRECTORY, Pattern, Term, is_normal, load_vocabulary, read_file, vocabulary_files

Severity = Literal["error", "warning"]

PROGRAMMES = frozenset(
    {
        "critical_illness",
        "employee_supplement",
        "long_term_care",
        "basic_administration",
        "supplementary_medical",
        "accident",
        "poverty_prevention",
        "livelihood",
    }
)
"""The programme codes that exports and labels know."""

CUE_GROUPS: Mapping[str, frozenset[str] | None] = {
    "topic": frozenset({"huiminbao", "supplementary"}),
    "trait": frozenset({"open", "pool", "guided", "voluntary", "perhead", "cover", "base", "account", "window"}),
    "update": frozenset(
        {"launch", "enrolment", "opening", "terms", "claims", "service", "policy", "recognition", "discontinued"}
    ),
    "hint": frozenset({"launch", "season", "enrolment", "terms", "claims", "service", "policy", "discontinued"}),
    "event": frozenset(
        {"launch", "enrolment", "opening", "terms", "claims", "service", "policy", "recognition", "discontinued"}
    ),
    "central": frozenset({"body"}),
    "stage": frozenset({"intention", "notice", "amendment", "result", "failed", "contract", "renewal", "operation"}),
    "told": frozenset({"intention", "notice", "amendment", "result", "failed", "contract", "renewal"}),
    "lean": frozenset({"intention", "notice", "amendment", "result", "failed", "contract", "renewal"}),
    "trace": frozenset({"papers", "parties", "terms"}),
    "running": frozenset({"hint"}),
    "mark": frozenset({"intention", "notice", "amendment", "result", "failed", "contract", "record"}),
    "act": frozenset({"undertake", "buy", "company"}),
    "actor": frozenset({"health", "body"}),
    "group": frozenset({"people"}),
    "cover": frozenset({"generic"}),
    "gate": frozenset({"word"}),
    "correction": frozenset({"wrong", "moved", "changed"}),
    "scope": None,
    "form": None,
}
"""Cue codes that are asked for; None where any code of the group counts."""

SLOW = 0.2
"""Processor seconds that a pattern may take on one adversarial text of at most 20,000 characters."""

_SHORT = 2
# Small steps first: a pattern that doubles its time with each character must be caught before it hangs the linter.
_SIZES = (*range(10, 40, 2), 60, 100, 200, 400, 800, 1_500, 3_000, 6_000, 20_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class LintFinding:
    """One mistake: where it stands, a stable code, what is wrong and how to mend it."""

    severity: Severity
    code: str
    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file.name}:{self.line}: {self.severity}: {self.message} [{self.code}]"


def lint(directory: Path | None = None, *, clock: Callable[[], float] = time.process_time) -> tuple[LintFinding, ...]:
    """All findings of a vocabulary directory, by file and line. Raises VocabularyError where a file cannot be read."""
    terms: list[Term] = []
    patterns: list[Pattern] = []
    findings: list[LintFinding] = []
    for file in vocabulary_files(directory or DEFAULT_DIRECTORY):
        _family, entries, decoys, regexes = read_file(file)
        terms += [t for e in entries for t in e.terms] + decoys
        patterns += regexes
        if not entries and decoys:
            findings.append(
                _finding(
                    "error",
                    "exclude-only",
                    decoys[0],
                    "the file only excludes; without entries it can never find anything",
                )
            )
    findings += [f for term in terms for f in _single(term)]
    findings += _together(terms, patterns)
    findings += [f for pattern in patterns for f in _pattern(pattern, clock)]
    findings += _places(directory)
    return tuple(sorted(findings, key=lambda f: (f.file.name, f.line, f.code)))


def _finding(severity: Severity, code: str, at: Term | Pattern, message: str) -> LintFinding:
    return LintFinding(severity=severity, code=code, file=at.file, line=at.line, message=message)


def _single(term: Term) -> Iterator[LintFinding]:
    """What is wrong with one term by itself."""
    if not is_normal(term.text):
        yield _finding(
            "error",
            "not-normal",
            term,
            f"{term.text!r} can never match: texts are searched in simplified script, half-width, trimmed",
        )
    if term.kind not in ("decoy", "en") and len(term.text) < _SHORT:
        yield _finding("warning", "too-short", term, f"{term.text!r}: one character matches nearly everything")
    if term.text != term.text.strip():
        yield _finding("error", "blank-edge", term, f"{term.text!r} begins or ends with a blank")
    if term.kind == "decoy":
        return
    if term.family == "programmes" and term.code not in PROGRAMMES:
        yield _finding(
            "error", "unknown-code", term, f"unknown programme {term.code!r}; known: {', '.join(sorted(PROGRAMMES))}"
        )
    if term.family == "cues":
        group, _, rest = term.code.partition(".")
        known = CUE_GROUPS.get(group, frozenset())
        if not rest or group not in CUE_GROUPS or (known is not None and rest not in known):
            yield _finding(
                "error",
                "unknown-code",
                term,
                f"no judge asks for the cue {term.code!r}, so {term.text!r} counts for nothing",
            )


def _together(terms: Iterable[Term], patterns: Iterable[Pattern]) -> Iterator[LintFinding]:
    """What is wrong between terms that are searched together: doubles, and terms that an exclusion swallows."""
    searched: dict[str, list[Term]] = defaultdict(list)
    decoys: dict[str, list[Term]] = defaultdict(list)
    for term in terms:
        if term.kind == "decoy":
            decoys[term.family].append(term)
        else:
            group = term.code.partition(".")[0] if term.family == "cues" else term.family
            searched[group].append(term)
    for members in searched.values():
        yield from _doubles(members)
        excluded = {folded(d.text): d for d in decoys[members[0].family]}
        for term in members:
            if decoy := excluded.get(folded(term.text)):
                yield _finding(
                    "error",
                    "shadowed",
                    term,
                    f"{term.text!r} never matches: {decoy.file.name}:{decoy.line} excludes the same word",
                )
    for family, found in decoys.items():
        words = [t for group in searched.values() for t in group if t.family == family]
        yield from _idle_decoys(found, words, [p for p in patterns if p.family == family])


def _doubles(group: Iterable[Term]) -> Iterator[LintFinding]:
    seen: dict[str, Term] = {}
    for term in group:
        key = folded(term.text)
        first = seen.setdefault(key, term)
        if first is term:
            continue
        if first.code != term.code:
            yield _finding(
                "error",
                "two-codes",
                term,
                f"{term.text!r} means {term.code!r} here and {first.code!r} at {first.file.name}:{first.line}; only the first counts",
            )
        else:
            yield _finding(
                "warning", "double", term, f"{term.text!r} stands twice (also {first.file.name}:{first.line})"
            )


def _idle_decoys(decoys: Iterable[Term], words: Iterable[Term], patterns: Iterable[Pattern]) -> Iterator[LintFinding]:
    joined = "\n".join(sorted({folded(w.text) for w in words}))
    parts = set(joined.split("\n"))
    for decoy in decoys:
        text = folded(decoy.text)
        inside = any(
            text[i:j] in parts
            for i in range(len(text))
            for j in range(i + 1, len(text) + 1)
            if (i, j) != (0, len(text))
        )
        guessed = any(p.regex.search(f'"{decoy.text}"') for p in patterns)
        if not inside and not guessed and not _borders(text, parts):
            yield _finding(
                "warning", "idle-decoy", decoy, f"{decoy.text!r} excludes nothing: it contains no term of this family"
            )


def _borders(decoy: str, words: set[str]) -> bool:
    """Whether a term can begin inside the decoy and end behind it: the decoy then eats its first part."""
    return any(word.startswith(decoy[i:]) for i in range(1, len(decoy)) for word in words)


def _pattern(pattern: Pattern, clock: Callable[[], float]) -> Iterator[LintFinding]:
    source = pattern.regex.pattern
    if pattern.regex.match(""):
        yield _finding(
            "error", "matches-empty", pattern, "the pattern matches the empty text, so it matches everywhere"
        )
    if pattern.family == "programmes" and pattern.code not in PROGRAMMES:
        yield _finding("error", "unknown-code", pattern, f"unknown programme {pattern.code!r}")
    for unit in _adversaries(source):
        for size in _SIZES:
            text = (unit * (size // len(unit) + 1))[:size]
            began = clock()
            for _ in pattern.regex.finditer(text):
                pass
            took = clock() - began
            if took > SLOW:
                yield _finding(
                    "error",
                    "slow-pattern",
                    pattern,
                    f"{took * 1000:.0f} ms on {size} characters like {unit[:12]!r}: bound its repetitions",
                )
                return


_LITERAL = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,6}")


def _adversaries(source: str) -> Iterator[str]:
    """Units made of a pattern's own literals; repeated, they make a careless repetition try every split."""
    literals = list(dict.fromkeys(_LITERAL.findall(source)))[:6] or ["a"]
    yield from literals[:3]
    yield "".join(literals)
    yield "".join(f"{a}x" for a in literals)


def _places(directory: Path | None) -> Iterator[LintFinding]:
    """Products that are sold in a place no gazetteer knows."""
    vocabulary = load_vocabulary(directory)
    for entry in vocabulary.entries:
        if entry.city and entry.city not in vocabulary.regions:
            yield _finding(
                "error", "unknown-place", entry.terms[0], f"{entry.code}: no place has the code {entry.city}"
            )
        for term in entry.terms:
            if term.kind == "en" and not at_edges(term.text, 0, len(term.text)):
                yield _finding("error", "shadowed", term, f"{term.text!r} can never stand between word edges")
