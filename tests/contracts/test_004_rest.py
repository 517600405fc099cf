"""Contract 004, row by row: each answer in its shape, each parameter, each documented error."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from connectassist.core.errors import InternalError
from connectassist.http import dialects
from tests.cast import PASSWORD, Member
from tests.contracts import rows_004 as rows
from tests.contracts.it_desk import Caller, ItDesk
from tests.contracts.shape import fits

NEW = {"username": "newbie", "email": "newbie@example.com", "password": "long-enough-1", "full_name": "New Bee"}


@pytest.fixture
def desk(app: Flask, cast: dict[str, Member]) -> ItDesk:
    return ItDesk(app, cast)


def opened(caller: Caller, **told: Any) -> dict[str, Any]:
    return caller.good(rows.OPEN, {"title": "Server down", "description": "It does not answer"} | told)


def ids(tickets: list[dict[str, Any]]) -> list[int]:
    return [each["id"] for each in tickets]


def test_accounts(desk: ItDesk) -> None:
    made = desk.nobody.good(rows.REGISTER, {"username": "newbie", "email": "newbie@example.com",
                                            "password": "long-enough-1", "full_name": "New Bee", "role": "customer"})
    told = desk.nobody.good(rows.LOGIN, {"username": "newbie", "password": "long-enough-1"})
    me = Caller(desk.app, {"Authorization": f"Bearer {told['access_token']}"}).good(rows.ME)
    assert me["id"] == made["id"] and me["full_name"] == "New Bee"
    assert [each["username"] for each in desk.admin.good(rows.USERS, {"skip": 0, "limit": 500})].count("newbie") == 1
    desk.agent.refused(403, rows.USERS)
    desk.nobody.refused(401, rows.USERS)


def test_accounts_that_are_refused(desk: ItDesk) -> None:
    desk.nobody.refused(400, rows.REGISTER, NEW | {"username": "carl"})
    desk.nobody.refused(400, rows.REGISTER, {})
    desk.customer.refused(403, rows.REGISTER, NEW | {"role": "admin"})
    desk.nobody.refused(400, rows.LOGIN, {"username": "carl"})
    desk.nobody.refused(401, rows.LOGIN, {"username": "carl", "password": "not hers"})
    for stranger in (desk.nobody, desk.expired):
        stranger.refused(401, rows.ME)


@pytest.mark.parametrize("role", rows.ROLES)
def test_every_role_of_the_document(desk: ItDesk, role: str) -> None:
    assert desk.admin.good(rows.REGISTER, NEW | {"role": role})["role"] == role


@pytest.mark.parametrize("row", [row for row in rows.DOCUMENTED if 401 in row.errors and row is not rows.LOGIN],
                         ids=lambda row: row.rule)
def test_nobody_is_let_in_without_a_token(desk: ItDesk, row: rows.Row) -> None:
    given = {"title": "x", "description": "y", "message": "x", "question": "x", "answer": "y"}
    for stranger in (desk.nobody, desk.expired):
        refusal = stranger.call(row, given if row.method != "GET" else None, ticket_id=1)
        is_no_ones = row is rows.OPEN and stranger is desk.nobody  # who might be a device
        assert refusal.status_code == (400 if is_no_ones else 401), row.rule
        assert fits(refusal.json, rows.ERROR)


def test_a_ticket_of_nobodys(desk: ItDesk) -> None:
    """It is a device's, which must say who it is: a name alone is no proof."""
    desk.nobody.refused(401, rows.OPEN, {"title": "x", "description": "y", "device_id": "SUPP-111111-1720000001"})


@pytest.mark.parametrize("who", ["customer", "technician_a", "viewer_a", "admin"])
def test_the_dashboard(desk: ItDesk, who: str) -> None:
    opened(desk.customer)
    caller = desk.acting(who)
    assert caller.good(rows.HEALTH)["open_tickets"] >= 1
    told = caller.good(rows.METRICS, {"hours": 48})
    assert fits(told["recent_tickets"], [rows.RECENT_TICKET])
    assert not told["recent_alerts"] or fits(told["recent_alerts"], [rows.RECENT_ALERT])
    for name in ("cpu_history", "memory_history", "disk_history"):
        moments = [point["timestamp"] for point in told[name]]
        assert moments == sorted(moments)
    caller.good(rows.METRICS)
    for wrong in ("0", "x", "-1", "9" * 20):
        caller.refused(400, rows.METRICS, {"hours": wrong})


