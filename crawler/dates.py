"""Dates as Chinese sites write them, to aware UTC with a stated precision.

A time without zone is China time (+08:00, no daylight saving). A missing year is taken from `now` and rolled back when the
result would lie more than 31 days ahead. Relative words (3小时前, 昨天) need `now`. A bare date has precision `day` and
stands for its first minute in China. Two-digit years and American month-first numbers are not guessed at.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")
EARLIEST_YEAR = 1995
_AHEAD = dt.timedelta(days=31)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A point in time (aware UTC) and how exactly it was given: `minute` or `day`."""

    at: dt.datetime
    precision: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a Moment needs an aware datetime")


_CLOCK = (
    r"(?:\s*[,，]?\s*(?:(?:星期|周)[一二三四五六日天]\s*)?"
    r"(?P<half>上午|下午|晚上|凌晨|中午|早上)?\s*"
    r"(?P<hour>[01]?\d|2[0-4])\s*[:时点]\s*(?P<minute>[0-5]\d)(?!\d)\s*分?(?:\s*[:]?\s*(?P<second>[0-5]\d)(?:\.\d+)?(?!\d)\s*秒?)?"
    r"\s*(?P<ampm>[ap]\.?m\b\.?)?\s*(?P<zone>Z\b|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d))?)?"
)
_ISO_T = r"(?:T|\s*)"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH_WORDS = {
    name: number
    for number, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_MONTH_NAME = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_FULL = (
    re.compile(rf"(?<!\d){_YEAR}\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]{_CLOCK}"),
    re.compile(
        rf"(?<!\d){_YEAR}\s?(?P<sep>[-./])\s?(?P<month>\d{{1,2}})\s?(?P=sep)\s?(?P<day>\d{{1,2}})(?!\d){_ISO_T}{_CLOCK}"
    ),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH_NAME}\.?,?[\s-]+{_YEAR}{_CLOCK}", re.IGNORECASE
    ),
    re.compile(rf"\b{_MONTH_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}{_CLOCK}", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>\d{{1,2}})月\s+{_YEAR}{_CLOCK}"),
    re.compile(r"(?<!\d)(?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)" + _CLOCK),
)
_CHINESE_YEAR = re.compile(
    r"([二一][〇零○O0九八]?[〇零○O一二三四五六七八九0-9]{2,3})\s*年\s*([一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_YEARLESS = (
    re.compile(rf"(?<![\d年])(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]{_CLOCK}"),
    re.compile(
        rf"(?<![\d.:/第-])(?P<month>0?[1-9]|1[0-2])(?P<sep>[-/])(?P<day>0?[1-9]|[12]\d|3[01])(?![\d/号期条章版楼-]){_CLOCK}"
    ),
)
_AGO = re.compile(
    r"(?P<count>\d{1,3}|[一二两三四五六七八九十半几])\s*(?P<half>个半)?个?\s*(?P<unit>秒|分钟|小时|钟头|天|日|周|星期|月|年)钟?\s*(?:之|以)?前"
)
_AGO_EN = re.compile(r"(?P<count>\d{1,3}|an?)\s*(?P<unit>second|minute|min|hour|hr|day|week)s?\s+ago", re.IGNORECASE)
_DAY_WORD = re.compile(rf"(?P<word>今天|今日|昨天|昨日|前天)\s*{_CLOCK}")
_JUST_NOW = re.compile(r"刚刚|刚才|just now", re.IGNORECASE)
_CLOCK_ONLY = re.compile(r"^\s*(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?\s*$")
_EPOCH = re.compile(r"^\s*(\d{10}|\d{13})(?:\.\d+)?\s*$")
_DIGITS = {char: index for index, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "两": 2}
_UNIT_SECONDS = {
    "秒": 1, "second": 1, "分钟": 60, "minute": 60, "min": 60, "小时": 3600, "钟头": 3600, "hour": 3600, "hr": 3600,
    "天": 86400, "日": 86400, "day": 86400, "周": 604800, "星期": 604800, "week": 604800, "月": 2592000, "年": 31536000,
}  # fmt: skip
_URL_DATES = (
    re.compile(r"/t((?:19|20)\d{2})(\d{2})(\d{2})_\d+"),
    re.compile(r"/((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})(?:/|[^\d])"),
    re.compile(r"/((?:19|20)\d{2})[-/]?(\d{2})[-/](\d{2})(?:/|[^\d])"),
    re.compile(r"/((?:19|20)\d{2})/(\d{2})(\d{2})/"),
    re.compile(r"/((?:19|20)\d{2})(\d{2})(\d{2})/"),
    re.compile(r"/(?:a|news)/(?:\w+,)?((?:20)\d{2})(\d{2})(\d{2})\d{10}\.html"),
)


def parse_moment(text: str, *, now: dt.datetime | None = None, relative: bool = True) -> Moment | None:
    """The first date in `text` by order of certainty: full dates, epochs, relative words, dates without year.

    `now` (aware) is needed for relative words and missing years; without it those give None. `relative` off passes over
    relative words, where `now` is only good for the year.
    """
    value = unicodedata.normalize("NFKC", text).replace("​", "").strip()
    if not value:
        return None
    if found := _EPOCH.match(value):
        return from_epoch(int(found.group(1)))
    if moment := _first_full(value):
        return moment
    if now is None:
        return None
    return (_relative(value, now) if relative else None) or _yearless(value, now)


