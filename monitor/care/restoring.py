"""Restoring a backup: all of it is checked before anything is touched, and one rename makes it the database.

Raw pages are put beside those that are there (files of pages only ever grow, and nothing points to the new ones yet); the
database is unpacked, checked and migrated in a folder of its own; then its file takes the old one's place. Killed before
that rename the old state stands, killed after it the new one does. The old database is kept in `before-restore-…`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import itertools
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from monitor.care.container import MANIFEST, POSTGRES, SQLITE, Member, members, pieces
from monitor.care.manifest import MOST_BYTES, Manifest
from monitor.errors import BackupError
from monitor.storage import Database, upgrade
from monitor.storage.integrity import look_at_file
from monitor.storage.retained import Retained
from monitor.storage.schema import is_known
from monitor.storage.snapshot import held_sqlite, is_empty, load_postgres, row_counts, settle_sqlite, sync

OnProgress = Callable[[int, int], None]
"""Told (done, total) in bytes."""

_STAGE = ".restore-"
_MARGIN = 16 * 1024 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A backup that was read to its end and found whole."""

    path: Path
    manifest: Manifest
    members: tuple[Member, ...]

    def member(self, name: str) -> Member:
        return next(member for member in self.members if member.name == name)

    @property
    def raw(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member.raw_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restore did. `aside` is where the old database is now, None where there was none."""

    database: str
    manifest: Manifest
    schema: str
    """The database's schema now: a backup of an older program was migrated."""
    raw_files: int
    missing_raw_files: int
    """Files of raw pages that articles point into and that are neither in the backup nor in the folder."""
    aside: Path | None


def check(path: Path, on_progress: OnProgress = lambda done, total: None) -> Checked:
    """Read a backup to its end and compare it with what it says of itself. Nothing is written.

    Raises `BackupError`: not a backup, damaged, cut short, holding what it should not, or of a newer program.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            found = tuple(members(file, size))
            manifest = _manifest(file, found)
            _compare(manifest, found)
            done = 0
            for summed in manifest.members:
                member = next(m for m in found if m.name == summed.name)
                digest = hashlib.sha256()
                for piece in pieces(file, member):
                    digest.update(piece)
                    done += len(piece)
                    on_progress(done, size)
                if digest.hexdigest() != summed.sha256:
                    raise BackupError(f"{summed.name} is damaged: its check-sum differs")
            on_progress(size, size)
    except OSError as exc:
        raise BackupError(f"cannot read {path}: {exc.strerror or exc}") from exc
    except BackupError as exc:
        raise BackupError(f"{path}: {exc}") from exc
    return Checked(path=path, manifest=manifest, members=found)


def restore(
    backup: Checked,
    database: Database,
    data_dir: Path,
    *,
    now: dt.datetime,
    force: bool = False,
) -> Restored:
    """Make a backup the database, with its raw pages in `data_dir`/raw. Needs no daemon at work, and with `force` takes
    the place of what is there, which is moved aside.

    Raises `AlreadyRunningError`, `BackupError` and the other `StorageError`s; the old state stands then.
    """
    manifest = backup.manifest
    if (manifest.kind == "sqlite") is not database.is_sqlite:
        raise BackupError(f"the backup is of {manifest.kind}, `storage.url` names another kind of database")
    _require_empty(database, data_dir, force)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with database.daemon_lock():
            for left in data_dir.glob(f"{_STAGE}*"):
                shutil.rmtree(left)  # of a restore that was killed
            _require_room(backup, data_dir)
            stage = data_dir / f"{_STAGE}{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
            stage.mkdir(parents=True)
            try:
                if database.sqlite_path is None:
                    return _restore_postgres(backup, database, data_dir, stage, now)
                return _restore_sqlite(backup, database.sqlite_path, data_dir, stage, now)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
    except OSError as exc:
        raise BackupError(
            f"cannot restore into {data_dir}: {exc.strerror or exc}; what was there is there still"
        ) from exc


def _restore_sqlite(backup: Checked, target: Path, data_dir: Path, stage: Path, now: dt.datetime) -> Restored:
    staged = stage / "database.sqlite3"
    _unpack_database(backup, staged)
    raw = _unpack_raw(backup, stage)
    opened = Database(f"sqlite:///{staged}")
    try:
        _require_rows(backup.manifest, row_counts(opened))
        _, schema, _ = upgrade(opened, now)
        for name, new in _renamed(raw, data_dir / "raw").items():
            with opened.write() as session:
                Retained(session).rename_raw(name, new)
            raw[new] = raw.pop(name)
        with opened.read() as session:
            pointed = [file.name for file in Retained(session).raw_files()]
    finally:
        opened.close()
    settle_sqlite(staged)
    sync(staged)
    _place_raw(raw, data_dir / "raw")
    aside = _swap(staged, target, data_dir / f"before-restore-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}")
    return Restored(
        database=str(target),
        manifest=backup.manifest,
        schema=schema,
        raw_files=len(raw),
        missing_raw_files=sum(not (data_dir / "raw" / name).is_file() for name in pointed),
        aside=aside,
    )


def _restore_postgres(backup: Checked, database: Database, data_dir: Path, stage: Path, now: dt.datetime) -> Restored:
    dump = stage / POSTGRES
    _copy(backup, backup.member(POSTGRES), dump)
    raw = _unpack_raw(backup, stage)
    if conflicts := _renamed(raw, data_dir / "raw"):
        raise BackupError(
            f"{data_dir / 'raw' / next(iter(conflicts))} is another file than the backup's: use an empty data_dir"
        )
    _place_raw(raw, data_dir / "raw")
    load_postgres(database, dump)
    _, schema, _ = upgrade(database, now)
    with database.read() as session:
        pointed = [file.name for file in Retained(session).raw_files()]
    return Restored(
        database=database.printable_url,
        manifest=backup.manifest,
        schema=schema,
        raw_files=len(raw),
        missing_raw_files=sum(not (data_dir / "raw" / name).is_file() for name in pointed),
        aside=None,
    )


def _manifest(file: IO[bytes], found: tuple[Member, ...]) -> Manifest:
    member = next((m for m in found if m.name == MANIFEST), None)
    if member is None:
        raise BackupError("it has no manifest: it is no backup")
    if member.bytes > MOST_BYTES:
        raise BackupError("its manifest is too large to be one of ours")
    return Manifest.from_json(b"".join(pieces(file, member)))


def _compare(manifest: Manifest, found: tuple[Member, ...]) -> None:
    """What is in the file is what the manifest lists, and the program knows its schema."""
    listed = {summed.name: summed.bytes for summed in manifest.members}
    there = {member.name: member.bytes for member in found if member.name != MANIFEST}
    if listed != there or len(listed) != len(manifest.members):
        differing = sorted(listed.items() ^ there.items())
        raise BackupError(
            f"it does not hold what its manifest lists: {differing[0][0] if differing else 'a name twice'}"
        )
    wanted = {"sqlite": SQLITE, "postgresql": POSTGRES}.get(manifest.kind)
    if wanted not in there:
        raise BackupError("it holds no database")
    if not is_known(manifest.schema):
        raise BackupError(
            f"it is of schema {manifest.schema}, made by version {manifest.version}: this program is older. Install that "
            "version or a newer one"
        )


def _require_empty(database: Database, data_dir: Path, force: bool) -> None:
    if database.sqlite_path is None:
        database.ping()
        if not is_empty(database):
            raise BackupError(
                f"{database.printable_url} is not empty: make a new database (createdb) and name it in `storage.url`; the old "
                "one stays as it is"
            )
        return
    path = database.sqlite_path
    there = path if path.exists() and path.stat().st_size else next((data_dir / "raw").glob("*.warc.gz"), None)
    if there is not None and not force:
        raise BackupError(
            f"{there} is there already: --force moves the old database aside and restores; or name another folder"
        )


def _require_room(backup: Checked, data_dir: Path) -> None:
    needed = backup.manifest.database_bytes * 2 + sum(member.bytes for member in backup.raw) + _MARGIN
    free = shutil.disk_usage(data_dir).free
    if free < needed:
        raise BackupError(
            f"{data_dir} has {free >> 20} MB free, the backup takes {needed >> 20} MB: nothing was touched"
        )


def _unpack_database(backup: Checked, target: Path) -> None:
    """Unpack and check. It never grows beyond the size that the manifest states, whatever its packed bytes would give."""
    manifest = backup.manifest
    digest, size = hashlib.sha256(), 0
    packed = target.with_suffix(".gz")
    _copy(backup, backup.member(SQLITE), packed)
    try:
        with gzip.open(packed) as source, target.open("xb") as out:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > manifest.database_bytes:
                    break
                digest.update(piece)
                out.write(piece)
    except (EOFError, zlib.error, gzip.BadGzipFile) as exc:
        raise BackupError(f"{backup.path}: its database cannot be unpacked") from exc
    packed.unlink()
    if size != manifest.database_bytes or digest.hexdigest() != manifest.database_sha256:
        raise BackupError(f"{backup.path}: its database is not the one that its manifest describes")
    if faults := look_at_file(target, seconds=None, thorough=True).faults:
        raise BackupError(f"{backup.path}: its database is damaged: {faults[0]}")


def _unpack_raw(backup: Checked, stage: Path) -> dict[str, Path]:
    folder = stage / "raw"
    folder.mkdir()
    for member in backup.raw:
        _copy(backup, member, folder / member.raw_name)
    return {member.raw_name: folder / member.raw_name for member in backup.raw}


def _copy(backup: Checked, member: Member, target: Path) -> None:
    """A member into a new file, on disk; its check-sum again, since the file may have changed since it was checked."""
    wanted = next(summed.sha256 for summed in backup.manifest.members if summed.name == member.name)
    digest = hashlib.sha256()
    with backup.path.open("rb") as source, target.open("xb") as out:
        for piece in pieces(source, member):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != wanted:
        raise BackupError(f"{backup.path}: {member.name} changed while it was read")


def _require_rows(manifest: Manifest, rows: dict[str, int]) -> None:
    if dict(manifest.rows) != rows:
        table = next(iter(sorted(set(manifest.rows.items()) ^ set(rows.items()))))[0]
        raise BackupError(f"the table {table} has not as many rows as the manifest says")


def _renamed(raw: dict[str, Path], folder: Path) -> dict[str, str]:
    """New names for files whose name is taken by a file that does not begin with the same bytes."""
    taken = {name for name, path in raw.items() if (folder / name).exists() and not _goes_on(folder / name, path)}
    names: dict[str, str] = {}
    for name in sorted(taken):
        stem = name.removesuffix(".warc.gz")
        tries: Iterator[str] = (f"{stem}-restored{n}.warc.gz" for n in itertools.count(1))
        names[name] = next(new for new in tries if not (folder / new).exists() and new not in raw)
    return names


def _place_raw(raw: dict[str, Path], folder: Path) -> None:
    """Put the files into their folder; one that is there already and goes on where the backup's ends stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in raw.items():
        if not (folder / name).exists():
            path.rename(folder / name)
    sync(folder)


def _goes_on(longer: Path, shorter: Path) -> bool:
    """Whether a file begins with all that another holds."""
    with longer.open("rb") as one, shorter.open("rb") as other:
        while piece := other.read(_PIECE):
            if one.read(len(piece)) != piece:
                return False
    return True


def _swap(staged: Path, target: Path, aside: Path) -> Path | None:
    """Let the staged file take the target's place; returns where the old one is kept."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        _without_log(target)
        staged.replace(target)
        sync(target.parent)
        return None
    aside.mkdir(parents=True)
    # Copied before anything opens the file: SQLite itself throws away a log that does not fit.
    logs = [Path(shutil.copy2(path, aside / path.name)) for path in _log_files(target)]
    with held_sqlite(target) as sound:
        for log in logs if sound else ():
            log.unlink()  # it was brought into the file
        _link(target, aside / target.name)
        sync(aside)
        if not sound:
            _without_log(target)
        staged.replace(target)
        sync(target.parent)
    return aside


def _log_files(target: Path) -> tuple[Path, ...]:
    beside = (target.with_name(target.name + ending) for ending in ("-wal", "-shm", "-journal"))
    return tuple(path for path in beside if path.exists())


def _without_log(target: Path) -> None:
    """A log that belongs to the old file would be played into the new one."""
    for path in _log_files(target):
        path.unlink()


def _link(path: Path, target: Path) -> None:
    with contextlib.suppress(OSError):
        os.link(path, target)
        return
    shutil.copy2(path, target)  # a file system without hard links
    sync(target)
