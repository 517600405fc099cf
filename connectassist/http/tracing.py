"""Every request has an id, by which it is found again in the log; how long it took is counted by its route, and in JSON
the log has a line for it. No addresses are told with what stands behind their question mark, nor what was sent."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request

from connectassist.core import clock, logs
from connectassist.core.settings import Settings
from connectassist.core.tallies import Spread, Tally

log = logging.getLogger("connectassist.access")
HEADER = "X-Request-ID"
#: Of what a proxy in front may call a request.
_NAME = re.compile(r"[A-Za-z0-9._:/+=-]{8,80}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
#: What goes by one name, however much of it there is.
SOCKETS, STATIC, UNKNOWN = "socket.io", "static", "unknown"
#: Seconds until an answer began.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Requests:
    """What the requests of this process were, in numbers: `counts` by route, method and class of status, `spreads` of
    how long they took by route and method."""

    def __init__(self) -> None:
        self.counts: Tally = Tally()
        self.spreads: dict[tuple[str, str], Spread] = {}
        self.under_way = 0

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """One is answered. How long a conversation lasts says nothing of how quick we are."""
        self.counts[route, method, f"{status // 100}xx"] += 1
        if status >= 200 and route != SOCKETS:
            spread = self.spreads.get((route, method))
            if spread is None:
                spread = self.spreads[route, method] = Spread(BOUNDS)
            spread.add(seconds)


class Tracing:
    """The outermost WSGI layer: it names, counts and tells of each request."""

    def __init__(self, app: Callable[..., Iterable[bytes]], requests: Requests, settings: Settings) -> None:
        self._app, self._requests = app, requests
        self._is_behind_a_proxy, self._tells = settings.proxy_hops > 0, settings.log_format == "json"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, name = clock.monotonic(), self._name(environ)
        concerning = logs.Concerning(request_id=name)

        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            concerning.facts["status"] = int(status[:3])
            return start_response(status, [*headers, (HEADER, name)], *more)

        self._requests.under_way += 1
        with concerning as facts:
            try:
                return self._app(environ, begin)
            finally:
                self._requests.under_way -= 1
                self._note(environ, facts, clock.monotonic() - began)

    def _name(self, environ: dict[str, Any]) -> str:
        """The proxy's name for the request, where there is one that we trust, or one of our own."""
        given = environ.get("HTTP_X_REQUEST_ID", "") if self._is_behind_a_proxy else ""
        return given if _NAME.fullmatch(given) else secrets.token_hex(16)

    def _note(self, environ: dict[str, Any], facts: dict[str, Any], seconds: float) -> None:
        method = environ.get("REQUEST_METHOD", "")
        facts["method"] = method if method in _METHODS else "OTHER"
        facts["route"] = route = facts.get("route") or _way(environ)
        status = facts.setdefault("status", 101 if "HTTP_UPGRADE" in environ else 500)
        self._requests.add(route, facts["method"], status, seconds)
        if self._tells:
            facts["ms"], facts["address"] = round(seconds * 1000, 1), environ.get("REMOTE_ADDR")
            log.info("%s %s %d", facts["method"], route, status)


def install(app: Flask) -> None:
    """Have requests tell their routes. `wrap` comes when all other layers are on."""
    app.extensions["requests"] = Requests()
    app.before_request(_name_route)


def wrap(app: Flask, settings: Settings) -> None:
    """Put the layer around all others."""
    app.wsgi_app = Tracing(app.wsgi_app, app.extensions["requests"], settings)  # type: ignore[method-assign]


def route() -> str:
    """The running request's route as it was declared: the address itself may hold a session's id or a link's secret."""
    asked = request._get_current_object()  # type: ignore[attr-defined]  # each look through Flask's stand-in costs
    return STATIC if asked.endpoint == "static" else asked.url_rule.rule if asked.url_rule is not None else UNKNOWN


def _name_route() -> None:
    logs.add(route=route())


def _way(environ: dict[str, Any]) -> str:
    """The route of what never came to Flask."""
    return SOCKETS if environ.get("PATH_INFO", "").startswith("/socket.io") else UNKNOWN
