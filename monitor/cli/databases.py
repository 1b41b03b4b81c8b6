"""`db`: the database and what belongs to it: schema, backups, what is old, and whether all is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.app import KEEP, OPTIONS, app, configuration
from monitor.cli.running import AsJson
from monitor.clock import system_clock
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.storage import Database, Store

database = typer.Typer(no_args_is_help=True, help="数据库 · The database: schema, backups, what is old.")
app.add_typer(database, name="db", rich_help_panel=KEEP)


@database.command("upgrade")
def upgrade_database() -> None:
    """升级表结构 · Bring the database to the schema that this program needs; a SQLite file is backed up first."""
    from monitor.storage import upgrade

    with _opened(configuration()) as opened:
        before, after, backup = upgrade(opened, system_clock())
    if before == after:
        output.say(f"已是最新 already at schema {after}")
    else:
        output.say(f"已升级 upgraded from {before or 'nothing'} to {after}")
    if backup:
        output.say(f"备份 backup: {backup}")


@database.command("backup")
def backup_database(
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE.tar|DIR]", help="写到哪里；缺省为 data_dir/backups · Where to; by default data_dir/backups."
        ),
    ] = None,
    no_raw: Annotated[bool, typer.Option("--no-raw", help="不含原始网页 Leave raw pages out.")] = False,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, metavar="N", help="只留最新 N 份 Keep the newest N backups in that folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """备份 · Write database, raw pages and configuration into one file, while the daemon works.

    The file is checked and complete when it gets its name; nothing is ever overwritten. `--keep` deletes older
    backups that this command made, and nothing else.
    """
    from monitor.archive import Archive
    from monitor.care import backup_folder
    from monitor.care.backup import back_up, backup_path, rotate

    config, now = configuration(), system_clock()
    path = backup_path(target or backup_folder(config), now)
    archive = Archive(config.storage.data_dir / "raw")
    with _opened(config) as opened, _bytes("备份 backing up") as on_progress:
        made = back_up(
            opened, archive, path, config_text=_plain(config), now=now, raw=not no_raw, on_progress=on_progress
        )  # fmt: skip
    removed = rotate(path.parent, keep) if keep is not None else ()
    if as_json:
        output.as_json(
            {"file": str(path), "bytes": made.bytes, "schema": made.manifest.schema, "rows": made.manifest.rows,
             "raw_files": sum(m.name.startswith("raw/") for m in made.manifest.members), "removed": removed}
        )  # fmt: skip
        return
    output.say(f"备份 backup: {path} ({_size(made.bytes)}, schema {made.manifest.schema})")
    for old in removed:
        output.say(f"删除旧备份 removed {old}")


@database.command("restore")
def restore_database(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="备份文件 A backup.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DATA_DIR", help="恢复到另一个数据目录 Into another data folder.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="已有数据库时先移到一边 Move a database that is there aside, and restore.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """恢复 · Restore a backup: all of it is checked before anything is touched, and the old database is never deleted.

    Stop the daemon first. A backup of an older schema is migrated; one of a newer program is refused.
    """
    from monitor.care.restoring import check, restore
    from monitor.config.building import build_database_url
    from monitor.storage import Database

    config = configuration()
    if to is not None:
        config = config.model_copy(update={"storage": config.storage.model_copy(update={"data_dir": to.resolve()})})
    with _bytes("检查 checking") as on_progress:
        checked = check(file, on_progress)
    target = Database(build_database_url(config))
    try:
        done = restore(checked, target, config.storage.data_dir, now=system_clock(), force=force)
    finally:
        target.close()
    if as_json:
        output.as_json(
            {"database": done.database, "made_at": done.manifest.made_at, "schema": done.schema, "rows": done.manifest.rows,
             "raw_files": done.raw_files, "missing_raw_files": done.missing_raw_files, "aside": done.aside}
        )  # fmt: skip
        return
    output.say(f"已恢复 restored {done.database}, as of {done.manifest.made_at.astimezone(config.zone):%Y-%m-%d %H:%M}")
    output.say(
        f"文章 articles {done.manifest.rows.get('article', 0)}, 原始网页文件 files of raw pages {done.raw_files}"
    )
    if done.missing_raw_files:
        output.say(f"缺原始网页文件 files of raw pages that are missing: {done.missing_raw_files}", style="yellow")
    if done.aside:
        output.say(f"旧库在 the old database is in {done.aside}")


@database.command("verify")
def verify_database(as_json: AsJson = False) -> None:
    """核查 · Check the whole database and every byte of the raw pages; may take minutes. Exit code 1 unless all is well."""
    from monitor.archive import Archive
    from monitor.care import verify

    config = configuration()
    archive = Archive(config.storage.data_dir / "raw")
    with _stored(config) as store, output.progress("核查 verifying", len(archive.files()) or None) as bar:
        found = verify(store, archive, lambda path: bar.advance(bar.task_ids[0]))
    if as_json:
        output.as_json(found)
    else:
        for fault in found.faults:
            output.tell_error(f"数据库 database: {fault}")
        for name in found.missing_files:
            output.tell_error(f"缺文件 missing: {name}")
        for damaged in found.damaged_files:
            output.tell_error(f"损坏 damaged: {damaged}")
        if found.missing_pages:
            output.tell_error(f"缺原始网页 articles whose raw page is missing or damaged: {found.missing_pages}")
        for name in found.torn_files:
            output.note(
                f"{name} 末尾有崩溃残留，下次写入时自动修补 ends in what a crash left; mended when it is next written to"
            )
        if found.ok:
            output.say(f"完好 all is whole; raw pages read: {found.pages}", style="green")
    if not found.ok:
        raise typer.Exit(1)


@database.command("prune")
def prune_database(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不删 Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """清理 · Drop what is older than `storage.retention` says, and contacts where they are to be dropped.

    The daemon drops what is old once a day by itself; contacts in what was stored before only go with this command.
    """
    from monitor.archive import Archive
    from monitor.care import Care

    config = configuration()
    with _stored(config) as store:
        care = Care(config=config, store=store, archive=Archive(config.storage.data_dir / "raw"))
        done = care.prune(system_clock(), dry_run=dry_run)
    if done.busy:
        raise UsageError("another pruning or backup is under way; try again when it is done")
    if as_json:
        output.as_json(done)
        return
    head = "将清理 would go" if dry_run else "已清理 gone"
    output.table(
        ("项目 what", head),
        [
            ("原始网页文件 files of raw pages", f"{done.raw_files} ({_size(done.raw_bytes)})"),
            ("其中网页 raw pages in them", done.raw_pages),
            ("作为凭据移走保留 taken over as proof", done.raw_pages_kept),
            ("已不可读 could not be read", done.raw_pages_lost),
            ("轮询记录 polls", done.polls),
            ("无关文章的正文 texts of irrelevant articles", done.texts),
            ("隐去联系人的行 rows without contacts now", done.contacts),
        ],
    )


@contextmanager
def _opened(config: Config) -> Iterator[Database]:
    from monitor.bootstrap import open_database

    opened = open_database(config)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _stored(config: Config) -> Iterator[Store]:
    """The store alone: none of this needs a channel, or its secrets."""
    from monitor.bootstrap import open_store

    with _opened(config) as opened:
        yield open_store(config, opened)


@contextmanager
def _bytes(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar in megabytes."""
    with output.progress(f"{label} MB", None) as bar:
        task = bar.task_ids[0]
        yield lambda done, total: bar.update(task, completed=done >> 20, total=total >> 20)


def _plain(config: Config) -> str:
    """The configuration file as it is: it names where secrets are, and holds none; a password in the database's URL is hidden."""
    from monitor.config import find_config
    from monitor.storage import hide_password

    text = find_config(OPTIONS.config).read_text(encoding="utf-8")
    return text.replace(config.storage.url, hide_password(config.storage.url))


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MB"
