"""Calling a colleague in, to help too or to take over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectassist.core import clock
from connectassist.features.sessions import handover
from tests.cast import PEOPLE, Caller
from tests.live.sitting import Sitting
from tests.live.sockets import Socket

MOUSE = {"type": "mousemove", "x": 0.5, "y": 0.5}


def call_in(sitting: Sitting, *, kind: str = "invite", by: str = "technician_a", whom: str = "admin"):
    """One technician calls another; the server's answer."""
    return sitting.server.http(by).post(f"/api/sessions/{sitting.session_id}/invitations", json={
        "userId": sitting.server.cast[whom].user_id, "kind": kind, "note": "I am stuck"})


def admits(sitting: Sitting, helper: Socket, name: str) -> None:
    sitting.allow(helper, ["view", "control"], name=name)


def test_the_colleagues_of_a_session(sitting: Sitting) -> None:
    page = sitting.socket("admin")
    told = sitting.server.http("technician_a").get(f"/api/sessions/{sitting.session_id}/colleagues").json()
    cast = {"Administrator", *(name for _, name, *_ in PEOPLE.values())}  # others' tests make accounts on this server
    names = [(each["name"], each["online"], each["inSession"]) for each in told["colleagues"] if each["name"] in cast]
    assert names == [("Administrator", True, False)], "not oneself, no viewer, nobody of another client"
    page.close()
    for name, status in (("viewer_a", 403), ("technician_b", 404), ("nobody", 401)):
        answer = sitting.server.http(name).get(f"/api/sessions/{sitting.session_id}/colleagues")
        assert answer.status_code == status, name


def test_an_invitation_is_seen_accepted_and_declined(sitting: Sitting) -> None:
    sitting.helper()
    tina, admin = sitting.technician(), sitting.socket("admin")
    made = call_in(sitting).json()
    notice = admin.heard("session-invitation")
    assert (notice["invitationId"], notice["fromName"]) == (made["invitationId"], "Tina Acme")
    assert notice["note"] == "I am stuck"
    assert (notice["sessionId"], notice["kind"], notice["customerName"]) == (sitting.session_id, "invite",
                                                                            "Customer of device")
    http = sitting.server.http("admin")
    listed = http.get("/api/sessions/invitations").json()["invitations"]
    assert [each["invitationId"] for each in listed] == [made["invitationId"]], "for pages that were away"
    assert sitting.server.http("technician_a").get("/api/sessions/invitations").json() == {"invitations": []}
    assert http.post(f"/api/sessions/invitations/{made['invitationId']}/decline").json() == {"success": True}
    assert tina.heard("session-invitation-closed")["outcome"] == "declined"
    assert http.post(f"/api/sessions/invitations/{made['invitationId']}/decline").status_code == 404
    call_in(sitting)
    assert admin.join(sitting.session_id, "technician")["ok"]
    assert tina.heard("session-invitation-closed")["outcome"] == "accepted"
    assert http.get("/api/sessions/invitations").json() == {"invitations": []}
    kinds = [each["kind"] for each in http.get(f"/api/sessions/{sitting.session_id}/timeline").json()["timeline"]]
    assert kinds.count("technician_invited") == 2 and "invitation_declined" in kinds


def test_an_invitation_is_taken_back_by_whoever_made_it(sitting: Sitting) -> None:
    sitting.technician()
    admin = sitting.socket("admin")
    made = call_in(sitting).json()["invitationId"]
    assert sitting.server.http("admin").delete(f"/api/sessions/invitations/{made}").status_code == 404
    assert sitting.server.http("technician_b").delete(f"/api/sessions/invitations/{made}").status_code == 404
    assert sitting.server.http("technician_a").delete(f"/api/sessions/invitations/{made}").json() == {"success": True}
    assert admin.heard("session-invitation-closed")["outcome"] == "withdrawn"


def test_who_cannot_be_called_and_who_cannot_call(sitting: Sitting) -> None:
    assert call_in(sitting).status_code == 409, "join first"
    helper, _ = sitting.helper(), sitting.technician()
    for whom in ("technician_b", "viewer_a", "customer", "technician_a"):
        refused = call_in(sitting, whom=whom)
        assert (refused.status_code, refused.json()["error_code"]) == (400, "VALIDATION_FAILED"), whom
    assert call_in(sitting, by="technician_b").status_code == 404
    assert call_in(sitting, by="viewer_a").status_code == 403
    admits(sitting, helper, "technician_a")
    sitting.technician("admin")
    assert call_in(sitting, by="admin", whom="technician_a", kind="handover").json()["error_code"] == "NOT_CONSENTED"


