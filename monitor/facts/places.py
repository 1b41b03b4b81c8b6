"""Which places are the subject: the city of the project or product, not the districts of its lots or the branch that acts."""

from __future__ import annotations

import re
from collections import defaultdict

from monitor.facts.context import Context
from monitor.model import Fact, Update
from monitor.regions import RegionMention
from monitor.text import normalise

COUNTRY = "100000"
_OURS = re.compile(r"[我本全][市县区州盟]|市医保局|市医疗保障局|县医保局|县医疗保障局")
_CENTRAL = re.compile(
    r"国家(?:医疗保障局|医保局|卫生健康委|卫健委|发展改革委)|(?:国家)?金融监(?:督管理|管)总局(?![\u4e00-\u9fff]{2,6}(?:监管局|分局))|中国?银保监会|银保监会|国务院|财政部|人力资源社会保障部|民政部|国家税务总局(?!\S{2,4}税务局)"
    r"|China Banking and Insurance Regulatory Commission|National Healthcare Security Administration|National Financial Regulatory Administration"
    r"|State Council|CBIRC|NHSA|NFRA|China's (?:insurance|financial|healthcare|banking)[^.]{0,20}regulator",
)
_COUNT = re.compile(
    r"(?P<n>[两二三四五六七八九十]|\d{1,2})\s?(?:个)?(?:市|城(?!乡|镇|市|区)|地(?!方|区)|县|区|州)(?!级|民|内|场|区)|(?:all )?(?P<en>two|three|four|five|six) (?:cities|counties|districts)"
)
_NUMBERS = {
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
}
_QUOTED_COVER = re.compile(r'"[\u4e00-\u9fff]{2,8}[保康]"|"[A-Z][A-Za-z ]+(?:[Bb]ao|Insurance)"')
_SOMETHING_OF = re.compile(
    r"(?:的?银行|户口|戶口|同胞|身份|护照|医疗券)"
)  # 香港户口 is a kind of account, no place of the news
_IN_QUOTED_COVER = re.compile(r'"[^"\n]{2,40}(?:[保康]|[Bb]ao|Insurance|Plan)"')
_ORDINAL = frozenset("一二三四五六七八九十")
_MERGED = re.compile(r"各市|各地市|全省|整合|等[一二三四五六七八九十\d]+(?:个|款)?(?:产品|市)|all cities")
_ADDRESS = re.compile(r"(?:地址|地点|注册地)[:：][^\n]{0,30}$")
_BRANCH_AFTER = re.compile(r"[\u4e00-\u9fff]{0,4}?(?:中心支公司|支公司|分公司|营业部)| Branch| branches")


def regions(context: Context, project: str, buyer: str) -> tuple[Fact, ...]:
    """Six-digit codes at the finest level that the text makes the subject; `100000` for acts of central bodies."""
    mentions = [p for p in context.places if p.code != COUNTRY and not _is_part_of_name(context, p)]
    if _is_national(context, mentions):
        found = _CENTRAL.search(context.whole)
        assert found is not None
        return (context.fact("regions", COUNTRY, found.start(), found.end()),)
    several = _several(context, mentions)
    if several:
        return tuple(context.fact("regions", p.code, p.start, p.end) for p in several)
    scores = _scores(context, mentions, project, buyer)
    if not scores:
        return _of_the_publisher(context)
    chosen = _city_of(context, _finest(context, scores), scores)
    first = next((p for p in mentions if p.code == chosen), None)
    if first is None:
        product = next(m for m in context.products)
        return (context.fact("regions", chosen, product.start, product.end, confidence=0.7),)
    return (context.fact("regions", chosen, first.start, first.end),)


def _of_the_publisher(context: Context) -> tuple[Fact, ...]:
    """ "全市参保192万人" on a bureau's own page: the place is the publisher's where the text says "our city"."""
    ours = _OURS.search(context.whole)
    places = context.vocabulary.regions.find(normalise(context.document.article.source).plain) if ours else ()
    finest = places[-1].code if places else ""
    if ours is None or not all(context.vocabulary.regions.within(finest, p.code) for p in places):
        return ()
    return (context.fact("regions", finest, ours.start(), ours.end(), confidence=0.6),) if finest else ()


def _is_part_of_name(context: Context, place: RegionMention) -> bool:
    """A county's name inside a product's (西湖 in 西湖益联保) or at the end of a quoted name (“银龄安康”) is no place."""
    line = context.whole.rfind("\n", 0, place.start) + 1
    quoted = context.whole.count('"', line, place.start) % 2 == 1
    if (
        place.start
        and context.whole[place.start - 1] == "第"
        and context.whole[place.start : place.start + 1] in _ORDINAL
    ):
        return True  # 第二道 (the second line of defence) is no 二道区
    if quoted and context.whole[place.end : place.end + 1] == '"' and context.whole[place.start - 1] != '"':
        return True
    start = context.whole.rfind('"', line, place.start)
    if quoted and start < place.start - 1 and _IN_QUOTED_COVER.match(context.whole, start):
        return True
    return place.level == "county" and any(m.start <= place.start and place.end <= m.end for m in context.products)


def _is_national(context: Context, mentions: list[RegionMention]) -> bool:
    """A central body issues or states something, and no place stands in the headline."""
    if context.is_huiminbao and context.classification.update is not Update.POLICY:
        return False
    head = context.whole[: context.lead_end()]
    if not _CENTRAL.search(head):
        return False
    return not any(context.in_title(p.start) for p in mentions)


