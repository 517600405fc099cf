"""/api/logs and /api/activity: what happened, newest first, to each reader what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Caller


def logs(who: Caller, query: str = "") -> list[dict[str, Any]]:
    return who.get(f"/api/logs?{query}").json["logs"]


def test_an_entry_has_the_documents_fields(technician_a: Caller, code: str) -> None:
    found = technician_a.get("/api/logs?category=support_code").json
    assert found["success"] is True
    entry = found["logs"][0]
    assert entry["level"] == "INFO"
    assert entry["category"] == "support_code"
    assert entry["message"] == f"Support code {code} generated for John Smith"
    assert entry["timestamp"].endswith("Z")
    assert entry["actor"] == "Tina Acme"


def test_newest_first_and_limited(technician_a: Caller, make_code: Callable[..., dict]) -> None:
    codes = [make_code()["support_code"] for _ in range(3)]
    found = logs(technician_a, "category=support_code&limit=2")
    assert [entry["message"].split()[2] for entry in found] == [codes[2], codes[1]]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "offset=-1", "level=" + "x" * 11])
def test_a_wrong_filter_is_refused(technician_a: Caller, query: str) -> None:
    answer = technician_a.get(f"/api/logs?{query}")
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


@pytest.mark.parametrize("query", ["category=%27%20OR%201=1", "level=%25", "category=%00"])
def test_a_hostile_filter_finds_nothing(technician_a: Caller, code: str, query: str) -> None:
    assert logs(technician_a, query) == []


def test_filters_by_level_and_category(admin: Caller, nobody: Caller, code: str) -> None:
    nobody.post("/api/customer/installer", json={"support_code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert [entry["action"] for entry in logs(admin, "level=warning")] == ["support_code.rejected"]
    assert {entry["category"] for entry in logs(admin, "category=package&level=")} == {"package"}


def test_a_wrong_code_is_not_written_down(admin: Caller, nobody: Caller, code: str) -> None:
    typed = f"{(int(code) + 1) % 1_000_000:06d}"
    nobody.post("/api/customer/installer", json={"support_code": typed})
    assert typed not in str(logs(admin))


def test_the_other_client_sees_nothing_of_it(technician_a: Caller, technician_b: Caller, admin: Caller,
                                             code: str) -> None:
    assert code in str(logs(technician_a)) and code in str(logs(admin))
    assert code not in str(logs(technician_b))
    assert code not in technician_b.get("/api/activity").text


def test_what_belongs_to_no_client_is_the_admins(technician_a: Caller, admin: Caller, nobody: Caller) -> None:
    nobody.post("/api/auth/local/login", json={"username": "nobody-here", "password": "wrong-password"})
    assert "nobody-here" in str(logs(admin))
    assert "nobody-here" not in str(logs(technician_a))


def test_hostile_names_can_not_forge_lines(technician_a: Caller, make_code: Callable[..., dict]) -> None:
    make_code(customer_name="x\r\n2026 ERROR forged\x1b[31m")
    message = logs(technician_a, "category=support_code")[0]["message"]
    assert message.isprintable()


def test_the_feed_is_a_bare_array_of_at_most_ten(technician_a: Caller, make_code: Callable[..., dict]) -> None:
    for _ in range(12):
        newest = make_code()["support_code"]
    feed = technician_a.get("/api/activity").json
    assert len(feed) == 10
    assert set(feed[0]) == {"type", "title", "description", "timestamp"}
    assert newest in feed[0]["description"]


def test_the_feed_has_the_types_that_the_page_knows(admin: Caller, technician_a: Caller, device: Caller, nobody: Caller,
                                                    code: str) -> None:
    session_id = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    technician_a.post(f"/api/devices/{device.device_id}/connect", json={"connection_type": "view_only"})
    technician_a.delete(f"/api/sessions/{session_id}")
    nobody.post("/api/customer/installer", json={"support_code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert {entry["type"] for entry in admin.get("/api/activity").json} == {
        "connection", "code_generated", "device_registered", "session_started", "session_ended", "error"}
