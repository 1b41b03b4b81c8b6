"""Shapes of Chinese article pages by era and publishing system, written by hand with words of our own, and what they say.

None of them is a page of a site: each shows how such pages are built (tables and fonts, portals with rails of links, offices'
publishing systems, applications that ship their text as JSON), clutter included. `SHAPES` lists them all.
"""

from tests.crawler.shapes.applications import APPLICATIONS
from tests.crawler.shapes.model import Shape
from tests.crawler.shapes.offices import OFFICES
from tests.crawler.shapes.portals import PORTALS

SHAPES: tuple[Shape, ...] = (*PORTALS, *OFFICES, *APPLICATIONS)

__all__ = ["SHAPES", "Shape"]
