"""What was said: kept, limited, shown to the session's own people only."""

from __future__ import annotations

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.errors import EventRefused, SessionNotFound
from connectassist.features.chat import service
from tests.cast import Caller
from tests.features.sittings import open_session


def say(app: Flask, session_id: str, text: str, **more) -> int:
    with app.app_context():
        said = service.post(session_id, **{"role": "user", "sender": "Ann", "text": text, **more})
        return clock.milliseconds(said.at)


def test_messages_are_listed_oldest_first(app, device: Caller, technician_a: Caller) -> None:
    session_id = open_session(device)
    say(app, session_id, "hello")
    say(app, session_id, "how are you?", role="technician", sender="Tina Acme")
    listed = technician_a.get(f"/api/sessions/{session_id}/messages").json["messages"]
    assert [(m["message"], m["role"], m["sender"]) for m in listed] == [
        ("hello", "user", "Customer of device"), ("how are you?", "technician", "Tina Acme")]
    assert all(isinstance(m["timestamp"], int) and m["id"] for m in listed)


def test_since_gives_only_what_came_after(app, device: Caller, monkeypatch) -> None:
    session_id, start = open_session(device), clock.now()
    for seconds, text in enumerate(("one", "two", "three")):
        moment = clock.from_milliseconds(clock.milliseconds(start) + 1000 * seconds)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        at = say(app, session_id, text)
    listed = device.get(f"/api/sessions/{session_id}/messages?since={at - 1000}").json["messages"]
    assert [m["message"] for m in listed] == ["three"]
    assert device.get(f"/api/sessions/{session_id}/messages?since={at}").json["messages"] == []


def test_said_again_after_a_lost_answer(app, device: Caller) -> None:
    """The id of the speaker's program makes it one message; another side's same id, or a short one, is not it."""
    session_id, drawn = open_session(device), "0123456789abcdef"
    say(app, session_id, "hello", client_id=drawn)
    say(app, session_id, "hello", client_id=drawn)
    say(app, session_id, "hello", client_id=drawn, role="technician", sender="Tina Acme")
    say(app, session_id, "another text", client_id=drawn)
    for no_id in ("1", "1", None, None, 7, ["x"], "x" * 65, "with blank"):
        say(app, session_id, "short", client_id=no_id)
    said = [m["message"] for m in device.get(f"/api/sessions/{session_id}/messages").json["messages"]]
    assert said == ["hello", "hello", "another text", *["short"] * 8]


def test_paging_back(app, device: Caller) -> None:
    session_id = open_session(device)
    for number in range(7):
        say(app, session_id, f"message {number}")
    pages, before = [], ""
    while before is not None:
        answer = device.get(f"/api/sessions/{session_id}/messages?limit=3&before={before}").json
        pages.append([m["message"][-1] for m in answer["messages"]])
        before = answer["messages"][0]["timestamp"] if answer["more"] else None
    assert pages == [["4", "5", "6"], ["1", "2", "3"], ["0"]]
    for wrong in ("limit=0", "limit=501", "before=x", "before=-1"):
        assert device.get(f"/api/sessions/{session_id}/messages?{wrong}").status_code == 400


def test_a_session_holds_so_many(app, device: Caller, monkeypatch) -> None:
    session_id = open_session(device)
    monkeypatch.setattr(service, "MOST", 3)
    for number in range(3):
        say(app, session_id, f"message {number}")
    with pytest.raises(EventRefused):
        say(app, session_id, "one too many")


def test_only_the_newest_500_are_shown(app, device: Caller) -> None:
    session_id = open_session(device)
    for number in range(503):
        say(app, session_id, f"message {number}")
    listed = device.get(f"/api/sessions/{session_id}/messages").json["messages"]
    assert len(listed) == 500 and listed[0]["message"] == "message 3" and listed[-1]["message"] == "message 502"


@pytest.mark.parametrize(("who", "status", "code"), [
    ("admin", 200, None), ("technician_a", 200, None), ("viewer_a", 200, None), ("device", 200, None),
    ("technician_b", 404, "SESSION_NOT_FOUND"), ("device_b", 401, "UNAUTHORIZED"), ("nobody", 401, "UNAUTHORIZED"),
    ("customer", 401, "UNAUTHORIZED")])
def test_who_may_read(app, as_member, device: Caller, who: str, status: int, code: str | None) -> None:
    session_id = open_session(device)
    say(app, session_id, "my tooth hurts")
    answer = as_member(who).get(f"/api/sessions/{session_id}/messages")
    assert (answer.status_code, answer.json.get("error_code")) == (status, code)
    assert ("my tooth hurts" in answer.text) == (status == 200)


def test_an_unknown_session_has_no_messages(technician_a: Caller, nobody: Caller) -> None:
    for caller in (technician_a, nobody):
        answer = caller.get("/api/sessions/ABC-123-DEF/messages")
        assert (answer.status_code, answer.json["error_code"]) == (404, "SESSION_NOT_FOUND")


def test_a_wrong_since_is_refused(device: Caller) -> None:
    answer = device.get(f"/api/sessions/{open_session(device)}/messages?since=yesterday")
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


@pytest.mark.parametrize("text", ["", "  \n ", None, 7, ["a"], {"a": 1}, "x" * 4001, "\x00\x1b"])
def test_what_is_no_message_is_refused(app, device: Caller, text) -> None:
    session_id = open_session(device)
    with pytest.raises(EventRefused):
        say(app, session_id, text)
    assert device.get(f"/api/sessions/{session_id}/messages").json["messages"] == []


def test_the_longest_message_and_odd_characters_pass(app, device: Caller) -> None:
    session_id = open_session(device)
    say(app, session_id, "x" * 4000)
    say(app, session_id, "a\x00b\x1b[31m\nline two <script>alert(1)</script> שלום 👩‍💻")
    listed = device.get(f"/api/sessions/{session_id}/messages").json["messages"]
    assert len(listed[0]["message"]) == 4000
    assert listed[1]["message"] == "ab[31m\nline two <script>alert(1)</script> שלום 👩‍💻"


def test_nothing_is_said_in_a_session_that_is_over(app, device: Caller, technician_a: Caller) -> None:
    session_id = open_session(device)
    say(app, session_id, "before")
    technician_a.delete(f"/api/sessions/{session_id}")
    with pytest.raises(SessionNotFound):
        say(app, session_id, "after")
    assert len(technician_a.get(f"/api/sessions/{session_id}/messages").json["messages"]) == 1
    assert device.get(f"/api/sessions/{session_id}/messages").status_code == 404
