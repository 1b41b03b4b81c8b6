"""Logs: an event and its keys, on standard error; for people on a terminal, JSON lines elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog

QUIET = ("scrapy", "twisted", "apscheduler", "asyncio", "urllib3", "requests", "apprise", "trafilatura", "htmldate",
         "alembic", "filelock", "charset_normalizer", "uvicorn")  # fmt: skip
"""Libraries whose messages matter only when something is wrong."""


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Prints a record, whoever logged it, with every known secret hidden: in its message, its keys and its traceback."""

    hide: Callable[[str], str] = staticmethod(lambda line: line)

    def format(self, record: logging.LogRecord) -> str:
        return type(self).hide(super().format(record))


def hide_with(hide: Callable[[str], str]) -> None:
    """Let `hide` clean every line that is printed from now on; it replaces the one before it."""
    _Formatter.hide = staticmethod(hide)


def set_up(*, verbose: int = 0, as_json: bool | None = None) -> None:
    """Configure logging once. `verbose` 0 shows warnings, 1 events, 2 everything; `as_json` None asks the terminal."""
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    plain = as_json if as_json is not None else not sys.stderr.isatty()
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if plain else structlog.dev.ConsoleRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG if verbose > 2 else logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
