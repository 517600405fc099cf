"""Who may open the live line, what may be said over it, what ends it, and how nothing is missed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests
import websocket

from tests.cast import ACME, BETA, PASSWORD
from tests.features.live_line.conftest import Desk

HEALTH = {"cpu_usage", "memory_usage", "disk_usage", "uptime_hours", "active_alerts", "open_tickets", "status"}


def test_every_way_to_sign_in(desk: Desk) -> None:
    token = desk.server.cast["technician_a"].token
    ways: list[tuple[str, dict[str, Any]]] = [
        (f"/ws?token={token}", {}), ("/ws", {"header": {"Authorization": f"Bearer {token}"}}),
        ("/ws", {"cookie": f"remote.sid={token}", "origin": desk.server.url}),
        ("/ws/", {"subprotocols": ["bearer", token]}),
    ]
    for path, options in ways:
        found = desk.line(path, **options).hears("snapshot")
        assert found["user"]["role"] == "technician", (path, options)
        assert found["health"].keys() >= HEALTH and found["cursor"] and isinstance(found["alerts"], list)
    later = desk.line()
    assert later.asks("resync")["error"]["code"] == "UNAUTHORIZED"
    assert later.asks("ping")["type"] == "pong"
    later.say("auth", token=token)
    assert later.hears("snapshot")["user"]["role"] == "technician"


def test_who_has_not_signed_in_is_closed_out(desk: Desk) -> None:
    assert desk.line("/ws?token=a.b.c").is_closed() == (1008, "Unauthorized")
    assert desk.line("/ws", header={"Authorization": "Bearer a.b.c"}).is_closed() == (1008, "Unauthorized")
    assert desk.line("/ws", header=desk.server.cast["device"].headers).is_closed() == (1008, "Forbidden")
    guessing = desk.line()
    for _ in range(4):
        guessing.say("auth", token="a.b.c")
    assert guessing.is_closed() == (1008, "Unauthorized")
    assert [message["error"]["code"] for message in guessing.kept] == ["UNAUTHORIZED"] * 3
    with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
        desk.line(cookie=f"remote.sid={desk.server.cast['admin'].token}", origin="https://evil.example")
    assert refusal.value.status_code == 403
    plain = desk.server.http().get("/ws")
    assert plain.status_code == 426 and plain.json()["error_code"] == "UPGRADE_REQUIRED"


def test_what_it_does_not_know_is_answered_in_json(desk: Desk) -> None:
    line = desk.opens("customer")
    assert line.asks("<script>")["error"]["code"] == "UNKNOWN_EVENT"
    for said in ("hello", "[]", '{"type": 7}', "<b>hi</b>"):
        line.ws.send(said)
        assert line.hears("error")["error"]["code"] == "BAD_EVENT"
    line.say("resync", since={"a": 1})
    assert line.hears("snapshot") and line.asks("ping")["type"] == "pong"


def test_the_servers_figures_are_staffs(desk: Desk) -> None:
    customer, viewer = desk.opens("customer"), desk.opens("viewer_a")
    told = viewer.hears("metrics")
    assert 0 < told["system_health"]["memory_usage"] <= 100 and told["system_health"]["sockets"] >= 2
    customer.asks("ping")
    assert not [message for message in customer.kept if message["type"] == "metrics"]
    assert customer.snapshot["alerts"] == [] and "sockets" not in customer.snapshot["health"]


def test_alerts_of_the_server_are_told_to_all_staff(desk: Desk) -> None:
    lines = {name: desk.opens(name) for name in ("admin", "technician_b", "viewer_a", "customer")}
    alert_id = desk.alert()
    acknowledged = desk.server.http("admin").post(f"/api/dashboard/alerts/{alert_id}/acknowledge")
    assert acknowledged.status_code == 200, acknowledged.text
    for name in ("admin", "technician_b", "viewer_a"):
        alert = lines[name].hears("alert")["alert"]
        assert (alert["id"], alert["status"], alert["severity"]) == (-alert_id, "acknowledged", "critical")
    lines["customer"].asks("ping")
    assert not lines["customer"].kept
    assert -alert_id in [each["id"] for each in desk.opens("viewer_a").snapshot["alerts"]]
    desk.server.sql("UPDATE system_alerts SET closed_at = CURRENT_TIMESTAMP WHERE id = :id", id=alert_id)


def test_who_was_cut_off_is_told_what_they_missed(desk: Desk) -> None:
    gone, stays = desk.opens("technician_a"), desk.opens("admin")
    alert_id, other_id = desk.alert(), desk.alert()
    http = desk.server.http("admin")
    http.post(f"/api/dashboard/alerts/{alert_id}/acknowledge")
    cursor = gone.hears("alert")["cursor"]
    gone.cut()
    http.post(f"/api/dashboard/alerts/{other_id}/acknowledge")
    stays.hears("alert", cursor=cursor)
    last = stays.hears("alert")["cursor"]
    back = desk.opens("technician_a", since=cursor)
    assert back.hears("alert")["alert"]["id"] == -other_id
    assert back.hears("resynced", missed=1)["cursor"] == last
    assert not [message for message in back.kept if message["type"] == "alert"]
    back.say("resync", since=last)
    assert back.hears("resynced")["missed"] == 0
    for unknown in ("elsewhere.1", f"{last}9", "1", "", f"{last.partition('.')[0]}.-1"):
        back.say("resync", since=unknown)
        assert back.hears("snapshot")["health"].keys() >= HEALTH
    desk.server.sql("UPDATE system_alerts SET closed_at = CURRENT_TIMESTAMP WHERE id IN (:a, :b)", a=alert_id,
                    b=other_id)


def test_signing_out_ends_it_at_once(desk: Desk) -> None:
    _, token = desk.colleague()
    lines = [desk.line(f"/ws?token={token}"), desk.line()]
    lines[1].say("auth", token=token)
    assert all(line.hears("snapshot") for line in lines)
    out = requests.post(f"{desk.server.url}/api/auth/logout", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert out.status_code == 200
    assert [line.is_closed() for line in lines] == [(1008, "Signed out")] * 2


def test_an_account_that_is_switched_off_is_closed_out(desk: Desk) -> None:
    name, admin = f"cu-{uuid.uuid4().hex[:8]}", desk.server.http("admin")
    made = admin.post("/api/admin/customers", json={"username": name, "client_id": ACME, "password": PASSWORD})
    token = desk.server.http().post("/api/auth/login", json={
        "username": name, "password": PASSWORD}).json()["access_token"]
    line = desk.line(f"/ws?token={token}")
    assert line.hears("snapshot")["user"]["name"] == name
    user_id = made.json()["customer"]["id"]
    assert admin.put(f"/api/admin/customers/{user_id}", json={"is_active": False}).status_code == 200
    assert line.is_closed() == (1008, "Your account has changed")
    assert desk.line(f"/ws?token={token}").is_closed() == (1008, "Unauthorized")


def test_frames_that_are_no_messages(desk: Desk) -> None:
    line = desk.opens("customer")
    line.ws.send_binary(b"\x00\xff" * 100)
    for said in ("[" * 100_000, '{"type": "ping", "requestId": 1e999}'):
        line.ws.send(said)
    assert [line.hears("error")["error"]["code"] for _ in range(3)] == ["BAD_EVENT"] * 3
    line.ws.send('{"type": "\\ud800", "requestId": ["a"]}')
    assert line.hears("error")["error"]["code"] == "UNKNOWN_EVENT"
    line.ws.send("x" * 3_000_000)
    assert line.is_closed() == (1009, "That message is too large")


def test_other_clients_count_at_once(desk: Desk) -> None:
    user_id, token = desk.colleague()
    admin = desk.server.http("admin")
    page, line = desk.server.socket(auth={"token": token}), desk.line(f"/ws?token={token}")
    line.hears("snapshot")
    assert admin.post(f"/api/clients/{BETA}/users", json={"user_id": user_id}).status_code in (200, 201)
    assert line.hears("snapshot"), "whoever sees more now is shown it"
    assert admin.delete(f"/api/clients/{ACME}/users/{user_id}").status_code == 200
    assert line.is_closed() == (1008, "Your account has changed")
    page.close()


def test_the_document_tells_of_it(desk: Desk) -> None:
    found = desk.server.http().get("/openapi.json").json()["paths"]["/ws"]["get"]
    assert {each["name"] for each in found["parameters"]} >= {"token", "since"}
    assert {"101", "403", "426", "429"} <= found["responses"].keys()
