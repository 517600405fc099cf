"""Contract 000's agent and dashboard as they are, in JavaScript, against a real server: every event of both
namespaces, over each way in, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.cast import ACME, PASSWORD
from tests.contracts.rows_000 import DEVICE_HEARS, STAFF_HEAR
from tests.contracts.script import Node
from tests.contracts.shape import fits
from tests.features.packages.payload import write_payload
from tests.live.server import Server

ENGINES = ["eventlet", "gevent"]
#: Transports (none: as socket.io-client goes by itself) and where the server is mounted.
WAYS = [("websocket", ""), ("polling", "/pocket-it"), ("", "")]
WATCHED = ["device_watchers_changed", "device_status", "device_chat_history", "device_watchers", "device_notes",
           "device_custom_fields"]
SCRIPTS_OWN = ("transport", "disconnect")


@pytest.fixture(scope="session")
def trusting(servers: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Server]:
    """A server that believes devices their ids and its own computer everything: the document's MVP. It has a build."""
    build = write_payload(tmp_path_factory.mktemp("build") / "payloads")
    return cache(lambda engine: servers(async_mode=engine, trust_localhost=1, trust_bare_device_ids=1, payloads=build))


class Enrolled:
    """A device that was enrolled as the document enrolls one, and what its agent and a dashboard say and hear."""

    def __init__(self, server: Server, prefix: str, *, shows_proof: bool, **more: str) -> None:
        self.server, self.prefix, self.device_id = server, prefix, f"device-{uuid.uuid4().hex[:8]}"
        order = {"token": self._post("enrollment/token", {"client_id": ACME}, name="admin")["token"],
                 "deviceId": self.device_id, "hostname": "DESKTOP-USER01", "osVersion": "Windows 11", **more}
        secret = self._post("enrollment/enroll", order)["deviceSecret"]
        self.secret = secret if shows_proof else ""
        self.token = self._post("admin/login", {"username": "tina", "password": PASSWORD})["token"] \
            if shows_proof else ""

    def _post(self, path: str, body: dict[str, Any], *, name: str = "nobody") -> dict[str, Any]:
        answer = self.server.http(name).post(f"{self.prefix}/api/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def agent(self, transports: str) -> Node:
        return Node("pocket_agent.mjs", f"{self.server.url}{self.prefix}/agent", self.device_id, self.secret,
                    transports)

    def dashboard(self, transports: str) -> Node:
        return Node("pocket_dashboard.mjs", self.server.url, self.prefix, self.device_id, self.token, transports)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("transports", "prefix"), WAYS, ids=["websocket", "polling-mounted", "bare-id"])
def test_the_whole_flow(server_on: Callable[[str], Server], trusting: Callable[[str], Server], engine: str,
                        transports: str, prefix: str) -> None:
    has_proof = bool(transports)
    enrolled = Enrolled((server_on if has_proof else trusting)(engine), prefix, shows_proof=has_proof)
    page = enrolled.dashboard(transports)
    agent = None
    try:
        page.until("device_custom_fields")
        agent = enrolled.agent(transports)
        agent.until("chat_history")
        page.rest()
        agent.rest()
    finally:
        for each in (page, agent):
            if each:
                each.close()
    assert_told(agent, DEVICE_HEARS)
    assert_told(page, STAFF_HEAR)
    assert_agent(agent)
    assert_dashboard(page)
    for each in (page, agent):
        assert each.of("transport")[0] in ([transports] if transports else ["polling", "websocket"])
        assert each.of("disconnect") == ["io client disconnect"]
    enrolled.server.http("admin").delete(f"/api/devices/{enrolled.device_id}")


def assert_told(script: Node, shapes: dict[str, Any]) -> None:
    for name, shape in shapes.items():
        assert script.of(name), f"{name} was not heard; {script.names()}"
        assert fits(script.of(name)[0], shape), name


def assert_agent(agent: Node) -> None:
    """The order of what a device is told when it comes, and what a technician writes to it."""
    greeting = [name for name in agent.names() if name not in SCRIPTS_OWN and not name.startswith("again ")]
    assert greeting[:2] == ["agent_info", "ai_status"]
    assert [name for name in agent.names() if name.startswith("again ")][:3] == [
        "again agent_info", "again ai_status", "again chat_history"]
    assert agent.of("again ai_status")[0] == {"enabled": False, "reason": "it_active"}
    answers = agent.of("chat_response")
    assert [(each["sender"], each.get("senderName"), each["action"]) for each in answers[1:]] == [
        ("it_tech", answers[1]["senderName"], None)] * 2
    assert answers[1]["text"] == "Hi, I can help with that issue"
    assert not [each for each in answers if "type" in each], "000's agent puts a key of that name in"
    history = agent.of("chat_history")[0]["messages"]
    assert [each["sender"] for each in history] == ["user", "ai", "it_tech", "it_tech"]
    assert {"enabled": False, "reason": "it_active"} in agent.of("ai_status")


def assert_dashboard(page: Node) -> None:
    """The order of a watch's answers, and one refusal for each event without its payload."""
    assert [name for name in page.names() if name in WATCHED][:len(WATCHED)] == WATCHED
    assert len(page.of("error_message")) == 5
    assert all(message["message"] for message in page.of("error_message"))
    assert page.of("device_status")[0]["hostname"] == "DESKTOP-USER01"
    assert not [name for name in page.of("device_status")[0] if "secret" in name]
    said = [each["message"] for each in page.of("device_chat_update")]
    assert [(each["sender"], each["content"]) for each in said] == [
        ("user", "My internet is slow"), ("it_tech", "Hi, I can help with that issue"), ("it_tech", "Goodbye")]
    assert all(each["sender_name"] for each in said[1:])
    assert page.of("device_status_changed")[-1]["status"] == "offline"


def test_an_old_agent_hears_of_the_new_one_first(trusting: Callable[[str], Server]) -> None:
    enrolled = Enrolled(trusting("eventlet"), "", shows_proof=False, platform="linux-x86_64")
    for version, greeting in (("0.0.1", ["update_available", "agent_info"]), ("0.1.0", ["agent_info"]),
                              ("2.3.4.5-rc", ["agent_info"]), ("", ["agent_info"])):
        query = f"?deviceId={enrolled.device_id}&clientVersion={version}"
        with enrolled.server.socket(namespace="/agent", query=query) as agent:
            agent.heard("ai_status", within=40)
            assert agent.names() == greeting, version
            assert version != "0.0.1" or agent.heard("update_available") == {"version": "0.1.0"}


@pytest.mark.parametrize("script", ["agent", "dashboard"])
def test_who_is_refused_is_disconnected(engine_server: Server, script: str) -> None:
    """Without proof the connection succeeds and the server ends it, which is what these clients know as a no."""
    if script == "agent":
        refused = Node("pocket_agent.mjs", f"{engine_server.url}/agent", "device-abc123", "", "")
    else:
        refused = Node("pocket_dashboard.mjs", engine_server.url, "", "device-abc123", "", "")
    try:
        assert refused.until("disconnect") == "io server disconnect"
        assert refused.names() == ["transport", "disconnect"]
    finally:
        refused.close()
