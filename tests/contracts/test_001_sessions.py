"""Contract 001, the life of a session: which one a device is assigned, how long it lasts, its states."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.sessions.models import Session
from tests.cast import Caller
from tests.contracts.shape import fits
from tests.live.sitting import Sitting


def assign(caller: Caller, device_id: str, *, secret: str = "", **more: Any) -> dict[str, Any]:
    proof = {"X-Device-Id": device_id, "X-Device-Secret": secret} if secret else {}
    answer = caller.post("/api/sessions/assign", json={"deviceId": device_id, **more}, headers=proof)
    assert answer.status_code == 200, answer.text
    return answer.json


def lasts(answer: dict[str, Any]) -> float:
    """How many hours from now a session lasts."""
    return (datetime.fromisoformat(answer["expiresAt"]) - clock.now()).total_seconds() / 3600


def test_which_session_a_device_is_assigned(app: Flask, nobody: Caller, technician_a: Caller, device: Caller) -> None:
    invited = technician_a.post("/api/sessions/create").json["sessionId"]
    first = assign(nobody, "seed-9", sessionId=invited)
    assert fits(first, {"success": True, "sessionId": invited, "fromInviteLink": True}), "2: the invitation"
    other = technician_a.post("/api/sessions/create").json["sessionId"]
    again = assign(nobody, "seed-9", secret=first["deviceSecret"], sessionId=other)
    assert (again["sessionId"], again["existing"]) == (invited, True), "1: its own live session comes before"
    assert assign(nobody, "seed-10", sessionId=invited)["sessionId"] != invited, "somebody else's is none"
    pending = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    with app.app_context():
        session = db.session.query(Session).filter_by(session_id=pending).one()
        session.device_id = None
        db.session.commit()
    waiting = assign(device, device.device_id)
    assert fits(waiting, {"sessionId": pending, "fromPending": True}), "3: what a technician waits in"
    assert device.get(f"/api/devices/pending/{device.device_id}").json == {"pending": False}, "and it waits no more"
    new = assign(device, device.device_id)
    assert new["existing"] is False and new["sessionId"] not in (pending, invited), "4: a new one"


def test_a_session_lasts_an_hour_until_somebody_is_there(nobody: Caller, technician_a: Caller, device: Caller,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (assign(nobody, "seed-11"), technician_a.post("/api/sessions/create").json):
        assert 0.9 < lasts(answer) <= 1
    session_id = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert nobody.get(f"/api/sessions/{session_id}").status_code == 404
    assert assign(device, device.device_id)["sessionId"] != session_id


def test_the_states(sitting: Sitting) -> None:
    """waiting, connected, waiting again with `ended_at` while the helper is away, then gone."""
    states: list[tuple[str, bool, bool]] = []

    def note() -> None:
        row = sitting.row()
        states.append((row["status"], row["ended_at"] is not None, row["connected_at"] is not None))

    note()
    helper, technician = sitting.helper(), sitting.technician()
    note()
    first = sitting.row()["connected_at"]
    helper.close()
    technician.heard("peer-disconnected")
    note()
    sitting.helper()
    note()
    assert states == [("waiting", False, False), ("connected", False, True), ("waiting", True, True),
                      ("connected", False, True)]
    assert sitting.row()["connected_at"] == first
    sitting.server.http("technician_a").delete(f"/api/sessions/{sitting.session_id}")
    listed = sitting.server.http("technician_a").get("/api/sessions").json()["sessions"]
    assert sitting.session_id not in [row["session_id"] for row in listed]


def test_a_new_session_is_told_with_its_link(sitting: Sitting) -> None:
    page = sitting.socket("technician_a")
    made = sitting.server.http("technician_a").post("/api/sessions/create").json()
    told = page.heard("session-created", where=lambda d: d["sessionId"] == made["sessionId"])
    assert (told["link"], told["status"]) == (made["link"], "waiting")
    sitting.server.http("technician_a").delete(f"/api/sessions/{made['sessionId']}")
    assert page.heard("session-ended", where=lambda d: d["sessionId"] == made["sessionId"])["by"] == "technician"


def test_a_row_names_its_device_before_any_helper_came(as_member: Callable[[str], Caller], device: Caller) -> None:
    technician = as_member("technician_a")
    technician.post(f"/api/devices/{device.device_id}/request")
    row = technician.get("/api/sessions").json["sessions"][0]
    assert (row["device_hostname"], row["device_os"], row["customer_name"]) == ("device-host", "Linux",
                                                                               "Customer of device")
