"""What people read: names of stages, updates, programmes and facts, and figures as they are usually printed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

NAMES: dict[str, tuple[str, str]] = {
    "gov_tender": ("政保业务", "Government insurance"),
    "huiminbao": ("惠民保", "Huiminbao"),
    "intention": ("采购意向", "Intention"),
    "notice": ("招标采购", "Tender notice"),
    "amendment": ("更正变更", "Amendment"),
    "result": ("中标成交", "Result"),
    "failed": ("废标终止", "Failed"),
    "contract": ("合同签约", "Contract"),
    "renewal": ("续约", "Renewal"),
    "operation": ("项目运行", "Operation"),
    "launch": ("产品发布", "Launch"),
    "enrolment": ("参保动态", "Enrolment"),
    "terms": ("条款价格", "Terms"),
    "claims": ("理赔数据", "Claims"),
    "service": ("服务升级", "Service"),
    "policy": ("政策监管", "Policy"),
    "recognition": ("荣誉", "Recognition"),
    "discontinued": ("停办风险", "Discontinued"),
    "critical_illness": ("大病保险", "critical illness"),
    "employee_supplement": ("职工补充医疗", "employee supplement"),
    "long_term_care": ("长期护理保险", "long-term care"),
    "basic_administration": ("医保经办", "administration of basic cover"),
    "supplementary_medical": ("补充医疗保险", "supplementary medical"),
    "accident": ("意外伤害保险", "accident"),
    "poverty_prevention": ("防贫保险", "poverty prevention"),
    "livelihood": ("民生保险", "livelihood"),
    "regions": ("地区", "Region"),
    "insurers": ("保险公司", "Insurers"),
    "programmes": ("险种", "Programmes"),
    "product": ("产品", "Product"),
    "project": ("项目", "Project"),
    "project_number": ("项目编号", "Project number"),
    "buyer": ("采购人", "Buyer"),
    "winner": ("中标供应商", "Winner"),
    "insured_persons": ("参保人数", "Insured persons"),
    "premium_per_person": ("每人保费", "Premium a person"),
    "premium_total": ("保费规模", "Total premium"),
    "amount": ("金额", "Amount"),
    "payout": ("赔付金额", "Paid out"),
    "claims_count": ("赔付次数", "Claims paid"),
    "participation_rate": ("参保率", "Participation"),
    "period": ("期限", "Term"),
    "deadline": ("截止时间", "Deadline"),
    "stage": ("阶段", "Stage"),
    "correction": ("变更", "Changed"),
    "new_round": ("新一轮", "New round"),
    "late": ("补报", "Seen late"),
    "rate": ("费率", "Rate"),
    "candidate": ("候选供应商", "Candidate"),
    "lot": ("包", "Lot"),
    "enrolment_opens": ("参保开始", "Enrolment opens"),
    "payout_since_launch": ("累计赔付金额", "Paid out since launch"),
    "claims_count_since_launch": ("累计赔付次数", "Claims paid since launch"),
    "none": ("无关", "none"),
    "digest": ("简报", "digest"),
    "alert": ("提醒", "alert"),
}
"""Code → (Chinese, English) name."""

FACT_ORDER = (
    "regions", "product", "project", "project_number", "buyer", "winner", "insurers", "programmes", "amount",
    "premium_total", "premium_per_person", "insured_persons", "participation_rate", "payout", "claims_count", "period",
    "deadline",
)  # fmt: skip
"""The order in which an alert lists facts."""

_MONEY = frozenset({"amount", "premium_total", "payout", "payout_since_launch"})
_COUNTS = {
    "insured_persons": ("人", "persons"),
    "claims_count": ("人次", "claims"),
    "claims_count_since_launch": ("人次", "claims"),
}


def name(code: str, lang: str) -> str:
    """What people call a stage, update, topic, programme or fact; the code itself where it has no name."""
    pair = NAMES.get(code)
    return (pair[1] if lang == "en" else pair[0]) if pair else code


def number(value: float, lang: str) -> str:
    """A figure in the unit its readers use: 12.6亿, 470万, 58,600; 1.26 billion, 4.7 million."""
    steps = ((1e9, " billion"), (1e6, " million")) if lang == "en" else ((1e8, "亿"), (1e4, "万"))
    for size, unit in steps:
        if abs(value) >= size:
            return f"{value / size:,.4f}".rstrip("0").rstrip(".") + unit
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def moment(value: dt.datetime, zone: ZoneInfo = CHINA) -> str:
    """A time as printed in messages: 2026-06-12 09:00 in `zone`."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"


def fact(key: str, value: Any, lang: str) -> str:
    """One fact's value as people read it. `regions` and lists of codes must come with their names already."""
    if key in _MONEY:
        return f"{number(float(value), lang)} yuan" if lang == "en" else f"{number(float(value), lang)}元"
    if key in _COUNTS:
        unit = _COUNTS[key]
        return f"{number(float(value), lang)} {unit[1]}" if lang == "en" else f"{number(float(value), lang)}{unit[0]}"
    if key == "premium_per_person":
        tiers = " / ".join(f"{v:g}" for v in value)
        return f"{tiers} yuan a year" if lang == "en" else f"{tiers} 元/年"
    if key in ("participation_rate", "rate"):
        return f"{float(value) * 100:g}%"
    if key == "period":
        first, last = value
        return f"{first}" if first == last else f"{first}–{last}"
    if key == "deadline":
        return str(value)[:16].replace("T", " ")
    if isinstance(value, list | tuple):
        return (", " if lang == "en" else "、").join(map(str, value))
    return str(value)
