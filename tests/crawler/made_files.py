"""PDF and DOCX files made by hand, byte by byte: small, readable, and as odd as a test wants them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"

_SONG = b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 752/Descent -271/CapHeight 737/StemV 58>>>>]>>"
"""A Chinese font as PDF readers have it built in: nothing is embedded."""


def show(text: str, x: float, y: float, size: float = 12) -> bytes:
    """Operators that write `text` at a place, from the bottom left."""
    return b"BT /F %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET\n" % (size, x, y, text.encode("utf-16-be").hex().encode())


def paragraph(text: str, y: float, *, width: int = 30, indent: int = 2, left: float = 72, size: float = 12) -> bytes:
    """Operators that write a paragraph in lines of `width` characters, the first indented."""
    lines, rest, at = [], text, width - indent
    while rest:
        lines.append(rest[:at])
        rest, at = rest[at:], width
    return b"".join(
        show(line, left + (indent * size if number == 0 else 0), y - number * size * 1.6, size)
        for number, line in enumerate(lines)
    )


def grid(xs: Sequence[float], ys: Sequence[float]) -> bytes:
    """Operators that draw a table's lines."""
    across = b"".join(b"%g %g m %g %g l S\n" % (xs[0], y, xs[-1], y) for y in ys)
    return across + b"".join(b"%g %g m %g %g l S\n" % (x, ys[0], x, ys[-1]) for x in xs)


def pdf(
    *pages: bytes, encrypted: bool = False, font: bytes = _SONG, more: Iterable[bytes] = (), packed: int = 1
) -> bytes:
    """A PDF of pages with these operators. `more` are further objects, numbered from 4; streams are packed `packed` times."""
    extra = list(more)
    first = 4 + len(extra)
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        font,
        *extra,
    ]
    for number, content in enumerate(pages):
        for _ in range(packed):
            content = zlib.compress(content, 9)
        filters = b" ".join([b"/FlateDecode"] * packed)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % (first + 2 * number + 1)
        )
        objects.append(b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), filters, content))
    out, offsets = io.BytesIO(b"%PDF-1.5\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % (b"ab" * 32, b"cd" * 32)
    out.write(
        b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, lock if encrypted else b"", start)
    )
    return out.getvalue()


def docx(body: str, *, part: str = "word/document.xml", prolog: str = "") -> bytes:
    """A DOCX file with this markup within its body; `prolog` stands before the root."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": b"<Types/>", part: document.encode()})


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def p(*runs: str) -> str:
    """A paragraph of DOCX markup with these runs of text."""
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table of DOCX markup; cells are markup."""
    return (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )
