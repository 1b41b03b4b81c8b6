"""From a YAML file to a `Config`: all mistakes together, each with its line and a hint."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from monitor.config.catalogue import Catalogue, shipped_catalogue
from monitor.config.model import AlertsConfig, Config, ConfigFile, RouteConfig
from monitor.config.picking import choose
from monitor.errors import ConfigError, ConfigProblem, UsageError

SCHEMA_FILE = "docs/config.schema.json"
"""Where the generated JSON Schema stands in the repository."""

SHIPPED_CONFIG = "config.default.yaml"
"""Name of the packaged copy of the repository's `config.yaml`."""


def find_config(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """The file to use: the one given, `$BAOXUN_CONFIG`, `config.yaml` here, else the one that is shipped.

    Raises `UsageError` where a named file does not exist.
    """
    named = given or (Path(value) if (value := environment.get("BAOXUN_CONFIG")) else None)
    if named is not None:
        if not named.is_file():
            raise UsageError(
                f"no configuration file at {named}; `baoxun check --print-default > config.yaml` makes one"
            )
        return named
    here = Path("config.yaml")
    return here if here.is_file() else shipped_config()


def shipped_config() -> Path:
    """The default configuration: in the wheel beside this package, in a checkout at its top."""
    packaged = Path(str(resources.files("monitor"))) / SHIPPED_CONFIG
    return packaged if packaged.is_file() else packaged.parent.parent / "config.yaml"


def load_config(path: Path) -> Config:
    """Read and check a configuration. Raises `ConfigError` with every problem found, `UsageError` if unreadable.

    Relative paths in it are taken from the file's own folder; for the shipped one from the current folder.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"cannot read {path}: {exc}") from exc
    base = Path.cwd() if path == shipped_config() else path.resolve().parent
    return parse_config(text, file=str(path), base=base)


def parse_config(text: str, *, file: str, base: Path, catalogue: Callable[[], Catalogue] = shipped_catalogue) -> Config:
    """Check a configuration's text. `file` names it in messages, `base` is where its relative paths start.

    `catalogue` is called where a source is picked from it, and only then.
    """
    yaml = YAML(typ="rt")
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as exc:
        mark = exc.problem_mark
        problem = ConfigProblem("(file)", mark.line + 1 if mark else None, f"is no YAML: {exc.problem}", "")
        raise ConfigError(file, (problem,)) from exc
    except YAMLError as exc:
        raise ConfigError(file, (ConfigProblem("(file)", None, f"is no YAML: {exc}", ""),)) from exc
    if tree is None:
        tree = CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise ConfigError(file, (ConfigProblem("(file)", 1, "must hold keys and values", "see config.yaml"),))
    try:
        written = ConfigFile.model_validate(tree, context={"catalogue": catalogue})
    except ValidationError as exc:
        raise ConfigError(file, tuple(_problems(exc, tree))) from exc
    sources, misfits = choose(written.sources, catalogue)
    problems = [_problem(tree, ("sources", m.at, *m.keys), m.message, m.hint) for m in misfits]
    if problems := [*problems, *_broken_routes(written.alerts, tree)]:
        raise ConfigError(file, tuple(problems))
    storage = written.storage.model_copy(update={"data_dir": base / written.storage.data_dir})
    return Config(**{**dict(written), "sources": sources, "storage": storage})


def _problems(error: ValidationError, tree: CommentedMap) -> Iterator[ConfigProblem]:
    for detail in error.errors():
        keys = _keys_in(detail["loc"], tree, missing=detail["type"] == "missing")
        yield ConfigProblem(
            path=".".join(map(str, keys)) or "(file)",
            line=_line(tree, keys),
            message=_message(detail),
            hint=_hint(detail),
        )


def _problem(tree: Any, keys: tuple[int | str, ...], message: str, hint: str) -> ConfigProblem:
    there = _keys_in(keys, tree)
    return ConfigProblem(_dotted(there), _line(tree, there), message, hint)


def _keys_in(location: tuple[int | str, ...], tree: Any, *, missing: bool = False) -> tuple[int | str, ...]:
    """The part of a location that stands in the file (pydantic's names union members too, and keys that are missing)."""
    keys: list[int | str] = []
    node: Any = tree
    for step in location:
        if step in node if isinstance(node, Mapping) else _has(node, step):
            node = node[step]
        elif missing and step == location[-1]:
            pass  # name it although it is not there
        else:
            continue
        keys.append(step)
    return tuple(keys)


def _has(node: object, step: int | str) -> bool:
    return isinstance(node, list) and isinstance(step, int) and step < len(node)


def _line(tree: Any, keys: Sequence[int | str]) -> int | None:
    """1-based line of the innermost key that stands in the file."""
    node, line = tree, None
    for key in keys:
        try:
            if isinstance(node, CommentedMap) and key in node:
                line = node.lc.key(key)[0] + 1
            elif isinstance(node, CommentedSeq) and isinstance(key, int):
                line = node.lc.item(key)[0] + 1
            else:
                break
        except KeyError:
            break
        node = node[key]
    return line


def _message(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "is missing"
    if kind in {"value_error", "assertion_error"}:
        return str(detail["ctx"]["error"]) if "ctx" in detail else detail["msg"]
    if kind == "union_tag_invalid":
        return f"{detail['ctx']['tag']!r} is no kind of channel"
    if kind == "union_tag_not_found":
        return "needs a `kind`"
    if kind == "not_in_catalogue":
        return detail["msg"]
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]} (found {detail['input']!r})"


def _hint(detail: ErrorDetails) -> str:
    if detail["type"] == "not_in_catalogue":
        return str(detail["ctx"]["hint"])
    if detail["type"] == "model_type" and detail["loc"][0] == "sources" and isinstance(detail["input"], str):
        return f"to pick it from the catalogue write `use: {detail['input']}`"
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(detail["loc"][-1]), sorted(_known_keys(ConfigFile)), n=1, cutoff=0.6)
        if str(detail["loc"][-1]) in {"password", "token", "key", "secret"}:
            return "secrets do not stand in the file: use `…_env` or `…_file`"
        return f"did you mean `{near[0]}`?" if near else "see docs/configuration.md for the keys"
    if detail["type"] == "union_tag_invalid":
        return f"one of {detail['ctx']['expected_tags']}"
    return ""


