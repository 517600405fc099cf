"""Laws 2 and 5: every route says who may call it, and views are short."""

from __future__ import annotations

import ast

from flask import Flask

from connectassist.http import guard
from tests.laws.source import SERVER, named, python_files, tree_of

LONGEST_VIEW = 12
RULES = {guard.ANYONE, guard.SIGNED_IN, guard.STAFF, guard.TECHNICIAN, guard.ADMIN, guard.DEVICE,
         guard.CUSTOMER}

#: Every route that answers callers without sign-in, with what proves them instead. A route joins this list by
#: a decision, not by accident.
PUBLIC = {
    "GET /": "the portal",
    "GET /favicon.ico": "an icon",
    "GET /support": "the portal",
    "GET /support/<session_id>": "the portal",
    "GET /share": "the portal",
    "POST /api/portal/chat": "what is everybody's is told; a conversation's id goes on with it",
    "POST /api/portal/chat/feedback": "the id of the conversation",
    "POST /api/share/doors": "a support code, or the sessionId",
    "POST /api/share": "a support code, or the sessionId",
    "GET /api/share": "the browser's own secret",
    "DELETE /api/share": "the browser's own secret",
    "POST /api/share/installer": "the browser's own secret",
    "GET /api/auth/callback": "the way back from a sign-in provider",
    "GET /api/auth/login": "leads to the sign-in provider or the login page",
    "GET /api/auth/logout": "signing out needs no sign-in",
    "POST /api/auth/logout": "signing out needs no sign-in",
    "POST /api/auth/local/login": "a password",
    "POST /api/auth/local/register": "makes customers only",
    "POST /api/auth/login": "a password",
    "POST /api/auth/register": "makes customers only, unless an administrator asks",
    "GET /api/devices/pending/<device_id>": "the device's secret",
    "POST /api/devices/register": "the device's secret, or a device that isn't known yet",
    "POST /api/enrollment/enroll": "a one-time token",
    "POST /api/v1/device/register": "a one-time activation code, wrong ones limited",
    "POST /api/v1/device/auth": "the device's secret, wrong ones limited",
    "GET /ws/device": "a WebSocket: the device's secret or token, or it is closed at once",
    "GET /api/v1/device/ws": "a WebSocket: the device's secret or token, or it is closed at once",
    "GET /ws/customer": "a WebSocket: the customer's token, or nothing is said and it is closed",
    "GET /ws": "a WebSocket: a sign-in, or nothing is said and it is closed",
    "GET /api/v1/customer/ws": "a WebSocket: the customer's token, or nothing is said and it is closed",
    "GET /api/enrollment/status/<device_id>": "the device's secret",
    "POST /api/tickets": "the device's secret, or a sign-in",
    "GET /install/<token>": "an unguessable link, wrong ones limited",
    "GET /install/<token>/download": "an unguessable link, wrong ones limited",
    "GET /api/installer/package": "a one-time token, wrong ones limited",
    "GET /api/sessions/<session_id>": "the sessionId",
    "POST /api/sessions/<session_id>/approval": "the sessionId or the device's secret",
    "PATCH /api/sessions/<session_id>/settings": "the sessionId or the device's secret",
    "POST /api/sessions/assign": "the device's secret, or a device that isn't known yet",
    "POST /api/sessions/register": "the sessionId or the device's secret",
    "GET /health": "tells that the server answers",
    "GET /healthz": "tells that the server answers",
    "GET /readyz": "tells whether the database and Redis answer, and nothing of them",
    "GET /api/checkup/seen": "a proof of the server's own secret key, good for a minute",
    "GET /metrics": "the token of the settings, or an administrator's sign-in",
    "GET /version": "tells which version runs",
    "POST /api/admin/login": "a password",
    "POST /api/admin/auto-login": "a trusted computer, refused otherwise",
    "GET /docs": "the API's documentation",
    "GET /redoc": "the API's documentation",
    "GET /openapi.json": "the API's documentation",
    "GET /login": "the login page",
    "GET /api/status": "tells how the server is",
    "GET /api/version": "tells which version runs",
    "GET /api/turn-servers": "the real clients of 001 ask without proof",
    "GET /api/websocket/info": "tells where the socket is",
    "GET /api/bridge/<session_id>/messages": "the sessionId, or the device's secret, or a sign-in",
    "POST /api/bridge/<session_id>/messages": "the sessionId or the device's secret",
    "POST /api/bridge/<session_id>/stop": "the sessionId or the device's secret",
    "GET /api/bridge/<session_id>/files": "the sessionId, or the device's secret, or a sign-in",
    "GET /api/bridge/<session_id>/files/<file_id>/download": "the sessionId, or the device's secret, or a sign-in",
    "POST /api/bridge/<session_id>/files/upload": "the sessionId or the device's secret",
    "GET /customer/xp-chat.html": "a page that tells nothing of the session",
    "GET /api/files/session/<session_id>": "the device's secret, or a sign-in",
    "GET /api/llm/config": "tells which model answers, as contract 000 has it; nothing secret",
    "GET /api/llm/models": "tells which model answers, as contract 000 has it; nothing secret",
    "GET /api/health": "tells that the server answers",
    "POST /api/deploy": "the deploy key, or the signature of a webhook, wrong ones limited; off unless set",
    "POST /api/customer/installer": "a support code",
    "POST /api/track-download": "a support code",
    "GET /api/support-code/<code>/validate": "a support code",
    "GET /api/client/generate/<code>": "a support code",
    "GET /downloads/<name>": "an unguessable package name",
    "GET /api/packages/manifest/<session_id>": "the sessionId",
    "GET /api/packages/download/<session_id>": "the sessionId",
    "GET /s/<link>": "an unguessable short code, wrong ones limited",
    "GET /<string(length=5):link>": "an unguessable short code, wrong ones limited",
    "GET /api/helper/update-info": "tells which version is the newest",
    "GET /api/helper/download/<platform>": "installers hold no secret",
    "POST /api/files/upload": "the device's secret, or a sign-in",
    "GET /api/files/download/<file_id>": "an unguessable fileId",
    "GET /api/sessions/<session_id>/messages": "the device's secret, or a sign-in",
}


