"""A repair that our own helper asks the person for needs nobody's approval before; anything else of staff does."""

from __future__ import annotations

from typing import Any

import pytest

from connectassist.core.db import db
from connectassist.features.devices.models import Device
from tests.cast import DEVICE_ID, Caller

REPAIR = {"type": "repair", "parameters": {"actionId": "flush_dns"}}


def says(device: Caller, **settings: Any) -> None:
    """How the device's helper is set up, as it told itself."""
    with device.client.application.app_context():
        row = db.session.query(Device).filter_by(device_id=DEVICE_ID).one()
        row.details = {**row.details, "client_settings": settings}
        db.session.commit()


@pytest.mark.parametrize(("settings", "wish", "state"), [
    ({"fleetEnabled": True}, REPAIR, "queued"), ({"fleetEnabled": "yes"}, REPAIR, "pending_approval"),
    ({}, REPAIR, "pending_approval"), ({"fleetEnabled": True}, {"type": "reboot"}, "pending_approval"),
    ({"fleetEnabled": True}, {"type": "tool", "parameters": {"tool": "process_kill"}}, "pending_approval"),
    ({}, {"type": "check.all"}, "queued")], ids=range(6))
def test_who_waits_for_an_approval(technician_a: Caller, device: Caller, settings: dict[str, Any],
                                   wish: dict[str, Any], state: str) -> None:
    says(device, **settings)
    made = technician_a.post(f"/api/devices/{DEVICE_ID}/commands", json=wish)
    assert (made.status_code, made.json["command"]["state"]) == (201, state)


def test_in_a_remediation_session_everything_does(technician_a: Caller, customer: Caller, device: Caller) -> None:
    says(device, fleetEnabled=True)
    opened = customer.post("/api/v1/customer/sessions", json={"deviceId": DEVICE_ID, "type": "remediation"})
    assert opened.status_code == 201
    made = technician_a.post(f"/api/devices/{DEVICE_ID}/commands", json=REPAIR)
    assert made.json["command"]["state"] == "pending_approval"
