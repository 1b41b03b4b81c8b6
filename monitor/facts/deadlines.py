"""Until when: bids must be in, or enrolment closes. Dates of other acts are no deadline."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from monitor.facts.context import Context
from monitor.facts.dates import DateRange, Moment, settle, until_hour
from monitor.model import Fact, Stage, Update

_OPEN_STAGES = frozenset({Stage.NOTICE, Stage.AMENDMENT, Stage.FAILED, None})
_CHANGED = re.compile(
    r"(?:更正|变更|调整|修改|改|推迟|顺延|延期|延长|延后|延|提前)\s?(?:为|至|到|成)[:\"'\s]*(?:[\u4e00-\u9fff]{2,12}[:\s]+)?(?:北京时间)?$"
    r"|(?:postponed|extended|changed|moved|delayed|corrected|amended|revised) (?:from [^;]{0,70} )?(?:to|until)[\"'\s]*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?:由|从|自|原定|原|from)[:\"'\s]*(?:[^，。,;；\n]{0,6})$", re.IGNORECASE)
_OPEN_UNTIL = re.compile(r"即日起|从今天|今起|今日起|from now on|from today", re.IGNORECASE)
_CLOSED = re.compile(
    r"[^。\n]{0,110}?(?:通道|投保|参保|窗口|页面|入口|channel|window|enrol|sign-up)[^。\n]{0,90}?(?:关闭|关停|关上|关门|停止|下线|结束|截止|收官|落幕|圆满|closed|ended)",
    re.IGNORECASE,
)
_REPORTS = re.compile(r"记者|获悉|了解到|发布|公布|通报|宣布|announced|said|reported")
_ORIGINALLY = re.compile(r"原定[^，。]{0,6}$|originally[^,.]{0,30}$", re.IGNORECASE)
_NEWS_OF_THE_DAY = re.compile(r"(?:^|[\n。])\s?(?:\([^)]*\)\s?)?$")
_OPENED = re.compile(r"开标|开启|揭标|拆封|opened|opening", re.IGNORECASE)
_SHUTS = re.compile(r"\s?(?:\d{1,2}[时点:](?:\d{2})?)?(?:之?前|截止|截至|止|关闭|关门|结束|停止|关停)")
_BY_THEN = re.compile(r"\s?(?:以|之)?前[，,]")
_CLAIM_FIELDS = ("documents", "objections", "period", "fee")


def deadline(context: Context) -> tuple[Fact, ...]:
    """The closing time of the bids, or of a product's enrolment; ISO 8601, a bare date where no hour is printed."""
    found = None
    if context.is_tender and context.stage in _OPEN_STAGES:
        found = _bids_by_field(context) or _bids_by_prose(context)
    if found is None and context.is_huiminbao:
        found = _enrolment(context)
    if found is None:
        return ()
    found = until_hour(context.whole, found)
    settled = settle(found, context.published, _context_year(context, found))
    iso = settled.iso()
    return (context.fact("deadline", iso, found.start, found.end),) if iso else ()


_STATED = re.compile(
    r"(?:投标|响应|申请|报价|比选|递交|提交)[^，。；]{0,14}截止(?:时间|日期|期)?(?:及开标时间)?(?:为|是|:|于)*\s?$|截标(?:时间)?[为:]*\s?$"
    r"|(?:deadline for (?:bids|submission)[^.;]{0,30}|bids (?:are|is) due)(?: is| was|:)?(?: on| by| at)? $",
    re.IGNORECASE,
)


