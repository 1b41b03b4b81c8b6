"""A token that an interface hands to every visitor before it answers: asked for once a visit, shown with each request.

Option `token` of an api source: `url`, `method` (default POST), `path` (where in the JSON reply the token stands) and
`header` (the request header that carries it). Nothing is signed or computed: an interface that wants more is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.encoding import decode
from crawler.items import FailureKind
from crawler.spiders.base import Answer, Options, Poll, RefusedError, ShapeError
from crawler.spiders.jsonpath import MissingPathError, get_path, load_json


@dataclass(frozen=True, kw_only=True, slots=True)
class Handshake:
    """Where the token comes from and where it goes."""

    url: str
    path: str
    header: str
    method: str = "POST"

    @classmethod
    def read(cls, options: Options) -> Handshake | None:
        """The option, None if it is not given; `SourceDefinitionError` where it cannot be read."""
        given = options.table("token")
        if not given:
            return None
        allowed = {"url", "path", "header", "method"}
        if not allowed - {"method"} <= set(given) <= allowed or not all(
            isinstance(v, str) and v for v in given.values()
        ):
            raise options.error("option 'token' has url, path, header and, if it is not POST, method")
        return cls(**given)

    def poll(self, headers: Mapping[str, str]) -> Poll:
        """The request for the token."""
        return Poll(url=self.url, method=self.method.upper(), headers=headers)

    def headers(self, answer: Answer) -> dict[str, str]:
        """The header to send from now on; `ShapeError` or `RefusedError` where the reply holds no token."""
        text = decode(answer.body, content_type=answer.content_type).text
        try:
            token = get_path(load_json(text), self.path)
        except (ValueError, MissingPathError) as error:
            raise ShapeError(f"no token at {self.path!r}: {text[:80]}") from error
        if not isinstance(token, str) or not token.strip():
            raise RefusedError(
                f"the token at {self.path!r} is empty: {text[:80]}",
                FailureKind.HTTP_ERROR,
                "try later; look at the site",
            )
        return {self.header: token.strip()}
