"""One row or two of every table, as each revision of the schema had them; and frozen schemas, as SQL text.

    python -m tests.monitor.schema_rows 0004 > tests/monitor/schemas/0004.sql

freezes a revision when it is released: `test_migrations` then notices an amendment, and upgrades a database made of the text.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.storage import Database
from monitor.storage.schema import upgrade_to

SCHEMAS = Path(__file__).with_name("schemas")
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
AT = "2026-05-20 01:02:03.000000"
LATER = "2026-06-20 01:02:03.000000"

ARTICLE: Mapping[str, Any] = {
    "canonical_url": "https://news.example/1", "url": "https://m.news.example/1", "content_hash": "h", "source_name": "news",
    "publisher": "某报", "author": "李", "title": "某市惠民保上线 😀", "text": "第一行\n第二行", "lang": "zh", "published": AT,
    "published_precision": "minute", "origin_url": "", "stock_codes": '["601336"]', "attachments": '[["附件.pdf", "https://x.example/a"]]',
    "page": "generic", "fetched_at": AT, "first_seen_at": AT, "raw_file": "a.warc.gz", "raw_offset": 7_000_000_000, "silent": False,
    "status": "relevant", "status_reason": "because", "attempts": 0, "processed_at": AT, "relevance": "alert",
    "topics": '["huiminbao"]', "stage": "", "update": "launch", "story_id": "1", "event_id": "e1", "thread_id": "t1",
    "trail": '{"facts": {"amount": 1.5}}',
}  # fmt: skip
OUTBOX: Mapping[str, Any] = {
    "thread": "t1", "article_id": 1, "payload": '{"title": "某市"}', "state": "done", "reason": "delivered", "created_at": AT,
    "closed_at": AT,
}  # fmt: skip
RECEIPT: Mapping[str, Any] = {
    "receiver": "desk", "channel": "mail", "attempt": 1, "outcome": "accepted", "reason": "250", "attempted_at": AT,
    "retry_at": None,
}  # fmt: skip

ROWS: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
    # (first revision, last revision, table, values)
    ("0001", "", "source", {
        "name": "news", "state": '{"urls": {"https://news.example/feed": {"etag": "x"}}}', "next_check_at": LATER,
        "last_checked_at": AT, "last_success_at": AT, "last_new_at": None, "baseline_at": AT, "failures": 2,
        "last_problem": "429", "created_at": AT}),
    ("0001", "", "article", {"id": 1, **ARTICLE}),
    ("0001", "", "article", {
        "id": 2, **ARTICLE, "canonical_url": "https://news.example/2", "status": "new", "relevance": "", "published": None}),
    ("0001", "", "article_key", {"key": "site:1", "article_id": 1}),
    ("0001", "", "match", {
        "id": 1, "article_id": 1, "topic": "huiminbao", "relevance": "alert", "stage": "", "update": "launch", "score": 3.5,
        "facts": '{"amount": 1.5}', "created_at": AT}),
    ("0001", "", "judgement", {
        "id": 1, "article_id": 1, "relevance": "alert", "topics": '["huiminbao"]', "by": "lin", "note": "对", "at": AT}),
    ("0001", "", "learned_model", {
        "id": 1, "features_version": 1, "weights": '{"a": 0.5}', "calibration": "[1.0, 0.0]", "raise_at": 0.9, "lower_at": 0.1,
        "judgements": 50, "metrics": "{}", "trained_at": AT, "active": False}),
    ("0001", "", "opinion", {
        "content_hash": "h", "prompt_version": "1", "model": "m", "relevance": "digest", "topic": "huiminbao", "quote": "上线",
        "tokens": 300, "at": AT}),
    ("0001", "", "token_day", {"day": "2026-05-20", "tokens": 300}),
    ("0001", "", "signature", {
        "id": 1, "article_id": "1", "version": 1, "story_id": "1", "event_id": "e1", "thread_id": "t1", "published": AT,
        "letters": 9, "sampled": b"\x00\x01", "rest": b"", "item": None, "text_keys": b"\xff", "fact_keys": b"",
        "marks": "{}"}),
    ("0001", "", "signature_key", {"key": -9_000_000_000_000_000_000, "signature_id": 1}),
    ("0001", "", "signature_turn", {"id": 1, "turn": 5}),
    ("0001", "0003", "outbox", {"id": 1, "alert_key": "k1", **OUTBOX, "next_attempt_at": AT}),
    ("0001", "0003", "outbox", {
        "id": 2, "alert_key": "k2", **OUTBOX, "state": "pending", "closed_at": None, "next_attempt_at": LATER}),
    ("0001", "0003", "receipt", {"id": 1, "alert_key": "k1", **RECEIPT}),
    ("0001", "0003", "receipt", {"id": 2, "alert_key": "k2", **RECEIPT, "outcome": "failed", "retry_at": LATER}),
    ("0002", "", "backfill", {
        "id": 1, "source_name": "news", "asked": "30d", "since": AT, "until": LATER, "keywords": '["惠民保"]', "alert": "",
        "state": "open", "problem": "", "started_at": AT, "finished_at": None}),
    ("0002", "", "backfill_list", {
        "id": 1, "backfill_id": 1, "state": "waiting", "page": 3, "cursor": '{"page": 3}', "reason": "", "detail": "",
        "attempts": 1}),
    ("0002", "", "backfill_link", {
        "id": 1, "backfill_id": 1, "canonical_url": "https://news.example/1", "state": "stored", "reason": "", "detail": "",
        "attempts": 1, "article_id": 1, "link": "{}"}),
    ("0002", "", "host_pause", {"host": "news.example", "until": LATER, "reason": "ban", "blocked": True}),
    ("0003", "", "thread_state", {
        "thread_id": "t1", "title": "某市惠民保", "article_id": 1, "at": AT, "stage": "", "update": "launch", "events": '["e1"]',
        "past_events": "[]", "facts": "[]", "deadline": LATER, "deadline_told_at": None, "ended": False, "first_told_at": AT,
        "alert_key": "k1", "retold": 0}),
    ("0003", "", "acknowledgement", {
        "id": 1, "thread_id": "t1", "alert_key": "k1", "verdict": "taken", "by": "lin", "receiver": "desk", "at": AT,
        "token": None}),
    ("0003", "", "condition", {
        "id": 1, "kind": "source_broken", "subject": "news", "facts": '[["problem", "429"]]', "started_at": AT,
        "last_seen_at": AT, "count": 2, "clear_looks": 0, "announced_at": None, "ended_at": None}),
    ("0004", "", "outbox", {"id": 1, "alert_key": "k1", **OUTBOX, "admitted_at": AT}),
    ("0004", "", "receipt", {"id": 1, "message_key": "k1", **RECEIPT}),
    ("0004", "", "delivery", {
        "id": 1, "alert_key": "k1", "receiver": "desk", "channel": "mail", "state": "accepted", "due_at": AT, "created_at": AT,
        "form": "single", "urgent": False, "alone": False, "group": "", "reason": "", "lang": None, "max_copies": None,
        "message": "k1", "closed_at": AT}),
    ("0004", "", "message", {
        "id": 1, "key": "k1", "receiver": "desk", "channel": "mail", "form": "single", "lang": None, "max_copies": None,
        "urgent": False, "is_open": False, "opened_at": AT, "due_at": AT}),
    ("0004", "", "message_item", {"message_id": 1, "alert_key": "k1", "place": 0}),
    ("0004", "", "lane", {"key": "digest", "state": "{}"}),
    ("0004", "", "silence", {
        "id": 1, "matchers": '["topic = huiminbao"]', "author": "lin", "reason": "假期", "starts_at": AT, "ends_at": LATER,
        "ended_by": ""}),
    ("0005", "", "poll", {
        "id": 1, "source_name": "news", "outcome": "new", "planned_at": AT, "started_at": AT, "ended_at": AT, "found": 9,
        "stored": 2, "failed": 0, "requests": 3, "problem": ""}),
)  # fmt: skip


def rows_of(revision: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(table, values) of the rows that a database of this revision has."""
    for first, last, table, values in ROWS:
        if first <= revision and (not last or revision <= last):
            yield table, values


