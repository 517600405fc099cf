"""The IT desk under attack: what customers and technicians of several clients reach through tickets, the FAQ assistant
and files, beyond what a table of routes can say."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from uuid import uuid4

import pytest
import requests
from flask import Flask

from connectassist.core.db import db
from connectassist.features.faq import masking
from connectassist.http import spreadsheets
from connectassist.identity import tokens
from connectassist.identity.models import CUSTOMER, TECHNICIAN, StaffClient, User
from tests.attacks.world import World
from tests.cast import ACME, BETA, DEVICE_ID, Caller, Member
from tests.features.sittings import open_session
from tests.live.server import Server

Join = Callable[..., Caller]


@pytest.fixture
def joins(app: Flask) -> Join:
    """`joins("carla", ACME)` is one more customer, with `role` somebody else, of as many clients as are named."""
    def joins(name: str, *clients: int, role: str = CUSTOMER) -> Caller:
        with app.app_context():
            user = User(username=name, full_name=name.title(), role=role)
            if role == CUSTOMER:
                user.client_id = clients[0] if clients else None
            else:
                user.assignments = [StaffClient(client_id=each) for each in clients]
            db.session.add(user)
            db.session.flush()
            token = tokens.issue(user, address="127.0.0.1")
            db.session.commit()
            member = Member(name, {"Authorization": f"Bearer {token}"}, username=name, user_id=user.id, token=token)
        return Caller(app.test_client(use_cookies=False), member)
    return joins


@pytest.fixture
def hers(customer: Caller) -> int:
    """A ticket that the customer opened, who tells more than is theirs to tell."""
    answer = customer.post("/api/tickets", json={
        "title": "No mail", "description": "Since Monday", "status": "closed", "assigned_to": 1, "created_by": 1,
        "confidence_score": 9, "version": 99, "resolution": "Paid", "session_id": "9PD-835-6DE", "id": 4711})
    assert answer.status_code == 201, answer.text
    found = answer.json
    assert (found["status"], found["assigned_to"], found["created_by"], found["version"]) == (
        "open", None, customer.user_id, 1)
    assert found["id"] != 4711 and found["confidence_score"] <= 1 and not found["resolution"]
    return found["id"]


def test_a_customer_changes_only_what_is_theirs(hers: int, customer: Caller, world: World) -> None:
    found = customer.put(f"/api/tickets/{hers}", json={
        "title": "Still no mail", "assigned_to": customer.user_id, "resolution": "Paid", "client_id": BETA,
        "created_by": 1, "device_id": DEVICE_ID, "session_id": world.session_id, "case_id": world.case_id,
        "waiting_for_customer": True, "confidence_score": 9}).json
    assert (found["title"], found["client_id"], found["created_by"]) == ("Still no mail", ACME, customer.user_id)
    assert not any(found[name] for name in ("assigned_to", "resolution", "device_id", "session_id", "case_id",
                                            "waiting_for_customer"))
    assert customer.post("/api/tickets", json={"title": "x", "description": "x", "client_id": BETA}).status_code == 404


def test_colleagues_and_strangers_reach_nothing_of_it(hers: int, joins: Join, customer: Caller,
                                                      technician_a: Caller) -> None:
    about = f"/api/tickets/{hers}"
    file_id = customer.post(f"{about}/attachments", data={"file": (BytesIO(b"hello"), "zebra.txt")}).json["id"]
    technician_a.post(f"{about}/comments", json={"content": "zebra"})
    for other in (joins("carla", ACME), joins("bea", BETA), joins("otto")):
        calls = [("GET", path) for path in (about, f"{about}/history", f"{about}/attachments",
                                            f"{about}/attachments/{file_id}", f"/my/tickets/{hers}")]
        calls += [("PUT", about), ("POST", f"{about}/comments"), ("DELETE", f"{about}/attachments/{file_id}")]
        for method, path in calls:
            assert other.open(method, path, json={"content": "hi", "title": "mine"}).status_code == 403, (method, path)
        for path in ("/api/tickets?search=zebra", "/api/tickets", "/api/dashboard/logs", "/api/analytics/tickets",
                     "/api/tickets/export.csv", "/api/dashboard/health", "/api/dashboard/metrics"):
            answer = other.get(path)
            assert answer.status_code == 200 and "zebra" not in answer.text and "No mail" not in answer.text, path


def test_what_is_internal_is_found_by_no_path(hers: int, customer: Caller, technician_a: Caller) -> None:
    about = f"/api/tickets/{hers}"
    technician_a.post(f"{about}/comments", json={"content": "zebra", "is_internal": True})
    file_id = technician_a.post(f"{about}/attachments", data={
        "file": (BytesIO(b"zebra"), "zebra.txt"), "is_internal": "1"}).json["id"]
    for path in (about, f"{about}/history", f"{about}/attachments", f"/my/tickets/{hers}", "/api/tickets",
                 "/api/tickets/export.csv", "/api/dashboard/logs"):
        assert "zebra" not in customer.get(path).text, path
    assert customer.get("/api/tickets?search=zebra").json == []
    assert customer.get("/api/tickets/page?search=zebra").json["total"] == 0
    for method in ("GET", "DELETE"):
        assert customer.open(method, f"{about}/attachments/{file_id}").status_code == 404


def test_no_session_of_another_client_comes_into_a_ticket(hers: int, joins: Join, device_b: Caller) -> None:
    both, session_id = joins("both", ACME, BETA, role=TECHNICIAN), open_session(device_b)
    for what in ("sessions", "cases"):
        answer = both.post(f"/api/tickets/{hers}/{what}", json={"session_id": session_id})
        assert (answer.status_code, answer.json["error_code"]) == (409, "CONFLICT"), what
    found = both.get(f"/api/tickets/{hers}/links").json
    assert found["sessions"] == found["cases"] == []


def test_a_customer_gets_no_id_that_opens_a_session(hers: int, customer: Caller, technician_a: Caller,
                                                    world: World) -> None:
    """Who opened a ticket need not be who sits at the session's computer."""
    assert technician_a.post(f"/api/tickets/{hers}/sessions", json={
        "session_id": world.session_id}).status_code == 201
    technician_a.delete(f"/api/sessions/{world.session_id}")
    for path in (f"/api/tickets/{hers}", f"/api/tickets/{hers}/history", "/api/tickets", "/api/tickets/export.csv"):
        told = customer.get(path).text
        assert world.session_id not in told and world.case_id not in told, path
    refused = customer.put(f"/api/tickets/{hers}", json={"version": 99, "title": "Mine"})
    assert refused.status_code == 409 and world.session_id not in refused.text
    lines = {line["kind"]: line["changes"] for line in customer.get(f"/api/tickets/{hers}/history").json}
    assert lines["session_opened"] == {"session_id": [None, None]}
    assert "ended by" in lines["session_ended"]["session"][1]
    assert technician_a.get(f"/api/tickets/{hers}").json["session_id"] == world.session_id


