"""Is what is stored whole? The database by its own checks, raw pages by their check-sums, and whether rows and files agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from monitor.archive import Archive, is_written_to
from monitor.errors import DatabaseDamagedError
from monitor.gzip_members import goes_on_after, members
from monitor.storage import Database, Store
from monitor.storage.integrity import look

AT_START_SECONDS = 5.0
"""How long a start may be held up by looking; a larger database is looked at in part."""

BACKUP_NAME = re.compile(r"baoxun-\d{8}T\d{6}Z\.tar")
"""Names that `db backup` gives."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What was found. Empty `faults` and no missing or damaged pages: all is well."""

    faults: tuple[str, ...]
    """Of the database, in its own words."""
    complete: bool
    """False where there was no time to look at all of the database."""
    missing_files: tuple[str, ...] = ()
    """Files that articles point into and that are not there."""
    missing_pages: int = 0
    """Articles that point to a page that is not there, or not whole."""
    damaged_files: tuple[str, ...] = ()
    """Files of raw pages with a place that cannot be read, and where it is."""
    torn_files: tuple[str, ...] = ()
    """Files of raw pages that end in a torn record: a crash's trace, mended when the file is next written to."""
    pages: int = 0
    """Raw pages that were read and found whole."""

    @property
    def ok(self) -> bool:
        return not (self.faults or self.missing_files or self.missing_pages or self.damaged_files)


def require_sound(database: Database, *, backups: Path, seconds: float | None = AT_START_SECONDS) -> bool:
    """Raises `DatabaseDamagedError`, naming the newest backup, where a look at the database finds damage.

    Returns whether there was time to look at all of it.
    """
    found = look(database, seconds=seconds)
    if found.faults:
        raise DatabaseDamagedError(database.printable_url, found.faults[0], advice(backups))
    return found.complete


def advice(backups: Path) -> str:
    """What to do about a damaged database, with the newest backup's name where there is one."""
    newest = newest_backup(backups)
    how = f"`baoxun db restore {newest} --force`" if newest else "`baoxun db restore FILE --force`"
    where = "" if newest else f" (no backup was found in {backups})"
    return (
        f"Stop the daemon, then restore the newest backup: {how}{where}; the damaged file is moved aside, not deleted"
    )


def newest_backup(folder: Path) -> Path | None:
    """The newest backup that lies in a folder, by its name."""
    found = sorted(path for path in folder.glob("*.tar") if BACKUP_NAME.fullmatch(path.name))
    return found[-1] if found else None


def missing_raw(store: Store, archive: Archive) -> tuple[tuple[str, ...], int]:
    """Files that articles point into and that are not there, and how many articles that concerns. Quick."""
    with store.reading() as unit:
        gone = [file for file in unit.retained.raw_files() if not (archive.folder / file.name).is_file()]
    return tuple(file.name for file in gone), sum(file.pages for file in gone)


def verify(store: Store, archive: Archive, on_file: Callable[[Path], None] = lambda path: None) -> Verified:
    """Look at everything, however long it takes: the whole database, and every byte of the raw pages."""
    database = look(store.database, seconds=None, thorough=True)
    if database.faults:
        return Verified(faults=database.faults, complete=database.complete)
    names, missing = missing_raw(store, archive)
    damaged, torn, pages = [], [], 0
    for path in archive.files():
        on_file(path)
        live = is_written_to(path)
        with store.reading() as unit:
            wanted = [place.offset for place in unit.retained.raw_places(path.name)]
        whole = dict(members(path))
        pages += len(whole)
        missing += sum(offset not in whole for offset in wanted)
        end = max(whole.values(), default=0)
        if end < path.stat().st_size and not live:
            if goes_on_after(path, end):
                damaged.append(f"{path.name}: nothing can be read at byte {end}")
            else:
                torn.append(path.name)
    return Verified(
        faults=(), complete=True, missing_files=names, missing_pages=missing, damaged_files=tuple(damaged),
        torn_files=tuple(torn), pages=pages,
    )  # fmt: skip
