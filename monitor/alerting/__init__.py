"""The alerts' door: a finding becomes an `Alert` with labels, and the store becomes the alerts' ledger.

An event is alerted once, by its first article worth it; reprints and second reports only add to its list of copies.
"""

from monitor.alerting.codec import decode, encode
from monitor.alerting.compose import to_alert
from monitor.alerting.courier import Courier, Delivery, Dispatch, Trial, judge, try_channels
from monitor.alerting.decision import AlertReason, alert_key, decide, event_key
from monitor.alerting.ledger import StoreLedger

__all__ = [
    "AlertReason", "Courier", "Delivery", "Dispatch", "StoreLedger", "Trial", "alert_key", "decide", "decode", "encode",
    "event_key", "judge", "to_alert", "try_channels",
]  # fmt: skip
