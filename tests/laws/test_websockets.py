"""Plain WebSockets stand behind the same door as routes: who may call is declared, and a plain GET meets it too."""

from __future__ import annotations

from flask import Flask, g

from connectassist.http import guard
from connectassist.realtime import websockets

#: WebSockets that anyone may open, with what proves them instead.
PUBLIC: dict[str, str] = {
    "/ws": "a sign-in, in the request or in a first message; until then it hears nothing",
    "/ws/device": "the device's secret or token; without it the line is closed at once",
    "/api/v1/device/ws": "the same, at the address that the real agent calls",
    "/ws/customer": "the customer's token, in the request or in a first message; until then it hears nothing",
    "/api/v1/customer/ws": "the same, at the address that the original's portal calls",
}


def badly_mounted(app: Flask) -> list[str]:
    """WebSocket addresses that don't say who may call, that a plain request can't find, or that anyone may open."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.websocket]
    plain = {rule.rule for rule in app.url_map.iter_rules() if not rule.websocket}
    views = {rule.rule: app.view_functions[rule.endpoint] for rule in rules}
    return [path for path, view in views.items()
            if path not in plain or not getattr(view, "is_websocket", False)
            or (getattr(view, "who_may", guard.ANYONE) == guard.ANYONE and path not in PUBLIC)]


def test_every_websocket_is_mounted_behind_the_door(app: Flask) -> None:
    assert any(rule.websocket for rule in app.url_map.iter_rules())
    assert not badly_mounted(app)


def test_one_beside_the_door_is_caught(app: Flask) -> None:
    app.add_url_rule("/api/forgotten", "forgotten", lambda: "open", websocket=True)
    assert badly_mounted(app) == ["/api/forgotten"]


def test_pages_of_other_sites_are_refused_before_the_handshake(app: Flask) -> None:
    """A browser sends the cookie along whoever asks, so `upgrade` itself looks at the origin."""
    said = {"Upgrade": "websocket", "Connection": "Upgrade", "Origin": "https://evil.example"}
    with app.test_request_context("/websockify", headers=said):
        g.pop("principal", None)
        try:
            websockets.upgrade(lambda line: None)
        except guard.errors.CsrfFailed:
            return
    raise AssertionError("a foreign page may open a WebSocket")
