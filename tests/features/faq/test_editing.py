"""The knowledge base written by staff, and proposed to by closed tickets and cases."""

from __future__ import annotations

import pytest
from flask import Flask

from connectassist.features.faq import service
from connectassist.features.faq.masking import masked
from tests.cast import ACME, BETA, Caller

FAQS, PROPOSALS = "/api/chatbot/faqs", "/api/chatbot/proposals"
NEW = {"question": "Where do quokkas live?", "answer": "On an island.", "category": "Zoo", "tags": ["quokka", "a, b"]}
HOW = "Restarted the quokka service on 10.0.0.7, mail carl@acme.example, password: hunter2. Then the pages came out."


def made(caller: Caller, **more: object) -> dict:
    answer = caller.post(FAQS, json=NEW | more)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_an_entry_is_written_changed_withdrawn_and_brought_back(technician_a: Caller, customer: Caller) -> None:
    entry = made(technician_a)
    assert (entry["tags"], entry["client_id"], entry["is_active"]) == (["quokka", "a b"], ACME, True)
    path = f"{FAQS}/{entry['id']}"
    changed = technician_a.put(path, json={"answer": "On Rottnest.", "version": 1}).json
    assert (changed["answer"], changed["version"]) == ("On Rottnest.", 2)
    assert technician_a.put(path, json={"answer": "On Rottnest.", "tags": ["quokka", "a b"]}).json["version"] == 2
    headers = {"If-Match": '"1"'}
    assert technician_a.put(path, json={"answer": "Elsewhere"}, headers=headers).status_code == 409
    told = customer.post("/api/chatbot/chat", json={"message": "where do quokkas live"}).json
    assert told["text"] == "On Rottnest."
    late = technician_a.put(path, json={"answer": "Elsewhere", "version": 1})
    assert (late.status_code, customer.get(path).json["answer"]) == (409, "On Rottnest.")
    assert technician_a.delete(path).status_code == 200
    assert customer.get(path).status_code == 404
    assert technician_a.get(f"{FAQS}?withdrawn=1").json[0]["id"] == entry["id"]
    assert not customer.get(f"{FAQS}?search=quokka&withdrawn=1").json
    assert technician_a.put(path, json={"is_active": True}).json["is_active"] is True
    assert customer.get(f"{FAQS}?search=quokka").json[0]["answer"] == "On Rottnest."


def test_an_entry_is_deleted_for_good(admin: Caller, technician_a: Caller, customer: Caller) -> None:
    first = made(admin)
    ask = {"message": "where do quokkas live"}
    assert customer.post("/api/chatbot/chat", json=ask).json["text"] == "On an island."
    assert technician_a.delete(f"{FAQS}/{first['id']}/for-good").status_code == 403
    assert admin.delete(f"{FAQS}/{first['id']}/for-good").status_code == 200
    assert admin.get(f"{FAQS}/{first['id']}").status_code == 404
    made(admin, answer="On Rottnest.")  # it may well get the number of the one that is gone
    assert customer.post("/api/chatbot/chat", json=ask).json["text"] == "On Rottnest."
    ours = next(each["id"] for each in admin.get(f"{FAQS}?search=password").json)
    answer = admin.delete(f"{FAQS}/{ours}/for-good")
    assert (answer.status_code, "switched off" in answer.text) == (409, True)


def test_who_may_write_what(admin: Caller, technician_a: Caller, technician_b: Caller, viewer_a: Caller,
                            customer: Caller) -> None:
    everybodys, ours = made(admin), made(technician_a)
    assert everybodys["client_id"] is None
    assert technician_a.put(f"{FAQS}/{everybodys['id']}", json={"answer": "x"}).status_code == 403
    assert technician_b.put(f"{FAQS}/{ours['id']}", json={"answer": "x"}).status_code == 404
    assert technician_a.put(f"{FAQS}/{ours['id']}", json={"client_id": None}).status_code == 403
    assert technician_a.post(FAQS, json=NEW | {"client_id": BETA}).status_code == 404
    for reader in (viewer_a, customer):
        assert reader.post(FAQS, json=NEW).status_code == reader.delete(f"{FAQS}/{ours['id']}").status_code == 403
    assert admin.put(f"{FAQS}/{ours['id']}", json={"client_id": None}).json["client_id"] is None


