"""DOCX bytes to text: paragraphs as lines, rows of tables as cells joined by a tab.

Of the archive only `word/document.xml` is unpacked, and not beyond a limit (zip bombs); entities are not resolved. Text that is
marked as deleted, and the second rendering of a drawing's text for old programs, are left out. Runs as a script of its own
(`cell`), so it imports nothing from its package.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

_MAX_UNPACKED = 40 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = frozenset(
    {f"{_W}del", f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read(data: bytes, *, max_pages: int, max_chars: int) -> tuple[str, str]:
    """The text and a note: empty, `encrypted`, `damaged`, `too_large`, `no_text`, or `cut`. Pages are not known here."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return "", "encrypted" if _ENCRYPTED in data else "unsupported"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.flag_bits & 1:
                return "", "encrypted"
            with archive.open(part) as stream:
                # What the directory says of a size is the sender's word; what is read is counted.
                content = stream.read(_MAX_UNPACKED + 1)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return "", "damaged"
    if len(content) > _MAX_UNPACKED:
        return "", "too_large"
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return "", "damaged"
    if root.getroottree().docinfo.internalDTD is not None:
        return "", "damaged"  # Word declares none; who does wants entities
    body = root.find(f"{_W}body")
    text = "\n".join(line for line in _blocks(body) if line.strip()) if body is not None else ""
    if not text:
        return "", "no_text"
    return text[:max_chars], "cut" if len(text) > max_chars else ""


def _blocks(parent: etree._Element) -> Iterator[str]:
    """Paragraphs and rows, in order, whatever containers (content controls, changes) they stand in."""
    for node in parent:
        if node.tag == f"{_W}p":
            yield from _text(node).split("\n")
        elif node.tag == f"{_W}tbl":
            for row in node.iterfind(f"{_W}tr"):
                yield "\t".join(" ".join(_blocks(cell)).replace("\t", " ").strip() for cell in row.iter(f"{_W}tc")
                                if next(cell.iterancestors(f"{_W}tr")) is row)  # fmt: skip
        elif isinstance(node.tag, str) and node.tag not in _LEFT_OUT:
            yield from _blocks(node)


def _text(node: etree._Element) -> str:
    parts = []
    for child in node:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag == f"{_W}p":  # of a text box, within a paragraph
            parts.append(f"\n{_text(child)}\n")
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            parts.append(_text(child))
    return "".join(parts)
