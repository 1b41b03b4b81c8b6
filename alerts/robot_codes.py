"""What the codes and words in chat robots' answers mean: later, never for this message, or never through this channel.

Sources: WeCom developer centre, "全局错误码" (path/90313); DingTalk, "自定义机器人接入" and "全局错误码"; Feishu, "自定义机器人使用指南";
ServerChan, sct.ftqq.com; PushPlus, "接口返回码说明"; Slack, "Sending messages using incoming webhooks", "Handling errors".
Where a service documents a pause after its limit, that is the wait.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerts.model import Concern, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """What one code in a robot's answer means. `hint` says in words what to look at; `retry_after` is in seconds."""

    outcome: Outcome
    hint: str
    retry_after: float | None = None
    concerns: Concern = Concern.CHANNEL


def _later(hint: str, seconds: float | None = None) -> Code:
    return Code(outcome=Outcome.RETRY, hint=hint, retry_after=seconds)


def _wrong_channel(hint: str) -> Code:
    return Code(outcome=Outcome.REFUSED, hint=hint)


def _wrong_message(hint: str) -> Code:
    return Code(outcome=Outcome.REFUSED, hint=hint, concerns=Concern.MESSAGE)


UNKNOWN_CODE: Final = _wrong_message("")
"""A code that we do not know: the message was not taken, and why would be a guess."""

TOO_OFTEN: Final = _later("too many messages", 600.0)
"""What an answer means whose words complain of frequency, whatever its code."""

_COMPLAINT: Final = re.compile(
    r"次数限制|超过.{0,8}(次数|频率|限制)|频率|过快|太快|限流|too (fast|many|frequent)|rate limit|freq", re.I
)


def complains_of_frequency(said: str) -> bool:
    """Whether the words of an answer say that we send too often."""
    return bool(_COMPLAINT.search(said))


WECOM: Final[Mapping[int, Code]] = {
    -1: _later("system busy"),
    6000: _later("data conflict"),
    45009: _later("over the rate limit of 20 a minute", 60.0),
    45033: _later("over the limit of parallel calls", 10.0),
    40001: _wrong_channel("wrong key"),
    40008: _wrong_message("wrong message type"),
    40058: _wrong_message("content too long or malformed"),
    44004: _wrong_message("empty content"),
    45002: _wrong_message("content too long"),
    93000: _wrong_channel("wrong robot address: copy it again from the group's robot settings"),
    93004: _wrong_channel("the robot was removed"),
    93008: _wrong_channel("the robot is not in the group"),
}

DINGTALK: Final[Mapping[int, Code]] = {
    -1: _later("system busy"),
    130101: _later("over 20 a minute, blocked for ten", 600.0),
    410100: _later("over 20 a minute, blocked for ten", 600.0),
    40001: _wrong_channel("wrong key"),
    40035: _wrong_message("malformed content"),
    43004: _wrong_message("wrong content type"),
    300001: _wrong_channel("unknown token"),
    310000: _wrong_channel(
        "its security settings say no: keyword missing, signature wrong, our clock off, or our address not listed"
    ),
    400013: _wrong_channel("the group was dissolved"),
    400101: _wrong_channel("unknown token"),
    400102: _wrong_channel("the robot was stopped"),
    400105: _wrong_message("wrong message type"),
    400106: _wrong_channel("the robot was removed"),
    430101: _wrong_message("a link was judged unsafe"),
    430102: _wrong_message("the text was judged improper"),
    430103: _wrong_message("an image was judged improper"),
    430104: _wrong_message("the content was judged improper"),
    460101: _wrong_message("content too long"),
}

FEISHU: Final[Mapping[int, Code]] = {
    9499: _wrong_message("malformed request"),
    11232: _later("over the rate limit", 60.0),
    11233: _later("over the rate limit", 60.0),
    19001: _wrong_channel("wrong robot address"),
    19002: _wrong_message("malformed content"),
    19021: _wrong_channel("wrong signature, or our clock is off by more than an hour"),
    19022: _wrong_channel("our address is not on the robot's list"),
    19024: _wrong_channel("the keyword that the robot asks for is missing"),
    19036: _wrong_message("content too long"),
}

SERVERCHAN: Final[Mapping[int, Code]] = {
    40001: _wrong_channel("wrong key"),
    40011: _wrong_channel("the account may not send"),
    40013: _later("too many messages", 600.0),
}

PUSHPLUS: Final[Mapping[int, Code]] = {
    302: _wrong_channel("not logged in"),
    401: _wrong_channel("not authorised"),
    403: _wrong_channel("our address is not on the account's list"),
    500: _later("system error"),
    600: _wrong_message("malformed content"),
    805: _wrong_channel("the account may not do this"),
    888: _wrong_channel("the account has no points left"),
    # Each further request lengthens the ban (two days, then seven): the service asks to stop for the day.
    900: _later("over the day's limit of messages", 24 * 3600.0),
    903: _wrong_channel("wrong token"),
    905: _wrong_channel("the account's holder has not proved their identity"),
    907: _wrong_channel("unknown token"),
    908: _wrong_channel("the account is blocked"),
    909: _wrong_message("the content is held for review"),
    912: _wrong_channel("the account has no service package"),
    999: _wrong_message("refused by the service's checks"),
}

SLACK: Final[Mapping[str, Code]] = {
    "invalid_payload": _wrong_message("malformed content"),
    "no_text": _wrong_message("empty content"),
    "too_many_attachments": _wrong_message("too many attachments"),
    "msg_too_long": _wrong_message("content too long"),
    "user_not_found": _wrong_channel("its user is gone"),
    "channel_not_found": _wrong_channel("its channel is gone"),
    "channel_is_archived": _wrong_channel("its channel is archived"),
    "action_prohibited": _wrong_channel("the workspace forbids it"),
    "posting_to_general_channel_denied": _wrong_channel("it may not post to the general channel"),
    "invalid_token": _wrong_channel("wrong key"),
    "no_service": _wrong_channel("the webhook was removed or disabled"),
    "no_service_id": _wrong_channel("wrong address"),
    "no_team": _wrong_channel("wrong address"),
    "team_disabled": _wrong_channel("the workspace is disabled"),
    "rollup_error": _later("system error"),
    "rate_limited": _later("over the rate limit", 60.0),
}
