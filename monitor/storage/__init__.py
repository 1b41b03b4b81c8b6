"""Storage: SQLModel tables on SQLite or PostgreSQL; table rows never leave this folder."""

from monitor.storage.database import Database, hide_password
from monitor.storage.schema import found_revision, upgrade, wanted_revision
from monitor.storage.store import Store, UnitOfWork

__all__ = ["Database", "Store", "UnitOfWork", "found_revision", "hide_password", "upgrade", "wanted_revision"]
