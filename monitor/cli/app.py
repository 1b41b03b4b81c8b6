"""The application object, its global options, and what commands share: the configuration and the built app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor import log
from monitor.cli.output import note
from monitor.config import Config, find_config, load_config
from monitor.config.reading import shipped_config

if TYPE_CHECKING:
    from monitor.bootstrap import App


@dataclass
class Options:
    """The global options of this invocation."""

    config: Path | None = None


OPTIONS = Options()

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "保讯 baoxun：盯住政保业务招投标与惠民保动态，只提醒一次，附带原文依据。\n\n"
        "Watches Chinese news and tender sites for government-commissioned insurance (政保业务) and Huiminbao (惠民保), "
        "and alerts the right people once, with proof."
    ),
    epilog=(
        "初次使用 First steps: [bold]baoxun demo[/] 看演示 (no internet, no account); [bold]baoxun check[/] 检查配置; "
        "[bold]baoxun run[/] 开始工作. 退出码 Exit codes: 0 done, 1 failed, 2 wrong usage or configuration."
    ),
)

WATCH = "监测 Watching"
LOOK = "查看 Looking at what is stored"
TEXTS = "文本 Texts without a database"
KEEP = "维护 Upkeep"


@app.callback()
def _global(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="FILE",
            help="配置文件 Configuration file; else $BAOXUN_CONFIG, ./config.yaml, or the shipped one.",
        ),
    ] = None,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="多说一些 Say more on standard error; -vv for debugging.")
    ] = 0,
    log_json: Annotated[
        bool | None,
        typer.Option("--log-json/--log-plain", help="日志格式 Form of the log; by default asks the terminal."),
    ] = None,
) -> None:
    OPTIONS.config = config
    log.set_up(verbose=verbose, as_json=log_json)


def config_file() -> Path:
    """The configuration file of this invocation."""
    return find_config(OPTIONS.config)


def configuration() -> Config:
    """The configuration of this invocation; says so when it is the shipped one."""
    path = config_file()
    if path == shipped_config():
        note(f"使用自带配置 using the shipped configuration; data go to {Path.cwd() / 'data'}")
    return load_config(path)


@contextmanager
def built() -> Iterator[App]:
    """The application for this invocation's configuration."""
    from monitor.bootstrap import build_app

    with build_app(configuration()) as built_app:
        yield built_app
