"""The tender's sum: budget, winning sum or contract sum, never a rate, a price a head, or a sum that nobody printed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.facts import scope
from monitor.facts.context import Context
from monitor.facts.fields import AMENDED, Field
from monitor.facts.lot_names import LOT, mentions
from monitor.facts.precision import agree, comparable, printed_step
from monitor.facts.quantities import PER_HEAD, Basis, Quantity, Unit, find_quantities
from monitor.model import Conflict, Fact, Stage

_ROLES: dict[Stage | None, tuple[str, ...]] = {
    Stage.RESULT: ("award",),
    Stage.CONTRACT: ("contract_amount", "award"),
    Stage.RENEWAL: ("contract_amount", "award"),
    Stage.OPERATION: (),
}
_BEFORE_AWARD = ("budget", "ceiling")
_CUES: dict[Stage | None, tuple[str, ...]] = {
    Stage.RESULT: ("award",),
    Stage.CONTRACT: ("contract", "award"),
    Stage.RENEWAL: ("contract",),
    Stage.OPERATION: (),
}
_SMALLEST = 1000
_CHANGED = re.compile(
    r"(?:更正|变更|调整|修改|修正|改|增加|提高|减少|下调|上调|追加|核减|核增|调减|调增|压减|压缩)\s?(?:为|至|到|成)[:\"'\s]*(?:[\u4e00-\u9fff]{2,10}[:\s]+)?$"
    r"|(?:changed|increased|raised|adjusted|revised|corrected|amended|cut|reduced|lowered) (?:from [^;]{1,70} )?to[\"'\s]*$",
    re.IGNORECASE,
)
_CHANGE_REACH = 24
"""How far before a sum the words of its change may stand, in Chinese characters."""
_TOTAL = re.compile(
    r"[^\d]{0,6}(?:合计|总计|共计|总额|总金额|总预算)|^总(?:中标|成交|中选|合同|预算)|total", re.IGNORECASE
)
_TOTAL_BEHIND = re.compile(r",? (?:in total|altogether|in all|combined)\b", re.IGNORECASE)
_WON_FOR = re.compile(
    r"(?:的(?:价格|报价|总价|金额))?\s?(?:元)?(?:成功)?(?:成交|中标|中选|摘得|拿下|竞得)|[^,.]{0,20}(?:for the contract|winning bid)"
)
_PART_OR_MEAN = re.compile(r"其中|平均|年均|首年|每包|单包|约合|折合|of which|average", re.IGNORECASE)
_CEILING = re.compile(r"限价|控制价|拦标|上限|ceiling|maximum|limit", re.IGNORECASE)
_SCALE = re.compile(r"[万亿]|million|thousand", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_A_FEE = re.compile(r"代理(?:服务)?(?:费|收费)|保证金|标书费|公证费|agency fee", re.IGNORECASE)
_NOT_THE_SUM = re.compile(
    r"节省|节约|保证金|代理|服务费率|罚|违约|保额|限额|赔付|待遇|每包|上一轮|去年|saving", re.IGNORECASE
)


def amount(context: Context) -> tuple[tuple[Fact, ...], tuple[Conflict, ...]]:
    """The printed total of the tender in yuan and what contradicts it; nothing where only lots are printed."""
    printed = _of_the_project(context, tuple(_from_fields(context)))
    told = tuple(_from_prose(context))
    totals = [q for q, total, _ in printed if total] or [q for q, total, _ in told if total]
    changed = [q for q, _, new in printed + told if new]
    plain = (
        [q for q, _, _ in printed if not _in_lot(context, q)] or [q for q, _, _ in printed] or [q for q, _, _ in told]
    )
    if changed:
        chosen = changed[0]
    elif totals:
        chosen = totals[0]
    else:
        whole = [q for q in plain if not _in_lot(context, q)] or plain
        values = {_rounded(q.value) for q in whole}
        if not whole or (len(values) > 1 and not _said_of_one_thing(context, whole)):
            return (), ()
        chosen = whole[0]
    fact = _fact(context, chosen)
    return (fact,), tuple(_conflicts(context, fact, chosen, (q for q, _, _ in printed + told), bool(changed)))


def _said_of_one_thing(context: Context, sums: list[Quantity]) -> bool:
    """Different sums under labels that stand alone, outside of lots and tables: a contradiction, not parts."""
    for quantity in sums:
        field = next((f for f in context.layout.fields if f.start <= quantity.start < f.end), None)
        if field is None or field.row or field.lot or LOT.search(field.value):
            return False
    return not LOT.search(context.whole)


def _of_the_project(
    context: Context, sums: tuple[tuple[Quantity, bool, bool], ...]
) -> tuple[tuple[Quantity, bool, bool], ...]:
    """Where a table lists several purchases, the sums of the rows that name a programme in scope."""
    rows = {f.row for f in context.layout.of("project", "lot_name") if f.row and _names_programme(context, f)}
    others = {f.row for f in context.layout.of("project") if f.row} - rows
    if not rows or not others:
        return sums
    own = [f for f in context.layout.fields if f.row in rows]
    return tuple(s for s in sums if any(f.start <= s[0].start < f.end for f in own)) or sums


def _names_programme(context: Context, field: Field) -> bool:
    return any(field.start <= m.start < field.end for m in context.programmes)


def _fact(context: Context, quantity: Quantity) -> Fact:
    return context.fact("amount", quantity.value, quantity.start, quantity.end, unit="yuan", basis=quantity.basis.value)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _conflicts(
    context: Context, kept: Fact, chosen: Quantity, others: Iterable[Quantity], changed: bool
) -> Iterable[Conflict]:
    shown = {chosen.value}
    for other in others:
        if changed or other.value in shown or other.basis is not chosen.basis or _of_lots(context, other):
            continue
        if not comparable(other.value, chosen.value) or _is_ceiling(context, other) != _is_ceiling(context, chosen):
            continue
        fact = _fact(context, other)
        steps = (printed_step(float(f.value), f.raw, f.sentence) for f in (kept, fact))
        if _PART_OR_MEAN.search(context.before(other.start, 16)) or agree(
            kept.value, next(steps), fact.value, next(steps)
        ):
            continue
        shown.add(other.value)
        reason = "two sums are printed for the same thing: "
        reason += (
            "the total stands" if _TOTAL.search(context.before(chosen.start, 20)) else "the first labelled one stands"
        )
        yield Conflict(key="amount", kept=kept, other=fact, reason=reason)


def _is_ceiling(context: Context, quantity: Quantity) -> bool:
    return bool(_CEILING.search(context.before(quantity.start, 14 * context.window)))


def _of_lots(context: Context, quantity: Quantity) -> bool:
    """A lot's own sum, in its block or in a sentence that names it; a sum that sentences tell beside several others."""
    field = next((f for f in context.layout.fields if f.start <= quantity.start < f.end), None)
    if field is not None and field.total:
        return False
    sentence = context.full_sentence(quantity.start)
    named = mentions(context.whole, sentence.start, max(sentence.end, quantity.end))
    return _in_lot(context, quantity) or next(named, None) is not None


