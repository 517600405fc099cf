"""Contract 001's own helper: it knows no secret, only its deviceId and the sessionId, and acknowledges nothing."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.live.server import Server
from tests.live.sockets import Socket


@dataclass
class Legacy:
    """Such a helper, with the session that it was given."""

    server: Server
    device_id: str
    session_id: str
    secret: str

    def socket(self) -> Socket:
        return self.server.socket("nobody")


@pytest.fixture
def legacy(engine_server: Server) -> Iterator[Legacy]:
    http, device_id = engine_server.http("nobody"), f"legacy-{uuid.uuid4().hex[:8]}"
    answer = http.post("/api/sessions/assign", json={"deviceId": device_id, "deviceName": "Old PC", "os": "Windows 7",
                                                     "hostname": "OLD-PC", "arch": "ia32", "allowUnattended": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {"success", "sessionId", "link", "expiresAt", "existing"} <= set(body)
    info = {"os": "Windows 7", "hostname": "OLD-PC", "username": "anna", "arch": "ia32", "userAgent": "x"}
    answer = http.post("/api/sessions/register", json={
        "sessionId": body["sessionId"], "deviceId": device_id, "deviceName": "Old PC", "clientInfo": info,
        "status": "x"})
    assert answer.json() == {"success": True, "message": "Session registered", "sessionId": body["sessionId"]}
    yield Legacy(engine_server, device_id, body["sessionId"], body["deviceSecret"])
    engine_server.http("admin").delete(f"/api/devices/{device_id}")


def test_it_registers_with_its_session_id(legacy: Legacy) -> None:
    http = legacy.server.http("nobody")
    assert http.post("/api/sessions/register", json={"sessionId": legacy.session_id}).status_code == 200
    view = http.get(f"/api/sessions/{legacy.session_id}").json()
    assert (view["sessionId"], view["status"]) == (legacy.session_id, "connected")
    assert "technicianId" not in view, "absent, not null, when unset"


def test_it_joins_by_its_session_id_and_is_online(legacy: Legacy) -> None:
    with legacy.socket() as helper:
        assert helper.join(legacy.session_id, "helper")["ok"]
        devices = legacy.server.http("admin").get("/api/devices", params={"search": legacy.device_id}).json()["devices"]
        assert [d["status"] for d in devices] == ["online"]
        helper.emit("helper-capabilities", {"sessionId": legacy.session_id, "capabilities": {"robotjs": True},
                                            "displays": []})
        with legacy.server.socket("admin") as technician:
            assert technician.join(legacy.session_id, "technician")["ok"]
            assert helper.heard("technician-joined")["technicianSocketId"] == technician.id
            assert technician.heard("helper-capabilities")["capabilities"] == {"robotjs": True}


def test_its_consent_is_a_plain_yes_by_http(legacy: Legacy) -> None:
    with legacy.socket() as helper:
        helper.join(legacy.session_id, "helper")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(legacy.server.http("admin").post(
            f"/api/sessions/{legacy.session_id}/connect", json={"technicianName": "Adam", "technicianId": "1"})))
        asking.start()
        assert helper.heard("connection-request")["technicianName"] == "Administrator"
        legacy.server.http("nobody").post(f"/api/sessions/{legacy.session_id}/approval", json={"approved": True})
        asking.join(20)
        assert answers[0].json()["approved"] is True
        assert helper.heard("consent-changed")["rights"] == ["view", "control", "clipboard", "files"]


def test_it_stops_being_bare_once_it_showed_its_secret(legacy: Legacy) -> None:
    with legacy.server.socket("nobody", auth={"deviceId": legacy.device_id, "deviceSecret": legacy.secret}) as helper:
        assert helper.join(legacy.session_id, "helper")["ok"]
        with legacy.socket() as other:
            assert other.join(legacy.session_id, "helper")["error_code"] == "UNAUTHORIZED"
    answer = legacy.server.http("nobody").post("/api/sessions/assign", json={"deviceId": legacy.device_id})
    assert answer.status_code == 401


def test_a_known_device_id_alone_assigns_nothing(legacy: Legacy) -> None:
    http = legacy.server.http("nobody")
    assert http.post("/api/sessions/assign", json={"deviceId": legacy.device_id}).status_code == 401
    assert http.get(f"/api/devices/pending/{legacy.device_id}").status_code == 401
    assert http.post("/api/devices/register", json={"deviceId": legacy.device_id}).status_code == 401


def test_a_session_id_does_not_turn_one_machine_into_another(legacy: Legacy) -> None:
    http, admin = legacy.server.http("nobody"), legacy.server.http("admin")
    empty = admin.post("/api/sessions/create").json()["sessionId"]
    for session_id, status in ((empty, 401), (legacy.session_id, 400)):
        for device_id in (legacy.server.cast["device"].device_id, legacy.server.cast["device_b"].device_id):
            answer = http.post("/api/sessions/register", json={"sessionId": session_id, "deviceId": device_id})
            assert answer.status_code == status
    admin.delete(f"/api/sessions/{empty}")


def test_the_new_device_belongs_to_the_default_client(legacy: Legacy) -> None:
    for name, is_seen in (("admin", True), ("technician_a", False), ("technician_b", False)):
        assert (legacy.device_id in legacy.server.http(name).get("/api/devices?limit=500").text) is is_seen
