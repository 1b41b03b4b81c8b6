"""Troubles that pass: a database that is held or cannot be reached, a disk that is full.

Each is told when it begins and when it is over, not at every attempt in between; the attempts grow rarer meanwhile.
"""

from __future__ import annotations

import datetime as dt
import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from monitor.clock import Clock
from monitor.errors import DatabaseBusyError, DatabaseFullError, StorageError

log = structlog.get_logger()

FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(minutes=1)
"""Between two attempts: the first, and, doubled each time, the longest."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Trouble(StrEnum):
    """What is the matter."""

    DATABASE_BUSY = "database busy"
    DISK_FULL = "disk full"
    STORAGE = "storage"  # whatever else a database or a disk may do: gone, read only, an I/O error


def trouble_of(error: BaseException) -> Trouble | None:
    """What an error of the database or the disk means; None where it is neither."""
    if isinstance(error, DatabaseBusyError):
        return Trouble.DATABASE_BUSY
    if isinstance(error, DatabaseFullError) or _full(error) or _full(error.__cause__):
        return Trouble.DISK_FULL
    return Trouble.STORAGE if isinstance(error, StorageError | OSError) else None


def _full(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in _FULL


@dataclass(kw_only=True, slots=True)
class _Spell:
    trouble: Trouble
    began_at: dt.datetime
    attempts: int = 0


class Troubles:
    """The troubles of several kinds of work, each by its name. `on_met` is told at every attempt that fails: operators hear
    of it through the conditions."""

    def __init__(self, clock: Clock, *, on_met: Callable[[Trouble], None] = lambda trouble: None) -> None:
        self._clock, self._on_met = clock, on_met
        self._spells: dict[str, _Spell] = {}

    def met(self, work: str, error: BaseException) -> dt.timedelta:
        """Work failed by an error that `trouble_of` knows; how long to wait before it is tried again."""
        trouble = trouble_of(error)
        assert trouble is not None, "the caller asked"
        spell = self._spells.get(work)
        if spell is None or spell.trouble is not trouble:
            spell = self._spells[work] = _Spell(trouble=trouble, began_at=self._clock())
            log.error("trouble", work=work, trouble=trouble.value, problem=str(error))
        else:
            log.debug("trouble lasts", work=work, trouble=trouble.value, problem=str(error))
        spell.attempts += 1
        self._on_met(trouble)
        return min(FIRST_PAUSE * (1 << min(spell.attempts - 1, 16)), LONGEST_PAUSE)

    def over(self, work: str) -> None:
        """Work succeeded."""
        if spell := self._spells.pop(work, None):
            lasted = round((self._clock() - spell.began_at).total_seconds(), 1)
            log.warning("trouble over", work=work, trouble=spell.trouble.value, seconds=lasted, attempts=spell.attempts)

    def open(self) -> Mapping[str, Trouble]:
        """What lasts, by work."""
        return {work: spell.trouble for work, spell in self._spells.items()}
