"""`replay`: what today's rules, or others, would say of what is stored; and, where told to, saying it."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from monitor.cli import output
from monitor.cli.app import LOOK, app, built
from monitor.cli.running import AsJson
from monitor.cli.stored import Since, Source, Topic, Until, filter_of
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.alerting import Rehearsal, Sent
    from monitor.bootstrap import App
    from monitor.clock import Clock
    from monitor.replaying import Change, Loss, Order, ReplayReport
    from monitor.replaying.model import OnProgress

LINE_EVERY = dt.timedelta(seconds=15)
"""How often a pipe is told how far it is."""

EFFECTS = {
    "appears": "出现", "vanishes": "消失", "changes": "改变", "quiet": "仅存档", "same": "不变", "unreadable": "读不出",
}  # fmt: skip
"""Names of the effects, for people."""

NOT_RECOMPUTED = (
    "未重算 not made anew: 截止提醒与升级 reminders and escalations; 从未问过的第二意见 second opinions never asked; "
    "筛选之外的文章 articles that the filter leaves out"
)


@app.command("replay", rich_help_panel=LOOK)
def replay_stored(
    since: Since = "",
    until: Until = "",
    source: Source = "",
    topic: Topic = "",
    rules: Annotated[
        Path | None, typer.Option(metavar="DIR", help="另用词表目录 Folder with other vocabulary files.")
    ] = None,
    origin: Annotated[str, typer.Option("--from", help="text: 已存正文 | raw: 重新抽取原始网页")] = "text",
    dry_run: Annotated[bool, typer.Option("--dry-run/--apply", help="只看差别，或写回 Show only, or store.")] = True,
    deliver: Annotated[
        str,
        typer.Option(
            "--deliver",
            metavar="RECEIVER",
            help="预演：差别只发给此接收人 Send the diff to this receiver only, marked.",
        ),
    ] = "",
    alert: Annotated[
        bool, typer.Option("--alert", help="补发新出现的提醒 Tell everybody what appears (with --apply).")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="即使丢失已确认的标注 Apply even where known-good labels are lost.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again/--resume", help="从头再来，或接着做 Begin anew, or go on (the default).")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="进程数 Reading processes; 0: one a core.")] = 0,
    examples: Annotated[int, typer.Option(min=0, help="每类举例数 Examples of each effect.")] = 3,
    as_json: AsJson = False,
) -> None:
    """重放 · Run stored articles through today's rules: which alerts would appear, vanish or change.

    Writes nothing unless told to with --apply, and then not where a label that users gave, or an alert that somebody took, would
    be lost. Interrupt it at any time: the same command goes on. --deliver rehearses: the diff goes to one receiver, marked as
    a replay, and does not count as told.
    """
    from monitor.replaying import Order

    if origin not in {"text", "raw"}:
        raise UsageError(f"--from takes text or raw, not {origin!r}")
    if alert and dry_run:
        raise UsageError("--alert needs --apply: an alert belongs to a stored verdict")
    if rules is not None and not rules.is_dir():
        raise UsageError(f"no folder {rules}")
    with built() as built_app:
        order = Order(
            wanted=filter_of(built_app, topic=topic, source=source, since=since, until=until),
            typed=(since.strip(), until.strip()),
            rules=rules,
            raw=origin == "raw",
            writes=not dry_run,
            alerts=alert,
            force=force,
            again=again,
            jobs=jobs or os.cpu_count() or 1,
        )
        rehearsal = _rehearsal(built_app, deliver) if deliver else None
        report = _run(built_app, order)
        sent = _send(built_app, report, rehearsal, everybody=alert)
    if as_json:
        output.as_json(_as_json(report, sent))
    else:
        _show(report, order, examples)
        if rehearsal is not None and not report.refused:
            output.say(f"预演 rehearsed to {deliver}: 送达 delivered {sum(s.accepted for s in sent)} messages")
        for one in sent:
            if not one.accepted:
                output.tell_error(f"{one.receiver}/{one.channel}: {one.outcome}: {one.reason}")
    if report.refused:
        raise typer.Exit(1)


def _rehearsal(built_app: App, receiver: str) -> Rehearsal:
    from monitor.alerting import Rehearsal

    return Rehearsal(built_app.store, built_app.rules, built_app.senders, receiver)


def _send(built_app: App, report: ReplayReport, rehearsal: Rehearsal | None, *, everybody: bool) -> Sequence[Sent]:
    """Send the rehearsal to its receiver, and what was queued for everybody to them."""
    from monitor.bootstrap import run_async

    sent: list[Sent] = []
    if report.refused:
        return sent
    now = built_app.clock()
    if rehearsal is not None:
        rehearsal.queue(report.name, report.changes, report.effects, now)
        sent += run_async(lambda: rehearsal.send(now), crawling=False)
    if everybody:
        sent += run_async(built_app.service.deliver_due, crawling=False).attempts
    return sent


def _run(built_app: App, order: Order) -> ReplayReport:
    from monitor.replaying import Replaying

    opinion = built_app.config.monitor.second_opinion
    replaying = Replaying(
        store=built_app.store,
        vocabulary=built_app.vocabulary,
        archive=built_app.config.storage.data_dir / "raw",
        lang=built_app.config.monitor.language,
        clock=built_app.clock,
        opinion=opinion.model if opinion.enabled else "",
    )
    with _progress(built_app.clock) as tell:
        return replaying.run(order, tell)


@contextmanager
def _progress(clock: Clock) -> Iterator[OnProgress]:
    """A bar with rate and time left on a terminal, a line now and then in a pipe."""
    if not Console(file=sys.stderr).is_terminal:
        yield _Lines(clock).tell
        return
    with output.progress("重放 replaying", None) as bar:

        def tell(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            label = f"重放 replaying {speed:.0f}/s" if speed else "重放 replaying"
            bar.update(bar.task_ids[0], completed=done, total=total, description=label)

        yield tell


class _Lines:
    """Progress as plain lines on standard error."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: tuple[dt.datetime, int] | None = None
        self._told: dt.datetime | None = None

    def tell(self, done: int, total: int) -> None:
        now = self._clock()
        if self._began is None or self._told is None:
            self._began, self._told = (now, done), now
        if now - self._told < LINE_EVERY:
            return
        self._told = now
        began, before = self._began
        rate = (done - before) / max(1.0, (now - began).total_seconds())
        left = f", about {dt.timedelta(seconds=round((total - done) / rate))} left" if rate else ""
        output.note(f"重放 replaying: {done} of {total}, {rate:.0f}/s{left}")


