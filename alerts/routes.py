"""The route tree: who gets an alert with these labels, and why.

A node catches an alert when all its matchers are satisfied. Its children are asked in order; the first that catches
wins and ends the search among its siblings, unless it says `continue_`. Where no child catches, the node itself is the
answer. Receivers and options that a node leaves out are its parent's. (The model is Alertmanager's.) The root catches
everything and names a receiver, so no alert falls through. Matching is pure and never raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from alerts.cadence import Cadence
from alerts.errors import RouteDefinitionError
from alerts.matchers import Labels, Matcher


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteOptions:
    """How to tell it, where a route differs from its parent; None inherits."""

    lang: str | None = None
    """`zh` or `en` for our own words; None at the root: the receiver's."""
    max_copies: int | None = None
    """How many other copies to list at most; None at the root: `render.DEFAULT_COPIES`."""
    cadence: Cadence | None = None
    """When to tell it; None at the root: the receiver's."""

    def under(self, parent: RouteOptions) -> RouteOptions:
        """These options with the gaps filled from the parent's."""
        gaps = {f.name: getattr(parent, f.name) for f in fields(self) if getattr(self, f.name) is None}
        return replace(self, **gaps)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One node of the tree. `name` is for people; it shows in reasons and in `route-test`."""

    name: str = ""
    matchers: tuple[Matcher, ...] = ()
    receivers: tuple[str, ...] = ()
    continue_: bool = False
    options: RouteOptions = RouteOptions()
    routes: tuple[Route, ...] = ()

    def __post_init__(self) -> None:
        for earlier, later in zip(self.routes, self.routes[1:], strict=False):
            if not earlier.matchers and not earlier.continue_:
                raise RouteDefinitionError(
                    f"route {later.name!r} can never match: {earlier.name!r} before it catches everything"
                )


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteMatch:
    """One receiver that gets the alert: by which nodes (root first), for which reasons, with which options."""

    receiver: str
    path: tuple[str, ...]
    reasons: tuple[str, ...]
    options: RouteOptions

    def __str__(self) -> str:
        why = "; ".join(self.reasons) or "everything"
        return f"{self.receiver} by {' > '.join(self.path)} ({why})"


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteTree:
    """A checked tree. Raises RouteDefinitionError for a root that filters or names nobody, and unknown receivers.

    `receivers` are the names that exist.
    """

    root: Route
    receivers: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.root.matchers:
            raise RouteDefinitionError("the root route must catch everything: move its matchers to a child")
        if not self.root.receivers:
            raise RouteDefinitionError("the root route must name a receiver, or alerts would fall through")
        known = set(self.receivers)
        for route in _walk(self.root):
            if unknown := [name for name in route.receivers if name not in known]:
                raise RouteDefinitionError(
                    f"route {route.name!r} names unknown receiver {unknown[0]!r} (known: {', '.join(sorted(known))})"
                )

    def match(self, labels: Labels) -> tuple[RouteMatch, ...]:
        """The receivers for an alert with these labels, each once, in the order of the tree; never empty."""
        found: dict[str, RouteMatch] = {}
        for caught in _descend(self.root, labels, _Inherited()):
            for receiver in caught.receivers:
                match = RouteMatch(receiver=receiver, path=caught.path, reasons=caught.reasons, options=caught.options)
                found.setdefault(receiver, match)
        return tuple(found.values())


def labels_of(pairs: Iterable[tuple[str, str]]) -> Labels:
    """Labels from (name, value) pairs, as `route-test` takes them; a name may come more than once."""
    labels: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        labels[name] = (*labels.get(name, ()), value)
    return labels


@dataclass(frozen=True, kw_only=True, slots=True)
class _Inherited:
    """What a node hands down."""

    path: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    options: RouteOptions = RouteOptions()


def _descend(route: Route, labels: Mapping[str, tuple[str, ...]], parent: _Inherited) -> Iterator[_Inherited]:
    reasons = [matcher.reason(labels) for matcher in route.matchers]
    if None in reasons:
        return
    here = _Inherited(
        path=(*parent.path, route.name or ("root" if not parent.path else "unnamed")),
        reasons=(*parent.reasons, *(reason for reason in reasons if reason is not None)),
        receivers=route.receivers or parent.receivers,
        options=route.options.under(parent.options),
    )
    caught_below = False
    for child in route.routes:
        caught = tuple(_descend(child, labels, here))
        yield from caught
        caught_below = caught_below or bool(caught)
        if caught and not child.continue_:
            break
    if not caught_below:
        yield here


def _walk(route: Route) -> Iterator[Route]:
    yield route
    for child in route.routes:
        yield from _walk(child)
