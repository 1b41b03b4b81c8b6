"""Chat robots: how each is addressed, signed to, spoken to, and understood.

These robots answer HTTP 200 and say no in the body. So a body is an acceptance only where it parses and its code means
yes. Codes that we know (`robot_codes`) map to "later" or "never"; an unknown code is a refusal, and a body that is not
theirs (a proxy's login page) leaves it unknown.
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
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alerts import escape, robot_codes
from alerts.model import ChannelKind, Concern, Outcome, Rendered, RobotSettings, SendResult, Severity
from alerts.pack import cut
from alerts.posting import Post, Reply
from alerts.robot_codes import Code
from alerts.secret import Secret

_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

Composer = Callable[[Rendered, RobotSettings, float], Post]
"""(message, settings, seconds since 1970) -> the request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Robot:
    """One kind of robot.

    `endpoint` makes an address of a bare key; `endpoints` do so for keys of other makes, by pattern. `code_fields` are
    tried in order; `accepted` is the code that means yes. `codes` explain codes; `words`, for a service that has none,
    its error strings.
    """

    name: str
    endpoint: str
    compose: Composer
    endpoints: tuple[tuple[re.Pattern[str], str], ...] = ()
    code_fields: tuple[str, ...] = ()
    text_fields: tuple[str, ...] = ()
    accepted: int = 0
    codes: Mapping[int, Code] | None = None
    words: Mapping[str, Code] | None = None

    def address(self, given: Secret) -> Secret:
        """The whole address, where only the key was given. An address stays as it is, whatever it is."""
        text = given.reveal().strip()
        if not (self.endpoint and re.fullmatch(r"[\w-]+", text)):
            return Secret(text)
        for pattern, endpoint in self.endpoints:
            if match := pattern.fullmatch(text):
                return Secret(endpoint.format(*match.groups(), key=text))
        return Secret(self.endpoint.format(key=text))

    def read(self, reply: Reply) -> SendResult:
        """What the body of a 2xx answer says."""
        if self.codes is None:
            return self._read_ok(reply)
        answer = _parsed(reply.body)
        code = self._code(answer)
        if code is None:
            return self._not_its_answer(reply)
        if code == self.accepted:
            return SendResult(outcome=Outcome.ACCEPTED, reason=f"{self.name} code {code}")
        return self._refusal(code, answer)

    def explain(self, verdict: SendResult, reply: Reply) -> SendResult:
        """What an answer with another status comes to: the body decides where it holds a code that we know, for a
        wrong key concerns the channel whatever the status says; else the status does (`verdict`)."""
        if verdict.outcome is not Outcome.REFUSED:
            return verdict
        if self.codes is None:
            word = reply.body.decode("utf-8", "replace").strip()
            meaning = (self.words or {}).get(word) or (self.words or {}).get(str(_parsed(reply.body).get("error")))
            return (
                self._result(meaning, f"{verdict.reason} {cut(escape.one_line(word), 60)}", "") if meaning else verdict
            )
        answer = _parsed(reply.body)
        code = self._code(answer)
        return self._refusal(code, answer) if code in self.codes else verdict

    def _code(self, answer: Mapping[str, Any]) -> int | None:
        return next((int(answer[name]) for name in self.code_fields if _is_code(answer.get(name))), None)

    def _refusal(self, code: int | None, answer: Mapping[str, Any]) -> SendResult:
        said = next((str(answer[name]) for name in self.text_fields if answer.get(name)), "")
        meaning = (self.codes or {}).get(code or 0)
        # ServerChan says "too often" and "wrong key" with one code (40001); only the words tell them apart.
        if (meaning is None or meaning.outcome is Outcome.REFUSED) and robot_codes.complains_of_frequency(said):
            meaning = robot_codes.TOO_OFTEN
        return self._result(meaning or robot_codes.UNKNOWN_CODE, f"{self.name} code {code}", said)

    def _result(self, meaning: Code, what: str, said: str) -> SendResult:
        words = (what, meaning.hint, cut(escape.one_line(said), 160))
        return SendResult(
            outcome=meaning.outcome,
            reason=": ".join(word for word in words if word),
            retry_after=meaning.retry_after,
            concerns=meaning.concerns,
        )

    def _read_ok(self, reply: Reply) -> SendResult:
        """Slack and its imitators: `ok`, or JSON with `ok` or `success` true."""
        answer = _parsed(reply.body)
        if reply.body.strip().lower() == b"ok" or answer.get("ok") is True or answer.get("success") is True:
            return SendResult(outcome=Outcome.ACCEPTED, reason=f"{self.name} ok")
        if answer.get("ok") is False or answer.get("success") is False:
            said = str(answer.get("error") or "")
            return self._result((self.words or {}).get(said, robot_codes.UNKNOWN_CODE), f"{self.name} said no", said)
        return self._not_its_answer(reply)

    def _not_its_answer(self, reply: Reply) -> SendResult:
        reason = f"HTTP {reply.status}, but the answer is not {self.name}'s"
        return SendResult(outcome=Outcome.UNKNOWN, reason=reason, concerns=Concern.CHANNEL)


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
    form = urlencode({"title": escape.markdown(cut(message.title, 32)), "desp": message.body}).encode()
    return Post(address=ROBOTS[ChannelKind.SERVERCHAN].address(settings.address), body=form, headers=_FORM)


