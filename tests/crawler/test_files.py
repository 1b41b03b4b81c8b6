"""Text of files: golden text of files made here, and files that mean harm or are none."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from crawler.files.reading import FileLimits, FileNote, FileText, read_file
from tests.crawler.made_files import docx, grid, p, paragraph, pdf, show, table, zipped

LIMITS = FileLimits()
LONG = "某市医疗保障局委托代理机构就本市城乡居民补充保障服务公开征集承办单位，服务期三年，自二〇二六年一月一日起算，合同一年一签，年度考核合格方可续签下一年。"


def test_pdf_lines_become_paragraphs() -> None:
    """Lines that run to the margin are joined, indents and short lines begin anew; a heading stands alone."""
    page = show("一、项目概况", 72, 780) + paragraph(LONG, 750) + paragraph("二段开头。" + LONG, 650)
    assert read_file(pdf(page), LIMITS) == FileText(text=f"一、项目概况\n{LONG}\n二段开头。{LONG}")


def test_pdf_tables_become_rows() -> None:
    """Cells of ruled rows are joined by a tab, wrapped lines of a cell without a gap; empty cells keep their place."""
    content = grid([72, 130, 300, 420], [600, 640, 680, 720])
    content += show("序号", 76, 695) + show("供应商名称", 134, 695) + show("报价（元）", 304, 695)
    content += (
        show("1", 76, 655)
        + show("某某人寿保险股份", 134, 664)
        + show("有限公司", 134, 648)
        + show("49500000", 304, 655)
    )
    content += show("2", 76, 615) + show("5%", 304, 615)
    text = read_file(pdf(show("评审结果如下", 72, 760) + content + show("特此公告。", 72, 560)), LIMITS).text
    assert text.split("\n") == [
        "评审结果如下", "序号\t供应商名称\t报价（元）", "1\t某某人寿保险股份有限公司\t49500000", "2\t\t5%", "特此公告。",
    ]  # fmt: skip


def test_pdf_tables_drawn_as_boxes() -> None:
    """Office programs draw each border as a thin filled box."""
    boxes = b"".join(b"%g %g %g %g re f\n" % box for box in [(72, y, 300, 0.5) for y in (700, 730, 760)])
    boxes += b"".join(b"%g %g %g %g re f\n" % box for box in [(x, 700, 0.5, 60) for x in (72, 180, 372)])
    content = show("项目", 76, 740) + show("金额", 186, 740) + show("大病", 76, 710) + show("100", 186, 710)
    assert read_file(pdf(boxes + content), LIMITS).text == "项目\t金额\n大病\t100"


def test_pdf_columns_without_lines() -> None:
    """Without drawn lines a wide gap on one line is a border of cells."""
    content = (
        show("采购人", 72, 740) + show("某市医保局", 260, 740) + show("预算", 72, 720) + show("一百万元", 260, 720)
    )
    assert read_file(pdf(content), LIMITS).text == "采购人\t某市医保局\n预算\t一百万元"


def test_pdf_running_heads_and_page_numbers_go() -> None:
    """What stands at the edge of most pages is no text of the document."""
    pages = [
        show("某市公共资源交易", 200, 810) + show(f"第{n}部分的正文内容在此。", 72, 700) + show(f"- {n} -", 280, 40)
        for n in range(1, 5)
    ]
    assert read_file(pdf(*pages), LIMITS).text == "\n".join(f"第{n}部分的正文内容在此。" for n in range(1, 5))


def test_pdf_with_an_embedded_encoding() -> None:
    """Glyph numbers that only the file's own table explains, as most writers embed them."""
    letters = "参保人数约二百万"
    cmap = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    cmap += b"%d beginbfchar\n" % len(letters)
    cmap += b"".join(
        b"<%04X> <%s>\n" % (n, letter.encode("utf-16-be").hex().encode()) for n, letter in enumerate(letters, 1)
    )
    cmap += b"endbfchar endcmap end end"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Own/Encoding/Identity-H/ToUnicode 4 0 R/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Own/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/ABCDEF+Own/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>>>]>>"
    page = b"BT /F 12 Tf 72 700 Td <%s> Tj ET" % b"".join(b"%04X" % n for n in range(1, len(letters) + 1))
    made = pdf(page, font=font, more=[b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap)])
    assert read_file(made, LIMITS).text == letters


