"""Which programmes a tender is about: those of its name, else of its headline, else of its lead."""

from __future__ import annotations

from monitor.facts.context import Context
from monitor.model import Fact
from monitor.taxonomy import Mention

_BOTH = "supplementary_medical"


def programmes(context: Context, project: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Programme codes in order of appearance. What an article mentions in passing does not count."""
    if not context.is_tender:
        return ()
    for found in (_in_name(context, project), _in_title(context), _in_lead(context), context.programmes[:1]):
        codes: dict[str, Mention] = {}
        for mention in found:
            codes.setdefault(mention.code, mention)
        if codes:
            return tuple(context.fact("programmes", code, m.start, m.end) for code, m in codes.items())
    if context.is_huiminbao and context.products:
        product = context.products[0]
        return (context.fact("programmes", _BOTH, product.start, product.end, confidence=0.7),)
    return ()


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


def _in_lead(context: Context) -> tuple[Mention, ...]:
    return tuple(m for m in context.programmes if m.start < context.lead_end())
