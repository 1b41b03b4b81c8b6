"""A backup: one file that holds the database as of one moment, the raw pages it points to, and the configuration.

It is made while the daemon works. The database is copied first: each page that the copy points to was on disk before its
row was, so copying the files afterwards misses none. The file gets its name only when it is whole and on disk.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from monitor.archive import Archive, is_written_to
from monitor.care.container import CONFIG, MANIFEST, POSTGRES, SQLITE, Packer, members, pieces
from monitor.care.manifest import Manifest, Sum
from monitor.care.pruning import alone
from monitor.care.verifying import BACKUP_NAME
from monitor.errors import BackupError
from monitor.gzip_members import whole_until
from monitor.storage import Database, found_revision
from monitor.storage.retained import Retained
from monitor.storage.snapshot import copy_sqlite, dump_postgres, row_counts, settle_sqlite, sync

OnProgress = Callable[[int, int], None]
"""Told (done, total) in bytes; the total is an estimate until the end."""

_MARGIN = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """A backup that was made."""

    path: Path
    bytes: int
    manifest: Manifest
    removed: tuple[Path, ...] = ()
    """Older backups that gave way to it."""


def backup_path(target: Path, now: dt.datetime) -> Path:
    """The file to write: `target` itself where it ends in `.tar`, else a file in that folder named after the time."""
    if target.suffix == ".tar" and not target.is_dir():
        return target
    return target / f"baoxun-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.tar"


def back_up(
    database: Database,
    archive: Archive,
    target: Path,
    *,
    config_text: str,
    now: dt.datetime,
    raw: bool = True,
    on_progress: OnProgress = lambda done, total: None,
) -> Backup:
    """Write a backup into a new file. Raises `BackupError` and the other `StorageError`s; then nothing is left behind."""
    revision = found_revision(database)
    if revision is None:
        raise BackupError(f"{database.printable_url} holds nothing yet: there is nothing to back up")
    if target.exists():
        raise BackupError(f"{target} exists already: a backup never overwrites anything")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            alone(archive.folder) as mine,
            tempfile.TemporaryDirectory(prefix=".baoxun-backup-", dir=target.parent) as work,
        ):
            if not mine:
                raise BackupError("another backup or pruning is under way; try again when it is done")
            files = archive.files() if raw else ()
            _require_room(database, files, target.parent)
            part = Path(work) / "backup.part"
            manifest = _write(database, archive, files, part, config_text, revision, now, raw, on_progress)
            sync(part)
            _give_name(part, target)
            sync(target.parent)
    except OSError as exc:
        raise BackupError(f"cannot write {target}: {exc.strerror or exc}; nothing was left behind") from exc
    return Backup(path=target, bytes=target.stat().st_size, manifest=manifest)


def rotate(folder: Path, keep: int) -> tuple[Path, ...]:
    """Delete all but the newest `keep` backups of ours in a folder; other files are left alone, whatever they are called."""
    ours = [path for path in sorted(folder.iterdir()) if BACKUP_NAME.fullmatch(path.name) and _is_ours(path)]
    gone = ours[: max(0, len(ours) - keep)]
    for path in gone:
        path.unlink()
    return tuple(gone)


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself. Raises `BackupError`."""
    try:
        with path.open("rb") as file:
            for member in members(file, path.stat().st_size):
                if member.name == MANIFEST:
                    return Manifest.from_json(b"".join(pieces(file, member)))
    except OSError as exc:
        raise BackupError(f"cannot read {path}: {exc.strerror}") from exc
    raise BackupError(f"{path} has no manifest: it is no backup")


def _write(
    database: Database,
    archive: Archive,
    files: tuple[Path, ...],
    part: Path,
    config_text: str,
    revision: str,
    now: dt.datetime,
    raw: bool,
    on_progress: OnProgress,
) -> Manifest:
    total = _size(database) * 2 + sum(path.stat().st_size for path in files)
    done = 0

    def count(written: int) -> None:
        nonlocal done
        done += written
        on_progress(min(done, total), total)

    with part.open("xb") as file:
        packer = Packer(file, count)
        packer.add_bytes(CONFIG, config_text.encode())
        with _database(database, part.parent, lambda copied, of: on_progress(copied * _size(database) // max(of, 1), total)) as (
            packed, name, size, checksum, rows, ends,
        ):  # fmt: skip
            done = size
            packer.add(name, packed)
        for path in files:
            length = None
            if is_written_to(path):
                # What the copy of the database points to is whole; what is behind it may be half written.
                length = whole_until(path, ends.get(path.name, 0))
            packer.add(f"raw/{path.name}", path, length=length)
        manifest = Manifest(
            made_at=now,
            version=metadata.version("baoxun"),
            schema=revision,
            kind="sqlite" if database.is_sqlite else "postgresql",
            database_bytes=size,
            database_sha256=checksum,
            rows=rows,
            raw=raw,
            members=tuple(Sum(**member) for member in packer.written),  # type: ignore[arg-type]
        )
        packer.add_bytes(MANIFEST, manifest.to_json())
        packer.close()
        file.flush()
        os.fsync(file.fileno())
    on_progress(total, total)
    return manifest


@contextmanager
def _database(
    database: Database, work: Path, on_step: Callable[[int, int], None]
) -> Iterator[tuple[Path, str, int, str, dict[str, int], dict[str, int]]]:
    """The database as a file to pack: path, member name, unpacked size and check-sum, row counts, and how far each file of
    raw pages is pointed into."""
    if database.sqlite_path is None:
        # Rows that come between counting and dumping are in the dump: the counts are a floor.
        rows, ends = row_counts(database), _ends(database)
        plain = work / POSTGRES
        dump_postgres(database, plain)
        yield plain, POSTGRES, plain.stat().st_size, _checksum(plain), rows, ends
        return
    plain = work / "database.sqlite3"
    copy_sqlite(database.sqlite_path, plain, on_step)
    copy = Database(f"sqlite:///{plain}")
    try:
        rows, ends = row_counts(copy), _ends(copy)
    finally:
        copy.close()
    settle_sqlite(plain)  # opening it made a log beside it
    size, checksum = plain.stat().st_size, _checksum(plain)
    packed = work / SQLITE
    with plain.open("rb") as source, packed.open("xb") as out, gzip.GzipFile("", "wb", 3, out, mtime=0) as zipped:
        shutil.copyfileobj(source, zipped, 1024 * 1024)
    plain.unlink()
    yield packed, SQLITE, size, checksum, rows, ends


def _give_name(part: Path, target: Path) -> None:
    """Unlike a rename, it never takes the place of a file that came to be meanwhile."""
    try:
        os.link(part, target)
    except FileExistsError as exc:
        raise BackupError(f"{target} exists already: a backup never overwrites anything") from exc
    except OSError:  # a file system without hard links
        with target.open("xb"):
            part.replace(target)


def _ends(database: Database) -> dict[str, int]:
    with database.read() as session:
        return Retained(session).raw_ends()


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(database: Database) -> int:
    return database.sqlite_path.stat().st_size if database.sqlite_path is not None else 0


def _require_room(database: Database, files: tuple[Path, ...], folder: Path) -> None:
    """The copy, its packed form and the raw pages stand beside one another for a while."""
    needed = 2 * _size(database) + sum(path.stat().st_size for path in files) + _MARGIN
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder} has {free >> 20} MB free, the backup may take {needed >> 20} MB: nothing was written"
        )


def _is_ours(path: Path) -> bool:
    try:
        read_manifest(path)
    except BackupError:
        return False
    return True