def test_the_log(desk: ItDesk) -> None:
    desk.nobody.call(rows.LOGIN, {"username": "carl", "password": "wrong"})
    desk.nobody.call(rows.LOGIN, {"username": "carl", "password": PASSWORD})
    everything = desk.admin.good(rows.LOGS)
    assert [entry["id"] for entry in everything] == sorted((entry["id"] for entry in everything), reverse=True)
    warnings = desk.admin.good(rows.LOGS, {"level": "warning"})
    assert {entry["level"] for entry in warnings} == {"WARNING"}
    source = everything[0]["source"]
    assert {entry["source"] for entry in desk.admin.good(rows.LOGS, {"source": source})} == {source}
    assert len(desk.admin.good(rows.LOGS, {"limit": 1})) == 1
    assert desk.admin.good(rows.LOGS, {"level": "", "source": "", "limit": ""})
    desk.admin.refused(400, rows.LOGS, {"limit": "many"})


def test_a_ticket_from_its_beginning_to_its_end(desk: ItDesk) -> None:
    made = desk.customer.good(rows.OPEN, {"title": "Server down", "description": "Production is not responding",
                                          "priority": "critical", "category": "system_down"})
    assert (made["priority"], made["status"], made["category"]) == ("critical", "open", "system_down")
    assert made["created_by"] == desk.cast["customer"].user_id and made["assigned_to"] is None
    assert desk.customer.good(rows.TICKET, ticket_id=made["id"])["title"] == "Server down"
    agent = desk.cast["technician_a"].user_id
    changed = desk.agent.good(rows.EDIT, {
        "title": "Server is down", "description": "Since noon", "priority": "high", "status": "in_progress",
        "category": "network_issue", "assigned_to": agent}, ticket_id=made["id"])
    assert (changed["title"], changed["description"], changed["priority"], changed["status"], changed["category"],
            changed["assigned_to"]) == ("Server is down", "Since noon", "high", "in_progress", "network_issue", agent)
    solved = desk.agent.good(rows.EDIT, {"status": "resolved"}, ticket_id=made["id"])
    assert solved["resolved_at"] and solved["title"] == "Server is down", "what is left out stays"
    desk.agent.refused(403, rows.DELETE, ticket_id=made["id"])
    desk.customer.refused(403, rows.DELETE, ticket_id=made["id"])
    desk.admin.good(rows.DELETE, ticket_id=made["id"])
    desk.admin.refused(404, rows.TICKET, ticket_id=made["id"])
    desk.admin.refused(404, rows.DELETE, ticket_id=made["id"])
    desk.admin.refused(404, rows.EDIT, {"status": "open"}, ticket_id=made["id"])


@pytest.mark.parametrize("priority", rows.PRIORITIES)
def test_every_priority_of_the_document(desk: ItDesk, priority: str) -> None:
    made = opened(desk.customer, priority=priority, category="other")
    assert made["priority"] == priority and not made["auto_categorized"]
    assert desk.agent.good(rows.EDIT, {"priority": priority}, ticket_id=made["id"])["priority"] == priority


@pytest.mark.parametrize("category", rows.CATEGORIES)
def test_every_category_of_the_document(desk: ItDesk, category: str) -> None:
    made = opened(desk.customer, category=category, priority="low")
    assert made["category"] == category
    assert desk.agent.good(rows.EDIT, {"category": category}, ticket_id=made["id"])["category"] == category


@pytest.mark.parametrize("status", rows.STATUSES)
def test_every_status_of_the_document(desk: ItDesk, status: str) -> None:
    made = opened(desk.customer)
    assert desk.agent.good(rows.EDIT, {"status": status}, ticket_id=made["id"])["status"] == status
    assert made["id"] in [each["id"] for each in desk.agent.good(rows.TICKETS, {"status": status})]


def test_what_is_left_out_is_guessed(desk: ItDesk) -> None:
    made = desk.customer.good(rows.OPEN, {"title": "Forgot my password", "description": "I can't log in any more, "
                                          "please reset my password"})
    assert made["auto_categorized"] is True and made["category"] == "password_reset"
    assert 0 < made["confidence_score"] <= 1 and made["priority"] in rows.PRIORITIES


