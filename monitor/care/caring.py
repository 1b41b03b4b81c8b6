"""What a daemon does for its store: a look at it at the start, and pruning once a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import structlog

from monitor.archive import Archive
from monitor.care.pruning import Pruned, Pruning
from monitor.care.verifying import missing_raw, require_sound
from monitor.config import Config
from monitor.storage import Store

log = structlog.get_logger()

DAILY = dt.timedelta(days=1)


def backup_folder(config: Config) -> Path:
    """Where backups go unless another place is named."""
    return config.storage.data_dir / "backups"


class Care:
    """Looks after one store and its raw pages."""

    def __init__(self, *, config: Config, store: Store, archive: Archive) -> None:
        self._config, self._store, self._archive = config, store, archive
        self._pruning = Pruning(store=store, archive=archive, keep=config.storage.retention)
        self._last: dt.datetime | None = None

    def at_start(self) -> None:
        """What a daemon looks at before it begins; takes some seconds at most.

        Raises `DatabaseDamagedError` where the database is damaged. Raw pages that are missing are told in the log.
        """
        complete = require_sound(self._store.database, backups=backup_folder(self._config))
        files, pages = missing_raw(self._store, self._archive)
        if files:
            log.warning("raw pages are missing", files=list(files), articles=pages)
        log.info("looked at the database", complete=complete)

    def daily(self, now: dt.datetime) -> Pruned | None:
        """Prune, at the first call and then a day after the last time; None where it is not time yet. Blocks."""
        if self._last is not None and now - self._last < DAILY:
            return None
        done = self._pruning.prune(now, contacts=False)
        if not done.busy:
            self._last = now
        return done

    def halt(self) -> None:
        """Have pruning end after the step in hand, for good. May be called from another thread."""
        self._pruning.halt()

    def prune(self, now: dt.datetime, *, dry_run: bool = False) -> Pruned:
        """Prune now, old rows' contacts included."""
        return self._pruning.prune(now, dry_run=dry_run)
