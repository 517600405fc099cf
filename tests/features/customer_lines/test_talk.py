"""Who may open a customer's line, what may be said over it, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import websocket
from flask import Flask

from connectassist.core.errors import RateLimited
from connectassist.features.customer_lines import talk
from connectassist.features.customer_lines.service import CustomerLine
from connectassist.identity import tokens
from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, PASSWORD, Member
from tests.features.customer_lines.conftest import Portal

GATEWAY = "connectassist.gateway"


def test_every_way_to_sign_in(portal: Portal) -> None:
    token = portal.customer.token
    ways: list[tuple[str, dict[str, Any]]] = [
        *((f"/ws/customer?{name}={token}", {}) for name in ("token", "access_token", "jwt")),
        ("/api/v1/customer/ws", {"header": {"Authorization": f"Bearer {token}"}}),
        ("/ws/customer", {"cookie": f"remote.sid={token}", "origin": portal.server.url}),
        ("/ws/customer", {"subprotocols": [f"auth-{token}"]}), ("/ws/customer", {"subprotocols": ["bearer", token]}),
        ("/ws/customer", {"subprotocols": [GATEWAY, token]}),
    ]
    chosen = []
    for path, options in ways:
        line = portal.opens(path, **options)
        assert line.hears("connected")["customerId"] == "2" and line.hears("auth_success"), (path, options)
        chosen.append(line.ws.getsubprotocol())
    assert chosen[5:] == [f"auth-{token}".lower(), "bearer", GATEWAY], "the client library tells it in lower case"
    later = portal.opens("/api/v1/customer/ws")
    assert later.asks("subscribe", deviceId="x")["error"]["code"] == "UNAUTHORIZED"
    assert later.asks("ping")["type"] == "pong"
    later.say("auth", token=token)
    assert later.hears("connected") and later.hears("auth_success")
    assert later.asks("join_rooms")["type"] == "rooms_joined"


def test_who_is_no_customer_is_closed_out(portal: Portal) -> None:
    cast = portal.server.cast
    assert portal.opens("/ws/customer?token=a.b.c").is_closed() == (1008, "Unauthorized")
    assert portal.opens("/ws/customer", subprotocols=["auth-a.b.c"]).is_closed() == (1008, "Unauthorized")
    assert portal.opens(f"/ws/customer?token={cast['admin'].token}").is_closed() == (1008, "Forbidden")
    assert portal.opens("/ws/customer", header=cast["technician_a"].headers).is_closed() == (1008, "Forbidden")
    assert portal.opens("/ws/customer", header=cast["device"].headers).is_closed() == (1008, "Forbidden")
    guessing = portal.opens()
    for _ in range(4):
        guessing.say("auth", token="a.b.c")
    assert guessing.is_closed() == (1008, "Unauthorized")
    assert [message["error"]["code"] for message in guessing.kept] == ["UNAUTHORIZED"] * 3
    with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
        portal.opens(cookie=f"remote.sid={portal.customer.token}", origin="https://evil.example")
    assert refusal.value.status_code == 403


def test_nobody_hears_of_anothers_devices(portal: Portal) -> None:
    line = portal.signed_in()
    for name in ("subscribe", "send_command"):
        refused = line.asks(name, deviceId=DEVICE_OF_B_ID, command="x")
        assert (refused["type"], refused["error"]["code"]) == ("error", "DEVICE_NOT_OWNED")
    assert line.asks("subscribe", deviceId="no such")["error"]["code"] == "DEVICE_NOT_FOUND"
    assert line.asks("approve_session", sessionId="AAA-111-AAA")["error"]["code"] == "SESSION_NOT_FOUND"
    assert DEVICE_OF_B_ID not in line.asks("join_rooms")["deviceIds"]
    theirs = portal.server.cast["device_b"]
    beat = requests.post(f"{portal.server.url}/api/v1/device/heartbeat", headers=theirs.headers, timeout=30,
                         json={"status": "busy"})
    assert beat.status_code == 200
    own = portal.device()
    assert portal.device_http(own).post("/api/v1/device/heartbeat", json={"status": "online"}).status_code == 200
    line.hears("device_status", deviceId=own.device_id)
    assert not [message for message in line.kept if message.get("deviceId") == DEVICE_OF_B_ID]


def test_from_the_first_subscribe_on_only_what_was_asked_for_comes(portal: Portal) -> None:
    line, wanted, other = portal.signed_in(), portal.device(), portal.device()
    assert line.asks("unsubscribe", deviceId=other.device_id)["type"] == "unsubscribed"
    assert line.asks("subscribe", deviceId=wanted.device_id)["type"] == "subscribed"
    assert line.hears("device_status", deviceId=wanted.device_id)["status"] == "offline"
    line.kept.clear()
    for device in (other, wanted):
        portal.device_http(device).post("/api/v1/device/heartbeat", json={"status": "busy"})
    line.hears("device_status", deviceId=wanted.device_id, condition="busy")
    assert not [message for message in line.kept if message.get("deviceId") == other.device_id]
    line.asks("unsubscribe", deviceId=wanted.device_id)
    portal.device_http(wanted).post("/api/v1/device/heartbeat", json={"status": "error"})
    line.asks("subscribe", deviceId=other.device_id)
    assert not [message for message in line.kept if message.get("condition") == "error"]


def test_a_remediation_is_approved_over_the_line(portal: Portal) -> None:
    line, device = portal.signed_in(), portal.device()
    http = portal.server.http("customer")
    opened = http.post("/api/v1/customer/sessions", json={"deviceId": device.device_id, "type": "remediation"})
    session_id = opened.json()["session"]["id"]
    first = line.asks("send_command", deviceId=device.device_id, command="restart")
    second = line.asks("send_command", deviceId=device.device_id, command={"type": "reboot", "parameters": {}})
    assert first["status"] == second["status"] == "pending_approval"
    said = line.asks("approve_session", sessionId=session_id, commandId=first["commandId"], approved=True)
    assert said["type"] == "session_approved" and said["command"] == {"id": first["commandId"], "status": "approved"}
    assert line.asks("approve_session", sessionId=session_id, approved=False)["commands"] == [
        {"id": second["commandId"], "status": "rejected"}]
    again = line.asks("approve_session", sessionId=session_id, commandId=first["commandId"], approved=False)
    assert again["error"]["code"] == "COMMAND_DECIDED"
    assert line.asks("get_system_info")["data"]["version"]


def test_signing_out_ends_it_at_once(portal: Portal) -> None:
    signed_in = requests.post(f"{portal.server.url}/api/auth/local/login", timeout=30,
                              json={"username": "carl", "password": PASSWORD})
    token = signed_in.json()["token"]
    lines = [portal.opens(f"/ws/customer?token={token}"), portal.opens()]
    lines[1].say("auth", token=token)
    assert all(line.hears("auth_success") for line in lines)
    out = requests.post(f"{portal.server.url}/api/auth/logout", headers={"Authorization": f"Bearer {token}"},
                        timeout=30)
    assert out.status_code == 200
    assert [line.is_closed() for line in lines] == [(1008, "Signed out")] * 2


def test_an_account_that_was_closed_loses_its_line(portal: Portal) -> None:
    server, staff = portal.server, portal.server.http("admin")
    name = portal.device().device_id
    made = staff.post("/api/admin/customers", json={"username": name, "password": PASSWORD, "client_id": 2})
    assert made.status_code == 201, made.text
    signed_in = requests.post(f"{server.url}/api/auth/local/login", timeout=30,
                              json={"username": name, "password": PASSWORD})
    line = portal.opens(f"/ws/customer?token={signed_in.json()['token']}")
    line.hears("auth_success")
    closed = staff.put(f"/api/admin/customers/{made.json()['customer']['id']}", json={"is_active": False})
    assert closed.status_code == 200, closed.text
    assert line.is_closed()[0] == 1008


def test_what_is_queued_over_lines_counts_among_the_customers_calls(make_app: Callable[..., Flask],
                                                                   cast: dict[str, Member]) -> None:
    app = make_app(rate_limits="on")
    with app.test_request_context():
        by = tokens.principal_of_token(cast["customer"].token, address="127.0.0.1")
        line = CustomerLine(by, address="127.0.0.1")
        wish = {"type": "send_command", "deviceId": DEVICE_ID, "command": "note"}
        assert talk.MESSAGES["send_command"](line, wish)["type"] == "command_queued"
        for _ in range(999):
            app.extensions["limiter"].spend("1000/minute", "gateway", str(cast["customer"].client_id))
        with pytest.raises(RateLimited):
            talk.MESSAGES["send_command"](line, wish)
