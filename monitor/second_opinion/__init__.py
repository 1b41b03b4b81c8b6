"""An optional language model is asked about what the rules leave undecided; any OpenAI-compatible service will do.

Off by default. It may only raise, within a number of tokens a day; its answers are kept; it fails open: without a valid
answer an undecided article is sent as digest. `asking.SecondOpinion` asks, `heeding.heed` takes the answer in.

Only the values are imported here: `storage` keeps them, and `asking` stands above it.
"""

from monitor.second_opinion.model import Cause, Opinion, Outcome, SecondOpinionSettings, Unanswered

__all__ = ["Cause", "Opinion", "Outcome", "SecondOpinionSettings", "Unanswered"]
