"""Contract 004's real React client, as it is, in JavaScript, against a real server: each page's calls, and its
WebSocket."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cast import PASSWORD
from tests.contracts import rows_004 as rows
from tests.contracts.script import Node
from tests.contracts.shape import fits
from tests.live.fleet import Fleet
from tests.live.server import Server

Play = Callable[..., Node]


@pytest.fixture
def play(server: Server) -> Iterator[Play]:
    """Open the pages of somebody: `play("agent", "tina", PASSWORD, ticket_id)`."""
    playing: list[Node] = []

    def start(*arguments: Any) -> Node:
        playing.append(Node("it_desk_page.mjs", server.url, *map(str, arguments)))
        return playing[-1]

    yield start
    for node in playing:
        node.close()


def answers(page: Node) -> list[tuple[str, dict[str, Any]]]:
    """The calls that were answered, with status and data."""
    return [(name, told) for name, told in page.heard if " /" in name]


def refused(page: Node) -> list[tuple[str, int]]:
    return [(name, told["status"]) for name, told in answers(page) if told["status"] >= 400]


def assert_told(page: Node, *names: str) -> None:
    """Each of these was heard, in its shape; what else was heard is told in its shape, too."""
    for name in names:
        if name not in page.names():
            page.until(name)
    for name, message in page.heard:
        if name in rows.HEARS:
            assert fits(message, rows.HEARS[name]), name


def test_a_customers_pages(server: Server, play: Play) -> None:
    """From registering on; whoever is told 403 stays signed in."""
    page = play("customer", f"rea{uuid.uuid4().hex[:8]}", "long-enough-1")
    told = page.until("done")
    assert told == {"kept": True}
    assert refused(page) == [("GET /api/chatbot/analytics", 403)]
    shown = page.of("tickets")
    assert [len(each["shown"]) for each in shown] == [0, 1] and shown[1]["total"] == "1"
    assert shown[1]["shown"][0][:3] == ["My mail is gone", "open", "MEDIUM"]
    assert len(page.of("chat")) == 2 and all(each["place"] for each in page.of("chat"))
    made = page.of("POST /api/tickets")[0]["data"]
    assert_told(page, "ticket_created", "chatbot_message")
    server.http("admin").put(f"/api/tickets/{made['id']}", json={"status": "in_progress"})
    assert_told(page, "ticket_updated")
    server.http("admin").delete(f"/api/tickets/{made['id']}")
    assert_told(page, "ticket_deleted")
    page.says("leave")
    page.until("close")


def test_an_administrators_pages(server: Server, play: Play) -> None:
    """The edit form as it stands, with tags and nobody assigned; the buttons of the states; deleting."""
    made = server.http("customer").post("/api/tickets", json={
        "title": "The printer is out", "description": "It blinks", "priority": "high", "category": "hardware_issue"})
    assert server.http("admin").put("/api/admin/user/profile", json={"email": "admin@example.com"}).ok
    page = play("agent", "admin", PASSWORD, made.json()["id"])
    assert page.until("done") == {"kept": True}
    ticket = f"/api/tickets/{made.json()['id']}"
    assert refused(page) == [(f"GET {ticket}", 404)]
    edits = [told["data"] for told in page.of(f"PUT {ticket}")]
    assert [edit["status"] for edit in edits] == ["open", "open", "in_progress", "resolved", "closed"]
    assert [edit["category"] for edit in edits[:2]] == ["hardware_issue"] * 2, "its own word"
    assert {edit["assigned_to"] for edit in edits} == {None}
    assert edits[3]["resolved_at"]
    assert page.of("dashboard")[0]["green"] in ("operational", "degraded", "critical")
    assert_told(page, "ticket_updated", "ticket_deleted", "chatbot_message", "metrics")
    page.says("leave")
    page.until("close")


def test_an_alert_reaches_the_page(server: Server, play: Play) -> None:
    page = play("customer", f"rea{uuid.uuid4().hex[:8]}", "long-enough-1")
    made = server.http("customer").post("/api/tickets", json={"title": "One", "description": "more"})
    staff = play("agent", "tina", PASSWORD, made.json()["id"])
    staff.until("snapshot")
    fleet = Fleet(server)
    for status in ("ok", "error"):  # one that another test left open would be told of once only
        fleet.agent.emit("diagnostic_result", {"checkType": "disk", "status": status, "label": "Disk", "results": {}})
    staff.until("alert")
    assert_told(staff, "alert")
    fleet.close()
    page.until("done")
    assert "alert" not in page.names() and "metrics" not in page.names(), "customers hear of their own things"


def test_the_line_wants_a_sign_in(server: Server) -> None:
    answer = server.http("nobody").get(rows.WS)
    assert answer.status_code == 426
