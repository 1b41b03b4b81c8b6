"""Chat robots: how each is addressed, signed to, spoken to, and understood.

These robots answer HTTP 200 and say no in the body. So a body is an acceptance only where it parses and its code is
zero. Codes that we know map to "later" or "never"; an unknown code is a refusal, and a body that is not theirs (a proxy's
login page) leaves it unknown.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from alerts import escape
from alerts.model import ChannelKind, Concern, Outcome, Rendered, RobotSettings, SendResult, Severity
from alerts.pack import cut
from alerts.posting import Post, Reply
from alerts.secret import Secret

_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

Composer = Callable[[Rendered, RobotSettings, float], Post]
"""(message, settings, seconds since 1970) -> the request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """What one code in a robot's answer means."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Robot:
    """One kind of robot. `endpoint` makes an address of a bare key; `code_fields` are tried in order."""

    name: str
    endpoint: str
    compose: Composer
    code_fields: tuple[str, ...] = ()
    text_fields: tuple[str, ...] = ()
    codes: Mapping[int, Code] | None = None

    def address(self, given: Secret) -> Secret:
        """The whole address, where only the key was given. An address stays as it is, whatever it is."""
        text = given.reveal().strip()
        return (
            Secret(self.endpoint.format(key=text)) if re.fullmatch(r"[\w-]+", text) and self.endpoint else Secret(text)
        )

    def read(self, reply: Reply) -> SendResult:
        """What the body of a 2xx answer says."""
        if not self.codes:
            return _read_ok(self.name, reply)
        answer = _parsed(reply.body)
        code = next((answer[name] for name in self.code_fields if _is_code(answer.get(name))), None)
        if code is None:
            return SendResult(
                outcome=Outcome.UNKNOWN,
                reason=f"HTTP {reply.status}, but the answer is not {self.name}'s",
                concerns=Concern.CHANNEL,
            )
        said = next((str(answer[name]) for name in self.text_fields if answer.get(name)), "")
        if int(code) == 0:
            return SendResult(outcome=Outcome.ACCEPTED, reason=f"{self.name} code 0")
        meaning = self._meaning(int(code), said)
        words = [f"{self.name} code {int(code)}", meaning.hint, cut(escape.one_line(said), 160)]
        return SendResult(
            outcome=meaning.outcome,
            reason=": ".join(word for word in words if word),
            retry_after=meaning.retry_after,
            concerns=meaning.concerns,
        )

    def _meaning(self, code: int, said: str) -> Code:
        known = (self.codes or {}).get(code)
        # ServerChan says "too often" and "wrong key" with one code (40001); only the words tell them apart.
        if (known is None or known.outcome is Outcome.REFUSED) and _TOO_OFTEN.search(said):
            return _later("too many messages", 600.0)
        return known or _wrong_message("")


_TOO_OFTEN: Final = re.compile(
    r"次数限制|超过.{0,8}(次数|频率|限制)|频率|过快|太快|限流|too (fast|many|frequent)|rate limit|freq", re.I
)


def _wecom(message: Rendered, settings: RobotSettings, now: float) -> Post:
    return _post(settings, ROBOTS[ChannelKind.WECOM], {"msgtype": "markdown", "markdown": {"content": message.body}})


def _dingtalk(message: Rendered, settings: RobotSettings, now: float) -> Post:
    payload = {
        "msgtype": "markdown",
        "markdown": {"title": escape.markdown(cut(message.title, 60)), "text": message.body},
        "at": {"isAtAll": False},
    }
    request = _post(settings, ROBOTS[ChannelKind.DINGTALK], payload)
    if not settings.signing:
        return request
    key, stamp = settings.signing.reveal(), str(round(now * 1000))
    sign = base64.b64encode(hmac.new(key.encode(), f"{stamp}\n{key}".encode(), hashlib.sha256).digest()).decode()
    address = request.address.reveal()
    joined = f"{address}{'&' if '?' in address else '?'}{urlencode({'timestamp': stamp, 'sign': sign})}"
    return Post(address=Secret(joined), body=request.body, headers=request.headers)


def _feishu(message: Rendered, settings: RobotSettings, now: float) -> Post:
    payload: dict[str, Any] = {
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": True},
            "header": {
                "title": {"tag": "plain_text", "content": cut(message.title, 200)},
                "template": "red" if message.severity is Severity.URGENT else "blue",
            },
            "elements": [{"tag": "markdown", "content": message.body}],
        },
    }
    if settings.signing:
        # Feishu signs the empty message with "stamp\nkey" as the key, the reverse of DingTalk.
        stamp = str(int(now))
        digest = hmac.new(f"{stamp}\n{settings.signing.reveal()}".encode(), b"", hashlib.sha256).digest()
        payload |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    return _post(settings, ROBOTS[ChannelKind.FEISHU], payload)


def _serverchan(message: Rendered, settings: RobotSettings, now: float) -> Post:
    form = urlencode({"title": cut(message.title, 32), "desp": message.body}).encode()
    return Post(address=ROBOTS[ChannelKind.SERVERCHAN].address(settings.address), body=form, headers=_FORM)


def _slack(message: Rendered, settings: RobotSettings, now: float) -> Post:
    payload = {"text": message.body, "mrkdwn": True, "link_names": False, "unfurl_links": False}
    return _post(settings, ROBOTS[ChannelKind.SLACK], payload)


def _post(settings: RobotSettings, robot: Robot, payload: Mapping[str, Any]) -> Post:
    # Not ASCII-escaped: the services count bytes of UTF-8, and an escaped Chinese character is six of them.
    body = json.dumps(payload, ensure_ascii=False).encode()
    return Post(address=robot.address(settings.address), body=body, headers=_JSON)


def _read_ok(name: str, reply: Reply) -> SendResult:
    """Slack and its imitators: `ok`, or JSON with `ok` or `success` true."""
    answer = _parsed(reply.body)
    if reply.body.strip().lower() == b"ok" or answer.get("ok") is True or answer.get("success") is True:
        return SendResult(outcome=Outcome.ACCEPTED, reason=f"{name} ok")
    if answer.get("ok") is False or answer.get("success") is False:
        said = escape.one_line(str(answer.get("error") or ""))
        return SendResult(outcome=Outcome.REFUSED, reason=f"{name} said no: {cut(said, 160)}".rstrip(": "))
    return SendResult(
        outcome=Outcome.UNKNOWN, reason=f"HTTP {reply.status}, but the answer is not {name}'s", concerns=Concern.CHANNEL
    )


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _is_code(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value) is not None)


# Codes: WeCom developer centre, "全局错误码" (path/90313); DingTalk, "自定义机器人接入" and "全局错误码"; Feishu, "自定义机器人
# 使用指南"; ServerChan, sct.ftqq.com. Where a service documents a pause after its limit, that is the wait.
ROBOTS: Final[Mapping[ChannelKind, Robot]] = {
    ChannelKind.WECOM: Robot(
        name="WeCom",
        endpoint="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}",
        compose=_wecom,
        code_fields=("errcode",),
        text_fields=("errmsg",),
        codes={
            -1: _later("system busy"),
            6000: _later("data conflict"),
            45009: _later("over the rate limit", 60.0),
            45033: _later("over the limit of parallel calls", 10.0),
            40001: _wrong_channel("wrong key"),
            40008: _wrong_message("wrong message type"),
            40058: _wrong_message("content too long or malformed"),
            44004: _wrong_message("empty content"),
            45002: _wrong_message("content too long"),
            93000: _wrong_channel("wrong robot address"),
            93004: _wrong_channel("the robot was removed"),
            93008: _wrong_channel("the robot is not in the group"),
        },
    ),
    ChannelKind.DINGTALK: Robot(
        name="DingTalk",
        endpoint="https://oapi.dingtalk.com/robot/send?access_token={key}",
        compose=_dingtalk,
        code_fields=("errcode",),
        text_fields=("errmsg",),
        codes={
            -1: _later("system busy"),
            130101: _later("over 20 a minute, blocked for ten", 600.0),
            410100: _later("over 20 a minute, blocked for ten", 600.0),
            40001: _wrong_channel("wrong key"),
            40035: _wrong_message("malformed content"),
            300001: _wrong_channel("unknown token"),
            310000: _wrong_channel("keyword, signature or address not allowed"),
            400013: _wrong_channel("the group was dissolved"),
            400101: _wrong_channel("unknown token"),
            400102: _wrong_channel("the robot was stopped"),
            400106: _wrong_channel("the robot was removed"),
            430101: _wrong_message("a link was judged unsafe"),
            430102: _wrong_message("the text was judged improper"),
            430104: _wrong_message("the content was judged improper"),
        },
    ),
    ChannelKind.FEISHU: Robot(
        name="Feishu",
        endpoint="https://open.feishu.cn/open-apis/bot/v2/hook/{key}",
        compose=_feishu,
        code_fields=("code", "StatusCode"),
        text_fields=("msg", "StatusMessage"),
        codes={
            9499: _wrong_message("malformed content"),
            11232: _later("over the rate limit", 60.0),
            11233: _later("over the rate limit", 60.0),
            19001: _wrong_channel("wrong robot address"),
            19002: _wrong_message("malformed content"),
            19021: _wrong_channel("wrong signature"),
            19022: _wrong_channel("our address is not allowed"),
            19024: _wrong_channel("the keyword that the robot asks for is missing"),
            19036: _wrong_message("content too long"),
        },
    ),
    ChannelKind.SERVERCHAN: Robot(
        name="ServerChan",
        endpoint="https://sctapi.ftqq.com/{key}.send",
        compose=_serverchan,
        code_fields=("code", "errno"),
        text_fields=("message", "info", "errmsg"),
        codes={
            40001: _wrong_channel("wrong key"),
            40011: _wrong_channel("the account may not send"),
            40013: _later("too many messages", 600.0),
        },
    ),
    ChannelKind.SLACK: Robot(name="Slack", endpoint="", compose=_slack),
}
