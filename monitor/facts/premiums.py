"""What cover costs: the tiers that a person pays a year."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.facts import scope
from monitor.facts.context import Context
from monitor.facts.quantities import PER_HEAD, Basis, Quantity, Unit
from monitor.facts.tiers import tiers
from monitor.model import Fact, Stage

_DEAREST = 5000
_FROM_TO = re.compile(r"(?:由|从|自|from)[^，。,;；]{0,16}?$", re.IGNORECASE)
_CHANGED_TO = re.compile(
    r"[\"']?\s?(?:\([^)]*\))?\s?(?:调整?(?:至|到|为)|提高(?:至|到|为)|上调(?:至|到|为)|下调(?:至|到|为)|降(?:低)?(?:至|到|为)|涨(?:至|到)|增加到|改为|变为|变更为|升至|升到"
    r"|(?:per person )?(?:per year )?to\b)",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"(?:上调|下调|调整|提高|降低?|涨|上涨|增加|升)(?:至|到|为)[\"']?(?:每人每年|每人)?$")
_WITHDRAWN = re.compile(
    r"[^，。；,;]{0,8}(?:取消|停售|不再|退出|下架)|[^,.;]{0,30}(?:withdrawn|cancel|no longer|discontinued)",
    re.IGNORECASE,
)
_REBATE = re.compile(r"立减|减免|优惠|补贴|津贴|限额|免赔|起付|红包|抵扣|off\b|discount", re.IGNORECASE)
_SPENT = re.compile(
    r"(?:只要|仅需|只需|交|缴|花|付|投)(?:了|的|费)?$|spent (?:only )?$|(?:the|only|just) $", re.IGNORECASE
)
_BY_AGE = re.compile(r"岁(?:及|（?含）?|\(含\))?(?:以[上下])?|成年人?|成人|儿童|学生|老年?人")
_CALLED_PRICES = re.compile(r"每人每年|每年每人|保费|价格|售价|定价|收费|premium|price|cost|\bpays?\b", re.IGNORECASE)
_CEILING = re.compile(r"限价|控制价|拦标|上限|预算|ceiling|cap\b|maximum price|budget", re.IGNORECASE)
_PRICE_WON = re.compile(r"中标|成交|中选|报价|单价|\bbid\b|won|winning|award", re.IGNORECASE)
_AFTER_AWARD = frozenset({Stage.RESULT, Stage.CONTRACT})
_SURE = 2
_A_PAIR = 2
_NOUN = re.compile(r"筹资|缴费|保费|单价")
_GROUPED = re.compile(
    r"岁|成人|儿童|学生|老年|老人|居民|职工|版|款|档|起|低至|标段|包|个人|财政|补助|补贴|增|减|涨|调|原|去年|上年|限价|"
    r"adult|child|student|senior|plan|version|tier|from|lot|last year",
    re.IGNORECASE,
)


def premium_per_person(context: Context) -> tuple[Fact, ...]:
    """Yuan a person a year, all of today's tiers, ascending. Withdrawn, old and partly paid prices are left out."""
    strong: list[Quantity] = list(_from_notes(context))
    weak: list[Quantity] = []
    first_year: list[Quantity] = []
    listed = {q for run in tiers(context) if _is_price_list(context, run) for q in run if _is_of_today(context, q)}
    replaced = {q.value for q in context.quantities if q.unit is Unit.YUAN and _is_replaced(context, q)}
    for quantity in context.quantities:
        if quantity.unit is not Unit.YUAN or not 0 < quantity.value <= _DEAREST or quantity.value in replaced:
            continue
        grade = 2 if quantity in listed else _grade(context, quantity)
        {3: strong, 2: strong, 1: weak, -1: first_year}.get(grade, []).append(quantity)
    chosen = _without_ceilings(context, strong) or weak or first_year
    if (pair := _contradiction(context, chosen)) is not None:
        chosen = [q for q in chosen if q.value != pair[1].value]
    facts = {q.value: q for q in reversed(chosen)}
    return tuple(
        context.fact("premium_per_person", value, q.start, q.end, unit="yuan", basis=Basis.PERSON_YEAR.value)
        for value, q in sorted(facts.items())
    )


