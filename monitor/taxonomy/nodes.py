"""YAML nodes that know their line: what a vocabulary file holds before it means anything."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from monitor.taxonomy.terms import VocabularyError


@lru_cache(maxsize=32)
def _parse(file: Path, changed: int) -> yaml.Node:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times faster where it is built in
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise VocabularyError(file, mark.line + 1 if mark else 1, str(getattr(error, "problem", error))) from error
    if node is None:
        raise VocabularyError(file, 1, "the file is empty")
    return node


def compose(file: Path) -> yaml.Node:
    """The file's root node; parsed again only after it changed. Raises VocabularyError."""
    return _parse(file, file.stat().st_mtime_ns)


def line_of(node: yaml.Node) -> int:
    """The line a node stands on, from 1."""
    return int(node.start_mark.line) + 1


def pairs(file: Path, node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    """The keys and values of a mapping, none for no node. Raises VocabularyError for anything else."""
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise VocabularyError(file, line_of(node), "expected `key: value` lines")
    return list(node.value)


def mapping(file: Path, node: yaml.Node, known: frozenset[str]) -> dict[str, yaml.Node]:
    """A mapping by its keys, each of which must be `known` and stand once. Raises VocabularyError."""
    out: dict[str, yaml.Node] = {}
    for key, value in pairs(file, node):
        name = text_of(file, key)
        if name not in known:
            raise VocabularyError(file, line_of(key), f"unknown key {name!r}; known: {', '.join(sorted(known))}")
        if name in out:
            raise VocabularyError(file, line_of(key), f"key {name!r} stands twice")
        out[name] = value
    return out


def sequence(file: Path, node: yaml.Node | None) -> list[yaml.Node]:
    """The items of a list, none for no node. Raises VocabularyError for anything else."""
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise VocabularyError(file, line_of(node), "expected a list")
    return list(node.value)


def text_of(file: Path, node: yaml.Node) -> str:
    """A scalar that is not blank, as written. Raises VocabularyError."""
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).strip():
        raise VocabularyError(file, line_of(node), "expected a word")
    return str(node.value)
