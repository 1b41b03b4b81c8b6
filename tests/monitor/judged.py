"""Articles near the threshold, for tests of what may change an undecided verdict.

Each kind has several wordings, from little evidence to much, so that one of them stays in the undecided band when weights
of the rules move a little.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.classify import classify
from monitor.learning.training import Example, example
from monitor.model import Article, Classification
from monitor.revision import can_lower, can_raise
from monitor.taxonomy import load_vocabulary
from monitor.text import Document, prepare

VOCABULARY = load_vocabulary()

PLACES = ("云川市", "清河县", "林山市", "沙溪县", "东平州", "石桥区", "白沙县", "金河市", "安定县", "永和市",
          "长坪县", "双江县", "临海区", "宁湖市", "武原县", "广陵县", "通源市", "太和县", "文昌区", "新野县")  # fmt: skip
PROGRAMMES = ("大病保险", "长期护理保险", "防贫保")
INSURERS = ("中国人寿", "人保财险", "太平洋人寿")

_HANDOVER = (
    ("{p} {i}交接会", "双方完成了资料交接，工作平稳过渡。"),
    ("{place}{p} {i}交接会", "双方完成了资料交接，工作平稳过渡。"),
    ("{place}{p} {i}交接会", "医保局与公司完成了资料交接。"),
    ("{p}交接会", "双方完成了资料交接，工作平稳过渡。"),
)
_MEETING = (
    ("{place}座谈小记", "{p}招标，{i}到会。与会人员交流了意见。"),
    ("{place}座谈小记", "{p}采购，{i}到会。医保局介绍了情况。"),
    ("{place}座谈小记", "{p}招标公告已发布，{i}到会，医保局介绍了情况。"),
    ("{place}座谈小记", "{p}中标，{i}到会。与会人员交流了意见。"),
)


def document(title: str, text: str, ident: str = "1") -> Document:
    return prepare(
        Article(
            id=ident,
            url=f"https://news.example/{ident}",
            source="某报",
            published=None,
            lang="zh",
            title=title,
            text=text,
        )
    )


def verdict_on(doc: Document) -> Classification:
    return classify(doc, VOCABULARY)


def missed(number: int = 0) -> Document:
    """An undecided article that is no alert by the rules, and that a user would want as one."""
    return _first(_HANDOVER, number, can_raise)


def tiresome(number: int = 0) -> Document:
    """An undecided article that is an alert by the rules, and that a user would not want as one."""
    return _first(_MEETING, number, can_lower)


def _first(wordings: tuple[tuple[str, str], ...], number: int, fits: Callable[[Classification], bool]) -> Document:
    words = {
        "place": PLACES[number % len(PLACES)],
        "p": PROGRAMMES[number % len(PROGRAMMES)],
        "i": INSURERS[number // 3 % len(INSURERS)],
    }
    for title, text in wordings:
        doc = document(title.format(**words), f"{text.format(**words)}（{number}）", str(number))
        if fits(verdict_on(doc)):
            return doc
    raise AssertionError("no wording lies in the undecided band any more: add one")


def judged(doc: Document, *, alert: bool) -> Example:
    """An article as a user judged it, a story of its own."""
    return example(doc.article.title, verdict_on(doc), alert=alert, group=f"{doc.article.title} {doc.article.id}")
