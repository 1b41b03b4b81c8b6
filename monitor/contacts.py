"""Names and numbers of contact persons in a text, and the same text with stars in their place. Pure.

Tender notices print whom to ask: 联系人：王先生 0571-8888 8888. They serve a bidder, and are personal information in the sense of
China's Personal Information Protection Law (个人信息保护法, 2021, art. 4, 28); an installation that needs none drops them (art. 6 and 19:
no more and no longer than needed). Every character is replaced by one star, so that places in the text stay true. Organisations,
postal addresses, project numbers and sums are no contacts. What is meant is what notices print beside a label; a name in running
prose is news, and stays: a false star in a sum would be worse than a name that is left.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

STAR = "*"

_LABEL = (
    r"(?:(?:项目|采购|招标|业务|技术|代理机构|代理|采购人|现场|报名|答疑|监督|投诉|質疑|质疑|异议)?"
    r"(?:联\s{0,4}系\s{0,4}人|聯絡人|联络人|经办人|經辦人|接收人|受理人|授权代表|項目負責人|项目负责人|项目经理|采购人代表)"
    r"(?:\s{0,2}(?:姓名|及(?:联系)?(?:方式|电话)|和(?:联系)?(?:方式|电话)|[/／](?:联系)?(?:方式|电话)))?"
    r"|(?:评审|评标|谈判|磋商|询价)(?:专家|小组成员?|委员会成员?)(?:名单|姓名)?)"
)
_NO_NAME = r"(?!联系|电话|手机|传真|地址|邮箱|邮编|姓名|名称|时间|采购|招标|项目|单位|开户)"
_NAME = rf"{_NO_NAME}[\u4e00-\u9fff](?:·?[\u4e00-\u9fff]){{0,3}}?(?:先生|女士|小姐|老师|经理|主任|科长|处长|工程师|工)?"
_NAME_ENDS = r"(?=\s|$|[。；;，,、|()（）:：\d*+/／]|联系|电话|手机|传真|邮箱|地址|和|及)"
_BETWEEN = r"[^\S\n]{0,2}(?:[、，,/／;；]|和|及)[^\S\n]{0,2}"
_NAMES = re.compile(
    rf"{_LABEL}(?:[^\S\n]{{0,4}}[:：|\t][^\S\n]{{0,4}}|[ \u3000]{{1,4}}(?=[\u4e00-\u9fff]{{2,3}}(?:\s|$|[。；;，,、|(（\d]|先生|女士)))"
    rf"(?P<names>{_NAME}{_NAME_ENDS}(?:{_BETWEEN}{_NAME}{_NAME_ENDS}){{0,9}})"
)
_TITLED = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<names>[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐))"
    r"(?=[\s，,：:（(]{0,3}(?:联系电话|电话|手机|\+?\d{3}))"
)
_ENGLISH = re.compile(
    r"(?i:contact(?: person)?|attn|attention)\s{0,2}[:：]\s{0,4}(?P<names>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,3})"
)

_MOBILE = re.compile(
    r"(?<![A-Za-z0-9_./=*-])(?:\+?86[- ]?)?1[3-9]\d(?P<gap>[- ]?)\d{4}(?P=gap)\d{4}(?![A-Za-z0-9_./=-]?\d)(?!\s?[元人万亿份户件%％])"
)
_LANDLINE = re.compile(
    r"(?<![A-Za-z0-9_./=-])(?:\+?86[- ]?)?[（(]?0(?:10|2\d|[3-9]\d{2})[）)]?\s?[-－—–―]?\s?[2-9]\d{2,3}[- ]?\d{4}"
    r"(?:\s?[-－—–转\*]\s?\d{1,5})?(?!\d)"
)
_LABELLED_NUMBER = re.compile(
    r"(?:电\s{0,4}话|電話|手\s{0,2}机|联系方式|传\s{0,4}真|座机|QQ|微信号?|(?i:tel|phone|mobile|fax))"
    r"(?:号码)?\s{0,4}[:：|\t]\s{0,4}(?P<number>\+?\d[\d\s、,，/／（）()转－—–-]{4,60}\d)"
)
_MAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

_PATTERNS = (
    (_NAMES, "names"), (_TITLED, "names"), (_ENGLISH, "names"), (_LABELLED_NUMBER, "number"),
    (_MOBILE, 0), (_LANDLINE, 0), (_MAIL, 0),
)  # fmt: skip
_KEPT_SIGNS = re.compile(r"[\s、，,/／;；|:：()（）]")


def without_contacts(text: str) -> str:
    """The text with a star for each character of a contact's name, number or address; as long as before."""
    stars: set[int] = set()
    for pattern, group in _PATTERNS:
        for found in pattern.finditer(text):
            begin, end = found.span(group)
            stars.update(at for at in range(begin, end) if not _KEPT_SIGNS.match(text[at]))
    if not stars:
        return text
    return "".join(STAR if at in stars else char for at, char in enumerate(text))


def has_contacts(text: str) -> bool:
    """Whether `without_contacts` would change it."""
    return without_contacts(text) != text


def json_without_contacts(value: Any) -> Any:
    """The same for every string of JSON values, keys and addresses of pages aside."""
    if isinstance(value, str):
        return value if value.startswith(("http://", "https://")) else without_contacts(value)
    if isinstance(value, Mapping):
        return {key: json_without_contacts(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [json_without_contacts(part) for part in value]
    return value