def test_tickets_that_are_refused(desk: ItDesk) -> None:
    for wrong in ({}, {"title": "x"}, {"description": "x"}, {"title": "", "description": "y"},
                  {"title": ["x"], "description": "y"}, {"title": "x" * 501, "description": "y"}):
        desk.customer.refused(400, rows.OPEN, wrong)
    desk.acting("viewer_a").refused(403, rows.OPEN, {"title": "x", "description": "y"})
    made = opened(desk.customer)
    for wrong in ({"status": "done"}, {"priority": "urgent"}, {"title": ""}, {"assigned_to": 10**6}, {"status": 5}, {}):
        desk.agent.refused(400, rows.EDIT, wrong, ticket_id=made["id"])
    desk.acting("viewer_a").refused(403, rows.EDIT, {"status": "open"}, ticket_id=made["id"])


def test_the_list_of_tickets(desk: ItDesk) -> None:
    made = [opened(desk.customer, title=f"Number {n}", priority=priority)["id"]
            for n, priority in enumerate(("low", "high", "critical"))]
    desk.agent.good(rows.EDIT, {"assigned_to": desk.cast["technician_a"].user_id, "status": "resolved"},
                    ticket_id=made[0])

    asks = desk.customer
    assert ids(asks.good(rows.TICKETS)) == made[::-1], "newest first"
    assert ids(asks.good(rows.TICKETS, {"skip": 1, "limit": 1})) == [made[1]]
    assert ids(asks.good(rows.TICKETS, {"status": "resolved"})) == [made[0]]
    assert asks.good(rows.TICKETS, {"status": "nonsense"}, holds=False) == []
    assert ids(asks.good(rows.TICKETS, {"priority": "critical"})) == [made[2]]
    assert ids(desk.agent.good(rows.TICKETS, {"assigned_to": desk.cast["technician_a"].user_id})) == [made[0]]
    assert ids(asks.good(rows.TICKETS, {"status": "", "priority": "", "search": ""})) == made[::-1], "as React asks"
    assert ids(asks.good(rows.TICKETS, {"search": "number 1"})) == [made[1]]
    for wrong in ({"skip": -1}, {"limit": 0}, {"limit": "x"}, {"assigned_to": "me"}):
        desk.customer.refused(400, rows.TICKETS, wrong)


def test_somebody_elses_ticket(desk: ItDesk) -> None:
    theirs = opened(desk.agent)
    stranger = Caller(desk.app, {"Authorization": "Bearer " + desk.nobody.good(rows.REGISTER, NEW)["access_token"]})
    for caller in (desk.customer, stranger):
        assert theirs["id"] not in [each["id"] for each in caller.good(rows.TICKETS, holds=False)]
        caller.refused(403, rows.TICKET, ticket_id=theirs["id"])
        caller.refused(403, rows.EDIT, {"title": "Mine"}, ticket_id=theirs["id"])
    desk.acting("technician_b").refused(404, rows.TICKET, ticket_id=theirs["id"])


def test_somebody_who_belongs_to_no_client_yet(desk: ItDesk) -> None:
    """Whoever registered is helped before an administrator has said whose people they are."""
    token = desk.nobody.good(rows.REGISTER, NEW)["access_token"]
    newbie = Caller(desk.app, {"Authorization": f"Bearer {token}"})
    made = opened(newbie)
    assert [each["id"] for each in newbie.good(rows.TICKETS)] == [made["id"]]
    assert newbie.good(rows.TICKET, ticket_id=made["id"])["created_by"] == made["created_by"]
    assert newbie.good(rows.PAGE_OF_TICKETS)["total_tickets"] == 1
    assert newbie.good(rows.HEALTH)["open_tickets"] == 1
    assert newbie.good(rows.CHAT, {"message": "How do I share my screen?"})["session_id"]
    assert made["id"] in [each["id"] for each in desk.admin.good(rows.TICKETS)]
    helper = desk.admin.good(rows.REGISTER, NEW | {"username": "theo", "email": "theo@example.com",
                                                   "role": "support_agent"})["id"]
    desk.admin.good(rows.EDIT, {"assigned_to": helper}, ticket_id=made["id"])
    customer = desk.admin.app.test_client().put(
        f"/api/admin/customers/{made['created_by']}", json={"client_id": desk.cast["customer"].client_id},
        headers=desk.admin.headers)
    assert customer.status_code == 200
    history = desk.admin.app.test_client().get(f"/api/tickets/{made['id']}/history", headers=desk.admin.headers).json
    assert [line["changes"] for line in history if line["kind"] == "changed"] == [
        {"assigned_to": [None, helper]}, {"assigned_to": [helper, None]}][::-1], "Theo doesn't see Acme"
    assert desk.admin.good(rows.TICKET, ticket_id=made["id"])["assigned_to"] is None
    signed_in = desk.nobody.good(rows.LOGIN, {"username": "newbie", "password": "long-enough-1"})["access_token"]
    again = Caller(desk.app, {"Authorization": f"Bearer {signed_in}"})
    assert [each["id"] for each in again.good(rows.TICKETS)] == [made["id"]], "their tickets come along"
    assert made["id"] in [each["id"] for each in desk.agent.good(rows.TICKETS)]


