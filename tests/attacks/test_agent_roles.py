"""Every event of `/agent`, sent by a device that names another one and another's request: on both engines.

Who doesn't get in at all stands in tests/realtime/test_namespaces.py.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from connectassist.realtime.namespaces import AGENT
from tests.live.fleet import Fleet

REQUEST = "a-request-of-client-b"
#: All that any of the events looks at, said for the other tenant.
LIES: dict[str, Any] = {
    "content": "I am the other one", "checkType": "disk", "status": "error", "label": "forged", "value": "forged",
    "results": {"forged": True}, "fields": {"Forged": "yes"}, "settings": {"forged": True}, "hostname": "forged",
    "success": True, "data": {"forged": True}, "message": "forged", "approved": True, "output": "forged",
    "messageId": 1, "client_id": 3, "clientId": 3, "requestId": REQUEST}


def test_a_device_speaks_for_itself_whatever_it_says(app: Flask, fleet: Fleet) -> None:
    other, hers = fleet.device_of_b_id, fleet.it("technician_b")
    before = fleet.server.http("technician_b").get(f"/api/devices/{other}").json()["hostname"]
    asked = {"deviceId": other, "requestId": REQUEST, "tool": "process_list"}
    assert fleet.agent_of_b and hers.call("system_tool_request", asked)["ok"]
    hers.call("start_terminal", {"deviceId": other})
    hers.call("request_screenshot", {"deviceId": other, "requestId": REQUEST})
    hers.forget()
    for event in sorted(AGENT.events.incoming):
        fleet.agent.call(event, {**LIES, "deviceId": other, "device_id": other})
    fleet.agent_of_b.call("system_tool_result", {"requestId": REQUEST, "success": True, "data": {"true": 1}})
    answer = hers.heard("system_tool_result")
    assert (answer["deviceId"], answer["data"]) == (other, {"true": 1}), "the other device's answer was not taken"
    assert set(hers.names()) <= {"device_status_changed"}
    assert fleet.server.http("technician_b").get(f"/api/devices/{other}").json()["hostname"] == before
    fields = fleet.server.http("technician_b").get(f"/api/devices/{other}/custom-fields").json()
    assert "forged" not in str(fields) and "Forged" not in str(fields)
    hers.call("stop_terminal", {"deviceId": other})
