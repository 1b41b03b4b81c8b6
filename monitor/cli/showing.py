"""`show` and `explain`: one article, what was read in it, why it was judged so, and what became of its alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor import phrases
from monitor.cli import output
from monitor.cli.alerts import STATES
from monitor.cli.app import LOOK, app, built
from monitor.cli.findings import show_evidence, show_facts
from monitor.cli.running import AsJson
from monitor.cli.stored import article_json
from monitor.errors import NotFoundError, UsageError
from monitor.records import StoredAlert, StoredArticle, StoredDelivery, StoredReceipt

if TYPE_CHECKING:
    from monitor.bootstrap import App


Ident = Annotated[str, typer.Argument(metavar="ID", help="编号 Number, as `baoxun list` shows it.")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """One alert, to whom it goes, and every attempt to send it."""

    alert: StoredAlert
    deliveries: tuple[StoredDelivery, ...]
    receipts: tuple[StoredReceipt, ...]


def _get(built_app: App, ident: str) -> tuple[StoredArticle, tuple[Telling, ...]]:
    """An article, and the alerts on its event: the first telling, corrections, and what it caused itself."""
    from monitor.alerting import event_key

    if not ident.isdecimal():
        raise UsageError(f"{ident!r} is no article number; `baoxun list` shows them")
    with built_app.store.reading() as unit:
        article = unit.articles.get(int(ident))
        if article is None:
            raise NotFoundError("article", ident)
        first = unit.outbox.get(event_key(article.event_id)) if article.event_id else None
        found = {alert.id: alert for alert in (first, *unit.outbox.of_article(article.id)) if alert is not None}
        told = tuple(
            Telling(
                alert=alert,
                deliveries=unit.deliveries.of_alert(alert.alert_key),
                receipts=unit.deliveries.receipts_of_alert(alert.alert_key),
            )
            for _, alert in sorted(found.items())
        )
    return article, told


@app.command(rich_help_panel=LOOK)
def show(
    ident: Annotated[str, typer.Argument(metavar="[ID]", help="编号 Number, as `baoxun list` shows it.")] = "",
    thread: Annotated[str, typer.Option(help="项目过程 A thread, as `baoxun list --by thread` names it.")] = "",
    as_json: AsJson = False,
) -> None:
    """看一篇 · One article: text, facts, copies, and the receipts of its alert; or with --thread a whole project."""
    if bool(ident) == bool(thread):
        raise UsageError("say either the number of an article or --thread NAME")
    with built() as built_app:
        if thread:
            from monitor.cli.threads import show_thread

            show_thread(built_app, thread, as_json=as_json)
            return
        article, told = _get(built_app, ident)
        with built_app.store.reading() as unit:
            members = [m for m in unit.articles.event_members(article.event_id) if m.id != article.id]
    if as_json:
        output.as_json(
            article_json(article) | {
                "text": article.article.text, "author": article.author, "origin_url": article.origin_url,
                "stock_codes": article.article.stock_codes, "attachments": article.attachments,
                "copies": [{"id": m.id, "url": m.article.url, "source": m.article.source} for m in members],
                "alerts": [_telling_json(telling) for telling in told],
            }
        )  # fmt: skip
        return
    zone = built_app.config.zone
    output.say(article.article.title, style="bold")
    when = phrases.moment(article.article.published, zone) if article.article.published else "时间不详"
    output.say(f"{when} · {article.article.source} · {article.article.url}", style="dim")
    output.say(f"{phrases.name(article.relevance, 'zh')} · {article.status.value} · {article.status_reason}")
    show_facts(article.trail, built_app.vocabulary.regions)
    output.say()
    output.say(article.article.text)
    if members:
        output.say()
        output.table(("编号 id", "同一事件的其他报道 other reports", "来源 source"),
                     [(m.id, m.article.title, m.article.source) for m in members])  # fmt: skip
    _show_tellings(told, zone)


def _telling_json(telling: Telling) -> dict[str, Any]:
    alert = telling.alert
    return {
        "id": alert.id, "key": alert.alert_key, "kind": alert.payload.get("kind", "news"), "state": alert.state.value,
        "reason": alert.reason,
        "deliveries": [
            {"receiver": d.receiver, "channel": d.channel, "state": d.state, "form": d.form, "due_at": d.due_at,
             "closed_at": d.closed_at, "reason": d.reason}
            for d in telling.deliveries
        ],
        "receipts": [
            {"message": r.message_key, "receiver": r.receiver, "channel": r.channel, "attempt": r.attempt,
             "outcome": r.outcome, "reason": r.reason, "at": r.attempted_at}
            for r in telling.receipts
        ],
    }  # fmt: skip


def _show_tellings(told: Sequence[Telling], zone: ZoneInfo) -> None:
    """Who gets each alert and when, and every attempt that was made."""
    for telling in told:
        output.say()
        output.say(f"提醒 alert {telling.alert.id}: {telling.alert.state.value}: {telling.alert.reason}", style="bold")
        output.table(
            ("接收人 receiver", "渠道 channel", "状态 state", "时间 at", "说明 reason"),
            [(d.receiver, d.channel, f"{STATES[d.state]} {d.state}", phrases.moment(d.closed_at or d.due_at, zone), d.reason)
             for d in telling.deliveries],
        )  # fmt: skip
        for r in telling.receipts:
            output.say(f"  {phrases.moment(r.attempted_at, zone)} {r.receiver}/{r.channel} #{r.attempt}: "
                       f"{r.outcome} ({r.reason})")  # fmt: skip


@app.command(rich_help_panel=LOOK)
def explain(ident: Ident, as_json: AsJson = False) -> None:
    """说明理由 · The whole trail of one article's verdict.

    Terms that counted, score against threshold, each fact with its sentence, the articles compared as copies and why they
    were joined or kept apart, and why an alert was or was not sent.
    """
    with built() as built_app:
        article, told = _get(built_app, ident)
    if as_json:
        output.as_json(
            article_json(article) | {"trail": article.trail, "alerts": [_telling_json(telling) for telling in told]}
        )
        return
    trail = article.trail
    output.say(f"{article.id}  {article.article.title}", style="bold")
    output.say(
        f"结论 verdict: {phrases.name(article.relevance, 'zh')} · {article.status.value}: {article.status_reason}"
    )
    for score in trail.get("scores", []):
        output.say()
        output.say(f"{phrases.name(score['topic'], 'zh')} {score['topic']}: 得分 score {score['score']:g}, "
                   f"门槛 threshold {score['threshold']:g} → {score['relevance']}", style="bold")  # fmt: skip
        output.table(("规则 rule", "词句 words", "权重 weight"),
                     [(r["code"], r["detail"], f"{r['weight']:+g}" if r["weight"] else "") for r in score["reasons"]])  # fmt: skip
    for reason in trail.get("reasons", []):
        output.say(f"  {reason['code']}: {reason['detail']}")
    show_evidence(trail, built_app.vocabulary.regions)
    for group in ("story", "event"):
        verdict = trail.get(group, {})
        output.say()
        output.say(f"{group} {verdict.get('id')}: {verdict.get('reason', '')}", style="bold")
        for c in verdict.get("compared", []):
            output.say(
                f"  {'并入 joined' if c['joined'] else '分开 apart '} {c['article_id']} ({c['score']:.2f}): {c['reason']}"
            )
    output.say()
    output.say(f"提醒 alert: {trail.get('alert', '')}")
    _show_tellings(told, built_app.config.zone)