def _from_fields(context: Context) -> Iterable[tuple[Quantity, bool, bool]]:
    """(sum, is a printed total, is a changed value) of the labelled values that the stage calls for."""
    for role in _ROLES.get(context.stage, _BEFORE_AWARD):
        found = False
        for field in context.layout.of(role):
            if field.old or field.section == "fee":
                continue
            quantity = field_sum(context, field)
            if quantity is not None:
                found = True
                total = field.total or bool(_TOTAL.search(field.label) or _TOTAL.match(field.value))
                yield quantity, total, field.label == AMENDED or _is_changed(context, quantity)
        if found:
            return


def field_sum(context: Context, field: Field) -> Quantity | None:
    inside = [q for q in context.quantities if field.start <= q.start < field.end and q.unit is Unit.YUAN]
    sums = [q for q in inside if _is_sum(q)]
    changed = [q for q in sums if _is_changed(context, q)]
    if changed:
        return changed[0]
    if sums:
        return sums[0]
    if inside or "%" in field.value or "元" not in field.note:
        return None
    number = _NUMBER.search(field.value)
    if number is None or "/" in field.note or "人" in field.note:
        return None
    # The unit stands in the label or in the table's head: "预算金额（万元）：2860.00".
    scaled = find_quantities(
        number.group() + ("万元" if "万" in field.note and not _SCALE.search(field.value) else "元")
    )
    if not scaled or not _is_sum(scaled[0]):
        return None
    start = field.start + number.start()
    return Quantity(scaled[0].value, Unit.YUAN, Basis.TOTAL, start, start + len(number.group()), number.group())


def _is_sum(quantity: Quantity) -> bool:
    return quantity.unit is Unit.YUAN and quantity.basis in (Basis.TOTAL, Basis.YEAR) and quantity.value >= _SMALLEST