def _scores(context: Context, mentions: list[RegionMention], project: str, buyer: str) -> dict[str, float]:
    scores: dict[str, float] = defaultdict(float)
    lead = context.lead_end()
    for i, place in enumerate(mentions):
        following = mentions[i + 1] if i + 1 < len(mentions) else None
        if following is not None and following.start - place.end <= 1 and _above(context, place.code, following.code):
            continue  # "黑龙江齐齐哈尔": the first only says where the second lies
        if _ADDRESS.search(context.whole, max(0, place.start - 40), place.start):
            continue
        branch = bool(_BRANCH_AFTER.match(context.whole, place.end))
        if _SOMETHING_OF.match(context.whole, place.end):
            continue
        if (
            context.is_huiminbao
            and place.level == "prefecture"
            and not context.in_title(place.start)
            and _beside_subject(context, place)
        ):
            scores[place.code] += 1.0
        weight = 3.0 if context.in_title(place.start) else 1.2 if place.start < lead else 0.4
        if branch:
            weight *= 0.35
        scores[place.code] += (
            weight
            if context.in_title(place.start) or place.start < lead
            else min(weight, 2 - min(2, scores[place.code] / 4))
        )
    for text, weight in ((project, 6.0), (buyer, 5.0)):
        for code in _places_of(context, text):
            scores[code] += weight
    subject = context.subject_product
    home = context.vocabulary.cities.get(subject or "")
    if context.is_huiminbao and home:
        # A product's name may be used in several cities: its home counts where nothing contradicts it.
        known = home in scores or any(_above(context, home, c) or _above(context, c, home) for c in scores)
        scores[home] += 0.0 if _MERGED.search(context.title) else 4.0 if known or not scores else 0.5
    return scores


def _beside_subject(context: Context, place: RegionMention) -> bool:
    """The sentence names the subject's product: its place, its insurer's branch or the bureau that guides it."""
    sentence = context.sentence(place.start)
    subject = context.subject_product
    if subject is not None:
        return any(m.code == subject and sentence.start <= m.start < sentence.end for m in context.products)
    return bool(_QUOTED_COVER.search(context.whole, sentence.start, sentence.end))  # a name that stands in no list


def _places_of(context: Context, text: str) -> tuple[str, ...]:
    """The places named in the project's or buyer's name, without those that only say where the next one lies."""
    if not text:
        return ()
    start = context.whole.find(text)
    inside = [
        p
        for p in context.places
        if not _is_part_of_name(context, p)
        and start >= 0
        and start <= p.start < start + len(text)
        and p.code != COUNTRY
    ]
    return tuple(
        p.code
        for i, p in enumerate(inside)
        if not (i + 1 < len(inside) and _above(context, p.code, inside[i + 1].code))
    )


def _above(context: Context, ancestor: str, code: str) -> bool:
    return ancestor != code and context.vocabulary.regions.within(code, ancestor)


def _finest(context: Context, scores: dict[str, float]) -> str:
    """The best place; a place within it takes over where headline, project or buyer name it, and it alone."""
    regions = context.vocabulary.regions
    # A place lends its weight to those it lies in: districts speak for their city.
    total = {
        code: s + sum(0.5 * t for c, t in scores.items() if c != code and regions.within(c, code))
        for code, s in scores.items()
    }
    best = max(total, key=lambda code: total[code])
    while True:
        within = [
            c for c in scores if c != best and regions.within(c, best) and scores[c] >= max(2.5, 0.45 * scores[best])
        ]
        closest = [c for c in within if not any(o != c and regions.within(c, o) for o in within)]
        if len(closest) != 1:
            return best
        best = closest[0]


def _city_of(context: Context, chosen: str, scores: dict[str, float]) -> str:
    """Huiminbao is sold by cities and provinces: a district stands for its city where the text names that too."""
    regions = context.vocabulary.regions
    if not context.is_huiminbao or regions.level(chosen) != "county":
        return chosen
    parent = regions.parent(chosen)
    return parent if parent in scores else chosen


def _several(context: Context, mentions: list[RegionMention]) -> list[RegionMention]:
    """ "在菏泽、临沂、潍坊、滨州四市": places that the text counts up as its subject."""
    head = context.whole[: context.lead_end()]
    for match in _COUNT.finditer(head):
        printed = (match["n"] or match["en"]).lower()
        number = int(printed) if printed.isdigit() else _NUMBERS[printed]
        if not 2 <= number <= 12:
            continue
        first: dict[str, RegionMention] = {}
        for place in mentions:
            if place.level in ("prefecture", "county") and not _BRANCH_AFTER.match(context.whole, place.end):
                first.setdefault(place.code, place)
        cities = [p for p in first.values() if p.level == "prefecture"] or list(first.values())
        listed = [p for p in cities if _enumerated(context, p)]
        if len(listed) >= number:
            counted = sorted(listed, key=lambda p: p.start)[:number]
            parents = {context.vocabulary.regions.parent(p.code) for p in counted}
            if not any(context.in_title(p.start) for p in mentions if p.code in parents and p.level == "prefecture"):
                return counted
    return []


def _enumerated(context: Context, place: RegionMention) -> bool:
    """Part of a list, or a project of its own ("菏泽项目")."""
    around = context.whole[max(0, place.start - 1) : place.start] + context.whole[place.end : place.end + 3]
    return "、" in around or "和" in around or "项目" in around or "," in around
