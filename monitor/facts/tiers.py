"""Prices listed by group of people or by version: "未成年人每人每年100元，其他人150元", "基础版88元、升级版168元".

Such a list is one statement: what one of its prices is, all are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.facts.context import Context
from monitor.facts.quantities import PER_HEAD, Basis, Quantity, Unit

_DEAREST_OF_A_LIST = 3000
_GROUP = re.compile(
    r"岁|人|儿童|小孩|孩子|学生|少儿|老年|成年|职工|居民|市民|农民|村民|其他|其余|普通|版|款|档|型|计划|方案|套餐"
    r"|adults?|child|minor|student|resident|employee|retire|those|people|everyone|senior|elderly|under|over|aged|version|plan\b"
    r"|tier|edition|basic|standard|upgraded",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s?(?:[、和及或与/,，]|and|or|, and)\s?(?:每人)?", re.IGNORECASE)
_CHANGED = re.compile(r"(?:调整?|提高|上调|下调|降低?|涨|升|增加|改|变更?)(?:到|至|为)$|\bto $", re.IGNORECASE)
_GAP = 20


def tiers(context: Context) -> Iterator[tuple[Quantity, ...]]:
    """Runs of two and more small sums of one sentence, each led in by those who pay it or by its version.

    Of a price that changes ("由89元调到109元") the new one stands in the run.
    """
    run: list[Quantity] = []
    for price in context.quantities:
        if price.unit is not Unit.YUAN or price.basis not in (*PER_HEAD, Basis.TOTAL, Basis.YEAR):
            continue
        if not 0 < price.value <= _DEAREST_OF_A_LIST:
            continue
        between = _between(context, run, price)
        if between and _CHANGED.search(between):
            run[-1] = price
            continue
        if between and (_GROUP.search(between) or _LISTED.fullmatch(between)):
            run.append(price)
            continue
        if len(run) > 1:
            yield tuple(run)
        run = [price]
    if len(run) > 1:
        yield tuple(run)


def _between(context: Context, run: list[Quantity], price: Quantity) -> str:
    """The words between a price and the one before it; empty where that stands too far or in another sentence."""
    if not run or price.start - run[-1].end > _GAP * context.window:
        return ""
    if run[-1].start < context.full_sentence(price.start).start:
        return ""
    return context.whole[run[-1].end : price.start]
