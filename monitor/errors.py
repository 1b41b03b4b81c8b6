"""The error tree of the hub. Each says what went wrong, where, and what to do; the command line prints just that."""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """Root of all errors that `monitor` raises on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake in a configuration file: where it stands, what it is, how to mend it."""

    path: str
    """Dotted path of the key, such as `sources.3.every`."""
    line: int | None
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path}: {self.message}" + (f" — {self.hint}" if self.hint else "")


class ConfigError(MonitorError):
    """A configuration file cannot be used; carries all its problems at once."""

    exit_code = 2

    def __init__(self, file: str, problems: tuple[ConfigProblem, ...]) -> None:
        self.file, self.problems = file, problems
        super().__init__("\n".join(f"{file}: {p}" for p in problems))


class UsageError(MonitorError):
    """A command was asked for something that cannot be: an unknown source name, a file that is not there."""

    exit_code = 2


class StorageError(MonitorError):
    """The database cannot do what was asked."""


class DatabaseUnreachableError(StorageError):
    """The database cannot be opened. The URL is shown without its password."""

    def __init__(self, url: str, cause: str) -> None:
        self.url = url
        super().__init__(f"cannot open the database {url}: {cause}. Check `storage.url` in the configuration")


class SchemaOutdatedError(StorageError):
    """The database's schema is older (or newer) than this program."""

    def __init__(self, url: str, found: str | None, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(
            f"the database {url} has schema {found or 'none'}, this program needs {wanted}: run `baoxun db upgrade`"
        )


class DatabaseBusyError(StorageError):
    """Another writer held the database for longer than the busy time-out. Trying again later is safe."""


class DatabaseFullError(StorageError):
    """There is no room for what was to be written; the transaction was undone as a whole. Safe to try again."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(
            f"the disk under the database {url} is full ({cause}); nothing was half written. Make room there "
            "(`baoxun db prune --dry-run` shows what may go), then it goes on by itself"
        )


class DatabaseReadOnlyError(StorageError):
    """The database may be read only: rights of its file or folder, a read-only mount, a standby server."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(
            f"the database {url} cannot be written ({cause}). Check who owns its file and folder, and how they are mounted"
        )


class DatabaseDamagedError(StorageError):
    """The database's bytes are not what was written. Nothing was changed; `advice` says how to go on."""

    def __init__(self, url: str, cause: str, advice: str = "") -> None:
        self.url, self.cause = url, cause
        advice = (
            advice
            or "Stop the daemon, keep a copy of the file, then restore a backup: `baoxun db restore FILE --force`"
        )
        super().__init__(f"the database {url} is damaged ({cause}); it was not changed. {advice}")


class DiskError(StorageError):
    """The disk under the database or the raw pages did not do as it was told; what was begun was undone."""


class BackupError(StorageError):
    """A backup cannot be made, or a file is no backup that can be restored: which, and why."""


class AlreadyRunningError(StorageError):
    """Another daemon works on this database."""

    def __init__(self, url: str, holder: str) -> None:
        super().__init__(f"another baoxun daemon ({holder}) runs on {url}; stop it first, or use another database")


class NotFoundError(MonitorError):
    """No stored item has this id."""

    def __init__(self, kind: str, ident: str) -> None:
        super().__init__(f"no {kind} {ident!r} in the database; `baoxun list` shows what there is")


class CrawlFailedError(MonitorError):
    """A crawl broke as a whole (not a page of it: those are recorded)."""


class InputError(MonitorError):
    """An input file holds something unreadable: which file, which line."""
