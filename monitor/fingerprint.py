"""Fingerprints of a text: which stretches of letters it consists of, sampled so that part and whole agree.

Rules:

- only letters count. Punctuation, blanks, digits and Chinese numerals are left out, so that other widths, other quotation
  marks and re-formatted or corrected figures change nothing here (figures are compared by themselves, `monitor.figures`);
- source lines, disclaimers and link lists that a republisher adds are left out first (`vocabulary/layout/reprints.yaml`);
- a shingle is kept where a hash of its first four letters falls into a quarter of its range. Unlike the minimum of a
  window (winnowing), this choice looks at nothing outside the shingle: an excerpt keeps exactly the shingles that
  its original keeps there, so containment is estimated without bias (Broder's "mod m" sampling);
- short texts keep every shingle, as a sample of them would prove nothing.

All hashes are stable over processes, machines and versions of Python: they are stored.
"""

from __future__ import annotations

import re
import zlib
from array import array
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

import yaml

SHORT_TEXT = 200
"""Letters below which every shingle is kept and every sampled shingle is an index key."""

MAX_LETTERS = 20_000
"""A text is fingerprinted up to here; longer ones are appendices and tables."""

_FRAME_WORDS = Path(__file__).with_name("vocabulary") / "layout" / "reprints.yaml"
_HAN_SHINGLE = 9
_LATIN_SHINGLE = 26
_KEY_SHARE = (1 << 32) // 6
_NO_LETTERS = re.compile(r"[\W\d_〇零一二两三四五六七八九十百千万亿]+")
_NOT_PRINTED = re.compile(r"[\W_]+")
_SAMPLED = re.compile(rb"[\x00-\x3f]")


def _permutation(number: int) -> bytes:
    return bytes(sorted(range(256), key=lambda x: blake2b(bytes((number, x)), digest_size=8).digest()))


_PERMUTATIONS = tuple(_permutation(n) for n in range(4))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two sketches share: counts of shingles, and of each side's own."""

    shared: int
    left: int
    right: int

    @property
    def containment(self) -> float:
        """Share of the smaller text that stands in the larger one."""
        return self.shared / max(1, min(self.left, self.right))

    @property
    def resemblance(self) -> float:
        """Jaccard resemblance of the two."""
        return self.shared / max(1, self.left + self.right - self.shared)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The kept shingles of one text, packed (four bytes each, sorted).

    `sampled` holds those that the sampling rule keeps; `rest` the others, of a short text only.
    """

    letters: int
    sampled: bytes
    rest: bytes = b""

    @property
    def is_short(self) -> bool:
        return self.letters < SHORT_TEXT

    def overlap(self, other: Sketch) -> Overlap:
        """Compare by all shingles where both are short, else by the sampled ones of either."""
        mine, theirs = _unpack(self.sampled), _unpack(other.sampled)
        if self.is_short and other.is_short:
            mine |= _unpack(self.rest)
            theirs |= _unpack(other.rest)
        return Overlap(len(mine & theirs), len(mine), len(theirs))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's sketch for comparison and its keys for look-up (signed 64-bit, as databases store them)."""

    sketch: Sketch
    keys: tuple[int, ...]


def key_of(text: str) -> int:
    """A stable signed 64-bit hash."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)


def letters_of(text: str) -> str:
    """Lower-case letters of `text`, without digits, Chinese numerals, punctuation and blanks."""
    return _NO_LETTERS.sub("", text).lower()


def digest_of(text: str) -> str:
    """A digest of the letters and digits of `text`: equal only where every name and number is."""
    return blake2b(_NOT_PRINTED.sub("", text).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def strip_frame(body: str) -> str:
    """`body` without what republishers put around it: source lines, disclaimers, lists of other stories."""
    frame = _frame()
    cut = frame.tail.search(body)
    if cut is not None and cut.start() > len(body) // 4:
        body = body[: cut.start()]
    return frame.line.sub("", body)


def fingerprint(body: str, *, latin: bool) -> Fingerprint:
    """Fingerprint a normalised body whose frame was stripped. `latin`: mainly Latin script (longer shingles)."""
    letters = letters_of(body)[:MAX_LETTERS]
    size = _LATIN_SHINGLE if latin else _HAN_SHINGLE
    data = letters.encode("utf-16-le", "surrogatepass")
    count = len(data) // 2 - size + 1
    if count <= 0:
        return Fingerprint(Sketch(len(letters), _pack({zlib.crc32(data)})), (key_of(letters),) if letters else ())
    crc = zlib.crc32
    width = 2 * size
    places = [place for found in _SAMPLED.finditer(_positions(data[::2])) if (place := found.start()) < count]
    shingles = [data[2 * place : 2 * place + width] for place in places]
    kept = dict(zip(map(crc, shingles), shingles, strict=True))
    short = len(letters) < SHORT_TEXT
    rest: set[int] = set()
    if short:
        rest = {crc(data[2 * i : 2 * i + width]) for i in range(count)} - kept.keys()
    chosen = kept.values() if short else [s for c, s in kept.items() if c < _KEY_SHARE]
    keys = tuple(int.from_bytes(blake2b(s, digest_size=8).digest(), "little", signed=True) for s in chosen)
    return Fingerprint(Sketch(len(letters), _pack(set(kept)), _pack(rest)), keys)


def _positions(low: bytes) -> bytes:
    """One hash byte for each position: of the four letters that begin there, given each letter's low byte.

    Four byte-wise permutations, shifted by 0..3 letters and XORed as one long number: the loop runs in C.
    """
    mixed = 0
    for shift, permutation in enumerate(_PERMUTATIONS):
        mixed ^= int.from_bytes(low.translate(permutation), "little") >> (8 * shift)
    return mixed.to_bytes(len(low), "little")


def _pack(values: set[int]) -> bytes:
    packed = array("I", sorted(values))
    return packed.tobytes()


@lru_cache(maxsize=256)
def _unpack(packed: bytes) -> frozenset[int]:
    """The shingles of a packed sketch; the latest are kept, as one article is compared with several."""
    values = array("I")
    values.frombytes(packed)
    return frozenset(values)


@dataclass(frozen=True, slots=True)
class _Frame:
    line: re.Pattern[str]
    tail: re.Pattern[str]


@cache
def _frame() -> _Frame:
    terms = yaml.safe_load(_FRAME_WORDS.read_text(encoding="utf-8"))
    line, tail = ("|".join(map(re.escape, terms[name])) for name in ("line_starts", "tail_starts"))
    opening = r"^[ \t]*[(\[【（*※>\-—]*[ \t]*"
    return _Frame(
        re.compile(rf"(?im){opening}(?:{line})[ \t]*[:：丨|】）)][^\n]*\n?"),
        re.compile(rf"(?im){opening}(?:{tail})[ \t]*[:：丨|】）)]?[^\n]{{0,12}}$"),
    )
