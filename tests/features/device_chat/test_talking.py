"""The chat with a device's user over real sockets, on both engines, with the built-in assistant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectassist.features.device_chat.service import LONGEST, NOTICE
from tests.features.device_chat.people import PATIENCE, Talker
from tests.live.server import Server
from tests.live.sockets import Socket


@pytest.fixture
def device(engine_server: Server) -> Iterator[Talker]:
    made = Talker(engine_server, hostname="DESK-9")
    yield made
    made.socket.close()


@pytest.fixture
def dashboard(engine_server: Server) -> Iterator[Socket]:
    with engine_server.socket("technician_a", namespace="/it") as opened:
        yield opened


@pytest.fixture
def elsewhere(engine_server: Server) -> Iterator[Socket]:
    """A technician of the other client."""
    with engine_server.socket("technician_b", namespace="/it") as opened:
        yield opened


def test_a_question_is_answered_kept_and_shown_to_the_client_s_staff(device: Talker, dashboard: Socket,
                                                                    elsewhere: Socket) -> None:
    answer = device.ask("My internet is slow")
    assert answer["sender"] == "ai"
    assert answer["agentName"]
    assert answer["action"] == {"type": "diagnose", "checkType": "network"}
    assert "type" not in answer
    update = device.update(dashboard)
    assert update["message"]["content"] == "My internet is slow"
    assert update["message"]["sender"] == "user"
    assert update["response"]["text"] == answer["text"]
    assert update["response"]["action"] == answer["action"]
    asked, answered = device.history()
    assert (asked["sender"], asked["content"], asked["message_type"], asked["metadata"]) == (
        "user", "My internet is slow", "text", None)
    assert (answered["sender"], answered["message_type"], answered["id"]) == ("ai", "diagnose", answer["messageId"])
    assert json.loads(answered["metadata"]) == {"type": "diagnose", "checkType": "network"}
    assert device.history("admin") == device.server.http("admin").get(f"/api/chat/{device.device_id}").json()
    assert elsewhere.heard_nothing_of("device_chat_update")


@pytest.mark.parametrize("said", [None, 7, "", "  \n ", ["hello"], {"a": 1}, "\x00\x1b"], ids=repr)
def test_what_is_no_text_is_passed_over(device: Talker, said: object) -> None:
    device.say(said)
    assert device.ask("thanks")["sender"] == "ai"
    assert [row["content"] for row in device.history() if row["sender"] == "user"] == ["thanks"]


def test_too_long_is_refused_politely_and_kept_nowhere(device: Talker) -> None:
    answer = device.ask("x" * (LONGEST + 1))
    assert answer["sender"] == "system"
    assert "10,000" in answer["text"]
    assert answer["action"] is None
    assert device.history() == []


def test_control_codes_are_not_kept(device: Talker) -> None:
    device.ask("hel\x00lo \x1b[31mred\x1b[0m <b>bold</b>\nline")
    assert device.history()[0]["content"] == "hello [31mred[0m <b>bold</b>\nline"


def test_several_questions_are_answered_in_their_order(device: Talker) -> None:
    for text in ("hello", "thanks", "I want to talk to a human"):
        device.say(text)
    answers = [device.heard() for _ in range(3)]
    assert [bool(answer["action"]) for answer in answers] == [False, False, True]


def test_a_technician_writes_and_the_assistant_is_silent(device: Talker, dashboard: Socket) -> None:
    sent = dashboard.call("chat_to_device", {"deviceId": device.device_id, "content": "Hi, Tina here"})
    assert sent["ok"]
    heard = device.heard()
    assert {name: heard[name] for name in ("text", "sender", "senderName", "action")} == {
        "text": "Hi, Tina here", "sender": "it_tech", "senderName": "Tina Acme", "action": None}
    status = device.socket.heard("ai_status", within=PATIENCE, where=lambda data: not data["enabled"])
    assert status == {"enabled": False, "reason": "it_active"}
    assert device.update(dashboard)["message"]["sender_name"] == "Tina Acme"
    changed = dashboard.heard("device_ai_changed", within=PATIENCE,
                              where=lambda data: data["deviceId"] == device.device_id)
    assert (changed["mode"], changed["ai_disabled"], changed["changedBy"]) == ("temporary", "temporary", "Tina Acme")
    told = device.ask("Hello Tina")
    assert (told["text"], told["sender"], told["ai_disabled"]) == (NOTICE, "system", True)
    update = device.update(dashboard)
    assert update["message"]["content"] == "Hello Tina"
    assert "response" not in update
    device.say("Are you there?")
    assert device.update(dashboard)["message"]["content"] == "Are you there?"
    assert device.socket.heard_nothing_of("chat_response"), "it is said once"


def test_a_message_to_a_device_that_is_away_waits_for_it(device: Talker, dashboard: Socket) -> None:
    device.socket.close()
    assert dashboard.call("chat_to_device", {"deviceId": device.device_id, "content": "Call me"})["ok"]
    assert device.history()[-1]["content"] == "Call me"
    with device.open() as again:
        history = again.heard("chat_history", within=PATIENCE)
        assert history["messages"][-1]["content"] == "Call me"


def test_the_assistant_is_switched_by_technicians(device: Talker, dashboard: Socket) -> None:
    for mode, status in (("permanent", {"enabled": False, "reason": "permanent"}),
                         ("enabled", {"enabled": True, "reason": None}),
                         ("temporary", {"enabled": False, "reason": "it_active"})):
        device.socket.forget()
        assert dashboard.call("set_device_ai", {"deviceId": device.device_id, "mode": mode})["ok"]
        assert device.socket.heard("ai_status", within=PATIENCE) == status
    assert dashboard.call("set_device_ai", {"deviceId": device.device_id, "mode": "sometimes"})["ok"] is False
    assert dashboard.call("set_device_ai", {"deviceId": device.device_id, "mode": "enabled"})["ok"]
    assert device.ask("hello")["sender"] == "ai"


def test_what_a_technician_writes_does_not_end_a_permanent_silence(device: Talker, dashboard: Socket) -> None:
    dashboard.call("set_device_ai", {"deviceId": device.device_id, "mode": "permanent"})
    device.socket.heard("ai_status", within=PATIENCE, where=lambda data: data["reason"] == "permanent")
    device.socket.forget()
    dashboard.call("chat_to_device", {"deviceId": device.device_id, "content": "Hi"})
    assert device.socket.heard("ai_status", within=PATIENCE)["reason"] == "permanent"


@pytest.mark.parametrize("name", ["technician_b", "viewer_a"])
def test_others_do_not_write_to_it(device: Talker, name: str) -> None:
    with device.server.socket(name, namespace="/it") as socket:
        for event, more in (("chat_to_device", {"content": "hi"}), ("set_device_ai", {"mode": "permanent"})):
            assert socket.call(event, {"deviceId": device.device_id, **more})["ok"] is False
            assert socket.heard("error_message", within=PATIENCE)["message"]
    assert device.history("admin") == []


def test_a_click_makes_one_request_however_many_click(device: Talker, dashboard: Socket) -> None:
    answer = device.ask("My internet is slow")
    assert device.socket.heard_nothing_of("diagnostic_request"), "nothing happens of itself"
    path, body = f"/api/chat/{device.device_id}/accept", {"messageId": answer["messageId"]}

    def click(number: int) -> bool:
        if number % 2:
            return device.server.http("technician_a").post(path, json=body).status_code == 200
        return device.socket.call("action_accept", body)["ok"]

    with ThreadPoolExecutor(8) as clicks:
        assert sum(clicks.map(click, range(12))) == 1
    request = device.socket.heard("diagnostic_request", within=PATIENCE)
    assert request["checkType"] == "network"
    assert device.socket.heard_nothing_of("diagnostic_request")
    accepted = dashboard.heard("device_proposal_accepted", within=PATIENCE,
                               where=lambda data: data["deviceId"] == device.device_id)
    assert accepted["requestId"] == request["requestId"]
    assert device.history()[-1]["accepted_at"]


def test_only_the_newest_proposal_counts_and_none_from_before_a_new_start(device: Talker) -> None:
    older = device.ask("My internet is slow")
    newer = device.ask("I want to talk to a human")
    assert device.socket.call("action_accept", {"messageId": older["messageId"]})["error_code"] == "PROPOSAL_OVER"
    device.socket.call("clear_context")
    assert device.socket.call("action_accept", {"messageId": newer["messageId"]})["error_code"] == "PROPOSAL_OVER"
    assert len(device.history()) == 4, "staff still see it"


def test_a_ticket_is_opened_with_a_click(device: Talker, dashboard: Socket) -> None:
    answer = device.ask("Please open a ticket: my chair squeaks")
    assert answer["action"]["type"] == "ticket"
    assert device.server.http("technician_a").get("/api/tickets", params={"device_id": device.device_id}).json() == []
    made = device.socket.call("action_accept", {"messageId": answer["messageId"]})
    assert made["ok"]
    ticket = device.server.http("technician_a").get(f"/api/tickets/{made['ticketId']}").json()
    assert (ticket["device_id"], ticket["title"]) == (device.device_id, "Please open a ticket: my chair squeaks")
    assert ticket["ai_summary"] == answer["text"]
    assert str(made["ticketId"]) in device.heard()["text"]
    assert dashboard.heard("ticket_created", within=PATIENCE,
                           where=lambda data: data["deviceId"] == device.device_id)["id"] == made["ticketId"]


def test_a_remedy_asks_the_person_again(device: Talker) -> None:
    answer = device.ask("the start menu is gone")
    assert answer["action"] == {"type": "remediate", "actionId": "restart_explorer", "parameter": None}
    assert device.socket.call("action_accept", {"messageId": answer["messageId"]})["ok"]
    request = device.socket.heard("remediation_request", within=PATIENCE)
    assert (request["actionId"], request["parameter"]) == ("restart_explorer", None)
    assert not request.get("autoApprove")


def test_a_proposal_of_which_nothing_came_can_be_taken_up_later(device: Talker) -> None:
    answer = device.ask("My internet is slow")
    device.socket.close()
    path, body = f"/api/chat/{device.device_id}/accept", {"messageId": answer["messageId"]}
    technician = device.server.http("technician_a")
    while technician.get(f"/api/devices/{device.device_id}").json()["status"] == "online":
        pass
    assert technician.post(path, json=body).status_code == 409
    device.socket = device.open()
    device.socket.heard("ai_status", within=PATIENCE)
    assert technician.post(path, json=body).status_code == 200
    assert device.socket.heard("diagnostic_request", within=PATIENCE)["checkType"] == "network"


def test_the_device_speaks_for_itself_alone(device: Talker) -> None:
    other = Talker(device.server)
    answer = other.ask("My internet is slow")
    device.socket.emit("chat_message", {"content": "hello", "deviceId": other.device_id})
    assert device.heard()["sender"] == "ai"
    assert len(other.history()) == 2
    for data in ({"messageId": answer["messageId"], "deviceId": other.device_id}, {"messageId": True}, {}):
        assert device.socket.call("action_accept", data)["ok"] is False
    other.socket.close()
