"""`sources …`: the places that are polled, and those that could be."""

from __future__ import annotations

# Imported for their commands; the order is the order of `--help`.
from monitor.cli.sources import listing, showing, trying, exchange  # noqa: F401  isort: skip
