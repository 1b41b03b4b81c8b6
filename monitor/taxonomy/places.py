"""The gazetteer from its table and the file of further names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from monitor.regions import Gazetteer, read_regions
from monitor.taxonomy.nodes import compose, line_of, mapping, pairs, sequence, text_of
from monitor.taxonomy.terms import VocabularyError


@lru_cache(maxsize=4)
def read_gazetteer(table: Path, file: Path) -> Gazetteer:
    """Places with their codes from `table`, former, English and weak names from `file`. Raises VocabularyError."""
    regions, names = read_regions(table)
    top = mapping(file, compose(file), frozenset({"former", "english", "extra", "weak"}))
    known = {r.code for r in regions}
    full: dict[str, list[str]] = {}
    for key, target in (("former", full), ("extra", full), ("english", names["english"])):
        for code_node, forms in pairs(file, top.get(key)):
            code = text_of(file, code_node)
            if code not in known:
                raise VocabularyError(file, line_of(code_node), f"no place has the code {code}")
            target.setdefault(code, []).extend(text_of(file, form) for form in sequence(file, forms))
    weak = {text_of(file, node) for node in sequence(file, top.get("weak"))}
    for code, shorts in names["short"].items():
        names["weak"].setdefault(code, []).extend(s for s in shorts if s in weak)
        names["short"][code] = [s for s in shorts if s not in weak]
    return Gazetteer(regions, {"full": full, **names})
