"""Kinds of text: explainer, opinion, praise, round-up; and a round-up's items.

An item of a round-up that prints a launch or new figures of its own is judged as if it stood alone, so it is cut out here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from monitor.classify.evidence import Evidence, Zone
from monitor.text import Document, prepare

_HEADED = re.compile(
    r"^(?:【(?P<head>[^】\n]{2,40})】|(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.、]|[①-⑳●■◆▲·•*-])\s*(?P<rest>[^\n]{4,60}))",
    re.MULTILINE,
)
_LIST_TITLE = re.compile(r"[；;|｜].{4,}[；;|｜]|[；;].{6,}$")
_MIN_ITEMS = 4
_MIN_ITEM_LENGTH = 40
_HEAD, _HEAD_EN = 40, 110  # characters of an item without a headline that stand for one
_FIGURE = re.compile(r"\d[\d,.]*\s*(?:万|亿|元|人|%|件|家|million|billion|yuan)")


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of text an article is. `specific` is False where it speaks of a subject in general."""

    explainer: bool
    opinion: bool
    interview: bool
    praise: bool
    award: bool
    roundup: bool


def form_of(evidence: Evidence) -> Form:
    """The kind of text, by the headline first."""
    told = evidence.cues("told")
    # 提出书面建议 is what a letter asks for, no opinion
    cues = [m for m in evidence.cues("form") if not any(t.start <= m.start and m.end <= t.end for t in told)]
    title = {m.code for m in cues if evidence.zone(m) is Zone.TITLE}
    voice = any(m.code == "form.voice" for m in cues)
    return Form(
        explainer="form.explainer" in title,
        opinion=voice or bool({"form.opinion", "form.interview"} & title),
        interview="form.interview" in title,
        praise="form.praise" in title or sum(m.code == "form.praise" for m in cues) >= 3,
        award=any(evidence.zone(m) is Zone.TITLE for m in evidence.cues("update.recognition")),
        roundup=is_roundup(evidence, "form.roundup" in title),
    )


def is_roundup(evidence: Evidence, named: bool) -> bool:
    """A round-up says so in its headline, or lists several headed items under a headline of several clauses."""
    headed = sum(1 for m in _HEADED.finditer(evidence.document.body.plain) if m.group("head"))
    subject = [*evidence.products, *evidence.programmes, *evidence.cues("topic.huiminbao")]
    if headed >= _MIN_ITEMS and not any(evidence.zone(m) is Zone.TITLE for m in [*subject, *evidence.unknown_products]):
        return True
    return named and (
        headed >= 2 or _LIST_TITLE.search(evidence.title) is not None or len(_items(evidence.document)) >= _MIN_ITEMS
    )


def items_worth_judging(document: Document) -> tuple[Document, ...]:
    """The items of a round-up that are long enough, and print figures enough, to be reports of their own."""
    found = []
    for head, text in _items(document):
        if len(text) >= _MIN_ITEM_LENGTH and _FIGURE.search(text):
            article = replace(document.article, title=head, text=text)
            found.append(prepare(article))
    return tuple(found)


def _items(document: Document) -> list[tuple[str, str]]:
    items: list[tuple[str, str]] = []
    for paragraph in document.body.original.split("\n"):
        line = paragraph.strip()
        if not line:
            continue
        head = _HEADED.match(line)
        if head and head.group("head"):
            items.append((head.group("head"), line[head.end() :]))
        elif head:
            items.append((head.group("rest"), line))
        elif items and len(items[-1][1]) < _MIN_ITEM_LENGTH:
            items[-1] = (items[-1][0], f"{items[-1][1]}\n{line}")
        else:
            first = re.split(r"[。！？!?]", line, maxsplit=1)[0]
            items.append((first[: _HEAD_EN if first.isascii() else _HEAD], line))
    return items
