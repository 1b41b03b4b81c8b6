"""Which story an article belongs to: is it a copy of something known?

Three roads lead to "copy", each with evidence that is stored:

- *words*: one text stands in the other (containment, so that an excerpt, a trimmed reprint and a round-up that takes an
  item in count as copies of the whole), and the figures agree;
- *translation*: no common words, but the same figures in the same order, and the same places, products or insurers;
- *short text*: below `SHORT_TEXT` letters every shingle counts and nearly all must agree.

And one road back, the veto: where project number, lot, region, period, product, programme, buyer, winner or stage
contradict, or the figures do, the texts are twins made from one template, however alike. A wrong merge hides news from a
user, a missed one shows it twice, so doubt keeps apart.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.figures import is_calendar, weight
from monitor.identity import agreements, conflicts, headlines_contradict
from monitor.index import Indexed
from monitor.model import Comparison, StoryDecision
from monitor.signature import Item, Signature
from monitor.twins import FIGURES_AGREE, NEVER_MISREAD, near, told_apart

CONTAINED = 0.8
"""Share of the smaller text's shingles that make it a copy by words alone. Reprints measure 0.86 and more, notices of
one portal on different projects up to 0.35, one template filled for two cities up to 0.77."""

WITHOUT_FIGURES = 0.9
"""The same for texts that have no figures in common which could prove anything: letters of thanks, bare formulas."""

PARTLY_CONTAINED = 0.5
"""The same where the telling marks agree as well: an excerpt under a long foreign tail, a rewritten half."""

ITEM_CONTAINED = 0.35
"""The same for the one item of a round-up, which its editor shortened and put into running text."""

TRANSLATION_WINDOW = dt.timedelta(days=45)
MIN_LETTERS = 30
"""Bodies shorter than this ("see the attachment") are copies only where they are equal, under the same headline or with
several figures."""

_MIN_SHINGLES = 4
_TELLING = 8
_TELLING_ALONE = 12
_ALIGN = 80


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two articles are, whether that makes them one story, and why."""

    score: float
    joined: bool
    reason: str


def decide(signature: Signature, candidates: Iterable[Indexed]) -> StoryDecision:
    """The story of an article among its candidates: the likest copy's, or a new one of its own. Pure."""
    best: tuple[float, Indexed, Likeness] | None = None
    compared: list[Comparison] = []
    for known in candidates:
        if known.signature.article_id == signature.article_id:
            continue
        likeness = compare(signature, known.signature)
        if likeness.score <= 0 and not likeness.joined:
            continue
        compared.append(
            Comparison(
                article_id=known.signature.article_id,
                group_id=known.story_id,
                score=round(likeness.score, 3),
                joined=False,
                reason=likeness.reason,
            )
        )
        if likeness.joined and (best is None or likeness.score > best[0]):
            best = (likeness.score, known, likeness)
    compared.sort(key=lambda c: -c.score)
    if best is None:
        reason = "nothing like it" if not compared else f"kept apart from {len(compared)}: {compared[0].reason}"
        return StoryDecision(
            story_id=f"s-{signature.article_id}", duplicate_of=None, reason=reason, compared=tuple(compared)
        )
    _, known, likeness = best
    origin = known.signature.article_id
    return StoryDecision(
        story_id=known.story_id,
        duplicate_of=origin,
        reason=likeness.reason,
        compared=tuple(_mark(c, joined=c.article_id == origin) for c in compared),
    )


def _mark(comparison: Comparison, *, joined: bool) -> Comparison:
    return Comparison(
        article_id=comparison.article_id,
        group_id=comparison.group_id,
        score=comparison.score,
        joined=joined,
        reason=comparison.reason,
    )


def compare(a: Signature, b: Signature) -> Likeness:
    """Are two articles copies of one another? Symmetric."""
    if a.latin != b.latin:
        return _compare_translation(a, b)
    return _compare_words(a, b)


def _compare_words(a: Signature, b: Signature) -> Likeness:
    """By the whole texts, and where these are no copies, by the item that a round-up takes in."""
    whole = _compare_wholes(a, b)
    if not whole.joined and min(a.sketch.letters, b.sketch.letters) >= MIN_LETTERS:
        for round_up, other in ((a, b), (b, a)):
            if round_up.item is not None:
                taken_in = _compare_item(round_up.item, round_up, other)
                if taken_in.joined:
                    return taken_in
    return whole