def _pushplus(message: Rendered, settings: RobotSettings, now: float) -> Post:
    """The address's query (`token`, perhaps `topic`, `channel`, `webhook`) travels in the body, as the service wants it."""
    split = urlsplit(ROBOTS[ChannelKind.PUSHPLUS].address(settings.address).reveal())
    payload = {
        **dict(parse_qsl(split.query)),
        "title": escape.markdown(cut(message.title, 100)),
        "content": message.body,
        "template": "markdown",
    }
    address = Secret(urlunsplit(split._replace(query="")))
    return Post(address=address, body=json.dumps(payload, ensure_ascii=False).encode(), headers=_JSON)


def _slack(message: Rendered, settings: RobotSettings, now: float) -> Post:
    payload = {"text": message.body, "mrkdwn": True, "link_names": False, "unfurl_links": False}
    return _post(settings, ROBOTS[ChannelKind.SLACK], payload)


def _post(settings: RobotSettings, robot: Robot, payload: Mapping[str, Any]) -> Post:
    # Not ASCII-escaped: the services count bytes of UTF-8, and an escaped Chinese character is six of them.
    body = json.dumps(payload, ensure_ascii=False).encode()
    return Post(address=robot.address(settings.address), body=body, headers=_JSON)


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


ROBOTS: Final[Mapping[ChannelKind, Robot]] = {
    ChannelKind.WECOM: Robot(
        name="WeCom",
        endpoint="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}",
        compose=_wecom,
        code_fields=("errcode",),
        text_fields=("errmsg",),
        codes=robot_codes.WECOM,
    ),
    ChannelKind.DINGTALK: Robot(
        name="DingTalk",
        endpoint="https://oapi.dingtalk.com/robot/send?access_token={key}",
        compose=_dingtalk,
        code_fields=("errcode",),
        text_fields=("errmsg",),
        codes=robot_codes.DINGTALK,
    ),
    ChannelKind.FEISHU: Robot(
        name="Feishu",
        endpoint="https://open.feishu.cn/open-apis/bot/v2/hook/{key}",
        compose=_feishu,
        code_fields=("code", "StatusCode"),
        text_fields=("msg", "StatusMessage"),
        codes=robot_codes.FEISHU,
    ),
    ChannelKind.SERVERCHAN: Robot(
        name="ServerChan",
        endpoint="https://sctapi.ftqq.com/{key}.send",
        # The service's third edition has a host for each user, whose number is in the key.
        endpoints=((re.compile(r"sctp(\d+)t\w+"), "https://{0}.push.ft07.com/send/{key}.send"),),
        compose=_serverchan,
        code_fields=("code", "errno"),
        text_fields=("message", "info", "errmsg"),
        codes=robot_codes.SERVERCHAN,
    ),
    ChannelKind.PUSHPLUS: Robot(
        name="PushPlus",
        endpoint="https://www.pushplus.plus/send?token={key}",
        compose=_pushplus,
        code_fields=("code",),
        text_fields=("msg",),
        accepted=200,
        codes=robot_codes.PUSHPLUS,
    ),
    ChannelKind.SLACK: Robot(name="Slack", endpoint="", compose=_slack, words=robot_codes.SLACK),
}
