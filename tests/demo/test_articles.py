"""The demo's articles are labelled by the guide, state what their labels say, and are long enough to be real."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import opencc
import pytest

from monitor.demo import DemoArticle, DemoDataError, load_articles
from tests.demo.labels import PRINTED, problems

ARTICLES = load_articles()
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.id)
def test_labels_follow_the_guide(article: DemoArticle) -> None:
    """Every label is one that the annotation guide knows, in its unit and shape."""
    assert problems(article.record("http://demo.example/")) == []


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.labels.facts], ids=lambda a: a.id)
def test_printed_facts_stand_in_the_text(article: DemoArticle) -> None:
    """Names that are labelled "as printed" are printed, and so are the figures, in 万, 亿 or millions."""
    facts = article.labels.facts
    text = f"{article.title}\n{article.text}"
    names = [facts[name] for name in PRINTED if name in facts] + list(facts.get("winner", []))
    assert [name for name in names if name not in text] == []
    assert [
        n
        for n in ("insured_persons", "payout", "claims_count", "premium_total", "amount")
        if n in facts and not _states(text, facts[n])
    ] == []
    assert all(re.search(rf"\b{tier}(元| yuan)", text, re.ASCII) for tier in facts.get("premium_per_person", []))


def _states(text: str, value: int) -> bool:
    forms = {
        f"{value:,}",
        f"{value / 1e4:g}万",
        f"{value / 1e4:g}萬",
        f"{value / 1e8:g}亿",
        f"{value / 1e8:g}億",
        f"{value / 1e6:g} million",
    }
    return any(form in text for form in (*forms, f"{value / 1e9:g} billion"))


def test_copies_repeat_their_origin(articles: Mapping[str, DemoArticle]) -> None:
    """Each of the two stories is reprinted five ways, and a reprint holds at least two paragraphs of its origin."""
    to_simplified = opencc.OpenCC("t2s")
    for origin in ("chongqing", "hangzhou"):
        copies = [a for a in articles.values() if a.labels.copy_of == origin]
        assert {a.id.removeprefix(f"{origin}-") for a in copies} == {
            "reheaded",
            "trimmed",
            "excerpt",
            "hant",
            "translated",
        }
        paragraphs = set(articles[origin].text.split("\n"))
        for copy in (a for a in copies if a.lang != "en"):
            lines = {to_simplified.convert(line) for line in copy.text.split("\n")}
            assert len({line for line in lines & paragraphs if len(line) > 60}) >= 2, copy.id
        assert articles[f"{origin}-reheaded"].title != articles[origin].title
        assert len(articles[f"{origin}-trimmed"].text) < 0.8 * len(articles[origin].text)


def test_twins_share_a_template_and_no_fact(articles: Mapping[str, DemoArticle]) -> None:
    """The results of another year and another city differ from the chain's result only in what a veto looks at."""
    result = articles["mianyang-result"]
    for twin in (articles["mianyang-result-2023"], articles["deyang-result"]):
        assert twin.labels.copy_of is None
        assert twin.labels.event != result.labels.event
        assert twin.labels.facts["project_number"] != result.labels.facts["project_number"]
        lines = Counter(result.text.split("\n"))
        shared = sum((Counter(twin.text.split("\n")) & lines).values())
        assert shared > 0.5 * lines.total()


def test_the_demo_is_no_toy() -> None:
    """Enough of everything: all sites, all layouts, a baseline for each, noise around the stories, realistic lengths."""
    assert {a.site for a in ARTICLES} == {"finews", "rss", "ccgp", "paper", "mirror", "east"}
    assert {a.layout for a in ARTICLES if a.site == "finews"} == {"brief", "linked", "full", "media"}
    sections = {(a.site, a.section if a.site in ("finews", "rss") else "") for a in ARTICLES}
    first = {(a.site, a.section if a.site in ("finews", "rss") else "") for a in ARTICLES if a.baseline}
    assert first == sections
    assert sum(a.labels.relevance == "none" for a in ARTICLES) >= 30
    lengths = sorted(len(a.text) for a in ARTICLES if a.layout not in ("brief", "linked"))
    assert lengths[0] >= 200
    assert lengths[len(lengths) // 2] >= 300


def test_a_baseline_event_never_comes_back() -> None:
    """What must stay silent stays silent: no later article reports an event of the baseline."""
    silent = {a.labels.event for a in ARTICLES if a.baseline} - {None}
    assert silent
    assert not silent & {a.labels.event for a in ARTICLES if not a.baseline}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two real articles are not beside the project")
def test_no_sentence_of_the_real_articles_is_copied() -> None:
    """The demo is written in the manner of the two real articles and shares no passage of a clause's length with them."""
    seeds = "".join(p.read_text(encoding="utf-8") for p in SEEDS.glob("*.txt"))
    for article in ARTICLES:
        span = 60 if article.lang == "en" else 20
        starts = range(len(article.text) - span)
        shared = [article.text[i : i + span] for i in starts if article.text[i : i + span] in seeds]
        assert shared == [], article.id


GOOD = """
- id: one
  site: rss
  section: news
  baseline: true
  published: "2026-01-01T08:00:00+08:00"
  lang: zh
  source: 江海财经
  title: 标题
  text: 正文
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("baseline: true", "lead: 3", "either `after: seconds` or `baseline: true`"),
        ("baseline: true", "baseline: true\n  after: 3", "either `after: seconds` or `baseline: true`"),
        ("+08:00", "", "needs a zone"),
        ("title: 标题", "titel: 标题", "titel"),
        ("  text: 正文\n", "", "text"),
        ("site: rss", "site: radio", "no site 'radio'"),
        ("lang: zh", "lang: zh\n  layout: wide", "layout 'wide'"),
        ("site: rss", "site: ccgp", "`notice` belongs to the site ccgp"),
        ("text: 正文", "text: 正文\n  labels: {topic: [huiminbao]}", "topic"),
        ("text: 正文", "text: 正文\n  labels: {copy_of: two, event: e}", "copy of 'two'"),
        ("text: 正文\n", "text: 正文\n" + GOOD.lstrip("\n"), "two articles have the id 'one'"),
    ],
)
def test_bad_data_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    """A mistyped key, a missing label or a contradiction is an error that names the article, never a silent default."""
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    assert [a.id for a in load_articles(tmp_path)] == ["one"]
    (tmp_path / "good.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(DemoDataError, match=re.escape(says)) as caught:
        load_articles(tmp_path)
    assert "one" in str(caught.value)
