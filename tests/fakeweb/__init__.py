"""A real web server on loopback for tests: replicas of the sites that are watched, and every way a server can misbehave."""

from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb, Handler

__all__ = ["FakeRequest", "FakeResponse", "FakeWeb", "Handler"]
