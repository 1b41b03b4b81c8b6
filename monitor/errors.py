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
