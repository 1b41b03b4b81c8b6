"""What an article is about, in a form that two articles can be compared by: who, where, which project, which year.

Texts made from one template agree in nearly every word; what tells them apart stands in a few places. `conflicts` names
the places where two articles contradict one another. Absence never conflicts: an excerpt may have lost the number, a news
story never had one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_HAN_NUMBER = {c: str(i) for i, c in enumerate("零一二三四五六七八九十")} | {"两": "2", "〇": "0"}
_NUMBER_NOISE = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_UNOPENED_BRACKET = re.compile(r"^([^(（\[〔【)）\]〕】]+)[)）\]〕】].*$", re.DOTALL)
_NUMBER_LABEL = re.compile(
    r"(?:项目编号|采购编号|招标编号|采购项目编号|招标项目编号|采购计划编号|标段编号|合同编号|project (?:number|no\.?|code)"
    r"|tender (?:number|no\.?)|bid(?:ding)? (?:number|no\.?))[^0-9A-Za-z\n]{0,6}([0-9A-Za-z][0-9A-Za-z\u4e00-\u9fff\-_/.()\[\]〔〕]{4,40})",
    re.IGNORECASE,
)
_LOT = re.compile(
    r"第?\s?([0-9]{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,2})\s?(?:分?包(?!括|含|容|揽|头|干|子)|标段|标项|包组|包件|分标)"
    r"|(?<![承打面红书背荷钱腰])(?:采购包|分包|包组|包件|标段|标项|分标|包|\b[Ll]ot|\b[Pp]ackage)\s?[:：]?\s?([0-9]{1,3}(?!\d|年|月|万|亿|元|人|家)|[A-Z](?![a-zA-Z])|[一二三四五六七八九十](?=[^0-9一-龥]|$|中标|成交|公告|采购|结果|废标|流标|合同|更正|候选))"
)
_ROUND = re.compile(
    r"第\s?([一二三四五六七八九十0-9]{1,2})\s?[次轮]|(?<![一二三四五六七八九十])([二三四五])次(?=招标|公告|采购|[)）])"
)
_TITLE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_DOCUMENT = re.compile(r"《([^《》\n]{4,60})》")


Mark = Literal[
    "project number", "lot", "round", "region", "place in the title", "period", "product", "programme", "buyer", "winner", "stage"
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The telling marks of one article. Empty means "not said".

    `product` is the vocabulary's code where `product_listed`, else the printed name's letters. `buyer`, `project`,
    `winners` are letters as printed, comparable within one language; `insurers` are short names, comparable in any.
    `places` are the regions of the title, `years` its years, `headed` the stage that its words name. `named` are the places
    of the body as printed, where the title or the facts name one, `body` a digest of its letters and digits. `values` are the numeric facts by key.
    """

    topics: tuple[str, ...] = ()
    relevance: str = "none"
    stage: str = ""
    update: str = ""
    regions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    headed: str = ""
    body: str = ""
    programmes: tuple[str, ...] = ()
    insurers: tuple[str, ...] = ()
    winners: tuple[str, ...] = ()
    buyer: str = ""
    project: str = ""
    product: str = ""
    product_listed: bool = False
    number: str = ""
    lots: tuple[str, ...] = ()
    round: int = 0
    period: tuple[int, int] | None = None
    years: tuple[int, ...] = ()
    documents: tuple[str, ...] = ()
    deadline: str = ""
    values: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One mark in which two articles contradict one another, and what each says of it."""

    mark: Mark
    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.mark} {self.left} / {self.right}"


def normal_number(printed: str) -> str:
    """A project number without case, blanks, brackets and dashes, so that portals' spellings agree.

    What follows a closing bracket that was never opened is the sentence around it: （项目编号：X）发布.
    """
    printed = _UNOPENED_BRACKET.sub(r"\1", printed)
    return _NUMBER_NOISE.sub("", printed.lower())


def labelled_number(text: str) -> str:
    """The project number that a normalised text prints behind its label, normalised; empty where there is none."""
    found = _NUMBER_LABEL.search(text)
    number = normal_number(found[1]) if found else ""
    return number if sum(c.isdigit() for c in number) >= 3 else ""


def lots_of(title: str) -> tuple[str, ...]:
    """Lots that a title names (第2包, A包, 标段一), as digits or capital letters, sorted."""
    return tuple(sorted({lot_name(m[1] or m[2]) for m in _LOT.finditer(title)}))


def lot_name(printed: str) -> str:
    """A lot's number without its words: 第二包 and 包2 are both `2`."""
    bare = re.sub(r"[^0-9A-Za-z一二三四五六七八九十]", "", printed.removeprefix("第"))
    bare = re.sub(r"(?i)lot|package", "", bare)
    if bare and all(c in _HAN_NUMBER for c in bare):
        if len(bare) == 2 and bare[0] == "十":
            return "1" + _HAN_NUMBER[bare[1]]
        return "".join(_HAN_NUMBER[c] for c in bare)
    return bare.upper().lstrip("0") or bare.upper()


