"""Tools: asked for on `/it`, used on the device, answered to whoever asked and to nobody else; on both engines."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.errors import RateLimited, ValidationFailed
from connectassist.features.tools import params, service
from connectassist.identity.principal import Principal
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.questions import Questions
from tests.cast import ACME, DEVICE_ID
from tests.live.fleet import PATIENCE, Fleet
from tests.live.sockets import Socket


def ask(fleet: Fleet, asker: Socket, tool: str = "process_list", given: Any = None) -> str:
    """Send a request; returns its id once the server has let it through."""
    request_id = f"tool_{uuid.uuid4().hex}"
    asker.emit("system_tool_request", {"deviceId": fleet.device_id, "requestId": request_id, "tool": tool,
                                       "params": given})
    assert asker.heard("system_tool_requested", within=PATIENCE) == {
        "deviceId": fleet.device_id, "requestId": request_id, "tool": tool}
    return request_id


def test_a_result_goes_to_whoever_asked_alone_and_once(fleet: Fleet) -> None:
    agent, asker, colleague = fleet.agent, fleet.it("technician_a"), fleet.it("admin")
    stranger = fleet.it("technician_b")
    request_id = ask(fleet, asker)
    assert agent.heard("system_tool_request", within=PATIENCE) == {
        "requestId": request_id, "tool": "process_list", "params": None}
    processes = [{"pid": 1, "name": "init\x1b[0m", "cpuPercent": 0.5, "memoryMB": 3, "user": "root"}]
    answer = {"requestId": request_id, "tool": "process_list", "success": True, "data": {"processes": processes},
              "error": None}
    assert fleet.agent_of_b.call("system_tool_result", answer)["ok"], "another device's answer is dropped"
    agent.emit("system_tool_result", answer)
    told = asker.heard("system_tool_result", within=PATIENCE)
    assert told == {**answer, "deviceId": fleet.device_id, "data": {"processes": [
        {**processes[0], "name": "init[0m"}]}}
    assert agent.call("system_tool_result", answer)["ok"]
    for socket in (asker, colleague, stranger):
        assert socket.heard_nothing_of("system_tool_result")


def test_what_nobody_asked_for_is_dropped(fleet: Fleet) -> None:
    agent, watching = fleet.agent, fleet.it("technician_a")
    for lie in (None, {}, {"requestId": 5}, {"requestId": []}, {"requestId": "x" * 1_000_000}, {"requestId": "no"}):
        assert agent.call("system_tool_result", lie)["ok"]
    assert watching.heard_nothing_of("system_tool_result")


def test_an_act_is_written_into_the_log(fleet: Fleet) -> None:
    agent, asker = fleet.agent, fleet.it("technician_a")
    request_id = ask(fleet, asker, "process_kill", {"pid": 4321, "and": "more"})
    assert agent.heard("system_tool_request", within=PATIENCE)["params"] == {"pid": 4321}
    agent.emit("system_tool_result", {"requestId": request_id, "success": False, "error": "It may not\nbe ended"})
    assert asker.heard("system_tool_result", within=PATIENCE)["error"] == "It may not be ended"
    log = fleet.server.http("technician_a").get("/api/logs?category=tool").json()
    assert [entry["action"] for entry in (log if isinstance(log, list) else log["logs"])][:2] == [
        "tool.result", "tool.request"]


@pytest.mark.parametrize(("name", "changed", "sentence"), [
    ("viewer_a", {}, "You may not do this"), ("technician_b", {}, "Device not found"),
    ("technician_a", {"deviceId": "unknown"}, "Device not found"),
    ("technician_a", {"tool": "shell"}, "There is no such tool"),
    ("technician_a", {"requestId": ""}, "requestId is a text of at most 64 characters"),
    ("technician_a", {"requestId": "x" * 65}, "requestId is a text of at most 64 characters"),
    ("technician_a", {"params": "ls"}, "The params of a tool are an object"),
    ("technician_a", {"requestId": 5}, "system_tool_request needs the field requestId")],
    ids=["viewer", "of B", "unknown", "no tool", "no id", "a long id", "text", "a number"])
def test_what_is_refused_never_reaches_the_device(fleet: Fleet, name: str, changed: dict, sentence: str) -> None:
    agent = fleet.agent
    asked = {"deviceId": fleet.device_id, "requestId": "1", "tool": "process_list", "params": {}, **changed}
    fleet.it(name).emit("system_tool_request", asked)
    assert fleet.it(name).heard("error_message", within=PATIENCE)["message"] == sentence
    fleet.it(name).emit("system_tool_request")
    assert "needs the field" in fleet.it(name).heard("error_message", within=PATIENCE)["message"] or name == "viewer_a"
    assert agent.heard_nothing_of("system_tool_request")


def test_a_device_that_goes_is_answered_for(fleet: Fleet) -> None:
    device_id = f"going-{uuid.uuid4().hex[:8]}"
    secret = fleet.server.http().post("/api/devices/register", json={"deviceId": device_id}).json()["deviceSecret"]
    asker = fleet.it("admin")
    agent = fleet.server.socket("nobody", namespace="/agent", auth={"deviceId": device_id, "deviceSecret": secret})
    agent.call("no-such-event", {})
    asked = {"deviceId": device_id, "requestId": "1", "tool": "service_list"}
    assert asker.call("system_tool_request", asked)["ok"]
    assert asker.call("system_tool_request", asked)["error_code"] == "CONFLICT"
    agent.close()
    told = asker.heard("system_tool_result", within=PATIENCE)
    assert (told["success"], told["data"], told["error"]) == (False, None, service.WENT)


@pytest.mark.parametrize(("tool", "given", "sent"), [
    ("process_list", {"x": 1}, None), ("process_list", None, None), ("process_kill", {"pid": "12"}, {"pid": 12}),
    ("service_list", {}, {"filter": "all"}), ("service_list", {"filter": "Running"}, {"filter": "running"}),
    ("service_action", {"serviceName": "Print Spooler", "action": "stop"},
     {"serviceName": "Print Spooler", "action": "stop"}),
    ("event_log_query", {}, {"logName": "System"}),
    ("event_log_query", {"logName": "security", "level": "error", "hours": 24, "maxEvents": 50},
     {"logName": "Security", "level": "Error", "hours": 24, "maxEvents": 50})], ids=range(8))
def test_params_travel_as_the_tool_takes_them(tool: str, given: Any, sent: Any) -> None:
    assert params.checked(tool, given) == sent


@pytest.mark.parametrize(("tool", "given"), [
    (None, {}), (["process_list"], {}), ("process_kill", {}), ("process_kill", {"pid": 0}),
    ("process_kill", {"pid": -1}),
    ("process_kill", {"pid": True}), ("process_kill", {"pid": 1.5}), ("process_kill", {"pid": 2**40}),
    ("process_kill", {"pid": "1; ls"}), ("process_kill", {"pid": []}), ("service_list", {"filter": "some"}),
    ("service_list", {"filter": ["all"]}), ("service_action", {"serviceName": "x", "action": "delete"}),
    ("service_action", {"serviceName": "-x", "action": "stop"}), ("service_action", {"serviceName": "x"}),
    ("service_action", {"serviceName": "a;b", "action": "stop"}),
    ("service_action", {"serviceName": 5, "action": "stop"}),
    ("event_log_query", {"logName": "/etc/passwd"}), ("event_log_query", {"hours": 100_000}),
    ("event_log_query", {"maxEvents": "many"}), ("event_log_query", {"level": {}})], ids=range(21))
def test_params_that_are_refused(tool: Any, given: Any) -> None:
    with pytest.raises(ValidationFailed):
        params.checked(tool, given)


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict]]:
    """What leaves for sockets that stand in the tables only."""
    found: list[tuple[str, dict]] = []
    monkeypatch.setattr(AGENT, "to_device", lambda device_id, name, payload: True)
    monkeypatch.setattr(AGENT, "has_device", lambda device_id: True)
    monkeypatch.setattr(IT, "to_socket", lambda connection, name, payload: found.append((name, payload)))
    monkeypatch.setattr(service, "OPEN", Questions("tools", patience=service.WAITS_SECONDS))
    return found


def technician(socket_id: str = "s1") -> Connection:
    by = Principal(kind="user", role="technician", user_id=2, client_ids=frozenset({ACME}))
    found = IT.connections[socket_id] = Connection(socket_id, by, path="/it")
    return found


def asked(number: int = 0) -> dict[str, Any]:
    return {"deviceId": DEVICE_ID, "requestId": str(number), "tool": "process_list"}


def test_a_device_that_is_silent_is_given_up(in_app: None, sent: list, monkeypatch: pytest.MonkeyPatch) -> None:
    service.request(technician(), asked())
    assert service.give_up() == 0
    real = clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: real() + 61)
    assert service.give_up() == 1
    assert [(name, told["error"]) for name, told in sent] == [("system_tool_result", service.NO_ANSWER)]
    service.receive(DEVICE_ID, {"requestId": "0", "success": True})
    assert len(sent) == 1


def test_whoever_lost_the_client_meanwhile_hears_nothing(in_app: None, sent: list) -> None:
    connection = technician()
    service.request(connection, asked())
    connection.principal = Principal(kind="user", role="technician", user_id=2, client_ids=frozenset())
    service.receive(DEVICE_ID, {"requestId": "0", "success": True})
    assert not sent


def test_there_are_thirty_a_minute_for_each_socket(make_app: Any, sent: list) -> None:
    with make_app(rate_limits="on").test_request_context():
        first, second = technician("s1"), technician("s2")
        for number in range(30):
            service.request(first, asked(number))
        with pytest.raises(RateLimited):
            service.request(first, asked(31))
        service.request(second, asked(32))