def stated_deadlines(context: Context) -> Iterator[Fact]:
    """Every closing time that is marked as one beyond doubt: under its label, or right behind the words for it."""
    if not (context.is_tender and context.stage in _OPEN_STAGES):
        return
    inside_fields = [(f.start, f.end) for f in context.layout.fields]
    found: list[Moment] = []
    for field in context.layout.of("deadline"):
        if field.old or field.lot or field.role in _CLAIM_FIELDS:
            continue
        inside = [m for m in context.moments if field.start <= m.start < field.end]
        if inside:
            found.append(_replacement(context, inside) or inside[-1 if _is_range(context, inside) else 0])
    for moment in context.moments:
        before = context.whole[context.clause(moment.start).start : moment.start]
        free = not any(start <= moment.start < end for start, end in inside_fields)
        if free and _STATED.search(before) and not _ORIGINALLY.search(before):
            found.append(moment)
    for moment in found:
        settled = settle(until_hour(context.whole, moment), context.published, _context_year(context, moment))
        if iso := settled.iso():
            yield context.fact("deadline", iso, moment.start, moment.end)


def _context_year(context: Context, moment: Moment) -> int | None:
    before = [m.year for m in context.moments if m.year is not None and m.start < moment.start]
    return before[-1] if before else next((m.year for m in context.moments if m.year is not None), None)


def _bids_by_field(context: Context) -> Moment | None:
    for role in ("deadline", "opening"):
        for field in context.layout.of(role):
            if field.old:
                continue
            inside = [m for m in context.moments if field.start - len(field.label) - 4 <= m.start < field.end]
            if inside:
                return _replacement(context, inside) or inside[-1 if _is_range(context, inside) else 0]
    return None


def _replacement(context: Context, moments: list[Moment]) -> Moment | None:
    """The date that an amendment puts in the place of another."""
    for moment in moments:
        if _CHANGED.search(context.whole[max(0, moment.start - 14) : moment.start]):
            return moment
    return None


def _is_range(context: Context, moments: list[Moment]) -> bool:
    return len(moments) > 1 and any(r.first.start == moments[0].start for r in context.ranges)


def _bids_by_prose(context: Context) -> Moment | None:
    words = context.words
    best: tuple[float, Moment] | None = None
    for moment in context.moments:
        if any(f.role in _CLAIM_FIELDS and f.start <= moment.start < f.end for f in context.layout.fields):
            continue
        clause = context.clause(moment.start)
        before = context.whole[clause.start : moment.start]
        after = context.whole[moment.end : max(clause.end, moment.end)][:24]
        if _BY_THEN.fullmatch(after):
            after += context.whole[clause.end : context.clause(clause.end).end]  # "27日17点以前，把材料交到…"
        score = 0.0
        if words["bid_deadline"].search(before):
            score += 3
        if words["bid_deadline"].search(after):
            score += 2.5
        if words["bid_deadline"].search(context.before(clause.start + 1, 40)):
            score += 0.5
        if score == 0 or any(words[g].search(before[-24:] + after) for g in ("not_deadline", "not_bid")):
            continue
        if _CHANGED.search(before):
            score += 3
        elif _FROM.search(before):
            score -= 3
        if moment.hour is not None:
            score += 1
        if _starts_range(context, moment):
            score -= 3
        if _OPENED.search(before) and not words["closing"].search(before):
            score -= 1.5  # the deadline, where both are printed
        if best is None or score > best[0]:
            best = score, moment
    return best[1] if best and best[0] >= 2.5 else None


def _starts_range(context: Context, moment: Moment) -> bool:
    return any(r.first.start == moment.start for r in context.ranges)


def _enrolment(context: Context) -> Moment | None:
    best: tuple[float, Moment] | None = None
    for moment in context.moments:
        score = _score_enrolment(context, moment)
        if score > 0 and (best is None or score > best[0]):
            best = score, moment
    if best is None:
        return None
    for joined in context.ranges:  # the range's end knows its year from the range's start
        if joined.last.start == best[1].start:
            return joined.last
    return best[1]


