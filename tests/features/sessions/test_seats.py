"""Taking and leaving seats through real sockets: who is told what, with contract 001's field names."""

from __future__ import annotations

from tests.live.sitting import Sitting

PRESENCE = {"sessionId", "technicianId", "technicianName", "technicianSocketId", "admitted"}


def test_a_helper_takes_its_seat(sitting: Sitting) -> None:
    helper = sitting.socket("device")
    answer = helper.join(sitting.session_id, "helper")
    assert answer == {"ok": True, "sessionId": sitting.session_id, "rights": [], "socketId": helper.id}
    assert sitting.row()["status"] == "connected"
    assert sitting.row()["helper_connected"] is True


def test_a_technician_takes_a_seat_beside_a_helper(sitting: Sitting) -> None:
    helper = sitting.helper()
    technician = sitting.technician()
    joined = helper.heard("technician-joined")
    assert set(joined) == PRESENCE
    assert joined["technicianName"] == "Tina Acme"
    assert joined["technicianSocketId"] == technician.id
    assert helper.heard("peer-joined") == {"sessionId": sitting.session_id, "role": "technician"}
    assert technician.heard("helper-status") == {"sessionId": sitting.session_id, "online": True}


def test_a_technician_waits_for_the_helper(sitting: Sitting) -> None:
    technician = sitting.technician()
    assert technician.heard("helper-status")["online"] is False
    helper = sitting.helper()
    assert technician.heard("peer-joined") == {"sessionId": sitting.session_id, "role": "helper"}
    assert technician.heard("helper-status")["online"] is True
    present = helper.heard("technicians-present")
    assert present["technicians"] == [{
        "technicianId": str(sitting.server.cast["technician_a"].user_id), "technicianName": "Tina Acme",
        "technicianSocketId": technician.id, "admitted": False}]


def test_nobody_present_is_not_told(sitting: Sitting) -> None:
    assert sitting.helper().heard_nothing_of("technicians-present")


def test_a_technician_leaves_by_wish_and_by_closing(sitting: Sitting) -> None:
    helper = sitting.helper()
    for leave in ("wish", "close"):
        technician = sitting.technician()
        socket_id = technician.id
        if leave == "wish":
            assert technician.call("leave-session", {"sessionId": sitting.session_id})["ok"]
        else:
            technician.close()
        left = helper.heard("technician-left")
        assert set(left) == PRESENCE
        assert left["technicianSocketId"] == socket_id
        assert helper.heard("peer-disconnected") == {"sessionId": sitting.session_id, "role": "technician"}


def test_a_helper_leaves_and_the_session_waits(sitting: Sitting) -> None:
    technician, helper = sitting.technician(), sitting.helper()
    technician.heard("peer-joined")
    helper.close()
    assert technician.heard("peer-disconnected") == {"sessionId": sitting.session_id, "role": "helper"}
    assert technician.heard("helper-status", where=lambda d: not d["online"])["sessionId"] == sitting.session_id
    assert sitting.row()["status"] == "waiting"
    assert sitting.row()["ended_at"], "as contract 001 shows it, until the helper is back"
    sitting.helper()
    assert (sitting.row()["status"], sitting.row()["ended_at"]) == ("connected", None)


def test_two_technicians_at_once(sitting: Sitting) -> None:
    helper, first, second = sitting.helper(), sitting.technician(), sitting.technician("admin")
    assert first.heard("technician-joined")["technicianName"] == "Administrator"
    assert {helper.heard("technician-joined")["technicianSocketId"] for _ in range(2)} == {first.id, second.id}
    assert sitting.row()["active_technicians"] == 2
    second.close()
    assert first.heard("technician-left")["technicianName"] == "Administrator"
    assert sitting.row()["active_technicians"] == 1


def test_a_helper_that_comes_back_takes_its_seat_over(sitting: Sitting) -> None:
    older, technician = sitting.helper(), sitting.technician()
    newer = sitting.helper()
    older.heard("disconnect")
    assert not older.is_open
    newer.heard("technicians-present")
    technician.emit("chat-message", {"sessionId": sitting.session_id, "text": "still there?"})
    assert newer.heard("chat-message")["message"] == "still there?"
    assert sitting.row()["helper_connected"] is True


def test_dashboards_hear_of_their_own_clients_sessions_only(sitting: Sitting) -> None:
    dashboard_a, dashboard_b = sitting.socket("viewer_a"), sitting.socket("technician_b")
    sitting.helper()
    heard = dashboard_a.heard("session-updated", where=lambda d: d["sessionId"] == sitting.session_id)
    assert (heard["status"], heard["helper_connected"], heard["active_technicians"]) == ("connected", True, 0)
    assert dashboard_b.heard_nothing_of("session-updated")
    assert dashboard_b.heard_nothing_of("device-updated")
    assert dashboard_b.heard_nothing_of("stats-changed")


def test_session_ended_reaches_the_room_and_idle_dashboards_only(sitting: Sitting) -> None:
    """001's session page takes any session-ended for its own end."""
    helper, technician, idle = sitting.helper(), sitting.technician(), sitting.socket("technician_a")
    elsewhere = sitting.socket("admin")
    other = sitting.server.http("admin").post("/api/sessions/create").json()["sessionId"]
    assert elsewhere.join(other, "technician")["ok"]
    sitting.server.http("technician_a").delete(f"/api/sessions/{sitting.session_id}")
    for hears in (helper, technician, idle):
        assert hears.heard("session-ended") == {"sessionId": sitting.session_id, "by": "technician"}
    assert elsewhere.heard_nothing_of("session-ended")
    sitting.server.http("admin").delete(f"/api/sessions/{other}")


def test_a_technician_panel_counts_and_gets_no_offer(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view"])
    panel = sitting.socket("technician_a")
    assert panel.join(sitting.session_id, "technician-panel")["ok"]
    assert panel.heard_nothing_of("webrtc-offer")
    assert sitting.row()["active_technicians"] == 1
