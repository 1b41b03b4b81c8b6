"""The alerts' door: a finding becomes an `Alert` with labels, and the store becomes the alerts' book.

An event is alerted once, by its first article worth it; reprints and second reports only add to its list of copies. A new
step of a thread, and a correction, go as updates to whoever was told before.
"""

from alerts import Alert, Desk
from monitor.alerting.book import REACHED, StoreBook, resting_since
from monitor.alerting.codec import decode, encode
from monitor.alerting.compose import to_alert
from monitor.alerting.decision import AlertReason, alert_key, decide, event_key
from monitor.alerting.operators import heartbeat_alert, notice_alert
from monitor.alerting.rehearsing import Rehearsal
from monitor.alerting.reminding import escalation_alert, reminder_alert
from monitor.alerting.rendering import build_renderer
from monitor.alerting.trials import Sent, Trial, told_of, try_channels
from monitor.alerting.wording import Wording, worded

__all__ = [
    "REACHED",
    "Alert",
    "AlertReason",
    "Desk",
    "Rehearsal",
    "Sent",
    "StoreBook",
    "Trial",
    "Wording",
    "alert_key",
    "build_renderer",
    "decide",
    "decode",
    "encode",
    "escalation_alert",
    "event_key",
    "heartbeat_alert",
    "notice_alert",
    "reminder_alert",
    "resting_since",
    "to_alert",
    "told_of",
    "try_channels",
    "worded",
]  # fmt: skip
