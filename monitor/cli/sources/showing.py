"""`sources show`: everything that is known of one source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli import output
from monitor.cli.app import built
from monitor.cli.running import AsJson
from monitor.cli.sources import hubs, nextlook
from monitor.cli.sources.group import STATES, find, health, sources, verdict
from monitor.cli.sources.listing import as_values
from monitor.config import SourceConfig
from monitor.config.quantity import print_duration
from monitor.config.writing import as_yaml, source_values
from monitor.inventory import Standing
from monitor.phrases import moment


@sources.command("show")
def show_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="来源名或目录名 Name of a source, or in the catalogue.")],
    as_json: AsJson = False,
) -> None:
    """一个来源的全部说明 · Everything about one source: where, how often, notes on robots, TLS and encoding, health."""
    with built() as built_app:
        source, configured = find(built_app.config, name)
        with built_app.store.reading() as unit:
            record, now = next((r for r in unit.sources.all() if r.name == name), None), built_app.clock()
            seen = verdict(unit, record, now) if record is not None and record.last_checked_at else None
            told = unit.subscriptions.of_source(name)
        zone = built_app.config.zone
    standing = Standing(source=source, record=record, verdict=seen)
    if as_json:
        output.as_json(
            as_values(standing) | {
                "configured": configured, "delay": source.delay.total_seconds() if source.delay else None,
                "rest": source.rest.total_seconds() if source.rest else None, "warm_up": source.warm_up,
                "publisher": source.publisher, "lang": source.lang, "encoding": source.encoding,
                "verify_tls": source.verify_tls, "page": source.page, "options": source.options,
                "robots_note": source.robots_note, "tls_note": source.tls_note,
                "encoding_note": source.encoding_note, "note": source.note, "websub": hubs.values(told),
            }
        )  # fmt: skip
        return
    rows = [*_rows(standing, configured, zone), ("订阅 hubs", "\n".join(hubs.lines(told, zone, now)))]
    output.table(("项目 what", "内容 value"), [(label, value) for label, value in rows if value])


def _rows(one: Standing, configured: bool, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    source, record = one.source, one.record
    yield "名称 name", source.name
    yield "来源 title", " · ".join(filter(None, (source.title, source.title_en)))
    yield "状态 state", STATES[source.state]
    yield "停用原因 why off", source.why_off
    yield "出处 from", _origin(source, configured)
    yield "标签 tags", " ".join(source.tags)
    yield "方式 kind", source.kind
    yield "间隔 every", print_duration(source.every)
    yield "至少每 at least every", print_duration(source.at_least_every) if source.at_least_every else ""
    yield "请求间隔 spacing", print_duration(source.delay) if source.delay else "crawler.delay"
    yield "封禁后休息 rest", print_duration(source.rest) if source.rest else ""
    yield "地址 addresses", "\n".join(source.addresses)
    yield "先访问 warm-up", source.warm_up
    yield "署名 publisher", source.publisher
    yield "语言 language", source.lang
    yield "页面对象 page", source.page
    yield "选项 options", as_yaml(source_values(source)["options"]).rstrip() if source.options else ""
    yield "依据 evidence", source.evidence
    yield "robots.txt", source.robots_note
    yield "TLS", " · ".join(filter(None, ("" if source.verify_tls else "不验证证书 not verified", source.tls_note)))
    yield "编码 encoding", " · ".join(filter(None, (source.encoding, source.encoding_note)))
    yield "备注 note", source.note
    if configured:
        yield "状况 health", health(one) if source.enabled else ""
        yield "文章 articles", one.articles
    if record is not None:
        yield "最近查询 last poll", moment(record.last_checked_at, zone) if record.last_checked_at else ""
        yield "最近成功 last success", moment(record.last_success_at, zone) if record.last_success_at else ""
        yield "最近新文 last new", moment(record.last_new_at, zone) if record.last_new_at else ""
        reason = nextlook.why(one)
        following = moment(record.next_check_at, zone) + (f": {reason}" if reason else "")
        yield "下次查询 next poll", following if source.enabled else ""
        yield "缓存 caching", "\n".join(nextlook.distrust(one))


def _origin(source: SourceConfig, configured: bool) -> str:
    if not configured:
        return f"目录，尚未选用 the catalogue, not picked yet: write `- use: {source.name}` under sources"
    return f"目录 the catalogue: {source.entry}" if source.entry else "config.yaml"
