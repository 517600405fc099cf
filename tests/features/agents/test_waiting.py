"""`commands_waiting`: a device hears of its queue when it comes and when something is put into it, on both engines."""

from __future__ import annotations

from typing import Any

import requests

from tests.features.agents.test_agents import PATIENCE, Agent
from tests.live.server import Server


def gateway(agent: Agent, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the device itself asks of the gateway."""
    signed_in = requests.post(agent.server.url + "/api/v1/device/auth", json=agent.proof, timeout=30).json()
    answer = requests.post(f"{agent.server.url}/api/v1/device/{path}", json=body, timeout=30,
                           headers={"X-Device-Token": signed_in["token"]})
    assert answer.ok, answer.text
    return answer.json()


def test_a_device_hears_of_its_queue(engine_server: Server) -> None:
    agent = Agent(engine_server)
    agent.socket.heard("ai_status", within=PATIENCE)
    assert agent.socket.heard_nothing_of("commands_waiting"), "nothing waits"
    for number in range(5):
        gateway(agent, "commands", {"command": "check", "parameters": {}, "priority": 1 + number})
    agent.socket.heard("commands_waiting", within=PATIENCE, where=lambda told: told == {"count": 5})
    assert agent.socket.names().count("commands_waiting") <= 5
    agent.socket.close()
    again = agent.open()
    assert again.heard("commands_waiting", within=PATIENCE) == {"count": 5}
    assert len(gateway(agent, "commands/claim", {"limit": 10})["commands"]) == 5
    again.close()
    empty = agent.open()
    empty.heard("ai_status", within=PATIENCE)
    assert empty.heard_nothing_of("commands_waiting")
    empty.close()