def stated_prices(context: Context) -> Iterator[tuple[Quantity, Fact]]:
    """The price that was taken and the one that contradicts it: label against sentence, body against headline."""
    prices = [
        q
        for q in context.quantities
        if q.unit is Unit.YUAN
        and 0 < q.value <= _DEAREST
        and _grade(context, q) >= _SURE
        and not _is_replaced(context, q)
    ]
    if (pair := _contradiction(context, prices)) is not None:
        kept, other = pair
        yield (
            kept,
            context.fact(
                "premium_per_person", other.value, other.start, other.end, unit="yuan", basis=Basis.PERSON_YEAR.value
            ),
        )


def _contradiction(context: Context, prices: list[Quantity]) -> tuple[Quantity, Quantity] | None:
    """Two prices that both claim to be the only one; the first of the pair stands.

    Tiers name who pays them, so two prices contradict each other only where nothing tells them apart.
    """
    values = {q.value for q in prices}
    if len(values) != _A_PAIR or any(_GROUPED.search(_around(context, q)) for q in prices):
        return None
    labelled = [q for q in prices if any(f.start <= q.start < f.end for f in context.layout.of("unit_price"))]
    titled = [q for q in prices if context.in_title(q.start)]
    for weaker in (titled, [q for q in prices if q not in labelled] if labelled else []):
        stronger = [q for q in prices if q not in weaker]
        apart = {q.value for q in weaker}.isdisjoint(q.value for q in stronger)
        if weaker and stronger and apart and (weaker is titled or _same_noun(context, stronger[0], weaker[0])):
            return stronger[0], weaker[0]
    return None


def _around(context: Context, quantity: Quantity) -> str:
    clause = context.clause(quantity.start)
    return context.whole[clause.start : quantity.start] + "|" + context.whole[quantity.end : quantity.end + 10]


def _same_noun(context: Context, labelled: Quantity, told: Quantity) -> bool:
    """The sentence calls its price by the label's own word."""
    field = next(f for f in context.layout.of("unit_price") if f.start <= labelled.start < f.end)
    noun = _NOUN.search(field.label)
    return noun is not None and noun.group() in context.before(told.start, 24)


def _without_ceilings(context: Context, prices: list[Quantity]) -> list[Quantity]:
    """Where a price was won, the ceiling it was won under is no price of the cover."""
    if context.stage not in _AFTER_AWARD:
        return prices
    kept = [q for q in prices if _nearest(context, q) != "ceiling"]
    return kept if any(_nearest(context, q) == "won" for q in kept) else prices


def _nearest(context: Context, quantity: Quantity) -> str:
    """Which word stands nearest before a price: of a ceiling, of a price that was won, or neither."""
    before = context.before(quantity.start, 24 * context.window)
    ceiling = max((m.end() for m in _CEILING.finditer(before)), default=-1)
    won = max((m.end() for m in _PRICE_WON.finditer(before)), default=-1)
    return "" if ceiling == won else "ceiling" if ceiling > won else "won"


def _is_price_list(context: Context, run: tuple[Quantity, ...]) -> bool:
    """One price of the list is a price in so many words, or the sentence calls them so."""
    if any(_grade(context, q) >= _SURE for q in run):
        return True
    if context.is_huiminbao and all(_BY_AGE.search(context.whole[max(0, q.start - 12) : q.start]) for q in run):
        return True
    sentence = context.full_sentence(run[0].start)
    return context.is_huiminbao and bool(_CALLED_PRICES.search(context.whole, sentence.start, sentence.end))


def _is_of_today(context: Context, quantity: Quantity) -> bool:
    before = context.whole[context.clause(quantity.start).start : quantity.start]
    return not _barred(context, quantity) and not context.words["old_price"].search(before)


