"""`baoxun alerts …`: what was told to whom, what was not and why; dead letters, silences, route tests, previews."""

from __future__ import annotations

import datetime as dt
import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import phrases
from monitor.cli import output
from monitor.cli.app import LOOK, app, built
from monitor.cli.running import AsJson
from monitor.config.quantity import parse_duration
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.records import StoredAlert, StoredDelivery

alerts = typer.Typer(no_args_is_help=True, help="提醒 · What is told to whom, and what became of it.")
app.add_typer(alerts, name="alerts", rich_help_panel=LOOK)
silences = typer.Typer(
    no_args_is_help=True, help="静默 · Quiet about some alerts, by somebody, for a reason, until a time."
)
alerts.add_typer(silences, name="silence")

STATES = {
    "waiting": "等待", "sending": "发送中", "accepted": "已送达", "refused": "被拒", "unknown": "结果不明",
    "given up": "已放弃", "silenced": "已静默", "inhibited": "已抑制", "unwanted": "无人要",
}  # fmt: skip
"""Names of the states of a delivery, for people."""

DEAD = ("refused", "unknown", "given up")
"""States in which a delivery was tried and may not have arrived."""

Numbers = Annotated[
    list[int] | None, typer.Argument(metavar="[ID…]", help="编号 Numbers, as `alerts list` shows them.")
]


