"""When a source is looked at next and why, in words: Chinese first, English beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.inventory import Standing
from monitor.pacing import Why

WHY = {
    Why.YOUNG: "规律未知 rhythm unknown",
    Why.FIXED: "固定间隔 fixed interval",
    Why.BUSY: "忙时 busy hour",
    Why.SLACK: "闲时 quiet hour",
    Why.STIRRED: "刚有更新 just published",
    Why.SILENT: "久无更新 silent for long",
    Why.HINT: "服务器提示 server's hint",
    Why.HERALDED: "由中枢通知 its hub tells of news",
    Why.TOLD: "中枢刚通知 its hub told of news",
    Why.SOFT_FAULT: "轻微失败 soft fault",
    Why.TEMPORARY_FAULT: "暂时失败 temporary fault",
    Why.HARD_FAULT: "失败，须处理 hard fault",
    Why.RETRY_AFTER: "对方要求等候 asked to wait",
    Why.BLOCKED: "被封，休息 blocked, rests",
}
"""By reason; a test holds that none is missing."""
_TRUST = {
    "lies": "不信任其 304 its 304 is not trusted: it came although the content had changed",
    "churns": "不信任其 ETag its ETag is not trusted: it changes while the bytes do not",
}


def why(one: Standing) -> str:
    """`忙时 busy hour, 3.1 篇/时 articles/h`; empty before the first look."""
    pacing = one.record.pacing if one.record else {}
    if not pacing:
        return ""
    parts = [WHY[Why(pacing["why"])]]
    if failures := pacing.get("failures"):
        parts.append(f"×{failures}")
    if rate := pacing.get("rate"):
        parts.append(f"{rate:.2g} 篇/时 articles/h")
    return ", ".join(parts)


def when_and_why(one: Standing, zone: ZoneInfo, now: dt.datetime) -> str:
    """`14:20: 忙时 busy hour, …`, with the day where it is not today; empty where it is off or was never looked at."""
    if one.record is None or not one.source.enabled or not one.record.pacing:
        return ""
    at = one.record.next_check_at.astimezone(zone)
    return f"{at:{'%H:%M' if at.date() == now.astimezone(zone).date() else '%m-%d %H:%M'}}: {why(one)}"


def distrust(one: Standing) -> Iterator[str]:
    """What is not believed of its servers, by address."""
    for url, said in (one.record.state.get("urls", {}) if one.record else {}).items():
        if words := _TRUST.get(said.get("distrust", "")):
            yield f"{words} ({url})"
