"""The tables of the catalogue in docs/sources.md, made from the catalogue itself; a test holds the page to it.

python -m monitor.config.catalogue_page docs/sources.md      puts them between the two marks in that file
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitor.config.catalogue import shipped_catalogue
from monitor.config.quantity import print_duration
from monitor.config.source_model import SourceConfig, SourceState

BEGIN, END = "<!-- catalogue: generated, see docs/development.md -->", "<!-- end of catalogue -->"
_STATES = {SourceState.ON: "开 on", SourceState.LOW_RATE: "低频 low-rate"}


def tables() -> str:
    """What is polled when it is picked, and what is off with the reason."""
    sources = shipped_catalogue().sources
    live = [source for source in sources if source.enabled]
    off = [source for source in sources if not source.enabled]
    low = sum(source.state is SourceState.LOW_RATE for source in live)
    lines = [
        f"### 可选 {len(live)} 个 · {len(live)} that can be picked, {low} of them at a low rate",
        "",
        "| `use:` | 来源 source | 方式 kind | 状态 state | 间隔 every | 依据 evidence | 标签 tags |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *_live(live),
        "",
        f"### 停用 {len(off)} 个 · {len(off)} that are off, and why",
        "",
        "| `use:` | 来源 source | 原因 why | 依据 evidence |",
        "| --- | --- | --- | --- |",
        *_off(off),
        "",
        f"标签 tags: {' '.join(f'`{tag}`' for tag in shipped_catalogue().tags)}",
    ]
    return "\n".join(lines)


def with_tables(page: str) -> str:
    """The page with the tables between its marks. Raises ValueError where a mark is missing."""
    before, rest = _split(page, BEGIN)
    _, after = _split(rest, END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def _split(text: str, mark: str) -> tuple[str, str]:
    before, found, after = text.partition(mark)
    if not found:
        raise ValueError(f"no {mark!r} on the page")
    return before, after


def _live(sources: Iterable[SourceConfig]) -> Iterator[str]:
    for one in sources:
        cells = (f"`{one.name}`", _titles(one), one.kind, _STATES[one.state], print_duration(one.every), one.evidence,
                 " ".join(one.tags))  # fmt: skip
        yield _row(cells)


def _off(sources: Iterable[SourceConfig]) -> Iterator[str]:
    for one in sources:
        yield _row((f"`{one.name}`", _titles(one), one.why_off, one.evidence))


def _titles(source: SourceConfig) -> str:
    return f"{source.title} · {source.title_en}"


def _row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        file = Path(name)
        file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