def test_a_ticket_of_a_session_has_a_priority_that_there_is(world: World, technician_a: Caller) -> None:
    for priority in ("bogus", ["high"], {"a": 1}, 5, True, 1.5):
        for path in (f"/api/sessions/{world.session_id}/ticket", f"/api/cases/{world.case_id}/ticket"):
            answer = technician_a.post(path, json={"priority": priority})
            assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED"), (path, priority)


def test_whoever_saw_the_state_before_a_comment_changed_it_is_told(hers: int, customer: Caller,
                                                                   technician_a: Caller) -> None:
    about = f"/api/tickets/{hers}"
    seen = technician_a.put(about, json={"status": "resolved"}).json["version"]
    customer.post(f"{about}/comments", json={"content": "It is not"})
    assert technician_a.put(about, json={"status": "closed", "version": seen}).status_code == 409
    assert technician_a.get(about).json["status"] == "open"


def test_nobody_s_solution_is_told_to_another_client(joins: Join, technician_b: Caller, technician_a: Caller,
                                                     customer: Caller, nobody: Caller) -> None:
    bea, question = joins("bea", BETA), {"message": "zyxomat frobnicator broken"}
    ticket_id = bea.post("/api/tickets", json={"title": "Frobnicator broken", "description": "zyxomat"}).json["id"]
    technician_b.put(f"/api/tickets/{ticket_id}", json={
        "status": "resolved", "resolution": "Turn the knob of the zyxomat frobnicator three times, under the desk"})
    told = bea.post("/api/chatbot/chat", json=question).json
    assert "three times" in told["text"] and told["sources"][0]["kind"] == "ticket"
    for other, path in ((customer, "/api/chatbot/chat"), (joins("otto"), "/api/chatbot/chat"),
                        (nobody, "/api/portal/chat"), (technician_a, "/api/chatbot/chat")):
        said = other.post(path, json=question | {"session_id": told["session_id"]}).json
        assert "three times" not in json.dumps(said) and not said["sources"] and said["ticket_id"] is None
        assert said["session_id"] != told["session_id"]
    for path in ("/api/chatbot/proposals", "/api/tickets", "/api/dashboard/logs"):
        assert "frobnicator" not in technician_a.get(path).text.lower(), path
    assert technician_a.post("/api/chatbot/trial", json={"question": "x", "client_id": BETA}).status_code == 404