def test_limits_cut() -> None:
    """Pages and characters beyond the limits are left out, and it is said."""
    pages = [show(f"第{n}页的正文。", 72, 700) for n in range(1, 9)]
    few = read_file(pdf(*pages), replace(LIMITS, max_pages=3))
    assert (few.text, few.note) == ("第1页的正文。\n第2页的正文。\n第3页的正文。", FileNote.CUT)
    short = read_file(pdf(*pages), replace(LIMITS, max_chars=10))
    assert (len(short.text), short.note) == (10, FileNote.CUT)
    assert read_file(docx(p("甲" * 50)), replace(LIMITS, max_chars=10)) == FileText(text="甲" * 10, note=FileNote.CUT)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (pdf(show("字", 72, 700), encrypted=True), FileNote.ENCRYPTED),
        (pdf(show("字", 72, 700))[:200], FileNote.DAMAGED),
        (b"%PDF-1.7\n" + b"x" * 500, FileNote.DAMAGED),
        (pdf(b"0 0 100 100 re f"), FileNote.NO_TEXT),
        (docx(""), FileNote.NO_TEXT),
        (docx(p("字"))[:-60], FileNote.DAMAGED),
        (docx(p("字"), part="xl/workbook.xml"), FileNote.DAMAGED),
        (docx("<w:p>"), FileNote.DAMAGED),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500, FileNote.ENCRYPTED),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 1000, FileNote.UNSUPPORTED),
        (b"<html>Please log in</html>", FileNote.UNSUPPORTED),
        (b"Rar!\x1a\x07", FileNote.UNSUPPORTED),
        (b"", FileNote.UNSUPPORTED),
    ],
)
def test_what_cannot_be_read_is_noted(data: bytes, note: FileNote) -> None:
    """No text, the reason instead, nothing raised."""
    assert read_file(data, LIMITS) == FileText(text="", note=note)


def test_a_file_over_the_cap_is_not_opened() -> None:
    """Its size is enough."""
    assert read_file(pdf(show("字", 72, 700)), replace(LIMITS, max_bytes=100)).note is FileNote.TOO_LARGE


def test_a_slow_file_is_given_up() -> None:
    """When the time is up the process is killed."""
    begun = time.monotonic()
    assert read_file(pdf(show("字", 72, 700)), replace(LIMITS, seconds=0.02)).note is FileNote.TOO_SLOW
    assert time.monotonic() - begun < 5


def test_a_pdf_that_unpacks_without_end_is_contained() -> None:
    """A kilobyte that stands for a gigabyte of drawing costs a bounded time and memory of another process, and no text."""
    bomb = pdf(b"0 0 m 1 1 l S\n" * 5_000_000, packed=3)
    assert len(bomb) < 20_000
    found = read_file(bomb, replace(LIMITS, seconds=6, memory=400 * 1024 * 1024))
    assert found.text == ""
    assert found.note in {FileNote.TOO_SLOW, FileNote.TOO_GREEDY, FileNote.DAMAGED, FileNote.NO_TEXT}


def test_a_zip_bomb_is_not_unpacked() -> None:
    """What unpacks to more than the limit is refused, whatever the archive says of its size."""
    bomb = zipped({"word/document.xml": b" " * 45 * 1024 * 1024})
    assert len(bomb) < 100_000
    assert read_file(bomb, LIMITS).note is FileNote.TOO_LARGE
    at = bomb.rindex(b"PK\x01\x02") + 24  # the directory's uncompressed size
    assert read_file(bomb[:at] + (100).to_bytes(4, "little") + bomb[at + 4 :], LIMITS).text == ""


def test_entities_are_not_resolved() -> None:
    """Neither a billion laughs nor a local file: a document that declares any is not Word's."""
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
        + "]>"
    )
    damaged = FileText(text="", note=FileNote.DAMAGED)
    assert read_file(docx("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", prolog=laughs), LIMITS) == damaged
    local = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    assert read_file(docx("<w:p><w:r><w:t>甲&f;乙</w:t></w:r></w:p>", prolog=local), LIMITS) == damaged


def test_docx_text() -> None:
    """Paragraphs, runs, rows, nested tables, breaks, changes and text boxes, each once and in order."""
    nested = table([p("内一"), p("内二")], [p("内三"), p("内四")])
    box = f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{p('框中文字')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{p('框中文字')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    body = (
        p("一、", "项目", "概况")
        + "<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r></w:p>"
        + '<w:p><w:del w:id="1"><w:r><w:delText>旧价</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>新价100元</w:t></w:r></w:ins></w:p>'
        + table([p("标项"), p("名称") + p("（全称）"), p("")], [p("1"), nested, p("5%")])
        + f"<w:sdt><w:sdtContent>{p('控件里的一段')}</w:sdtContent></w:sdt>"
        + box
        + "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert read_file(docx(body), LIMITS).text.split("\n") == [
        "一、项目概况", "甲", "乙 丙", "新价100元", "标项\t名称 （全称）\t", "1\t内一 内二 内三 内四\t5%", "控件里的一段", "框中文字",
    ]  # fmt: skip
