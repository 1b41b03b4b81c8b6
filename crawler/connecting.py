"""Connects to checked addresses only: each name is resolved once, its addresses are judged, and one of those is connected to.

The check stands inside the name resolution that the connection itself waits for, so a name that answers differently the
next time (DNS rebinding) has nothing to gain: there is no next time. Every connection of a crawl comes from a `CheckedPool`:
pages, robots.txt, redirects, files. What resolves a name on the reactor without coming from there gets public addresses only.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from scrapy.exceptions import IgnoreRequest
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.addresses import STRICT, AddressKind, Guard


class AddressRefusedError(IgnoreRequest):
    """The host stands at an address that this source may not be led to."""

    def __init__(self, host: str, address: str, kind: AddressKind) -> None:
        self.host, self.address, self.kind = host, address, kind
        where = host if host == address else f"{host} ({address})"
        super().__init__(f"{where} is a {kind} address")


@dataclass(slots=True)
class _Attempt:
    """One new connection: what it may reach, and what it was kept from."""

    guard: Guard
    error: AddressRefusedError | None = None

    def explain(self, failure: Failure) -> Failure:
        """To Twisted a host without permitted addresses has none; the true reason is told."""
        return Failure(self.error) if self.error is not None else failure  # type: ignore[no-untyped-call]


_ATTEMPT: ContextVar[_Attempt | None] = ContextVar("_ATTEMPT", default=None)


class CheckedPool(HTTPConnectionPool):
    """A pool of connections under one `Guard`; a connection that is used again was checked when it was made."""

    def __init__(self, reactor: Any, guard: Guard, *, per_host: int) -> None:
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = per_host
        self._guard = guard
        install_checks(reactor)

    # Twisted has one place where connections are made, also for one that a kept connection was lost under; it resolves
    # the name before it returns. tests/crawler/test_connecting.py fails if that changes.
    def _newConnection(self, key: Hashable, endpoint: Any) -> Deferred[Any]:  # noqa: N802
        attempt = _Attempt(self._guard)
        token = _ATTEMPT.set(attempt)
        try:
            result: Deferred[Any] = super()._newConnection(key, endpoint)
        finally:
            _ATTEMPT.reset(token)
        return result.addErrback(attempt.explain)


@implementer(IHostnameResolver)
class CheckedResolver:
    """Passes on the addresses of `inner` (an `IHostnameResolver`) that the connection under way may reach."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """As the interface says."""
        attempt = _ATTEMPT.get() or _Attempt(STRICT)
        receiver = _CheckedReceiver(resolutionReceiver, attempt, hostName, portNumber)
        resolution: IHostResolution = self.inner.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return resolution


@implementer(IResolutionReceiver)
@dataclass(slots=True)
class _CheckedReceiver:
    receiver: Any
    attempt: _Attempt
    host: str
    port: int
    _passed: bool = False

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803
        self.receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Pass `address` on if it may be connected to; what is neither IPv4 nor IPv6 may not."""
        written = getattr(address, "host", None)
        if not isinstance(written, str):
            return
        kind = self.attempt.guard.refused(self.host, self.port, ipaddress.ip_address(written.partition("%")[0]))
        if kind is not None:
            if not self._passed and self.attempt.error is None:
                self.attempt.error = AddressRefusedError(self.host, written, kind)
            return
        self._passed, self.attempt.error = True, None
        self.receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.receiver.resolutionComplete()


def install_checks(reactor: Any) -> CheckedResolver:
    """Put a `CheckedResolver` before the reactor's own; does nothing where one stands already."""
    resolver = reactor.nameResolver
    if not isinstance(resolver, CheckedResolver):
        resolver = CheckedResolver(resolver)
        reactor.installNameResolver(resolver)
    return resolver
