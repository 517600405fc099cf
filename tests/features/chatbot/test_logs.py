"""What was asked, for staff: logs, figures, files; and that it is found as well as the documents say."""

from __future__ import annotations

import pytest

from connectassist.features.assistant.service import Finder, shipped
from connectassist.features.chatbot import evaluating
from connectassist.features.chatbot.answering import SURE_ENOUGH
from tests.cast import Caller
from tests.features.chatbot.test_chat import PORTAL, ask


def test_logs_and_figures_are_those_of_contract_004(admin: Caller, customer: Caller, technician_a: Caller,
                                                    technician_b: Caller, viewer_a: Caller, nobody: Caller) -> None:
    first = ask(customer, "How do I reset my password?")
    customer.post("/api/chatbot/feedback", json={"message_id": first["message_id"], "helpful": True})
    ask(customer, "how do I  RESET my password?")
    wish = ask(customer, "=cmd() I want to talk to a human")
    ask(nobody, "the frobnicator zorgs", path=PORTAL)
    for staff, number in ((technician_a, 3), (viewer_a, 3), (technician_b, 0), (admin, 4)):
        assert len(staff.get("/api/chatbot/logs").json) == number
        assert staff.get("/api/chatbot/analytics").json["total_queries"] == number
    newest, *_ = technician_a.get("/api/chatbot/logs?escalated_only=true").json
    assert (newest["user_query"], newest["ticket_id"]) == ("=cmd() I want to talk to a human", wish["ticket_id"])
    assert len(admin.get(f"/api/chatbot/logs?session_id={first['session_id']}").json) == 1
    assert len(admin.get("/api/chatbot/logs?search=FROBNI&limit=1").json) == 1
    assert len(admin.get("/api/chatbot/logs?limit=2&skip=3").json) == 1
    assert admin.get("/api/chatbot/logs?limit=0").status_code == 400
    told = technician_a.get("/api/chatbot/analytics").json
    assert (told["escalated_queries"], told["escalation_rate"], told["helpful_rate"]) == (1, 33.33, 100.0)
    assert told["common_queries"] == [{"query": "How do I reset my password?", "count": 2}]
    assert (told["days"][-1]["total"], len(told["days"])) == (3, 30)
    assert told["top_entries"][0]["count"] == 2
    assert admin.get("/api/chatbot/analytics").json["unanswered"][0]["query"] == "the frobnicator zorgs"
    file = technician_a.get("/api/chatbot/logs.csv").text
    assert "'=cmd() I want" in file
    assert "frobnicator" not in file


def test_who_reads_no_logs(customer: Caller, nobody: Caller, device: Caller) -> None:
    for path in ("logs", "analytics", "logs.csv"):
        assert customer.get(f"/api/chatbot/{path}").status_code == 403
        assert nobody.get(f"/api/chatbot/{path}").status_code == device.get(f"/api/chatbot/{path}").status_code == 401


@pytest.mark.parametrize("tuning", [False, True])
def test_it_finds_nearly_as_well_as_the_documents_say(tuning: bool) -> None:
    results = evaluating.tried(evaluating.questions(tuning=tuning), Finder(shipped()))
    of_entries = [each for each in results if each.case.kind in evaluating.KINDS]
    assert evaluating.share(of_entries, 1) >= 0.8
    assert evaluating.share(of_entries, 3) >= 0.9
    precision, recall = evaluating.escalation(results)
    assert precision >= 0.6
    assert recall >= 0.9
    assert sum(each.is_answered and each.place != 1 for each in of_entries) <= 0.08 * len(of_entries)
    strange = [each for each in results if each.case.kind in (evaluating.UNKNOWN, evaluating.CHAT)]
    assert sum(each.is_answered for each in strange) <= 0.1 * len(strange)


@pytest.mark.parametrize("text", ["where is the moon", "my chair squeaks"])
def test_a_word_that_is_like_another_is_no_misspelling_of_it(text: str) -> None:
    found = Finder(shipped()).search(text)
    assert all(each.confidence < SURE_ENOUGH for each in found)


def test_every_expected_entry_is_there_and_no_question_stands_twice() -> None:
    keys = {document.key for document in shipped()}
    cases = [*evaluating.questions(), *evaluating.questions(tuning=True)]
    assert len({case.text for case in cases}) == len(cases) >= 400
    assert {case.key for case in cases if case.kind in evaluating.KINDS} <= keys
