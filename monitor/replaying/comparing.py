"""What differs for one article between what was recorded and what these rules say. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.alerting import Alert, AlertReason
from monitor.model import Relevance, Understanding
from monitor.records import Settlement, Status, StoredArticle
from monitor.replay_records import Change, Effect, Placed
from monitor.replaying.course import Said

_CAUSES = frozenset(reason.value for reason in AlertReason if reason.causes_alert)


def unreadable(placed: Placed, problem: str) -> Change:
    """The change of an article of which nothing can be said."""
    return _change(placed, Effect.UNREADABLE, problem=problem)


def compare(placed: Placed, understanding: Understanding, said: Said, alert: Alert | None, *, again: bool) -> Change:
    """What is another for this article. `alert` is what would be told, None where nothing is.

    Of what was stored silently it counts whether it would be worth an alert: whether it opens its event. What an earlier
    replay found and did not tell appears once more only where it is asked `again`.
    """
    stored, c = placed.stored, understanding.classification
    differences = _differences(placed, understanding)
    before, after = _told_before(placed), _told_after(alert)
    if stored.silent:
        was, now = _opened_event(stored), c.relevance is Relevance.ALERT and understanding.event.is_new
    else:
        withheld = not again and stored.trail.get("alert") == AlertReason.REPLAYED.value
        was = (before not in {"", "minor"}) or (withheld and _opened_event(stored))
        now = after not in {"", "minor"}
        if not withheld and before != after:
            differences["told as"] = (before, after)
        differences |= _told_changes(placed, alert)
    effect = _effect(was, now, differences)
    shown = _old_verdict(stored) if effect is Effect.VANISHES else _new_verdict(understanding)
    return _change(
        placed, effect, **shown, before=before, after=after, key=said.key, differences=differences,
        evidence=_evidence(placed, alert, effect),
    )  # fmt: skip


def is_rewritten(settlement: Settlement, stored: StoredArticle) -> bool:
    """Whether a settlement says anything else than what is stored."""
    plain = (
        (settlement.status, stored.status),
        (settlement.reason, stored.status_reason),
        (settlement.relevance, stored.relevance),
        (settlement.topics, stored.topics),
        (settlement.stage, stored.stage),
        (settlement.update, stored.update),
        (settlement.story_id, stored.story_id),
        (settlement.event_id, stored.event_id),
        (settlement.thread_id, stored.thread_id),
    )
    return any(new != old for new, old in plain) or _plain(settlement.trail) != stored.trail


def _effect(was: bool, now: bool, differences: Mapping[str, Any]) -> Effect:
    if now and not was:
        return Effect.APPEARS
    if was and not now:
        return Effect.VANISHES
    if not differences:
        return Effect.SAME
    return Effect.CHANGES if now else Effect.QUIET


def _differences(placed: Placed, understanding: Understanding) -> dict[str, tuple[Any, Any]]:
    stored, c = placed.stored, understanding.classification
    story, event = understanding.story, understanding.event
    known = stored.trail.get("story", {})
    pairs: dict[str, tuple[Any, Any]] = {
        "relevance": (stored.relevance, c.relevance.value),
        "topics": (sorted(stored.topics), sorted(t.value for t in c.topics)),
        "stage": (stored.stage, c.stage.value if c.stage else ""),
        "update": (stored.update, c.update.value if c.update else ""),
        "copy of": (known.get("duplicate_of") or "", story.duplicate_of or ""),
        "event": (stored.event_id, event.event_id or ""),
        "thread": (stored.thread_id, event.thread_id or ""),
        "lots": (_lots(stored.trail), _lots_now(understanding)),
    }
    before, after = stored.trail.get("facts", {}), _plain(understanding.facts.values())
    for key in sorted({*before, *after}):
        pairs[key] = (before.get(key), after.get(key))
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _lots(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Lot → its facts, of a trail."""
    return {lot["number"]: {fact["key"]: fact["value"] for fact in lot["facts"]} for lot in kept.get("lots", ())}


def _lots_now(understanding: Understanding) -> Any:
    return _plain({lot.number: {fact.key: fact.value for fact in lot.facts} for lot in understanding.facts.lots})


def _told_before(placed: Placed) -> str:
    """As what it was told by the verdict in force; what an earlier replay took back has been told, but is no news to vanish."""
    if placed.told is None or placed.stored.trail.get("alert") not in _CAUSES:
        return ""
    if placed.told.minor:
        return "minor"
    return str(placed.told.payload.get("kind", "news"))


def _told_after(alert: Alert | None) -> str:
    if alert is None:
        return ""
    if alert.minor:
        return "minor"
    return alert.kind.value


def _told_changes(placed: Placed, alert: Alert | None) -> dict[str, tuple[Any, Any]]:
    """What an update says that it changes, where it was an update and still is."""
    if placed.told is None or alert is None:
        return {}
    before = [[c["name"], c["old"], c["new"]] for c in placed.told.payload.get("changes", ())]
    after = [[c.name, c.old, c.new] for c in alert.changes]
    return {"told changes": (before, after)} if before != after else {}


def _opened_event(stored: StoredArticle) -> bool:
    """Whether an alerting article was the first on its event."""
    first = stored.status is Status.RELEVANT and stored.event_id == f"e-{stored.id}"
    return stored.relevance == Relevance.ALERT and first


def _old_verdict(stored: StoredArticle) -> dict[str, Any]:
    return {"topics": stored.topics, "stage": stored.stage, "update": stored.update}


def _new_verdict(understanding: Understanding) -> dict[str, Any]:
    c = understanding.classification
    return {
        "topics": tuple(t.value for t in c.topics),
        "stage": c.stage.value if c.stage else "",
        "update": c.update.value if c.update else "",
    }


def _evidence(placed: Placed, alert: Alert | None, effect: Effect) -> str:
    """The sentence that proves what appears or changes; of what vanishes, the one that was told."""
    if effect is Effect.VANISHES or alert is None:
        return str(placed.told.payload.get("evidence", "")) if placed.told is not None else ""
    return alert.evidence


def _change(placed: Placed, effect: Effect, **values: Any) -> Change:
    stored = placed.stored
    return Change(
        effect=effect,
        article_id=stored.id,
        title=stored.article.title,
        url=stored.article.url,
        source=stored.article.source or stored.source_name,
        published=stored.article.published,
        silent=stored.silent,
        **values,
    )


def _plain(values: Any) -> Any:
    """Values as they come back from JSON, so that a tuple is not taken for a change of a list."""
    return json.loads(json.dumps(values, ensure_ascii=False))
