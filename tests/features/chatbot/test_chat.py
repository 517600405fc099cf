"""Asking the FAQ assistant: contract 004's row, conversations, and when people take over."""

from __future__ import annotations

from tests.cast import Caller

CHAT = "/api/chatbot/chat"


def ask(caller: Caller, message: str, session_id: str | None = None) -> dict:
    answer = caller.post(CHAT, json={"message": message, "sessionId": session_id})
    assert answer.status_code == 200, answer.json
    return answer.json


def test_an_answer_looks_as_contract_004_writes_it(customer: Caller) -> None:
    answer = ask(customer, "I forgot my password")
    assert "Forgot password" in answer["response"]
    assert answer["sources"][0]["question"] == "I forgot my password, how do I reset it?"
    assert 0.5 <= answer["confidence_score"] <= 1
    assert answer["was_escalated"] is False
    assert answer["ticket_id"] is None
    again = customer.post(CHAT, json={"message": "thank you", "session_id": answer["session_id"]}).json
    assert again["session_id"] == answer["session_id"]


def test_two_unanswered_questions_open_one_ticket(customer: Caller) -> None:
    first = ask(customer, "my flux capacitor quibbles <b>again</b>")
    assert not first["was_escalated"]
    second = ask(customer, "the frobnicator zorgs", first["session_id"])
    assert second["was_escalated"]
    ticket = customer.get(f"/api/tickets/{second['ticket_id']}").json
    assert "flux capacitor" in ticket["description"]
    third = ask(customer, "I want to talk to a human", first["session_id"])
    assert third["ticket_id"] == second["ticket_id"]
