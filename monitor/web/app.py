"""The web application: routers behind the guards, every error as JSON. It knows nothing of what the routers show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from monitor.web.guards import BodyCap, KnownHost, SafeHeaders, WholeAnswer


def create_app(
    routers: Sequence[APIRouter], *, allowed_hosts: Collection[str] = (), larger_bodies: Mapping[str, int] | None = None
) -> FastAPI:
    """An application of these routers. `allowed_hosts` are the names, besides loopback, by which it may be called;
    `larger_bodies` the bytes that requests to paths that begin so may carry, beyond what all may."""
    app = FastAPI(
        title="baoxun",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={
            HTTPException: _refused,
            RequestValidationError: _misread,
        },
    )
    for router in routers:
        app.include_router(router)
    # The last one added is met first: whoever may not call is told nothing else.
    app.add_middleware(WholeAnswer)
    app.add_middleware(BodyCap, larger=larger_bodies)
    app.add_middleware(KnownHost, names=tuple(allowed_hosts))
    app.add_middleware(SafeHeaders)
    return app


async def _refused(_request: Request, exc: Any) -> Response:
    return JSONResponse({"error": exc.detail}, status_code=exc.status_code, headers=exc.headers)


async def _misread(_request: Request, exc: Any) -> Response:
    problems = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()]
    return JSONResponse({"error": "; ".join(problems)}, status_code=422)
