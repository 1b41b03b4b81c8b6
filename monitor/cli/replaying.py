"""`replay`: what today's rules would say of what is stored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli import output
from monitor.cli.app import LOOK, app, built
from monitor.cli.running import AsJson
from monitor.cli.stored import Since, Source, Topic, Until, filter_of
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.replay import Change, Effect


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
        wanted = filter_of(built_app, topic=topic, source=source, since=since, until=until)
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
