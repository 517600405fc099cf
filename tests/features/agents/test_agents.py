"""`/agent`: what a device is told when it comes, and what it may say of itself, on both engines."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectassist.core.db import db
from connectassist.features.agents import queries
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.device_chat.rows import agent_name
from tests.cast import Caller
from tests.live.server import Server
from tests.live.sockets import Socket

PATIENCE = 30
PROFILE = {"cpuModel": "i7-9700K", "totalRamGB": 16, "totalDiskGB": 512, "processorCount": 8, "osName": "Windows 11",
           "lastBootTime": "2026-01-01T00:00:00Z", "uptimeHours": 5.5, "loggedInUsers": ["bob"],
           "networkAdapters": [{"Name": "eth0", "IPv4": ["10.0.0.2"], "Speed": 1000}], "secureBoot": True,
           "hostname": "DESK-7", "osVersion": "Windows 11 Pro"}


class Agent:
    """A new device of the default client with its socket open."""

    def __init__(self, server: Server, **said: str) -> None:
        self.server, self.device_id = server, f"agent-{uuid.uuid4().hex[:8]}"
        registered = server.http().post("/api/devices/register", json={"deviceId": self.device_id}).json()
        self.proof = {"deviceId": self.device_id, "deviceSecret": registered["deviceSecret"]}
        self.socket = self.open(**said)

    def open(self, **said: str) -> Socket:
        query = "?" + "&".join(f"{name}={value}" for name, value in {"deviceId": self.device_id, **said}.items())
        return self.server.socket("nobody", namespace="/agent", auth=self.proof, query=query)

    @property
    def row(self) -> dict[str, Any]:
        return self.server.http("admin").get(f"/api/devices/{self.device_id}").json()


@pytest.fixture
def agent(engine_server: Server) -> Iterator[Agent]:
    made = Agent(engine_server, hostname="DESK-6", username="bob", clientVersion="0.9.1", exeHash="abc")
    yield made
    made.socket.close()


@pytest.fixture
def dashboard(engine_server: Server) -> Iterator[Socket]:
    with engine_server.socket("admin", namespace="/it") as opened:
        yield opened


def test_a_device_is_told_where_it_stands_in_order(agent: Agent) -> None:
    assert agent.socket.heard("ai_status", within=PATIENCE) == {"enabled": True, "reason": None}
    assert agent.socket.heard("agent_info") == {"agentName": agent_name(agent.device_id)}
    assert agent.socket.heard_nothing_of("chat_history")
    again = agent.open()
    again.heard("ai_status", within=PATIENCE)
    assert again.names() == ["agent_info"], "nothing else comes before"
    again.close()


def test_a_name_is_one_of_twenty_and_stays() -> None:
    assert len({agent_name(f"device-{number}") for number in range(1000)}) == 20
    assert agent_name("device-1") == agent_name("device-1")


def test_coming_and_going_is_told(agent: Agent, dashboard: Socket) -> None:
    def is_ours(status: str) -> Callable[[dict], bool]:
        return lambda told: told == {"deviceId": agent.device_id, "status": status}
    agent.socket.heard("ai_status", within=PATIENCE)
    newer = agent.open()
    newer.heard("ai_status", within=PATIENCE)
    agent.socket.close()
    newer.call("heartbeat", {})
    assert agent.row["status"] == "online", "its newer socket is open"
    newer.close()
    dashboard.heard("device_status_changed", within=PATIENCE, where=is_ours("offline"))
    assert agent.row["status"] == "offline"
    with agent.open():
        dashboard.heard("device_status_changed", within=PATIENCE, where=is_ours("online"))
    assert agent.row["last_seen"].endswith("Z")


def test_a_profile_is_kept_and_leads_to_two_events(agent: Agent, dashboard: Socket) -> None:
    agent.socket.heard("ai_status", within=PATIENCE)
    dashboard.forget()
    agent.socket.emit("system_profile", PROFILE)
    assert agent.socket.heard("settings_request", within=PATIENCE)["requestId"].startswith("settings-")
    dashboard.heard("device_status_changed", within=PATIENCE,
                    where=lambda told: told == {"deviceId": agent.device_id, "status": "online"})
    row = agent.row
    assert (row["cpu_model"], row["total_ram_gb"], row["processor_count"]) == ("i7-9700K", 16, 8)
    assert (row["hostname"], row["os_version"], row["current_user"]) == ("DESK-7", "Windows 11 Pro", "bob")
    assert (row["client_version"], row["exe_hash"], row["secure_boot"]) == ("0.9.1", "abc", True)
    assert json.loads(row["logged_in_users"]) == ["bob"]
    assert json.loads(row["network_adapters"])[0]["IPv4"] == ["10.0.0.2"]
    agent.socket.emit("settings_result", {"requestId": "1", "settings": {"theme": "dark", "nested": {"a": 1}}})
    agent.socket.emit("system_profile", {"loggedInUsers": ["eve"]})
    agent.socket.heard("settings_request", within=PATIENCE)
    row = agent.row
    assert row["client_settings"] == {"theme": "dark", "nested": None}
    assert (row["previous_logged_in_users"], row["cpu_model"]) == ('["bob"]', "i7-9700K")


def test_a_device_that_lies_in_every_field_harms_nothing(agent: Agent, dashboard: Socket) -> None:
    junk: list[Any] = ["x" * 1_000_000, "a\x00b\x1b[31m<script>", {"a": [{}] * 50}, [[]], -1, 1e300, True, None]
    agent.socket.heard("ai_status", within=PATIENCE)
    for number in range(4):
        said = {name: junk[(number + at) % len(junk)] for at, name in enumerate(PROFILE)}
        assert agent.socket.call("system_profile", said)["ok"]
    for shape in (None, {}, {"deviceId": "other", "timestamp": []}, {"a": "x" * 100_000}):
        assert agent.socket.call("heartbeat", shape)["ok"]
    for shape in ("text", [1], 5):
        assert agent.socket.call("heartbeat", shape)["error_code"] == "BAD_EVENT"
    assert agent.socket.call("settings_result", {"settings": "no object"})["ok"]
    agent.socket.heard("settings_request", within=PATIENCE)
    row = agent.row
    assert all(len(str(row[name])) < 5000 for name in row)
    assert "\x00" not in json.dumps(row)
    assert "\x1b" not in json.dumps(row)
    assert agent.socket.is_open


def test_a_flood_of_heartbeats_costs_no_write_each(agent: Agent) -> None:
    agent.socket.heard("ai_status", within=PATIENCE)
    for _ in range(2000):
        agent.socket.emit("heartbeat", {"deviceId": agent.device_id})
    assert agent.socket.call("heartbeat", {})["ok"]
    assert agent.row["online"] is True


@pytest.mark.parametrize(("last_seen", "contents"), [
    ("", ["one", "two", "three"]), ("nonsense", ["one", "two", "three"]), ("2026-01-01 10:00:00", ["two", "three"]),
    ("2026-01-01T10:00:05.250Z", ["three"]), ("2026-01-01 10:00:05", ["three"]),
    ("2026-01-01T11:00:05+01:00", ["three"]), ("2026-01-02 00:00:00", [])])
def test_the_chat_that_was_missed_is_told_by_time(in_app: None, device: Caller, last_seen: str,
                                                  contents: list[str]) -> None:
    for content, second, micro in (("one", 0, 0), ("two", 5, 250_400), ("three", 9, 0)):
        db.session.add(DeviceMessage(device_id=device.device_id, sender="ai", content=content,
                                     created_at=datetime(2026, 1, 1, 10, 0, second, micro, tzinfo=UTC)))
    db.session.flush()
    told = queries.missed(device.device_id, last_seen)
    assert [message["content"] for message in told] == contents
    assert all(set(message) >= {"sender", "content", "created_at"} for message in told)
