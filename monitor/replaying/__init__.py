"""Stored articles through today's rules, or given ones, again: which alerts would appear, vanish or read otherwise.

Each article is judged as it was at its place in the stream: compared with what came before it, told after what was told
before it (`course`). So unchanged rules change nothing, and a difference is the rules' own. What an alert's absence or another
reading does to later ones (an update that becomes a first telling, copies that part or join) comes out of the same pass.

Not made anew are reminders and escalations (time makes them), second opinions that were never asked, and what the filter
leaves out, which stays as recorded. See docs/replay.md and docs/decisions/0016-replay.md.
"""

from monitor.replay_records import DIFFERENT, Change, Effect
from monitor.replaying.model import Loss, Order, ReplayReport
from monitor.replaying.reading import WorkerDiedError
from monitor.replaying.running import Replaying

__all__ = ["DIFFERENT", "Change", "Effect", "Loss", "Order", "ReplayReport", "Replaying", "WorkerDiedError"]
