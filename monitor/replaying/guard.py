"""What a replay must not lose: what users said of articles, and alerts that somebody took.

A label is lost where the stored verdict agrees with it and the new one does not. Only labelled articles are read for this, so
the guard costs little and speaks before anything is written. Whether an article is an alert is decided by itself alone, not by
what it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.model import Classification, Judgement, Relevance
from monitor.pipeline import Reading
from monitor.records import ArticleFilter, Status, StoredArticle
from monitor.replay_records import Placed
from monitor.replaying.model import Loss
from monitor.storage import UnitOfWork


def labelled(unit: UnitOfWork, wanted: ArticleFilter) -> tuple[tuple[Judgement, ...], tuple[tuple[int, str], ...]]:
    """The last judgements and the (article, who) of taken alerts that a replay of this filter could lose."""
    judged = {stored.id: judgement for judgement, stored in unit.judgements.latest()}
    taken = {article: by for article, _, by in unit.replays.taken()}
    fitting = {a.id: a for a in unit.replays.matching(wanted, sorted({*judged, *taken})) if a.status != Status.NEW}
    kept = tuple(j for number, j in judged.items() if number in fitting and _agrees(fitting[number], j))
    held = tuple((n, by) for n, by in taken.items() if n in fitting and fitting[n].relevance == Relevance.ALERT)
    return kept, held


def to_read(unit: UnitOfWork, judged: Iterable[Judgement], taken: Iterable[tuple[int, str]]) -> Iterator[Placed]:
    """The articles behind labels, each once."""
    numbers = sorted({*(int(j.article_id) for j in judged), *(number for number, _ in taken)})
    for stored in unit.replays.articles(numbers):
        yield Placed(stored=stored, number=None, remembered={})


def losses(
    judged: Iterable[Judgement],
    taken: Iterable[tuple[int, str]],
    readings: Iterable[tuple[StoredArticle, Reading | str]],
) -> tuple[Loss, ...]:
    """The labels that would be lost, in the order in which articles were stored. An article that cannot be read stays as it
    is, so nothing of it is lost."""
    read = {stored.id: (stored, reading) for stored, reading in readings}
    lost: list[Loss] = []
    for judgement in judged:
        stored, reading = read[int(judgement.article_id)]
        if isinstance(reading, Reading) and not _confirms(reading.classification, judgement):
            said = "+".join((judgement.relevance.value, *(t.value for t in judgement.topics)))
            lost.append(_loss(stored, reading, said, judgement.by))
    for number, by in taken:
        stored, reading = read[number]
        if isinstance(reading, Reading) and reading.classification.relevance is not Relevance.ALERT:
            lost.append(_loss(stored, reading, "taken", by))
    return tuple(sorted(lost, key=lambda loss: (loss.article_id, loss.said)))


def _loss(stored: StoredArticle, reading: Reading, said: str, by: str) -> Loss:
    c = reading.classification
    now = "+".join((c.relevance.value, *(t.value for t in c.topics)))
    return Loss(article_id=stored.id, title=stored.article.title, said=said, by=by, now=now)


def _agrees(stored: StoredArticle, judgement: Judgement) -> bool:
    return stored.relevance == judgement.relevance and set(stored.topics) == {t.value for t in judgement.topics}


def _confirms(classification: Classification, judgement: Judgement) -> bool:
    return classification.relevance is judgement.relevance and set(classification.topics) == set(judgement.topics)
