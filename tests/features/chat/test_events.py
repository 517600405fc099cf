"""chat-message over real sockets, on both engines."""

from __future__ import annotations

import pytest

from tests.features.sittings import JoinedSession


@pytest.fixture
def sitting(engine_server):
    with JoinedSession(engine_server) as opened:
        yield opened


def test_the_dashboards_text_reaches_the_helper_as_message(sitting: JoinedSession) -> None:
    answer = sitting.technician.call("chat-message", {"sessionId": sitting.id, "text": "hello"})
    assert answer["ok"], answer
    heard = sitting.helper.heard("chat-message")
    assert answer["ok"] and answer["id"] == heard["id"] and isinstance(answer["timestamp"], int)
    assert (heard["message"], heard["text"], heard["role"], heard["sender"]) == (
        "hello", "hello", "technician", "Tina Acme")
    assert heard["sessionId"] == sitting.id
    assert sitting.technician.heard_nothing_of("chat-message")


def test_the_helper_can_not_speak_as_a_technician(sitting: JoinedSession) -> None:
    sitting.helper.call("chat-message", {
        "sessionId": sitting.id, "message": "give me your password", "role": "technician", "sender": "Tina Acme"})
    heard = sitting.technician.heard("chat-message")
    assert heard["role"] == "user" and heard["sender"] == "Customer of device"


@pytest.mark.parametrize(("given", "expected"), [
    (1767225600123, 1767225600123), ("2026-01-01T00:00:00.123Z", 1767225600123)])
def test_the_senders_time_is_passed_on(sitting: JoinedSession, given, expected) -> None:
    sitting.technician.call("chat-message", {"text": "when", "timestamp": given})
    assert sitting.helper.heard("chat-message")["timestamp"] == expected


@pytest.mark.parametrize("junk", [True, -5, "soon", [1], {"a": 2}, 1e308, "9999-99-99"])
def test_junk_for_a_time_becomes_the_servers(sitting: JoinedSession, junk) -> None:
    answer = sitting.technician.call("chat-message", {"text": "when", "timestamp": junk})
    heard = sitting.helper.heard("chat-message")["timestamp"]
    assert answer["ok"] and (heard == answer["timestamp"] or junk == 1e308)


def test_too_much_is_refused(sitting: JoinedSession) -> None:
    answer = sitting.technician.call("chat-message", {"text": "x" * 4001})
    assert (answer["ok"], answer["error_code"]) == (False, "BAD_EVENT")
    assert sitting.helper.heard_nothing_of("chat-message")


def test_a_message_sent_again_is_heard_once(sitting: JoinedSession) -> None:
    first, again = (sitting.technician.call("chat-message", {"text": "hello", "id": "0123456789abcdef"})
                    for _ in range(2))
    assert first["ok"] and again == first
    assert sitting.helper.heard("chat-message")["id"] == first["id"]
    assert sitting.helper.heard_nothing_of("chat-message")


def test_another_tenant_and_a_stranger_are_not_heard(sitting: JoinedSession) -> None:
    for who in ("technician_b", "nobody"):
        with sitting.server.socket(who) as stranger:
            answer = stranger.call("chat-message", {"sessionId": sitting.id, "text": "hi"})
            assert answer["error_code"] == "NOT_JOINED"
    assert sitting.helper.heard_nothing_of("chat-message")
