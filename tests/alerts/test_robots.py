"""Robots and webhooks against a real server: what their answers, refusals, limits and silences come to."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import socket
import threading
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest

from alerts import (
    AppriseSettings,
    ChannelKind,
    Concern,
    Outcome,
    Receiver,
    Secret,
    SendResult,
    build_senders,
    posting,
    robot_codes,
)
from alerts.posting import retry_after_seconds
from alerts.robots import ROBOTS as TABLE
from tests.alerts.collector import Answer, Collector, dingtalk_robot, feishu_robot
from tests.alerts.samples import ALERT, alert, channel, rendered, robot, sender, webhook

KEY = "693a91f6-7bbb-4bc4-97a0-0ec2sifa5aaa"
PATH = f"/hook/{KEY}"
ROBOTS = (
    ChannelKind.WECOM,
    ChannelKind.DINGTALK,
    ChannelKind.FEISHU,
    ChannelKind.SERVERCHAN,
    ChannelKind.PUSHPLUS,
    ChannelKind.SLACK,
)

OK = {
    ChannelKind.WECOM: Answer.json({"errcode": 0, "errmsg": "ok"}),
    ChannelKind.DINGTALK: Answer.json({"errcode": 0, "errmsg": "ok"}),
    ChannelKind.FEISHU: Answer.json({"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"}),
    ChannelKind.SERVERCHAN: Answer.json({"code": 0, "message": "", "data": {"pushid": "1"}}),
    ChannelKind.PUSHPLUS: Answer.json({"code": 200, "msg": "请求成功", "data": "d7f5"}),
    ChannelKind.SLACK: Answer.text(200, "ok"),
}


def send(
    collector: Collector, kind: ChannelKind, *answers: Answer, timeout: float = 5.0, path: str = PATH
) -> SendResult:
    collector.script(path, *answers)
    return sender(robot(kind, collector.url(path), timeout=timeout)).send(rendered(kind))


@pytest.mark.parametrize("kind", ROBOTS)
def test_the_services_own_yes_is_acceptance(collector: Collector, kind: ChannelKind) -> None:
    assert send(collector, kind, OK[kind]).outcome is Outcome.ACCEPTED
    assert len(collector.received) == 1


@pytest.mark.parametrize(
    ("kind", "code", "words", "outcome", "concerns"),
    [
        (ChannelKind.WECOM, 40058, "invalid content size", Outcome.REFUSED, Concern.MESSAGE),
        (ChannelKind.WECOM, 45009, "api freq out of limit", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.WECOM, 93000, "invalid webhook url", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.WECOM, -1, "system busy", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.WECOM, 99999, "never heard of", Outcome.REFUSED, Concern.MESSAGE),
        (ChannelKind.DINGTALK, 310000, "keywords not in content", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.DINGTALK, 130101, "send too fast", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.DINGTALK, 300001, "token is not exist", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.FEISHU, 19021, "sign match fail", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.FEISHU, 11232, "create message frequency limited", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.SERVERCHAN, 40001, "[AUTH]不正确的APIkey", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.SERVERCHAN, 40001, "超过当天的发送次数限制[5]", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.WECOM, 40008, "invalid message type", Outcome.REFUSED, Concern.MESSAGE),
        (ChannelKind.DINGTALK, 460101, "message too long", Outcome.REFUSED, Concern.MESSAGE),
        (ChannelKind.FEISHU, 19024, "Key Words Not Found", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.FEISHU, 9499, "Bad Request", Outcome.REFUSED, Concern.MESSAGE),
        (ChannelKind.PUSHPLUS, 0, "a zero is no yes here", Outcome.REFUSED, Concern.MESSAGE),
        (ChannelKind.PUSHPLUS, 500, "系统异常，请稍后再试", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.PUSHPLUS, 900, "用户账号使用受限", Outcome.RETRY, Concern.CHANNEL),
        (ChannelKind.PUSHPLUS, 903, "无效的用户令牌", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.PUSHPLUS, 905, "账户未进行实名认证", Outcome.REFUSED, Concern.CHANNEL),
        (ChannelKind.PUSHPLUS, 999, "内容不能为空", Outcome.REFUSED, Concern.MESSAGE),
    ],
)
def test_a_refusal_inside_http_200_is_no_acceptance(
    collector: Collector, kind: ChannelKind, code: int, words: str, outcome: Outcome, concerns: Concern
) -> None:
    """T1: Apprise 2.2.0 reports success for each of these."""
    fields = ("code", "msg") if kind is ChannelKind.FEISHU else ("errcode", "errmsg")
    fields = ("code", "message") if kind is ChannelKind.SERVERCHAN else fields
    fields = ("code", "msg") if kind is ChannelKind.PUSHPLUS else fields
    result = send(collector, kind, Answer.json({fields[0]: code, fields[1]: words}))
    assert (result.outcome, result.concerns) == (outcome, concerns)
    assert str(code) in result.reason
    assert words in result.reason


@pytest.mark.parametrize(
    ("kind", "field", "code", "seconds"),
    [
        (ChannelKind.WECOM, "errcode", 45009, 60),
        (ChannelKind.DINGTALK, "errcode", 130101, 600),
        (ChannelKind.FEISHU, "code", 11232, 60),
        (ChannelKind.PUSHPLUS, "code", 900, 86_400),
    ],
)
def test_a_limit_with_a_known_pause_asks_for_it(
    collector: Collector, kind: ChannelKind, field: str, code: int, seconds: float
) -> None:
    assert send(collector, kind, Answer.json({field: code})).retry_after == seconds


@pytest.mark.parametrize(
    "code",
    [code for table in (robot_codes.WECOM, robot_codes.DINGTALK, robot_codes.FEISHU) for code in table.values()]
    + [*robot_codes.SERVERCHAN.values(), *robot_codes.PUSHPLUS.values(), *robot_codes.SLACK.values()],
)
def test_each_known_code_says_what_to_do_in_words(code: robot_codes.Code) -> None:
    assert code.hint
    assert code.outcome in (Outcome.RETRY, Outcome.REFUSED)
    assert code.outcome is Outcome.RETRY or code.retry_after is None


@pytest.mark.parametrize(
    ("kind", "status", "answer", "outcome", "concerns", "hint"),
    [
        (ChannelKind.SERVERCHAN, 400, '{"code": 40001, "message": "[AUTH]"}', "refused", "channel", "wrong key"),
        (ChannelKind.FEISHU, 400, '{"code": 9499, "msg": "Bad Request"}', "refused", "message", "malformed"),
        (ChannelKind.FEISHU, 400, '{"code": 11232, "msg": "limited"}', "retry", "channel", "rate limit"),
        (ChannelKind.FEISHU, 400, '{"code": 99, "msg": "?"}', "refused", "message", "HTTP 400"),
        (ChannelKind.FEISHU, 502, '{"code": 19001}', "retry", "channel", "HTTP 502"),
        (ChannelKind.SLACK, 400, "invalid_payload", "refused", "message", "malformed content"),
        (ChannelKind.SLACK, 400, "user_not_found", "refused", "channel", "its user is gone"),
        (ChannelKind.SLACK, 403, "action_prohibited", "refused", "channel", "forbids"),
        (ChannelKind.SLACK, 404, "no_service", "refused", "channel", "removed or disabled"),
        (ChannelKind.SLACK, 410, "channel_is_archived", "refused", "channel", "archived"),
        (ChannelKind.SLACK, 500, "rollup_error", "retry", "channel", "HTTP 500"),
        (ChannelKind.SLACK, 400, "never_heard_of", "refused", "message", "HTTP 400"),
    ],
)
def test_the_body_of_another_status_says_whom_the_refusal_is_about(
    collector: Collector, kind: ChannelKind, status: int, answer: str, outcome: str, concerns: str, hint: str
) -> None:
    result = send(collector, kind, Answer.text(status, answer))
    assert (result.outcome.value, result.concerns.value) == (outcome, concerns)
    assert hint in result.reason


def test_slack_words_in_json_are_understood_too(collector: Collector) -> None:
    result = send(collector, ChannelKind.SLACK, Answer.json({"ok": False, "error": "channel_not_found"}))
    assert (result.outcome, result.concerns) == (Outcome.REFUSED, Concern.CHANNEL)
    assert "its channel is gone" in result.reason


def test_pushplus_gets_its_token_and_topic_in_the_body_and_not_in_the_address(collector: Collector) -> None:
    collector.script("/send", OK[ChannelKind.PUSHPLUS])
    address = collector.url(f"/send?token={KEY}&topic=team")
    assert sender(robot(ChannelKind.PUSHPLUS, address)).send(rendered(ChannelKind.PUSHPLUS)).outcome is Outcome.ACCEPTED
    got = collector.received[0]
    assert got.query == {}
    sent = got.json()
    assert (sent["token"], sent["topic"], sent["template"]) == (KEY, "team", "markdown")
    assert sent["title"] == ALERT.title
    assert ALERT.summary in sent["content"]


def test_a_serverchan_key_of_the_third_edition_has_its_users_host() -> None:
    made = TABLE[ChannelKind.SERVERCHAN].address(Secret("sctp123tAbC_x")).reveal()
    assert made == "https://123.push.ft07.com/send/sctp123tAbC_x.send"


@pytest.mark.parametrize("kind", ROBOTS)
@pytest.mark.parametrize(
    "body", ["<html>please log in</html>", "", "[]", '{"errcode": true}', '{"code": null}', "null"]
)
def test_a_success_that_is_not_the_robots_own_leaves_it_unknown(
    collector: Collector, kind: ChannelKind, body: str
) -> None:
    assert send(collector, kind, Answer.text(200, body)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("kind", [*ROBOTS, ChannelKind.WEBHOOK])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (301, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (401, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (413, Outcome.REFUSED),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
    ],
)
def test_the_status_decides_where_it_is_no_success(
    collector: Collector, kind: ChannelKind, status: int, outcome: Outcome
) -> None:
    collector.script("/h", Answer.text(status, headers={"Location": collector.url("/elsewhere"), "Retry-After": "7"}))
    one = webhook(collector.url("/h")) if kind is ChannelKind.WEBHOOK else robot(kind, collector.url("/h"))
    result = sender(one).send(rendered(kind))
    assert result.outcome is outcome
    assert result.retry_after == (7 if outcome is Outcome.RETRY else None)
    assert str(status) in result.reason
    assert not collector.at("/elsewhere"), "a redirect would carry the message, and its address, to somebody else"


def test_retry_after_may_be_a_date() -> None:
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    later = now + dt.timedelta(seconds=90)
    dates = {"Retry-After": format_datetime(later, usegmt=True), "Date": format_datetime(now, usegmt=True)}
    assert retry_after_seconds(dates) == 90
    assert retry_after_seconds({"Retry-After": "soon"}) is None
    assert retry_after_seconds({}) is None


@pytest.mark.parametrize("kind", [ChannelKind.WECOM, ChannelKind.WEBHOOK])
@pytest.mark.parametrize(
    "answer", [Answer(stalls=True), Answer(drops=True), Answer(body=b'{"errcode":0}' * 9, cuts=True)]
)
def test_an_answer_lost_after_the_request_was_written_is_unknown(
    collector: Collector, kind: ChannelKind, answer: Answer
) -> None:
    """T5: a time-out that is read as a failure is how duplicates are made."""
    collector.script("/h", answer)
    one = (
        webhook(collector.url("/h"), timeout=0.3)
        if kind is ChannelKind.WEBHOOK
        else robot(kind, collector.url("/h"), timeout=0.3)
    )
    result = sender(one).send(rendered(kind))
    assert result.outcome is Outcome.UNKNOWN
    assert len(collector.received) == 1, "it did arrive"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("kind", [*ROBOTS, ChannelKind.WEBHOOK])
def test_a_refused_connection_is_tried_again(kind: ChannelKind) -> None:
    address = f"http://127.0.0.1:{closed_port()}{PATH}"
    result = sender(webhook(address) if kind is ChannelKind.WEBHOOK else robot(kind, address)).send(rendered(kind))
    assert result.outcome is Outcome.RETRY
    assert result.concerns is Concern.CHANNEL
    assert KEY not in result.reason


def test_an_https_address_of_a_plain_server_is_tried_again_and_nothing_was_sent(collector: Collector) -> None:
    address = collector.url("/h").replace("http://", "https://")
    result = sender(robot(ChannelKind.WECOM, address)).send(rendered(ChannelKind.WECOM))
    assert result.outcome is Outcome.RETRY
    assert not collector.received


def test_dingtalk_accepts_our_signature_and_refuses_another(collector: Collector) -> None:
    collector.script("/robot/send", dingtalk_robot("SECabc"))
    address = collector.url("/robot/send?access_token=tok123456")
    right = sender(robot(ChannelKind.DINGTALK, address, signing="SECabc")).send(rendered(ChannelKind.DINGTALK))
    assert right.outcome is Outcome.ACCEPTED
    assert collector.received[0].query["access_token"] == ("tok123456",)
    assert collector.received[0].json()["markdown"]["title"] == ALERT.title
    wrong = sender(robot(ChannelKind.DINGTALK, address, signing="SECxyz")).send(rendered(ChannelKind.DINGTALK))
    assert wrong.outcome is Outcome.REFUSED
    none = sender(robot(ChannelKind.DINGTALK, address)).send(rendered(ChannelKind.DINGTALK))
    assert none.outcome is Outcome.REFUSED


def test_feishu_accepts_our_signature_and_refuses_another(collector: Collector) -> None:
    collector.script("/hook", feishu_robot("key-1"))
    right = sender(robot(ChannelKind.FEISHU, collector.url("/hook"), signing="key-1")).send(
        rendered(ChannelKind.FEISHU)
    )
    assert right.outcome is Outcome.ACCEPTED
    card = collector.received[0].json()["card"]
    assert card["header"]["title"]["content"] == ALERT.title
    assert ALERT.summary in card["elements"][0]["content"]
    wrong = sender(robot(ChannelKind.FEISHU, collector.url("/hook"), signing="key-2")).send(
        rendered(ChannelKind.FEISHU)
    )
    assert wrong.outcome is Outcome.REFUSED


def test_what_each_robot_gets(collector: Collector) -> None:
    for kind in ROBOTS:
        send(collector, kind, OK[kind], path=f"/{kind.value}")
    wecom = collector.at("/wecom")[0]
    assert wecom.json()["msgtype"] == "markdown"
    assert wecom.json()["markdown"]["content"].startswith(f"### {ALERT.title}")
    assert "\\u" not in wecom.body.decode(), "the byte limit counts characters as UTF-8, not as escapes"
    chan = {name: values[0] for name, values in parse_qs(collector.at("/serverchan")[0].body.decode()).items()}
    assert chan["title"] == ALERT.title
    assert ALERT.summary in chan["desp"]
    assert ALERT.summary in collector.at("/slack")[0].json()["text"]


def test_a_webhook_gets_the_alert_as_json_and_its_key_as_idempotency_key(collector: Collector) -> None:
    result = sender(webhook(collector.url("/in"))).send(rendered(ChannelKind.WEBHOOK))
    assert result.outcome is Outcome.ACCEPTED
    got = collector.received[0]
    assert got.headers["idempotency-key"] == ALERT.key
    assert got.json()["version"] == 2
    assert got.json()["link"] == {"title": "公告", "url": ALERT.link.url, "publisher": "某市政府采购网"}
    assert got.json()["text"].startswith(ALERT.title)


def test_half_a_character_from_a_broken_page_does_not_keep_an_alert_from_a_webhook(collector: Collector) -> None:
    broken = rendered(ChannelKind.WEBHOOK, alert(evidence="\ud83d 半个"))
    assert sender(webhook(collector.url("/in"))).send(broken).outcome is Outcome.ACCEPTED
    assert collector.received[0].json()["evidence"] == "? 半个"


def test_a_bare_key_makes_the_services_own_address() -> None:
    given = {kind: TABLE[kind].address(Secret(KEY)).reveal() for kind in ROBOTS if kind is not ChannelKind.SLACK}
    assert given == {
        ChannelKind.WECOM: f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        ChannelKind.DINGTALK: f"https://oapi.dingtalk.com/robot/send?access_token={KEY}",
        ChannelKind.FEISHU: f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}",
        ChannelKind.SERVERCHAN: f"https://sctapi.ftqq.com/{KEY}.send",
        ChannelKind.PUSHPLUS: f"https://www.pushplus.plus/send?token={KEY}",
    }


def test_a_message_is_not_sent_beside_one_that_is_still_under_way(collector: Collector) -> None:
    collector.script("/h", Answer(stalls=True))
    one = sender(webhook(collector.url("/h")))
    results: list[SendResult] = []
    first = threading.Thread(target=lambda: results.append(one.send(rendered(ChannelKind.WEBHOOK))))
    first.start()
    collector.wait(1)
    second = one.send(rendered(ChannelKind.WEBHOOK))
    assert second.outcome is Outcome.RETRY
    collector.release()
    first.join()
    assert results[0].outcome is Outcome.UNKNOWN
    assert len(collector.received) == 1


def any_service(url: str) -> tuple[SendResult, object]:
    one = channel(ChannelKind.APPRISE, AppriseSettings(url=Secret(url)))
    built = build_senders([Receiver(name="r", channels=(one,))], io.StringIO())["r", one.name]
    return built.send(rendered(ChannelKind.APPRISE)), built


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(), Outcome.ACCEPTED),
        (Answer.text(429), Outcome.RETRY),
        (Answer.text(503), Outcome.RETRY),
        (Answer.text(403), Outcome.REFUSED),
        (Answer.text(400), Outcome.REFUSED),
        (Answer(drops=True), Outcome.UNKNOWN),
        (Answer(stalls=True), Outcome.UNKNOWN),
    ],
)
def test_any_other_service_of_apprises_is_read_through_its_log(
    collector: Collector, answer: Answer, outcome: Outcome, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    collector.script("/in", answer)
    url = collector.url("/in").replace("http://", "json://user:pw-canary-1@") + "?rto=0.3&optional=yes&retry=3"
    result, _ = any_service(url)
    assert result.outcome is outcome
    assert len(collector.received) == 1, "Apprise does not repeat by itself"
    assert "pw-canary-1" not in caplog.text
    if outcome is Outcome.ACCEPTED:
        assert collector.received[0].json()["title"] == ALERT.title
        assert ALERT.title not in collector.received[0].json()["message"], "the headline is not said twice"


def test_a_service_of_apprises_that_is_not_there_is_tried_again() -> None:
    assert any_service(f"json://127.0.0.1:{closed_port()}/in")[0].outcome is Outcome.RETRY


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (f"wecombot://{KEY}", "qyapi.weixin.qq.com"),
        (f"dingtalk://SECa1@{KEY.replace('-', '')}", "oapi.dingtalk.com"),
        (f"feishu://{KEY}", "open.feishu.cn"),
        (f"lark://{KEY}", "open.larksuite.com"),
        (f"schan://{KEY.replace('-', '')}", "sctapi.ftqq.com"),
        (f"pushplus://{KEY.replace('-', '')}", "www.pushplus.plus"),
        (f"pushplus://{KEY.replace('-', '')}/topic?channel=cp", "www.pushplus.plus"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}", "qyapi.weixin.qq.com"),
    ],
)
def test_an_apprise_url_of_a_robot_gets_our_reading_of_its_answers(
    url: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange of such a channel is ours: it asks `posting`, not Apprise's plug-in."""
    asked: list[str] = []

    def answer(request: posting.Post, *, timeout: float, explain: posting.Explain) -> posting.Reply:
        asked.append(request.address.reveal())
        return posting.Reply(status=200, body=json.dumps({"errcode": 1, "code": 1}).encode())

    monkeypatch.setattr(posting, "post", answer)
    result, _ = any_service(url)
    assert result.outcome is Outcome.REFUSED
    assert [address in one for one in asked] == [True]
