"""From the configuration to the rules of the alerts package: who gets what, and what keeps quiet about what."""

from __future__ import annotations

from collections.abc import Iterator

from alerts import AlertsError, Calendar, Inhibition, Receiver, Route, RouteOptions, RouteTree, Rules, parse_matcher
from monitor.config.alerts_model import AlertsConfig, InhibitConfig, RouteConfig
from monitor.config.channel_building import build_cadence
from monitor.config.model import Config
from monitor.errors import ConfigError, ConfigProblem


def build_routes(config: Config) -> RouteTree:
    """The route tree. Raises `ConfigError` for a matcher that cannot be read or a route that can never match."""
    try:
        return RouteTree(root=_route(config.alerts.route), receivers=tuple(r.name for r in config.alerts.receivers))
    except AlertsError as exc:
        raise ConfigError("configuration", (ConfigProblem("alerts.route", None, str(exc), ""),)) from exc


def build_rules(config: Config, receivers: tuple[Receiver, ...], calendar: Calendar) -> Rules:
    """Everything that decides who is told what and when. Raises `ConfigError`."""
    if problems := tuple(_unknown_receivers(config.alerts)):
        raise ConfigError("configuration", problems)
    try:
        inhibitions = tuple(_inhibition(rule) for rule in config.alerts.inhibit)
    except AlertsError as exc:
        raise ConfigError("configuration", (ConfigProblem("alerts.inhibit", None, str(exc), ""),)) from exc
    return Rules(
        routes=build_routes(config),
        receivers={receiver.name: receiver for receiver in receivers},
        inhibitions=inhibitions,
        calendar=calendar,
    )


def _unknown_receivers(alerts: AlertsConfig) -> Iterator[ConfigProblem]:
    known = [receiver.name for receiver in alerts.receivers]
    for where, names in (
        ("alerts.operators.receivers", alerts.operators.receivers),
        ("alerts.deadlines.escalate_to", alerts.deadlines.escalate_to),
    ):
        for name in names:
            if name not in known:
                yield ConfigProblem(where, None, f"no receiver is called {name!r}", f"known: {', '.join(known)}")


def _inhibition(rule: InhibitConfig) -> Inhibition:
    return Inhibition(
        name=rule.name,
        when=tuple(parse_matcher(sentence) for sentence in rule.when),
        then=tuple(parse_matcher(sentence) for sentence in rule.then),
        equal=rule.equal,
        within=rule.within,
    )


def _route(route: RouteConfig) -> Route:
    return Route(
        name=route.name,
        matchers=tuple(parse_matcher(sentence) for sentence in route.match),
        receivers=route.receivers,
        continue_=route.continue_,
        options=RouteOptions(cadence=build_cadence(route.deliver) if route.deliver is not None else None),
        routes=tuple(_route(child) for child in route.routes),
    )
