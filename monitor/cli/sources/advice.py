"""What a failure means and what to do next, by its kind: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened, and what to do about it in either language."""

    happened: str
    chinese: str
    english: str


ADVICE = {
    "unreachable": Advice(
        "连不上主机 the host cannot be reached",
        "检查网络和地址；境外常连不上政府网站；过一会再试",
        "check network and address; many government sites do not answer abroad; try later",
    ),
    "http_error": Advice(
        "服务器没有给出内容 the server answered without content",
        "404、410：地址已变，改 urls；401、403：用浏览器看一眼；5xx：稍后再试",
        "404, 410: mend the address; 401, 403: look at it in a browser; 5xx: try later",
    ),
    "blocked": Advice(
        "被站点拦下：封禁页或验证码 a ban or captcha page",
        "停几个小时，把 delay 和 every 调大；不破解验证码",
        "rest for hours, raise delay and every; captchas are never solved",
    ),
    "address": Advice(
        "指向内网或保留地址，未连接 a private or reserved address, not connected to",
        "是自己的服务，就在此来源写 allow_private: true",
        "if it is yours, write allow_private: true on this source",
    ),
    "robots": Advice(
        "robots.txt 不许抓 robots.txt forbids it",
        "照办，换个来源；自己的站点可关 crawler.obey_robots",
        "obey it, use another source; for sites of your own crawler.obey_robots may be off",
    ),
    "too_large": Advice(
        "正文超过上限 the body is over the cap",
        "值得就调大 crawler.max_body",
        "raise crawler.max_body if it is worth it",
    ),
    "empty": Advice(
        "返回成功但没有内容 a success without content",
        "稍后再试；一直如此就是接口变了",
        "try later; if it stays so the interface has changed",
    ),
    "shape": Advice(
        "内容不是预期的样子 not of the form that was expected",
        "站点可能改版：核对 kind 和 options 里的选择器、字段",
        "the site may have changed: compare kind, and the selectors and fields in options",
    ),
    "extraction": Advice(
        "页面里读不出文章 no article can be read on the page",
        "可能是视频、专题或登录页：用 options 的 deny 排除，或写页面对象（docs/adding-a-source.md）",
        "a video, a topic or a login page? leave such out with deny, or write a page object",
    ),
    "deadline": Advice(
        "时间用完了 time was up",
        "调大 crawler.deadline，或减少地址和关键词",
        "raise crawler.deadline, or have fewer addresses and keywords",
    ),
    "bug": Advice("程序出错 a fault of ours", "加 -vv 看详情，并报告", "run again with -vv, and report it"),
}
"""By `FailureKind`; a test holds that none is missing."""


def lines(problems: Iterable[tuple[str, str, str]], most: int) -> Iterator[str]:
    """Problems, given as (kind, detail, URL): each kind and detail once, at most so many, with what to do next."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for kind, detail, url in problems:
        grouped.setdefault((kind, detail), []).append(url)
    for (kind, detail), urls in list(grouped.items())[:most]:
        advice = ADVICE[kind]
        yield f"✗ {advice.happened} [{kind}]"
        yield f"  {urls[0]}{f' 等 {len(urls)} 个 and {len(urls) - 1} more' if len(urls) > 1 else ''}"
        yield f"  详情 detail: {detail}"
        yield f"  下一步：{advice.chinese}"
        yield f"  next: {advice.english}"
    if len(grouped) > most:
        yield f"另有 {len(grouped) - most} 种失败 more kinds of failure: --limit {len(grouped)}"
