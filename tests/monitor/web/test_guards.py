"""What every request passes: only names of ours are answered, bodies are small, no error tells what is inside."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, Request
from hypothesis import given
from hypothesis import strategies as st

from monitor.web.app import create_app
from monitor.web.guards import BODY_CAP, HEADERS, host_of

SECRET = "key-that-nobody-may-see"
router = APIRouter()


@router.get("/page")
async def page() -> dict[str, bool]:
    return {"ok": True}


@router.post("/form")
async def form(request: Request) -> int:
    return len(await request.body())


@router.get("/number")
async def number(n: int) -> int:
    return n


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError(SECRET)


@pytest.fixture
async def asked() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app([router], allowed_hosts=["baoxun.lan", "fd00::7"])
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8642") as client:
        yield client


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8642", "localhost:1", "LOCALHOST", "[::1]:8642", "baoxun.lan", "Baoxun.LAN:80",
             "127.1.2.3", "[fd00::7]:8642"],
)  # fmt: skip
async def test_names_of_ours_are_answered(asked: httpx.AsyncClient, host: str) -> None:
    assert (await asked.get("/page", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8642", "localhost.evil.example", "127.0.0.1.evil.example", "", "10.0.0.1",
             "baoxun.lan.evil.example", "[::2]:8642", "2130706433", "0.0.0.0", "[", "a:b:c"],
)  # fmt: skip
async def test_other_names_are_not(asked: httpx.AsyncClient, host: str) -> None:
    """A page in a browser on this machine may make any name of its own lead here (DNS rebinding)."""
    answer = await asked.get("/page", headers={"host": host})
    assert answer.status_code == 421
    assert answer.json() == {"error": "this name is not one of `web.allowed_hosts`"}


async def test_two_names_are_none(asked: httpx.AsyncClient) -> None:
    headers = [("host", "localhost"), ("host", "evil.example")]
    assert (await asked.get("/page", headers=headers)).status_code == 421


@pytest.mark.parametrize(("path", "status"), [("/page", 200), ("/broken", 500), ("/nothing", 404), ("/docs", 404),
                                              ("/openapi.json", 404), ("/number?n=x", 422)])  # fmt: skip
async def test_every_answer_is_guarded_and_every_error_is_json(
    asked: httpx.AsyncClient, path: str, status: int
) -> None:
    """Also that of a bug, which tells nothing of what is inside; no documentation is served to strangers."""
    answer = await asked.get(path)
    assert answer.status_code == status
    assert HEADERS.items() <= dict(answer.headers).items()
    assert SECRET not in answer.text
    assert status == 200 or list(answer.json()) == ["error"]


async def test_a_refused_name_is_guarded_too(asked: httpx.AsyncClient) -> None:
    answer = await asked.get("/page", headers={"host": "evil.example"})
    assert HEADERS.items() <= dict(answer.headers).items()


async def test_other_methods_are_refused(asked: httpx.AsyncClient) -> None:
    answer = await asked.post("/page")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


async def test_a_body_is_taken_up_to_its_cap(asked: httpx.AsyncClient) -> None:
    assert (await asked.post("/form", content=b"x" * BODY_CAP)).json() == BODY_CAP
    assert (await asked.post("/form", content=b"x" * (BODY_CAP + 1))).status_code == 413


async def test_a_body_that_does_not_say_its_length_is_counted(asked: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 4096

    answer = await asked.post("/form", content=endless())
    assert (answer.status_code, answer.json()) == (413, {"error": f"more than {BODY_CAP} bytes"})


@pytest.mark.parametrize("length", ["-1", "x", "9" * 400])
async def test_a_length_that_is_none_is_refused(asked: httpx.AsyncClient, length: str) -> None:
    answer = await asked.post("/form", headers={"content-length": length}, content=b"x")
    assert answer.status_code == 413


@given(st.from_regex(r"[a-z0-9.-]+", fullmatch=True), st.integers(0, 65535))
def test_a_port_never_changes_the_name(name: str, port: int) -> None:
    assert host_of(f"{name}:{port}") == host_of(name) == name
    assert host_of(f"[fe80::{port:x}]:{port}") == f"fe80::{port:x}"
