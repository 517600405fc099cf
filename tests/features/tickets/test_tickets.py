"""Tickets: opened by devices and people, worked on by staff, seen by those whom they concern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.cast import ACME, BETA, DEVICE_ID, DEVICE_OF_B_ID, Caller
from tests.contracts.shape import NONE, TIME, TIME_OR_NONE, fits

TICKET = {"id": int, "device_id": (str, NONE), "title": str, "description": (str, NONE), "status": str,
          "priority": str, "category": (str, NONE), "assigned_to": (int, NONE), "ai_summary": (str, NONE),
          "created_by": (int, NONE), "auto_categorized": bool, "confidence_score": (float, NONE),
          "created_at": TIME, "updated_at": TIME_OR_NONE, "resolved_at": TIME_OR_NONE, "hostname": (str, NONE),
          "requested_by": (str, NONE)}
COMMENT = {"id": int, "ticket_id": int, "author": str, "content": str, "created_at": TIME}
LONG = "x" * 501


def test_a_device_opens_one(device: Caller, technician_a: Caller) -> None:
    answer = device.post("/api/tickets", json={
        "device_id": DEVICE_ID, "title": "Recurring BSOD on startup", "priority": "high", "category": "hardware",
        "description": "User reports blue screen errors when booting"})
    assert answer.status_code == 201
    assert fits(answer.json, TICKET | {"device_id": DEVICE_ID, "title": "Recurring BSOD on startup", "status": "open",
                                       "priority": "high", "category": "hardware", "client_id": ACME})
    assert technician_a.get(f"/api/tickets/{answer.json['id']}").json == {
        **answer.json, "comments": [], "attachments": [], "guess_checked": None}


def test_a_device_need_not_repeat_its_id_and_an_odd_priority_is_the_usual_one(device: Caller) -> None:
    for odd in ("urgent!!", 7, ["high"], None):
        answer = device.post("/api/tickets", json={"title": "Help", "priority": odd})
        assert (answer.status_code, answer.json["priority"]) == (201, "medium")
    assert answer.json["device_id"] == DEVICE_ID


def test_nobody_speaks_for_a_device(nobody: Caller, device: Caller, technician_a: Caller) -> None:
    body = {"device_id": DEVICE_ID, "title": "Forged"}
    assert nobody.post("/api/tickets", json=body).status_code == 401
    assert nobody.post("/api/tickets", json={**body, "device_id": "unheard-of"}).status_code == 404
    assert device.post("/api/tickets", json={**body, "device_id": DEVICE_OF_B_ID}).status_code == 401
    assert technician_a.get("/api/tickets").json == []


def test_a_site_that_moves_lets_bare_device_ids_in(make_app: Callable[..., Flask], cast: dict[str, Any]) -> None:
    app = make_app(trust_bare_device_ids="on")
    nobody = app.test_client(use_cookies=False)
    nobody.post("/api/devices/register", json={"deviceId": "old-agent", "hostname": "OLD"})
    answer = nobody.post("/api/tickets", json={"device_id": "old-agent", "title": "Help"})
    assert (answer.status_code, answer.json["hostname"]) == (201, "OLD")


def test_what_is_missing_or_too_long(nobody: Caller) -> None:
    whole = {"device_id": DEVICE_ID, "title": "x"}
    for body, why in [({}, "device_id and title are required"), ({"title": "x"}, "device_id and title are required"),
                      ({"device_id": DEVICE_ID}, "device_id and title are required"),
                      ({**whole, "title": LONG}, "title"),
                      ({**whole, "description": "x" * 10_001}, "description"),
                      ({**whole, "category": "x" * 101}, "category"), ({**whole, "title": {"a": 1}}, "title"),
                      ({**whole, "device_id": 7}, "device_id")]:
        answer = nobody.post("/api/tickets", json=body)
        assert answer.status_code == 400
        assert why in answer.json["error"] + answer.json["detail"]


def test_hostile_texts_are_kept_harmless(device: Caller) -> None:
    answer = device.post("/api/tickets", json={"title": " a\x00b\x1b[31m \u202e<script>\n", "category": "\n\t",
                                               "description": "one\r\ntwo\x07\x00"})
    assert answer.status_code == 201
    assert answer.json["title"] == "a b [31m <script>"
    assert answer.json["description"] == "one\ntwo"
    assert answer.json["auto_categorized"] and answer.json["category"]
    assert device.post("/api/tickets", json={"title": " \x00\n "}).status_code == 400


def test_people_open_them_about_anything(technician_a: Caller, customer: Caller, viewer_a: Caller) -> None:
    body = {"title": "No mail", "description": "Since Monday"}
    made = technician_a.post("/api/tickets", json=body)
    assert (made.status_code, made.json["client_id"], made.json["created_by"]) == (201, ACME, technician_a.user_id)
    assert customer.post("/api/tickets", json=body).json["client_id"] == ACME
    assert viewer_a.post("/api/tickets", json=body).status_code == 403
    assert technician_a.post("/api/tickets", json={"title": "No mail"}).status_code == 400
    assert technician_a.post("/api/tickets", json={"description": "No mail"}).status_code == 400
    assert technician_a.post("/api/tickets", json={**body, "client_id": BETA}).status_code == 404
    assert technician_a.post("/api/tickets", json={"title": "x", "device_id": DEVICE_OF_B_ID}).status_code == 404
    assert technician_a.post("/api/tickets", json={"title": "x", "device_id": DEVICE_ID}).status_code == 201


def test_the_form_of_the_dashboard(technician_a: Caller, viewer_a: Caller) -> None:
    body = {"device_id": DEVICE_ID, "title": "New mouse", "requested_by": "Mrs Smith", "priority": "low"}
    answer = technician_a.post("/api/tickets/manual", json=body)
    assert answer.status_code == 201
    assert fits(answer.json, TICKET | body)
    assert technician_a.post("/api/tickets/manual", json={"title": "x"}).status_code == 400
    assert technician_a.post("/api/tickets/manual", json={**body, "device_id": DEVICE_OF_B_ID}).status_code == 404
    assert viewer_a.post("/api/tickets/manual", json=body).status_code == 403


def test_the_list_and_its_filters(make: Callable[..., dict], technician_a: Caller, admin: Caller) -> None:
    first, second, third = (make(title=title)["id"] for title in ("One", "Two % of all", "Three"))
    admin.patch(f"/api/tickets/{second}", json={"status": "resolved", "priority": "high",
                                                "assigned_to": technician_a.user_id})
    listed = technician_a.get("/api/tickets").json
    assert fits(listed, [TICKET | {"hostname": "device-host"}])
    assert [each["id"] for each in listed] == [third, second, first]
    for query, found in {
            "status=open": [third, first], "status=resolved": [second], "status=nonsense": [],
            "priority=high": [second],
            f"assigned_to={technician_a.user_id}": [second], f"device_id={DEVICE_ID}": [third, second, first],
            "device_id=other": [], "status=&priority=&search=": [third, second, first], "search=% of": [second],
            "search=nothing": [third, second, first], "skip=1&limit=1": [second], "skip=9": []}.items():
        answer = technician_a.get(f"/api/tickets?{query}")
        assert [each["id"] for each in answer.json] == found, query
    for query in ("limit=0", "limit=501", "skip=-1", "assigned_to=somebody"):
        assert technician_a.get(f"/api/tickets?{query}").status_code == 400


def test_everyone_sees_their_own(make: Callable[..., dict], technician_b: Caller, viewer_a: Caller, customer: Caller,
                                 admin: Caller, device: Caller) -> None:
    number = make()["id"]
    hers = customer.post("/api/tickets", json={"title": "Mine", "description": "x"}).json["id"]
    assert technician_b.get("/api/tickets").json == []
    assert [each["id"] for each in viewer_a.get("/api/tickets").json] == [hers, number]
    assert [each["id"] for each in admin.get("/api/tickets").json] == [hers, number]
    assert [each["id"] for each in customer.get("/api/tickets").json] == [hers]
    assert customer.get(f"/api/tickets/{hers}").status_code == 200
    assert customer.get(f"/api/tickets/{number}").status_code == 403
    assert technician_b.get(f"/api/tickets/{number}").status_code == 404
    assert device.get(f"/api/tickets/{number}").status_code == 401


def test_triage(make: Callable[..., dict], technician_a: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    answer = technician_a.patch(path, json={"status": "in_progress", "assigned_to": technician_a.user_id})
    assert answer.json == {"success": True}
    assert fits(technician_a.get(path).json, {"status": "in_progress", "assigned_to": technician_a.user_id,
                                              "version": 2, "resolved_at": None, "priority": "medium"})
    technician_a.patch(path, json={"status": "resolved", "assigned_to": None})
    assert fits(technician_a.get(path).json, {"status": "resolved", "assigned_to": None, "resolved_at": TIME})
    technician_a.patch(path, json={"status": "closed"})
    assert technician_a.get(path).json["resolved_at"]
    technician_a.patch(path, json={"status": "open"})
    assert technician_a.get(path).json["resolved_at"] is None


def test_what_triage_refuses(make: Callable[..., dict], technician_a: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    for body in ({}, {"title": "x"}, {"status": "done"}, {"priority": "urgent"}, {"status": 3}, {"assigned_to": 99},
                 {"assigned_to": "tina"}, {"assigned_to": True}, {"assigned_to": 2**40}, {"status": None}):
        assert technician_a.patch(path, json=body).status_code == 400, body
    assert technician_a.get(path).json["version"] == 1


def test_a_ticket_goes_only_to_those_who_see_it(make: Callable[..., dict], technician_a: Caller, technician_b: Caller,
                                                viewer_a: Caller, customer: Caller, admin: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    for other in (technician_b, viewer_a, customer):
        assert technician_a.patch(path, json={"assigned_to": other.user_id}).status_code == 400
    assert technician_a.patch(path, json={"assigned_to": admin.user_id}).status_code == 200


def test_the_edit_form(make: Callable[..., dict], technician_a: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    answer = technician_a.put(path, json={"title": "New", "description": "", "priority": "critical", "status": "open",
                                          "category": "other", "assigned_to": "", "tags": []})
    assert answer.status_code == 200
    assert fits(answer.json, TICKET | {"title": "New", "description": None, "priority": "critical",
                                       "category": "other", "assigned_to": None})
    assert technician_a.put(path, json={"status": "cancelled"}).json["status"] == "cancelled"
    for bad in ({}, {"title": " "}, {"title": None}, {"title": LONG}, {"status": "odd"}, {"category": "x" * 101}):
        assert technician_a.put(path, json=bad).status_code == 400, bad


def test_comments(make: Callable[..., dict], technician_a: Caller, customer: Caller, viewer_a: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    answer = technician_a.post(f"{path}/comments", json={"author": "somebody else", "content": "Looking\x00 at it"})
    assert answer.status_code == 201
    technician_a.post(f"{path}/comments", json={"content": "Done"})
    comments = technician_a.get(path).json["comments"]
    assert fits(comments, [COMMENT | {"author": "Tina Acme"}])
    assert [each["content"] for each in comments] == ["Looking at it", "Done"]
    for bad in ({}, {"content": ""}, {"content": " \n"}, {"content": 7}, {"content": "x" * 10_001}):
        assert technician_a.post(f"{path}/comments", json=bad).status_code == 400, bad
    assert viewer_a.post(f"{path}/comments", json={"content": "x"}).status_code == 403
    assert customer.post(f"{path}/comments", json={"content": "x"}).status_code == 403
    hers = customer.post("/api/tickets", json={"title": "Mine", "description": "x"}).json["id"]
    assert customer.post(f"/api/tickets/{hers}/comments", json={"content": "Still broken"}).status_code == 201


def test_only_admins_delete(make: Callable[..., dict], technician_a: Caller, admin: Caller) -> None:
    path = f"/api/tickets/{make()['id']}"
    technician_a.post(f"{path}/comments", json={"content": "x"})
    assert technician_a.delete(path).status_code == 403
    assert admin.delete(path).json == {"success": True, "message": "Ticket deleted successfully"}
    for call in (admin.get, admin.delete):
        assert call(path).status_code == 404
    assert admin.patch(path, json={"status": "open"}).status_code == 404


def test_numbers_that_are_no_tickets(admin: Caller) -> None:
    for number in ("0", "99", "-1", "x", "99999999999999999999", "1.5"):
        answer = admin.get(f"/api/tickets/{number}")
        assert (answer.status_code, answer.json["success"]) == (404, False)
        assert admin.post(f"/api/tickets/{number}/comments", json={"content": "x"}).status_code == 404


def test_the_dialect_of_contract_000(admin: Caller, technician_a: Caller) -> None:
    assert technician_a.get("/pocket-it/api/tickets/9").json == {"error": "Ticket not found"}
    for _ in range(101):
        technician_a.post("/api/tickets/manual", json={"device_id": DEVICE_ID, "title": "One of many"})
    assert len(technician_a.get("/api/tickets").json) == 100
    assert len(technician_a.get("/pocket-it/api/tickets").json) == 101


def test_a_ticket_outlives_its_device(make: Callable[..., dict], technician_a: Caller) -> None:
    number = make()["id"]
    assert technician_a.delete(f"/api/devices/{DEVICE_ID}").status_code == 200
    assert fits(technician_a.get("/api/tickets").json, [{"id": number, "device_id": DEVICE_ID, "hostname": None}])
