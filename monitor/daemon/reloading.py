"""A new configuration for a daemon at work: everything that can fail is built first, then put in the old one's place.

Where anything is wrong the old one stays, whole. What the process cannot change while it lives, such as its database, is
refused by name. What changed is told by the names of keys, never by their values.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from monitor.config import Config, SourceConfig
from monitor.config.section import Section
from monitor.errors import ConfigError, MonitorError, StorageError
from monitor.service import Service

FIXED = (
    "storage.url", "storage.data_dir", "storage.password_env", "storage.password_file", "storage.retention", "web",
)  # fmt: skip
"""Keys that hold for the life of a process: what is opened, locked, screened or listened to at its start."""


_Stamp = tuple[int, int, int, int]


class Made(Protocol):
    """What a configuration was made into: a `bootstrap.App`."""

    @property
    def service(self) -> Service: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One key that is not as it was. `sign` is + for what came, - for what went, ~ for what is different."""

    sign: str
    path: str

    def __str__(self) -> str:
        return f"{self.sign}{self.path}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reloaded:
    """What was built of the new configuration, not in use yet. `altered` are sources whose definition changed."""

    app: Made
    config: Config
    changes: tuple[Change, ...]
    altered: frozenset[str]

    @property
    def service(self) -> Service:
        return self.app.service


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The new configuration cannot be used; each problem is a line for people."""

    file: str
    problems: tuple[str, ...]


class Reloader:
    """Watches the file of a configuration that is in use, and builds it anew.

    `load` reads and checks the file; `rebuild` makes an application of it beside the one in use, and touches nothing of that
    one; `check_source` says what is wrong with a source's definition, or nothing.
    """

    def __init__(
        self,
        file: Path,
        config: Config,
        *,
        load: Callable[[], Config],
        rebuild: Callable[[Config], Made],
        check_source: Callable[[SourceConfig], str] = lambda source: "",
    ) -> None:
        self._file, self._config = file, config
        self._load, self._rebuild, self._check_source = load, rebuild, check_source
        self._again = False
        self._watched = FileWatch(lambda: watched_files(file, self._config))

    def look(self) -> bool:
        """Whether the files changed since they were last read, and are at rest."""
        return self._watched.look() or self._again

    def build(self) -> Reloaded | Refused:
        """Read the files and build what they say; the service in use is not touched."""
        self._again, old = False, self._config
        self._watched.note()  # what is written from here on is another change
        try:
            new = self._load()
            changes = tuple(differences(old, new))
            fresh = [source for source in new.sources if source != old.source(source.name)]
            problems = [*needs_restart(changes), *(p for source in fresh if (p := self._check_source(source)))]
            if problems:
                return self._refused(problems)
            return Reloaded(
                app=self._rebuild(new),
                config=new,
                changes=changes,
                altered=frozenset(source.name for source in fresh if old.source(source.name) is not None),
            )
        except ConfigError as exc:
            return self._refused(str(problem) for problem in exc.problems)
        except (MonitorError, OSError) as exc:
            self._again = isinstance(exc, StorageError)  # it is not the configuration that is at fault
            return self._refused((str(exc),))

    def accept(self, made: Reloaded) -> None:
        """From now on this is what later ones are compared with, and its files are watched."""
        moved = watched_files(self._file, made.config) != watched_files(self._file, self._config)
        self._config = made.config
        if moved:
            self._watched.note()

    def _refused(self, problems: Iterable[str]) -> Refused:
        return Refused(file=str(self._file), problems=tuple(problems))


def watched_files(file: Path, config: Config) -> tuple[Path, ...]:
    """The configuration and the vocabulary that it names, as they stand now."""
    own = config.monitor.vocabulary
    return (file, *(sorted(own.glob("*.yaml")) if own is not None else ()))


def needs_restart(changes: Iterable[Change]) -> Iterator[str]:
    """A sentence for each changed key that holds for the life of a process."""
    for change in changes:
        if any(change.path == fixed or change.path.startswith(f"{fixed}.") for fixed in FIXED):
            yield f"{change.path}: needs a restart; nothing of the new file is in use until then"


def differences(old: Any, new: Any, path: str = "") -> Iterator[Change]:
    """What is different, as precisely as keys and names go; named things are compared by name, whatever their order."""
    if old == new:
        return
    if isinstance(old, Section) and isinstance(new, Section) and type(old) is type(new):
        for key in type(old).model_fields:
            yield from differences(getattr(old, key), getattr(new, key), f"{path}.{key}" if path else key)
    elif (before := _by_name(old)) is not None and (after := _by_name(new)) is not None:
        yield from (Change(sign="-", path=f"{path}.{name}") for name in before.keys() - after.keys())
        yield from (Change(sign="+", path=f"{path}.{name}") for name in after if name not in before)
        for name in before.keys() & after.keys():
            yield from differences(before[name], after[name], f"{path}.{name}")
        if before == after:  # but for their order
            yield Change(sign="~", path=path)
    else:
        yield Change(sign="~", path=path)


def _by_name(value: Any) -> dict[str, Any] | None:
    """Things with names of their own, by name; None where they are none."""
    if not isinstance(value, tuple):
        return None
    named = {getattr(one, "name", ""): one for one in value}
    return named if len(named) == len(value) and "" not in named else None


class FileWatch:
    """Tells when the contents of files changed, by looking at them now and then.

    A file that is replaced counts as one that is written, so that editors and symbolic links that are put in place of
    others (as Kubernetes does with ConfigMaps) are noticed. It must look the same twice before it counts: nobody reads half
    of a file. One that is gone for the moment has not changed.
    """

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self.note()

    def note(self) -> None:
        """What the files say now is known."""
        self._seen = self._read_at = self._stamps()
        self._known = self._digest()

    def look(self) -> bool:
        """Whether the contents are others than those that are known; each change is told once."""
        stamps = self._stamps()
        at_rest, self._seen = stamps == self._seen, stamps
        if stamps == self._read_at or not at_rest or None in stamps.values():
            return False
        self._read_at = stamps
        digest = self._digest()
        changed, self._known = digest != self._known, digest
        return changed

    def _stamps(self) -> dict[Path, _Stamp | None]:
        return {file: _stamp(file) for file in self._files()}

    def _digest(self) -> dict[Path, bytes]:
        return {file: _digest(file) for file in self._files()}


def _digest(file: Path) -> bytes:
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError:
        return b""


def _stamp(file: Path) -> _Stamp | None:
    """What changes when a file is written or replaced, also behind symbolic links."""
    try:
        said = os.stat(file)  # noqa: PTH116  follows links, as wanted
    except OSError:
        return None
    return said.st_dev, said.st_ino, said.st_mtime_ns, said.st_size
