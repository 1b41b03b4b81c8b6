"""What `list --by thread`, `list --by product` and `show --thread` print: projects as timelines, products as a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from monitor import ledger, phrases, threads
from monitor.bootstrap import App
from monitor.cli import output
from monitor.errors import NotFoundError
from monitor.ledger import Entry, LedgerRow, YearChange
from monitor.records import ArticleFilter
from monitor.renewals import Renewal, renewal
from monitor.statements import Citation, Statement
from monitor.threads import Change, Step, Thread

_HEAD = ("project_number", "buyer", "regions", "programmes", "product", "period", "amount", "insured_persons", "winner")
_DETAILS = (
    "insurers",
    "premium_total",
    "enrolment_opens",
    "payout_since_launch",
    "claims_count_since_launch",
    "claims_count",
)
"""What the ledger on a terminal leaves out for width; pipes and --json have it."""
_IN_STEP = ("amount", "premium_total", "premium_per_person", "rate", "insured_persons", "payout", "claims_count", "winner",
            "period", "deadline")  # fmt: skip


def list_threads(app: App, wanted: ArticleFilter, *, as_json: bool) -> None:
    """Projects that have an article which fits, the one with the latest step first; at most `limit`."""
    wanted = wanted if wanted.topic else replace(wanted, topic="gov_tender")
    with app.store.reading() as unit:
        found = threads.group(unit.threads.members(*unit.threads.idents(wanted, kind="project")))
    if as_json:
        for thread in found:
            output.as_json(_thread_json(thread, app))
        return
    output.table(
        ("线索 thread", "最近 latest", "阶段 stage", "项目 project", "地区 region", "中标 winner", "截止 open until",
         "到期 ends", "步 steps", "变更 changes"),
        [_thread_cells(thread, app) for thread in found],
    )  # fmt: skip
    if not found:
        output.note("没有符合的项目 no project fits")


def list_products(app: App, wanted: ArticleFilter, *, as_json: bool) -> None:
    """The ledger: one row for each product and edition that an article which fits reports on; `limit` counts rows.

    Rows are built of everything stored, so that years can be compared; `since`, `until`, `source`, `words` choose among them.
    """
    everything = ArticleFilter(topic="huiminbao", relevance="alert")
    with app.store.reading() as unit:
        chosen = {
            a.id for a in unit.articles.in_order(replace(wanted, topic="huiminbao", relevance="alert", status=""))
        }
        rows = ledger.build(unit.articles.in_order(everything), app.vocabulary)
    rows = tuple(r for r in rows if chosen & {c.article_id for c in r.sources})[: wanted.limit]
    if as_json:
        for row in rows:
            output.as_json(_row_json(row, app))
        return
    columns = [k for k in ledger.KEYS if any(r.entry(k) for r in rows)]
    output.table(
        ("城市 city", "产品 product", "年度 edition", *(phrases.name(k, "zh") for k in columns), "上线 launched",
         "较上年 year on year", "矛盾 conflicts", "来源 sources"),
        [_row_cells(row, columns, app) for row in rows],
        details=[phrases.name(k, "zh") for k in _DETAILS],
    )  # fmt: skip
    if not rows:
        output.note("没有符合的产品 no product fits")


def show_thread(app: App, ident: str, *, as_json: bool) -> None:
    """One project as a timeline: every step with its reprints, and what it changed, old and new with their sentences.

    Raises `NotFoundError` where no tender's thread has this name.
    """
    with app.store.reading() as unit:
        found = threads.group(unit.threads.members(ident))
    if not found:
        raise NotFoundError("thread", ident)
    thread = found[0]
    if as_json:
        output.as_json(_thread_json(thread, app))
        return
    output.say(thread.title, style="bold")
    output.say(f"{thread.thread_id} · {phrases.name(thread.stage.value, 'zh')}", style="dim")
    for key in _HEAD:
        for stated in thread.all_of(key):
            output.say(f"{phrases.name(key, 'zh')}{_lot(stated.lot)}: {_print(stated, app)}")
    if closing := thread.open_deadline(app.clock()):
        output.say(f"距截止 open until: {phrases.moment(closing, app.config.zone)}", style="bold")
    for step in thread.steps:
        output.say()
        _show_step(step, app)
    if ending := renewal(thread):
        output.say()
        _show_renewal(ending)


def _show_step(step: Step, app: App) -> None:
    when = phrases.moment(step.at, app.config.zone)
    output.say(f"{when}  {phrases.name(step.stage.value, 'zh')}  {step.cited.title}", style="bold")
    output.say(f"  {step.cited.source} · {step.cited.url} · {step.cited.article_id}", style="dim")
    facts = [
        f"{phrases.name(s.key, 'zh')}{_lot(s.lot)} {_print(s, app)}"
        for key in _IN_STEP for s in step.stated if s.key == key
    ]  # fmt: skip
    if facts:
        output.say("  " + "｜".join(facts))
    for change in step.changes:
        _show_change(change, "更正 correction" if change.corrects else "变化 change", app)
    for difference in step.disagreements:
        _show_change(difference, f"转载不一致 {difference.new.cited.source} prints", app)
    for copy in step.copies:
        output.say(f"  另见 also: {copy.source} · {copy.url}", style="dim")


def _show_change(change: Change, word: str, app: App) -> None:
    name = f"{phrases.name(change.key, 'zh')}{_lot(change.lot)}"
    output.say(f"  {word} {name}: {_print(change.old, app)} → {_print(change.new, app)}", style="yellow")
    for mark, stated in (("原 old", change.old), ("新 new", change.new)):
        output.say(f"    {mark}: {stated.sentence.strip()} ({stated.cited.article_id})")


def _show_renewal(ending: Renewal) -> None:
    output.say(
        f"到期 ends {ending.ends:%Y-%m-%d}; 现承办 held by {'、'.join(ending.winner_names) or '不详 unknown'}",
        style="bold",
    )
    output.say(f"  预计招标公告 notice expected about {ending.expected_notice:%Y-%m-%d} ({ending.weeks} 周前 weeks before), "
               f"采购意向 intention about {ending.expected_intention:%Y-%m-%d}")  # fmt: skip
    output.say(f"  依据 proof: {ending.term.sentence.strip()} ({ending.term.cited.article_id})")
    for assumption in ending.assumptions:
        output.say(f"  假设 assumed: {assumption}", style="dim")


def _thread_cells(thread: Thread, app: App) -> tuple[object, ...]:
    closing = thread.open_deadline(app.clock())
    ending = renewal(thread)
    regions = thread.says("regions")
    winners = dict.fromkeys(name for s in thread.all_of("winner") for name in s.value)
    return (
        thread.thread_id,
        phrases.moment(thread.steps[-1].at, app.config.zone)[:10],
        phrases.name(thread.stage.value, "zh"),
        thread.title,
        _print(regions, app) if regions else "",
        "、".join(winners),
        phrases.moment(closing, app.config.zone) if closing else "",
        f"{ending.ends:%Y-%m-%d}" if ending else "",
        len(thread.steps),
        len(thread.changes),
    )


def _row_cells(row: LedgerRow, columns: Sequence[str], app: App) -> tuple[object, ...]:
    entries = [row.entry(key) for key in columns]
    return (
        app.vocabulary.regions.name(row.city) if row.city in app.vocabulary.regions else row.city,
        row.product,
        row.year,
        *(_print(e.stated, app) if e else "" for e in entries),
        phrases.moment(row.launched.at, app.config.zone)[:10] if row.launched else "",
        "; ".join(_year_change(c, app) for c in row.changes),
        "; ".join(_conflict(e, app) for e in row.entries if e.conflicts),
        " ".join(str(c.article_id) for c in row.sources),
    )


def _year_change(change: YearChange, app: App) -> str:
    name = phrases.name(change.key, "zh")
    if change.ratio is None:
        return f"{name} {_print(change.old, app)} → {_print(change.new, app)}"
    return f"{name} {change.ratio:+.1%}"


def _conflict(entry: Entry, app: App) -> str:
    others = " / ".join(dict.fromkeys(f"{_print(s, app)} ({s.cited.article_id})" for s in entry.conflicts))
    return f"{phrases.name(entry.key, 'zh')} {_print(entry.stated, app)} ({entry.stated.cited.article_id}) / {others}"


def _print(stated: Statement, app: App) -> str:
    value: Any = stated.value
    if stated.key == "regions":
        regions = app.vocabulary.regions
        value = [regions.name(code) if code in regions else code for code in value]
    elif stated.key == "programmes":
        value = [phrases.name(code, "zh") for code in value]
    return phrases.fact(stated.key, value, "zh")


def _lot(number: str) -> str:
    return f"（包 lot {number}）" if number else ""


def _thread_json(thread: Thread, app: App) -> dict[str, Any]:
    ending = renewal(thread)
    return {
        "thread": thread.thread_id, "title": thread.title, "stage": thread.stage.value,
        "open_deadline": thread.open_deadline(app.clock()), "known": [_statement_json(s) for s in thread.known],
        "steps": [_step_json(s) for s in thread.steps],
        "renewal": _renewal_json(ending) if ending else None,
    }  # fmt: skip


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "event": step.event_id, "stage": step.stage.value, "at": step.at, **_citation_json(step.cited),
        "copies": [_citation_json(c) for c in step.copies], "stated": [_statement_json(s) for s in step.stated],
        "changes": [_change_json(c) for c in step.changes],
        "disagreements": [_change_json(c) for c in step.disagreements],
    }  # fmt: skip


def _change_json(change: Change) -> dict[str, Any]:
    return {"key": change.key, "lot": change.lot or None, "corrects": change.corrects,
            "old": _statement_json(change.old), "new": _statement_json(change.new)}  # fmt: skip


def _renewal_json(ending: Renewal) -> dict[str, Any]:
    return {
        "ends": ending.ends.isoformat(), "exact": ending.exact, "yearly": ending.yearly, "winners": ending.winner_names,
        "weeks": ending.weeks, "expected_notice": ending.expected_notice.isoformat(),
        "expected_intention": ending.expected_intention.isoformat(), "assumptions": ending.assumptions,
        "proof": _statement_json(ending.term),
    }  # fmt: skip


def _row_json(row: LedgerRow, app: App) -> dict[str, Any]:
    known = row.city in app.vocabulary.regions
    return {
        "product": row.product, "city": row.city, "city_name": app.vocabulary.regions.name(row.city) if known else "",
        "year": row.year, "values": {e.key: _entry_json(e) for e in row.entries},
        "changes": [{"key": c.key, "old": c.old.value, "new": c.new.value, "ratio": c.ratio} for c in row.changes],
        "launched": _maybe_json(row.launched), "first_launch": _maybe_json(row.first_seen),
        "discontinued": _maybe_json(row.discontinued), "sources": [_citation_json(c) for c in row.sources],
    }  # fmt: skip


def _entry_json(entry: Entry) -> dict[str, Any]:
    def some(statements: Iterable[Statement]) -> list[dict[str, Any]]:
        return [_statement_json(s) for s in statements]

    return {**_statement_json(entry.stated), "sources": some(entry.sources), "conflicts": some(entry.conflicts),
            "earlier": some(entry.earlier)}  # fmt: skip


def _statement_json(stated: Statement) -> dict[str, Any]:
    return {"key": stated.key, "lot": stated.lot or None, "value": stated.value, "raw": stated.raw,
            "basis": stated.basis or None, "sentence": stated.sentence, **_citation_json(stated.cited)}  # fmt: skip


def _maybe_json(cited: Citation | None) -> dict[str, Any] | None:
    return {**_citation_json(cited), "at": cited.at} if cited else None


def _citation_json(cited: Citation) -> dict[str, Any]:
    return {"article": cited.article_id, "url": cited.url, "title": cited.title, "source": cited.source}
