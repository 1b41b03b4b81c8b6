"""The words around a figure that tell what it means, compiled once from `vocabulary/fact_words.yaml`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

_DEFAULT = Path(__file__).parent.parent / "vocabulary" / "fact_words.yaml"
_SHORT_LATIN = re.compile(r"[A-Za-z]{1,4}(?![A-Za-z])")


class FactWords:
    """Named groups of words, each one compiled alternation, longest word first."""

    def __init__(self, groups: dict[str, tuple[str, ...]]) -> None:
        self._groups = {
            name: re.compile("|".join(_spelled(w) for w in sorted(words, key=len, reverse=True)), re.IGNORECASE)
            for name, words in groups.items()
        }

    def __getitem__(self, group: str) -> re.Pattern[str]:
        """The alternation of a group. KeyError where the file has no such group."""
        return self._groups[group]


def _spelled(word: str) -> str:
    # Translations glue words together ("peopleannual premium"); only short Latin words need an edge to be meant.
    return rf"(?<![a-z])(?:{word})" if _SHORT_LATIN.match(word) else f"(?:{word})"


@lru_cache(maxsize=4)
def load_fact_words(path: Path = _DEFAULT) -> FactWords:
    """Read the groups. OSError where the file is missing; KeyError where `words` is."""
    data = yaml.safe_load(path.read_text("utf-8"))
    return FactWords({name: tuple(w.strip() for w in words.split(" | ")) for name, words in data["words"].items()})
