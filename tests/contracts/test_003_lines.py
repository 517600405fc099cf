"""Contract 003's real device agent and portal, as they are, in JavaScript, against a real server: requests and both
plain WebSockets, on both engines."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts import rows_003 as rows
from tests.contracts.script import Node
from tests.contracts.shape import fits
from tests.live.server import Server

#: What the agent makes an error of in its log.
TROUBLE = ("error", "line error", "result lost", "heartbeat gave up", "too long")


class Till:
    """A device that a customer announced, and whoever plays it and the customer."""

    def __init__(self, server: Server) -> None:
        self.server, self.device_id = server, f"till-{uuid.uuid4().hex[:8]}"
        told = self.customer("POST", "/devices/provision", {"deviceId": self.device_id})
        registered = server.http().post("/api/v1/device/register", json={
            "deviceId": self.device_id, "activationCode": told["device"]["activationCode"]}).json()
        self.secret = registered["deviceSecret"]
        self._players: list[Node] = []

    def customer(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.server.http("customer").request(method, f"/api/v1/customer{path}", json=body)
        assert answer.ok, answer.text
        return answer.json()

    def opens(self, kind: str) -> str:
        """A session of the customer's."""
        return self.customer("POST", "/sessions", {"deviceId": self.device_id, "type": kind})["session"]["id"]

    def queues(self, session_id: str, command: str, **parameters: Any) -> str:
        return self.customer("POST", f"/sessions/{session_id}/commands", {
            "type": command, "parameters": parameters})["command"]["id"]

    def agent(self, way: str = "agent", *, pace: float = 1, secret: str = "") -> Node:
        return self._player("gateway_agent.mjs", self.server.url, self.device_id, secret or self.secret, way, str(pace))

    def portal(self, way: str = "header") -> Node:
        return self._player("gateway_portal.mjs", self.server.url, self.server.cast["customer"].token, way,
                            self.device_id)

    def _player(self, *arguments: str) -> Node:
        self._players.append(Node(*arguments))
        return self._players[-1]

    def close(self) -> None:
        for player in self._players:
            player.close()
        self.server.http("admin").delete(f"/api/devices/{self.device_id}")


@pytest.fixture
def till(engine_server: Server) -> Iterator[Till]:
    made = Till(engine_server)
    yield made
    made.close()


def until(player: Node, name: str, test: Callable[[Any], bool]) -> Any:
    """Read on until an event says what is waited for; what was read before counts too."""
    for data in player.of(name):
        if test(data):
            return data
    while not test(data := player.until(name)):
        pass
    return data


def of_command(command_id: str, status: str = "") -> Callable[[Any], bool]:
    return lambda told: told.get("commandId", told.get("id")) == command_id and status in ("", told.get("status"))


def test_the_real_agent_and_the_real_portal(till: Till) -> None:
    portal = till.portal()
    assert till.device_id in portal.until("rooms_joined")["deviceIds"]
    session = till.opens("diagnostic")
    early = till.queues(session, "ping", n=1)
    agent = till.agent()
    assert fits(agent.until("auth"), rows.AUTH.answer)
    assert fits(agent.until("heartbeat"), rows.HEARTBEAT.answer | {"pendingCommands": 1})
    assert until(agent, "result", of_command(early))["status"] == 200, "what waited comes when the line opens"
    for command, ending in (("ping", "done"), ("fail", "failed"), ("EXECUTE_SCRIPT", "done"),
                            ("CANCEL_EXECUTION", "failed")):
        portal.says(json.dumps({"type": "send_command", "deviceId": till.device_id, "command": command,
                                "parameters": {"packageId": "p1"}}))
        queued = until(portal, "command_queued", lambda told: told["commandId"] not in {
            each["id"] for each in agent.of("result")})["commandId"]
        assert until(agent, "result", of_command(queued))["status"] == 200, command
        assert until(portal, "command_completed", of_command(queued))["status"] == ending
        until(portal, "command_update", of_command(queued, ending))
    held = till.queues(session, "hold")
    until(agent, "command", of_command(held))
    assert till.server.http("admin").post(f"/api/commands/{held}/cancel").ok
    assert held in until(agent, "config_update", lambda told: held in told["data"].get("cancelledCommands", []))[
        "data"]["cancelledCommands"]
    agent.says("beat")
    told = until(portal, "device_status", lambda told: told["deviceId"] == till.device_id and told["metrics"])
    assert (told["status"], told["metrics"]["cpu"]) == ("online", 12.5)
    assert_told(agent, rows.DEVICE_HEARS)
    assert_told(portal, rows.CUSTOMER_HEARS)
    assert [name for name in agent.names() + portal.names() if name in TROUBLE] == []
    assert till.server.http("admin").post(f"/api/devices/{till.device_id}/suspend", json={}).ok
    assert agent.until("close")["code"] == 1008


