"""What a label may be: the annotation guide as sets and one checker."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

TOPICS = {"gov_tender", "huiminbao"}
RELEVANCES = {"alert", "digest", "none"}
STAGES = {"intention", "notice", "amendment", "result", "failed", "contract", "renewal", "operation"}
UPDATES = {"launch", "enrolment", "terms", "claims", "service", "policy", "recognition", "discontinued"}
PROGRAMMES = {
    "critical_illness",
    "employee_supplement",
    "long_term_care",
    "basic_administration",
    "supplementary_medical",
    "accident",
    "poverty_prevention",
    "livelihood",
}
_SHORT_NAMES = """
新华保险 中国人寿 国寿财险 人保财险 人保健康 中国人保 太平洋人寿 太平洋产险 太平洋健康 平安养老 平安产险 平安健康
泰康养老 泰康人寿 泰康在线 太平养老 太平人寿 阳光人寿 阳光财险 大家养老 中华联合 大地保险 国寿养老 众安保险
复星联合健康 和谐健康 昆仑健康 中意人寿 东吴人寿 中银保险 紫金保险 浙商保险 国任保险 永安保险 华泰财险 光大永明
人保寿险 建信人寿 工银安盛 农银人寿 英大人寿
"""
INSURERS = set(_SHORT_NAMES.split())
WHOLE_NUMBERS = ("insured_persons", "premium_total", "amount", "payout", "claims_count")
PRINTED = ("product", "project", "project_number", "buyer")
FACTS = {
    *("regions", "insurers", "programmes", "winner", "premium_per_person", "participation_rate", "period", "deadline"),
    *WHOLE_NUMBERS,
    *PRINTED,
}


def problems(record: Mapping[str, Any]) -> list[str]:
    """What is wrong with the labels of one record, by the guide."""
    facts = record["facts"]
    checks = {
        "topics": set(record["topics"]) <= TOPICS,
        "relevance": record["relevance"] in RELEVANCES,
        "none has no topic, facts or event": (record["relevance"] == "none")
        is (not record["topics"] and not facts and record["event"] is None and record["copy_of"] is None),
        "stage": record["stage"] in (STAGES if _alerts(record, "gov_tender") else {None, *STAGES}),
        "stage without its topic": record["stage"] is None or "gov_tender" in record["topics"],
        "update": record["update"] in (UPDATES if _alerts(record, "huiminbao") else {None, *UPDATES}),
        "update without its topic": record["update"] is None or "huiminbao" in record["topics"],
        "fact names": set(facts) <= FACTS,
        "regions": all(re.fullmatch(r"\d{6}", code) for code in facts.get("regions", [])),
        "insurers": set(facts.get("insurers", [])) <= INSURERS,
        "programmes": set(facts.get("programmes", [])) <= PROGRAMMES,
        "whole numbers": all(type(facts[name]) is int and facts[name] > 0 for name in WHOLE_NUMBERS if name in facts),
        "tiers ascend": list(facts.get("premium_per_person", [])) == sorted(facts.get("premium_per_person", [])),
        "rate": 0 < facts.get("participation_rate", 0.5) <= 1,
        "period": len(facts.get("period", [0, 0])) == 2 and facts.get("period", [0])[0] <= facts.get("period", [0])[-1],
        "deadline": _is_moment(facts.get("deadline", "2026-01-01")),
    }
    return [name for name, holds in checks.items() if not holds]


def _alerts(record: Mapping[str, Any], topic: str) -> bool:
    return record["relevance"] == "alert" and topic in record["topics"]


def _is_moment(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(text).tzinfo)
    except ValueError:
        return False
