"""Several technicians in one session: consent names one of them, and the server holds everybody to it."""

from __future__ import annotations

from typing import Any

from tests.live.sitting import Sitting
from tests.live.sockets import Socket

MOUSE = {"type": "mousemove", "x": 0.5, "y": 0.5}
OFFER = {"type": "offer", "sdp": "v=0"}


def answered(sitting: Sitting, helper: Socket, *, approved: bool = True, **more: Any) -> dict[str, Any]:
    """The customer answers the question that comes next; returns it."""
    request = helper.heard("connection-request")
    body = {"sessionId": sitting.session_id, "approved": approved, "requestId": request["requestId"], **more}
    assert helper.call("approval-response", body)["ok"]
    return request


def test_a_second_technician_sees_who_is_there_and_nothing_else(sitting: Sitting) -> None:
    helper, tina = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control", "files"])
    admin = sitting.socket("admin")
    told = admin.join(sitting.session_id, "technician")
    assert (told["rights"], told["admitted"], told["held"]) == ([], False, ["view", "control", "files"])
    assert {each["technicianName"]: each["admitted"] for each in told["technicians"]} \
        == {"Tina Acme": True, "Administrator": False}
    came = helper.heard("technician-joined", where=lambda d: d["technicianName"] == "Administrator")
    assert came["admitted"] is False
    for name, data in (("remote-mouse", MOUSE), ("remote-keyboard", {"type": "keydown", "key": "a"}),
                       ("webrtc-answer", {"answer": {}}), ("webrtc-ice-candidate", {"candidate": {}}),
                       ("stream-transport", {"transport": "tiles"}), ("list-remote-dir", {"path": ""}),
                       ("viewer-state", {"viewing": True})):
        assert admin.call(name, dict(data))["error_code"] == "NOT_CONSENTED", name
        assert helper.heard_nothing_of(name)
    assert admin.call("chat-message", {"text": "hello"})["ok"]
    assert helper.heard("chat-message")["message"] == "hello"
    assert tina.call("remote-mouse", dict(MOUSE))["ok"]


def test_nothing_that_rests_on_a_right_reaches_whoever_is_not_admitted(sitting: Sitting) -> None:
    helper, tina = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "files"])
    admin = sitting.technician("admin")
    for name, data in (("webrtc-offer", {"offer": OFFER}), ("webrtc-ice-candidate", {"candidate": {"candidate": "c"}}),
                       ("list-remote-dir-result", {"requestId": "1", "list": []}),
                       ("get-remote-file-result", {"requestId": "2", "content": "eA=="})):
        assert helper.call(name, dict(data))["ok"], name
        tina.heard(name)
        assert admin.heard_nothing_of(name), name
    frame = {"targetSocketId": admin.id, "seq": 1, "width": 1, "height": 1, "keyframe": True, "rects": [], "data": b"x"}
    assert helper.call("screen-frame", frame)["ok"] is False
    assert admin.heard_nothing_of("screen-frame")


def test_an_offer_to_whoever_is_not_admitted_waits_for_the_customers_yes(sitting: Sitting) -> None:
    """Contract 001's own helper knows nothing of this: it offers to everybody who joins, and once only."""
    helper = sitting.helper()
    sitting.allow(helper, ["view"])
    admin = sitting.technician("admin")
    helper.call("webrtc-offer", {"offer": OFFER, "targetSocketId": admin.id})
    helper.call("webrtc-ice-candidate", {"candidate": {"candidate": "c"}, "targetSocketId": admin.id})
    assert admin.heard_nothing_of("webrtc-offer")
    asking = sitting.ask(["view"], name="admin")
    request = helper.heard("connection-request")
    assert (request["technicianName"], request["joins"], request["rights"]) == ("Administrator", [], ["view"])
    path = f"/api/sessions/{sitting.session_id}/approval"
    assert sitting.server.http("device").post(path, json={"approved": True}).json() == {"success": True}
    assert asking.answer()["approved"]
    assert admin.heard("webrtc-offer")["offer"] == OFFER
    assert admin.heard("webrtc-ice-candidate")["candidate"] == {"candidate": "c"}
    assert admin.call("webrtc-answer", {"answer": {"type": "answer", "sdp": ""}})["ok"]


