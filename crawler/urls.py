"""Canonical URLs and site ids: two addresses of one article give one canonical form, or at least one shared key.

The canonical form is an identity, not an address to fetch (the scheme is always https where no port is given). Rules, in
order: site rewrites (mobile twins, renamed hosts), host and escapes normalised, doubled slashes and dot segments removed,
known tracking parameters dropped (only known ones: many sites keep the article id in the query), parameters sorted,
fragment dropped unless it is a route of a single-page site. Pure; applying it twice changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = frozenset(
    [
        "spm",
        "spm_id_from",
        "from",
        "scene",
        "chksm",
        "ref",
        "share",
        "isappinstalled",
        "tdsourcetag",
        "ivk_sa",
        "oc",
        "r",
        "_",
        "fbclid",
        "gclid",
        "msclkid",
        "nsukey",
        "share_token",
        "from_source",
        "wxshare_count",
        "srcid",
        "sharer_sharetime",
        "sharer_shareid",
        "clicktime",
        "enterid",
    ]
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_DOUBLED = re.compile(r"^//(?=[\w-]+/)")
_SPA_ROUTE = re.compile(r"^!?/")


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """Where `host` and `target` (path, and query after `?`) match, the article's one address is `to`."""

    host: re.Pattern[str]
    target: re.Pattern[str]
    to: str


def _rewrite(host: str, target: str, to: str) -> _Rewrite:
    return _Rewrite(re.compile(rf"(?:{host})$"), re.compile(target), to)


_EASTMONEY = r"(?:[a-z0-9-]+\.)*eastmoney\.com"
_REWRITES = (
    _rewrite(r"(?:finews|finnews)\.(?:withounder\.com|zning\.me)", r"^(/.*)$", r"finews.withounder.com\1"),
    _rewrite(_EASTMONEY, r"^/(?:a|news/(?:\w+,)?)/?(20\d{16})\.html.*$", r"finance.eastmoney.com/a/\1.html"),
    _rewrite(
        r"m\.thepaper\.cn", r"^/(?:detail/|newsDetail_forward_)(\d+).*$", r"www.thepaper.cn/newsDetail_forward_\1"
    ),
    _rewrite(r"thepaper\.cn", r"^(/.*)$", r"www.thepaper.cn\1"),
    _rewrite(r"(?:www\.)?cbimc\.cn", r"^(?:/m)?(/content/.*)$", r"www.cbimc.cn\1"),
    _rewrite(r"m\.cnstock\.com", r"^(/commonDetail/.*)$", r"www.cnstock.com\1"),
    _rewrite(r"m\.21jingji\.com", r"^(/article/.*)$", r"www.21jingji.com\1"),
    _rewrite(r"(?:www\.|m\.)?chinanews\.com(?:\.cn)?", r"^(/.*)$", r"www.chinanews.com.cn\1"),
    _rewrite(
        r"(?:www\.)?ggzy\.gov\.cn", r"^(?:/information)?/html/[ab]/+(.*)$", r"www.ggzy.gov.cn/information/html/a/\1"
    ),
    _rewrite(r"(?:www\.)?cbirc\.gov\.cn", r"^(/.*)$", r"www.nfra.gov.cn\1"),
    _rewrite(r"(?:m|wap|3g)\.ccgp\.gov\.cn|ccgp\.gov\.cn", r"^(/cggg/.*)$", r"www.ccgp.gov.cn\1"),
)


@dataclass(frozen=True, slots=True)
class _IdRule:
    """A site's own article id: `name:<groups joined by ,>`."""

    name: str
    host: re.Pattern[str]
    target: re.Pattern[str]


def _id_rule(name: str, host: str, target: str) -> _IdRule:
    return _IdRule(name, re.compile(rf"(?:{host})$"), re.compile(target))


_ID_RULES = (
    _id_rule("eastmoney", _EASTMONEY, r"/(?:a|news)/(?:\w+,)?(20\d{16})\.html"),
    # The Choice terminal's infoCode of a news item is NW and the 18-digit Eastmoney id.
    _id_rule("eastmoney", r".*", r"/(?:19|20)\d\d/\d\d/\d\d/(?:NW)?(20\d{16})\.html"),
    _id_rule("eastmoney", r".*", r"[?&](?:infoCode|infocode|id)=NW(20\d{16})"),
    _id_rule("sina", r"(?:[a-z0-9-]+\.)*sina\.(?:com\.)?cn", r"/(?:doc-|detail-)([a-z0-9]{10,20})\."),
    _id_rule("thepaper", r"(?:m\.|www\.)?thepaper\.cn", r"/(?:detail/|newsDetail_forward_)(\d+)"),
    _id_rule("ccgp", r"(?:[a-z0-9-]+\.)*ccgp\.gov\.cn", r"/t\d{8}_(\d+)\.s?html?"),
    _id_rule("ggzy", r"(?:www\.)?ggzy\.gov\.cn", r"/html/[ab]/.*/([0-9a-f]{16,})\.shtml"),
    _id_rule("zcygov", r".*", r"[?&]articleId=([^&]+)"),
    _id_rule("nfra", r"(?:www\.)?(?:nfra|cbirc)\.gov\.cn", r"[?&,_]docId=(\d+)"),
    _id_rule("cbimc", r"(?:www\.)?cbimc\.cn", r"/content_(\d+)\.html"),
    _id_rule("weixin", r"mp\.weixin\.qq\.com", r"__biz=(?P<biz>[^&]+).*?&mid=(?P<mid>\d+).*?&idx=(?P<idx>\d+)"),
    _id_rule("weixin", r"mp\.weixin\.qq\.com", r"^/s/([\w-]{16,})"),
)
_HANWEB = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_(?:\d+_)*(\d+)\.html")


