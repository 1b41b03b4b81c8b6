"""Following a thread: what people were told of it, and what an article adds to that.

A thread is followed through its steps, each an event of its own. `revise` compares an article with what was told:

- *First telling*: nothing is known of the thread.
- *Step*: a new event at another stage, or one that states a fact otherwise in a field in which its stage can change something
  (`threads.CHANGEABLE`). Whoever was told before is told what changed.
- *Correction*: a further article on a told event, no copy, that says of itself that it corrects, and states a fact otherwise.
  Two newsrooms' different figures are no correction: see `changes`. A corrected total makes an event of its own; then the
  step says what it takes back.
- *Round*: a tender or an intention after the award opens the thread anew; nothing of the last round is compared or reminded of.
- *Late*: an older step that is seen after a newer one. It never takes the thread back: it is plain news, and minor where the
  tender is decided, so that nothing is lost and nobody is alarmed by what is long over. Publication decides, by day in
  China; on one day the stages' natural order.
- *Other term*: an award cannot precede the closing of its tender. So while bids are open, a report of an award, contract or
  running programme without the tender's number speaks of an earlier term: it is news, and neither ends nor changes
  anything here. A notice on one lot does not end the others either.
- *News*: anything else that happened, such as a product's claims report. *Repeated*: nothing new.

Missing a deadline is worse than one reminder too many: where it is doubtful whether a tender is over, it is not. Pure.
"""

from monitor.following.model import Revision, RevisionKind, ThreadState, report_of, thread_of
from monitor.following.order import deadline_moment
from monitor.following.revising import next_state, revise

__all__ = [
    "Revision", "RevisionKind", "ThreadState", "deadline_moment", "next_state", "report_of", "revise", "thread_of",
]  # fmt: skip
