"""What comes over a customer's line by itself: their devices' states and their commands', and nobody else's."""

from __future__ import annotations

from tests.features.customer_lines.conftest import Portal


def test_every_heartbeat_and_every_coming_and_going_is_told(portal: Portal) -> None:
    line, device = portal.signed_in(), portal.device()
    own = portal.device_line(device)
    came = line.hears("device_status", deviceId=device.device_id, status="online")
    assert came["data"]["deviceId"] == device.device_id and came["lastSeen"]
    assert line.hears("status_update", deviceId=device.device_id, status="online")
    own.asks("heartbeat", status="busy", metrics={"cpu": 12.5, "memory": 40, "uptime": 9})
    beat = line.hears("device_status", deviceId=device.device_id, condition="busy")
    assert beat["metrics"] == beat["data"]["metrics"] == {"cpu": 12.5, "memory": 40, "uptime": 9}
    posted = portal.device_http(device).post("/api/v1/device/heartbeat", json={"status": "error"})
    assert posted.status_code == 200
    assert line.hears("device_status", deviceId=device.device_id, condition="error")["status"] == "online"
    own.asks("heartbeat", status="offline")
    own.close()
    assert line.hears("status_update", deviceId=device.device_id, status="offline")


def test_a_command_is_followed_from_the_queue_to_its_result(portal: Portal) -> None:
    line, device = portal.signed_in(), portal.device()
    own = portal.device_line(device)
    made = line.asks("send_command", deviceId=device.device_id, command="restart", parameters={"hard": True})
    assert made["type"] == "command_queued" and made["status"] == "queued"
    queued = line.hears("command_update", commandId=made["commandId"], status="queued")
    assert queued["data"]["command"]["type"] == "restart"
    told = own.hears("command", id=made["commandId"])
    assert told["parameters"] == {"hard": True}
    line.hears("command_update", commandId=made["commandId"], status="claimed")
    own.asks("command_result", commandId=told["id"], claimToken=told["claimToken"], status="success",
             output="x" * 50_000, duration=7)
    done = line.hears("command_completed", commandId=told["id"])
    assert done["success"] and done["status"] == "done" and done["result"]["duration"] == 7
    assert done["result"]["truncated"] and len(done["result"]["output"]) == 32 * 1024
    line.hears("command_update", commandId=told["id"], status="done")


def test_a_device_that_is_suspended_and_let_in_again_is_told(portal: Portal) -> None:
    line, device = portal.signed_in(), portal.device()
    staff = portal.server.http("technician_a")
    for verb, is_suspended in (("suspend", True), ("resume", False)):
        assert staff.post(f"/api/devices/{device.device_id}/{verb}", json={"reason": "lost"}).status_code == 200
        told = line.hears("device_status", deviceId=device.device_id, suspended=is_suspended)
        assert told["status"] == "offline"
