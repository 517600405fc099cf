"""How much one device, one session and one client may have kept, and what the audit log keeps of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson
import pytest
from flask import Flask

from connectassist.core.audit import AuditEntry, gist
from connectassist.core.db import db
from connectassist.features.commands import deciding
from connectassist.http import limits
from tests.cast import DEVICE_ID, Caller, Member
from tests.features.commands.conftest import URL, Queue

SESSIONS = "/api/v1/customer/sessions"


@pytest.fixture
def remediation(customer: Caller) -> str:
    answer = customer.post(SESSIONS, json={"deviceId": DEVICE_ID, "type": "remediation"})
    return answer.json["session"]["id"]


def test_what_nobody_decides_on_does_not_pile_up(customer: Caller, device: Caller, remediation: str,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "MOST_UNDECIDED", 3)
    wish = {"type": "reboot"}
    made = [customer.post(f"{SESSIONS}/{remediation}/commands", json=wish) for _ in range(4)]
    assert [answer.status_code for answer in made] == [201] * 4
    assert customer.post(f"{SESSIONS}/{remediation}/commands", json=wish).status_code == 429
    assert device.post(URL, json=wish).status_code == 429, "the device's own wait there too"
    decision = {"commandId": made[0].json["command"]["id"], "approved": False}
    assert customer.post(f"{SESSIONS}/{remediation}/approve", json=decision).status_code == 200
    assert customer.post(f"{SESSIONS}/{remediation}/commands", json=wish).status_code == 201


def test_what_staff_ask_for_does_not_pile_up_either(technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "MOST_UNDECIDED_OF_CLIENT", 1)
    url = f"/api/devices/{DEVICE_ID}/commands"
    assert [technician_a.post(url, json={"type": "reboot"}).status_code for _ in range(3)] == [201, 201, 429]
    assert technician_a.post(url, json={"type": "check"}).status_code == 201, "nobody is asked about that"


def test_a_device_fills_no_disk(make_app: Callable[..., Flask], cast: dict[str, Member],
                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT_OF_DEVICE", "100/hour")
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    one, other = Queue(Caller(client, cast["device"])), Queue(Caller(client, cast["device_b"]))
    claimed = [one.one() for _ in range(3)]
    assert one.finish(claimed[0], output="x" * 60_000).status_code == 200
    refused = one.finish(claimed[1], output="x" * 60_000)
    assert (refused.status_code, refused.json["error"]["code"]) == (429, "RATE_LIMITED")
    assert one.show(claimed[1]["id"])["status"] == "claimed", "nothing of it was kept"
    assert one.device.post(URL, json={"type": "x", "parameters": "x" * 90_000}).status_code == 429
    assert other.finish(other.one(), output="x" * 60_000).status_code == 200, "each device has its own"


def test_a_customer_fills_no_disk(make_app: Callable[..., Flask], cast: dict[str, Member],
                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT_OF_CUSTOMER", "100/hour")
    customer = Caller(make_app(rate_limits="on").test_client(use_cookies=False), cast["customer"])
    session = customer.post(SESSIONS, json={"deviceId": DEVICE_ID, "type": "diagnostic"}).json["session"]["id"]
    wish = {"type": "note", "parameters": {"text": "x" * 60_000}}
    assert [customer.post(f"{SESSIONS}/{session}/commands", json=wish).status_code for _ in range(2)] == [201, 429]


def test_the_log_says_which_script_it_was(app: Flask, technician_a: Caller) -> None:
    asked = {"scriptName": "Clean up", "content": "rm -rf /tmp/x\npassword=hunter2"}
    technician_a.post(f"/api/devices/{DEVICE_ID}/commands", json={"type": "EXECUTE_SCRIPT", "parameters": asked})
    with app.app_context():
        noted = db.session.query(AuditEntry).filter_by(action="command.enqueue").one().details
    written = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    assert (noted["gist"], noted["sha256"]) == ("Clean up", hashlib.sha256(written).hexdigest())
    assert "hunter2" not in str(noted)


def test_of_what_has_no_name_the_log_keeps_the_beginning() -> None:
    assert gist({"content": "\x1b[2J" + "echo 1\n" * 100})["gist"] == ("[2J" + "echo 1 " * 20)[:80]
    assert (gist({}), gist(None)) == ({}, {})
    assert gist(["x"])["gist"] == "" and len(gist(["x"])["sha256"]) == 64
