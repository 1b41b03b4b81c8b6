"""Where a text says that it comes from: （文章来源：…）, 来源：…, 稿源：….

The closing （文章来源：X） wins over a byline, since portals print their own name in the byline. Links cut names in half on
portal pages, so callers pass text whose inline nodes were joined without spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.traditional import folded

_NAME = r"(?P<name>[^\s（）()【】\[\]|｜丨，,。；;：:<>《》]{2,40}(?:[（(][^（）()\s]{1,15}[)）](?=\s*[)）]))?)"
_CLOSING = re.compile(
    rf"[（(【\[]\s*(?:文章|本文|原文|稿件|信息|资料|消息)?(?:来源|转自|摘自)\s*[:：]\s*(?:《)?{_NAME}》?[^（）()\n]{{0,20}}[)）】\]]\s*$"
)
_LABELLED = re.compile(
    r"(?:(?:文章|信息|稿件|新闻|内容|本文|原文|数据|资讯|消息)?(?:来源|稿源|出处|转载自|转自|摘自)|发布机构|来自)\s*[:：]\s*(?:《)?\s*"
    rf"{_NAME}"
)
_LABELLED_EN = re.compile(r"\bSource\s*:\s*(?P<name>[A-Z][\w .&'-]{2,40}?)(?:\s{2,}|\n|\||$)")
_CUT = re.compile(
    r"(?:\s*(?:作者|责任编辑|责编|编辑|记者|时间|发布(?=时间|日期|于|者|人|单位|机构|[:：\s])|发表(?=时间|日期|于|[:：\s])|阅读|浏览|点击|字号|字体|分享|评论|打印|日期|原标题|微博|微信公众号|记者|原创)).*$"
)
_NO_NAMES = frozenset(
    {"未知", "互联网", "网络", "本站", "原创", "转载", "本站原创", "综合", "其他", "无", "暂无", "作者", "不详"}
)
_TRAILING = re.compile(r"^\d{2,4}[-/年.].*|\d{4}-\d{1,2}-\d{1,2}.*$")


@dataclass(frozen=True, slots=True)
class SourceFound:
    """A publisher's name as printed, and whether it stood in a closing note rather than in a byline."""

    name: str
    closing: bool


def closing_source(text: str) -> str:
    """The name in a closing （文章来源：X） among the last lines of `text`; empty if there is none."""
    for line in reversed(text.rstrip().splitlines()[-4:]):
        if found := _CLOSING.search(line.strip()):
            return clean_source(found["name"])
    return ""


def strip_closing(text: str) -> str:
    """`text` without a closing （文章来源：X）: it is kept as the source, and belongs to the credits."""
    lines = text.rstrip().splitlines()
    for index in range(len(lines) - 1, max(-1, len(lines) - 5), -1):
        if found := _CLOSING.search(lines[index].strip()):
            rest = lines[index].strip()[: found.start()].rstrip()
            lines[index : index + 1] = [rest] if rest else []
            return "\n".join(lines).rstrip()
    return text.rstrip()


def labelled_source(text: str) -> str:
    """The name after 来源： or Source: in a byline's text; empty if there is none."""
    found = _LABELLED.search(folded(text)) or _LABELLED_EN.search(text)
    return clean_source(text[slice(*found.span("name"))]) if found else ""


def clean_source(name: str) -> str:
    """A printed name without the labels that follow it on the same line; empty for words that name nobody."""
    cleaned = _CUT.sub("", name.strip()).strip(" 　：:|·-—_/\"'“”《》[]【】")
    cleaned = _TRAILING.sub("", cleaned).strip()
    return "" if cleaned in _NO_NAMES or len(cleaned) < 2 else cleaned
