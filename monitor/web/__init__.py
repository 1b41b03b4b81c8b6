"""The daemon's own pages: health, readiness and metrics, served from its loop. What people look at joins as further routers."""

from monitor.web.app import create_app
from monitor.web.health import Watched
from monitor.web.server import WebServer, WebServerError
from monitor.web.site import Shown, Site

__all__ = ["Shown", "Site", "Watched", "WebServer", "WebServerError", "create_app"]