def from_epoch(number: float) -> Moment | None:
    """Epoch seconds, or milliseconds where the number has their size; None outside 1995 to 2100."""
    seconds = number / 1000 if number >= 1e11 else float(number)
    if not 788918400 <= seconds < 4102444800:
        return None
    return Moment(at=dt.datetime.fromtimestamp(seconds, dt.UTC), precision="minute")


def from_value(value: object, *, now: dt.datetime | None = None) -> Moment | None:
    """A date out of JSON: a number is an epoch, a string any written shape, everything else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return from_epoch(value) or (parse_moment(str(value)) if isinstance(value, int) else None)
    return parse_moment(value, now=now) if isinstance(value, str) else None


def from_url(url: str) -> Moment | None:
    """The date that a URL's path carries (`/t20260929_1.htm`, `/art/2026/6/3/`, `/2026-02-04/`): precision `day`."""
    path = urlsplit(url).path + "/"
    for pattern in _URL_DATES:
        if found := pattern.search(path):
            year, month, day = (int(group) for group in found.groups())
            if moment := _day(year, month, day):
                return moment
    return None


def _first_full(value: str) -> Moment | None:
    best: tuple[int, Moment] | None = None
    for pattern in _FULL:
        for found in pattern.finditer(value):
            moment = _from_match(found, int(found["year"]))
            if moment and (best is None or found.start() < best[0]):
                best = (found.start(), moment)
            if moment:
                break
    if written := _CHINESE_YEAR.search(value):
        moment = _from_chinese(written)
        if moment and (best is None or written.start() < best[0]):
            best = (written.start(), moment)
    return best[1] if best else None


def _from_match(found: re.Match[str], year: int) -> Moment | None:
    groups = found.groupdict()
    month = _MONTH_WORDS[groups["name"].lower().rstrip(".")] if groups.get("name") else int(groups["month"])
    day = _day(year, month, int(groups["day"]))
    return _at_clock(day, groups) if day else None


def _at_clock(day: Moment, groups: dict[str, str | None]) -> Moment:
    if not groups.get("hour"):
        return day
    hour = int(groups["hour"] or 0)
    half, ampm = groups.get("half") or "", (groups.get("ampm") or "").lower()
    afternoon = half in {"下午", "晚上"} or ampm.startswith("p") or (half == "中午" and hour < 11)
    if afternoon and hour < 12:
        hour += 12
    elif (ampm.startswith("a") or half == "凌晨") and hour == 12:
        hour = 0
    offset = dt.timedelta(hours=hour, minutes=int(groups.get("minute") or 0), seconds=int(groups.get("second") or 0))
    local = day.at.astimezone(CHINA).replace(tzinfo=_zone(groups.get("zone") or "")) + offset
    return Moment(at=local.astimezone(dt.UTC), precision="minute")


def _zone(text: str) -> dt.timezone:
    if not text:
        return CHINA
    if text[0] not in "+-":
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        return CHINA
    return dt.timezone((1 if text[0] == "+" else -1) * dt.timedelta(hours=hours, minutes=minutes))


def _day(year: int, month: int, day: int) -> Moment | None:
    if not EARLIEST_YEAR <= year < 2100:
        return None
    try:
        local = dt.datetime(year, month, day, tzinfo=CHINA)
    except ValueError:
        return None
    return Moment(at=local.astimezone(dt.UTC), precision="day")


def _from_chinese(found: re.Match[str]) -> Moment | None:
    year_text = "".join(str(_DIGITS.get(char, char)) for char in found.group(1))
    if not (year_text.isdigit() and len(year_text) == 4):
        return None
    return _day(int(year_text), _small_number(found.group(2)), _small_number(found.group(3)))


def _small_number(text: str) -> int:
    """一 to 九十九, as used for months, days and hours."""
    if "十" not in text:
        return int("".join(str(_DIGITS.get(char, 0)) for char in text) or 0)
    tens, _, ones = text.partition("十")
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def _relative(value: str, now: dt.datetime) -> Moment | None:
    found = _AGO.search(value) or _AGO_EN.search(value)
    if found:
        count_text, unit = found["count"].lower(), found["unit"].lower()
        count = (
            0.5
            if count_text == "半"
            else float(count_text)
            if count_text.isdigit()
            else float(_number_word(count_text))
        )
        if found.groupdict().get("half"):
            count += 0.5
        seconds = _UNIT_SECONDS[unit] * count
        at = now.astimezone(dt.UTC) - dt.timedelta(seconds=seconds)
        return Moment(at=at, precision="minute" if _UNIT_SECONDS[unit] <= 3600 else "day")
    if word := _DAY_WORD.search(value):
        back = {"今": 0, "昨": 1, "前": 2}[word["word"][0]]
        local = now.astimezone(CHINA) - dt.timedelta(days=back)
        day = _day(local.year, local.month, local.day)
        return _at_clock(day, word.groupdict()) if day else None
    if _JUST_NOW.search(value):
        return Moment(at=now.astimezone(dt.UTC), precision="minute")
    if clock := _CLOCK_ONLY.match(value):
        local = now.astimezone(CHINA)
        day = _day(local.year, local.month, local.day)
        return _at_clock(day, clock.groupdict()) if day else None
    return None


def _number_word(word: str) -> int:
    return 1 if word in {"a", "an"} else 3 if word == "几" else _small_number(word)


def _yearless(value: str, now: dt.datetime) -> Moment | None:
    today = now.astimezone(CHINA)
    for pattern in _YEARLESS:
        if found := pattern.search(value):
            for year in (today.year, today.year - 1):
                moment = _from_match(found, year)
                if moment and moment.at <= now + _AHEAD:
                    return moment
            return None
    return None
