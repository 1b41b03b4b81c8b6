"""Dates, times of day and ranges of dates, as notices and news print them.

A `Moment` keeps what was printed: a day, perhaps an hour, perhaps no year. Rules:

- all printed times are Beijing time; 24时 on the 31st is the 31st, without an hour;
- a missing year is taken from the range's other end, else from a word (今年, 明年), else it is the year that puts the date
  nearest to the day of publication, looking forward further than back (`settle`);
- "9:00 at most on …" needs its own label to be a deadline: this module only says what dates are there, never what they mean.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass, replace

from monitor.facts.quantities import chinese_number

BEIJING = dt.timezone(dt.timedelta(hours=8))
"""The zone of every printed time."""

_BACK = dt.timedelta(days=120)
_AHEAD = dt.timedelta(days=245)


@dataclass(frozen=True, slots=True)
class Moment:
    """A printed date. `year` is None where none was printed; `hour` is None where no time was printed.

    `month_given` is False for a bare day ("28日"), whose month is that of publication.
    """

    year: int | None
    month: int
    day: int
    hour: int | None
    minute: int
    start: int
    end: int
    month_given: bool = True
    year_shift: int | None = None

    def date(self) -> dt.date | None:
        """The day, None where the year is not known."""
        if self.year is None:
            return None
        return dt.date(self.year, self.month, self.day)

    def iso(self) -> str | None:
        """ISO 8601: a date where no time was printed, else a moment of Beijing time; None without a year."""
        day = self.date()
        if day is None:
            return None
        if self.hour is None:
            return day.isoformat()
        return dt.datetime.combine(day, dt.time(self.hour, self.minute), BEIJING).isoformat()


@dataclass(frozen=True, slots=True)
class DateRange:
    """Two printed dates joined by 至, "-" or "to"; a first date is None where only the end was printed."""

    first: Moment
    last: Moment
    start: int
    end: int


_MONTHS = {name: i + 1 for i, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
)}  # fmt: skip
_MONTH_WORD = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_HAN_DAY = "[一二三四五六七八九十]"

_CLOCK = r"""
    (?:\s?(?:\([^()\n]{1,8}\)|T|,|下班前\s?\())?\s?
    (?:
      (?P<half>上午|下午|晚上|晚|中午|凌晨|早上|傍晚)?\s?
      (?:
        (?P<hour>\d{1,2})\s?(?:[:]\s?(?P<minute>\d{2})(?::\d{2})?(?![\d])|[时点](?!\d*[%元万人])\s?(?:(?P<minute_han>\d{1,2})\s?分?(?:\d{1,2}秒)?|(?P<sharp>整)|(?P<thirty>半))?)
        | (?P<hour_han>[一二三四五六七八九十]{1,3})[时点](?:(?P<minute_word>[一二三四五六七八九十]{1,3})分|(?P<thirty_han>半)|整)?
      )
      |
      (?:at\ )?(?P<en_hour>\d{1,2})(?::(?P<en_minute>\d{2}))?\s?(?P<ampm>[ap]\.?m\.?)
    )
"""
_PATTERN = re.compile(
    rf"""
    (?:
      (?:(?<![\d.,-])|(?<=[./]\d-)|(?<=[./]\d\d-))
      (?:
        (?P<y1>(?:19|20)\d\d)\s?年\s?(?P<m1>\d{{1,2}})\s?月\s?(?P<d1>\d{{1,2}})(?:\s?(?:日|号)|(?![\d.]))
        | (?P<y2>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m2>\d{{1,2}})(?P=sep)(?P<d2>\d{{1,2}})(?![\d.]|-\d(?!\d{{3}}[./]))日?
        | (?P<shift>今年|明年|去年|次年|当年|本年|同年)?[ ]?(?P<m3>\d{{1,2}})\s?月\s?(?P<d3>\d{{1,2}})\s?(?:日|号)
        | (?P<d4>\d{{1,2}})日(?=24时|[,，。)\s24上下至零]|起|前|止|截)(?!至今)
      )
      | (?P<yh>[二][〇零○O0一二三四五六七八九]{{3}})年(?P<mh>{_HAN_DAY}{{1,2}})月(?P<dh>{_HAN_DAY}{{1,3}})日
      | (?P<mh2>(?<![\d〇零一二三四五六七八九]年)(?<![一二三四五六七八九十]){_HAN_DAY}{{1,2}})月(?P<dh2>{_HAN_DAY}{{1,3}})日
      | (?<![A-Za-z])(?P<mon>{_MONTH_WORD})\s(?P<de>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?(?![\d,]*\d{{3}}\s(?:yuan|people))(?:,?\s?(?P<ye>20\d\d))?
      | (?<![\d.])(?P<de2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<mon2>{_MONTH_WORD})(?:,?\s?(?P<ye2>20\d\d))?
    )
    (?:{_CLOCK})?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CLOCK_BEFORE = re.compile(
    r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<ampm>[ap]\.?m\.?)?)\s?(?:\(?(?:Beijing|local|China)[^)]{0,10}time\)?)?(?:,\s|,?\s?(?:on|of)\s)"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?$",
    re.IGNORECASE,
)
_CLOCK_AFTER = re.compile(
    r"\s?,?\s?(?:at|before|by)\s(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<ampm>[ap]\.?m\.?)?(?![\d%])",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"\s?[)\"]?(?:\([^()]{1,8}\)|零时|0时)?\s?(?:"
    r"(?:(?:起算|起|开始|生效)[\u4e00-\u9fff]{0,5}?)?[,，]?\s?(?:至|(?:一直)?(?:持续|延续|开放)(?:到|至)|[管用]?到|管至|—+|–|-|~|～|－|止|to|until|till|through|and(?= \w+ \d))"
    # The end in a clause of its own: "从10月15日零时起，截至…", "3月1日开启，将持续开放至…", "opens on … and runs until …".
    r"|(?:起|开始|启动|开启|开放|上线)[\u4e00-\u9fff]{0,6}?[,，]\s?(?:截至|截止(?:到|至|于|时间为)?|(?:将|可)?(?:一直)?持续(?:开放)?(?:到|至)|于)"
    r"|,? (?:and |then |it )?(?:will )?(?:runs?|lasts?|continues?|stays? open|remains? open|closes?|ends?|ending|lasting|running|expiring) (?:until|till|through|to|on)"
    r")\s?(?:于)?\s?(?:当年|同年)?\s?",
    re.IGNORECASE,
)


