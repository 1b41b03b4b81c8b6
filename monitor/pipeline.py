"""The order of steps for one article, and nothing of how a step works.

`read` is pure and may run anywhere; `place` asks the index of what is stored and belongs inside the transaction that
stores its answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor import dedup, events
from monitor.classify import classify
from monitor.facts import extract
from monitor.index import StoryIndex, StoryLookup
from monitor.learning import LearnedModel, adjust
from monitor.model import Article, Classification, FactSheet, Relevance, Understanding
from monitor.signature import Signature, sign
from monitor.taxonomy import Vocabulary
from monitor.text import Document, prepare


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one article says by itself, before it is compared with others."""

    article: Article
    classification: Classification
    facts: FactSheet
    signature: Signature


def read(article: Article, vocabulary: Vocabulary, model: LearnedModel | None = None) -> Reading:
    """Normalise, classify, hear the learned model if there is one, read the facts, take fingerprints. Pure."""
    document = prepare(article)
    classification = adjust(document, classify(document, vocabulary), model, vocabulary)
    return reread(document, classification, vocabulary)


def reread(document: Document, classification: Classification, vocabulary: Vocabulary) -> Reading:
    """The reading of an article under a given verdict; facts are read of relevant articles only."""
    relevant = classification.relevance is not Relevance.NONE
    facts = extract(document, classification, vocabulary) if relevant else FactSheet()
    signature = sign(document, classification, facts, vocabulary)
    return Reading(article=document.article, classification=classification, facts=facts, signature=signature)


def compare(reading: Reading, index: StoryLookup) -> Understanding:
    """Compare with what is stored: which story, which event. Changes nothing."""
    candidates = index.candidates(reading.signature)
    story = dedup.decide(reading.signature, candidates)
    event = events.decide(reading.signature, story, candidates)
    return Understanding(
        article=reading.article,
        classification=reading.classification,
        facts=reading.facts,
        story=story,
        event=event,
    )


def place(reading: Reading, index: StoryIndex) -> Understanding:
    """Compare, and remember the article for those that follow. Where two processes do so, one waits for the other."""
    index.claim()
    understanding = compare(reading, index)
    remember(reading, understanding, index)
    return understanding


def remember(reading: Reading, understanding: Understanding, index: StoryIndex) -> None:
    """Put an article into the index under the groups it was given, in place of what was remembered of it."""
    event = understanding.event
    index.add(reading.signature, understanding.story.story_id, event.event_id, event.thread_id)
