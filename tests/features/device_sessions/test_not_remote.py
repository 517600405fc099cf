"""A diagnostic session holds commands, nobody's seat: what deals with remote sessions does not know it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import DEVICE_ID, Caller
from tests.features.device_sessions.test_customer_sessions import opened
from tests.live.server import Server

FIGURES = ("/api/statistics/sessions", "/api/admin/stats")


@pytest.fixture
def session_id(customer: Caller) -> str:
    return opened(customer, "remediation", description="no sitting")["id"]


def test_no_route_of_remote_sessions_knows_it(session_id: str, technician_a: Caller, admin: Caller, device: Caller,
                                              nobody: Caller) -> None:
    path = f"/api/sessions/{session_id}"
    body = {"sessionId": session_id, "approved": True, "technicianId": 1, "rights": ["view"], "role": "technician",
            "userId": 2, "inviteeId": 2, "kind": "invite", "type": "invite"}
    for caller in (technician_a, admin, device, nobody):
        for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/approval"), ("PATCH", "/settings"),
                             ("POST", "/connect"), ("POST", "/end"), ("GET", "/case"), ("POST", "/case"),
                             ("POST", "/case/close"), ("GET", "/timeline"), ("GET", "/colleagues"),
                             ("POST", "/invitations"), ("POST", "/package")):
            answer = caller.open(method, path + tail, json=body)
            assert answer.status_code in (400, 401, 403, 404, 405), (caller.member.name, method, tail)
        for method, other in (("POST", "/api/sessions/register"), ("POST", "/api/share"), ("POST", "/api/share/doors"),
                              ("POST", "/api/files/upload"), ("GET", f"/api/bridge/{session_id}/messages"),
                              ("POST", f"/api/bridge/{session_id}/messages"), ("GET", f"/api/chat/{session_id}"),
                              ("GET", f"/api/files/session/{session_id}"), ("POST", "/api/cases"),
                              ("GET", f"/api/packages/download/{session_id}"),
                              ("GET", f"/api/cases/draft?sessionId={session_id}")):
            answer = caller.open(method, other, json=body)
            assert answer.status_code in (400, 401, 403, 404, 405, 415), (caller.member.name, method, other)


def test_no_list_and_no_count_has_it(session_id: str, technician_a: Caller, admin: Caller) -> None:
    for caller in (technician_a, admin):
        for path in ("/api/sessions", "/api/sessions?live=false", "/api/sessions?status=active", "/api/cases",
                     "/api/statistics/sessions", "/api/stats", "/api/recordings"):
            answer = caller.get(path)
            assert answer.status_code in (200, 404), path
            assert session_id not in answer.get_data(as_text=True), path
    assert technician_a.get("/api/sessions").json["sessions"] == []


def test_statistics_do_not_count_it(technician_a: Caller, customer: Caller) -> None:
    before = [technician_a.get(path).json for path in FIGURES]
    assert before[0]["summary"]
    made = opened(customer)
    customer.post(f"/api/v1/customer/sessions/{made['id']}/end")
    assert [technician_a.get(path).json for path in FIGURES] == before


def test_a_device_is_assigned_a_sitting_of_its_own(session_id: str, device: Caller, technician_a: Caller) -> None:
    answer = device.post("/api/sessions/assign", json={"deviceId": DEVICE_ID, "sessionId": session_id})
    assert answer.status_code == 200
    assert answer.json["sessionId"] != session_id
    requested = technician_a.post(f"/api/devices/{DEVICE_ID}/request").json["sessionId"]
    assert requested != session_id


def test_it_joins_nothing_over_a_socket(server: Server) -> None:
    person = server.http("customer")
    for left in person.get("/api/v1/customer/sessions?status=active").json()["sessions"]:
        person.post(f"/api/v1/customer/sessions/{left['id']}/end")
    answer = person.post("/api/v1/customer/sessions", json={"deviceId": DEVICE_ID, "type": "diagnostic"})
    assert answer.status_code == 201, answer.text
    session_id = answer.json()["session"]["id"]
    try:
        for name, role in (("technician_a", "technician"), ("admin", "technician"), ("device", "helper"),
                           ("nobody", "helper"), ("nobody", "customer"), ("technician_a", "helper")):
            with server.socket(name) as socket:
                refusal = socket.join(session_id, role)
                assert not refusal["ok"], (name, role)
                assert refusal["error_code"] in ("SESSION_NOT_FOUND", "UNAUTHORIZED", "BAD_EVENT"), (name, role)
    finally:
        assert person.post(f"/api/v1/customer/sessions/{session_id}/end").status_code == 200


def test_its_id_is_nobody_elses(session_id: str, as_member: Callable[[str], Caller]) -> None:
    assert as_member("technician_a").post("/api/sessions/create").json["sessionId"] != session_id