def find_moments(text: str) -> tuple[Moment, ...]:
    """All dates of the normalised `text` in order, with the time of day printed beside them."""
    found: list[Moment] = []
    for match in _PATTERN.finditer(text):
        moment = _moment(text, match)
        if moment is not None:
            found.append(moment)
    return tuple(found)


def find_ranges(text: str, moments: tuple[Moment, ...]) -> tuple[DateRange, ...]:
    """Neighbouring dates joined as "from … to …"; the end takes a missing year from the start and the other way round."""
    ranges: list[DateRange] = []
    for first, last in itertools.pairwise(moments):
        between = _JOIN.fullmatch(text, first.end, last.start)
        if between is None:
            continue
        ranges.append(_joined(first, last))
    return tuple(ranges)


def _joined(first: Moment, last: Moment) -> DateRange:
    if not last.month_given:
        last = replace(last, month=first.month, month_given=True)
    if last.year is None and first.year is not None:
        wraps = last.year_shift == 1 or (last.year_shift is None and (last.month, last.day) < (first.month, first.day))
        last = replace(last, year=first.year + (1 if wraps else 0))
    elif first.year is None and last.year is not None:
        wraps = (last.month, last.day) < (first.month, first.day)
        first = replace(first, year=last.year - (1 if wraps else 0))
    return DateRange(first, last, first.start, last.end)


_UNTIL_HOUR = re.compile(
    r"\s?(?:至|到|—+|-|~|to|until)\s?(?P<half>上午|下午)?\s?(?P<hour>\d{1,2})\s?[:时点]\s?(?P<minute>\d{2})?(?!\s?[月日\d])",
    re.IGNORECASE,
)


def until_hour(text: str, moment: Moment) -> Moment:
    """The end of a span of hours on one day: 14:00 to 14:30 ends at 14:30. The moment itself where no span is printed."""
    found = _UNTIL_HOUR.match(text, moment.end) if moment.hour is not None else None
    if found is None:
        return moment
    hour = int(found["hour"]) + (12 if found["half"] == "下午" and int(found["hour"]) < 12 else 0)
    minute = int(found["minute"] or 0)
    if (hour, minute) <= (moment.hour, moment.minute) or hour > 23 or minute > 59:
        return moment
    return replace(moment, hour=hour, minute=minute, end=found.end())


