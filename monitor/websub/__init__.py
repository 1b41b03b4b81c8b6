"""WebSub (W3C Recommendation, 23 January 2018) on the subscriber's side, as decisions: whom to ask, whom to believe. Pure.

`planning` says which hubs to ask now, `intent` answers a hub that asks whether it was really us, `content` judges what a hub
delivers, `heeding` says what a notification does to a source's polls, `signing` makes addresses and secrets.
"""

from monitor.websub.content import Delivered, verify_content
from monitor.websub.heeding import due_after_ping, is_heralded, pinged_since
from monitor.websub.intent import Answer, AnswerKind, verify_intent
from monitor.websub.model import Asked, AskedOutcome, Offer, Subscription, SubscriptionState
from monitor.websub.planning import Demand, Mode, Plan, answered, plan
from monitor.websub.signing import LEAST_KEY, Signing

__all__ = [
    "LEAST_KEY", "Answer", "AnswerKind", "Asked", "AskedOutcome", "Delivered", "Demand", "Mode", "Offer", "Plan", "Signing",
    "Subscription", "SubscriptionState", "answered", "due_after_ping", "is_heralded", "pinged_since", "plan", "verify_content", "verify_intent",
]  # fmt: skip