def make(database: Database, revision: str) -> None:
    """A database of an old revision with its rows, written as that revision's program would have, by plain SQL.

    Tables and columns that are not spelled out above get plain values by their type.
    """
    upgrade_to(database, revision)
    with database.engine.begin() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        spelled = list(rows_of(revision))
        named = {table for table, _ in spelled} | {"alembic_version"}
        plain = [(table.name, {}) for table in metadata.sorted_tables if table.name not in named]
        for name, values in (*spelled, *plain):
            connection.execute(*insertion(metadata.tables[name], values))
            if not database.is_sqlite and "id" in values:
                # As if the database had given the number itself.
                connection.exec_driver_sql(
                    f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from \"{name}\")) "
                    f"where pg_get_serial_sequence('{name}', 'id') is not null"
                )


def insertion(table: sa.Table, values: Mapping[str, Any]) -> tuple[sa.TextClause, dict[str, Any]]:
    """An insert statement with quoted names, and its values."""
    filled = {c.name: usual(c) for c in table.columns if not c.nullable and c.name not in values} | dict(values)
    quoted = ", ".join(f'"{name}"' for name in filled)
    marks = ", ".join(f":v{n}" for n in range(len(filled)))
    return sa.text(f'insert into "{table.name}" ({quoted}) values ({marks})'), {
        f"v{n}": value for n, value in enumerate(filled.values())
    }


def usual(column: sa.Column[Any]) -> Any:
    """A plain value of a column's type."""
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, (sa.Integer, sa.Float)):
        return 1
    if isinstance(kind, sa.DateTime):
        return AT
    return "{}" if isinstance(kind, sa.JSON) else "x"


def dump(path: Path) -> str:
    """A SQLite file as SQL text, one statement a line, whatever the blanks within its schema."""
    with sqlite3.connect(path) as connection:
        statements = connection.iterdump()
        return "".join(
            f"{' '.join(line.split())}\n" if line.startswith("CREATE") else f"{line}\n" for line in statements
        )


def canonical(text: str) -> list[list[str]]:
    """The statements of a dump without regard to what does not matter: the order of indexes, and of a table's constraints,
    which differ from run to run. Rows are given by position, so that the order of columns does count."""
    return sorted(
        sorted(re.findall(r"[^\s,()]+", line)) if line.startswith("CREATE") else [line] for line in text.splitlines()
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.sqlite3"
        database = Database(f"sqlite:///{path}")
        make(database, sys.argv[1])
        database.close()
        print(dump(path), end="")


if __name__ == "__main__":
    main()
