"""The name of the Huiminbao product that an article is about, as printed."""

from __future__ import annotations

import re
from collections import Counter

from monitor.facts.context import Context
from monitor.model import Fact, Update

_NAME_CONTEXT = re.compile(
    r"惠民|补充医疗|商业医疗|多层次医疗|医疗保险|普惠|投保|参保|保费|理赔|共保|承保|赔付|年度|insurance|insured|premium",
    re.IGNORECASE,
)
_PRODUCT_QUOTE = re.compile(r"\"(?P<name>[\u4e00-\u9fffA-Za-z ]{2,34})\"")
_A_NAME, _SURELY_A_NAME = 2.0, 3.5
_ENGLISH_BAO = re.compile(
    r"(?<![\w'-])(?P<name>(?:[A-Z][a-z']+ ){0,2}[A-Z][a-z]+(?:'[a-z]+)? ?(?:Bao|(?<=[a-z])bao))(?![\w'-])(?<!Huiminbao)(?<!Huimin Bao)"
)
_NOT_PRODUCT = re.compile(
    r"一站式|一单制|一码|即时|免申|快赔|直付|数字|名单|保单|死亡|螺旋|保障网|定心丸|及时雨|双通道|国谈|既往|健康人群|获得感|大病|医保码|公众号|服务|平台|案例|模式|政府|参保|投保|赔付|目录|续保率|钱包|卡|"
    r"得到|得起|零|一老一小|新市民|通知|意见|办法|方案|条例|规划|口碑|one[- ]stop|immediate|death|settlement|zero|golden|model|protection",
    re.IGNORECASE,
)


def product(context: Context) -> tuple[Fact, ...]:
    """The Huiminbao product's name as printed, without quotes; its fullest spelling where several are used."""
    if not context.is_huiminbao:
        return ()
    policy = context.classification.update is Update.POLICY
    named = _known_product(context) or _quoted_product(context, _SURELY_A_NAME if policy else _A_NAME)
    named = named or ([] if policy else _appositive_product(context))
    if not named:
        return ()
    forms: Counter[str] = Counter()
    first: dict[str, tuple[int, int]] = {}
    for start, end in named:
        text = context.whole[start:end]
        forms[text] += 1
        first.setdefault(text, (start, end))
    top = max(forms.values())
    quoted = {t for t, (s, _) in first.items() if context.whole[max(0, s - 1)] == '"'}
    if context.document.is_english and quoted:
        forms = Counter(
            {t: n for t, n in forms.items() if t in quoted}
        )  # "Shenzhen Huimin insurance" only describes it
        top = max(forms.values())
    # The name is the fullest of the spellings that are used about as often as the commonest.
    text = max((t for t, n in forms.items() if n * 3 >= top), key=lambda t: (len(t), forms[t]))
    start, end = first[text]
    return (context.fact("product", context.printed(start, end), start, end),)


def _known_product(context: Context) -> list[tuple[int, int]]:
    subject = context.subject_product
    if subject is None or (
        context.classification.update is Update.POLICY and not any(context.in_title(m.start) for m in context.products)
    ):
        return []
    return [_within_quotes(context, m.start, m.end) for m in context.products if m.code == subject]


def _within_quotes(context: Context, start: int, end: int) -> tuple[int, int]:
    """The whole quoted name around a product's word: "重庆渝快保" for 渝快保."""
    whole = context.whole
    left = whole.rfind('"', max(0, start - 12), start)
    right = whole.find('"', end, end + 12)
    if left >= 0 and right >= 0 and '"' not in whole[left + 1 : start] and "\n" not in whole[left:right]:
        inside = whole[left + 1 : right]
        if not re.search(r"[，。；、]|年度|20\d\d", inside) and len(inside) <= max(12, end - start + 24):
            return left + 1, right
    return start, end


def _appositive_product(context: Context) -> list[tuple[int, int]]:
    """An English name without quotes: "The scheme, Lang'an Bao, paid"."""
    if not context.document.is_english:
        return []
    found = [m.span("name") for m in _ENGLISH_BAO.finditer(context.whole)]
    return found if found else []


def _quoted_product(context: Context, least: float) -> list[tuple[int, int]]:
    """A name in no list: quoted, named more than once or in the headline, among words of insurance."""
    found: dict[str, list[tuple[int, int]]] = {}
    insured: set[str] = set()
    for match in _PRODUCT_QUOTE.finditer(context.whole):
        name = match["name"].strip()
        if _NOT_PRODUCT.search(name):
            continue
        start, end = match.span("name")
        found.setdefault(name, []).append((start, end))
        if _NAME_CONTEXT.search(context.whole[max(0, start - 24) : start] + context.whole[end : end + 24]):
            insured.add(name)
    scored = {
        name: len(spans)
        + (2 if any(context.in_title(s) for s, _ in spans) else 0)
        + (1.5 if name.endswith(("保", "康", "Bao", "bao")) else 0)
        for name, spans in found.items()
        if name in insured
    }
    best = max(scored, key=lambda n: scored[n], default=None)
    return found[best] if best is not None and scored[best] >= least else []