def _compare_wholes(a: Signature, b: Signature) -> Likeness:
    overlap = a.sketch.overlap(b.sketch)
    contained, alike = overlap.containment, overlap.resemblance
    score = 0.5 * contained + 0.5 * alike
    if min(a.sketch.letters, b.sketch.letters) < MIN_LETTERS:
        return _compare_few_words(a, b)
    if contained < PARTLY_CONTAINED or overlap.shared < _MIN_SHINGLES:
        return Likeness(
            score if contained >= 0.2 else 0.0, False, f"{contained:.0%} of the shorter text is in the longer one"
        )
    against = told_apart(a, b, overlap)
    if against:
        return Likeness(score, False, f"template twin ({contained:.0%} alike): {'; '.join(against)}")
    proved_by_figures = len(set(a.figures) & set(b.figures)) >= 2
    if contained < (CONTAINED if proved_by_figures else WITHOUT_FIGURES):
        marks = agreements(a.identity, b.identity, same_language=True)
        if len(marks) < 2 or not near(a, b, TRANSLATION_WINDOW):
            return Likeness(
                score, False, f"{contained:.0%} of the shorter text is in the longer one, nothing else proves a copy"
            )
        return Likeness(score, True, f"{contained:.0%} of the shorter text and {', '.join(marks)}")
    kind = "the same text" if alike >= 0.9 else "an excerpt, a trimmed or an extended text"
    return Likeness(score, True, f"{kind}: {contained:.0%} of the shorter one is in the longer one")


def _compare_few_words(a: Signature, b: Signature) -> Likeness:
    same = a.sketch == b.sketch and a.figures == b.figures
    proved = a.title == b.title or len(set(a.figures)) >= 3
    if same and proved and not conflicts(a.identity, b.identity, same_language=True):
        return Likeness(1.0, True, "the same few words under the same headline or with the same figures")
    return Likeness(0.0, False, "too short to tell")


def _compare_item(item: Item, round_up: Signature, other: Signature) -> Likeness:
    """Does a round-up take `other` in? Such items are shortened and put into running text, so the marks count most."""
    overlap = item.sketch.overlap(other.sketch)
    shared = overlap.containment
    marks = agreements(round_up.identity, other.identity, same_language=True)
    against = conflicts(round_up.identity, other.identity, same_language=True)
    foreign = set(item.figures) - set(other.figures)
    agree = 1 - len(foreign) / len(set(item.figures)) if item.figures else 0.0
    proved = len(marks) >= 3 and overlap.shared >= _MIN_SHINGLES and near(round_up, other, TRANSLATION_WINDOW)
    if shared >= ITEM_CONTAINED and agree >= FIGURES_AGREE and proved and not against:
        return Likeness(
            0.5 + 0.5 * shared, True, f"taken into a round-up: {shared:.0%} of the item and {', '.join(marks)}"
        )
    return Likeness(shared / 2, False, f"{shared:.0%} of the round-up's item is in the other text")


def _compare_translation(a: Signature, b: Signature) -> Likeness:
    left, right = _sequence(a), _sequence(b)
    few, many = sorted((left, right), key=lambda figures: (len(figures), figures))
    shared = Counter(few) & Counter(many)
    count = sum(shared.values())
    if count < 3:
        return Likeness(0.0, False, "no common figures")
    share = count / len(few)
    order = _common_subsequence(few, many) / count
    dense = _density(shared, many)
    score = share * (0.5 + 0.5 * order) * (0.5 + 0.5 * dense)
    marks = agreements(a.identity, b.identity, same_language=False)
    telling = sum(weight(f) for f in shared if not is_calendar(f))
    figures = f"{count} of {len(few)} figures in {order:.0%} the same order, {dense:.0%} of the stretch they stand in"
    against = conflicts(a.identity, b.identity, same_language=False)
    if share >= 0.9 and order >= 0.8 and dense >= 0.8 and telling >= _TELLING_ALONE:
        # Names may have been misread in one of the languages; no twin has so many figures of another text.
        against = tuple(c for c in against if c.mark in NEVER_MISREAD)
    elif telling >= _TELLING_ALONE and marks and not headlines_contradict(a.identity, b.identity):
        # A clumsy translation is the likelier to be read as another step of the tender.
        against = tuple(c for c in against if c.mark != "stage")
    if against:
        return Likeness(score, False, f"{share:.0%} of the figures agree, but {'; '.join(map(str, against))}")
    if not near(a, b, TRANSLATION_WINDOW):
        return Likeness(score, False, f"{figures}, but published too far apart")
    enough = telling >= (_TELLING if marks else _TELLING_ALONE)
    # Few figures beside dates and years, which all reports of one event have: then all must be there, in both.
    proved = (telling >= 2 and len(marks) >= 2) or (count >= 8 and bool(marks))
    complete = count == len(few) and count >= 0.8 * len(many) and order >= 0.8 and proved
    if (share >= 0.7 and order >= 0.7 and dense >= 0.6 and enough) or complete:
        return Likeness(score, True, f"a translation: {figures}" + (f"; {', '.join(marks)}" if marks else ""))
    return Likeness(score, False, f"no translation: {figures}")


def _sequence(signature: Signature) -> list[str]:
    return list(signature.figures[:_ALIGN])


def _density(shared: Counter[str], many: list[str]) -> float:
    """Share of matched figures within the stretch of the longer sequence that the matched ones span."""
    left = Counter(shared)
    hits = []
    for place, figure in enumerate(many):
        if left[figure] > 0:
            left[figure] -= 1
            hits.append(place)
    return len(hits) / (hits[-1] - hits[0] + 1) if hits else 0.0


def _common_subsequence(a: list[str], b: list[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, 1):
            above = row[j]
            row[j] = diagonal + 1 if x == y else max(above, row[j - 1])
            diagonal = above
    return row[-1]
