"""Commands over a device's line: sent the moment they are queued, once each, and lost with no line."""

from __future__ import annotations

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