def _known_keys(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema(by_alias=True)
    found = set(schema.get("properties", {}))
    for part in schema.get("$defs", {}).values():
        found |= set(part.get("properties", {}))
    return found


def _broken_routes(alerts: AlertsConfig, tree: CommentedMap) -> Iterator[ConfigProblem]:
    names = [r.name for r in alerts.receivers]
    for at, name in enumerate(names):
        if names.index(name) != at:
            keys: tuple[int | str, ...] = ("alerts", "receivers", at, "name")
            yield ConfigProblem(_dotted(keys), _line(tree, keys), f"a second receiver is called {name!r}", "")

    def walk(route: RouteConfig, keys: tuple[int | str, ...]) -> Iterator[ConfigProblem]:
        for at, name in enumerate(route.receivers):
            if name not in names:
                where = (*keys, "receivers", at)
                near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
                hint = f"did you mean `{near[0]}`?" if near else f"receivers are: {', '.join(names) or 'none'}"
                yield ConfigProblem(_dotted(where), _line(tree, where), f"no receiver is called {name!r}", hint)
        for at, child in enumerate(route.routes):
            yield from walk(child, (*keys, "routes", at))

    yield from walk(alerts.route, ("alerts", "route"))


def _dotted(keys: Sequence[int | str]) -> str:
    return ".".join(map(str, keys))


def schema_text() -> str:
    """The JSON Schema of `config.yaml`, for editors: generated, never written by hand."""
    schema = ConfigFile.model_json_schema(by_alias=True)
    schema["$defs"]["Pick"]["properties"]["use"]["enum"] = list(shipped_catalogue().words())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "baoxun config.yaml"
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