def test_the_figures_of_tickets(desk: ItDesk) -> None:
    made = [opened(desk.customer, priority=priority, category="other")["id"] for priority in ("low", "low", "high")]
    desk.agent.good(rows.EDIT, {"status": "resolved"}, ticket_id=made[0])
    desk.agent.good(rows.EDIT, {"status": "closed"}, ticket_id=made[1])
    told = desk.agent.good(rows.SUMMARY)
    assert told["total_tickets"] == 3 and told["category_counts"]["other"] == 3
    assert (told["status_counts"]["resolved"], told["status_counts"]["closed"]) == (1, 1)
    assert told["priority_counts"]["low"] == 2
    desk.customer.refused(403, rows.SUMMARY)
    for caller in (desk.customer, desk.agent):
        page = caller.good(rows.PAGE_OF_TICKETS)
        assert (page["total_tickets"], page["open_tickets"], page["resolved_tickets"], page["closed_tickets"]) == (
            3, 1, 1, 1)
        assert {"open", "in_progress", "resolved", "closed"} <= set(page["status_distribution"])
    desk.nobody.refused(401, rows.PAGE_OF_TICKETS)


def test_the_assistant(desk: ItDesk) -> None:
    first = desk.customer.good(rows.CHAT, {"message": "How do I reset my password?"})
    second = desk.customer.good(rows.CHAT, {"message": "And then?", "session_id": first["session_id"]})
    assert second["session_id"] == first["session_id"]
    by_react = desk.customer.good(rows.CHAT, {"message": "Hello", "sessionId": None})
    assert desk.customer.good(rows.CHAT, {"message": "<img src=x onerror=alert(1)>",
                                          "sessionId": by_react["session_id"]})["response"].count("<img") == 0
    for wrong in ({}, {"message": ""}, {"message": 5}, {"message": "x", "session_id": 7}):
        desk.customer.refused(400, rows.CHAT, wrong)


def test_questions_and_answers(desk: ItDesk) -> None:
    for caller in (desk.agent, desk.admin):
        made = caller.good(rows.NEW_FAQ, {"question": "How do I book a room?", "answer": "By the calendar, in Rooms.",
                                          "category": "Rooms", "tags": ["rooms", "calendar"]})
        assert made["tags"] == ["rooms", "calendar"] and made["is_active"] is True
    assert desk.agent.good(rows.NEW_FAQ, {"question": "Without tags?", "answer": "Yes.", "category": "Rooms"})[
        "tags"] == []
    assert desk.agent.good(rows.NEW_FAQ, {"question": "With none?", "answer": "Yes.", "category": "Rooms",
                                          "tags": None})["tags"] == []
    assert {entry["category"] for entry in desk.customer.good(rows.FAQS, {"category": "Rooms"})} == {"Rooms"}
    assert desk.customer.good(rows.FAQS, {"search": "BOOK a room"})
    assert desk.customer.good(rows.FAQS, {"search": "by the calendar"})
    assert desk.customer.good(rows.FAQS, {"search": "no such words"}, holds=False) == []
    assert len(desk.customer.good(rows.FAQS, {"search": "", "category": ""})) >= 3
    listed = [(entry["category"], entry["question"]) for entry in desk.customer.good(rows.FAQS)]
    assert listed == sorted(listed) or listed == sorted(listed, key=lambda each: tuple(map(str.casefold, each)))
    desk.customer.refused(403, rows.NEW_FAQ, {"question": "x", "answer": "y", "category": "z"})
    for wrong in ({}, {"question": "x"}, {"question": "", "answer": "y", "category": "z"},
                  {"question": "x", "answer": "y", "category": "z", "tags": 5}):
        desk.agent.refused(400, rows.NEW_FAQ, wrong)
    desk.customer.refused(400, rows.FAQS, {"search": "x" * 10_000})