def settle(moment: Moment, published: dt.datetime | None, context_year: int | None = None) -> Moment:
    """The moment with a year: its own, else by 今年/明年, else the one nearest to the day of publication.

    `context_year` (the last year printed before it) stands in where the day of publication is not known.
    """
    if published is None:
        if moment.year is not None or context_year is None:
            return moment
        return replace(moment, year=context_year + (moment.year_shift or 0))
    today = published.astimezone(BEIJING).date()
    if not moment.month_given:
        moment = replace(moment, month=today.month if moment.day <= today.day + 15 else (today.month - 2) % 12 + 1)
    if moment.year is not None:
        return moment
    if moment.year_shift is not None:
        return replace(moment, year=today.year + moment.year_shift)
    best = today.year
    for year in (today.year, today.year - 1, today.year + 1):
        day = _day(year, moment.month, moment.day)
        if day is not None and -_BACK <= day - today <= _AHEAD:
            best = year
            break
    return replace(moment, year=best)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _moment(text: str, match: re.Match[str]) -> Moment | None:
    year, month, day = _calendar(match)
    if not 1 <= month <= 12 or not 1 <= day <= 31 or _day(year or 2024, month, day) is None:
        return None
    start, end = match.start(), match.end()
    hour, minute = _clock(match)
    if hour is None and (match["mon"] or match["mon2"]):
        before = _CLOCK_BEFORE.search(text, max(0, start - 40), start)
        after = _CLOCK_AFTER.match(text, end)
        if before and (before["minute"] or before["ampm"]):
            hour, minute = _english_clock(before["hour"], before["minute"], before["ampm"])
            start = before.start()
        elif after and (after["minute"] or after["ampm"]):
            hour, minute = _english_clock(after["hour"], after["minute"], after["ampm"])
            end = after.end()
    if hour is not None and (hour > 23 or minute > 59):
        hour, minute = None, 0  # 24时 is the end of that day, not the next
    shift = {"今年": 0, "当年": 0, "本年": 0, "同年": 0, "明年": 1, "次年": 1, "去年": -1}.get(match["shift"] or "")
    return Moment(year, month, day, hour, minute, start, end, match["d4"] is None, shift)


def _calendar(match: re.Match[str]) -> tuple[int | None, int, int]:
    if match["y1"]:
        return int(match["y1"]), int(match["m1"]), int(match["d1"])
    if match["y2"]:
        return int(match["y2"]), int(match["m2"]), int(match["d2"])
    if match["m3"]:
        return None, int(match["m3"]), int(match["d3"])
    if match["d4"]:
        return None, 1, int(match["d4"])
    if match["yh"]:
        digits = "".join(str("〇一二三四五六七八九".find(c)) for c in re.sub("[零○O0]", "〇", match["yh"]))
        return int(digits), _han(match["mh"]), _han(match["dh"])
    if match["mh2"]:
        return None, _han(match["mh2"]), _han(match["dh2"])
    name = (match["mon"] or match["mon2"])[:3].lower()
    month = next(i for full, i in _MONTHS.items() if full.startswith(name))
    year = match["ye"] or match["ye2"]
    return int(year) if year else None, month, int(match["de"] or match["de2"])


def _han(numeral: str) -> int:
    return int(chinese_number(numeral) or 0)


def _clock(match: re.Match[str]) -> tuple[int | None, int]:
    if match["en_hour"]:
        return _english_clock(match["en_hour"], match["en_minute"], match["ampm"])
    if match["hour"]:
        hour = int(match["hour"])
        minute = 30 if match["thirty"] else int(match["minute"] or match["minute_han"] or 0)
    elif match["hour_han"]:
        hour = _han(match["hour_han"])
        minute = 30 if match["thirty_han"] else _han(match["minute_word"]) if match["minute_word"] else 0
    else:
        return None, 0
    if match["half"] in ("下午", "晚上", "晚", "傍晚") and hour < 12:
        hour += 12
    if match["half"] == "中午" and hour < 3:
        hour += 12
    if match["half"] in ("晚上", "晚") and hour == 12:
        hour = 24  # 晚12点 is the end of the day
    return hour, minute


def _english_clock(hour: str, minute: str | None, ampm: str | None) -> tuple[int, int]:
    h = int(hour)
    half = (ampm or "").lower()[:1]
    if half == "p" and h < 12:
        h += 12
    if half == "a" and h == 12:
        h = 0
    return h, int(minute or 0)
