"""Secrets that the configuration names: read here, from the environment or from files, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from alerts import Secret
from monitor.errors import ConfigProblem


class Secrets:
    """Looks up named secrets and collects what is missing, so that all of it is reported at once."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self.problems: list[ConfigProblem] = []

    def get(self, where: str, *, env: str = "", file: str = "", required: bool = False) -> Secret:
        """The secret named by an environment variable or a file; both given is a problem, so is neither if required."""
        if env and file:
            self._problem(where, "names both a variable and a file", "keep one of them")
        elif env:
            if value := self._environment.get(env, ""):
                return Secret(value)
            self._problem(where, f"environment variable {env} is not set", f"export {env}=… before starting")
        elif file:
            try:
                return Secret(Path(file).read_text(encoding="utf-8").strip())
            except (OSError, UnicodeDecodeError) as exc:
                self._problem(where, f"cannot read the secret file {file}: {exc}", "")
        elif required:
            self._problem(where, "needs a secret", "name a variable or a file")
        return Secret("")

    def _problem(self, where: str, message: str, hint: str) -> None:
        self.problems.append(ConfigProblem(where, None, message, hint))
