"""`list`, `show`, `explain`, `replay`: what is stored, why it was judged so, and what today's rules would say."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import phrases
from monitor.cli import output
from monitor.cli.app import LOOK, app, built
from monitor.cli.findings import show_evidence, show_facts
from monitor.cli.moments import as_moment
from monitor.cli.running import AsJson
from monitor.errors import NotFoundError, UsageError
from monitor.records import ArticleFilter, StoredAlert, StoredArticle, StoredReceipt

if TYPE_CHECKING:
    from monitor.bootstrap import App
    from monitor.replay import Change, Effect


class By(StrEnum):
    """What `list` lists."""

    ARTICLE = "article"
    THREAD = "thread"
    PRODUCT = "product"


Topic = Annotated[str, typer.Option(help="gov_tender | huiminbao")]
Since = Annotated[str, typer.Option(help="起 From, as 2026-01-31 or 30d.")]
Until = Annotated[str, typer.Option(help="止 Up to (not included).")]
Source = Annotated[str, typer.Option("--source", "-s", help="来源名 Name of a source.")]
Ident = Annotated[str, typer.Argument(metavar="ID", help="编号 Number, as `baoxun list` shows it.")]


def _filter(built_app: App, **wanted: Any) -> ArticleFilter:
    now, zone = built_app.clock(), built_app.config.zone
    moments = {key: as_moment(wanted[key], now, zone) if wanted.get(key) else None for key in ("since", "until")}
    return ArticleFilter(**{**wanted, **moments})


@app.command("list", rich_help_panel=LOOK)
def list_articles(
    topic: Topic = "",
    relevance: Annotated[str, typer.Option(help="alert | digest | none")] = "",
    status: Annotated[str, typer.Option(help="new | relevant | duplicate | irrelevant | quarantined")] = "",
    stage: Annotated[str, typer.Option(help="政保阶段 Stage of a tender.")] = "",
    update: Annotated[str, typer.Option(help="惠民保动态 Update of a product.")] = "",
    source: Source = "",
    words: Annotated[str, typer.Option("--words", "-w", help="标题或正文含有 Words in title or text.")] = "",
    since: Since = "",
    until: Until = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="最多几条 At most so many.")] = 30,
    by: Annotated[
        By, typer.Option(help="按文章、项目过程或产品台账 By article, tender thread or product.")
    ] = By.ARTICLE,
    as_json: AsJson = False,
) -> None:
    """列出文章 · Stored articles, newest first; by default those that matter and are no copies.

    Say --relevance or --status to see others. --by thread lists tenders from notice to renewal, --by product the
    Huiminbao ledger by city and year.
    """
    with built() as built_app:
        if not relevance and not status:
            status = "relevant"
        wanted = _filter(
            built_app, topic=topic, relevance=relevance, status=status, stage=stage, update=update, source=source,
            words=words, since=since, until=until, limit=limit,
        )  # fmt: skip
        if by is not By.ARTICLE:
            from monitor.cli.threads import list_products, list_threads

            (list_threads if by is By.THREAD else list_products)(built_app, wanted, as_json=as_json)
            return
        with built_app.store.reading() as unit:
            found = unit.articles.search(wanted)
    if as_json:
        for article in found:
            output.as_json(_as_json(article))
        return
    output.table(
        ("编号 id", "时间 published", "主题 topic", "动态 what", "标题 title", "来源 source"),
        [
            (a.id, phrases.moment(a.article.published, built_app.config.zone) if a.article.published else "",
             "、".join(phrases.name(t, "zh") for t in a.topics) or a.status.value,
             phrases.name(a.stage or a.update or a.relevance, "zh"), a.article.title, a.article.source)
            for a in found
        ],
    )  # fmt: skip
    if not found:
        output.note("没有符合的文章 nothing fits")


def _as_json(a: StoredArticle) -> dict[str, Any]:
    return {
        "id": a.id, "url": a.article.url, "title": a.article.title, "source": a.article.source,
        "published": a.article.published, "status": a.status.value, "reason": a.status_reason,
        "relevance": a.relevance, "topics": a.topics, "stage": a.stage or None, "update": a.update or None,
        "facts": a.trail.get("facts", {}), "lots": a.trail.get("lots", []), "conflicts": a.trail.get("conflicts", []),
        "story": a.story_id, "event": a.event_id or None,
        "thread": a.thread_id or None,
    }  # fmt: skip


def _get(built_app: App, ident: str) -> tuple[StoredArticle, tuple[StoredAlert, ...], tuple[StoredReceipt, ...]]:
    from monitor.alerting import event_key

    if not ident.isdecimal():
        raise UsageError(f"{ident!r} is no article number; `baoxun list` shows them")
    with built_app.store.reading() as unit:
        article = unit.articles.get(int(ident))
        if article is None:
            raise NotFoundError("article", ident)
        alert = unit.outbox.get(event_key(article.event_id)) if article.event_id else None
        alerts = (alert,) if alert else ()
        receipts = tuple(r for alert in alerts for r in unit.deliveries.receipts_of_alert(alert.alert_key))
    return article, alerts, receipts


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
        article, alerts, receipts = _get(built_app, ident)
        with built_app.store.reading() as unit:
            members = [m for m in unit.articles.event_members(article.event_id) if m.id != article.id]
    if as_json:
        output.as_json(
            _as_json(article) | {
                "text": article.article.text, "author": article.author, "origin_url": article.origin_url,
                "stock_codes": article.article.stock_codes, "attachments": article.attachments,
                "copies": [{"id": m.id, "url": m.article.url, "source": m.article.source} for m in members],
                "alerts": [{"key": a.alert_key, "state": a.state.value, "reason": a.reason} for a in alerts],
                "receipts": [_receipt_json(r) for r in receipts],
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
    if receipts:
        output.say()
        output.table(("接收人 receiver", "渠道 channel", "次 attempt", "结果 outcome", "说明 reason", "时间 at"),
                     [(r.receiver, r.channel, r.attempt, r.outcome, r.reason, phrases.moment(r.attempted_at, zone))
                      for r in receipts])  # fmt: skip


def _receipt_json(r: StoredReceipt) -> dict[str, Any]:
    return {"message": r.message_key, "receiver": r.receiver, "channel": r.channel, "attempt": r.attempt,
            "outcome": r.outcome, "reason": r.reason, "at": r.attempted_at}  # fmt: skip


@app.command(rich_help_panel=LOOK)
def explain(ident: Ident, as_json: AsJson = False) -> None:
    """说明理由 · The whole trail of one article's verdict.

    Terms that counted, score against threshold, each fact with its sentence, the articles compared as copies and why they
    were joined or kept apart, and why an alert was or was not sent.
    """
    with built() as built_app:
        article, alerts, receipts = _get(built_app, ident)
    if as_json:
        output.as_json(
            _as_json(article)
            | {
                "trail": article.trail,
                "alerts": [a.alert_key for a in alerts],
                "receipts": [_receipt_json(r) for r in receipts],
            }
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
    for r in receipts:
        output.say(f"  {r.receiver}/{r.channel} #{r.attempt}: {r.outcome} ({r.reason})")


@app.command("replay", rich_help_panel=LOOK)
def replay_stored(
    since: Since = "",
    until: Until = "",
    source: Source = "",
    topic: Topic = "",
    rules: Annotated[Path | None, typer.Option(help="另用词表目录 Folder with other vocabulary files.")] = None,
    origin: Annotated[str, typer.Option("--from", help="text: 已存正文 | raw: 重新抽取原始网页")] = "text",
    dry_run: Annotated[bool, typer.Option("--dry-run/--apply", help="只看差别，或写回 Show only, or store.")] = True,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="把新出现的提醒发出 Send the alerts that appear (with --apply).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """重放 · Run stored articles through today's rules: which alerts would appear, vanish or change.

    Writes nothing unless told to with --apply. With --deliver only alerts that appear are sent; what was ever alerted is not sent again.
    """
    from monitor.bootstrap import run_async
    from monitor.replay import Effect, apply, replay
    from monitor.taxonomy import load_vocabulary

    if origin not in {"text", "raw"}:
        raise UsageError(f"--from takes text or raw, not {origin!r}")
    if deliver and dry_run:
        raise UsageError("--deliver needs --apply: an alert belongs to a stored verdict")
    if rules is not None and not rules.is_dir():
        raise UsageError(f"no folder {rules}")
    with built() as built_app:
        vocabulary = load_vocabulary(rules) if rules else built_app.vocabulary
        wanted = _filter(built_app, topic=topic, source=source, since=since, until=until)
        with built_app.store.reading() as unit:
            total = unit.articles.count(wanted)
        counts: Counter[Effect] = Counter()
        shown: list[Change] = []
        queued = 0
        archive = built_app.archive if origin == "raw" else None
        with output.progress("重放 replaying", total) as bar:
            opinion = built_app.config.monitor.second_opinion
            asked = opinion.model if opinion.enabled else ""
            for change in replay(built_app.store, vocabulary, wanted, archive=archive, asked=asked):
                counts[change.effect] += 1
                if change.effect is not Effect.SAME:
                    shown.append(change)
                if not dry_run and change.differences:
                    queued += apply(
                        built_app.store, change, vocabulary=vocabulary,
                        lang=built_app.config.monitor.language, alert=deliver, now=built_app.clock(),
                    )  # fmt: skip
                bar.advance(bar.task_ids[0])
        delivered = run_async(built_app.service.deliver_due, crawling=False) if deliver else None
    if as_json:
        output.as_json({"articles": total, **{e.value: counts[e] for e in Effect}, "queued": queued,
                        "delivered": delivered.done if delivered else 0,
                        "changes": [_change_json(c) for c in shown]})  # fmt: skip
        return
    output.table(
        ("变化 effect", "编号 id", "标题 title", "差别 differences"),
        [(c.effect.value, c.stored.id, c.stored.article.title, _differences(c)) for c in shown],
    )
    output.say(f"共 {total} 篇 articles: " + ", ".join(f"{e.value} {counts[e]}" for e in Effect)
               + ("（未写回 nothing was written）" if dry_run else f"; queued {queued}"))  # fmt: skip


def _differences(change: Change) -> str:
    if change.problem:
        return change.problem
    return "; ".join(f"{key}: {before!r} → {after!r}" for key, (before, after) in change.differences.items())


def _change_json(change: Change) -> dict[str, Any]:
    return {"effect": change.effect.value, "id": change.stored.id, "title": change.stored.article.title,
            "differences": change.differences, "problem": change.problem}  # fmt: skip
