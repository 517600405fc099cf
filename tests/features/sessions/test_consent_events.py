"""Consent through real sockets: asked, given in part, declined, taken back, and in force for the very next event."""

from __future__ import annotations

from collections.abc import Callable

from tests.live.server import Server
from tests.live.sitting import Sitting

MOUSE = {"type": "mousemove", "x": 0.5, "y": 0.5}


def test_the_customer_allows(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    asking = sitting.ask(["view", "control"], reason="The printer is silent")
    request = helper.heard("connection-request")
    assert {"technicianName", "technicianId", "sessionId", "timestamp", "requestId", "rights", "reason",
            "expiresAt", "joins"} == set(request)
    assert request["technicianName"] == "Tina Acme"
    assert request["reason"] == "The printer is silent"
    assert request["rights"] == ["view", "control"]
    helper.emit("approval-response", {"sessionId": sitting.session_id, "approved": True})
    assert asking.answer() == {"success": True, "approved": True, "autoApproved": False, "rights": ["view", "control"]}
    changed = technician.heard("consent-changed")
    assert (changed["rights"], changed["by"]) == (["view", "control"], "customer")
    assert technician.heard("connection-request-closed")["outcome"] == "approved"
    assert sitting.row()["rights"] == ["view", "control"]


def test_the_customer_allows_by_the_documented_call(sitting: Sitting) -> None:
    helper = sitting.helper()
    asking = sitting.ask(["view"])
    helper.heard("connection-request")
    answer = sitting.server.http("device").post(f"/api/sessions/{sitting.session_id}/approval", json={"approved": True})
    assert answer.json() == {"success": True}
    assert asking.answer()["approved"] is True


def test_a_part_of_what_was_asked(sitting: Sitting) -> None:
    helper = sitting.helper()
    asking = sitting.ask(["view", "control", "files"])
    request = helper.heard("connection-request")
    answer = {"approved": True, "requestId": request["requestId"], "rights": ["view", "commands"]}
    assert helper.call("approval-response", answer)["ok"]
    assert asking.answer()["rights"] == ["view"]


def test_control_without_view_is_no_control(sitting: Sitting) -> None:
    helper = sitting.helper()
    asking = sitting.ask(["control"])
    assert helper.heard("connection-request")["rights"] == ["view", "control"]
    helper.call("approval-response", {"approved": True, "rights": ["control"]})
    assert asking.answer() == {"success": True, "approved": False, "autoApproved": False, "rights": [],
                               "reason": "Denied by user"}


def test_a_plain_ask_asks_for_the_usual(sitting: Sitting) -> None:
    helper = sitting.helper()
    asking = sitting.ask(None)
    assert helper.heard("connection-request")["rights"] == ["view", "control", "clipboard", "files"]
    helper.emit("approval-response", {"approved": False})
    assert asking.answer()["reason"] == "Denied by user"


def test_the_customer_declines(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    asking = sitting.ask(["view"])
    helper.heard("connection-request")
    helper.emit("approval-response", {"sessionId": sitting.session_id, "approved": False})
    answer = asking.answer()
    assert (answer["success"], answer["approved"], answer["reason"]) == (True, False, "Denied by user")
    assert technician.heard("connection-request-closed")["outcome"] == "denied"
    assert sitting.row()["rights"] == []


def test_no_answer_in_30_s_is_a_no(server_on: Callable[[str], Server]) -> None:
    """On both engines at once, since it takes its 30 s."""
    sittings = [Sitting(server_on(engine)) for engine in ("eventlet", "gevent")]
    helpers = [sitting.helper() for sitting in sittings]
    askings = [sitting.ask(["view"]) for sitting in sittings]
    for sitting, helper, asking in zip(sittings, helpers, askings, strict=True):
        request = helper.heard("connection-request")
        assert asking.answer() == {"success": True, "approved": False, "autoApproved": False, "rights": [],
                                   "reason": "Timeout"}
        assert helper.heard("connection-request-closed") == {
            "sessionId": sitting.session_id, "requestId": request["requestId"], "outcome": "timeout"}
        assert helper.call("approval-response", {"approved": True, "requestId": request["requestId"]})["ok"]
        assert sitting.row()["rights"] == [], "a late yes grants nothing"
        sitting.close()


def test_a_technicians_newer_question_withdraws_their_older(sitting: Sitting) -> None:
    helper = sitting.helper()
    first = sitting.ask(["view"])
    old = helper.heard("connection-request")
    second = sitting.ask(["view", "files"])
    new = helper.heard("connection-request")
    assert first.answer()["reason"] == "Withdrawn"
    helper.call("approval-response", {"approved": True, "requestId": old["requestId"]})
    helper.call("approval-response", {"approved": True, "requestId": new["requestId"]})
    assert second.answer()["rights"] == ["view", "files"]


def test_a_helper_that_joins_later_still_hears_the_question(sitting: Sitting) -> None:
    asking = sitting.ask(["view"])
    watcher = sitting.technician()
    helper = sitting.helper()
    assert helper.heard("connection-request")["rights"] == ["view"]
    helper.call("approval-response", {"approved": True})
    assert asking.answer()["approved"]
    assert watcher.heard("consent-changed")["rights"] == ["view"]


def test_refused_allowed_and_refused_again(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    refused = technician.call("remote-mouse", dict(MOUSE))
    assert (refused["ok"], refused["error_code"]) == (False, "NOT_CONSENTED")
    sitting.allow(helper, ["view", "control"])
    assert technician.call("remote-mouse", dict(MOUSE))["ok"]
    assert helper.heard("remote-mouse")["x"] == 0.5
    left = helper.call("consent-revoke", {"sessionId": sitting.session_id, "rights": ["control"]})
    assert left == {"ok": True, "rights": ["view"]}
    assert technician.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_CONSENTED"
    assert helper.heard_nothing_of("remote-mouse")
    assert technician.heard("consent-changed", where=lambda d: d["rights"] == ["view"])["by"] == "customer"


def test_with_view_go_control_and_clipboard(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control", "clipboard", "files"])
    assert helper.call("consent-revoke", {"rights": ["view"]})["rights"] == ["files"]
    for name, data in (("remote-mouse", MOUSE), ("remote-clipboard", {"text": "x"}),
                       ("webrtc-answer", {"answer": {}}), ("stream-transport", {"transport": "tiles"})):
        assert technician.call(name, dict(data))["error_code"] == "NOT_CONSENTED", name
    assert technician.call("list-remote-dir", {"path": "", "requestId": "1"})["ok"]


def test_stop_takes_everything_and_ends_the_session(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    assert helper.call("session-stop", {"sessionId": sitting.session_id})["ok"]
    assert technician.heard("session-ended") == {"sessionId": sitting.session_id, "by": "customer"}
    assert technician.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_JOINED"
    assert technician.call("join-session", {"sessionId": sitting.session_id, "role": "technician"})["ok"] is False
    assert helper.call("helper-capabilities", {"capabilities": {}})["error_code"] == "NOT_JOINED"
    row = sitting.row()
    assert (row["status"], row["rights"]) == ("ended", [])
    answer = sitting.server.http("technician_a").post(f"/api/sessions/{sitting.session_id}/connect", json={})
    assert answer.status_code == 404


def test_what_is_allowed_already_needs_no_question(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view"])
    assert sitting.ask(["view"]).answer()["approved"] is True
    assert helper.heard_nothing_of("connection-request")


def test_a_helper_started_anew_holds_nothing(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    helper.close()
    technician.heard("peer-disconnected")
    again = sitting.socket("device")
    assert again.join(sitting.session_id, "helper", rights=[])["rights"] == []
    changed = technician.heard("consent-changed", where=lambda d: d["rights"] == [])
    assert changed["by"] == "server"
    assert technician.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_CONSENTED"


def test_a_helper_that_lost_its_network_keeps_what_both_sides_hold(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view", "control"])
    helper.close()
    again = sitting.socket("device")
    assert again.join(sitting.session_id, "helper", rights=["view", "files"])["rights"] == ["view"]


def test_everything_stands_in_the_timeline(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view"])
    helper.call("consent-revoke", {"rights": ["view"]})
    timeline = sitting.server.http("viewer_a").get(f"/api/sessions/{sitting.session_id}/timeline").json()["timeline"]
    kinds = [line["kind"] for line in timeline]
    assert kinds == ["helper_joined", "consent_asked", "consent_given", "consent_revoked"]
    assert timeline[1]["who"] == "Tina Acme"
    assert timeline[1]["text"] == "printer"
