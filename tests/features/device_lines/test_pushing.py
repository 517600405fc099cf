"""Commands over a device's line: sent the moment they are queued, once each, and lost with no line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.features.device_lines.conftest import Handset


def test_a_command_comes_the_moment_it_is_queued(handset: Handset) -> None:
    line = handset.opens()
    assert line.asks("heartbeat", status="online")["type"] == "heartbeat_ack"
    command_id = handset.queued("restart_service", name="spooler")
    told = line.hears("command")
    assert told["id"] == told["payload"]["id"] == told["data"]["id"] == told["command"]["id"] == command_id
    assert told["payload"]["type"] == "restart_service"
    assert told["payload"]["parameters"] == told["parameters"] == {"name": "spooler"}
    assert told["payload"]["claimToken"] == told["data"]["claimToken"] and told["payload"]["timestamp"]
    done = line.asks("command_result", commandId=command_id, claimToken=told["payload"]["claimToken"],
                     status="success", output="ok", duration=12)
    assert done["type"] == "ack" and done["success"] and "nextCommand" not in done
    again = line.asks("command_result", commandId=command_id, claimToken=told["payload"]["claimToken"],
                      status="success")
    assert again["error"]["code"] == "COMMAND_COMPLETED"


def test_what_waited_comes_in_its_order_when_a_line_opens_ten_at_a_time(handset: Handset) -> None:
    queued = [handset.queued("step", number=number) for number in range(13)]
    line = handset.opens()
    first = [line.hears("command") for _ in range(10)]
    assert [told["id"] for told in first] == queued[:10]
    assert line.asks("heartbeat", status="online")["pendingCommands"] == 3
    assert not [message for message in line.kept if message["type"] == "command"], "ten are under way, no more"
    answered = line.asks("command_result", **_done(first[0]))
    assert answered["nextCommand"]["id"] == queued[10]
    assert line.hears("command")["id"] == queued[10]
    posted = handset.http().post(f"/api/v1/device/commands/{first[1]['id']}/result", json={
        **_done(first[1]), "executedAt": "2026-01-01T00:00:00Z", "duration": 1})
    assert posted.status_code == 200
    assert line.hears("command")["id"] == queued[11], "a result over HTTP makes room as well"


def test_what_did_not_arrive_goes_back_at_once_and_what_did_stays(handset: Handset) -> None:
    line = handset.opens()
    arrived = handset.queued("arrives")
    assert line.hears("command")["id"] == arrived
    assert line.asks("ping")["type"] == "pong"  # the client library has answered the server's ping by now
    lost = handset.queued("gets lost")
    line.cut()  # before anything of it is read, or answered
    again = handset.opens()
    told = again.hears("command")
    assert told["id"] == lost and told["payload"]["attempt"] == 1, "it never was there"
    assert again.asks("heartbeat", status="online")["pendingCommands"] == 0, "the first is in the device's hands"


def test_of_two_lines_the_newest_gets_the_commands_and_both_may_speak(handset: Handset) -> None:
    older, newer = handset.opens(), handset.opens()
    newer.asks("ping")
    command_id = handset.queued("which")
    told = newer.hears("command")
    assert told["id"] == command_id
    assert older.asks("command_result", **_done(told))["type"] == "ack"
    newer.close()
    assert newer.is_over()
    following = handset.queued("and now")
    assert older.hears("command")["id"] == following


def test_a_fourth_line_of_a_device_closes_the_oldest(handset: Handset) -> None:
    lines = [handset.opens() for _ in range(4)]
    assert lines[0].is_closed() == (1008, "Too many connections of this device")
    assert all(line.asks("ping")["type"] == "pong" for line in lines[1:])


def test_a_device_may_ask_extend_and_is_told_what_is_wrong(handset: Handset) -> None:
    line = handset.opens()
    assert line.asks("claim_command")["type"] == "no_commands"
    command_id = handset.queued("long")
    told = line.hears("command", id=command_id)
    longer = line.asks("extend", commandId=command_id, claimToken=told["claimToken"], extensionMs=60_000)
    assert longer["type"] == "ack" and longer["visibleUntil"]
    assert line.asks("extend", data={"commandId": command_id, "claimToken": "x" * 64, "extensionMs": 60_000}
                     )["error"]["code"] == "INVALID_CLAIM"
    wrong = line.asks("command_result", commandId=command_id, claimToken="no", status="success")
    assert wrong["type"] == "error" and wrong["error"]["code"] == "INVALID_CLAIM"
    nested = line.asks("command_result", data={**_done(told), "status": "failure", "error": "it did not work"})
    assert nested["type"] == "ack"
    for name, code in (("nonsense", "UNKNOWN_EVENT"), ("command_result", "VALIDATION_FAILED"),
                       ("claim_command", "VALIDATION_FAILED")):
        assert line.asks(name, limit=-1)["error"]["code"] == code
    for text in ("{", "[]", "null", '"x"', "{}", '{"type": 5}', '{"type": "ping", "requestId": {}}'):
        line.ws.send(text)
    assert [line.hears("error")["error"]["code"] for _ in range(6)] == ["BAD_EVENT"] * 6
    assert line.hears("pong")


def test_the_agents_greeting_is_swallowed_and_its_status_heard(handset: Handset) -> None:
    line = handset.opens()
    line.say("connected").say("connected")
    beat = line.asks("status", data="busy")
    assert beat["type"] == "heartbeat_ack" and beat["nextHeartbeat"] >= 1000 and not line.kept
    assert line.asks("status", data={"status": "error", "metrics": {"cpu": 1}})["type"] == "heartbeat_ack"
    assert line.asks("status_update", status="online")["data"]["success"]
    assert line.asks("heartbeat", status="asleep")["error"]["code"] == "VALIDATION_FAILED"


def test_a_cancelled_command_is_told(handset: Handset) -> None:
    line = handset.opens()
    command_id = handset.queued("soon over")
    line.hears("command", id=command_id)
    cancelled = handset.server.http("technician_a").post(f"/api/commands/{command_id}/cancel", json={})
    assert cancelled.status_code == 200
    assert line.hears("config_update")["data"] == {"cancelledCommands": [command_id]}


def test_a_large_command_is_said_once(handset: Handset) -> None:
    line = handset.opens()
    content = "é" * 60_000
    handset.queued("EXECUTE_SCRIPT", content=content)
    told = line.hears("command")
    assert told["payload"]["parameters"] == {"content": content}
    assert "parameters" not in told and "parameters" not in told["data"]


def test_presence_lasts_as_long_as_the_line(handset: Handset) -> None:
    customer = handset.server.http("customer")
    path = f"/api/v1/customer/devices/{handset.device.device_id}/status"
    line = handset.opens()
    line.asks("ping")
    assert _until(lambda: customer.get(path).json()["device"]["status"] == "online")
    line.close()
    assert _until(lambda: customer.get(path).json()["device"]["status"] == "offline")


def _done(told: dict[str, Any]) -> dict[str, Any]:
    return {"commandId": told["id"], "claimToken": told["payload"]["claimToken"], "status": "success"}


def _until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()
