"""/api/cases: written, listed, changed, deleted, and by whom."""

from __future__ import annotations

import threading

import pytest

from tests.cast import Caller
from tests.features.cases.conftest import Write
from tests.features.sittings import open_session

ROW = {"id", "case_number", "session_id", "device_id", "customer_name", "machine_name", "technician_id",
       "technician_name", "status", "problem_description", "remote_viewing_seconds", "phone_support_minutes",
       "whatsapp_support_minutes", "billable_total_seconds", "created_at", "updated_at"}


def test_the_documents_call(session_id: str, technician_a: Caller, device: Caller) -> None:
    answer = technician_a.post("/api/cases", json={
        "sessionId": session_id, "deviceId": device.device_id, "description": "Blank pages", "phoneSupportHours": 0.5,
        "whatsappSupportMinutes": 4})
    case = answer.json["case"]
    assert answer.status_code == 200 and answer.json["success"] and set(case) >= ROW
    assert (case["problem_description"], case["status"], case["technician_name"]) == (
        "Blank pages", "closed", "Tina Acme")
    assert (case["remote_viewing_seconds"], case["phone_support_minutes"], case["whatsapp_support_minutes"],
            case["billable_total_seconds"]) == (90, 30, 4, 90 + 34 * 60)
    assert case["customer_name"] == "Customer of device" and case["device_id"] == device.device_id
    assert isinstance(case["case_number"], str)


@pytest.mark.parametrize(("body", "status"), [
    ({"problemDescription": None}, 400), ({"problemDescription": "  \n"}, 400), ({"problemDescription": 7}, 400),
    ({"sessionId": None}, 400), ({"sessionId": "ABC-123-DEF"}, 404), ({"sessionId": "x" * 500}, 400),
    ({"problemDescription": "x" * 20_001}, 400), ({"title": "x" * 201}, 400), ({"phoneSupportMinutes": -1}, 400),
    ({"phoneSupportHours": "many"}, 400), ({"phoneSupportHours": "1e400"}, 400), ({"status": "lost"}, 400),
    ({"title": ["a"]}, 400), ({"phoneSupportMinutes": "", "whatsappSupportHours": ""}, 200)])
def test_what_can_not_be_written(session_id: str, technician_a: Caller, body: dict, status: int) -> None:
    answer = technician_a.post("/api/cases", json={"sessionId": session_id, "problemDescription": "p", **body})
    assert answer.status_code == status, answer.text


def test_numbers_are_serial_and_not_used_again(write: Write, technician_a: Caller) -> None:
    first, second = write(), write()
    assert int(second["case_number"]) == int(first["case_number"]) + 1
    assert technician_a.delete(f"/api/cases/{second['id']}").json == {"success": True}
    assert int(write()["case_number"]) == int(second["case_number"]) + 1


