"""What strangers say is kept clean and within bounds."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cast import Caller
from tests.live.sitting import Sitting

DIRTY = "a\x00b\u202egnp\r\n\x1b[31m<b>%s</b>" + "x" * 300
NEW = {"username": "newbie", "email": "n@example.com", "password": "long-enough-1"}


def test_what_a_device_says_of_itself(nobody: Caller, admin: Caller) -> None:
    said = dict.fromkeys(("displayName", "os", "hostname", "arch", "macAddress", "version"), DIRTY)
    made = nobody.post("/api/devices/register", json={"deviceId": "dirty", **said})
    assert made.status_code == 200
    row = next(d for d in admin.get("/api/devices").json["devices"] if d["device_id"] == "dirty")
    for name in ("display_name", "os", "hostname", "arch", "mac_address", "helper_version"):
        assert row[name].isprintable(), name
        assert row[name].startswith("a b gnp"), name
    session_id = nobody.post("/api/sessions/assign", json={"deviceId": "dirty-2"}).json["sessionId"]
    nobody.post("/api/sessions/register", json={"sessionId": session_id, "clientInfo": {"hostname": DIRTY[:200]}})
    assert nobody.get(f"/api/sessions/{session_id}").json["clientInfo"]["hostname"].isprintable()


def test_capabilities_have_a_size(device: Caller) -> None:
    session_id = device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json["sessionId"]
    for size, status in ((15_000, 200), (17_000, 400)):
        answer = device.post("/api/sessions/register", json={"sessionId": session_id,
                                                             "capabilities": {"x": "y" * size}})
        assert answer.status_code == status


def test_what_a_helper_leaves_for_later_has_a_size(sitting: Sitting) -> None:
    helper, large = sitting.helper(), "x" * 70_000
    assert helper.call("helper-capabilities", {"capabilities": {"x": large}})["error_code"] == "BAD_EVENT"
    technician = sitting.technician()
    assert technician.heard_nothing_of("helper-capabilities")
    sitting.allow(helper, ["view"])
    assert helper.call("webrtc-offer", {"offer": {"sdp": large}})["error_code"] == "BAD_EVENT"
    assert helper.call("webrtc-ice-candidate", {"candidate": {"candidate": large}})["error_code"] == "BAD_EVENT"
    assert helper.call("webrtc-offer", {"offer": {"sdp": "v=0"}})["ok"]


@pytest.mark.parametrize("changes", [
    {"username": "Admin"}, {"username": "TINA"}, {"username": "tina@example.com"}, {"email": "TINA@Example.com"},
    {"username": "Vera@example.com"}])
def test_nobody_takes_a_name_that_somebody_signs_in_with(client: FlaskClient, changes: dict[str, str]) -> None:
    answer = client.post("/api/auth/local/register", json={**NEW, **changes})
    assert (answer.status_code, answer.json["error_code"]) == (400, "DUPLICATE_ACCOUNT")


def test_nobody_s_later_mail_address_is_taken_by_a_name(client: FlaskClient) -> None:
    assert client.post("/api/auth/local/register", json={**NEW, "username": "own@example.com"}).status_code == 200
    answer = client.post("/api/auth/local/register", json={**NEW, "username": "other", "email": "own@example.com"})
    assert answer.json["error_code"] == "DUPLICATE_ACCOUNT"
