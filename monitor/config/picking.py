"""From the lines of `sources` to the places to poll: own sources as they are, picks with what is given beside them.

A pick by name or tag brings entries in; a later pick of the same entry refines it and leaves it where it stands. Given beside
a tag, a key applies to all of the tag, but does not switch on what is off in the catalogue: that takes the entry's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from monitor.config.catalogue import Catalogue
from monitor.config.source_model import OwnSource, Pick, SourceConfig

_OF_ONE = ("name", "title", "title_en", "url", "urls")
"""Keys that make no sense for all sources of a tag."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Misfit:
    """What is wrong with the line `at` (from 0) of `sources`; `keys` lead to it within the line."""

    at: int
    keys: tuple[int | str, ...]
    message: str
    hint: str = ""


@dataclass(kw_only=True, slots=True)
class _Chosen:
    sources: dict[str, SourceConfig] = field(default_factory=dict)
    misfits: dict[Misfit, None] = field(default_factory=dict)
    """In order, each once: a mistake beside a tag is met once a source."""


def choose(
    lines: Sequence[OwnSource | Pick], catalogue: Callable[[], Catalogue]
) -> tuple[tuple[SourceConfig, ...], tuple[Misfit, ...]]:
    """The sources that `lines` stand for, in order, and everything wrong with the lines. `catalogue` is asked for picks only."""
    chosen = _Chosen()
    for at, line in enumerate(lines):
        if isinstance(line, Pick):
            _pick(chosen, at, line, catalogue())
        else:
            _add(chosen, at, SourceConfig.model_validate(_given(line)))
    return tuple(chosen.sources.values()), tuple(chosen.misfits)


def _pick(chosen: _Chosen, at: int, pick: Pick, catalogue: Catalogue) -> None:
    offered = catalogue.offered(pick.use)
    assert offered is not None, "the reader refuses what is not in the catalogue"
    if offered.by_tag and (misplaced := [key for key in _OF_ONE if key in pick.model_fields_set]):
        for key in misplaced:
            problem = f"cannot be given to all sources of the tag {pick.use!r}"
            chosen.misfits[Misfit(at=at, keys=(key,), message=problem, hint="pick one by its name")] = None
        return
    for offer in offered.sources:
        there = chosen.sources.get(offer.name)
        refines = there is not None and there.entry == offer.entry and not pick.name
        try:
            source = refined(there if there is not None and refines else offer, pick, by_tag=offered.by_tag)
        except ValidationError as exc:
            chosen.misfits.update(dict.fromkeys(_misfits(at, exc)))
            continue
        if refines:
            chosen.sources[source.name] = source
        else:
            _add(chosen, at, source)


def _add(chosen: _Chosen, at: int, source: SourceConfig) -> None:
    if source.name in chosen.sources:
        where = ("use",) if source.name == source.entry else ("name",)
        hint = "`use` refines a source of the catalogue only; give your own another name" if source.entry else ""
        problem = f"a second source is called {source.name!r}"
        chosen.misfits[Misfit(at=at, keys=where, message=problem, hint=hint)] = None
    else:
        chosen.sources[source.name] = source


def refined(source: SourceConfig, pick: Pick, *, by_tag: bool) -> SourceConfig:
    """`source` with what `pick` gives beside its `use`. Raises `ValidationError` where the two do not go together."""
    given = _given(pick)
    given.pop("use")
    if by_tag and given.get("enabled") and not source.enabled:
        del given["enabled"]
    if given.get("enabled"):
        given.setdefault("why_off", "")
    if "url" in given or "urls" in given:
        given = {"url": "", "urls": (), **given}
    if "options" in given:
        merged = {**source.options, **given["options"]}
        given["options"] = {name: value for name, value in merged.items() if value is not None}
    if "every" in given:
        given["low_rate"] = False
    return SourceConfig.model_validate({**dict(source), **given})


def _given(line: OwnSource | Pick) -> dict[str, Any]:
    return {key: getattr(line, key) for key in line.model_fields_set}


def _misfits(at: int, error: ValidationError) -> Iterator[Misfit]:
    for detail in error.errors():
        told = detail["ctx"]["error"] if "error" in detail.get("ctx", {}) else detail["msg"]
        keys = tuple(key for key in detail["loc"] if isinstance(key, (int, str)))
        yield Misfit(at=at, keys=keys, message=str(told))
