"""Makes text from the web harmless in each format: no markup, no mention, no address that runs code.

Chat robots read private dialects of Markdown, and most of them know no backslash escape. So characters that mean
something there are replaced by their full-width twins, which look the same to a reader of Chinese and mean nothing
to a parser. Mentions (`@all`, `<@user>`, `<!channel>`) fall to the same rule.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

_MARKDOWN: Final = str.maketrans(
    {
        "*": "＊",
        "`": "｀",
        "[": "［",
        "]": "］",
        "<": "＜",
        ">": "＞",
        "~": "～",
        "|": "｜",
        "\\": "＼",
        "@": "＠",
    }
)
_EDGE_UNDERSCORE: Final = re.compile(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_LINE_MARK: Final = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]\s))")
_SLACK: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "＠", "*": "＊", "`": "｀", "~": "～"})
_ENTITY: Final = re.compile(r"&(?=#?\w{1,32};)")
_BIDI_AND_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that change direction or do not show: they make a line read unlike what it is."""
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""The Unicode categories Cc, Zl and Zp."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_PLAIN_HOST: Final = re.compile(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_URL_SAFE: Final = "!#$%&'*+,-./:;=?@_~"


class Safe(str):
    """Text that is markup on purpose; escaping leaves it alone."""

    __slots__ = ()


def one_line(text: str) -> str:
    """The text as one line of visible characters: control and direction-changing characters out, white space single.

    Lone surrogates, which cannot be encoded, become U+FFFD.
    """
    text = _SURROGATE.sub("\ufffd", text)
    return " ".join(_CONTROL.sub(" ", _BIDI_AND_INVISIBLE.sub("", text)).split())


def markdown(text: str) -> str:
    """One line that a chat robot's Markdown shows as it stands."""
    if isinstance(text, Safe):
        return text
    text = _EDGE_UNDERSCORE.sub("＿", _ENTITY.sub("＆", one_line(text)).translate(_MARKDOWN))
    # A mark at the start would make a heading, list or rule where the text opens a line of the template.
    return _LINE_MARK.sub(lambda m: m[1] + _full_width(m[2]), text)


def mrkdwn(text: str) -> str:
    """One line for Slack: its three control characters as entities, and no formatting or mention."""
    if isinstance(text, Safe):
        return text
    text = one_line(text)
    # Slack reads `&gt;` at the start of a line as the mark of a quotation.
    text = "＞" + text[1:] if text.startswith(">") else text
    return _EDGE_UNDERSCORE.sub("＿", text.translate(_SLACK))


def plain(text: str) -> str:
    """One line for plain text; terminals get no escape sequence either."""
    return text if isinstance(text, Safe) else one_line(text)


def chat(text: str) -> str:
    """One line of plain text for a service that may read mentions or markup out of plain text all the same."""
    return markdown(text)


def safe_url(url: str) -> str:
    """The address with the characters encoded that would end a link in HTML, Markdown or mrkdwn.

    Empty unless it is absolute http or https without user information, which serves only to deceive.
    """
    url = one_line(url).replace(" ", "%20")
    try:
        split = urlsplit(url)
    except ValueError:
        return ""
    if split.scheme.lower() not in ("http", "https") or not _PLAIN_HOST.fullmatch(split.netloc):
        return ""
    # Chat clients end a bare address at a full-width mark or a bracket; percent-encoding loses nothing.
    rest = url[url.index("//") + 2 + len(split.netloc) :]
    return f"{split.scheme.lower()}://{split.netloc}{quote(rest, safe=_URL_SAFE)}"


def host(url: str) -> str:
    """The host that an address leads to, as a browser asks for it (`xn--…` for letters that could pass for others)."""
    try:
        name = urlsplit(safe_url(url)).hostname or ""
        return name if name.isascii() else name.encode("idna").decode()
    except ValueError:  # also what `idna` raises
        return ""


def markdown_link(title: str, url: str) -> Safe:
    """`[title](url)`; the bare title where the address is unusable."""
    address = safe_url(url)
    return Safe(f"[{markdown(title)}]({address})") if address else Safe(markdown(title))


def mrkdwn_link(title: str, url: str) -> Safe:
    """`<url|title>`; the bare title where the address is unusable."""
    address = safe_url(url).replace("&", "&amp;")
    return Safe(f"<{address}|{mrkdwn(title).replace('|', '｜')}>") if address else Safe(mrkdwn(title))


def plain_link(title: str, url: str) -> Safe:
    """`title  url` on one line; the bare title where the address is unusable."""
    return Safe(" ".join(part for part in (plain(title), safe_url(url)) if part))


def chat_link(title: str, url: str) -> Safe:
    """As `plain_link`, for `chat`."""
    return Safe(" ".join(part for part in (chat(title), safe_url(url)) if part))


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)
