"""Which programmes a tender is about: those of its name, else of its headline, else of its lead."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.facts.context import Context
from monitor.model import Fact
from monitor.taxonomy import Mention
from monitor.text import normalise

_BOTH = "supplementary_medical"
_EMPLOYEES = "employee_supplement"
_UNION = re.compile(r"工会|工會|trade union", re.IGNORECASE)
_ADMINISTRATION = "basic_administration"
_HOW = re.compile(
    r"(?:商业保险机构|商保机构|商保)?(?:委托|代理)?(?:经办|代办|经办管理)(?:服务|管理)?|entrusted (?:handling|administration)",
    re.IGNORECASE,
)
_ACCIDENT_CASES = re.compile(r"意外伤害(?:医疗)?(?:住院)?(?:费用|案件)?$")


def programmes(context: Context, project: tuple[Fact, ...], buyer: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Programme codes in order of appearance. What an article mentions in passing does not count."""
    if not context.is_tender:
        return ()
    named = (_in_name(context, project), _in_title(context))
    acted = _in_act(context, buyer)
    passing = () if context.is_huiminbao else (acted, _in_lead(context), context.programmes[:1])
    for found in (*named, *passing):
        codes: dict[str, Mention] = {}
        for mention in found:
            codes.setdefault(mention.code, mention)
        codes = _administered(context, codes)
        if set(codes) == {_BOTH} and any(_UNION.search(str(b.value)) for b in buyer):
            codes = {_EMPLOYEES: codes[_BOTH]}  # what a trade union buys, it buys for employees
        if codes:
            return tuple(context.fact("programmes", code, m.start, m.end) for code, m in codes.items())
    if context.is_huiminbao:
        # A public body that chooses a Huiminbao product's insurers buys supplementary cover, whatever it is called.
        start, end = next(((m.start, m.end) for m in context.products), (0, len(context.title)))
        return (context.fact("programmes", _BOTH, start, end, confidence=0.7),)
    # What a trade union buys for its members supplements their employees' insurance.
    return tuple(
        replace(b, key="programmes", value=_EMPLOYEES, confidence=0.6) for b in buyer if _UNION.search(str(b.value))
    )


def _administered(context: Context, codes: dict[str, Mention]) -> dict[str, Mention]:
    """委托经办 behind another programme's name says how it is bought (长护险委托经办), it is no programme of its own.

    And cover of accidents whose cases are only looked into (意外伤害…委托经办) is administration, not accident cover.
    """
    how = codes.get(_ADMINISTRATION)
    if how is None or len(codes) < 2 or not _HOW.fullmatch(how.surface):
        return codes
    before = context.whole[max(0, how.start - 12) : how.start]
    if "accident" in codes and _ACCIDENT_CASES.search(before):
        return {code: m for code, m in codes.items() if code != "accident"}
    return {code: m for code, m in codes.items() if code != _ADMINISTRATION}


def _in_name(context: Context, project: tuple[Fact, ...]) -> tuple[Mention, ...]:
    if not project:
        return ()
    span = project[0].span
    return tuple(
        m
        for m in context.programmes
        if (s := context.document.locate(m.start, m.end)).field == span.field and span.start <= s.start < span.end
    )


def _in_title(context: Context) -> tuple[Mention, ...]:
    return tuple(m for m in context.programmes if context.in_title(m.start))


def _in_act(context: Context, buyer: tuple[Fact, ...]) -> tuple[Mention, ...]:
    """The programmes of the sentence in which the buyer buys or signs, where a report says it late."""
    if not buyer or buyer[0].span.field != "text":
        return ()
    start = next(
        (m.start() for m in re.finditer(re.escape(normalise(str(buyer[0].value)).plain), context.whole)
         if context.document.locate(m.start(), m.end()) == buyer[0].span),
        None,
    )  # fmt: skip
    if start is None:
        return ()
    sentence = context.full_sentence(start)
    return tuple(m for m in context.programmes if sentence.start <= m.start < sentence.end)


def _in_lead(context: Context) -> tuple[Mention, ...]:
    return tuple(m for m in context.programmes if m.start < context.lead_end())
