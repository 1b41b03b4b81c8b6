"""`check`, `channels`: is everything as it should be?"""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli import output
from monitor.cli.app import KEEP, app, built, configuration
from monitor.cli.running import AsJson
from monitor.config import schema_text
from monitor.config.reading import shipped_config
from monitor.errors import UsageError

channels = typer.Typer(no_args_is_help=True, help="渠道 · The ways alerts travel.")
app.add_typer(channels, name="channels", rich_help_panel=KEEP)


@app.command(rich_help_panel=KEEP)
def check(
    as_json: AsJson = False,
    print_schema: Annotated[bool, typer.Option("--print-schema", help="输出配置的 JSON Schema.")] = False,
    print_default: Annotated[
        bool, typer.Option("--print-default", help="输出自带配置 Print the shipped config.yaml.")
    ] = False,
) -> None:
    """检查 · Configuration, database, vocabulary, sources and channels, without side effects.

    Nothing is fetched, sent or created. Exit code 1 where something is wrong.
    """
    if print_schema:
        print(schema_text(), end="")  # noqa: T201  the command's output
        return
    if print_default:
        print(shipped_config().read_text(encoding="utf-8"), end="")  # noqa: T201  the command's output
        return
    from monitor import checkup

    findings = checkup.check(configuration())
    if as_json:
        output.as_json(findings)
    else:
        output.table(
            ("项目 what", "结果 result", "说明 detail"),
            [(f.subject, "正常 ok" if f.ok else "有问题 problem", f.detail) for f in findings],
        )
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


@channels.command("test")
def test_channels(
    receiver: Annotated[
        list[str] | None, typer.Argument(metavar="[RECEIVER…]", help="接收人；缺省全部 Default: all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """发测试消息 · Send a harmless test message through each channel and say truly what became of it.

    Exit code 1 unless every channel accepted it.
    """
    from monitor.alerting import try_channels

    with built() as built_app:
        known = {r.name for r in built_app.receivers}
        if unknown := [name for name in receiver or [] if name not in known]:
            raise UsageError(f"no receiver is called {unknown[0]!r}; there are: {', '.join(sorted(known)) or 'none'}")
        chosen = [r for r in built_app.receivers if r.name in (receiver or known)]
        results = list(try_channels(chosen, built_app.senders, built_app.clock()))
    if as_json:
        output.as_json(results)
    else:
        output.table(
            ("接收人 receiver", "渠道 channel", "结果 outcome", "说明 reason"),
            [(r.receiver, r.channel, r.outcome, r.reason) for r in results],
        )
    if not results:
        output.note("没有渠道 no channel is configured")
    if not all(r.accepted for r in results):
        raise typer.Exit(1)
