"""Picking sources from the catalogue: by name, by tag, with overrides; what is off says why; mistakes have line and hint."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from crawler.catalogue import EntryState, entries
from monitor.bootstrap import check_source
from monitor.config import Config, SourceState, schema_text
from monitor.config.building import build_source
from monitor.config.catalogue import Catalogue, shipped_catalogue
from monitor.config.reading import parse_config
from monitor.config.source_model import SourceConfig
from monitor.errors import ConfigError

SMALL = Catalogue(
    sources=tuple(
        SourceConfig.model_validate({"entry": values["name"], "kind": "listing", **values})
        for values in (
            {"name": "gazette", "urls": ["http://gazette.example/"], "tags": ["official", "paper"], "every": "30m",
             "options": {"item": "li", "keywords": ["甲"]}},
            {"name": "slow", "urls": ["http://slow.example/"], "tags": ["official"], "every": "6h", "low_rate": True},
            {"name": "gate", "urls": ["http://gate.example/"], "tags": ["official"], "every": "1d", "enabled": False,
             "why_off": "要验证码 · wants a captcha"},
            {"name": "paper", "urls": ["http://paper.example/1", "http://paper.example/2"], "tags": ["news"]},
        )
    )
)  # fmt: skip


def parse(*lines: str) -> Config:
    """A configuration with those lines of `sources`."""
    text = "sources:\n" + "\n".join(f"  - {line}" for line in lines)
    return parse_config(text, file="config.yaml", base=Path("/srv"), catalogue=lambda: SMALL)


def states(config: Config) -> dict[str, str]:
    return {source.name: source.state.value for source in config.sources}


def test_by_name_and_by_tag() -> None:
    """A tag brings in all of it in the catalogue's order; off stays off and says why, low-rate keeps its pace."""
    config = parse("use: tag:official")
    assert states(config) == {"gazette": "on", "slow": "low-rate", "gate": "off"}
    assert [s.name for s in config.enabled_sources] == ["gazette", "slow"]
    assert config.sources[1].every == dt.timedelta(hours=6)
    assert config.sources[2].why_off == "要验证码 · wants a captcha"
    assert states(parse("use: gate")) == {"gate": "off"}
    assert states(parse("{use: gate, enabled: true}")) == {"gate": "on"}


def test_a_word_is_an_entry_first_and_a_tag_else() -> None:
    """`paper` is an entry and a tag, `official` a tag only; `tag:` says which is meant."""
    assert list(states(parse("use: paper"))) == ["paper"]
    assert list(states(parse("use: tag:paper"))) == ["gazette"]
    assert list(states(parse("use: official"))) == ["gazette", "slow", "gate"]


def test_what_stands_beside_overrides() -> None:
    """One key of many; `options` key by key, an empty one goes; one's own pace is no low rate."""
    config = parse(
        "{use: gazette, every: 2h, delay: 9s, title: 公报, options: {keywords: [乙], item: }}", "{use: slow, every: 1h}"
    )
    gazette, slow = config.sources
    assert (gazette.every, gazette.title, gazette.options) == (dt.timedelta(hours=2), "公报", {"keywords": ["乙"]})
    assert build_source(gazette).delay == 9.0
    assert slow.state is SourceState.ON
    (paper,) = parse("{use: paper, url: 'http://mirror.example/'}").sources
    assert paper.addresses == ("http://mirror.example/",)


def test_an_override_on_a_tag_applies_to_all_of_it_but_switches_nothing_on() -> None:
    """A captcha does not go away because a tag was switched on."""
    config = parse("{use: tag:official, every: 2h, enabled: true}")
    assert {s.every for s in config.sources} == {dt.timedelta(hours=2)}
    assert states(config) == {"gazette": "on", "slow": "on", "gate": "off"}
    off = parse("{use: tag:official, enabled: false, why_off: 休假}", "{use: slow, enabled: true}")
    assert states(off) == {"gazette": "off", "slow": "low-rate", "gate": "off"}
    assert [s.why_off for s in off.sources] == ["休假", "", "休假"]


def test_a_later_line_refines_and_leaves_the_order() -> None:
    """First the tag, then one of it by name; a bare repetition changes nothing."""
    config = parse(
        "use: tag:official", "{use: gazette, every: 5m}", "use: slow", "{use: gate, enabled: true}", "use: gazette"
    )
    assert states(config) == {"gazette": "on", "slow": "low-rate", "gate": "on"}
    assert config.sources[0].every == dt.timedelta(minutes=5)


def test_another_name_makes_a_second_source() -> None:
    """The same entry twice, with words of one's own."""
    config = parse("use: gazette", "{use: gazette, name: mine, options: {keywords: [丙]}}")
    assert {s.name: s.options["keywords"] for s in config.sources} == {"gazette": ["甲"], "mine": ["丙"]}
    assert {s.entry for s in config.sources} == {"gazette"}


