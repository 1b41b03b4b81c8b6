"""From an alert to a receipt: routes, renders, delivers, and says truly what became of each delivery.

Outsiders import from here only. `dispatch` is the one call; `build_senders` makes what it needs from receivers,
`RouteTree` says who gets what, a `Ledger` (yours, or `MemoryLedger`) remembers what was accepted.
"""

from __future__ import annotations

from alerts.build import build_senders
from alerts.dispatch import dispatch
from alerts.errors import AlertsError, ChannelDefinitionError, RouteDefinitionError
from alerts.ledger import Attempt, Ledger, MemoryLedger
from alerts.matchers import Between, Equals, In, Labels, Matcher, Matches, Not, StartsWith, Within, parse_matcher
from alerts.model import (
    Alert,
    AppriseSettings,
    Channel,
    ChannelKind,
    ChannelSettings,
    CheckResult,
    Concern,
    ConsoleSettings,
    EmailSettings,
    Link,
    MailSecurity,
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
from alerts.stages import DispatchPolicy
from alerts.trial import trial_alert, try_channel

__all__ = [
    "HIDDEN",
    "NO_SECRET",
    "Alert",
    "AlertsError",
    "AppriseSettings",
    "Attempt",
    "Between",
    "Channel",
    "ChannelDefinitionError",
    "ChannelKind",
    "ChannelSettings",
    "CheckResult",
    "CheckableSender",
    "Concern",
    "ConsoleSettings",
    "DispatchPolicy",
    "EmailSettings",
    "Equals",
    "In",
    "Labels",
    "Ledger",
    "Link",
    "MailSecurity",
    "Matcher",
    "Matches",
    "MemoryLedger",
    "Not",
    "Outcome",
    "Receipt",
    "Receiver",
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
    "Secret",
    "SendResult",
    "Sender",
    "Severity",
    "StartsWith",
    "WebhookSettings",
    "Within",
    "build_senders",
    "dispatch",
    "labels_of",
    "parse_matcher",
    "secrets_of",
    "trial_alert",
    "try_channel",
]
