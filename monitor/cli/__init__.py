"""The command line: arguments, printing, exit codes. Every command is a call or two on the hub.

What takes long to import (Scrapy, Apprise, SQLAlchemy) is imported by the commands that need it, inside their functions, so
that `--help`, `analyse` and mistyped commands answer at once.
"""

from __future__ import annotations

import sys

import structlog
import typer
from typer.exceptions import TyperException

from monitor.cli.app import app
from monitor.cli.output import tell_error
from monitor.errors import ConfigError, MonitorError

# Imported for their commands; the order is the order of `--help`.
# isort: off
from monitor.cli import running, status, backfilling, sources, stored, showing, replaying, alerts, learning  # noqa: F401
from monitor.cli import texts, upkeep, databases  # noqa: F401
# isort: on

EXIT_INTERRUPTED = 130


def main() -> None:
    """The command `baoxun`: 0 done, 1 failed, 2 wrong usage or configuration. A user never sees a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        result = app(arguments, prog_name="baoxun", standalone_mode=False)
    except typer.Exit as exc:
        return exc.exit_code
    except typer.Abort:
        return EXIT_INTERRUPTED
    except TyperException as exc:
        tell_error(f"用法错误 usage: {exc} (baoxun --help; baoxun COMMAND --help)")
        return 2
    except ConfigError as exc:
        for problem in exc.problems:
            tell_error(f"配置错误 {exc.file}: {problem}")
        return exc.exit_code
    except MonitorError as exc:
        tell_error(f"错误: {exc}")
        return exc.exit_code
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing is wrong, and nothing is left to say
        return 0
    except Exception as exc:  # noqa: BLE001  the outermost edge: a bug is one line here, and a traceback in the log
        structlog.get_logger().debug("unexpected error", exc_info=exc)
        tell_error(f"内部错误 internal error: {type(exc).__name__}: {exc} (run again with -vv for the traceback)")
        return 1
    return result if isinstance(result, int) else 0
