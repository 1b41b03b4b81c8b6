"""`FakeHub`: a WebSub hub on a fake web, as honest or as odd as a test wants it.

hub = FakeHub(web)                       # at web.url("/hub")
hub.reach["https://me.example/websub"] = "http://127.0.0.1:4711/websub"     # as a reverse proxy would
…                                        # somebody subscribes; the hub asks back in a thread of its own
hub.settled()                            # until it has
hub.deliver(body=b"news")                # signed with the secret that it was given
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from tests.fakeweb.server import FakeRequest, FakeResponse, FakeWeb

Form = Mapping[str, str]


@dataclass(slots=True)
class FakeHub:
    """Behaves as the Recommendation says, save where a field says otherwise."""

    web: FakeWeb
    path: str = "/hub"
    answer: FakeResponse = field(default_factory=lambda: FakeResponse(status=202))
    lease: str = "864000"
    denies: str = ""
    """A reason: it says no instead of asking back."""
    topic: str = ""
    """Lies: asks back for this one."""
    mute: bool = False
    """Accepts, and never asks back."""
    hasty: bool = False
    """Asks back before it answers."""
    reach: dict[str, str] = field(default_factory=dict)
    """Where addresses really are, by how they begin."""
    requests: list[Form] = field(default_factory=list)
    verifications: list[tuple[int, str]] = field(default_factory=list)
    """(status, body) of each answer to its own questions."""
    deliveries: list[int] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.web.add(self.path, self._asked)

    @property
    def url(self) -> str:
        return self.web.url(self.path)

    def settled(self) -> None:
        """Wait until it has asked back whatever it was going to."""
        for thread in self._threads:
            thread.join()

    def ask(self, form: Form, **other: str) -> int:
        """Ask whether a request was meant so; `other` replaces parameters (without `hub.`)."""
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": self.topic or form["hub.topic"],
            "hub.challenge": "challenge-挑战",
            **({"hub.lease_seconds": self.lease} if form["hub.mode"] == "subscribe" else {}),
            **{f"hub.{name}": value for name, value in other.items()},
        }
        answer = httpx.get(self._there(form["hub.callback"]), params=query, timeout=30, trust_env=False)
        self.verifications.append((answer.status_code, answer.text))
        return answer.status_code

    def deliver(
        self,
        form: Form | None = None,
        *,
        body: bytes = b"<rss/>",
        method: str = "sha256",
        secret: str = "",
        topic: str = "",
    ) -> int:
        """Deliver to the last subscriber, or to this one; `secret` and `topic` stand for those it should use."""
        form = form or [f for f in self.requests if f["hub.mode"] == "subscribe"][-1]
        digest = hmac.new((secret or form["hub.secret"]).encode(), body, getattr(hashlib, method)).hexdigest()
        links = f'<{self.url}>; rel="hub", <{topic or form["hub.topic"]}>; rel="self"'
        headers = {"X-Hub-Signature": f"{method}={digest}", "Link": links, "Content-Type": "application/rss+xml"}
        answer = httpx.post(
            self._there(form["hub.callback"]), content=body, headers=headers, timeout=30, trust_env=False
        )
        self.deliveries.append(answer.status_code)
        return answer.status_code

    def _asked(self, request: FakeRequest) -> FakeResponse:
        form = request.form
        self.requests.append(form)
        if not 200 <= self.answer.status < 300 or self.mute:
            return self.answer
        ask = threading.Thread(target=self._ask_back, args=(form,))
        self._threads.append(ask)
        ask.start()
        if self.hasty:
            ask.join()
        return self.answer

    def _ask_back(self, form: Form) -> None:
        if self.denies:
            self.ask(form, mode="denied", reason=self.denies)
        else:
            self.ask(form)

    def _there(self, address: str) -> str:
        for start, place in self.reach.items():
            if address.startswith(start):
                return place + address.removeprefix(start)
        return address
