"""What people write in matchers, in the words that labels use: 重庆 for 500000, 中标 for result, 5000万 for 50000000.

Routes, silences and urgency are sentences about labels. Labels hold codes; people know names. A value that no label can
ever have is an error here: a route that silently matches nothing would be found out by a missed tender.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from alerts import AlertsError, reworded
from monitor.config import Config
from monitor.config.alerts_model import AlertsConfig, RouteConfig
from monitor.errors import ConfigError, ConfigProblem, UsageError
from monitor.model import Relevance, Stage, Topic, Update
from monitor.phrases import NAMES
from monitor.taxonomy import Finder, Vocabulary
from monitor.text import normalise

_UNITS = {"万": 10_000, "亿": 100_000_000, "千万": 10_000_000, "million": 1_000_000, "billion": 1_000_000_000}
_FIGURE = re.compile(r"(?P<number>[\d.,]+)\s*(?P<unit>千万|万|亿|million|billion)?\s*(?:元|yuan)?", re.IGNORECASE)
Reword = Callable[[str], str]
"""A sentence as people write it → as labels are written."""


def worded(config: Config, reword: Reword) -> Config:
    """The configuration with every matcher sentence in the words of labels. Raises `ConfigError` with all that mean nothing."""
    problems: list[ConfigProblem] = []

    def tried(where: str, sentences: tuple[str, ...]) -> tuple[str, ...]:
        made = []
        for number, sentence in enumerate(sentences):
            try:
                made.append(reword(sentence))
            except UsageError as exc:
                problems.append(ConfigProblem(f"{where}.{number}", None, str(exc)))
        return tuple(made)

    alerts = _alerts(config.alerts, tried)
    if problems:
        raise ConfigError("configuration", tuple(problems))
    return config.model_copy(update={"alerts": alerts})


_Tried = Callable[[str, tuple[str, ...]], tuple[str, ...]]


def _alerts(alerts: AlertsConfig, tried: _Tried) -> AlertsConfig:
    receivers = tuple(
        r.model_copy(update={"urgent": r.urgent.model_copy(
            update={"match": tried(f"alerts.receivers.{n}.urgent.match", r.urgent.match)})})
        for n, r in enumerate(alerts.receivers)
    )  # fmt: skip
    inhibit = tuple(
        rule.model_copy(update={side: tried(f"alerts.inhibit.{n}.{side}", getattr(rule, side)) for side in ("when", "then")})
        for n, rule in enumerate(alerts.inhibit)
    )  # fmt: skip
    route = _route(alerts.route, "alerts.route", tried)
    return alerts.model_copy(update={"receivers": receivers, "inhibit": inhibit, "route": route})


def _route(route: RouteConfig, where: str, tried: _Tried) -> RouteConfig:
    return route.model_copy(
        update={
            "match": tried(f"{where}.match", route.match),
            "routes": tuple(_route(child, f"{where}.routes.{n}", tried) for n, child in enumerate(route.routes)),
        }
    )


class Wording:
    """Translates the values of matcher sentences by a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        known = {t.code for t in vocabulary.programmes.terms}
        self._translate: Mapping[str, Callable[[str], str]] = {
            "region": self._region,
            "insurer": lambda value: _named(value, vocabulary.insurers, "insurer"),
            "programme": lambda value: _code(value, known) or _named(value, vocabulary.programmes, "programme"),
            "topic": lambda value: _of(value, Topic, "topic"),
            "relevance": lambda value: _of(value, Relevance, "relevance"),
            "stage": lambda value: _of(value, Stage, "stage"),
            "update": lambda value: _of(value, Update, "update"),
            "amount": _yuan,
        }

    def sentence(self, sentence: str) -> str:
        """A matcher in the words of labels. Raises `UsageError` where it is none, or names what no label can be."""
        try:
            return reworded(sentence, self.value)
        except AlertsError as exc:
            raise UsageError(str(exc)) from exc

    def value(self, label: str, value: str) -> str:
        """A label's value as alerts carry it. Raises `UsageError` for one that the label cannot have."""
        translate = self._translate.get(label)
        return translate(value) if translate else value

    def _region(self, value: str) -> str:
        regions = self._vocabulary.regions
        if value in regions:
            return value
        codes = regions.lookup(normalise(value).plain)
        if len(codes) == 1:
            return codes[0]
        if not codes:
            raise UsageError(
                f"region: no place is called {value!r}; write its name (浙江, 杭州市) or its six-digit code (330100)"
            )
        found = ", ".join(f"{code} {self._full_name(code)}" for code in codes[:6])
        raise UsageError(f"region: {value!r} can be {found}; write the code of the one that you mean")

    def _full_name(self, code: str) -> str:
        regions, names = self._vocabulary.regions, [self._vocabulary.regions.name(code)]
        above = regions.parent(code)
        while above is not None and (over := regions.parent(above)) is not None:
            names.insert(0, regions.name(above))
            above = over
        return "".join(names)


def _of(value: str, codes: Iterable[str], label: str) -> str:
    known = [str(code) for code in codes]
    if code := _code(value, known):
        return code
    choice = ", ".join(f"{code} ({NAMES[code][0]})" for code in known)
    raise UsageError(f"{label}: there is no {value!r}; there are: {choice}")


def _code(value: str, known: Iterable[str]) -> str | None:
    """The code of that spelling or name among `known`; a part of a name will do where it is part of one name only (中标)."""
    codes, asked = set(known), value.strip().lower()
    if asked in codes:
        return asked
    names = [(name.lower(), code) for code in sorted(codes) for name in NAMES.get(code, ())]
    hits = {code for name, code in names if name == asked} or {code for name, code in names if asked in name}
    return hits.pop() if len(hits) == 1 else None


def _named(value: str, finder: Finder, label: str) -> str:
    if any(term.code == value for term in finder.terms):
        return value
    plain = normalise(value).plain
    for mention in finder.find(plain):
        if (mention.start, mention.end) == (0, len(plain)):
            return mention.code
    raise UsageError(
        f"{label}: the vocabulary knows no {value!r}; write a name that stands in it, or add it (docs/vocabulary.md)"
    )


def _yuan(value: str) -> str:
    parts = _FIGURE.fullmatch(value.strip())
    try:
        number = Decimal((parts["number"] if parts else value).replace(",", ""))
    except InvalidOperation:
        raise UsageError(f"amount: {value!r} is no sum of money; write 5000000, 500万 or 1.2亿 (yuan)") from None
    unit = (parts["unit"] or "") if parts else ""
    return f"{number * _UNITS.get(unit.lower(), 1):f}".removesuffix(".0")
