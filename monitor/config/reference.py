"""The reference of `config.yaml` as Markdown, made from the model's own docstrings: docs/configuration.md is its output.

python -m monitor.config.reference > docs/configuration.md
"""

from __future__ import annotations

import typing
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from monitor.config import model
from monitor.config.quantity import print_duration

HEAD = """# 配置 · Configuration

本页由程序生成（`python -m monitor.config.reference`），与代码一致。This page is generated from the code.

`baoxun check --print-default > config.yaml` 生成带注释的样例 makes a commented example; `baoxun check` 一次列出全部错误，带行号
lists every mistake at once, with its line. 编辑器补全 for completion in editors: `# yaml-language-server: $schema=./docs/config.schema.json`.

时长写作 durations: `30s` `15m` `2h` `1d`; 大小 sizes: `500KB` `8MB`. 密钥不写在文件里 secrets never stand in the file: `…_env` 是环境变量名
names an environment variable, `…_file` 是文件名 a file that holds the value.

查找次序 which file is used: `--config FILE`, `$BAOXUN_CONFIG`, `./config.yaml`, 最后是自带配置 else the shipped one.
"""

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("（顶层 top level）", model.ConfigFile),
    ("storage", model.StorageConfig),
    ("crawler", model.CrawlerConfig),
    ("monitor", model.MonitorConfig),
    ("sources[]: 自己的来源 a source of your own", model.OwnSource),
    ("sources[]: 从目录挑选 a pick from the catalogue", model.Pick),
    ("alerts", model.AlertsConfig),
    ("alerts.receivers[]", model.ReceiverConfig),
    ("alerts.route", model.RouteConfig),
    ("web", model.WebConfig),
    ("websub", model.WebsubConfig),
)


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    seen: set[type[BaseModel]] = set()
    for path, section in SECTIONS:
        parts += _section(path, section, seen)
    return "\n".join(parts)


def _section(path: str, section: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if section in seen:
        return
    told = {name for other in seen for base in _shared(other, section) for name in base.model_fields}
    seen.add(section)
    yield f"## {path}\n"
    yield f"{' '.join((section.__doc__ or '').split())}\n"
    yield "| 键 key | 默认 default | 含义 meaning |"
    yield "| --- | --- | --- |"
    for name, info in section.model_fields.items():
        if name in told and name not in section.__annotations__:
            continue
        meaning = " ".join((info.description or "").split()).replace("|", "\\|")
        yield f"| `{info.alias or name}` | {_default(info)} | {meaning} |"
    yield ""
    listed = {member for _, member in SECTIONS}
    for info in section.model_fields.values():
        for inner in _models_in(info.annotation):
            if inner not in listed:
                yield from _section(_title(path, inner), inner, seen)


def _shared(one: type[BaseModel], other: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The bases that two sections share: their keys are told once."""
    for base in one.__mro__:
        if base in other.__mro__ and base.__module__ == other.__module__:
            yield base


def _title(path: str, section: type[BaseModel]) -> str:
    kind = section.model_fields.get("kind")
    kinds = typing.get_args(kind.annotation) if kind else ()
    return f"{path}.channels[]: kind {' / '.join(kinds)}" if kinds else f"{path}: {section.__name__}"


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _models_in(part)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**必填 required**"
    value = info.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value in ("", (), None) or value == {}:
        return ""
    if isinstance(value, tuple):
        return "见下 below"
    if hasattr(value, "total_seconds"):
        return f"`{print_duration(value)}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201  this is what the program is for