def _show(report: ReplayReport, order: Order, examples: int) -> None:
    if report.losses:
        output.table(
            ("编号 id", "标题 title", "已确认 known good", "何人 by", "现判 now"),
            [(x.article_id, x.title, x.said, x.by, x.now) for x in report.losses],
            title="会丢失的已确认标注 known-good labels that would be lost",
        )
    if report.refused:
        output.tell_error(
            f"未写回：会丢失 {len(report.losses)} 条已确认标注。refused: known-good labels would be lost; --force applies all the same"
        )
        return
    output.table(
        ("变化 effect", "主题 topic", "阶段/动态 stage/update", "篇数 articles"),
        [(f"{EFFECTS[e.value]} {e.value}", topic, step, count) for e, topic, step, count in report.groups()],
    )
    if examples:
        _show_examples(report, examples)
    counts = ", ".join(f"{EFFECTS[effect.value]} {effect.value} {count}" for effect, count in report.effects.items())
    output.say(f"共 {report.articles} 篇 articles: {counts}" + _outcome(report, order))
    output.note(NOT_RECOMPUTED)


def _show_examples(report: ReplayReport, each: int) -> None:
    output.table(
        ("变化 effect", "编号 id", "标题 title", "差别 differences", "依据 evidence"),
        [
            (c.effect.value, c.article_id, c.title, c.problem or _differences(c), c.evidence)
            for c in report.examples(each)
        ],
    )


def _outcome(report: ReplayReport, order: Order) -> str:
    words = f"；待处理 pending {report.pending} (left to the daemon)" if report.pending else ""
    if not order.writes:
        return f"{words}（未写回 nothing was written）"
    if report.already:
        return f"{words}；早已完成 done already as replay {report.replay}; --again begins anew"
    resumed = f", 接着 resumed after {report.resumed_at}" if report.resumed_at else ""
    return (
        f"{words}；重放 replay {report.replay}{resumed}: 改写 rewritten {report.rewritten}, "
        f"过程重算 threads {report.threads}, 提醒 queued {report.queued}"
    )


def _differences(change: Change) -> str:
    told = f"[{change.before or '—'} → {change.after or '—'}] " if change.before != change.after else ""
    return told + "; ".join(f"{key}: {before!r} → {after!r}" for key, (before, after) in change.differences.items())


def _as_json(report: ReplayReport, sent: Sequence[Sent]) -> dict[str, Any]:
    return {
        "articles": report.articles,
        **{effect.value: count for effect, count in report.effects.items()},
        "pending": report.pending,
        "replay": report.replay,
        "refused": report.refused,
        "already": report.already,
        "resumed_at": report.resumed_at,
        "rewritten": report.rewritten,
        "threads": report.threads,
        "queued": report.queued,
        "delivered": sum(one.accepted for one in sent),
        "seconds": round(report.seconds, 1),
        "groups": [
            {"effect": e.value, "topic": topic, "step": step, "articles": count}
            for e, topic, step, count in report.groups()
        ],
        "losses": [_loss(x) for x in report.losses],
        "changes": [c.to_json() for c in report.changes],
        "not_recomputed": ["reminders", "escalations", "second opinions never asked", "articles outside the filter"],
    }


def _loss(loss: Loss) -> dict[str, Any]:
    return {"id": loss.article_id, "title": loss.title, "said": loss.said, "by": loss.by, "now": loss.now}