def test_numbers_are_unique_when_many_write_at_once(engine_server) -> None:
    technician, device = engine_server.http("technician_a"), engine_server.http("device")
    session_id = device.post("/api/sessions/assign", json={
        "deviceId": engine_server.cast["device"].device_id}).json()["sessionId"]
    body, answers = {"sessionId": session_id, "problemDescription": "p"}, []
    writers = [threading.Thread(target=lambda: answers.append(
        engine_server.http("technician_a").post("/api/cases", json=body))) for _ in range(24)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(40)
    numbers = sorted(int(a.json()["case"]["case_number"]) for a in answers)
    assert len(set(numbers)) == 24 and numbers[-1] - numbers[0] == 23
    assert technician.get("/api/cases?limit=1").json()["cases"][0]["case_number"] == str(numbers[-1])


def test_the_record_outlives_the_session(app, write: Write, session_id: str, technician_a: Caller) -> None:
    case = write(title="Printer")
    technician_a.delete(f"/api/sessions/{session_id}")
    record = technician_a.get(f"/api/cases/{case['id']}").json["case"]["record"]
    assert record["customer"] == {"name": "Customer of device", "client": "Acme"}
    assert record["device"]["hostname"] == "ANN-PC" and record["technician"] == {"name": "Tina Acme"}
    assert [line["what"] for line in record["timeline"]] == [
        "Tina asked for: see the screen, control (The printer is stuck)", "Allowed: see the screen, control",
        "Taken back: control", "Tina Acme sent fix.txt"]
    assert [(c["event"], c["by"]) for c in record["consents"]] == [
        ("requested", "Tina"), ("approved", "Customer"), ("revoked", "Customer")]
    assert record["chat"][0]["text"] == "It prints <b>blank</b> pages"
    assert (record["files"][0]["name"], record["files"][0]["size"]) == ("fix.txt", 5)
    assert record["endedAt"] is None


def test_a_case_begun_early_learns_how_the_session_ended(write: Write, session_id: str, technician_a: Caller) -> None:
    case = write()
    technician_a.delete(f"/api/sessions/{session_id}")
    changed = technician_a.patch(f"/api/cases/{case['id']}", json={"workDone": "New toner"}).json["case"]
    assert changed["record"]["endedAt"] and changed["work_done"] == "New toner"
    assert changed["record"]["timeline"][-1]["what"] == "Tina Acme ended the session"


def test_a_draft_knows_what_the_session_knows(session_id: str, technician_a: Caller, viewer_a: Caller) -> None:
    draft = technician_a.get(f"/api/cases/draft?sessionId={session_id}").json
    assert draft["title"] == "Remote support for Customer of device"
    assert draft["problemDescription"] == "The printer is stuck" and draft["viewingSeconds"] == 90
    assert {"customer", "device", "technician", "startedAt", "endedAt", "consents", "timeline", "chat",
            "files"} <= set(draft)
    assert viewer_a.get(f"/api/cases/draft?sessionId={session_id}").status_code == 200
    assert technician_a.get("/api/cases/draft").status_code == 400
    assert technician_a.get("/api/cases/draft?sessionId=ABC-123-DEF").status_code == 404


class TestList:
    """Filters of the list."""

    @pytest.mark.parametrize(("query", "found"), [
        ("", ["Third", "Second", "First"]), ("?q=second", ["Second"]), ("?q=CUSTOMER OF", ["Third", "Second", "First"]),
        ("?q=100%25", ["First"]), ("?q=_", []), ("?status=open", ["Second"]), ("?status=&q=&deviceId=&limit=", None),
        ("?limit=1", ["Third"]), ("?limit=99999", None), ("?deviceId=SUPP-111111-1720000001", None),
        ("?deviceId=other", []), ("?q=tina", None), ("?q=zzz", [])])
    def test_filters(self, write: Write, technician_a: Caller, query: str, found: list | None) -> None:
        write(title="First", problemDescription="It is 100% dead")
        write(title="Second", status="open")
        write(title="Third")
        listed = technician_a.get(f"/api/cases{query}").json["cases"]
        assert [case["title"] for case in listed] == (["Third", "Second", "First"] if found is None else found)
        assert all("record" not in case for case in listed)

    @pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?limit=-5", "?q=" + "x" * 201])
    def test_wrong_filters(self, technician_a: Caller, query: str) -> None:
        assert technician_a.get(f"/api/cases{query}").status_code == 400


@pytest.mark.parametrize(("who", "read", "change"), [
    ("admin", 200, 200), ("technician_a", 200, 200), ("viewer_a", 200, 403), ("technician_b", 404, 404),
    ("customer", 403, 403), ("device", 401, 401), ("nobody", 401, 401)])
def test_who_may(write: Write, session_id: str, as_member, who: str, read: int, change: int) -> None:
    caller, path = as_member(who), f"/api/cases/{write()['id']}"
    listed = caller.get("/api/cases")
    assert len(listed.json.get("cases", [])) == (1 if read == 200 else 0)
    assert caller.get(path).status_code == read
    assert caller.get(f"{path}/pdf?page=A5").status_code == (400 if read in (200, 404) else read)
    assert caller.get(f"/api/cases/draft?sessionId={session_id}").status_code == read
    assert caller.post("/api/cases", json={"sessionId": session_id, "problemDescription": "p"}).status_code == change
    assert caller.patch(path, json={"title": "Mine"}).status_code == change
    assert caller.post(f"/api/sessions/{session_id}/case", json={"notes": "n"}).status_code == change
    assert caller.delete(path).status_code == change


@pytest.mark.parametrize("case_id", ["1", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1 --", "%00", "a" * 500])
def test_unknown_cases(technician_a: Caller, case_id: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("PATCH", ""), ("GET", "/pdf")):
        answer = technician_a.open(method, f"/api/cases/{case_id}{path}", json={})
        assert (answer.status_code, answer.json["error_code"]) == (404, "CASE_NOT_FOUND")


def test_a_deleted_case_is_empty(write: Write, technician_a: Caller) -> None:
    case = write(title="Secret matter")
    technician_a.delete(f"/api/cases/{case['id']}")
    assert technician_a.get(f"/api/cases/{case['id']}").status_code == 404
    assert technician_a.get("/api/cases").json["cases"] == []
    assert technician_a.get("/api/cases?status=deleted").json["cases"] == []


def test_changes(write: Write, technician_a: Caller) -> None:
    case = write(title="Old", includeChat=True)
    changed = technician_a.patch(f"/api/cases/{case['id']}", json={
        "title": "New\x00 <script>", "recommendations": "Buy\nmore", "phoneSupportMinutes": 3, "includeChat": False,
        "status": "open", "id": "x", "number": 99, "case_number": "99"}).json["case"]
    assert (changed["title"], changed["recommendations"], changed["phone_support_minutes"], changed["include_chat"],
            changed["status"]) == ("New <script>", "Buy\nmore", 3, False, "open")
    assert (changed["id"], changed["case_number"]) == (case["id"], case["case_number"])
    assert changed["problem_description"] == "Blank pages"
    assert technician_a.patch(f"/api/cases/{case['id']}", json={"title": "x" * 201}).status_code == 400


def test_the_session_pages_own_calls(session_id: str, technician_a: Caller) -> None:
    path = f"/api/sessions/{session_id}/case"
    assert technician_a.get(path).json == {"caseReport": None}
    opened = technician_a.post(path, json={"notes": "It hums", "phoneMinutes": 2}).json["caseReport"]
    assert (opened["status"], opened["problem_description"], opened["phone_support_minutes"]) == ("open", "It hums", 2)
    closed = technician_a.post(f"{path}/close", json={
        "notes": "It hummed", "phoneMinutes": 5, "whatsappMinutes": 1, "remoteViewingSeconds": 100}).json["caseReport"]
    assert (closed["id"], closed["status"], closed["billable_total_seconds"]) == (opened["id"], "closed", 460)
    assert technician_a.get(path).json["caseReport"] == closed
    assert technician_a.post("/api/sessions/ABC-123-DEF/case", json={}).status_code == 404


def test_the_case_of_a_session_without_anything(device_b: Caller, technician_b: Caller) -> None:
    case = technician_b.post("/api/cases", json={
        "sessionId": open_session(device_b), "problemDescription": "p"}).json["case"]
    assert case["technician_name"] == "Bert Beta" and case["record"]["chat"] == []
