"""Finding the terms of one family in a text: longest first, without overlap, weak ones only in company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.lexicon import Automaton
from monitor.taxonomy.terms import Mention, Pattern, Term

# A weak term is a place name's or an everyday word's twin (国寿, 平安, 阳光). It counts where a branch or company word
# follows within a place name's length, or where it stands in a list beside an insurer that counts.
_BRANCH_FOLLOWS = re.compile(r"[\u4e00-\u9fff]{0,8}?(?:中心支公司|支公司|分公司|营业部|保险|公司承办|公司承保)")
# 惠民保障, 防贫保险: a term that ends in 保 and goes on is another word.
_GOES_ON = frozenset("险障护证留洁温暖供税质价鲜养底健函理")
_LATIN = re.compile("[A-Za-z]")
_LIST_GAP = re.compile(r"[、,/\s]|和|与|及|以及")
# An opening quote right before, or before the place that the name begins with (“珠海大爱无疆”).
_QUOTED_BEFORE = re.compile("[\"'《【(][\u4e00-\u9fff]{0,3}$")


class Finder:
    """The mentions of one family in a text: longest match, leftmost first, without overlap."""

    def __init__(self, terms: Iterable[Term], patterns: Iterable[Pattern] = ()) -> None:
        """`patterns` find what no listed term covers; a listed term wins where the two overlap."""
        self.patterns = tuple(patterns)
        by_text: dict[str, Term] = {}
        for term in terms:
            by_text.setdefault(term.text, term)
        self.terms: tuple[Term, ...] = tuple(by_text.values())
        self._automaton: Automaton[Term] = Automaton(by_text.items())
        self._has_weak = any(t.kind == "weak" for t in self.terms)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Mentions of this family; decoys are dropped, weak terms only kept in company."""
        hits = [
            Mention(t.code, s, e, text[s:e], t)
            for s, e, t in self._automaton.find(text)
            if not (t.text[-1] == "保" and text[e : e + 1] in _GOES_ON)
        ]
        if self._has_weak:
            hits = list(self._in_company(text, hits))
        if self.patterns:
            hits += self._built(text, hits)
            hits.sort(key=lambda m: m.start)
        return tuple(m for m in hits if m.term.kind != "decoy")

    def taken(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where listed terms and decoys stand: no name that is only guessed may overlap them."""
        return tuple((start, end) for start, end, _ in self._automaton.find(text))

    def _built(self, text: str, hits: list[Mention]) -> list[Mention]:
        taken = [(m.start, m.end) for m in hits]
        found: list[Mention] = []
        latin = _LATIN.search(text) is not None
        for pattern in self.patterns:
            if pattern.latin and not latin:
                continue
            for hit in pattern.regex.finditer(text):
                if not any(s < hit.end() and hit.start() < e for s, e in taken):
                    taken.append(hit.span())
                    found.append(pattern.mention(text, *hit.span(), pattern.code))
        return found

    def codes(self, text: str) -> tuple[str, ...]:
        """Distinct codes in order of first mention."""
        return tuple(dict.fromkeys(m.code for m in self.find(text)))

    @staticmethod
    def _in_company(text: str, hits: list[Mention]) -> Iterator[Mention]:
        accepted = [m.term.kind not in ("weak", "decoy") or (m.term.kind == "weak" and _alone(text, m)) for m in hits]
        for order in (range(len(hits)), range(len(hits) - 1, -1, -1)):
            for i in order:
                if accepted[i] or hits[i].term.kind != "weak":
                    continue
                for j in (i - 1, i + 1):
                    if 0 <= j < len(hits) and accepted[j]:
                        first, second = sorted((hits[i], hits[j]), key=lambda m: m.start)
                        if _LIST_GAP.fullmatch(text[first.end : second.start]):
                            accepted[i] = True
        yield from (m for m, good in zip(hits, accepted, strict=True) if good or m.term.kind == "decoy")


def _alone(text: str, mention: Mention) -> bool:
    """Whether a weak term counts by what stands around it: a branch word behind it, or quotes around a product's name."""
    if mention.term.family == "products":
        return bool(_QUOTED_BEFORE.search(text, max(0, mention.start - 6), mention.start))
    return bool(_BRANCH_FOLLOWS.match(text, mention.end))
