"""What a response or an exception of the downloader means, as a `FetchFailure`. Pure."""

from __future__ import annotations

from dataclasses import replace

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.addresses import OPENED_BY_ALLOW_PRIVATE
from crawler.connecting import AddressRefusedError
from crawler.download import AbortedError, HostRestingError, RobotsForbiddenError, RobotsUnknownError
from crawler.items import FailureKind, FetchFailure, Gravity

_TLS_HINT = "set verify_tls: false if its certificate chain is known to be broken"
_REST_HINT = "rest for hours; do not work around it"
_STATUS_HINTS = {
    401: "the address needs a login",
    403: "the site refuses us; look at it in a browser, it may be blocked abroad",
    404: "the address is gone; mend it",
    410: "the address is gone; mend it",
    412: "an anti-bot gate; disable the source",
    416: "an anti-bot gate; disable the source",
    429: "asked too often; raise the delay",
    451: "blocked for legal reasons",
    521: "an anti-bot gate; disable the source",
}
_PERMANENT = frozenset(
    {
        FailureKind.ADDRESS,
        FailureKind.ROBOTS,
        FailureKind.TOO_LARGE,
        FailureKind.EXTRACTION,
        FailureKind.SHAPE,
        FailureKind.BUG,
    }
)
_GONE = ("HTTP 404", "HTTP 410")
_REFUSED = tuple(f"HTTP {status}" for status in (400, 401, 402, 403, 404, 405, 406, 410, 412, 416, 451, 521))


def of_status(url: str, status: int, *, is_list: bool, retry_after: float | None = None) -> FetchFailure:
    """A status that is no success."""
    hint = _STATUS_HINTS.get(status, "the server fails; try later" if status >= 500 else "")
    return FetchFailure(
        url=url,
        kind=FailureKind.HTTP_ERROR,
        detail=f"HTTP {status}",
        hint=hint,
        retry_after=retry_after,
        is_list=is_list,
    )


def of_block(url: str, reason: str, *, is_list: bool, retry_after: float | None = None) -> FetchFailure:
    """A ban or captcha page."""
    return FetchFailure(
        url=url, kind=FailureKind.BLOCKED, detail=reason, hint=_REST_HINT, retry_after=retry_after, is_list=is_list
    )


def of_exception(url: str, error: BaseException | None, *, is_list: bool) -> FetchFailure | None:
    """A failed download; None for an exception that is nobody's network fault (a bug, to be logged)."""
    if isinstance(error, HostRestingError):
        if error.blocked:
            return of_block(url, error.reason, is_list=is_list, retry_after=error.retry_after)
        return FetchFailure(
            url=url,
            kind=FailureKind.HTTP_ERROR,
            detail=error.reason,
            hint="wait as long as the server asks",
            retry_after=error.retry_after,
            is_list=is_list,
        )
    if isinstance(error, RobotsUnknownError):
        # Whatever is wrong with the host is what the operator is told, and what decides when it is asked again.
        detail = f"{error.failure.detail} (it was asked for its robots.txt, without which nothing is fetched)"
        return replace(error.failure, url=url, is_list=is_list, detail=detail)
    kind, detail, hint = _described(error)
    if kind is None:
        return None
    return FetchFailure(url=url, kind=kind, detail=detail, hint=hint, is_list=is_list)


def is_permanent(failure: FetchFailure) -> bool:
    """Whether asking again at the next poll is pointless: the list may then count as read."""
    return failure.kind in _PERMANENT or (failure.kind == FailureKind.HTTP_ERROR and failure.detail.startswith(_GONE))


def gravity(failure: FetchFailure) -> Gravity:
    """What can be hoped for after `failure`."""
    if failure.kind is FailureKind.EMPTY:
        return Gravity.SOFT
    refused = failure.kind is FailureKind.HTTP_ERROR and failure.detail.startswith(_REFUSED)
    bad_certificate = failure.kind is FailureKind.UNREACHABLE and failure.hint == _TLS_HINT
    return Gravity.HARD if failure.kind in _PERMANENT or refused or bad_certificate else Gravity.TEMPORARY


def _described(error: BaseException | None) -> tuple[FailureKind | None, str, str]:
    text = str(error)
    if isinstance(error, RobotsForbiddenError):
        return FailureKind.ROBOTS, text, "obey it, or set obey_robots off for a site of your own"
    if isinstance(error, AddressRefusedError):
        opened = error.kind in OPENED_BY_ALLOW_PRIVATE
        hint = (
            "if it is yours, or a local proxy answers all names so, set allow_private: true on this source"
            if opened
            else "no source is let there; mend the link or the DNS record"
        )
        return FailureKind.ADDRESS, text, hint
    if isinstance(error, AbortedError):
        return FailureKind.DEADLINE, "the crawl's time was up", "raise its deadline, or lower max_articles"
    if isinstance(error, DownloadCancelledError) or (isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in text):
        return FailureKind.TOO_LARGE, "the body is over the cap", "raise max_body if the page is worth it"
    if isinstance(error, IgnoreRequest):
        loop = "max redirections" in text
        return FailureKind.HTTP_ERROR, "it redirects in a circle" if loop else text, "look at the address in a browser"
    if isinstance(error, ResponseDataLossError):
        return FailureKind.UNREACHABLE, "the connection broke before the body was whole", "try later"
    if isinstance(error, DownloadTimeoutError):
        return FailureKind.UNREACHABLE, "no whole answer in time", "try later"
    if isinstance(error, CannotResolveHostError):
        return FailureKind.UNREACHABLE, f"the host name has no address ({text})", "check the address and the network"
    if isinstance(error, DownloadConnectionRefusedError):
        return FailureKind.UNREACHABLE, "the connection was refused", "try later"
    if isinstance(error, UnsupportedURLSchemeError):
        return FailureKind.HTTP_ERROR, text, "only http and https are fetched"
    if isinstance(error, (DownloadFailedError, OSError)) or type(error).__module__.startswith(("twisted.", "OpenSSL.")):
        tls = "SSL" in text or "certificate" in text.lower() or "TLS" in text
        hint = _TLS_HINT if tls else "try later"
        return FailureKind.UNREACHABLE, f"{type(error).__name__}: {text}", hint
    return None, text, ""
