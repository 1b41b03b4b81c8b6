"""From an alert to a receipt: routes, times, renders, delivers, and says truly what became of each delivery.

Outsiders import from here only. A `Desk` does the work on a `Book` (yours, or `MemoryBook`), which remembers who is to
get what, when, and what was accepted; `Rules` say who gets what; `build_senders` makes what sends.
"""

from __future__ import annotations

from alerts.admission import Rules, Surroundings, admit
from alerts.book import DEAD_LETTERS, Attempt, Book, Carried, Delivery, DeliveryState, LaneState, Recent, Waiting
from alerts.breaker import Breaker, BreakerState
from alerts.build import build_senders
from alerts.cadence import AtOnce, Cadence, Calendar, Days, Digest, Grouped, QuietHours, Urgency
from alerts.concluding import Conclusion, DeskPolicy
from alerts.desk import Desk
from alerts.errors import (
    AlertsError,
    CadenceDefinitionError,
    ChannelDefinitionError,
    InhibitionDefinitionError,
    LimitDefinitionError,
    RouteDefinitionError,
    SilenceDefinitionError,
)
from alerts.limits import Bucket, RateLimit
from alerts.matchers import (
    Between,
    Equals,
    In,
    Labels,
    Matcher,
    Matches,
    Not,
    StartsWith,
    Within,
    parse_matcher,
    reworded,
)
from alerts.memory_book import MemoryBook
from alerts.model import (
    Alert,
    AlertKind,
    AppriseSettings,
    Audience,
    Change,
    Channel,
    ChannelKind,
    ChannelSettings,
    CheckResult,
    Concern,
    ConsoleSettings,
    EmailSettings,
    Link,
    MailSecurity,
    Message,
    MessageForm,
    Outcome,
    Receipt,
    Receiver,
    Rendered,
    RobotSettings,
    SendResult,
    Severity,
    WebhookSettings,
)
from alerts.redact import Redactor, secrets_of
from alerts.render import Renderer
from alerts.retry import RetryPolicy
from alerts.routes import Route, RouteMatch, RouteOptions, RouteTree, labels_of
from alerts.secret import HIDDEN, NO_SECRET, Secret
from alerts.send import CheckableSender, Sender
from alerts.silencing import Inhibition, Silence
from alerts.timing import GroupState
from alerts.trial import trial_alert, try_channel

__all__ = [
    "DEAD_LETTERS",
    "HIDDEN",
    "NO_SECRET",
    "Alert",
    "AlertKind",
    "AlertsError",
    "AppriseSettings",
    "AtOnce",
    "Attempt",
    "Audience",
    "Between",
    "Book",
    "Breaker",
    "BreakerState",
    "Bucket",
    "Cadence",
    "CadenceDefinitionError",
    "Calendar",
    "Carried",
    "Change",
    "Channel",
    "ChannelDefinitionError",
    "ChannelKind",
    "ChannelSettings",
    "CheckResult",
    "CheckableSender",
    "Concern",
    "Conclusion",
    "ConsoleSettings",
    "Days",
    "Delivery",
    "DeliveryState",
    "Desk",
    "DeskPolicy",
    "Digest",
    "EmailSettings",
    "Equals",
    "GroupState",
    "Grouped",
    "In",
    "Inhibition",
    "InhibitionDefinitionError",
    "Labels",
    "LaneState",
    "LimitDefinitionError",
    "Link",
    "MailSecurity",
    "Matcher",
    "Matches",
    "MemoryBook",
    "Message",
    "MessageForm",
    "Not",
    "Outcome",
    "QuietHours",
    "RateLimit",
    "Receipt",
    "Receiver",
    "Recent",
    "Redactor",
    "Rendered",
    "Renderer",
    "RetryPolicy",
    "RobotSettings",
    "Route",
    "RouteDefinitionError",
    "RouteMatch",
    "RouteOptions",
    "RouteTree",
    "Rules",
    "Secret",
    "SendResult",
    "Sender",
    "Severity",
    "Silence",
    "SilenceDefinitionError",
    "StartsWith",
    "Surroundings",
    "Urgency",
    "Waiting",
    "WebhookSettings",
    "Within",
    "admit",
    "build_senders",
    "labels_of",
    "parse_matcher",
    "reworded",
    "secrets_of",
    "trial_alert",
    "try_channel",
]