def round_of(title: str) -> int:
    """Which time (第二次, 第二轮) a title says it is; 0 where it does not say."""
    found = _ROUND.search(title)
    if not found:
        return 0
    name = lot_name(found[1] or found[2])
    return int(name) if name.isdigit() else 0


def years_of(title: str) -> tuple[int, ...]:
    """Years that a title prints, ascending."""
    return tuple(sorted({int(y) for y in _TITLE_YEAR.findall(title)}))


def documents_of(text: str) -> tuple[str, ...]:
    """Titles of documents that a text quotes (《…》), without repetition."""
    return tuple(dict.fromkeys(m[1] for m in _DOCUMENT.finditer(text)))


def conflicts(a: Identity, b: Identity, *, same_language: bool) -> tuple[Contradiction, ...]:
    """Everything in which two articles contradict one another; empty where nothing does."""
    found: list[Contradiction] = []

    def against(mark: Mark, left: object, right: object) -> None:
        found.append(Contradiction(mark, *(",".join(v) if isinstance(v, tuple) else str(v) for v in (left, right))))

    if a.number and b.number and not _same_number(a.number, b.number):
        against("project number", a.number, b.number)
    if a.lots and b.lots and not set(a.lots) & set(b.lots):
        against("lot", a.lots, b.lots)
    if a.round and b.round and a.round != b.round:
        against("round", a.round, b.round)
    regions = (a.regions or a.places, b.regions or b.places)
    if all(regions) and not regions_meet(*regions):
        against("region", *regions)
    elif a.places and b.places and not regions_meet(a.places, b.places):
        against("place in the title", a.places, b.places)
    # A term may be told by its first year or in full, and an edition by its name's year: only another start contradicts.
    if a.period and b.period and a.period[0] != b.period[0]:
        against("period", *(f"{first}-{last}" for first, last in (a.period, b.period)))
    if a.product and b.product and not same_product(a, b, same_language=same_language):
        against("product", a.product, b.product)
    if a.programmes and b.programmes and not set(a.programmes) & set(b.programmes):
        against("programme", a.programmes, b.programmes)
    if same_language and a.buyer and b.buyer and not _names_meet(a.buyer, b.buyer):
        against("buyer", a.buyer, b.buyer)
    if same_language and a.winners and b.winners and not _winners_meet(a, b):
        against("winner", a.winners, b.winners)
    if a.stage and b.stage and a.stage != b.stage:
        against("stage", a.stage, b.stage)
    return tuple(found)


def headlines_contradict(a: Identity, b: Identity) -> bool:
    """True where both headlines say which stage they report, and not the same."""
    return bool(a.headed and b.headed) and a.headed != b.headed


def agreements(a: Identity, b: Identity, *, same_language: bool) -> list[str]:
    """The telling marks in which two articles agree, in words."""
    found: list[str] = []
    if a.number and a.number == b.number:
        found.append("the same project number")
    if (
        a.product
        and b.product
        and same_product(a, b, same_language=same_language)
        and (same_language or a.product_listed)
    ):
        found.append("the same product")
    if (
        (a.regions or a.places)
        and (b.regions or b.places)
        and regions_meet(a.regions or a.places, b.regions or b.places)
    ):
        found.append("the same place")
    if set(a.programmes) & set(b.programmes):
        found.append("the same programme")
    if a.insurers and set(a.insurers) & set(b.insurers):
        found.append("common insurers")
    if set(a.values) & set(b.values):
        found.append("the same values")
    return found


def regions_meet(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """True where a region of one side is, contains or lies in one of the other (GB/T 2260 codes nest by prefix)."""
    return any(_nests(x, y) or _nests(y, x) for x in left for y in right)


def same_product(a: Identity, b: Identity, *, same_language: bool) -> bool:
    """True where two product names can mean one product: equal, or one holds the other (重庆渝快保, 渝快保).

    Names in two languages of which one stands in no list cannot be told apart, so they count as the same.
    """
    if a.product_listed and b.product_listed:
        return a.product == b.product
    if not same_language:
        return True
    return a.product in b.product or b.product in a.product


def _nests(inner: str, outer: str) -> bool:
    return inner.startswith("" if outer == "100000" else outer.removesuffix("00").removesuffix("00"))


def _same_number(left: str, right: str) -> bool:
    """Equal, or one is the other plus a portal's prefix or a lot's suffix (longer by at most four characters)."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) >= 8 and (long.endswith(short) or long.startswith(short)) and len(long) - len(short) <= 4


def _names_meet(left: str, right: str) -> bool:
    """True where one name can be the other's short form: its characters stand in the other in order."""
    short, long = sorted((left, right), key=len)
    letters = iter(long)
    return all(c in letters for c in short)


def _winners_meet(a: Identity, b: Identity) -> bool:
    if set(a.insurers) & set(b.insurers):
        return True
    return any(_names_meet(x, y) for x in a.winners for y in b.winners)
