"""Text made comparable once, with the way back to what was printed.

`normalise` folds widths (NFKC for letters, digits and punctuation), converts traditional to simplified script (OpenCC
`t2s`), with the forms of Hong Kong, Taiwan and Japan (衞, 粧, 険), and drops invisible characters; every position of the
result maps back to the original. Rules:

- the full-width comma stays `，` (it separates clauses; the half-width one separates thousands), except between digits
  when exactly three digits follow in full width;
- enclosed numbers (①) and fractions stay as printed: folding them would glue digits to the number behind;
- runs of blanks become one space, line breaks stay.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import opencc

from monitor.model import Article, Field, Span

_T2S = opencc.OpenCC("t2s")

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_WIDE_THOUSANDS = re.compile(r"(?<=[0-9０-９])，(?=[０-９]{3}(?![0-9０-９]))")
_BLANKS = "\u0020\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t"
_BLANK_RUN = re.compile(f"[{_BLANKS}]+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "「": '"', "」": '"', "『": '"', "』": '"', "＂": '"',
                         "‘": "'", "’": "'"})  # fmt: skip
_KEEP = frozenset("，。、；！？…—～·￥")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))


@lru_cache(maxsize=65536)
def _fold(char: str) -> str:
    if char in _KEEP or unicodedata.category(char) == "No":
        return "¥" if char == "￥" else char
    return unicodedata.normalize("NFKC", char)


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised string and its map back.

    `plain` is the comparable form, `original` what was printed. `offsets` is None where positions agree one to one.
    """

    original: str
    plain: str
    offsets: tuple[int, ...] | None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in `original` for the stretch [start, end) of `plain`."""
        if self.offsets is None:
            return start, end
        last = self.offsets[end - 1] + 1 if end > start else self.offsets[start]
        return self.offsets[start], last


def normalise(original: str) -> Normal:
    """Fold widths and script, drop invisible characters, collapse blanks. Idempotent on its own result."""
    text = _WIDE_THOUSANDS.sub(",", original).translate(_QUOTES)
    needs_map = bool(_INVISIBLE.search(text))
    if not needs_map and text.isascii():
        folded: list[str] = list(text)
    else:
        folded = [_fold(c) for c in text]
    if needs_map or any(len(c) != 1 for c in folded):
        chars: list[str] = []
        offsets: list[int] = []
        for i, piece in enumerate(folded):
            if _INVISIBLE.match(text[i]):
                continue
            for c in piece:
                chars.append(c)
                offsets.append(i)
        plain, where = "".join(chars), offsets
    else:
        plain, where = "".join(folded), list(range(len(folded)))
    plain, where = _collapse_blanks(plain, where)
    plain = simplify(plain)
    identical = len(where) == len(original) and all(i == w for i, w in enumerate(where))
    return Normal(original, plain, None if identical else (*where, len(original)))


def _collapse_blanks(plain: str, where: list[int]) -> tuple[str, list[int]]:
    if not _BLANK_RUN.search(plain):
        return plain, where
    pieces: list[str] = []
    kept: list[int] = []
    at = 0
    for run in _BLANK_RUN.finditer(plain):
        pieces.append(plain[at : run.start()])
        kept.extend(where[at : run.start()])
        pieces.append("\t" if "\t" in run.group() else " ")
        kept.append(where[run.start()])
        at = run.end()
    pieces.append(plain[at:])
    kept.extend(where[at:])
    return "".join(pieces), kept


def simplify(text: str) -> str:
    """Traditional script to simplified, character for character (the length never changes)."""
    converted = str(_T2S.convert(text))
    if len(converted) != len(text):
        converted = "".join(c if len(s := str(_T2S.convert(c))) != 1 else s for c in text)
    table, any_of_them = _regional_forms()
    return converted.translate(table) if any_of_them.search(converted) else converted


@lru_cache(maxsize=1)
def _regional_forms() -> tuple[dict[int, str], re.Pattern[str]]:
    """Forms that `t2s` leaves as they are, to their simplified ones, and a pattern that finds any of them.

    The source is OpenCC's own tables of variants (`HKVariants`, `TWVariants`, `JPVariants`), asked through its converters.
    A character that GB 2312 holds is ordinary in simplified text (著, 么) and stays; and only what GB 2312 holds is a result.
    """
    page = "".join(chr(c) for first, last in _IDEOGRAPHS for c in range(first, last))
    ordinary = frozenset(page.encode("gb2312", "ignore").decode("gb2312"))
    left = [c for c, plain in zip(page, str(_T2S.convert("\n".join(page))).split("\n"), strict=True) if c == plain]
    foreign = [c for c in left if c not in ordinary]
    table: dict[int, str] = {}
    for name in ("jp2t", "tw2s", "hk2s"):
        forms = str(_T2S.convert(opencc.OpenCC(name).convert("\n".join(foreign)))).split("\n")
        table |= {ord(c): form for c, form in zip(foreign, forms, strict=True) if form != c and form in ordinary}
    return table, re.compile("[" + "".join(map(chr, table)) + "]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the normalised title or text: its words, its place in `Normal.plain`, its paragraph's number."""

    field: Field
    start: int
    end: int
    text: str
    paragraph: int