def _is_changed(context: Context, quantity: Quantity) -> bool:
    return bool(_CHANGED.search(context.before(quantity.start, _CHANGE_REACH * context.window + 20)))


def _from_prose(context: Context) -> Iterable[tuple[Quantity, bool, bool]]:
    words = context.words
    if context.stage in _CUES and not _CUES[context.stage]:
        return
    groups = [words[name] for name in _CUES.get(context.stage, ("budget",))]
    for quantity in context.quantities:
        if not _is_sum(quantity):
            continue
        clause = context.clause(quantity.start)
        before = context.whole[clause.start : quantity.start]
        cue = max((m for g in groups for m in g.finditer(before)), key=lambda m: m.end(), default=None)
        if cue is None and context.stage is Stage.RESULT:
            if context.in_title(quantity.start) and "(" in before:
                cue = words["won"].search(before)
            elif _WON_FOR.match(context.whole, quantity.end):
                cue = re.search("以|按|for|at", before)
        told_total = cue is None and _totals(context, quantity, before)
        changed = _is_changed(context, quantity)
        if told_total or (cue is None and changed):
            told_total = True  # "原预算金额1260万元，现更正为1180万元": the first sum says what the second is
            cue = _cue_of_sentence(context, groups, quantity)
        lead = context.before(quantity.start, 60) if told_total else ""
        if cue is None or _NOT_THE_SUM.search(before) or _A_FEE.search(lead) or scope.penalty(context, quantity) >= 4:
            continue
        between = before if told_total else before[cue.end() :]
        if words["premium_total"].search(between) or len(between) > 24 * context.window:
            continue
        if context.stage is not Stage.RESULT and words["award"].search(between):
            continue
        total = (told_total and not changed) or bool(words["grand_total"].search(before)) or "总" in cue.group()
        yield quantity, total, changed


def _totals(context: Context, quantity: Quantity, before: str) -> bool:
    """ "…，三年共计2670万元", "…, or 61 million yuan in total": a clause that sums up its sentence."""
    return bool(context.words["grand_total"].search(before) or _TOTAL_BEHIND.match(context.whole, quantity.end))


def _cue_of_sentence(context: Context, groups: list[re.Pattern[str]], quantity: Quantity) -> re.Match[str] | None:
    """What the sentence's sum is: by its own word for sums, else by the purchase or the win that it tells."""
    start = context.full_sentence(quantity.start).start
    act = context.words["won" if context.stage is Stage.RESULT else "purchase"]
    return next((m for g in (*groups, act) if (m := g.search(context.whole, start, quantity.start))), None)


def _in_lot(context: Context, quantity: Quantity) -> bool:
    field = next((f for f in context.layout.fields if f.start <= quantity.start < f.end), None)
    if field is not None:
        return bool(field.lot) and not field.total
    clause = context.clause(quantity.start)
    sentence = context.sentence(quantity.start)
    if LOT.search(clause.text):
        return True
    so_far = context.whole[sentence.start : quantity.start]
    lots = list(LOT.finditer(so_far))
    return bool(lots) and quantity.start - sentence.start - lots[-1].end() < 60


def rates(context: Context) -> tuple[Fact, ...]:
    """Prices that are not money of the project: percentages beside a price word, and prices a head in price fields."""
    found: list[Fact] = []
    for field in context.layout.of("award", "ceiling", "budget", "unit_price", "candidate"):
        for quantity in context.quantities:
            if not field.start <= quantity.start < field.end:
                continue
            if quantity.unit is Unit.PERCENT:
                found.append(
                    context.fact("rate", quantity.value, quantity.start, quantity.end, unit="share", basis=field.role)
                )
            elif quantity.unit is Unit.YUAN and quantity.basis in PER_HEAD:
                found.append(
                    context.fact(
                        "rate", quantity.value, quantity.start, quantity.end, unit="yuan", basis=quantity.basis.value
                    )
                )
    spans = {f.span for f in found}
    for quantity in context.quantities:
        if quantity.unit is not Unit.PERCENT or not _RATE_WORD.search(context.before(quantity.start, 14)):
            continue
        if context.document.locate(quantity.start, quantity.end) not in spans:
            found.append(context.fact("rate", quantity.value, quantity.start, quantity.end, unit="share", basis="rate"))
    return tuple(found)


_RATE_WORD = re.compile(
    r"费率|盈利率|管理费|下浮|利润率|费用率|折扣|结余率|loading|profit margin|fee rate", re.IGNORECASE
)