def test_the_figures_of_the_assistant(desk: ItDesk) -> None:
    told = [desk.customer.good(rows.CHAT, {"message": "How do I reset my password?"}) for _ in range(2)]
    escalated = desk.customer.good(rows.CHAT, {"message": "I want to talk to a human, please open a ticket",
                                               "session_id": told[0]["session_id"]})
    assert escalated["was_escalated"] is True and type(escalated["ticket_id"]) is int
    figures = desk.agent.good(rows.FIGURES)
    assert figures["total_queries"] == 3 and figures["escalated_queries"] == 1
    assert figures["escalation_rate"] == pytest.approx(33.33, abs=0.1)
    assert 2 in [each["count"] for each in figures["common_queries"]] and len(figures["common_queries"]) <= 10
    said = desk.agent.good(rows.SAID)
    assert [entry["id"] for entry in said] == sorted((entry["id"] for entry in said), reverse=True)
    assert {entry["session_id"] for entry in desk.agent.good(rows.SAID, {"session_id": told[1]["session_id"]})} == {
        told[1]["session_id"]}
    assert [entry["was_escalated"] for entry in desk.agent.good(rows.SAID, {"escalated_only": "true"})] == [True]
    assert len(desk.agent.good(rows.SAID, {"limit": 1})) == 1
    desk.agent.refused(400, rows.SAID, {"limit": "x"})
    desk.customer.refused(403, rows.FIGURES)
    desk.customer.refused(403, rows.SAID)


def test_the_server_is_well(desk: ItDesk) -> None:
    """The value is 000's, whose clients look at it; 004's look at the 200."""
    assert desk.nobody.good(rows.WELL)["status"] == "ok"


def test_errors_in_the_documents_words(desk: ItDesk) -> None:
    said = {401: desk.expired.refused(401, rows.ME), 403: desk.customer.refused(403, rows.SUMMARY),
            404: desk.app.test_client().get("/api/no/such/thing").json}
    with desk.app.test_request_context():
        said[500] = dialects.of("/api/tickets").body(InternalError())
    assert {status: told["detail"] for status, told in said.items()} == rows.DETAILS


@pytest.mark.parametrize("path", rows.PAGES)
def test_the_documentation(desk: ItDesk, path: str) -> None:
    answer = desk.app.test_client().get(path)
    assert answer.status_code == 200


def test_every_row_is_in_the_document(desk: ItDesk) -> None:
    """With its parameters, and with every error that it may answer with."""
    told = desk.app.test_client().get("/openapi.json").json
    for row in (*rows.DOCUMENTED, *rows.BESIDES):
        operation = told["paths"][row.path.replace("<int:", "{").replace(">", "}")][row.method.lower()]
        assert {str(status) for status in (row.status, *row.errors)} <= set(operation["responses"]), row.rule
        named = {parameter["name"] for parameter in operation.get("parameters", ())}
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            named |= set(told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])
        assert set(row.parameters) <= named, row.rule


@pytest.mark.parametrize("row", rows.DOCUMENTED, ids=lambda row: row.rule)
def test_a_slash_at_the_end_is_passed_over(desk: ItDesk, row: rows.Row) -> None:
    """As the original's server has it at its lists: without a redirect."""
    path = row.path.replace("<int:ticket_id>", "1") + "/"
    answer = desk.app.test_client(use_cookies=False).open(path, method=row.method, json={} if row.method != "GET"
                                                          else None, headers=desk.admin.headers)
    assert answer.status_code in (200, 400, 404) and answer.mimetype == "application/json"
    assert answer.status_code != 404 or "ticket_id" in row.path
