"""What an article says that could matter, found once and tagged by where it stands.

Positions are offsets into `Document.whole`. The lead is the first sentences of the body: what a reporter puts there, or in
the headline, is the event; what stands deeper is often background.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from monitor.model import Reason
from monitor.taxonomy import Mention, Vocabulary
from monitor.text import Document, Sentence

_LEAD = {False: (160, 300), True: (360, 640)}  # characters: at least, at most; Chinese, English
# Links to other stories at the end of a page name products and insurers that the article is not about.
_TAIL = re.compile(
    r"\n(?:\W{0,3})(?:相关阅读|延伸阅读|推荐阅读|相关新闻|相关链接|更多新闻|热门推荐|猜你喜欢|往期回顾|相关推荐|更多阅读|往期推荐|点击阅读|"
    r"Related (?:stories|reading|articles|news)|Read more|More on this|See also)",
    re.IGNORECASE,
)
# What denies the word behind it. A word such as 不足三家 carries its own denial and is listed whole.
_DENIED = re.compile(
    r"(?:尚未|并未|未能|没有|从未|未曾|不会|不再|并非|不得|拒绝|无需|不用|无须|未)(?:能|有|再|被|曾|予以|正式)?$|"
    r"(?:\bnot|\bnever|\bno|\bwithout|\bnot yet|n't|\bfailed to|\bdid not|\bnot been)(?: yet| be| been)? $",
    re.IGNORECASE,
)


_CHOSEN = re.compile(
    r"(?:通过|经由|经过|经|采取|采用|由)[^，。；\n]{0,16}?(?:招标|遴选|比选|磋商|谈判|招投标|采购)(?:方式|程序)?[，]?[^，。；\n]{0,6}?(?:选定|确定|选取|选出|产生|委托|选择|交给|交由|引入|引进|请来|聘请|落定)|"
    r"(?:去年|前年|今年\d{1,2}月|上年|年初|此前|早在)[^。\n]{0,24}?(?:招标|遴选|比选|磋商|谈判|采购)[^。\n]{0,8}?(?:选定|确定|产生)|"
    r"(?:[Tt]hrough|[Vv]ia|[Bb]y|[Ii]n) (?:an? |the )?(?:open|public|competitive)? ?(?:bidding|tender|procurement)[^.\n]{0,60}?(?:selected|chose|determined|picked)|"
    r"(?:selected|chose|determined|picked) [^.\n]{0,60}?(?:through|via|by|in) (?:an? |the )?(?:open |public |competitive )?(?:bidding|tender|procurement)|"
    r"(?<![\d—至-])(?:20\d\d年(?!度)(?:底|初|末|起)?|去年(?:底|初|末)?|前年|上年|此前|早在)[，]?[^。，；\n\d]{0,6}?(?:签订|签署|签约|经(?!办)|通过|公开招标(?!公告)|完成(?:了)?[^。，；\n]{0,6}招标|中标(?!公告|公示|结果|候选)|承接|接手)[^。；\n]{0,24}|"
    r"(?<=[。！？\n])(?:此前|在此之前|此前的|早前|早先|前不久|稍早)[^。\n]{0,60}|"
    r"(?:对|就)[^。\n]{2,70}?(?:结果|评审|文件)(?:不服|有异议|提出质疑|提起投诉|不满)|"
    r"\b(?:years?|months?) after [^.,\n]{0,60}?(?:took over|won|signed|was chosen|were chosen)|"
    r"(?:中标|接手|签约|承办|入围|中选)(?:以来|[一二两三四五六七八九十\d]+(?:个月|年)来|[一二两三四五六七八九十半]+年(?:后|多|了))|"
    r"(?:was|were|been) (?:picked|chosen|selected) (?:in|by|through|via) (?:an? )?(?:open|public|competitive)? ?(?:tender|bidding)"
)


class Zone(IntEnum):
    """Where a word stands; the smaller, the more it says about what the article reports."""

    TITLE = 0
    LEAD = 1
    BODY = 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence by its place in `Document.whole`."""

    start: int
    end: int
    text: str
    zone: Zone


