"""`label`, `train`: what users say of articles, and a model that learns from it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import phrases
from monitor.cli import output
from monitor.cli.app import LOOK, app, built
from monitor.cli.running import AsJson
from monitor.errors import UsageError
from monitor.model import Relevance, Topic

if TYPE_CHECKING:
    from monitor.learning.active import Training
    from monitor.learning.judging import Judged
    from monitor.learning.trial import Trial

Ident = Annotated[str, typer.Argument(metavar="ID", help="编号 Number, as `baoxun list` shows it.")]


@app.command(rich_help_panel=LOOK)
def label(
    ident: Ident,
    relevance: Annotated[
        Relevance, typer.Option("--relevance", "-r", help="应当如何 What it should have been.", show_choices=True)
    ],
    topic: Annotated[
        list[Topic] | None, typer.Option("--topic", "-t", help="主题；缺省取原判 Topic; by default the verdict's.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="谁说的 Who says so; by default you.")] = "",
    note: Annotated[str, typer.Option("--note", help="为什么 Why, for the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """纠正或确认判断 · Say what an article should have been: an alert, a digest item, or nothing.

    The judgement is stored beside the verdict, which stays; `baoxun train` learns from all of them.
    """
    from monitor.learning.judging import judge
    from monitor.learning.trial import MIN_JUDGEMENTS

    if not ident.isdecimal():
        raise UsageError(f"{ident!r} is no article number; `baoxun list` shows them")
    with built() as built_app:
        said = judge(
            built_app.store, int(ident), relevance, topic or (), by=by or _me(), note=note, now=built_app.clock()
        )
    if as_json:
        output.as_json(_judged_json(said))
        return
    output.say(said.article.article.title, style="bold")
    output.say(f"原判 verdict: {_words(said.article.relevance, said.article.topics)} · {said.article.status_reason}")
    output.say(f"改判 judgement: {_words(relevance, [t.value for t in said.judgement.topics])} · {said.judgement.by}")
    output.say(("一致 they agree" if said.agrees else "已记录不同 the difference is on record")
               + f"; 共判 {said.judged} 篇 articles judged, `baoxun train` needs {MIN_JUDGEMENTS}")  # fmt: skip


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a name for its user
        return "unknown"


def _words(relevance: str, topics: list[str] | tuple[str, ...]) -> str:
    named = "、".join(phrases.name(t, "zh") for t in topics)
    return f"{phrases.name(relevance, 'zh') or '尚无 none yet'}{f'（{named}）' if named else ''}"


def _judged_json(said: Judged) -> dict[str, object]:
    a, j = said.article, said.judgement
    return {"id": a.id, "title": a.article.title,
            "verdict": {"relevance": a.relevance or None, "topics": a.topics, "reason": a.status_reason},
            "judgement": {"relevance": j.relevance.value, "topics": [t.value for t in j.topics], "by": j.by,
                          "at": j.at, "note": j.note},
            "agrees": said.agrees, "judged": said.judged}  # fmt: skip


@app.command(rich_help_panel=LOOK)
def train(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试不启用 Try only; switch nothing on.")] = False,
    off: Annotated[bool, typer.Option("--off", help="停用模型 Switch the model off: rules alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """从标注中学习 · Train a small model on all judgements and switch it on where it is better than the rules alone.

    It speaks only on undecided articles, on judgements that it has not seen it must mend more verdicts than it breaks and
    miss no alert that the rules find, and on the shipped labelled set nothing may become worse. Exit code 1 where a
    model was not switched on.
    """
    if off and dry_run:
        raise UsageError("--off and --dry-run exclude one another")
    from monitor.learning.active import judged_examples, learn

    with built() as built_app:
        if off:
            with built_app.store.transaction() as unit:
                was = unit.models.switch_off()
            _tell_off(was, as_json)
            return
        with built_app.store.reading() as unit:
            examples, active = judged_examples(unit, built_app.vocabulary), unit.models.active_version()
        training = learn(examples, built_app.vocabulary, built_app.clock())
        version = None
        if training.model is not None and not dry_run:
            with built_app.store.transaction() as unit:
                version = unit.models.switch_on(training.model)
    if as_json:
        output.as_json({**training.trial.to_json(), "switched_on": version, "active": version or active})
    else:
        _tell_training(training, version, active, dry_run=dry_run)
    if training.model is None and not dry_run:
        raise typer.Exit(1)


def _tell_off(was: int | None, as_json: bool) -> None:
    if as_json:
        output.as_json({"switched_off": was, "active": None})
    else:
        output.say("没有启用的模型 no model was on" if was is None else f"已停用 switched off model {was}")


def _tell_training(training: Training, version: int | None, active: int | None, *, dry_run: bool) -> None:
    trial = training.trial
    output.say(
        f"标注 {trial.judgements} 篇 judged articles: {trial.alerts} alerts, {trial.undecided} undecided by the rules"
    )
    output.table(("交叉验证 cross-validated", "准确 precision", "召回 recall", "F1", "Brier"), _rows(trial))
    output.say(f"改对 mended {trial.mended}, 改错 broken {trial.broken}")
    if trial.refusal is not None:
        stays = f"; model {active} stays on, --off switches it off" if active is not None else "; rules alone go on"
        output.say(f"未启用 not switched on: {trial.refusal.value}{stays}", style="yellow")
    elif dry_run:
        output.say("可以启用 it would be switched on (--dry-run: nothing was)")
    else:
        output.say(f"已启用 switched on model {version}", style="green")


def _rows(trial: Trial) -> list[tuple[object, ...]]:
    return [
        (name, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", f"{s.brier:.3f}")
        for name, s in (("规则 rules", trial.rules), ("规则+模型 with model", trial.learned))
    ]