def _barred(context: Context, quantity: Quantity) -> bool:
    """The words around a sum say that it is something else than today's price: another product's, one person's, a limit."""
    if quantity.basis not in (*PER_HEAD, Basis.TOTAL, Basis.YEAR):
        return True
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][: 14 * context.window]
    sentence = context.sentence(quantity.start)
    so_far = whole[sentence.start : quantity.start]
    if scope.other_product(context, sentence) or words["elsewhere"].search(so_far[-40 * context.window :]):
        return True
    if words["one_person"].search(before) and quantity.basis not in PER_HEAD:
        return True
    if any(f.start <= quantity.start < f.end for f in context.layout.of("fee", "documents")):
        return True
    own = _CHANGED.sub("", before)[-24 * context.window :]
    if re.search("每户|per household", own):
        return True
    if words["not_premium"].search(own) and not _late_premium(context, own):
        return True
    return bool(
        words["not_premium"].match(after)
        or _REBATE.search(after[:8])
        or _WITHDRAWN.match(after)
        or _WITHDRAWN.match(whole, quantity.end, clause.end)
    )


def _grade(context: Context, quantity: Quantity) -> int:
    """3: a price a head in so many words; 1: a bare price beside a tell-tale; -1: only an old price; 0: none."""
    if _barred(context, quantity):
        return 0
    whole, words = context.whole, context.words
    clause = context.clause(quantity.start)
    before = whole[clause.start : quantity.start]
    after = whole[quantity.end : max(clause.end, quantity.end)][: 14 * context.window]
    sentence = context.sentence(quantity.start)
    so_far = whole[sentence.start : quantity.start]
    old = bool(words["old_price"].search(before))
    if quantity.basis in PER_HEAD:
        return -1 if old else 3
    head = bool(words["per_head"].search(before[-20:]) or words["per_head"].match(after))
    head = head or (context.is_huiminbao and before.endswith("每年"))
    priced = bool(words["premium"].search(before) or words["premium"].search(after[: 8 * context.window]))
    if head and (priced or not words["payout"].search(before)):
        return -1 if old else 3
    if priced and quantity.value <= 1000:
        return -1 if old else 2
    if words["premium"].search(so_far[-60:]) and _continues_list(context, quantity, sentence.start):
        return -1 if old else 2
    if _SPENT.search(before) and quantity.value <= 400 and not re.search("[三两四五]口|全家|一家", sentence.text):
        return 1
    if words["bare_price"].match(after.lstrip()) or (context.in_title(quantity.start) and quantity.value <= 400):
        return 0 if old else 1
    return 0


def _late_premium(context: Context, own: str) -> bool:
    """A word against stands before, but a price word stands nearer: "…赔付…，保费90元"."""
    against = list(context.words["not_premium"].finditer(own))
    price = [*context.words["premium"].finditer(own), *context.words["per_head"].finditer(own)]
    return bool(price) and max(p.end() for p in price) > against[-1].end()


def _from_notes(context: Context) -> list[Quantity]:
    """Prices a head whose unit stands in the label: "最高限价（元/人）：60"."""
    found: list[Quantity] = []
    for field in context.layout.of("ceiling", "unit_price", "budget", "award"):
        number = re.fullmatch(r"(\d{1,4}(?:\.\d+)?)", field.value)
        if number and re.search(r"元\s?/\s?(?:每)?人|元/年/人|每人", field.note):
            value = float(number[1])
            plain = int(value) if value.is_integer() else value
            found.append(Quantity(plain, Unit.YUAN, Basis.PERSON_YEAR, field.start, field.end, field.value))
    return found


def _is_replaced(context: Context, quantity: Quantity) -> bool:
    """The old price of "由80元调整为98元"; the new one stays."""
    before = context.whole[context.clause(quantity.start).start : quantity.start]
    return bool(_CHANGED_TO.match(context.whole, quantity.end)) and bool(
        _FROM_TO.search(before) or re.search("由|从|from|原", before)
    )


def _continues_list(context: Context, quantity: Quantity, start: int) -> bool:
    """One of several prices in a sentence: "0至17周岁每人109元，18至59周岁139元"."""
    others = [
        q
        for q in context.quantities
        if q.unit is Unit.YUAN
        and start <= q.start < quantity.start
        and q.value <= 1000
        and quantity.start - q.end <= 40
    ]
    if not others:
        return False
    between = context.whole[others[-1].end : quantity.start]
    return not context.words["not_premium"].search(between)