def test_the_yes_to_a_second_one(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    sitting.allow(helper, ["view", "control"])
    asking = sitting.ask(["files"], name="admin", reason="second opinion")
    request = answered(sitting, helper)
    assert request["rights"] == ["view", "control", "files"], "what is held is asked for too"
    assert request["joins"] == ["Tina Acme"]
    assert asking.answer()["rights"] == ["view", "control", "files"]
    changed = admin.heard("consent-changed", where=lambda d: len(d["admitted"]) == 2)
    cast = sitting.server.cast
    assert set(changed["admitted"]) == {str(cast["technician_a"].user_id), str(cast["admin"].user_id)}
    assert (changed["technicianId"], changed["technicianName"]) == (str(cast["admin"].user_id), "Administrator")
    for technician in (tina, admin):
        assert technician.call("remote-mouse", dict(MOUSE))["ok"]
    assert {helper.heard("remote-mouse")["from"] for _ in range(2)} == {tina.id, admin.id}
    assert sitting.row()["admitted"] == sorted([cast["technician_a"].user_id, cast["admin"].user_id])


def test_the_no_to_a_second_one_leaves_the_first_alone(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    sitting.allow(helper, ["view", "control"])
    asking = sitting.ask(["view"], name="admin")
    answered(sitting, helper, approved=False)
    assert asking.answer()["reason"] == "Denied by user"
    assert admin.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_CONSENTED"
    assert tina.call("remote-mouse", dict(MOUSE))["ok"]


def test_a_line_that_is_unticked_for_the_second_is_allowed_to_nobody(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    sitting.allow(helper, ["view", "control"])
    asking = sitting.ask(["view"], name="admin")
    answered(sitting, helper, rights=["view"])
    assert asking.answer()["rights"] == ["view"]
    for technician in (tina, admin):
        assert technician.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_CONSENTED"
        assert technician.call("stream-transport", {"transport": "tiles"})["ok"]


def test_two_ask_at_once_and_each_gets_their_own_answer(sitting: Sitting) -> None:
    """One question at a time stands: a plain yes, as 001's helper says it, can only mean the one that is shown."""
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    askings = {"Tina Acme": sitting.ask(["view"]), "Administrator": sitting.ask(["view"], name="admin")}
    first = helper.heard("connection-request")
    assert helper.heard_nothing_of("connection-request")
    helper.call("approval-response", {"sessionId": sitting.session_id, "approved": True})
    assert askings.pop(first["technicianName"]).answer()["approved"] is True
    second = helper.heard("connection-request")
    assert second["technicianName"] in askings
    helper.call("approval-response", {"sessionId": sitting.session_id, "approved": False})
    assert askings[second["technicianName"]].answer()["approved"] is False
    people = {"Tina Acme": tina, "Administrator": admin}
    assert people[first["technicianName"]].call("stream-transport", {"transport": "tiles"})["ok"]
    assert people[second["technicianName"]].call("stream-transport", {"transport": "tiles"})["ok"] is False


def test_the_end_answers_whoever_still_waits(sitting: Sitting) -> None:
    helper = sitting.helper()
    askings = [sitting.ask(["view"]), sitting.ask(["view"], name="admin")]
    helper.heard("connection-request")
    helper.call("session-stop", {"sessionId": sitting.session_id})
    for asking in askings:
        asking.join(25)
    assert not any(asking.is_alive() for asking in askings), "nobody waits any more"
    assert askings[0].answer()["approved"] is False, "the other may have come a moment after the end"


def test_the_customer_sends_one_away(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    sitting.allow(helper, ["view", "control"])
    sitting.allow(helper, ["view", "control"], name="admin")
    admin_id = str(sitting.server.cast["admin"].user_id)
    assert helper.call("technician-remove", {"technicianId": admin_id})["ok"]
    assert admin.heard("technician-removed") == {"sessionId": sitting.session_id, "technicianId": admin_id,
                                                 "technicianName": "Administrator"}
    assert helper.heard("technician-left")["technicianSocketId"] == admin.id
    assert admin.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_JOINED"
    assert tina.call("remote-mouse", dict(MOUSE))["ok"]
    again = admin.join(sitting.session_id, "technician")
    assert (again["ok"], again["rights"]) == (True, [])
    for wrong in ({"technicianId": "999"}, {"technicianId": "x"}, {"technicianId": 1}, {}):
        assert helper.call("technician-remove", wrong)["error_code"] == "BAD_EVENT"
    assert tina.call("technician-remove", {"technicianId": admin_id})["error_code"] == "WRONG_ROLE"


def test_rights_that_nobody_may_use_are_gone(sitting: Sitting) -> None:
    helper, tina = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    helper.call("technician-remove", {"technicianId": str(sitting.server.cast["technician_a"].user_id)})
    assert tina.heard("consent-changed", where=lambda d: not d["rights"])["admitted"] == []
    assert (sitting.row()["rights"], sitting.row()["admitted"]) == ([], [])


def test_a_helper_that_comes_back_with_nothing_has_admitted_nobody(sitting: Sitting) -> None:
    helper, tina = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view"])
    helper.close()
    tina.heard("peer-disconnected")
    again = sitting.helper(rights=[])
    assert again.heard("technicians-present")["technicians"][0]["admitted"] is False
    assert sitting.row()["admitted"] == []


def test_unattended_access_lets_in_whoever_may_come_but_not_whom_the_customer_sent_away(sitting: Sitting) -> None:
    helper, tina = sitting.helper(), sitting.technician()
    path = f"/api/sessions/{sitting.session_id}/settings"
    sitting.server.http("device").patch(path, json={"allowUnattended": True})
    assert sitting.ask(["view", "control"]).answer()["autoApproved"] is True
    admin = sitting.socket("admin")
    assert admin.join(sitting.session_id, "technician")["rights"] == ["view", "control"], "as policy, at once"
    assert admin.call("remote-mouse", dict(MOUSE))["ok"]
    helper.call("technician-remove", {"technicianId": str(sitting.server.cast["admin"].user_id)})
    assert admin.join(sitting.session_id, "technician")["rights"] == []
    asking = sitting.ask(["view"], name="admin")
    answered(sitting, helper, approved=False)
    assert asking.answer()["approved"] is False
    assert tina.call("remote-mouse", dict(MOUSE))["ok"]
    assert sitting.socket("technician_b").join(sitting.session_id, "technician")["ok"] is False


def test_files_over_http_and_the_monitor_need_the_customers_yes_to_them(sitting: Sitting) -> None:
    helper, _ = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "files"])
    admin = sitting.server.http("admin")
    sent = admin.post("/api/files/upload", data={"sessionId": sitting.session_id}, files={"file": ("a.txt", b"x")})
    assert sent.json()["error_code"] == "NOT_CONSENTED"
    switched = admin.post(f"/api/monitors/session/{sitting.session_id}/switch", json={"monitorIndex": 0})
    assert switched.json()["error_code"] == "NOT_CONSENTED"
    assert helper.heard_nothing_of("file-available") and helper.heard_nothing_of("switch-monitor")


def test_the_time_counts_once_however_many_watch(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    sitting.allow(helper, ["view"])
    sitting.allow(helper, ["view"], name="admin")
    for technician in (tina, admin):
        assert technician.call("viewer-state", {"viewing": True})["ok"]
    started = sitting.row()["billable_started_at"]
    assert sitting.row()["viewing_technicians"] == 2 and started
    assert tina.call("viewer-state", {"viewing": False})["ok"]
    assert (sitting.row()["viewing_technicians"], sitting.row()["billable_started_at"]) == (1, started)
    admin.close()
    helper.heard("technician-left")
    assert (sitting.row()["viewing_technicians"], sitting.row()["billable_started_at"]) == (0, None)
