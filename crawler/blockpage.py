"""HTTP 200 is not success: pages that say that we are banned, must prove to be human, or should come back later.

Markers are looked for in the title, and in the text only of short pages: 验证码 and the like occur in ordinary articles and
in comments of normal pages. A false alarm costs an hour of a host, a miss costs one failed extraction.
"""

from __future__ import annotations

import re

from crawler.encoding import decode

_TITLE = re.compile(r"<title[^>]*>\s*(.{0,200}?)\s*</title>", re.IGNORECASE | re.DOTALL)
_TITLE_MARK = re.compile(
    r"频繁访问|访问过于频繁|百度安全验证|安全验证|访问被阻断|访问受限|访问被拒绝|人机验证|滑动验证|请输入验证码|验证中心|"
    r"Just a moment|Attention Required|Access Denied|Security Check|Are you a robot|antispider",
    re.IGNORECASE,
)
_TEXT_MARK = re.compile(
    r"频繁访问|访问过于频繁|操作过于频繁|请求过于频繁|访问频率过[高快]|百度安全验证|访问被阻断|请输入验证码|请完成(?:安全)?验证|拖动滑块|"
    r"您的IP|/antispider/|人机验证|unusual traffic|captcha|Request unsuccessful\. Incapsula",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]+>", re.IGNORECASE | re.DOTALL)
_SHORT = 400
_SHORT_TITLE = 24
_MAX_BYTES = 30_000


def find_block(body: bytes, content_type: str = "") -> str:
    """Why the page is a ban or captcha page; empty if it is not."""
    if not body or re.search(r"json|rss|atom|text/xml|application/xml", content_type, re.IGNORECASE):
        return ""
    head = decode(body[:_MAX_BYTES], content_type=content_type).text
    title = _TITLE.search(head)
    # A headline about captchas is long; a ban page's title says little else.
    if title and len(title.group(1)) <= _SHORT_TITLE and (mark := _TITLE_MARK.search(title.group(1))):
        return f"the page's title says {mark.group()!r}"
    if len(body) > _MAX_BYTES:
        return ""
    visible = " ".join(_MARKUP.sub(" ", head).split())
    if len(visible) <= _SHORT and (mark := _TEXT_MARK.search(visible)):
        return f"a short page says {mark.group()!r}"
    return ""
