"""Bytes to text by evidence: labels lie on Chinese sites, bytes seldom do.

Order: byte-order mark; valid UTF-8 (whatever the header or meta says); UTF-16 by its zero bytes; then the most plausible of
GB18030, Big5 and the declared codec, judged by how many everyday Chinese characters come out. `gb2312` and `gbk` are always
read as GB18030, their superset. A forced codec overrides all but the mark.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,20})""", re.IGNORECASE
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_FAMILY = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030",
    "hz-gb-2312": "hz", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "utf8": "utf-8", "unicode": "utf-8", "utf-8mb4": "utf-8",
}  # fmt: skip
# The commonest characters of modern Chinese, simplified and traditional: wrong codecs produce rare ones.
_EVERYDAY = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最"
    "立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别手角期根论"
    "这個為來時們對會發動過說產種麼經進電裡實體機點業應開還後當與關樣間線內數無現學國長東車馬門問題報導聯網險醫療務員"
    "服务报告公司市场保护新闻首页版权所有，。、：；！？（）《》“”　"
)
_SAMPLE = 60_000
_WIDE = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the codec that gave it."""

    text: str
    encoding: str


def decode(body: bytes, *, content_type: str = "", forced: str = "") -> Decoded:
    """`body` as text. `content_type` is the HTTP header; `forced` a codec to use without asking. Never raises."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(codec, "replace"), codec)
    if forced and (codec := _codec(forced)):
        return Decoded(body.decode(codec, "replace"), codec)
    if (text := _utf8(body)) is not None:
        return Decoded(text, "utf-8")
    if wide := _utf16(body):
        return Decoded(body.decode(wide, "replace"), wide)
    declared = declared_charsets(body, content_type)
    candidates = dict.fromkeys([*(codec for codec in declared if codec != "utf-8"), "gb18030", "big5hkscs"])
    sample = body[:_SAMPLE]
    plausible = {codec: _plausibility(sample, codec) for codec in candidates}
    best = max(plausible, key=lambda codec: plausible[codec] + (0.02 if codec in declared else 0.0))
    if plausible[best] < 0.05 and "utf-8" in declared:
        best = "utf-8"  # damaged UTF-8 rather than an unlabelled codec
    return Decoded(body.decode(best, "replace"), best)


def declared_charsets(body: bytes, content_type: str = "") -> tuple[str, ...]:
    """What the header, then the document's own label say, as Python codec names; unknown names are dropped."""
    labels = []
    if found := _HEADER.search(content_type):
        labels.append(found.group(1))
    labels += [found.decode("ascii", "ignore") for found in _META.findall(body[:8192])[:2]]
    return tuple(dict.fromkeys(codec for label in labels if (codec := _codec(label))))


def _codec(label: str) -> str:
    name = label.strip().lower()
    name = _FAMILY.get(name, name)
    try:
        codecs.lookup(name)
    except LookupError:
        return ""
    return name


def _utf8(body: bytes) -> str | None:
    """The text if `body` is UTF-8, allowing a character cut at the end and a rare stray byte in a long page."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(body) - 3 and error.reason == "unexpected end of data":
            return body[: error.start].decode("utf-8")
    text = body.decode("utf-8", "replace")
    wrong, wide = text.count("�"), len(text) - len(text.encode("ascii", "ignore"))
    # GB18030 read as UTF-8 breaks at nearly every character; UTF-8 with a damaged spot breaks there only.
    return text if wide > 50 and wrong / wide < 0.02 else None


def _utf16(body: bytes) -> str:
    """UTF-16 without mark shows zero bytes on one side of its ASCII characters."""
    head = body[:400]
    if len(head) < 20 or head.count(0) < len(head) * 0.2:
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _plausibility(sample: bytes, codec: str) -> float:
    """Share of everyday characters among the non-ASCII ones, less five times the share of undecodable ones."""
    wide = "".join(_WIDE.findall(sample.decode(codec, "replace")[:-1]))
    if not wide:
        return 0.0
    everyday = sum(map(_EVERYDAY.__contains__, wide))
    return (everyday - 5 * wide.count("�")) / len(wide)
