"""`/websub/…`: where hubs ask whether a subscription is ours, and deliver. The only path that the world may reach.

Answers say as little as the Recommendation lets them: 404 where nothing is known, 202 to whatever is delivered to an address
that is known, believed or not, 410 where the subscription is over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from monitor.errors import MonitorError
from monitor.websub import Answer, AnswerKind, Delivered

log = structlog.get_logger()

PREFIX = "/websub/"
BODY_CAP = 1024 * 1024
"""Bytes of a delivery that are taken: its content is not read, only its signature is checked."""
LONGEST_TOKEN = 100
RETRY_AFTER = "60"
_STATUS = {Delivered.UNKNOWN: 404, Delivered.GONE: 410}


class Hearing(Protocol):
    """Who decides: `monitor.subscribing.Subscribing`."""

    def verify(self, token: str, query: dict[str, str]) -> Awaitable[Answer]:
        """The answer to a hub's question."""

    def delivered(self, token: str, signature: str, links: list[str], body: bytes) -> Awaitable[Delivered]:
        """What a delivery is."""


def websub_router(hearing: Callable[[], Hearing | None]) -> APIRouter:
    """The routes; `hearing` gives who decides now, None while no hub is asked for anything."""
    router = APIRouter()

    @router.get(f"{PREFIX}{{token}}")
    async def asked(token: str, request: Request) -> Response:
        who = hearing()
        if who is None or len(token) > LONGEST_TOKEN:
            return Response(status_code=404)
        try:
            answer = await who.verify(token, dict(request.query_params))
        except MonitorError as exc:
            return _not_now(exc)
        if answer.kind is AnswerKind.YES:
            return PlainTextResponse(answer.challenge)
        return Response(status_code=200 if answer.kind is AnswerKind.NOTED else 404)

    @router.post(f"{PREFIX}{{token}}")
    async def delivered(token: str, request: Request) -> Response:
        who = hearing()
        if who is None or len(token) > LONGEST_TOKEN:
            return Response(status_code=404)
        signature, links = request.headers.get("x-hub-signature", ""), request.headers.getlist("link")
        try:
            found = await who.delivered(token, signature, links, await request.body())
        except MonitorError as exc:
            return _not_now(exc)
        return Response(status_code=_STATUS.get(found, 202))

    return router


def _not_now(exc: MonitorError) -> Response:
    """A hub that is told so tries again."""
    log.error("a hub could not be answered", problem=str(exc))
    return Response(status_code=503, headers={"Retry-After": RETRY_AFTER})