def canonicalise(url: str, base: str = "") -> str:
    """The canonical form of `url`, made absolute against `base`; the stripped text itself if it is no http(s) URL."""
    text = url.strip().replace("\\", "/") if "://" in url[:12] else url.strip()
    if base:
        text = join(base, text)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return text
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        return text
    host = _host(parts.hostname)
    explicit_port = port is not None and port != _DEFAULT_PORTS[scheme]
    if explicit_port:
        host = f"{host}:{port}"
    path, query = _path(parts.path), _query(parts.query)
    if not explicit_port:
        host, path, query = _one_address(host, path, query)
    fragment = parts.fragment if _SPA_ROUTE.match(parts.fragment) else ""
    # Without a port http and https are twins; with one they are different servers.
    return urlunsplit((scheme if explicit_port else "https", host, path, query, _escapes(fragment)))


def identity_keys(url: str) -> tuple[str, ...]:
    """Site ids found in `url`, as `site:id`: equal for every address under which a site shows one article.

    Empty where the site has no id that is known; the canonical URL is then the only identity.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()
    target = re.sub(r"/{2,}", "/", parts.path) + (f"?{parts.query}" if parts.query else "")
    if parts.fragment:
        target += f"#{parts.fragment}"
    keys = [
        f"{rule.name}:{unquote(','.join(found.groups()))}"
        for rule in _ID_RULES
        if rule.host.match(host) and (found := rule.target.search(target))
    ]
    if found := _HANWEB.search(target):
        # One article may sit under several columns of a site: only the last number is its id.
        keys.append(f"hanweb:{site_of(url)},{found.group(1)}")
    return tuple(dict.fromkeys(keys))


def join(base: str, link: str) -> str:
    """`link` as an absolute URL; whitespace and line breaks inside it are removed. Empty if it is no web link.

    A doubled slash before a path (`//htm/a/1.html`) is a slip of the site's, not a host: hosts have a dot.
    """
    cleaned = _DOUBLED.sub("/", re.sub(r"[\r\n\t]", "", link).strip())
    try:
        absolute = urljoin(base, cleaned)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    return absolute if parts.scheme.lower() in _DEFAULT_PORTS and parts.hostname else ""


def site_of(url: str) -> str:
    """The registrable part of a host, near enough: `news.example.com.cn` and `m.example.com.cn` give `example.com.cn`."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    labels = host.split(".")
    if host.replace(".", "").isdigit() or ":" in host or len(labels) < 3:
        return host
    short_second = labels[-2] in {"com", "net", "org", "gov", "edu", "ac", "co"} and len(labels[-1]) == 2
    return ".".join(labels[-3:] if short_second else labels[-2:])


def same_site(one: str, other: str) -> bool:
    """Whether two URLs belong to one registrable domain."""
    return site_of(one) == site_of(other)


def unwrap(url: str) -> str:
    """The address inside a search engine's link wrapper (Bing `apiclick.aspx?url=`, Google `url?q=`), else `url`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    names = {"url", "u"} if "bing.com" in host else {"q", "url"} if host.startswith("www.google.") else set()
    if not names or not re.search(r"apiclick|/url$|/ck/a", parts.path):
        return url
    for name, value in parse_qsl(parts.query):
        if name in names and value.startswith(("http://", "https://")):
            return value
    return url


def _one_address(host: str, path: str, query: str) -> tuple[str, str, str]:
    """Apply the site rewrites: the address that stands for all twins of an article."""
    target = path + (f"?{query}" if query else "")
    for rule in _REWRITES:
        if rule.host.match(host) and rule.target.match(target):
            host, _, rest = rule.target.sub(rule.to, target).partition("/")
            path, _, query = f"/{rest}".partition("?")
            return host, path, query
    if host == "mp.weixin.qq.com" and "__biz=" in query:
        query = urlencode([(name, value) for name, value in parse_qsl(query) if name in {"__biz", "idx", "mid", "sn"}])
    return host, path, query


def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return quote(host)
    return f"[{host}]" if ":" in host else host


def _path(path: str) -> str:
    segments: list[str] = []
    pieces = re.sub(r"/{2,}", "/", path).split("/")
    for piece in pieces:
        if piece == "..":
            segments = segments[:-1] if len(segments) > 1 else segments
        elif piece != ".":
            segments.append(piece)
    if pieces[-1] in {".", ".."}:
        segments.append("")
    joined = "/".join(segments)
    return _escapes(joined if joined.startswith("/") else f"/{joined}")


def _query(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        name = pair.partition("=")[0].lower()
        if pair and name not in _TRACKING and not name.startswith("utm_"):
            kept.append(_escapes(pair))
    return "&".join(sorted(kept))


def _escapes(text: str) -> str:
    """Percent escapes in one form: reserved characters keep theirs (upper case), everything else is plain or escaped."""

    def tidy(found: re.Match[str]) -> str:
        char = chr(int(found.group()[1:], 16))
        return char if char in _UNRESERVED else found.group().upper()

    text = _ESCAPE.sub(tidy, _LONE_PERCENT.sub("%25", text))
    return quote(text, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")
