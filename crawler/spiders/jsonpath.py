"""Dotted paths into JSON as APIs really send it: JSONP around it, JSON strings inside it, lists where one wants all.

`a.b.0.c` descends by key and index; `*` takes all members of a list or an object; a string in the way is parsed as JSON.
"""

from __future__ import annotations

import json
import re
from typing import Any

_JSONP = re.compile(r"^[\s;/*]*[\w$.\[\]]*\s*\((.*)\)\s*;?\s*$", re.DOTALL)


class MissingPathError(LookupError):
    """The path leads nowhere in this document."""


def load_json(text: str, *, jsonp: bool = False) -> Any:
    """The document; with `jsonp` the call around it is taken off if there is one. Raises ValueError."""
    stripped = text.strip()
    if jsonp and (found := _JSONP.match(stripped)):
        stripped = found.group(1)
    return json.loads(stripped)


def get_path(document: Any, path: str) -> Any:
    """What stands at `path` (empty: the document itself); raises `MissingPathError`."""
    value = document
    parts = [part for part in path.split(".") if part]
    for index, part in enumerate(parts):
        value = _parsed(value)
        if part == "*":
            members = list(value.values()) if isinstance(value, dict) else value
            if not isinstance(members, list):
                raise MissingPathError(path)
            return _collect(members, ".".join(parts[index + 1 :]))
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise MissingPathError(path)
    return value


def get_list(document: Any, path: str) -> list[Any] | None:
    """The list at `path`; an explicit null is an empty list; None where there is no list."""
    try:
        value = _parsed(get_path(document, path))
    except MissingPathError:
        return None
    if value is None:
        return []
    return value if isinstance(value, list) else None


def set_path(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of `document` with `value` at `path`; a JSON string on the way is rewritten as a JSON string."""
    head, _, rest = path.partition(".")
    copy = dict(document)
    if not rest:
        copy[head] = value
        return copy
    inner = copy.get(head)
    if isinstance(inner, str):
        parsed = json.loads(inner)
        copy[head] = json.dumps(set_path(parsed, rest, value), ensure_ascii=False, separators=(",", ":"))
    else:
        copy[head] = set_path(inner if isinstance(inner, dict) else {}, rest, value)
    return copy


def _collect(members: list[Any], rest: str) -> list[Any]:
    found: list[Any] = []
    for member in members:
        try:
            value = get_path(member, rest)
        except MissingPathError:
            continue
        found += value if isinstance(value, list) else [value]
    return found


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
