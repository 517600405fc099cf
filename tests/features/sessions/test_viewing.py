"""The time that a technician watches: what contract 001 bills."""

from __future__ import annotations

from tests.live.sitting import Sitting


def test_the_clock_runs_while_somebody_watches_and_stops_with_the_view(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    technician.emit("viewer-state", {"sessionId": sitting.session_id, "viewing": True})
    assert technician.heard("session-updated", where=lambda u: u.get("reason") == "viewer-state")["viewing_technicians"]
    assert sitting.row()["billable_started_at"]
    helper.call("consent-revoke", {"sessionId": sitting.session_id, "rights": ["view"]})
    assert sitting.row()["billable_started_at"] is None
    assert sitting.row()["viewing_technicians"] == 0
