"""From a URL to a typed article: fetches politely, reads pages, and knows nothing of relevance, storage or schedules."""

from crawler.errors import ExtractionError
from crawler.extract import extract_page

__all__ = ["ExtractionError", "extract_page"]
