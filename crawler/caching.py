"""What a server says of caching, and how far it is believed. Pure.

Conditional GET (RFC 9110, section 13) saves the most where it works, and hides news where it lies. So it is trusted list by list,
and only while it is verified: once a day, or after many answers of 304, a list is fetched in full. Where its content has changed
by then, the server is asked at once with the validators of before: a 304 now is a lie, and from then on nothing conditional
is sent until it has told the truth `PROOFS` times. A server that hands out another ETag for the same bytes again and again
(one behind a balancer, say) is asked by date only until its ETags stay.

What counts as the same is judged by content: of a feed, the dates in its head (`lastBuildDate` and its like, before the first
entry) do not count, since many are written anew with every request.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crawler.items import Distrust, UrlState

FULL_EVERY = dt.timedelta(days=1)
MOST_UNVERIFIED = 50
"""Answers of 304 in a row after which a list is fetched in full."""
PROOFS = 3
"""Times that a server must be seen to tell the truth, or to churn, before that counts."""
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
_FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_DATES = re.compile(rb"<((?:lastBuildDate|pubDate|updated|dc:date)\b)[^<>]{0,200}>[^<>]{0,80}</\1\s*>", re.IGNORECASE)
_DIRECTIVE = re.compile(r"([a-z-]+)(?:\s*=\s*\"?(\d{1,9})\"?)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A full answer: its validators, and digests of its bytes and of what counts in them."""

    etag: str
    last_modified: str
    body_hash: str
    core_hash: str


def seen(body: bytes, etag: str, last_modified: str) -> Seen:
    """An answer as it is judged."""
    exact = hashlib.sha256(body).hexdigest()
    core = _core(body)
    return Seen(
        etag=etag,
        last_modified=last_modified,
        body_hash=exact,
        core_hash=exact if core is body else hashlib.sha256(core).hexdigest(),
    )


def _core(body: bytes) -> bytes:
    """What counts in a body: a feed without the dates in its head, anything else as it is."""
    first = _FIRST_ENTRY.search(body)
    if first is None or not _FEED.search(body, 0, min(2_000, first.start())):
        return body
    head = _DATES.sub(b"", body[: first.start()])
    return body if len(head) == first.start() else head + body[first.start() :]


def validators(known: UrlState, now: dt.datetime) -> dict[str, str]:
    """The headers to ask with; none where nothing is known, where it is not believed, or where it is time to verify."""
    if known.distrust is Distrust.LIES or _is_due(known, now):
        return {}
    headers = {}
    if known.etag and known.distrust is not Distrust.CHURNS:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _is_due(known: UrlState, now: dt.datetime) -> bool:
    return known.unverified >= MOST_UNVERIFIED or (known.unverified > 0 and _passed(known.full_at, now))


def _passed(moment: str, now: dt.datetime) -> bool:
    return not moment or now - dt.datetime.fromisoformat(moment) >= FULL_EVERY


def after_not_modified(known: UrlState) -> UrlState:
    """The state after a 304."""
    return replace(known, unverified=known.unverified + 1)


def is_unchanged(known: UrlState, now_seen: Seen) -> bool:
    """Whether a full answer brings nothing that was not there before."""
    return known.body_hash == now_seen.body_hash or (bool(known.core_hash) and known.core_hash == now_seen.core_hash)


def after_full(known: UrlState, now_seen: Seen, now: dt.datetime) -> UrlState:
    """The state after an answer in full."""
    state = replace(
        known,
        etag=now_seen.etag,
        last_modified=now_seen.last_modified,
        body_hash=now_seen.body_hash,
        core_hash=now_seen.core_hash,
        full_at=now.isoformat(timespec="seconds"),
        unverified=0,
    )
    if not (known.etag and now_seen.etag and known.body_hash == now_seen.body_hash):
        return state
    if known.etag != now_seen.etag:
        churned = known.churned + 1
        distrust = known.distrust or (Distrust.CHURNS if churned >= PROOFS else known.distrust)
        return replace(state, churned=churned, distrust=distrust, proofs=0 if known.distrust else known.proofs)
    return _proven(replace(state, churned=0)) if known.distrust is Distrust.CHURNS else replace(state, churned=0)


def wants_probe(known: UrlState, now_seen: Seen, now: dt.datetime, *, asked: bool) -> bool:
    """Whether to ask at once with the validators of before: the content has changed, and the server was not `asked` whether.

    At most once a day for a server that was caught before; a first read has nothing to compare with.
    """
    if asked or not known.body_hash or is_unchanged(known, now_seen) or not (known.etag or known.last_modified):
        return False
    if known.distrust is Distrust.LIES:
        return _passed(known.probed_at, now)
    return known.unverified > 0


def after_probe(state: UrlState, *, lied: bool, now: dt.datetime) -> UrlState:
    """The state after that question; `lied` says that the answer was 304."""
    probed = replace(state, probed_at=now.isoformat(timespec="seconds"))
    if lied:
        return replace(probed, distrust=Distrust.LIES, proofs=0)
    return _proven(probed) if probed.distrust is Distrust.LIES else probed


def _proven(state: UrlState) -> UrlState:
    proofs = state.proofs + 1
    if proofs < PROOFS:
        return replace(state, proofs=proofs)
    return replace(state, proofs=0, churned=0, distrust=Distrust.NONE)


def trust_only(state: UrlState) -> UrlState | None:
    """What is remembered of a list that must be read in full next time: how far its server is believed. None for nothing."""
    kept = UrlState(distrust=state.distrust, proofs=state.proofs, churned=state.churned, probed_at=state.probed_at)
    return kept if kept != UrlState() else None


def fresh_for(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds for which an answer stays fresh by its headers (RFC 9111, section 4.2); None where they do not say.

    Header names in lower case. What caches on the way have used up already (`Age`) is taken off.
    """
    directives = dict(_DIRECTIVE.findall(headers.get("cache-control", "").lower()))
    if directives.keys() & {"no-store", "no-cache"}:
        return 0.0
    if directives.get("max-age"):
        age = headers.get("age", "").strip()
        return max(0.0, float(directives["max-age"]) - (float(age) if age.isdigit() else 0.0))
    expires = headers.get("expires", "").strip()
    if not expires:
        return None
    date = _http_date(headers.get("date", "")) or now
    until = _http_date(expires)
    return max(0.0, (until - date).total_seconds()) if until is not None else 0.0


def _http_date(text: str) -> dt.datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)