_SENTENCE_END = re.compile(r"[。！？!?；;][\"')\]）]*|(?<=[a-z0-9\"')%])\.[\"')]?(?=\s|$)|\n+")


def split_sentences(plain: str, field: Field) -> Iterator[Sentence]:
    """Sentences of `plain` in order; ends at 。！？；, at an English full stop before a blank, and at line breaks."""
    at, paragraph = 0, 0
    for stop in _SENTENCE_END.finditer(plain):
        body = plain[at : stop.end()]
        if body.strip():
            lead = len(body) - len(body.lstrip())
            yield Sentence(field, at + lead, at + len(body.rstrip()), body.strip(), paragraph)
        at = stop.end()
        if "\n" in stop.group():
            paragraph += 1
    if plain[at:].strip():
        body = plain[at:]
        lead = len(body) - len(body.lstrip())
        yield Sentence(field, at + lead, at + len(body.rstrip()), body.strip(), paragraph)


@dataclass(frozen=True)
class Document:
    """An article normalised once, shared by every step of understanding.

    `title` and `body` hold the normalised strings; `whole` is title, line break, body, for searches over both.
    """

    article: Article
    title: Normal
    body: Normal

    @cached_property
    def whole(self) -> str:
        return f"{self.title.plain}\n{self.body.plain}"

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Sentences of the title and then of the body."""
        return (*split_sentences(self.title.plain, "title"), *split_sentences(self.body.plain, "text"))

    @cached_property
    def body_sentences(self) -> tuple[Sentence, ...]:
        return tuple(s for s in self.sentences if s.field == "text")

    @cached_property
    def is_english(self) -> bool:
        """True where the text is mainly Latin script, whatever the record claims."""
        sample = self.whole[:2000]
        return len(_HAN.findall(sample)) * 5 < len(_LATIN.findall(sample))

    def locate(self, start: int, end: int) -> Span:
        """The original span of the stretch [start, end) of `whole`. A stretch over the border is cut to the title."""
        border = len(self.title.plain)
        if start < border:
            s, e = self.title.original_span(start, min(end, border))
            return Span(field="title", start=s, end=e)
        s, e = self.body.original_span(start - border - 1, end - border - 1)
        return Span(field="text", start=s, end=e)

    def sentence_at(self, position: int) -> Sentence:
        """The sentence of `whole` that holds `position` (or the one before it, between two)."""
        border = len(self.title.plain)
        starts = self._starts
        at = max(0, bisect_right(starts, position) - 1)
        return self.sentences[at] if self.sentences else Sentence("title", 0, border, self.title.plain, 0)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        border = len(self.title.plain)
        return tuple(s.start if s.field == "title" else s.start + border + 1 for s in self.sentences)

    def quote(self, span: Span) -> str:
        """What stands at `span` as printed."""
        source = self.title.original if span.field == "title" else self.body.original
        return source[span.start : span.end]


TITLE_READ, TEXT_READ = 500, 40_000
"""Characters of a title and a text that are understood. The longest of 19,506 news items has 20,647; pages with their files'
text, or hostile ones, may have millions, and some steps take time with the square of it. All of it is kept and shown."""


def prepare(article: Article) -> Document:
    """Normalise an article's title and text, as far as they are read (`TITLE_READ`, `TEXT_READ`)."""
    return Document(article, normalise(article.title[:TITLE_READ]), normalise(article.text[:TEXT_READ]))
