"""Documents of the financial regulator (nfra.gov.cn): the JSON behind its document pages, from either of its two fronts.

The text is HTML that a word processor made; the charset it states inside is not that of the JSON, which is UTF-8.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from crawler.dates import from_value
from crawler.errors import ExtractionError
from crawler.pages.base import Draft, Page, attachments_of, first, has_class, parse_html
from crawler.pages.blocks import blocks_of, clean_text, joined
from crawler.source_line import clean_source
from crawler.urls import join


class NfraPage:
    """Reads `SelectByDocId?docId=…` and its static twin `SelectByDocId/data_docId=….json`."""

    name: ClassVar[str] = "nfra"
    patterns: ClassVar[tuple[str, ...]] = (r"/SelectByDocId(?:\?|/data_)docId=\d+",)
    priority: ClassVar[int] = 10

    def read(self, page: Page) -> Draft:
        """The document; `ExtractionError` where the reply is no JSON, refuses, or has no text and no file."""
        try:
            reply: Any = json.loads(page.text)
        except ValueError as error:
            raise ExtractionError(page.url, f"no JSON: {error}") from error
        data = reply.get("data") if isinstance(reply, dict) else None
        if not isinstance(data, dict) or str(reply.get("rptCode", 200)) != "200":
            raise ExtractionError(page.url, f"the reply has no document: {page.text[:80]!r}")
        files = tuple(
            (label, address)
            for key, label in (("pdfFileUrl", "PDF"), ("docFileUrl", "DOC"))
            if (address := join(page.url, str(data.get(key) or "")) if data.get(key) else "")
        )
        text, attachments = "", files
        if clob := str(data.get("docClob") or "").strip():
            tree = parse_html(clob, page.url)
            section = first(tree, f"//div[{has_class('Section0')}]", "//body")
            text = joined(blocks_of(tree if section is None else section))
            attachments = (*attachments_of(tree, page.url), *files)
        if not text and not files:
            raise ExtractionError(page.url, "the document has neither text nor file")
        title = clean_text(str(data.get("docSubtitle") or data.get("docTitle") or ""))
        return Draft(
            title=title,
            text=text or clean_text(str(data.get("docSummary") or "")) or title,
            published=from_value(data.get("publishDate")),
            source=clean_source(str(data.get("docSource") or "")),
            attachments=tuple(dict.fromkeys(attachments)),
            keys=(f"nfra:{data['docId']}",) if data.get("docId") else (),
        )