@alerts.command("list")
def list_alerts(
    state: Annotated[
        list[str] | None, typer.Option(help="只看某状态 Only deliveries in this state: waiting, accepted, refused…")
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help="只看没送到的 Only dead letters.")] = False,
    receiver: Annotated[str, typer.Option(help="只看某接收人 Only this receiver's.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="最多几条 At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出提醒 · Every delivery of every alert, newest first: to whom, how it stands, and why.

    Example: baoxun alerts list --dead
    """
    wanted = list(DEAD) if dead else list(state or [])
    if unknown := [s for s in wanted if s not in STATES]:
        raise UsageError(f"no delivery is ever {unknown[0]!r}; it is one of: {', '.join(STATES)}")
    with built() as built_app, built_app.store.reading() as unit:
        found = unit.deliveries.listed(states=wanted, receiver=receiver, limit=limit)
        entries = unit.outbox.get_many({d.alert_key for d in found})
    if as_json:
        output.as_json([_delivery_json(d, entries[d.alert_key]) for d in found])
        return
    zone = built_app.config.zone
    output.table(
        ("编号 id", "接收人 receiver", "渠道 channel", "状态 state", "时间 at", "标题 title", "说明 reason"),
        [
            (entries[d.alert_key].id, d.receiver, d.channel, f"{STATES[d.state]} {d.state}",
             phrases.moment(d.closed_at or d.due_at, zone), entries[d.alert_key].payload["title"], d.reason)
            for d in found
        ],
    )  # fmt: skip
    if not found:
        output.note("没有 nothing of that kind")


def _delivery_json(d: StoredDelivery, entry: StoredAlert) -> dict[str, object]:
    return {
        "id": entry.id, "key": d.alert_key, "article": entry.article_id, "title": entry.payload["title"],
        "kind": entry.payload.get("kind", "news"), "receiver": d.receiver, "channel": d.channel, "state": d.state,
        "form": d.form, "due_at": d.due_at, "closed_at": d.closed_at, "reason": d.reason, "message": d.message or None,
    }  # fmt: skip


@alerts.command()
def resend(
    ids: Numbers = None,
    receiver: Annotated[str, typer.Option(help="只给某接收人 Only to this receiver.")] = "",
    every: Annotated[bool, typer.Option("--dead", help="所有没送到的 Every dead letter.")] = False,
    as_json: AsJson = False,
) -> None:
    """重发 · Send again what ended without being accepted; what may have arrived comes marked 可能重复.

    What was accepted is never sent again. Examples: baoxun alerts resend 12 · baoxun alerts resend --dead
    """
    from monitor.alerting import handling
    from monitor.bootstrap import run_async

    if bool(ids) == every:
        raise UsageError("say either the numbers of alerts or --dead")
    with built() as built_app:
        count = handling.resend(built_app.store, ids or [], receiver, built_app.clock())
        done = run_async(built_app.service.deliver_due, crawling=False)
    if as_json:
        output.as_json({"deliveries": count, "accepted": done.done, "waiting": done.waiting, "dead": done.dead})
    else:
        output.say(
            f"重发 {count} 份 deliveries; 送达 accepted {done.done}, 稍后 waiting {done.waiting}, 失败 dead {done.dead}"
        )
    if done.dead:
        raise typer.Exit(1)


@alerts.command()
def ack(
    number: Annotated[int, typer.Argument(metavar="ID", help="编号 Number, as `alerts list` shows it.")],
    taken_by: Annotated[str, typer.Option(help="谁接手 Who looks after it: no escalation any more.")] = "",
    not_for_us: Annotated[
        bool, typer.Option("--not-for-us", help="与我们无关 No reminders any more; a lesson for `baoxun train`.")
    ] = False,
    receiver: Annotated[str, typer.Option(help="只代表某接收人 Speaking for this receiver only.")] = "",
    by: Annotated[str, typer.Option(help="谁 Who says so; default: the account's name.")] = "",
) -> None:
    """答复 · Say that somebody took it, or that it is not for us. It counts for the whole project.

    Examples: baoxun alerts ack 12 --taken-by 王芳 · baoxun alerts ack 12 --not-for-us
    """
    from monitor.answering import acknowledge

    if bool(taken_by) == not_for_us:
        raise UsageError("say either --taken-by NAME or --not-for-us")
    with built() as built_app:
        given = acknowledge(
            built_app.store,
            number,
            taken_by=taken_by,
            by=by or taken_by or getpass.getuser(),
            receiver=receiver,
            now=built_app.clock(),
        )
    told = "已接手 taken by" if taken_by else "与我们无关 not for us, says"
    output.say(f"{told} {given.by}: {given.thread_id}")


@alerts.command("route-test")
def route_test(
    labels: Annotated[
        list[str], typer.Argument(metavar="KEY=VALUE…", help="标签 Labels: topic=gov_tender region=330100")
    ],
    expect: Annotated[
        str, typer.Option(help="应有的接收人 Receivers that must get it, by commas; else exit code 1.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """测试路由 · Who would get an alert with these labels, when, and why. Sends nothing.

    `deadline=2026-03-09T17:00+08:00` and `relevance=digest` count, too.
    Names will do for codes: topic=惠民保, region=杭州, stage=中标, amount=500万.
    Example: baoxun alerts route-test topic=gov_tender region=杭州 amount=500万 --expect desk,boss
    """
    from monitor.alerting import Wording, handling

    pairs = [_pair(text) for text in labels]
    with built() as built_app:
        now = built_app.clock()
        with built_app.store.reading() as unit:
            quiet = unit.silences.in_force(now)
        planned = handling.route_test(built_app.rules, pairs, quiet, now, wording=Wording(built_app.vocabulary))
    if as_json:
        output.as_json(planned)
    else:
        zone = built_app.config.zone
        output.table(
            ("接收人 receiver", "渠道 channel", "状态 state", "时间 when", "形式 form", "理由 why"),
            [(p.receiver, p.channel, f"{STATES[p.state]} {p.state}", phrases.moment(p.due_at, zone), p.form, p.reason)
             for p in planned],
        )  # fmt: skip
        if not planned:
            output.note("没有人会收到 nobody would get it")
    told = {p.receiver for p in planned if p.state == "waiting"}
    wanted = {name.strip() for name in expect.split(",") if name.strip()}
    if expect and told != wanted:
        output.tell_error(f"应为 expected {', '.join(sorted(wanted))}; 实为 got {', '.join(sorted(told)) or 'nobody'}")
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise UsageError(f"{text!r} is no label; write KEY=VALUE, such as topic=huiminbao")
    return name, value


@alerts.command()
def preview(
    number: Annotated[int, typer.Argument(metavar="ID", help="编号 Number, as `alerts list` shows it.")],
    receiver: Annotated[str, typer.Option(help="接收人 For this receiver.")],
    html: Annotated[bool, typer.Option("--html", help="邮件的 HTML 部分 The HTML part of mail instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """预览 · An alert as each channel of a receiver would get it. Sends nothing."""
    from monitor.alerting import handling

    with built() as built_app:
        messages = handling.preview(built_app.store, built_app.rules, number, receiver, built_app.clock())
    if as_json:
        output.as_json(messages)
        return
    for channel, message in messages.items():
        output.say(f"── {receiver}/{channel} · {len(message.body.encode())} bytes", style="dim")
        output.say(message.title, style="bold")
        output.say(message.html if html and message.html else message.body)
        output.say()
    if not messages:
        output.note(f"{receiver} 没有渠道 has no channel")


@silences.command("add")
def add_silence(
    matchers: Annotated[
        list[str],
        typer.Argument(metavar="SENTENCE…", help="条件 As in routes: 'region within 浙江' 'stage = notice'"),
    ],
    reason: Annotated[str, typer.Option(help="为什么 Why.")],
    lasting: Annotated[str, typer.Option("--for", metavar="DURATION", help="多久 How long: 8h, 3d.")],
    author: Annotated[str, typer.Option(help="谁 Who; default: the account's name.")] = "",
    as_json: AsJson = False,
) -> None:
    """加静默 · Quiet about alerts that satisfy all sentences. They are kept, and `alerts list --state silenced` shows them.

    Example: baoxun alerts silence add 'source = 晨报' --reason 改版测试 --for 8h
    """
    from monitor.alerting import Wording, handling

    with built() as built_app:
        now = built_app.clock()
        made = handling.silence(
            built_app.store,
            matchers,
            author=author or getpass.getuser(),
            reason=reason,
            until=now + _duration(lasting),
            now=now,
            wording=Wording(built_app.vocabulary),
        )
    if as_json:
        output.as_json(made)
    else:
        until = phrases.moment(made.ends_at, built_app.config.zone)
        output.say(f"静默 silence {made.id}: {' 且 and '.join(made.matchers)} 直到 until {until}")


@silences.command("list")
def list_silences(as_json: AsJson = False) -> None:
    """列出静默 · All silences, newest first; those that ended, too."""
    with built() as built_app, built_app.store.reading() as unit:
        found = unit.silences.listed()
        now = built_app.clock()
    if as_json:
        output.as_json(found)
        return
    zone = built_app.config.zone
    output.table(
        ("编号 id", "条件 matchers", "谁 author", "为什么 reason", "直到 until", "状况 state"),
        [
            (s.id, "; ".join(s.matchers), s.author, s.reason, phrases.moment(s.ends_at, zone),
             "生效 in force" if s.starts_at <= now < s.ends_at else f"已结束 ended {s.ended_by}".strip())
            for s in found
        ],
    )  # fmt: skip


@silences.command("end")
def end_silence(
    number: Annotated[int, typer.Argument(metavar="ID", help="编号 Number of the silence.")],
    author: Annotated[str, typer.Option(help="谁 Who; default: the account's name.")] = "",
) -> None:
    """结束静默 · End a silence now."""
    with built() as built_app:
        now: dt.datetime = built_app.clock()
        with built_app.store.transaction() as unit:
            ended = unit.silences.end(number, author or getpass.getuser(), now)
    if not ended:
        raise UsageError(f"no silence {number} is in force; `baoxun alerts silence list` shows them")
    output.say(f"已结束 ended {number}")


def _duration(text: str) -> dt.timedelta:
    try:
        return parse_duration(text)
    except ValueError as exc:
        raise UsageError(str(exc)) from exc