def test_no_file_of_a_ticket_is_a_page_of_ours(hers: int, customer: Caller, technician_a: Caller) -> None:
    for name, media_type in (("x.html", "text/html"), ("x.svg", "image/svg+xml"), ("../../x\0.js", "text/javascript"),
                             ("a" * 500 + ".html", "text/html"), ("\u202egpj.exe", "image/png")):
        made = customer.post(f"/api/tickets/{hers}/attachments", data={
            "file": (BytesIO(b"<script>"), name, media_type)})
        assert made.status_code == 201 and len(made.json["name"].encode()) <= 255
        assert made.json["name"].isprintable() and not set("/\\") & set(made.json["name"])
        headers = technician_a.get(made.json["url"]).headers
        assert headers["Content-Disposition"].startswith("attachment;")
        assert headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("hidden", ["", " ", "\t", "\r", "\0", "\ufeff", "\u200b", "\u202e", "\xad", "\x1c", "\u3000"],
                         ids=ascii)
def test_no_formula_hides_in_a_file_for_spreadsheets(hidden: str) -> None:
    for sign in "=+-@＝＋－＠﹦﹢﹣﹫−":
        cell = spreadsheets.safe_cell(f"{hidden}{sign}cmd|' /C calc'!A0;{hidden}{sign}1+1")
        assert all(part.startswith("'") for part in cell.split(";")), ascii(cell)


@pytest.mark.parametrize("text", ["a-" * 5000, "a." * 5000, "password:" + " " * 9990, "AAAA-" * 2000, "aaaa/" * 2000,
                                  "x://a" + ":a" * 5000, "1 " * 5000, "+(" * 5000], ids=ascii)
def test_masking_takes_no_longer_however_a_text_is_made(text: str) -> None:
    began = time.thread_time()
    masking.masked(text)
    assert time.thread_time() - began < 0.5, "it took seconds of the whole server before"


def test_twenty_write_to_one_ticket_at_once(server: Server) -> None:
    """Nothing is lost, and versions are counted without a gap."""
    admin = server.http("admin")
    made = admin.post("/api/tickets", json={"title": f"Crowd {uuid4()}", "description": "x", "priority": "low",
                                            "category": "other"}).json()
    address, answers = f"{server.url}/api/tickets/{made['id']}", []

    def write(number: int) -> None:
        order = random.Random(number).sample(["put", "comment", "attach"], 3)
        headers = {"Authorization": f"Bearer {server.cast['admin'].token}"}
        for what in order:
            answers.append({
                "put": lambda: requests.put(address, json={"title": f"T {number}"}, headers=headers, timeout=60),
                "comment": lambda: requests.post(f"{address}/comments", json={"content": f"C {number}"},
                                                 headers=headers, timeout=60),
                "attach": lambda: requests.post(f"{address}/attachments", files={"file": (f"{number}.txt", b"x")},
                                                headers=headers, timeout=60)}[what]().status_code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 20 + [201] * 40
    found = admin.get(f"/api/tickets/{made['id']}").json()
    assert {each["content"] for each in found["comments"]} == {f"C {number}" for number in range(20)}
    assert {each["name"] for each in found["attachments"]} == {f"{number}.txt" for number in range(20)}
    lines = admin.get(f"/api/tickets/{made['id']}/history").json()
    titles = [line["changes"]["title"] for line in reversed(lines) if "title" in line["changes"]]
    assert found["version"] == made["version"] + 20 and len(titles) == 20
    assert all(before[1] == after[0] for before, after in pairwise(titles))
