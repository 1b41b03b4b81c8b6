"""What a story of a purchase leans to where it names no notice type and states no outcome outright.

Reporters tell a tender as a scene: papers packed again (failed), a name on a screen (won), a line written on a last page
(signed). One such trait proves nothing; two of a kind beside the traces of a purchase decide.
"""

from __future__ import annotations

from monitor.classify.evidence import Evidence, Zone
from monitor.model import Stage

_WEIGHT = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.5}
_ENOUGH = 1.5


def leaning(evidence: Evidence) -> Stage | None:
    """The stage that most traits speak for; None without traces of a purchase, with too few traits, or on a tie."""
    if not evidence.cues("trace"):
        return None
    points: dict[str, float] = {}
    seen: set[str] = set()
    for mention in evidence.cues("lean"):
        if mention.surface not in seen and not evidence.in_background(mention):
            seen.add(mention.surface)
            points[mention.code] = points.get(mention.code, 0.0) + _WEIGHT[evidence.zone(mention)]
    ranked = sorted(((n, code) for code, n in points.items()), reverse=True)
    if not ranked or ranked[0][0] < _ENOUGH or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return Stage(ranked[0][1].partition(".")[2])