MISTAKES = {
    "an entry that is not there": (["use: gazete"], 2, "sources.0.use", "did you mean `gazette`"),
    "a tag that is not there": (["use: tag:offical"], 2, "sources.0.use", "did you mean `tag:official`?"),
    "nothing near": (["use: xyz"], 2, "sources.0.use", "`baoxun sources list --catalogue` shows what there is"),
    "no mapping": (["gazette"], 2, "sources.0", "write `use: gazette`"),
    "an unknown key beside": (["{use: gazette, evry: 1m}"], 2, "sources.0.evry", "`every`"),
    "an override that cannot be": (["use: gazette\n    every: 10ms"], 3, "sources.0.every", "less than 1s"),
    "off without a reason": (["{use: gazette, enabled: false}"], 2, "sources.0", "why_off"),
    "one address for all of a tag": (["use: tag:official\n    url: http://a.example"], 3, "sources.0.url", "pick one by its name"),
    "an address that is none": (["use: gazette\n    url: a.example"], 2, "sources.0", "no http(s) address"),
    "one's own of that name": (
        ["{name: gazette, kind: feed, url: 'http://a.example'}", "use: tag:official"], 3, "sources.1.use", "give your own another name",
    ),
    "a second name": (["use: gazette", "{use: slow, name: gazette}"], 3, "sources.1.name", "a second source is called 'gazette'"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_has_its_line_and_a_hint(mistake: str) -> None:
    """Told once, also beside a tag of many."""
    lines, line, path, words = MISTAKES[mistake]
    with pytest.raises(ConfigError) as caught:
        parse(*lines)
    (problem,) = caught.value.problems
    assert (problem.line, problem.path) == (line, path)
    assert words in str(problem)


def test_unknown_picks_are_told_with_all_other_mistakes() -> None:
    """In one go, with what is wrong elsewhere."""
    with pytest.raises(ConfigError) as caught:
        parse("use: gazete", "use: slow", "use: tag:x", "{name: 'a b', kind: feed, url: 'http://a.example'}")
    assert [p.path for p in caught.value.problems] == ["sources.0.use", "sources.2.use", "sources.3.name"]


def read(text: str) -> Config:
    return parse_config(text, file="c", base=Path())


def test_a_section_that_is_all_comments_is_as_none() -> None:
    """Whoever comments out the last line of a section has not broken the file; a key that is unknown stays one."""
    assert read("sources:\n  # - use: ecns\nmonitor:\n") == read("")
    with pytest.raises(ConfigError, match="sauces: unknown key"):
        read("sauces:\n")


def test_no_catalogue_is_read_where_nothing_is_picked() -> None:
    """Reading it takes the crawler, a second: `analyse --rules` shall not wait for that."""

    def never() -> Catalogue:
        raise AssertionError("asked")

    text = "sources: [{name: a, kind: hanweb, url: 'http://a.example', rest: 2h, warm_up: 'http://a.example/'}]"
    (source,) = parse_config(text, file="c", base=Path(), catalogue=never).sources
    spec = build_source(source)
    assert (spec.kind, spec.rest, spec.warm_up) == ("hanweb", 7200.0, "http://a.example/")


@pytest.mark.parametrize("name", [one.name for one in entries()])
def test_every_entry_that_ships_can_be_picked_and_reaches_the_crawler_unchanged(name: str) -> None:
    """What the crawler is given by way of the configuration is what the catalogue itself would give it."""
    one = next(found for found in entries() if found.name == name)
    config = parse_config(f"sources: [{{use: {name}}}]", file="c", base=Path())
    (source,) = config.sources
    assert build_source(source) == one.spec()
    assert check_source(source) == ""
    assert (source.every, source.title, source.title_en) == (one.every, one.title, one.title_en)
    assert source.state.value == one.state.value
    assert (source.robots_note, source.tls_note, source.encoding_note) == (
        one.robots_note,
        one.tls_note,
        one.encoding_note,
    )
    assert (source.note, source.evidence, source.why_off) == (one.note, one.evidence, one.why_off)


def test_all_tags_together_are_the_live_catalogue() -> None:
    """No live entry is out of reach of tags."""
    text = "sources:\n" + "\n".join(f"  - use: tag:{tag}" for tag in shipped_catalogue().tags)
    config = parse_config(text, file="c", base=Path())
    live = {one.name for one in entries() if one.state is not EntryState.OFF}
    assert {s.name for s in config.enabled_sources} == live


def test_editors_complete_names_and_tags() -> None:
    """The schema lists them, refuses others, and shows no default that a pick does not have."""
    schema = json.loads(schema_text())
    words = schema["$defs"]["Pick"]["properties"]["use"]["enum"]
    assert {"ccgp-local", "tag:tender", "ccgp"} <= set(words)
    assert all(shipped_catalogue().offered(word) for word in words)
    assert "default" not in schema["$defs"]["Pick"]["properties"]["every"]
    for text in ("sources: [{use: ccgp-local, every: 2h}]", "sources: [{name: a, kind: feed, url: 'http://a'}]"):
        jsonschema.validate(YAML(typ="safe").load(text), schema)
    for text in ("sources: [{use: nowhere}]", "sources: [{name: a}]", "sources: [{use: nhsa, evry: 2h}]"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(YAML(typ="safe").load(text), schema)