def public_routes(app: Flask) -> set[str]:
    """`METHOD /path` of every route that anyone may call."""
    return {f"{method} {rule.rule}" for rule in app.url_map.iter_rules()
            if getattr(app.view_functions[rule.endpoint], "who_may", None) == guard.ANYONE
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def undeclared_routes(app: Flask) -> list[str]:
    """Routes whose view doesn't say who may call it."""
    return [str(rule) for rule in app.url_map.iter_rules() if rule.endpoint != "static"
            and getattr(app.view_functions[rule.endpoint], "who_may", None) not in RULES]


def long_views(tree: ast.Module, *, longest: int = LONGEST_VIEW) -> list[str]:
    """Decorated functions (views and socket handlers) whose body is too long."""
    return [f"{node.name}: {length} lines" for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.decorator_list and (length := _length(node)) > longest]


def _length(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    assert not undeclared_routes(app)


def test_the_public_routes_are_those_of_the_list(app: Flask) -> None:
    assert public_routes(app) == set(PUBLIC)


def test_a_route_without_a_rule_is_caught_and_closed(app: Flask) -> None:
    app.add_url_rule("/api/forgotten", "forgotten", lambda: "open")
    assert undeclared_routes(app) == ["/api/forgotten"]
    app.testing = False
    assert app.test_client().get("/api/forgotten").status_code == 500


def test_views_and_handlers_are_short() -> None:
    entries = [path for path in python_files(SERVER / "features", SERVER / "web")
               if path.stem in ("routes", "events", "downloads") or path.is_relative_to(SERVER / "web")]
    breaches = [f"{named(path)} {breach}" for path in entries for breach in long_views(tree_of(path))]
    assert not breaches, "\n".join(breaches)


def test_a_long_view_is_caught() -> None:
    body = "".join(f"    x = {number}\n" for number in range(LONGEST_VIEW + 1))
    assert long_views(ast.parse(f"@get\ndef view():\n    '''Say.'''\n{body}"))
    assert not long_views(ast.parse(f"def verb():\n{body}"))


def test_every_view_says_what_it_does(app: Flask) -> None:
    silent = [rule.rule for rule in app.url_map.iter_rules()
              if rule.endpoint != "static" and not app.view_functions[rule.endpoint].__doc__]
    assert not silent
