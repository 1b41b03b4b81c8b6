"""Learning from the user: judgements in, a small calibrated model out, that speaks only where the rules are undecided.

`adjust` is for the pipeline (pure), `ActiveModel` for whoever processes articles, `learn` for the command line. How the
model stays on the safe side of the rules stands in `training` and in docs/decisions/0007-learning.md.

`active` is imported by its own name, since it knows the store and the pipeline must not.
"""

from monitor.learning.applying import adjust
from monitor.learning.model import LearnedModel

__all__ = ["LearnedModel", "adjust"]
