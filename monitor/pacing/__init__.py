"""When to look at a source again: from its habits, from what its server said, from what went wrong. Pure.

`habit` learns when a source publishes, `faults` say how long each kind of failure makes us wait, `deciding` weighs them.
"""

from monitor.pacing.deciding import Bounds, Look, NextCheck, Why, next_check
from monitor.pacing.faults import BLOCK_REST, RETRY_AFTER_LIMIT, Fault, backoff
from monitor.pacing.habit import Habit

__all__ = [
    "BLOCK_REST", "RETRY_AFTER_LIMIT", "Bounds", "Fault", "Habit", "Look", "NextCheck", "Why", "backoff", "next_check",
]  # fmt: skip
