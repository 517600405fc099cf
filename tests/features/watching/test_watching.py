"""Watching a device on `/it`: what it is answered with, who hears of it, and when it ends; on both engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.live.fleet import PATIENCE, Fleet
from tests.live.sockets import Socket

ORDER = ["device_watchers_changed", "device_status", "device_chat_history", "device_watchers", "device_notes",
         "device_custom_fields"]


def watch(fleet: Fleet, name: str, device_id: str) -> tuple[Socket, list[str]]:
    """Watch, and what was answered, in order. Of those who watched before somebody may still be leaving."""
    socket = fleet.it(name)
    socket.forget()
    socket.emit("watch_device", {"deviceId": device_id})
    assert not socket.call("no-such-event", {})["ok"]
    return socket, list(dict.fromkeys(event for event in socket.names() if event in ORDER))


def test_a_watcher_is_told_everything_in_order(fleet: Fleet) -> None:
    fleet.server.http("technician_a").post(f"/api/devices/{fleet.device_id}/notes", json={"content": "Be kind"})
    socket, events = watch(fleet, "technician_a", fleet.device_id)
    assert events == ORDER
    row = socket.heard("device_status", within=PATIENCE)
    known = fleet.server.http("technician_a").get(f"/api/devices/{fleet.device_id}").json()
    assert (row["device_id"], row["hostname"]) == (fleet.device_id, known["hostname"])
    assert row["status"] in ("online", "offline")
    assert not [name for name in row if "secret" in name or "password" in name], "nothing secret"
    assert socket.heard("device_chat_history")["deviceId"] == fleet.device_id
    assert "Tina Acme" in socket.heard("device_watchers")["watchers"]
    assert "Be kind" in [note["content"] for note in socket.heard("device_notes")["notes"]]
    assert isinstance(socket.heard("device_custom_fields")["fields"], list)


@pytest.mark.parametrize("device_id", ["SUPP-111111-1720000001", "no-such-device"], ids=["of A", "unknown"])
def test_a_device_out_of_sight_looks_like_none(fleet: Fleet, device_id: str) -> None:
    watching, _ = watch(fleet, "technician_a", fleet.device_id)
    stranger, events = watch(fleet, "technician_b", device_id)
    assert events == [event for event in ORDER if event != "device_status"]
    told = [stranger.heard(event) for event in events]
    assert told == [{"deviceId": device_id, "watchers": ["Bert Beta"]}, {"deviceId": device_id, "messages": []},
                    {"deviceId": device_id, "watchers": ["Bert Beta"]}, {"deviceId": device_id, "notes": []},
                    {"deviceId": device_id, "fields": []}]
    watching.forget()
    fleet.it("viewer_a").call("watch_device", {"deviceId": fleet.device_id})
    assert "Bert Beta" not in watching.heard("device_watchers_changed", within=PATIENCE)["watchers"]
    assert stranger.heard_nothing_of("device_watchers_changed")


def test_watchers_hear_who_comes_and_goes(fleet: Fleet) -> None:
    first, _ = watch(fleet, "technician_a", fleet.device_id)
    watch(fleet, "viewer_a", fleet.device_id)
    is_there = {"where": lambda data: "Vera Acme" in data["watchers"], "within": PATIENCE}
    gone = {"where": lambda data: "Vera Acme" not in data["watchers"], "within": PATIENCE}
    first.heard("device_watchers_changed", **is_there)
    assert fleet.it("viewer_a").call("unwatch_device", {"deviceId": fleet.device_id})["ok"]
    first.heard("device_watchers_changed", **gone)
    watch(fleet, "viewer_a", fleet.device_id)
    first.heard("device_watchers_changed", **is_there)
    fleet.leave("viewer_a", "/it")
    first.heard("device_watchers_changed", **gone)
    for _ in range(2):
        first.emit("unwatch_device", {"deviceId": fleet.device_id})
    assert first.call("unwatch_device", {"deviceId": "never watched"})["ok"]


@pytest.mark.parametrize("data", [None, {}, {"deviceId": None}, {"deviceId": 5}, {"deviceId": ["x"]}, "text", [],
                                  {"deviceId": ""}, {"deviceId": "x" * 1_000_000}], ids=range(9))
def test_events_that_make_no_sense_harm_nobody(fleet: Fleet, data: Any) -> None:
    socket = fleet.it("technician_a")
    assert not socket.call("watch_device", data)["ok"]
    assert len(json.dumps(socket.heard("error_message", within=PATIENCE))) < 500
    assert socket.call("watch_device", {"deviceId": fleet.device_id})["ok"]


def test_whoever_loses_the_client_watches_no_more(fleet: Fleet) -> None:
    admin, viewer = fleet.server.http("admin"), fleet.it("viewer_a")
    client_id, user_id = fleet.server.cast["viewer_a"].client_id, fleet.server.cast["viewer_a"].user_id
    watching, _ = watch(fleet, "technician_a", fleet.device_id)
    watch(fleet, "viewer_a", fleet.device_id)
    try:
        assert admin.delete(f"/api/clients/{client_id}/users/{user_id}").status_code == 200
        watching.heard("device_watchers_changed", within=PATIENCE,
                       where=lambda data: "Vera Acme" not in data["watchers"])
        assert "device_status" not in watch(fleet, "viewer_a", fleet.device_id)[1]
        viewer.forget()
        fleet.agent.call("diagnostic_result", {"checkType": "cpu", "status": "ok", "results": {}})
        watching.heard("device_diagnostic_update", within=PATIENCE)
        assert viewer.heard_nothing_of("device_diagnostic_update")
    finally:
        admin.post(f"/api/clients/{client_id}/users", json={"user_id": user_id})
