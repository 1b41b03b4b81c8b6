"""The packaged configuration is one that the real loader accepts, and its selectors and addresses fit the sample web."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from lxml import html

from monitor.config import Config, load_config
from monitor.demo import demo_config
from tests.demo.conftest import Web


def load(web: Web, folder: Path) -> Config:
    path = folder / "config.yaml"
    path.write_text(demo_config(web.site.base_url), encoding="utf-8")
    return load_config(path)


def test_it_is_a_configuration_like_any_other(web: Web, tmp_path: Path) -> None:
    """The loader of `config.yaml` takes it, its sources stay on the sample web, and none waits between requests."""
    config = load(web, tmp_path)
    assert {s.kind for s in config.sources} == {"listing", "feed"}
    assert len(config.enabled_sources) == len(config.sources) == 7
    for source in config.sources:
        assert all(address.startswith(f"{web.site.base_url}/") for address in source.addresses)
        assert source.delay is not None
        assert source.delay.total_seconds() == 0
        assert source.every.total_seconds() < 10


def test_no_placeholder_is_left(web: Web) -> None:
    """The address is filled in everywhere, and the packaged file has it nowhere."""
    assert "{base}" not in demo_config(web.site.base_url)
    packaged = files("monitor.demo").joinpath("config.yaml").read_text(encoding="utf-8")
    assert "127.0.0.1" not in packaged


def test_every_article_stands_in_a_polled_list(web: Web, tmp_path: Path) -> None:
    """With everything visible, the sources' lists and feeds link every article, and listings by their own selectors."""
    web.site.release_all()
    linked: set[str] = set()
    for source in load(web, tmp_path).sources:
        for address in source.addresses:
            body = web.get(address).body
            if source.kind == "feed":
                linked |= {a.id for a in web.site.articles if web.site.url_of(a).encode() in body}
                continue
            page = html.fromstring(body)
            page.make_links_absolute(address)
            rows = page.cssselect(source.options["item"])
            assert rows, source.name
            assert not source.options.get("container") or page.cssselect(source.options["container"])
            urls = {row.cssselect(source.options["link"])[0].get("href") for row in rows}
            linked |= {a.id for a in web.site.articles if web.site.url_of(a) in urls}
            if date := source.options.get("date"):
                assert all(row.cssselect(date) for row in rows)
    # The portal's second page holds what has been there longest.
    older = html.fromstring(web.get("/ccgp/cggg/dfgg/index_1.htm").body).xpath("//ul/li/a/@href")
    assert {a.id for a in web.site.articles} - linked == {
        a.id for a in web.site.articles if web.site.url_of(a).removeprefix(web.site.base_url) in older
    }
    assert all(a.baseline for a in web.site.articles if a.id not in linked)
