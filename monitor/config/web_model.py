"""The section `web` of `config.yaml`: the page of the running daemon, for health checks and metrics."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from monitor.config.section import Section

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
"""Names by which the machine itself calls a server on it; always answered."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")


class WebConfig(Section):
    """The daemon's own pages: `/healthz`, `/readyz` and `/metrics`. They ask for no login."""

    enabled: bool = True
    """Serve them while `baoxun run` works."""
    host: str = "127.0.0.1"
    """Address to listen on. Any other than this machine's own needs `allowed_hosts`."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8642
    """Port to listen on; 0 takes a free one, which the log tells."""
    allowed_hosts: tuple[str, ...] = ()
    """Names and addresses, without port, by which others may call it, such as `baoxun.lan`; a request for any other
    name is refused. `localhost` and loopback addresses are always allowed."""

    @field_validator("allowed_hosts")
    @classmethod
    def _plain_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(name.strip("[]").lower() for name in value)
        for name in names:
            if not (_is_address(name) or _NAME.fullmatch(name)):
                raise ValueError(f"{name!r} is no host name; write it without scheme, port, path and wildcards")
        return names

    @model_validator(mode="after")
    def _not_open_by_accident(self) -> WebConfig:
        """There is no login, and a page that answers to any name is open to DNS rebinding."""
        if self.enabled and not self.is_local and not self.allowed_hosts:
            raise ValueError(
                f"`host: {self.host}` lets other machines in, and these pages ask for no login: write in `allowed_hosts` "
                "the names by which they may call it, and put a proxy with a login in front; or keep 127.0.0.1"
            )
        return self

    @property
    def is_local(self) -> bool:
        """Whether it listens to this machine only."""
        return self.host in LOOPBACK_NAMES or (_is_address(self.host) and ipaddress.ip_address(self.host).is_loopback)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
