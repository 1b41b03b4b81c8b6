"""What makes two replays the same one: what was asked for, and everything that decides an answer."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from monitor.learning import LearnedModel
from monitor.replaying.model import Order

_ROOT = Path(__file__).resolve().parents[1]
_NOT_DECIDING = ("cli", "demo", "migrations", "web")
"""Parts of the program that decide nothing of an article."""

_WORDS = (".yaml", ".tsv")
"""Files of a vocabulary."""


def identity(order: Order, vocabulary: Path, model: LearnedModel | None, opinion: str) -> str:
    """The name of a replay: equal for equal questions under equal rules. Raises `OSError` where rules cannot be read.

    `vocabulary` is the folder in force, `opinion` the language model whose kept answers count.
    """
    wanted = order.wanted
    said = {
        "filter": [wanted.topic, wanted.source, *_window(order)],
        "raw": order.raw,
        "alerts": order.alerts,
        "vocabulary": _digest(sorted(p for p in vocabulary.rglob("*") if p.suffix in _WORDS)),
        "code": _code(order.raw),
        "model": [model.version, model.features_version] if model else None,
        "opinion": opinion,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _window(order: Order) -> list[str]:
    """The window as it was typed; where nobody typed it, as it is."""
    moments = (order.wanted.since, order.wanted.until)
    return [said or (at.isoformat() if at else "") for said, at in zip(order.typed, moments, strict=True)]


@cache
def _code(raw: bool) -> str:
    """A digest of the program's own rules; where pages are read again, of the extractors, too."""
    folders = [_ROOT, *([_ROOT.parent / "crawler"] if raw else [])]
    files = [p for folder in folders for p in sorted(folder.rglob("*.py")) if not set(_NOT_DECIDING) & set(p.parts)]
    return _digest(files)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
