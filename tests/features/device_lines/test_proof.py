"""Who may open a device's line, and how each no looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import websocket

from tests.features.device_lines.conftest import Handset
from tests.live.lines import JsonSocket, in_query, registered_device
from tests.live.server import Server

GATEWAY = "connectassist.gateway"


def _token_ways(token: str) -> dict[str, dict[str, Any]]:
    return {
        "X-Device-Session": {"header": {"X-Device-Session": token}},
        "X-Device-Token": {"header": {"X-Device-Token": token}},
        "Authorization": {"header": {"Authorization": f"Bearer {token}"}},
        "subprotocol": {"subprotocols": [token]},
        "ours and the token": {"subprotocols": [token, GATEWAY]},
        "bearer and the token": {"subprotocols": ["bearer", token]},
        "auth-token": {"subprotocols": [f"auth-{token}"]},
    }


def test_every_documented_way_in(handset: Handset) -> None:
    token, chosen = handset.token(), {}
    for path in ("/ws/device", "/api/v1/device/ws"):
        for way, options in _token_ways(token).items():
            line = handset.opens(path, **options)
            assert line.asks("heartbeat", status="online")["type"] == "heartbeat_ack", way
            chosen[way] = line.ws.getsubprotocol()
            line.close()
    assert chosen == {"X-Device-Session": None, "X-Device-Token": None, "Authorization": None, "subprotocol": token,
                      "ours and the token": GATEWAY, "bearer and the token": "bearer", "auth-token": f"auth-{token}"}
    own = {"header": {"X-Device-Id": handset.device.device_id, "X-Device-Secret": handset.device.device_secret}}
    assert handset.opens("/api/v1/device/ws", **own).asks("ping")["type"] == "pong"


@pytest.mark.parametrize("path", ["/ws/device", "/ws/device?deviceId=nobody&deviceSecret=wrong",
                                  "/ws/device?deviceId=%00%F0&deviceSecret=%00", "/api/v1/device/ws?token=abc",
                                  "/ws/device?deviceId=" + "x" * 3000 + "&deviceSecret=y"])
def test_without_a_right_proof_the_line_closes_as_the_agent_knows_it(server: Server, path: str) -> None:
    assert JsonSocket(server, path).is_closed() == (1008, "Unauthorized")


def test_a_wrong_secret_or_token_closes_it_too(handset: Handset) -> None:
    wrong = in_query(handset.device)[:-4]
    assert handset.opens(wrong).is_closed() == (1008, "Unauthorized")
    assert handset.opens("/ws/device", header={"X-Device-Session": "0" * 64}).is_closed() == (1008, "Unauthorized")
    assert handset.opens("/ws/device", subprotocols=["0" * 64]).is_closed() == (1008, "Unauthorized")
    customer = handset.server.cast["customer"].headers
    assert handset.opens("/ws/device", header=customer).is_closed() == (1008, "Unauthorized")


def test_a_suspended_device_is_told_so_and_its_open_line_ends(handset: Handset) -> None:
    line, staff = handset.opens(), handset.server.http("technician_a")
    line.asks("ping")
    assert staff.post(f"/api/devices/{handset.device.device_id}/suspend", json={}).status_code == 200
    assert line.is_closed()[0] == 1008
    assert handset.opens().is_closed() == (1008, "Suspended")
    assert staff.post(f"/api/devices/{handset.device.device_id}/resume", json={}).status_code == 200
    assert handset.opens().asks("ping")["type"] == "pong"


def test_a_device_that_was_removed_is_closed_out(handset: Handset) -> None:
    line = handset.opens()
    line.asks("ping")
    gone = handset.server.http("technician_a").delete(f"/api/devices/{handset.device.device_id}")
    assert gone.status_code == 200
    assert line.is_closed()[0] == 1008


def test_pages_of_other_sites_and_plain_requests_are_refused_in_http(handset: Handset) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
        handset.opens(origin="https://evil.example")
    assert refusal.value.status_code == 403
    plain = handset.server.http().get(in_query(handset.device))
    assert plain.status_code == 426 and plain.json()["error"]["code"] == "UPGRADE_REQUIRED"
    assert handset.opens(origin=handset.server.url).asks("ping")["type"] == "pong"


def test_too_many_wrong_secrets_are_a_429_before_the_upgrade(start_server: Callable[..., Server]) -> None:
    server = start_server(rate_limits="on")
    device = registered_device(server)
    for _ in range(20):
        assert JsonSocket(server, in_query(device) + "x").is_closed()[0] == 1008
    with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
        JsonSocket(server, in_query(device) + "x")
    assert refusal.value.status_code == 429
    over_http = [requests.post(f"{server.url}/api/v1/device/auth", timeout=30, json={
        "deviceId": device.device_id, "deviceSecret": secret}).status_code for secret in ("x", device.device_secret)]
    assert over_http == [429, 200], "one budget, whichever way somebody guesses; the device itself is let in"
    _goes_too_fast(server)


def _goes_too_fast(server: Server) -> None:
    """Ten messages a second and a burst; what is beyond is refused, and who goes on is closed out."""
    line = JsonSocket(server, in_query(registered_device(server)))
    for number in range(25):
        line.say("ping", requestId=number)
    refused = line.hears("error", code="RATE_LIMITED")
    assert refused["retryAfterMs"] > 0 and refused["error"]["code"] == "RATE_LIMITED"
    assert line.hears("pong", requestId=0) and line.hears("pong", requestId=19)
    for _ in range(200):
        line.say("ping")
    assert line.is_closed() == (1008, "Too many messages")
