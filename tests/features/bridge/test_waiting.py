"""Long polling on a real server, on both engines: held without costing others anything, woken by what happens."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests

from tests.live.server import Server
from tests.live.sockets import Socket

PATIENCE = 20


class Held(threading.Thread):
    """A request that the server holds."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url, self.answer, self.seconds = url, None, 0.0
        self.start()

    def run(self) -> None:
        began = time.monotonic()
        with suppress(requests.RequestException):
            self.answer = requests.get(self._url, timeout=60)
        self.seconds = time.monotonic() - began

    def body(self) -> dict[str, Any]:
        """What it was answered, well before the 25 s after which it would have been anyway."""
        self.join(PATIENCE)
        assert self.answer is not None, "the held request wasn't woken"
        assert self.answer.status_code == 200, self.answer.text
        return self.answer.json()


class Machine:
    """An old machine's session, with a technician on its page."""

    def __init__(self, server: Server, *, name: str = "admin") -> None:
        self.server = server
        made = server.http(name).post("/api/sessions/create").json()
        self.session_id, self.root = made["sessionId"], f"{server.url}/api/bridge/{made['sessionId']}"
        self.technician: Socket = server.socket(name)
        assert self.technician.join(self.session_id, "technician")["ok"]

    def hold(self, path: str) -> Held:
        return Held(f"{self.root}/{path}")

    def close(self) -> None:
        self.technician.close()
        self.server.http("admin").delete(f"/api/sessions/{self.session_id}")


@pytest.fixture
def machine(engine_server: Server) -> Iterator[Machine]:
    made = Machine(engine_server)
    yield made
    made.close()


def test_messages_of_the_page_arrive_at_once(machine: Machine, record_property: Callable) -> None:
    since, waits = 0, []
    for number in range(3):
        held = machine.hold(f"messages?since={since}&wait=25")
        assert machine.technician.call("chat-message", {"text": f"message {number}"})["ok"]
        said = held.body()["messages"]
        assert [m["message"] for m in said] == [f"message {number}"]
        since = said[-1]["timestamp"]
        waits.append(held.seconds)
    record_property("seconds", waits)
    sys.stdout.write(f"messages reached the bridge after {', '.join(f'{w:.3f}' for w in waits)} s\n")


def test_what_the_machine_says_reaches_the_page(machine: Machine) -> None:
    answer = requests.post(f"{machine.root}/messages", data=b'{"message":"it hums","sender":"Ann"}', timeout=30)
    heard = machine.technician.heard("chat-message")
    assert (heard["message"], heard["text"], heard["role"], heard["id"]) == (
        "it hums", "it hums", "customer", answer.json()["id"])


def test_files_and_questions_wake_too(machine: Machine) -> None:
    held, files = machine.hold("messages?wait=25"), machine.hold("files?wait=25&direction=from-customer")
    sent = requests.post(f"{machine.root}/files/upload", files={"file": ("a.log", b"log")}, timeout=30).json()
    heard = machine.technician.heard("file-available")
    assert (heard["id"], heard["direction"]) == (sent["fileId"], "user-to-technician")
    assert heard["original_name"] == heard["originalName"] == "a.log" and heard["downloadUrl"] and heard["size"] == 3
    assert held.body()["messages"] == []
    assert [f["id"] for f in files.body()["files"]] == [sent["fileId"]]


def test_a_machine_without_a_helper_is_asked_and_fetches_its_file(machine: Machine) -> None:
    """VNC-only: consent on the bridge's page, then put-remote-file is kept for the customer."""
    put = {"path": "", "filename": "fix.reg", "content": "aGVsbG8=", "requestId": "r1"}
    assert machine.technician.call("put-remote-file", put)["error_code"] == "NOT_CONSENTED"
    held, http = machine.hold("messages?wait=25"), machine.server.http("admin")
    asking = threading.Thread(daemon=True, target=lambda: http.post(
        f"/api/sessions/{machine.session_id}/connect", json={"rights": ["files"], "reason": "a fix"}))
    asking.start()
    question = held.body()["question"]
    assert question["rights"] == ["files"] and question["reason"] == "a fix"
    requests.post(f"{machine.server.url}/api/sessions/{machine.session_id}/approval", timeout=30, json={
        "approved": True, "requestId": question["requestId"]})
    asking.join(PATIENCE)
    assert "files" in machine.technician.heard("consent-changed")["rights"]
    assert machine.technician.call("put-remote-file", put)["ok"]
    result = machine.technician.heard("put-remote-file-result")
    assert result["sessionId"] == machine.session_id and result["requestId"] == "r1"
    assert result["success"] is True and result["stored"] is True
    listed = requests.get(f"{machine.root}/files?direction=to-customer", timeout=30).json()["files"]
    assert [(f["id"], f["name"]) for f in listed] == [(result["fileId"], "fix.reg")]
    assert requests.get(f"{machine.root}/files/{result['fileId']}/download", timeout=30).content == b"hello"


@pytest.mark.parametrize("fields", [
    {"content": "no base64!"}, {"path": "../../etc"}, {"path": "a/.. /b"}, {"path": "C:\\"}, {"path": "\\\\host\\x"}])
def test_what_can_not_be_stored(machine: Machine, fields: dict[str, str]) -> None:
    requests.patch(f"{machine.server.url}/api/sessions/{machine.session_id}/settings", json={"allowUnattended": True},
                   timeout=30)
    machine.server.http("admin").post(f"/api/sessions/{machine.session_id}/connect", json={"rights": ["files"]})
    machine.technician.heard("consent-changed")
    answer = machine.technician.call("put-remote-file", {
        "path": "", "filename": "a", "content": "", "requestId": 7, **fields})
    result = machine.technician.heard("put-remote-file-result")
    assert answer["ok"] is False and (result["requestId"], result["success"]) == (7, False) and result["error"]
    assert requests.get(f"{machine.root}/files", timeout=30).json()["files"] == []


def test_without_wait_the_answer_comes_at_once_and_with_it_after_it(machine: Machine) -> None:
    short = machine.hold("messages?wait=1")
    assert requests.get(f"{machine.root}/messages", timeout=30).json()["messages"] == []
    short.join(PATIENCE)
    assert short.answer is not None and short.answer.json()["messages"] == [] and short.seconds > 0.9


def test_a_session_holds_four_and_the_oldest_makes_room(machine: Machine) -> None:
    first = machine.hold("messages?wait=25")
    others = []
    for _ in range(4):  # each is surely held once it has pushed out the one five before it, or none has to go
        others.append(machine.hold("messages?wait=25"))
    everyone = [first, *others]
    deadline = time.monotonic() + PATIENCE
    while sum(not held.is_alive() for held in everyone) < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert sum(not held.is_alive() for held in everyone) == 1, "five were held, or more than one was let go"
    machine.technician.call("chat-message", {"text": "all hear it"})
    assert sum(bool(held.body()["messages"]) for held in everyone) == 4


def test_many_that_wait_cost_the_others_nothing(engine_server: Server) -> None:
    """More held requests than the database has connections."""
    machines = [Machine(engine_server) for _ in range(6)]
    held = [machine.hold("messages?wait=25") for machine in machines for _ in range(4)]
    http = engine_server.http("admin")
    for machine in machines:
        assert http.get(f"/api/sessions/{machine.session_id}").status_code == 200
        machine.technician.call("chat-message", {"text": "hello"})
    assert all(each.body()["messages"] for each in held)
    for machine in machines:
        machine.close()
