"""Sources as YAML, and adding them to a `config.yaml` without touching anything else in it: comments stay to the byte.

Where the file's `sources` is an ordinary list the lines are put in after its last entry; one written in another way (`[]`, on
one line) is rewritten as a whole, comments kept.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from monitor.config.quantity import print_duration
from monitor.config.reading import parse_config
from monitor.config.source_model import OwnSource, SourceConfig
from monitor.errors import UsageError

_NEVER_WRAP = 1_000_000


def as_yaml(value: object) -> str:
    """Any plain value as block YAML, ending in a newline."""
    stream = io.StringIO()
    _yaml().dump(value, stream)
    return stream.getvalue()


def source_values(source: SourceConfig) -> dict[str, Any]:
    """A source in full as it may stand in a `config.yaml`: what differs from the defaults, in the order of the reference."""
    values: dict[str, Any] = {}
    for name, about in OwnSource.model_fields.items():
        value = getattr(source, name)
        if about.is_required() or value != about.get_default(call_default_factory=True):
            values[name] = print_duration(value) if hasattr(value, "total_seconds") else _plain(value)
    return values


def add_to_config(path: Path, sources: Sequence[Mapping[str, Any]]) -> None:
    """Add sources to a configuration file, whose comments stay; it is written as a whole or not at all.

    Raises `ConfigError` where the file would not be a configuration any more, `UsageError` where it cannot be written.
    """
    try:
        target = path.resolve()
        with target.open(encoding="utf-8", newline="") as file:
            made = add_sources(file.read(), sources)
        parse_config(made, file=str(path), base=target.parent)
        beside = target.with_name(f".{target.name}.new")
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(made)
        shutil.copymode(target, beside)
        beside.replace(target)
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"cannot write {path}: {exc}") from exc


def add_sources(text: str, sources: Sequence[Mapping[str, Any]]) -> str:
    """The text of a `config.yaml` with `sources` at the end of its list. The text must be a configuration already."""
    if not sources:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    wanted = _with(_load(text), sources)
    for attempt in (_appended, _inserted):
        made = attempt(text, sources)
        if made is not None and _load(made) == wanted:
            break
    else:
        made = as_yaml(wanted)
    return made.replace("\n", newline)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.preserve_quotes = True
    yaml.width = _NEVER_WRAP
    yaml.allow_unicode = True
    return yaml


def _load(text: str) -> Any:
    return _yaml().load(text) or CommentedMap()


def _with(tree: CommentedMap, sources: Sequence[Mapping[str, Any]]) -> CommentedMap:
    if not isinstance(tree.get("sources"), CommentedSeq):
        tree["sources"] = CommentedSeq()
    tree["sources"].fa.set_block_style()
    tree["sources"].extend(sources)
    return tree


def _appended(text: str, sources: Sequence[Mapping[str, Any]]) -> str | None:
    """For a file without `sources`: at its end."""
    if "sources" in _load(text):
        return None
    gap = "\n" if text.strip() else ""
    return f"{text.rstrip()}\n{gap}sources:\n{_lines(sources, 2)}" if gap else f"sources:\n{_lines(sources, 2)}"


def _inserted(text: str, sources: Sequence[Mapping[str, Any]]) -> str | None:
    """For a list in block style: after the last line of its last entry, at the indent of the list."""
    listed = _load(text).get("sources")
    if not isinstance(listed, CommentedSeq) or not listed or listed.fa.flow_style():
        return None
    lines = text.split("\n")
    first, column = listed.lc.item(0)
    if not lines[first][:column].endswith("- "):
        return None
    indent = column - 2
    last = listed.lc.item(len(listed) - 1)[0]
    end = last + 1
    while end < len(lines) and (not lines[end].strip() or _deeper(lines[end], indent)):
        end += 1
    while end > last + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return "\n".join([*lines[:end], *_lines(sources, indent).splitlines(), *lines[end:]])


def _deeper(line: str, indent: int) -> bool:
    """Whether a line belongs to the entry of a list whose dashes stand at `indent`."""
    return len(line) - len(line.lstrip(" ")) > indent


def _lines(sources: Sequence[Mapping[str, Any]], indent: int) -> str:
    block = as_yaml([dict(source) for source in sources])
    shift = len(block) - len(block.lstrip(" "))
    return "".join(f"{' ' * indent}{line[shift:]}\n" for line in block.splitlines())


def _plain(value: object) -> Any:
    """Tuples and frozen mappings as YAML writes them."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value