class Evidence:
    """The words of one article that any judge may ask for; each family is searched at most once."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.title_end = len(document.title.plain)
        tail = _TAIL.search(document.whole, self.title_end + 1)
        self.text = document.whole[: tail.start()] if tail else document.whole
        self.title = document.title.plain
        self._cues: dict[str, tuple[Mention, ...]] = {}

    @cached_property
    def english(self) -> bool:
        return self.document.is_english

    @cached_property
    def lead_end(self) -> int:
        """Where the lead ends: after the second sentence of the body, within bounds."""
        least, most = _LEAD[self.english]
        start = self.title_end + 1
        ends = [s.end + start for s in self.document.body_sentences[:2]]
        return min(max([start + least, *ends]), start + most, len(self.text))

    @cached_property
    def sentences(self) -> tuple[Stretch, ...]:
        """The title and the body's sentences, without the tail."""
        return tuple(s for s in map(self._stretch, self.document.sentences) if s.start < len(self.text))

    @cached_property
    def body(self) -> tuple[Stretch, ...]:
        """The sentences behind the title."""
        return tuple(s for s in self.sentences if s.zone is not Zone.TITLE)

    @cached_property
    def programmes(self) -> tuple[Mention, ...]:
        return self.vocabulary.programmes.find(self.text)

    @cached_property
    def products(self) -> tuple[Mention, ...]:
        return self.vocabulary.products.find(self.text)

    @cached_property
    def unknown_products(self) -> tuple[Mention, ...]:
        return self.vocabulary.unknown_products(self.text)

    @cached_property
    def insurers(self) -> tuple[Mention, ...]:
        return self.vocabulary.insurers.find(self.text)

    @cached_property
    def places(self) -> bool:
        """Whether the title or the lead names a place in China's mainland."""
        found = self.vocabulary.regions.find(self.text[: self.lead_end])
        return any(m.code[:2] not in ("71", "81", "82") for m in found)

    def cues(self, code: str) -> tuple[Mention, ...]:
        """Mentions of a cue code (`stage.notice`) or of a whole group (`stage`), in order."""
        group, _, rest = code.partition(".")
        found = self._cues.get(group)
        if found is None:
            finder = self.vocabulary.cues.get(group)
            found = self._cues[group] = finder.find(self.text) if finder else ()
        return found if not rest else tuple(m for m in found if m.code == code)

    def zone(self, mention: Mention) -> Zone:
        if mention.start <= self.title_end:
            return Zone.TITLE
        return Zone.LEAD if mention.start < self.lead_end else Zone.BODY

    def first(self, mentions: Iterable[Mention], *zones: Zone) -> Mention | None:
        """The first mention, of those in the given zones if any are given, that is not denied."""
        for m in mentions:
            if (not zones or self.zone(m) in zones) and not self.denied(m):
                return m
        return None

    def best(self, mentions: Iterable[Mention]) -> tuple[Mention, Zone] | None:
        """The mention in the most telling zone that is not denied, and that zone."""
        allowed = [(self.zone(m), m.start, m) for m in mentions if not self.denied(m)]
        if not allowed:
            return None
        zone, _, mention = min(allowed, key=lambda item: item[:2])
        return mention, zone

    @cached_property
    def paragraphs(self) -> tuple[Stretch, ...]:
        """The body's paragraphs behind the lead's first: where a feature story hides its news."""
        found: list[Stretch] = []
        start = self.title_end + 1
        for line in self.text[start:].split("\n"):
            if line.strip():
                found.append(Stretch(start, start + len(line), line, Zone.BODY))
            start += len(line) + 1
        return tuple(found)

    @cached_property
    def background(self) -> tuple[tuple[int, int], ...]:
        """Stretches that tell how an undertaker was chosen some time ago (经公开招标确定): no event of today."""
        return tuple(m.span() for m in _CHOSEN.finditer(self.text))

    def in_background(self, mention: Mention) -> bool:
        return any(start <= mention.start < end for start, end in self.background)

    def inside(self, mentions: Iterable[Mention], stretch: Stretch) -> list[Mention]:
        """The mentions within a stretch that are not denied."""
        return [m for m in mentions if stretch.start <= m.start < stretch.end and not self.denied(m)]

    def within(self, mentions: Iterable[Mention], stretch: Stretch) -> bool:
        return any(stretch.start <= m.start < stretch.end for m in mentions)

    def paragraph_of(self, mention: Mention) -> Stretch:
        """The paragraph that holds a mention; the title for one of the title."""
        title = Stretch(0, self.title_end, self.title, Zone.TITLE)
        return next((p for p in self.paragraphs if p.start <= mention.start < p.end), title)

    def sentence_of(self, mention: Mention) -> Stretch:
        """The sentence that holds a mention."""
        return self._stretch(self.document.sentence_at(mention.start))

    def denied(self, mention: Mention) -> bool:
        """Whether the words right before a mention deny it (未中标, did not win)."""
        return bool(_DENIED.search(self.text, max(0, mention.start - 12), mention.start))

    def reason(self, code: str, mention: Mention, weight: float) -> Reason:
        """A reason that shows the words that counted."""
        return Reason(
            code=code, detail=mention.surface, weight=weight, span=self.document.locate(mention.start, mention.end)
        )

    def object_text(self) -> str:
        """What is bought, as far as a notice prints it: its headline and the lines that name the project."""
        return "\n".join((self.title, *self._project_lines()))

    def _project_lines(self) -> Iterator[str]:
        for found in _OBJECT_LINE.finditer(self.text, self.title_end + 1):
            yield found.group("value")

    def _stretch(self, sentence: Sentence) -> Stretch:
        shift = 0 if sentence.field == "title" else self.title_end + 1
        start, end = sentence.start + shift, sentence.end + shift
        zone = Zone.TITLE if sentence.field == "title" else Zone.LEAD if start < self.lead_end else Zone.BODY
        return Stretch(start, end, sentence.text, zone)


_OBJECT_LINE = re.compile(
    r"(?:项目名称|采购项目名称|招标项目名称|合同名称|标的名称|采购标的|采购内容|采购需求|服务名称|服务内容|采购需求概况|项目概况|Project name|Project)"
    r"\s*[:：]\s*(?P<value>[^\n]{2,120})",
    re.IGNORECASE,
)
