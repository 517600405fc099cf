"""A ticket leads to a session and a case, and they come back into it, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.sessions import queries as sessions
from connectassist.features.tickets import outcomes
from connectassist.features.tickets.models import TicketChange
from tests.cast import DEVICE_ID, Caller
from tests.features.sittings import open_session

Make = Callable[..., int]


@pytest.fixture
def make(technician_a: Caller) -> Make:
    """`make(device_id=None)` opens a ticket, about client A's device if nothing else is said."""
    def make(**told: Any) -> int:
        answer = technician_a.post("/api/tickets", json={
            "device_id": DEVICE_ID, "title": "The printer is mute", "description": "Nothing comes out", **told})
        assert answer.status_code == 201, answer.text
        return answer.json["id"]
    return make


def opened(by: Caller, ticket_id: int, **body: Any) -> dict[str, Any]:
    answer = by.post(f"/api/tickets/{ticket_id}/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json


def links(by: Caller, ticket_id: int) -> dict[str, Any]:
    return by.get(f"/api/tickets/{ticket_id}/links").json


def kinds(app: Flask, ticket_id: int) -> list[str]:
    with app.app_context():
        rows = db.session.query(TicketChange).filter_by(ticket_id=ticket_id).order_by(TicketChange.id)
        return [row.kind for row in rows]


def closed(by: Caller, session_id: str, **notes: Any) -> None:
    answer = by.post(f"/api/sessions/{session_id}/case/close", json={"notes": "Toner empty", **notes})
    assert answer.status_code == 200, answer.text


class TestSessions:
    def test_one_on_the_device_is_asked_for_as_connect_does(self, make: Make, technician_a: Caller,
                                                            viewer_a: Caller, device: Caller) -> None:
        ticket_id = make()
        way = opened(technician_a, ticket_id)
        assert way["session_url"] == f"/sessions/{way['session_id']}"
        assert device.get(f"/api/devices/pending/{DEVICE_ID}").json["sessionId"] == way["session_id"]
        assert opened(technician_a, ticket_id)["session_id"] == way["session_id"], "asked twice it is the same"
        (row,) = links(viewer_a, ticket_id)["sessions"]
        assert (row["session_id"], row["status"], row["technician_name"]) == (
            way["session_id"], "waiting", "Tina Acme")
        assert technician_a.get(f"/api/tickets/{ticket_id}").json["responded_at"]

    def test_its_end_stands_in_the_history_once(self, app: Flask, make: Make, technician_a: Caller) -> None:
        ticket_id = make()
        session_id = opened(technician_a, ticket_id)["session_id"]
        with app.app_context():
            sessions.live(session_id).connected_at = clock.now() - timedelta(minutes=7)
            db.session.commit()
        assert technician_a.delete(f"/api/sessions/{session_id}").status_code == 200
        with app.app_context():
            outcomes.session_ended(session_id)
            outcomes.settle()
            (line,) = db.session.query(TicketChange).filter_by(ticket_id=ticket_id, kind="session_ended").all()
            assert (line.who, line.changes["session"]) == (
                "Tina Acme", [session_id, "7 min, ended by the technician"])
        assert links(technician_a, ticket_id)["sessions"][0]["status"] == "ended"
        assert opened(technician_a, ticket_id)["session_id"] != session_id

    def test_one_that_just_ran_out_is_noted_by_the_sweep(self, app: Flask, make: Make, technician_a: Caller) -> None:
        ticket_id = make()
        session_id = opened(technician_a, ticket_id)["session_id"]
        with app.app_context():
            outcomes.settle()
            assert "session_ended" not in kinds(app, ticket_id)
            sessions.live(session_id).expires_at = clock.now() - timedelta(seconds=1)
            db.session.commit()
            outcomes.settle()
        assert kinds(app, ticket_id).count("session_ended") == 1

    def test_without_a_device_a_code_is_made_and_its_session_is_the_tickets(
            self, make: Make, technician_a: Caller, nobody: Caller) -> None:
        ticket_id = make(device_id=None)
        way = opened(technician_a, ticket_id)
        assert opened(technician_a, ticket_id)["support_code"] == way["support_code"]
        (code,) = links(technician_a, ticket_id)["codes"]
        assert code["support_code"] == way["support_code"]
        shared = nobody.post("/api/share", json={"support_code": way["support_code"]})
        assert shared.status_code in (200, 201), shared.text
        (row,) = links(technician_a, ticket_id)["sessions"]
        found = technician_a.get(f"/api/sessions/{row['session_id']}/ticket").json["ticket"]
        assert found["id"] == ticket_id
        assert opened(technician_a, ticket_id)["session_id"] == row["session_id"]

    def test_a_code_names_the_customer_who_opened_the_ticket(self, technician_a: Caller, customer: Caller) -> None:
        ticket_id = customer.post("/api/tickets", json={"title": "No sound", "description": "Since Monday"}).json["id"]
        opened(technician_a, ticket_id)
        (code,) = links(technician_a, ticket_id)["codes"]
        assert code["customer_name"] == "Carl Customer"

    def test_one_that_there_is_becomes_the_tickets_and_no_others(self, make: Make, technician_a: Caller,
                                                                 device: Caller) -> None:
        first, second, session_id = make(), make(), open_session(device)
        assert opened(technician_a, first, session_id=session_id)["session_id"] == session_id
        assert opened(technician_a, first, session_id=session_id)["session_id"] == session_id
        refused = technician_a.post(f"/api/tickets/{second}/sessions", json={"session_id": session_id})
        assert refused.status_code == 409 and f"ticket {first}" in refused.json["error"]
        assert links(technician_a, second)["sessions"] == []
        lost = technician_a.post(f"/api/tickets/{second}/sessions", json={"session_id": "AAA-AAA-AAA"})
        assert lost.status_code == 404

    def test_client_b_reads_and_opens_nothing(self, make: Make, technician_b: Caller, customer: Caller,
                                              viewer_a: Caller) -> None:
        ticket_id = make()
        assert technician_b.get(f"/api/tickets/{ticket_id}/links").status_code == 404
        assert technician_b.post(f"/api/tickets/{ticket_id}/sessions", json={}).status_code == 404
        assert customer.get(f"/api/tickets/{ticket_id}/links").status_code == 403
        assert viewer_a.post(f"/api/tickets/{ticket_id}/sessions", json={}).status_code == 403


class TestCases:
    def test_one_begins_with_what_the_ticket_says(self, make: Make, technician_a: Caller) -> None:
        ticket_id = make()
        refused = technician_a.post(f"/api/tickets/{ticket_id}/cases", json={})
        assert refused.status_code == 409 and "Open a session" in refused.json["error"]
        opened(technician_a, ticket_id)
        case_id = technician_a.post(f"/api/tickets/{ticket_id}/cases", json={}).json["case_id"]
        case = technician_a.get(f"/api/cases/{case_id}").json["case"]
        assert (case["title"], case["status"]) == ("The printer is mute", "open")
        assert case["problem_description"].startswith("Nothing comes out") and f"Ticket {ticket_id}" in (
            case["problem_description"])
        assert technician_a.post(f"/api/tickets/{ticket_id}/cases", json={}).json["case_id"] == case_id
        (row,) = links(technician_a, ticket_id)["cases"]
        assert (row["id"], row["status"], row["pdf_url"]) == (case_id, "open", f"/api/cases/{case_id}/pdf")
        assert technician_a.get(f"/api/cases/{case_id}/ticket").json["ticket"]["id"] == ticket_id

    def test_closed_it_comes_back_as_one_comment_for_the_staff(self, make: Make, technician_a: Caller) -> None:
        ticket_id = make()
        session_id = opened(technician_a, ticket_id)["session_id"]
        case_id = technician_a.post(f"/api/tickets/{ticket_id}/cases", json={}).json["case_id"]
        for done in ("New toner", "New toner and paper", "New toner and paper"):
            technician_a.patch(f"/api/cases/{case_id}", json={"workDone": done, "status": "closed"})
        closed(technician_a, session_id)
        comments = technician_a.get(f"/api/tickets/{ticket_id}").json["comments"]
        assert len(comments) == 1 and comments[0]["is_internal"] and comments[0]["author"] == "Tina Acme"
        assert "Done: New toner and paper" in comments[0]["content"] and "Toner empty" in comments[0]["content"]
        assert f"/api/cases/{case_id}/pdf" in comments[0]["content"]

    def test_of_a_deleted_one_nothing_stays(self, make: Make, technician_a: Caller) -> None:
        ticket_id = make()
        closed(technician_a, opened(technician_a, ticket_id)["session_id"], notes="a secret")
        (row,) = links(technician_a, ticket_id)["cases"]
        technician_a.delete(f"/api/cases/{row['id']}")
        told = technician_a.get(f"/api/tickets/{ticket_id}")
        assert links(technician_a, ticket_id)["cases"] == [] and "a secret" not in told.text
        assert told.json["comments"] == []

    def test_a_case_that_was_there_before_comes_with_its_session(self, make: Make, technician_a: Caller,
                                                                 device: Caller) -> None:
        session_id = open_session(device)
        closed(technician_a, session_id)
        ticket_id = make()
        opened(technician_a, ticket_id, session_id=session_id)
        assert len(links(technician_a, ticket_id)["cases"]) == 1
        assert len(technician_a.get(f"/api/tickets/{ticket_id}").json["comments"]) == 1


class TestTheWayBack:
    def test_a_session_without_a_ticket_gets_one(self, technician_a: Caller, device: Caller, viewer_a: Caller,
                                                 technician_b: Caller) -> None:
        session_id = open_session(device)
        address = f"/api/sessions/{session_id}/ticket"
        assert viewer_a.get(address).json["ticket"] is None
        assert (viewer_a.post(address, json={}).status_code,
                technician_b.post(address, json={}).status_code) == (403, 404)
        made = technician_a.post(address, json={}).json
        assert made["created"] and made["ticket"]["device_id"] == DEVICE_ID
        assert made["ticket"]["title"] == "Remote support for Customer of device"
        again = technician_a.post(address, json={"title": "Another"}).json
        assert not again["created"] and again["ticket"]["id"] == made["ticket"]["id"]
        assert viewer_a.get(address).json["ticket"]["id"] == made["ticket"]["id"]
        assert technician_b.get(address).status_code == 404

    def test_a_case_without_a_ticket_gets_one_that_says_what_it_says(self, technician_a: Caller,
                                                                     device: Caller) -> None:
        session_id = open_session(device)
        case = technician_a.post("/api/cases", json={
            "sessionId": session_id, "title": "Printer", "problemDescription": "Blank pages"}).json["case"]
        technician_a.delete(f"/api/sessions/{session_id}")
        made = technician_a.post(f"/api/cases/{case['id']}/ticket", json={}).json
        assert made["created"] and (made["ticket"]["title"], made["ticket"]["description"]) == (
            "Printer", "Blank pages")
        told = links(technician_a, made["ticket"]["id"])
        assert told["sessions"][0]["status"] == "ended" and told["cases"][0]["id"] == case["id"]
