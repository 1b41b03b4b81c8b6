"""The demo's expectation of itself: which alerts must come, and every way in which they can be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from monitor.demo import DemoArticle, load_articles, path_of
from monitor.demo.expected import Fault, SeenAlert, compare, expected_alerts

ARTICLES = load_articles()


def alert_on(article: DemoArticle, **changes: Any) -> SeenAlert:
    """The alert that a perfect monitor would raise on this article."""
    labels = article.labels
    seen = SeenAlert(
        url=f"http://127.0.0.1:8080{path_of(article)}",
        topics=labels.topics,
        stage=labels.stage,
        update=labels.update,
        facts=dict(labels.facts),
    )
    return replace(seen, **changes)


@pytest.fixture
def perfect(articles: Mapping[str, DemoArticle]) -> dict[str, SeenAlert]:
    """The right alerts, each on the article of its event that appears first."""
    by_path = {path_of(a): a for a in articles.values()}
    return {e.event: alert_on(by_path[e.paths[0]]) for e in expected_alerts(ARTICLES)}


def test_the_alerts_that_must_come() -> None:
    """Eight events, each with the title of its original, its stage or update, and the figures that matter."""
    expected = {e.event: e for e in expected_alerts(ARTICLES)}
    assert {name: (e.topics, e.stage or e.update, len(e.paths)) for name, e in expected.items()} == {
        "chongqing-award-2022": (("gov_tender",), "result", 6),
        "hangzhou-claims-2023": (("huiminbao",), "claims", 6),
        "mianyang-ltc-2026-notice": (("gov_tender",), "notice", 1),
        "mianyang-ltc-2026-amendment": (("gov_tender",), "amendment", 1),
        "mianyang-ltc-2026-result": (("gov_tender",), "result", 2),
        "deyang-ltc-2026-result": (("gov_tender",), "result", 1),
        "nantong-2027-launch": (("huiminbao",), "launch", 1),
        "nanjing-2026-extension": (("huiminbao",), "enrolment", 1),
    }
    assert expected["chongqing-award-2022"].facts == {
        "regions": ["500000"],
        "insurers": ["新华保险"],
        "programmes": ["critical_illness", "employee_supplement", "long_term_care"],
        "insured_persons": 2_100_000,
        "period": [2022, 2024],
    }
    assert expected["hangzhou-claims-2023"].title == "两年赔出12.6亿元 “西湖益联保”把杭州人的大病账单往下压"
    assert expected["hangzhou-claims-2023"].facts == {
        "regions": ["330100"],
        "insurers": ["中国人寿"],
        "product": "西湖益联保",
        "insured_persons": 5_170_000,
        "premium_per_person": [100, 150],
        "participation_rate": 0.42,
        "payout": 1_260_000_000,
        "claims_count": 1_200_000,
    }


def test_the_right_alerts_have_no_fault(perfect: dict[str, SeenAlert]) -> None:
    """Exactly the expected alerts: nothing to say."""
    assert compare(perfect.values(), ARTICLES) == ()


def test_any_article_of_an_event_may_be_the_one(
    perfect: dict[str, SeenAlert], articles: Mapping[str, DemoArticle]
) -> None:
    """A reprint that happens to be read first is right with what it states itself: an excerpt need not know the price."""
    perfect["hangzhou-claims-2023"] = alert_on(articles["hangzhou-excerpt"])
    assert compare(perfect.values(), ARTICLES) == ()


def test_a_missing_alert(perfect: dict[str, SeenAlert]) -> None:
    """An event without an alert is named with its title."""
    del perfect["deyang-ltc-2026-result"]
    (fault,) = compare(perfect.values(), ARTICLES)
    assert (fault.fault, fault.subject) == (Fault.MISSING, "deyang-ltc-2026-result")
    assert "德阳市长期护理保险" in fault.detail


def test_a_repeated_alert(perfect: dict[str, SeenAlert], articles: Mapping[str, DemoArticle]) -> None:
    """A second alert on one event is a fault, whichever copy it links."""
    (fault,) = compare([*perfect.values(), alert_on(articles["chongqing-hant"])], ARTICLES)
    assert (fault.fault, fault.subject) == (Fault.REPEATED, "chongqing-award-2022")


@pytest.mark.parametrize("name", ["noise-county", "mianyang-result-2023", "shaoxing-award", "nantong-launch-2026"])
def test_an_unexpected_alert(perfect: dict[str, SeenAlert], articles: Mapping[str, DemoArticle], name: str) -> None:
    """Noise, digests and baseline articles must not be alerted, and neither must pages that are no article."""
    (fault,) = compare([*perfect.values(), alert_on(articles[name])], ARTICLES)
    assert fault.fault is Fault.UNEXPECTED
    (fault,) = compare([*perfect.values(), alert_on(articles[name], url="http://127.0.0.1/finews/")], ARTICLES)
    assert fault.fault is Fault.UNEXPECTED


@pytest.mark.parametrize(
    ("event", "changes", "says"),
    [
        ("nantong-2027-launch", {"topics": ("gov_tender",)}, "topics"),
        ("nantong-2027-launch", {"update": "enrolment"}, "update"),
        ("mianyang-ltc-2026-result", {"stage": "notice"}, "stage"),
        ("chongqing-award-2022", {"insured_persons": 9_420_000}, "insured_persons"),
        ("chongqing-award-2022", {"regions": ["500000", "320100"]}, "regions"),
        ("chongqing-award-2022", {"period": None}, "period"),
        ("nantong-2027-launch", {"premium_per_person": [118, 188]}, "premium_per_person"),
        ("mianyang-ltc-2026-amendment", {"deadline": "2026-03-24T09:30:00+08:00"}, "deadline"),
        ("mianyang-ltc-2026-notice", {"project_number": "N5107012023000041"}, "project_number"),
    ],
)
def test_a_wrong_alert(perfect: dict[str, SeenAlert], event: str, changes: dict[str, Any], says: str) -> None:
    """A wrong verdict or figure is named; background figures, old deadlines and last year's prices are wrong ones."""
    seen = perfect[event]
    own = {name: value for name, value in changes.items() if name in ("topics", "stage", "update")}
    facts = {**seen.facts, **{name: value for name, value in changes.items() if name not in own}}
    perfect[event] = replace(seen, facts=facts, **own)
    (fault,) = compare(perfect.values(), ARTICLES)
    assert (fault.fault, fault.subject) == (Fault.WRONG, event)
    assert fault.detail.startswith(says)


def test_values_are_compared_by_meaning(perfect: dict[str, SeenAlert]) -> None:
    """Order of insurers, number types and time zones do not matter."""
    launch, amendment = perfect["nantong-2027-launch"], perfect["mianyang-ltc-2026-amendment"]
    changed = {
        "insurers": tuple(reversed(launch.facts["insurers"])),
        "premium_per_person": (128.0, 198.0),
        "insured_persons": 2310000.0,
    }
    perfect["nantong-2027-launch"] = replace(launch, facts={**launch.facts, **changed})
    utc = {**amendment.facts, "deadline": "2026-04-02T01:30:00+00:00"}
    perfect["mianyang-ltc-2026-amendment"] = replace(amendment, facts=utc)
    assert compare(perfect.values(), ARTICLES) == ()