def test_a_hand_over_while_one_works(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.socket("admin")
    admits(sitting, helper, "technician_a")
    assert tina.call("viewer-state", {"viewing": True})["ok"]
    call_in(sitting, kind="handover")
    assert admin.heard("session-invitation")["kind"] == "handover"
    assert admin.join(sitting.session_id, "technician")["rights"] == []
    assert tina.call("remote-mouse", dict(MOUSE))["ok"], "the first goes on until the customer has said yes"
    admits(sitting, helper, "admin")
    done = tina.heard("session-handed-over")
    assert (done["technicianName"], done["fromTechnicianId"]) == (
        "Administrator", str(sitting.server.cast["technician_a"].user_id))
    assert tina.heard("session-invitation-closed", where=lambda d: d["outcome"] == "completed")
    assert helper.heard("technician-left")["technicianSocketId"] == tina.id
    assert tina.call("remote-mouse", dict(MOUSE))["error_code"] == "NOT_JOINED"
    assert admin.call("remote-mouse", dict(MOUSE))["ok"]
    row = sitting.row()
    assert (row["technician_name"], row["admitted"]) == ("Administrator", [sitting.server.cast["admin"].user_id])
    assert row["billable_started_at"] is None, "nobody watches until the colleague's picture is there"
    back = tina.join(sitting.session_id, "technician")
    assert (back["ok"], back["rights"]) == (True, [])


def test_a_hand_over_to_a_colleague_who_is_there_and_admitted_is_done_at_once(sitting: Sitting) -> None:
    helper, tina, admin = sitting.helper(), sitting.technician(), sitting.technician("admin")
    for name in ("technician_a", "admin"):
        admits(sitting, helper, name)
    call_in(sitting, kind="handover")
    assert tina.heard("session-handed-over")["technicianName"] == "Administrator"
    assert admin.call("remote-mouse", dict(MOUSE))["ok"]


def test_a_colleague_who_is_there_waits_for_the_customer_s_yes(sitting: Sitting) -> None:
    """Done at once, the hand-over would take every right from the session and leave nobody who may help."""
    helper, tina = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    admin = sitting.technician("admin")
    call_in(sitting, kind="handover")
    assert tina.heard("session-invitation-closed")["outcome"] == "accepted"
    assert tina.call("remote-mouse", MOUSE)["ok"], "still theirs"
    admits(sitting, helper, "admin")
    assert tina.heard("session-handed-over")["technicianName"] == "Administrator"
    assert admin.call("remote-mouse", MOUSE)["ok"]
    assert tina.call("remote-mouse", MOUSE)["error_code"] == "NOT_JOINED"


def test_the_case_tells_who_was_there(sitting: Sitting) -> None:
    helper, _, admin = sitting.helper(), sitting.technician(), sitting.socket("admin")
    admits(sitting, helper, "technician_a")
    call_in(sitting, kind="handover")
    admin.join(sitting.session_id, "technician")
    admits(sitting, helper, "admin")
    draft = sitting.server.http("admin").get(f"/api/cases/draft?sessionId={sitting.session_id}").json()
    told = draft.get("case", draft)
    assert [(each["name"], bool(each["leftAt"])) for each in told["technicians"]] \
        == [("Tina Acme", True), ("Administrator", False)]
    said = " ".join(line["what"] for line in told["timeline"])
    assert "Tina Acme handed the session over to Administrator" in said


def test_an_invitation_runs_out(technician_a: Caller, admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "_require_seat", lambda session, by: None)
    session_id = technician_a.post("/api/sessions/create").json["sessionId"]
    made = technician_a.post(f"/api/sessions/{session_id}/invitations", json={"userId": admin.user_id}).json
    assert len(admin.get("/api/sessions/invitations").json["invitations"]) == 1
    later = clock.now() + handover.PATIENCE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert admin.get("/api/sessions/invitations").json == {"invitations": []}
    assert admin.post(f"/api/sessions/invitations/{made['invitationId']}/decline").status_code == 404
