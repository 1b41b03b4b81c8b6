"""The words of a notice's labels and headings, and the role of what stands behind them.

The words are data (`vocabulary/notice_labels.yaml`): a portal with its own wording needs a line there, no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_DEFAULT = Path(__file__).parent.parent / "vocabulary" / "notice_labels.yaml"
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_NOISE = re.compile(r"[\s\"'*:：、,，.。/—-]+")
_MAX_LABEL = 40


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed: its role and what its brackets add ("万元", "填写到月")."""

    role: str
    note: str


class LabelWords:
    """Looks up the role of a label, a table's head or a heading."""

    def __init__(
        self, roles: Mapping[str, tuple[str, ...]], prefixes: tuple[str, ...], patterns: Mapping[str, str] | None = None
    ) -> None:
        self._roles: dict[str, str] = {}
        self._patterns = tuple((role, re.compile(pattern)) for role, pattern in (patterns or {}).items())
        for role, words in roles.items():
            for word in words:
                self._roles.setdefault(_compact(word), role)
                self._roles.setdefault(_NOISE.sub("", word.lower()), role)
        self._prefixes = tuple(sorted(map(_compact, prefixes), key=len, reverse=True))
        self._long = tuple(sorted((w for w in self._roles if len(w) >= 4 and not w.isascii()), key=len, reverse=True))
        # Labels that stand in the middle of a line: "包号：01 预算：412万元/年".
        spelled = sorted((w for words in roles.values() for w in words), key=len, reverse=True)
        self.inline = re.compile(
            r"(?:^|(?<=[\s;；|,，。(]))(?P<label>(?!(?<=[a-z]\s)name)(?:" + "|".join(map(re.escape, prefixes)) + r")?(?:"
            + "|".join(_spaced(w) for w in spelled) + r"))(?P<note>(?:\([^()\n]{1,40}\)){0,2})\s?[:：]",
            re.IGNORECASE,
        )  # fmt: skip

    def find(self, printed: str) -> Label | None:
        """The role of a whole label ("采购人（甲方）", "原公告的采购项目编号"); None where it is no label we know."""
        if len(printed) > 3 * _MAX_LABEL:
            return None
        note = " ".join(m.group()[1:-1] for m in _BRACKETS.finditer(printed))
        compact = _compact(printed)
        if not compact or len(compact) > _MAX_LABEL:
            return None
        role = self._exact(compact) or self._exact(_NOISE.sub("", printed.lower()))
        return Label(role, note) if role else None

    def heading(self, printed: str) -> Label | None:
        """The role of a heading: like `find`, but a heading may say more than one label ("…截止时间、开标时间和地点")."""
        label = self.find(printed)
        if label is not None:
            return label
        compact = _compact(printed)
        if not 4 <= len(compact) <= _MAX_LABEL:
            return None
        for word in self._long:
            if word in compact and (compact.startswith(word) or len(word) * 2 >= len(compact)):
                return Label(self._roles[word], "")
        return None

    def _exact(self, compact: str) -> str | None:
        role = self._roles.get(compact) or next((r for r, p in self._patterns if p.fullmatch(compact)), None)
        if role or not compact.startswith(self._prefixes):
            return role
        for prefix in self._prefixes:
            if compact.startswith(prefix) and (role := self._roles.get(compact[len(prefix) :])):
                return role
        return None


def _compact(printed: str) -> str:
    return _NOISE.sub("", _BRACKETS.sub("", printed)).lower()


def _spaced(word: str) -> str:
    if len(word) <= 3 and not word.isascii():
        return r"\s?".join(map(re.escape, word))
    return re.escape(word)


@lru_cache(maxsize=4)
def load_label_words(path: Path = _DEFAULT) -> LabelWords:
    """Read the labels. OSError where the file is missing; KeyError where `roles` or `prefixes` is."""
    data = yaml.safe_load(path.read_text("utf-8"))
    roles = {role: tuple(words) for role, words in data["roles"].items()}
    return LabelWords(roles, tuple(data["prefixes"]), data.get("whole_labels"))
