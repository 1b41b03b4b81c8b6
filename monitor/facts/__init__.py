"""Facts of one article: values with unit and basis, each with the sentence and the place that prove it.

`extract` is the way in. How a value is read: `quantities` (numbers), `dates`, `layout` (labels, tables, lots). Whose value it
is and what it means: one module per kind of fact. The words it goes by are data: `vocabulary/fact_words.yaml`,
`vocabulary/notice_labels.yaml`, `vocabulary/public_bodies.yaml`.
"""

from __future__ import annotations

from monitor.facts.amounts import amount, rates
from monitor.facts.buyers import buyer
from monitor.facts.claims import payout_and_count
from monitor.facts.conflicts import find_conflicts
from monitor.facts.context import Context
from monitor.facts.deadlines import deadline
from monitor.facts.lots import lots
from monitor.facts.names import project, project_number
from monitor.facts.participation import participation_rate
from monitor.facts.parties import insurers, winners
from monitor.facts.people import insured_persons
from monitor.facts.places import regions
from monitor.facts.premium_totals import premium_total
from monitor.facts.premiums import premium_per_person
from monitor.facts.product_names import product
from monitor.facts.programmes import programmes
from monitor.facts.terms import period
from monitor.model import Classification, Fact, FactSheet, Relevance, Topic, Update
from monitor.taxonomy import Vocabulary
from monitor.text import Document, normalise

__all__ = ["extract"]


def extract(document: Document, classification: Classification, vocabulary: Vocabulary) -> FactSheet:
    """Read the facts of a relevant article; an article of no topic has none. Pure, never raises for odd text."""
    if classification.relevance is Relevance.NONE:
        return FactSheet()
    context = Context(document, classification, vocabulary)
    acting = insurers(context)
    named = project(context)
    numbered, number_conflicts = project_number(context)
    bought = buyer(context)
    places = regions(context, _text(context, named), _text(context, bought))
    facts: list[Fact] = [
        *places,
        *acting,
        *programmes(context, named, bought),
        *product(context),
        *named,
        *numbered,
        *bought,
    ]
    facts += winners(context, acting)
    conflicts = [*number_conflicts]
    if not _speaks_of_the_market(classification, places):
        facts += insured_persons(context)
        facts += participation_rate(context)
        facts += premium_per_person(context)
        facts += premium_total(context)
        paid = payout_and_count(context)
        facts += paid
        facts += period(context, _text(context, named), paid)
        facts += deadline(context)
    if context.is_tender:
        sums, sum_conflicts = amount(context)
        # A winning sum that a headline calls 总保费 is one figure, not two.
        facts = [f for f in facts if f.key != "premium_total" or all(f.value != s.value for s in sums)]
        facts += sums
        conflicts += sum_conflicts
    parts = lots(context, acting)
    conflicts += find_conflicts(context, facts, parts)
    return FactSheet(facts=tuple(facts), lots=parts, rates=rates(context), conflicts=tuple(conflicts))


def _text(context: Context, facts: tuple[Fact, ...]) -> str:
    """The normalised text of a name, for searches in `Document.whole`."""
    if not facts:
        return ""
    return normalise(str(facts[0].value)).plain


def _speaks_of_the_market(classification: Classification, places: tuple[Fact, ...]) -> bool:
    """Policy for all products: its totals and targets are nobody's figures."""
    return classification.update is Update.POLICY and Topic.GOV_TENDER not in classification.topics