def assert_told(player: Node, shapes: dict[str, Any]) -> None:
    for name, shape in shapes.items():
        assert player.of(name), f"{name} was not heard; {player.names()}"
        for told in player.of(name):
            assert fits(told, shape), name


def test_nothing_is_mended_before_the_customer_says_so(till: Till) -> None:
    portal, agent = till.portal("message"), till.agent()
    assert portal.until("error")["error"]["code"] == "UNAUTHORIZED"
    portal.until("rooms_joined")
    agent.until("open")
    session = till.opens("remediation")
    ids = [till.queues(session, "reboot", n=number) for number in range(3)]
    until(portal, "command_update", of_command(ids[2], "pending_approval"))
    for number, approved in ((1, False), (0, True)):
        portal.says(json.dumps(["POST", f"/sessions/{session}/approve", {"commandId": ids[number],
                                                                         "approved": approved, "reason": "So be it"}]))
        told = portal.until(f"POST /sessions/{session}/approve")
        assert told == {"status": 200, "body": {"success": True, "command": {
            "id": ids[number], "status": "approved" if approved else "rejected"}}}
    assert until(agent, "result", of_command(ids[0]))["status"] == 200
    portal.says(json.dumps({"type": "approve_session", "sessionId": session, "approved": True}))
    assert until(agent, "result", of_command(ids[2]))["status"] == 200
    assert {told["payload"]["id"] for told in agent.of("command")} == {ids[0], ids[2]}
    assert not [name for name in agent.names() if name in TROUBLE]


def test_the_devices_and_portals_of_the_document(till: Till) -> None:
    session = till.opens("diagnostic")
    ids = [till.queues(session, "ping", n=number) for number in range(2)]
    portal = till.portal("query")
    assert fits(portal.until("device_status"), rows.CUSTOMER_HEARS["device_status"]), "told at once"
    device = till.agent("document")
    for _ in ids:
        assert device.until("ack")["success"] is True
    assert [told["data"]["id"] for told in device.of("command")] == ids
    until(device, "ack", lambda told: told["requestId"] == "flat")
    until(device, "heartbeat_ack", lambda told: told["requestId"] == "beat-1")
    assert not [name for name in device.names() if name in TROUBLE]
    until(portal, "device_status", lambda told: told["data"]["status"] == "online")
    portal.says(json.dumps({"type": "unsubscribe", "deviceId": till.device_id}))
    portal.until("unsubscribed")
    last = till.queues(session, "ping")
    until(device, "ack", of_command(last))
    portal.says(json.dumps({"type": "ping"}))
    portal.until("pong")
    assert not [told for told in portal.of("command_update") if told["commandId"] == last]


def test_who_is_not_known_is_closed_out(till: Till) -> None:
    assert till.agent(secret="wrong").until("refused")["status"] == 401
    refused = till.agent("document", secret="wrong")
    assert refused.until("close") == {"code": 1008, "reason": "Unauthorized"}
    assert refused.names() == ["open", "close"], "the upgrade is accepted first"


def test_the_agent_comes_back_by_itself(start_server: Callable[..., Server]) -> None:
    server = start_server()
    till = Till(server)
    try:
        agent = till.agent(pace=0.2)
        agent.until("open")
        server.stop()
        assert agent.until("close")["code"] in (1001, 1006)
        server.start()
        queued = till.queues(till.opens("diagnostic"), "ping")
        assert until(agent, "result", of_command(queued))["status"] == 200
    finally:
        till.close()