def _score_enrolment(context: Context, moment: Moment) -> float:
    words = context.words
    clause = context.clause(moment.start)
    before = context.whole[clause.start : moment.start]
    after = context.whole[moment.end : max(clause.end, moment.end)][: 26 * context.window]
    sentence = context.sentence(moment.start)
    joined = next((r for r in context.ranges if r.last.start == moment.start), None)
    if joined and _ORIGINALLY.search(context.whole[max(0, joined.start - 30 * context.window) : joined.start]):
        joined = None  # "originally due to close on …, will stay open until …": two closings, no range
    if _starts_range(context, moment):
        return 0
    if joined is not None:
        before = context.whole[context.clause(joined.start).start : joined.start]
    own = before[-30 * context.window :] + "|" + after
    led_in = context.whole[sentence.start : moment.start]
    against = words["not_enrolment"].search(own)
    if against and not _means_enrolment(context, joined, own):
        return 0
    if _FROM.search(before) and _CHANGED.search(context.whole[moment.end : moment.end + 12]):
        return 0
    if _ORIGINALLY.search(before) or (
        _NEWS_OF_THE_DAY.search(context.whole[: moment.start])
        and not _CLOSED.match(context.whole, moment.end)
        and not _SHUTS.match(context.whole, moment.end)
    ):
        return 0
    shut = bool(_CLOSED.match(context.whole, moment.end)) and not _another_date(context, moment)
    opened = bool(_OPEN_UNTIL.search(led_in)) or (joined is not None and _about_now(context, joined))
    subject = bool(words["enrolment"].search(own)) or bool(words["enrolment"].search(led_in[-50 * context.window :]))
    subject = subject or (
        context.classification.update is Update.ENROLMENT and bool(_SHUTS.match(context.whole, moment.end))
    )
    if not (subject or shut or opened) or words["not_deadline"].search(before[-24 * context.window :]):
        return 0
    score = 0.0
    closes = shut or _closes(context, moment, before, after)
    if joined is not None:
        score += 2 if not closes else 3
    elif closes:
        score += 3
    else:
        return 0
    if words["enrolment"].search(own) or shut:
        score += 1.5
    elif opened:
        score += 0.5
    if _CHANGED.search(context.whole[max(0, moment.start - 14) : moment.start]):
        score += 3
    if words["statistic"].search(after) or (
        before.rstrip().endswith(("截至", "截止", "截止到", "截至到")) and _counts_follow(context, moment)
    ):
        score -= 4
    if context.in_title(moment.start):
        score += 0.5
    return score


def _closes(context: Context, moment: Moment, before: str, after: str) -> bool:
    closing, reach = context.words["closing"], 28 if context.document.is_english else 16
    return bool(closing.match(after.lstrip(" )")) or closing.search(after[:14]) or closing.search(before[-reach:]))


def _counts_follow(context: Context, moment: Moment) -> bool:
    """ "截至11月26日参保人数达101万" states a count; "截至…投保关闭" closes."""
    following = context.whole[moment.end : moment.end + 60]
    return not re.match(r"[^。；]{0,45}(?:关闭|关停|关上|关门|停止|结束|收官|截止)", following)


def _another_date(context: Context, moment: Moment) -> bool:
    """Another date stands before the word that closes, or right behind it."""
    closing = _CLOSED.match(context.whole, moment.end)
    if closing is None:
        return False
    if _REPORTS.search(closing.group()):
        return True
    behind = closing.end() + 8
    stop = re.search(r"[。；，]|\. ", context.whole[closing.end() : behind])
    behind = closing.end() + stop.start() if stop else behind
    return any(moment.end <= m.start < behind for m in context.moments)


def _about_now(context: Context, joined: DateRange) -> bool:
    """The range opens about the day of publication and is shorter than a year's cover."""
    if context.published is None:
        return False
    first = settle(joined.first, context.published).date()
    last = settle(joined.last, context.published).date()
    today = context.published.date()
    if first is None or last is None:
        return False
    return abs((first - today).days) <= 3 and 3 < (last - first).days <= 200


def _means_enrolment(context: Context, joined: DateRange | None, own: str) -> bool:
    """ "insurance period" of a translation is the enrolment window where it opens about the day of publication."""
    if joined is None or not re.search(r"insurance period", own, re.IGNORECASE) or context.published is None:
        return False
    first = settle(joined.first, context.published).date()
    today = context.published.date()
    return first is not None and today - dt.timedelta(days=60) <= first <= today + dt.timedelta(days=30)
