"""A finished case proposes an entry for the knowledge base."""

from __future__ import annotations

from tests.cast import ACME, Caller
from tests.features.cases.conftest import Write

PROPOSALS = "/api/chatbot/proposals"
HOW = "Restarted the quokka service on 10.0.0.7, mail carl@acme.example, password: hunter2. Then the pages came out."


def test_a_finished_case_proposes_masked_what_was_done(write: Write, technician_a: Caller, technician_b: Caller,
                                                       customer: Caller) -> None:
    case = write(title="The quokka printer hangs for Tina Acme", workDone=HOW, status="open")
    assert technician_a.get(PROPOSALS).json == []
    path = f"/api/cases/{case['id']}"
    for status in ("closed", "open", "closed"):
        assert technician_a.patch(path, json={"status": status}).status_code == 200
    (proposal,) = technician_a.get(PROPOSALS).json
    assert (proposal["source"], proposal["source_id"], proposal["client_id"]) == ("case", case["id"], ACME)
    assert proposal["question"] == "The quokka printer hangs for [name]"
    assert not [word for word in ("hunter2", "10.0.0.7", "carl@", "Tina") if word in str(proposal)]
    assert technician_b.get(PROPOSALS).json == []
    technician_a.post(f"{PROPOSALS}/{proposal['id']}/accept")
    told = customer.post("/api/chatbot/chat", json={"message": "the quokka printer hangs"}).json["text"]
    assert "Restarted the quokka service on [address]" in told


def test_a_case_that_is_not_finished_or_says_nothing_proposes_nothing(write: Write, technician_a: Caller) -> None:
    write(title="The wombat hangs", workDone=HOW, status="open")
    write(title="The wombat is loose", workDone="done")
    assert technician_a.get(PROPOSALS).json == []
