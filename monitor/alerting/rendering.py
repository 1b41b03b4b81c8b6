"""The renderer with the trade's own words for what alerts are grouped by."""

from __future__ import annotations

from alerts import Renderer
from monitor import phrases


def build_renderer() -> Renderer:
    """Compiled once and shared: it prints labels as people call them."""
    return Renderer(group_by=("topic", "stage", "update"), name_of=lambda label, value, lang: phrases.name(value, lang))
