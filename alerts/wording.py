"""Our own words in a message, by language. Everything else in a message is the alert's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerts.escape import Safe
from alerts.model import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The words around an alert. `colon` and the brackets are punctuation of the language."""

    lang: str
    colon: str
    evidence: str
    original: str
    copies: str
    published: str
    found: str
    repeat: str
    repeat_note: str
    more_facts: str
    more_copies: str
    footer: str
    severity: Mapping[Severity, str]

    def omitted_facts(self, count: int) -> str:
        """The line that says how many facts had no room."""
        return self.more_facts.format(count=count)

    def omitted_copies(self, count: int) -> str:
        """The line that says how many copies are not listed."""
        return self.more_copies.format(count=count)


ZH: Final = Wording(
    lang="zh-CN",
    colon="：",
    evidence="原文",
    original="查看原文",
    copies="其他刊载",
    published="发布",
    found="发现",
    repeat="可能重复",
    repeat_note="上次发送未收到回执，本条可能重复。",
    more_facts="另有 {count} 项，见原文",
    more_copies="另有 {count} 处刊载",
    footer="由新闻监测自动发送",
    severity={Severity.INFO: "动态", Severity.NOTICE: "提醒", Severity.URGENT: "紧急"},
)

EN: Final = Wording(
    lang="en",
    colon=Safe(": "),  # as it is: escaping would strip the space
    evidence="Evidence",
    original="Read the original",
    copies="Also published at",
    published="Published",
    found="Found",
    repeat="may be a repeat",
    repeat_note="The last attempt got no answer, so this may be a repeat.",
    more_facts="{count} more in the original",
    more_copies="{count} more copies",
    footer="Sent automatically by the news monitor",
    severity={Severity.INFO: "News", Severity.NOTICE: "Notice", Severity.URGENT: "Urgent"},
)


def wording(lang: str) -> Wording:
    """The words for a language tag; English where we have none of its own."""
    return ZH if lang.lower().startswith("zh") else EN
