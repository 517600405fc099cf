"""Terminal, desktop, files and scripts of contract 000, over real sockets: nothing passes that the device's own agent
has not opened, and only whoever asked hears the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.server import Server
from tests.live.sockets import Socket


@pytest.fixture
def agent(engine_server: Server) -> Iterator[Socket]:
    """The device of client A, as 000's agent."""
    with engine_server.socket("device", namespace="/agent") as socket:
        socket.call("heartbeat", {})
        yield socket


@pytest.fixture
def dashboard(engine_server: Server) -> Iterator[Socket]:
    with engine_server.socket("technician_a", namespace="/it") as socket:
        yield socket


@pytest.fixture
def device_id(engine_server: Server) -> Iterator[str]:
    yield engine_server.cast["device"].device_id
    allow_unattended(engine_server, allowed=False)


def allow_unattended(server: Server, *, allowed: bool) -> None:
    body = {"deviceId": server.cast["device"].device_id, "allowUnattended": allowed}
    assert server.http("device").post("/api/devices/register", json=body).status_code == 200


def test_a_terminal_takes_input_only_once_the_device_has_opened_it(agent: Socket, dashboard: Socket,
                                                                   device_id: str) -> None:
    def typed() -> dict:
        return dashboard.call("terminal_input", {"deviceId": device_id, "input": "dir\n"})

    assert typed()["error_code"] == "NOT_CONSENTED"
    assert dashboard.call("start_terminal", {"deviceId": device_id})["ok"]
    asked = agent.heard("terminal_start_request")
    assert asked["itInitiated"] is True and asked["requestId"].startswith("terminal-")
    assert typed()["error_code"] == "NOT_CONSENTED", "the person there has not answered"
    agent.call("terminal_output", {"output": "too early"})
    agent.call("terminal_started", {"requestId": asked["requestId"]})
    assert dashboard.heard("terminal_started")["deviceId"] == device_id
    assert typed()["ok"]
    assert agent.heard("terminal_input") == {"input": "dir\n"}
    agent.call("terminal_output", {"output": "<b>C:\\</b>"})
    assert dashboard.heard("terminal_output") == {"deviceId": device_id, "output": "<b>C:\\</b>"}
    dashboard.call("stop_terminal", {"deviceId": device_id})
    agent.heard("terminal_stop_request")
    assert typed()["error_code"] == "NOT_CONSENTED"


def test_a_no_is_a_no(agent: Socket, dashboard: Socket, device_id: str) -> None:
    dashboard.call("start_desktop", {"deviceId": device_id})
    assert agent.heard("desktop_start_request")["it_username"] == "Tina Acme"
    agent.call("desktop_denied", {"reason": "not now"})
    assert dashboard.heard("desktop_denied")["reason"] == "not now"
    moved = dashboard.call("desktop_mouse", {"deviceId": device_id, "x": 1, "y": 1})
    assert moved["error_code"] == "NOT_CONSENTED"
    assert agent.heard_nothing_of("desktop_mouse_input")


def test_what_agents_do_without_a_question_needs_to_be_allowed_beforehand(
        engine_server: Server, agent: Socket, dashboard: Socket, device_id: str) -> None:
    for event in ("execute_script", "request_file_read", "request_file_delete", "force_desktop_request"):
        refused = dashboard.call(event, {"deviceId": device_id, "path": "C:\\", "script": "whoami"})
        assert refused["error_code"] == "NOT_CONSENTED", event
        assert dashboard.heard("error_message")["message"]
    assert agent.heard_nothing_of("script_request")
    allow_unattended(engine_server, allowed=True)
    assert dashboard.call("execute_script", {"deviceId": device_id, "script": "whoami", "requestId": "script-1"})["ok"]
    assert agent.heard("script_request") == {"script": "whoami", "requestId": "script-1"}


def test_only_the_asker_hears_the_answer_and_once(engine_server: Server, agent: Socket, dashboard: Socket,
                                                  device_id: str) -> None:
    with engine_server.socket("admin", namespace="/it") as colleague:
        request_id = dashboard.call("request_screenshot", {"deviceId": device_id, "reason": "to see"})["requestId"]
        assert agent.heard("screenshot_request")["reason"] == "to see"
        agent.call("script_result", {"requestId": request_id, "output": "another answer"})
        for _ in range(2):
            agent.call("screenshot_result", {"requestId": request_id, "approved": True, "imageData": "aGk="})
        assert dashboard.heard("device_screenshot_update")["imageData"] == "aGk="
        assert dashboard.heard_nothing_of("device_screenshot_update")
        assert dashboard.heard_nothing_of("script_result")
        assert colleague.heard_nothing_of("device_screenshot_update")


def test_a_line_is_one_technician_s_and_ends_with_either_side(engine_server: Server, agent: Socket,
                                                              dashboard: Socket, device_id: str) -> None:
    dashboard.call("start_terminal", {"deviceId": device_id})
    agent.call("terminal_started", {})
    with engine_server.socket("admin", namespace="/it") as colleague:
        assert colleague.call("start_terminal", {"deviceId": device_id})["error_code"] == "CONFLICT"
        assert colleague.call("terminal_input", {"deviceId": device_id, "input": "x"})["error_code"] == "NOT_CONSENTED"
    dashboard.close()
    agent.heard("terminal_stop_request")
    with engine_server.socket("technician_a", namespace="/it") as again:
        again.call("start_terminal", {"deviceId": device_id})
        agent.call("terminal_started", {})
        again.heard("terminal_started")
        agent.close()
        assert again.heard("terminal_stopped", within=40)["deviceId"] == device_id


@pytest.mark.parametrize("name", ["technician_b", "viewer_a"])
def test_nobody_else_opens_anything(engine_server: Server, agent: Socket, device_id: str, name: str) -> None:
    with engine_server.socket(name, namespace="/it") as socket:
        for event in ("start_terminal", "start_desktop", "request_screenshot", "execute_script", "terminal_input"):
            answer = socket.call(event, {"deviceId": device_id})
            assert answer["ok"] is False, event
    assert agent.heard_nothing_of("terminal_start_request")


def test_what_makes_no_sense_harms_nothing(agent: Socket, dashboard: Socket) -> None:
    for device_id in (None, 7, {}, "", "nobody-s", "\x00"):
        assert dashboard.call("start_terminal", {"deviceId": device_id})["ok"] is False
    for event in ("terminal_started", "desktop_frame", "script_result", "file_browse_result", "terminal_stopped"):
        assert agent.call(event, {"requestId": ["x"]})["ok"], "nobody asked, and nothing happens"
    assert dashboard.heard_nothing_of("terminal_started")
