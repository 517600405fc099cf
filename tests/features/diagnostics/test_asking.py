"""A check asked for on `/it`, answered on `/agent`, and told to the staff of the device's client; on both engines."""

from __future__ import annotations

import uuid

import pytest

from tests.live.fleet import PATIENCE, Fleet


def test_a_check_goes_to_the_device_and_its_result_to_the_staff(fleet: Fleet) -> None:
    agent, asker, admin = fleet.agent, fleet.it("technician_a"), fleet.it("admin", prefix="/pocket-it")
    stranger = fleet.it("technician_b")
    asker.emit("request_diagnostic", {"deviceId": fleet.device_id, "checkType": "cpu"})
    requested = asker.heard("diagnostic_requested", within=PATIENCE)
    assert (requested["deviceId"], requested["checkType"]) == (fleet.device_id, "cpu")
    asked = agent.heard("diagnostic_request", within=PATIENCE)
    assert asked == {"checkType": "cpu", "requestId": requested["requestId"], "itInitiated": True}
    assert isinstance(asked["requestId"], str)
    agent.emit("diagnostic_result", {"checkType": "cpu", "status": "warning", "silent": False, "label": "Processor",
                                     "results": {"usagePercent": 91.5, "processorCount": 4}, "value": "91.5 %"})
    for socket in (asker, admin):
        told = socket.heard("device_diagnostic_update", within=PATIENCE)
        assert (told["deviceId"], told["checkType"]) == (fleet.device_id, "cpu")
        assert told["results"] == {"usagePercent": 91.5, "processorCount": 4}
        assert isinstance(told["healthScore"], int)
    assert stranger.heard_nothing_of("device_diagnostic_update")
    log = fleet.server.http("technician_a").get("/api/logs?category=diagnostic").json()
    assert "Tina Acme" in str(log) and fleet.device_id in str(log)
    listed = fleet.server.http("technician_a").get(f"/api/devices/{fleet.device_id}/diagnostics?check_type=cpu").json()
    assert listed[0]["data"] == '{"usagePercent":91.5,"processorCount":4}'


def test_without_a_check_all_of_them_are_asked_for(fleet: Fleet) -> None:
    agent = fleet.agent
    fleet.it("technician_a").emit("request_diagnostic", {"deviceId": fleet.device_id})
    assert agent.heard("diagnostic_request", within=PATIENCE)["checkType"] == "all"


@pytest.mark.parametrize(("name", "data", "sentence"), [
    ("technician_a", {"deviceId": "SUPP-222222-1720000002", "checkType": "cpu"}, "Device not found"),
    ("technician_a", {"deviceId": "unknown", "checkType": "cpu"}, "Device not found"),
    ("technician_a", {"deviceId": "SUPP-111111-1720000001", "checkType": "cpu; ls"}, "There is no such check"),
    ("technician_a", {"deviceId": "SUPP-111111-1720000001", "checkType": ["cpu"]}, "There is no such check"),
    ("technician_a", {"deviceId": 5}, "request_diagnostic needs the field deviceId"),
    ("technician_a", None, "request_diagnostic needs the field deviceId"),
    ("viewer_a", {"deviceId": "SUPP-111111-1720000001", "checkType": "cpu"}, "You may not do this"),
], ids=["of B", "unknown", "no check", "a list", "a number", "nothing", "viewer"])
def test_what_is_refused_never_reaches_a_device(fleet: Fleet, name: str, data: object, sentence: str) -> None:
    agents = fleet.agent, fleet.agent_of_b
    fleet.it(name).emit("request_diagnostic", data)
    assert fleet.it(name).heard("error_message", within=PATIENCE)["message"] == sentence
    assert all(agent.heard_nothing_of("diagnostic_request") for agent in agents)


def test_a_device_that_is_offline_says_so(fleet: Fleet) -> None:
    device_id = f"away-{uuid.uuid4().hex[:8]}"
    fleet.server.http().post("/api/devices/register", json={"deviceId": device_id})
    fleet.it("admin").emit("request_diagnostic", {"deviceId": device_id, "checkType": "cpu"})
    assert "offline" in fleet.it("admin").heard("error_message", within=PATIENCE)["message"]


def test_a_device_speaks_for_itself_only_and_lies_harm_nobody(fleet: Fleet) -> None:
    watching, admin, agent = fleet.it("technician_a"), fleet.it("admin"), fleet.agent_of_b
    agent.emit("diagnostic_result", {"deviceId": fleet.device_id, "checkType": "memory", "status": "error",
                                     "results": {"x": "\x1b]0;\x00<script>" + "A" * 1_000_000}})
    told = admin.heard("device_diagnostic_update", within=PATIENCE)
    assert told["deviceId"] == fleet.device_of_b_id
    assert 3990 < len(told["results"]["x"]) <= 4000 and told["results"]["x"].isprintable()
    for lie in (None, [], "text", 5, {"checkType": 5}, {"checkType": "cpu\x00"}, {"results": {}}):
        assert agent.call("diagnostic_result", lie)["ok"] is False
    assert agent.is_open and watching.heard_nothing_of("device_diagnostic_update")


def test_a_check_that_a_device_refuses_is_told_and_changes_no_score(fleet: Fleet) -> None:
    agent, asker, stranger = fleet.agent, fleet.it("technician_a"), fleet.it("technician_b")
    agent.emit("diagnostic_refused", {"requestId": "diag-1", "checkType": "cpu", "message": "Not allowed\x1b[2J" * 99})
    told = asker.heard("diagnostic_refused", within=PATIENCE)
    assert (told["deviceId"], told["requestId"], told["checkType"]) == (fleet.device_id, "diag-1", "cpu")
    assert told["message"].startswith("Not allowed [2J") and len(told["message"]) <= 300
    assert agent.call("diagnostic_refused", {"message": 5})["ok"] is True
    assert asker.heard("diagnostic_refused", within=PATIENCE)["requestId"] == ""
    assert stranger.heard_nothing_of("diagnostic_refused")


def test_a_device_that_floods_is_slowed_down_and_nobody_else_is(fleet: Fleet) -> None:
    agent, watching = fleet.agent_of_b, fleet.it("technician_a")
    result = {"checkType": "cpu", "status": "ok", "results": {"x": ["y" * 1000] * 20}}
    for _ in range(100):
        agent.emit("diagnostic_result", result)
    assert any(agent.call("diagnostic_result", result).get("error_code") == "RATE_LIMITED" for _ in range(200))
    assert agent.is_open
    assert fleet.agent.call("diagnostic_result", {"checkType": "disk", "status": "ok", "results": {}})["ok"]
    assert watching.heard("device_diagnostic_update", within=PATIENCE)["checkType"] == "disk"
