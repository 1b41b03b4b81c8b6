"""The program's own troubles: state with a start, a count and an end, told to operators at the start and at the end only.

`looks` turn what was measured into observations, `observe` keeps the conditions and says what is to be told, `heartbeat` sums
up a day. Pure: what is measured, and the time, are arguments.
"""

from monitor.operations.condition import (
    CLEAR,
    HOLD,
    Condition,
    ConditionKind,
    Notice,
    Observation,
    Observed,
    Phase,
    observe,
)
from monitor.operations.heartbeat import Figures, Heartbeat, heartbeat
from monitor.operations.looks import (
    Limits,
    broken_source,
    dead_channel,
    full_disk,
    growing_backlog,
    locked_database,
    refused_configuration,
    silent_source,
    unwatched,
)

__all__ = [
    "CLEAR", "HOLD",
    "Condition", "ConditionKind", "Figures", "Heartbeat", "Limits", "Notice", "Observation", "Observed", "Phase",
    "broken_source", "dead_channel", "full_disk", "growing_backlog", "heartbeat", "locked_database", "observe",
    "refused_configuration", "silent_source", "unwatched",
]  # fmt: skip