@pytest.mark.parametrize("wrong", [{"question": ""}, {"question": " \x00 "}, {"answer": 5}, {"tags": [1]},
                                   {"tags": ["x" * 60] * 10 + ["y" * 50] * 40, "question": "q"}, {"category": "x" * 61},
                                   {"client_id": "1"}])
def test_what_is_no_entry(admin: Caller, wrong: dict) -> None:
    told = NEW | wrong
    if len(told["tags"]) > 40:
        told["tags"] = [f"{number}{'x' * 50}" for number in range(40)]
    assert admin.post(FAQS, json=told).status_code == 400


def solve(technician: Caller, title: str, resolution: str) -> int:
    ticket = technician.post("/api/tickets", json={"title": title, "description": "It is broken"}).json
    technician.put(f"/api/tickets/{ticket['id']}", json={"status": "resolved", "resolution": resolution})
    return ticket["id"]


def test_a_closed_ticket_proposes_what_was_not_known(technician_a: Caller, technician_b: Caller,
                                                     customer: Caller) -> None:
    ticket_id = solve(technician_a, "The quokka printer service hangs for Tina Acme", HOW)
    solve(technician_a, "I forgot my password, how do I reset it?", HOW)
    solve(technician_a, "The wombat is loose", "done")
    proposal, *more = technician_a.get(PROPOSALS).json
    assert not more
    assert (proposal["source"], proposal["source_id"], proposal["client_id"]) == ("ticket", str(ticket_id), ACME)
    assert not [word for word in ("hunter2", "10.0.0.7", "carl@", "Tina") if word in str(proposal)]
    assert technician_b.get(PROPOSALS).json == []
    path = f"{PROPOSALS}/{proposal['id']}"
    assert technician_b.post(f"{path}/accept").status_code == 404
    assert technician_a.post(f"{path}/accept", json={"for_everybody": True}).status_code == 403
    assert technician_a.post(f"{path}/dismiss").json["status"] == "dismissed"
    assert technician_a.post(f"{path}/accept").status_code == 409
    assert technician_a.post(f"{path}/restore").json["status"] == "open"
    entry = technician_a.post(f"{path}/accept", json={"answer": "Restart the quokka service."}).json
    assert (entry["client_id"], entry["answer"]) == (ACME, "Restart the quokka service.")
    assert technician_a.get(f"{PROPOSALS}?status=accepted").json[0]["entry_id"] == entry["id"]
    told = customer.post("/api/chatbot/chat", json={"message": "the quokka printer service hangs"}).json
    assert told["sources"][0] | {"confidence": 0} == {"kind": "faq", "id": entry["id"], "confidence": 0,
                                                      "question": entry["question"]}


def test_a_ticket_that_says_how_only_once_it_is_closed_proposes_too(technician_a: Caller) -> None:
    ticket_id = solve(technician_a, "The quokka printer service hangs", "")
    assert technician_a.get(PROPOSALS).json == []
    technician_a.put(f"/api/tickets/{ticket_id}", json={"resolution": HOW})
    assert [each["source_id"] for each in technician_a.get(PROPOSALS).json] == [str(ticket_id)]


def test_each_proposes_once(app: Flask) -> None:
    told = {"source": "case", "source_id": "c1", "client_id": ACME, "question": "q", "answer": "a"}
    with app.app_context():
        assert service.propose(**told) is True
        assert service.propose(**told) is False


def test_what_is_private_is_masked() -> None:
    text = "Mr Miller (+49 30 123456-7, DE89 3704 0044 0532 0130 00) uses key A1B2C-D3E4F-G5H6I. PIN is 4711."
    told = masked(f"{text} Reset the password.", names=["Jo Ann"])
    assert told == "[name] ([number], [number]) uses key [key]. PIN is [secret] Reset the password."
