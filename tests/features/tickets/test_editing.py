"""Changing tickets: by contract 004's form, by their customers, by two people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from connectassist.features.tickets import queries
from tests.cast import DEVICE_OF_B_ID, Caller
from tests.contracts.shape import fits
from tests.live.server import Server

Make = Callable[..., dict[str, Any]]


def test_whoever_saw_an_older_ticket_is_told_and_nothing_is_lost(make: Make, technician_a: Caller,
                                                                 admin: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    assert technician_a.put(path, json={"title": "First", "version": 1}).json["version"] == 2
    late = admin.put(path, json={"title": "Second", "description": "x", "version": 1})
    assert late.status_code == 409
    assert fits(late.json, {"error_code": "CONFLICT", "ticket": {"title": "First", "version": 2}})
    assert admin.patch(path, json={"status": "closed", "version": 1}).status_code == 409
    assert admin.put(path, json={"title": "Second"}, headers={"If-Match": '"1"'}).status_code == 409
    assert admin.put(path, json={"title": "Second"}, headers={"If-Match": '"2"'}).json["version"] == 3
    assert technician_a.patch(path, json={"status": "closed"}).json == {"success": True}
    assert fits(technician_a.get(path).json, {"title": "Second", "description": "Nothing comes out",
                                              "status": "closed"})


def test_of_many_at_once_one_wins(server: Server) -> None:
    opened = server.http("technician_a").post("/api/tickets", json={"title": "Race", "description": "x"}).json()
    path, found = f"/api/tickets/{opened['id']}", []

    def change(number: int) -> None:
        answer = server.http("technician_a").put(path, json={"title": f"Racer {number}", "version": 1})
        found.append((answer.status_code, answer.json().get("title") or answer.json()["ticket"]["title"]))

    racers = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for each in racers:
        each.start()
    for each in racers:
        each.join()
    assert sorted(status for status, _ in found) == [200, 409, 409, 409, 409, 409]
    now = server.http("technician_a").get(path).json()
    assert now["version"] == 2 and {title for _, title in found} == {now["title"]}
    assert len(server.http("technician_a").get(f"{path}/history").json()) == 2


def test_what_is_so_already_changes_nothing(make: Make, technician_a: Caller) -> None:
    made = make()
    path = f"/api/tickets/{made['id']}"
    same = technician_a.put(path, json={name: made[name] for name in ("title", "description", "priority", "status",
                                                                     "category")} | {"assigned_to": "", "tags": []})
    assert (same.status_code, same.json["version"], same.json["updated_at"]) == (200, 1, made["updated_at"])
    assert [line["kind"] for line in technician_a.get(f"{path}/history").json] == ["opened"]


def test_the_words_of_the_form_of_contract_004(technician_a: Caller, device: Caller) -> None:
    body = {"title": "x", "description": "y", "priority": "low"}
    for label, kept in {"Network": "network_issue", "General": "other", "Email": "Email",
                        "password_reset": "password_reset"}.items():
        made = technician_a.post("/api/tickets", json={**body, "category": label})
        assert (made.status_code, made.json["category"], made.json["auto_categorized"]) == (201, kept, False)
        assert technician_a.put(f"/api/tickets/{made.json['id']}", json={"category": label}).json["category"] == kept
    for bad, why in (({"category": "nonsense"}, "category"), ({"priority": "urgent"}, "priority"),
                     ({"priority": 7}, "priority")):
        answer = technician_a.post("/api/tickets", json={**body, **bad})
        assert answer.status_code == 400 and why in answer.json["detail"]
    path = f"/api/tickets/{device.post('/api/tickets', json={'title': 'x', 'category': 'hardware'}).json['id']}"
    assert technician_a.put(path, json={"category": "hardware", "title": "z"}).json["category"] == "hardware"
    assert technician_a.put(path, json={"category": "nonsense"}).status_code == 400


def known_better(app: Flask) -> list[tuple]:
    with app.app_context():
        return [tuple(row) for row in queries.corrections()]


def test_what_people_leave_out_is_guessed_and_corrections_are_known(app: Flask, technician_a: Caller,
                                                                    hers: dict) -> None:
    assert (hers["auto_categorized"], hers["confidence_score"]) == (False, None)
    made = technician_a.post("/api/tickets/", json={"title": "Forgot my password", "description": "Reset it"}).json
    assert made["auto_categorized"] and 0 <= made["confidence_score"] <= 1 and made["category"] and made["priority"]
    path = f"/api/tickets/{made['id']}"
    other = "system_down" if made["category"] != "system_down" else "other"
    technician_a.put(path, json={"category": other})
    line = technician_a.get(f"{path}/history").json[0]
    assert (line["kind"], line["who"], line["changes"]) == (
        "corrected", "Tina Acme", {"category": [made["category"], other]})
    assert [each[:1] + each[3:4] for each in known_better(app)] == [(made["id"], other)]


def test_a_guess_is_found_right_once_and_learnt(app: Flask, technician_a: Caller, technician_b: Caller, hers: dict,
                                                customer: Caller, viewer_a: Caller) -> None:
    made = customer.post("/api/tickets", json={"title": "Forgot my password", "description": "Reset it"}).json
    path = f"/api/tickets/{made['id']}"
    late = technician_a.post(f"{path}/confirm-guess", headers={"If-Match": '"7"'})
    assert (late.status_code, technician_a.get(path).json["guess_checked"]) == (409, None)
    for _ in range(2):
        told = technician_a.post(f"{path}/confirm-guess", headers={"If-Match": str(made["version"])})
        assert (told.status_code, told.json["guess_checked"], told.json["version"]) == (200, "confirmed", 1)
    assert [each["kind"] for each in technician_a.get(f"{path}/history").json] == ["confirmed", "opened"]
    assert [each["kind"] for each in customer.get(f"{path}/history").json] == ["opened"]
    assert fits(customer.get(path).json, {"guess_checked": None, "updated_at": made["updated_at"]})
    assert [each[:1] + each[3:4] for each in known_better(app)] == [(made["id"], made["category"])]
    other = "system_down" if made["category"] != "system_down" else "other"
    technician_a.put(path, json={"category": other})
    assert technician_a.get(path).json["guess_checked"] == "corrected"
    for caller, where, status in ((technician_b, path, 404), (viewer_a, path, 403),
                                  (technician_a, f"/api/tickets/{hers['id']}", 400)):
        assert caller.post(f"{where}/confirm-guess").status_code == status


def test_a_customer_puts_their_own_right(hers: dict, customer: Caller, technician_a: Caller, make: Make) -> None:
    path = f"/api/tickets/{hers['id']}"
    technician_a.patch(path, json={"assigned_to": technician_a.user_id})
    form = {"title": "No mail at all", "description": "x", "priority": "critical", "status": "open",
            "category": "other", "assigned_to": "", "tags": [], "resolution": "mine", "device_id": "PC"}
    edited = customer.put(path, json=form)
    assert edited.status_code == 200
    assert fits(edited.json, {"title": "No mail at all", "priority": "critical", "device_id": None,
                              "resolution": None, "assigned_to": technician_a.user_id})
    for status, told in (("closed", 200), ("open", 200), ("in_progress", 403), ("cancelled", 200)):
        assert customer.put(path, json={"status": status}).status_code == told, status
    assert customer.put(f"/api/tickets/{make()['id']}", json={"title": "x"}).status_code == 403
    assert customer.put("/api/tickets/4711", json={"title": "x"}).status_code == 404
    assert customer.patch(path, json={"status": "open"}).status_code == 403


def test_taking_it(make: Make, technician_a: Caller, technician_b: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    assert technician_b.post(f"{path}/take").status_code == 404
    assert technician_a.post(f"{path}/take", headers={"If-Match": "7"}).status_code == 409
    taken = technician_a.post(f"{path}/take").json
    assert fits(taken, {"assigned_to": technician_a.user_id, "assigned_name": "Tina Acme", "status": "in_progress"})


def test_links_stay_within_the_client(make: Make, technician_a: Caller, admin: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    assert technician_a.put(path, json={"device_id": ""}).json["device_id"] is None
    assert technician_a.put(path, json={"device_id": DEVICE_OF_B_ID}).status_code == 404
    assert admin.put(path, json={"device_id": DEVICE_OF_B_ID}).status_code == 400
    for name, value in (("session_id", "9PD-835-6DE"), ("case_id", "made-up")):
        assert technician_a.put(path, json={name: value}).status_code == 404
    assert technician_a.put(path, json={"case_id": ["x"]}).status_code == 400


def test_a_ticket_that_is_gone_meanwhile(make: Make, technician_a: Caller, admin: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    admin.delete(path)
    for answer in (technician_a.put(path, json={"title": "x", "version": 1}), technician_a.get(f"{path}/history"),
                   technician_a.post(f"{path}/comments", json={"content": "x"}), technician_a.post(f"{path}/take")):
        assert (answer.status_code, answer.json["error_code"]) == (404, "TICKET_NOT_FOUND")


def test_hostile_texts(technician_a: Caller, make: Make) -> None:
    body = {"title": "{{7*7}} ${7*7} <%= 7*7 %>", "priority": "low",
            "description": "\u202etxt.exe\x00 \U0001f600 שלום"}
    made = technician_a.post("/api/tickets", json=body)
    assert (made.status_code, made.json["title"]) == (201, body["title"])
    assert made.json["description"] == "txt.exe 😀 שלום"
    for path, method in (("/api/tickets", technician_a.post), (f"/api/tickets/{make()['id']}", technician_a.put)):
        assert method(path, json={**body, "description": "x" * 900_000}).status_code == 400
        assert method(path, json={**body, "description": "x" * 1_100_000}).status_code == 413
