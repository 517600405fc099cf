"""/api/preferences: read, changed in part, taken back; bounds; whose they are; what the retention does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.preferences import queries, service
from connectassist.features.sessions.models import Session
from connectassist.identity import principal
from tests.cast import ACME, Caller

PATH = "/api/preferences"
UNSET = {"dashboardLayout": None, "sessionHistoryRetentionDays": None, "phoneSupportRate": 0,
         "whatsappSupportRate": 0, "remoteControlSupportRate": 0}
TILE = {"id": "a", "type": "sessions", "size": "large", "visible": False}


def put(caller: Caller, **body: Any) -> dict[str, Any]:
    answer = caller.put(PATH, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json["preferences"]


def test_before_anything_was_set(technician_a: Caller) -> None:
    assert technician_a.get(PATH).json == UNSET


def test_what_is_left_out_stays(technician_a: Caller) -> None:
    put(technician_a, sessionHistoryRetentionDays=30, phoneSupportRate=60.5)
    kept = put(technician_a, dashboardLayout=[TILE])
    assert kept["session_history_retention_days"] == 30 and kept["phone_support_rate"] == 60.5
    assert kept["dashboard_layout"] == [TILE] and kept["technician_id"] == technician_a.user_id
    assert technician_a.get(PATH).json == {**UNSET, "dashboardLayout": [TILE], "sessionHistoryRetentionDays": 30,
                                           "phoneSupportRate": 60.5}
    assert put(technician_a) == put(technician_a)


def test_an_explicit_null_takes_it_back(technician_a: Caller) -> None:
    put(technician_a, sessionHistoryRetentionDays=7, dashboardLayout=[TILE], phoneSupportRate=9)
    put(technician_a, sessionHistoryRetentionDays=None, dashboardLayout=None, phoneSupportRate=None)
    assert technician_a.get(PATH).json == UNSET


RATES = [(12.345, 12.35), ("80", 80), (0.005, 0.01), (-1, 0), ("much", 0), (None, 0), ([], 0), ({}, 0), (True, 0),
         ("NaN", 0), ("Infinity", 0), ("1e400", 0), (1e300, 1_000_000)]


def test_rates(technician_a: Caller) -> None:
    for given, kept in RATES:
        assert put(technician_a, remoteControlSupportRate=given)["remote_control_support_rate"] == kept, given


SENSELESS: list[dict[str, Any]] = [
    {"sessionHistoryRetentionDays": -1}, {"sessionHistoryRetentionDays": 3651}, {"sessionHistoryRetentionDays": "soon"},
    {"sessionHistoryRetentionDays": [7]}, {"dashboardLayout": "wide"}, {"dashboardLayout": [1]},
    {"dashboardLayout": {"id": "a"}}, {"dashboardLayout": [{"id": "a"}]}, {"dashboardLayout": [TILE] * 51},
    {"dashboardLayout": [{**TILE, "type": "script"}]}, {"dashboardLayout": [{**TILE, "size": "huge"}]},
    {"dashboardLayout": [{**TILE, "id": "x" * 65}]}, {"dashboardLayout": [{**TILE, "visible": "perhaps"}]}]


def test_what_makes_no_sense_changes_nothing(technician_a: Caller) -> None:
    for body in SENSELESS:
        answer = technician_a.put(PATH, json={"phoneSupportRate": 5, **body})
        assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED"), body
    assert technician_a.get(PATH).json == UNSET


def test_extras_of_a_tile_are_not_kept(technician_a: Caller) -> None:
    assert put(technician_a, dashboardLayout=[{**TILE, "html": "<b>"}])["dashboard_layout"] == [TILE]


def test_they_are_ones_own(technician_a: Caller, technician_b: Caller, viewer_a: Caller, admin: Caller) -> None:
    put(technician_a, sessionHistoryRetentionDays=7)
    assert [caller.get(PATH).json for caller in (technician_b, viewer_a, admin)] == [UNSET] * 3


def test_who_has_none(nobody: Caller, customer: Caller, device: Caller) -> None:
    for method in ("GET", "PUT"):
        answers = [caller.open(method, PATH, json={}) for caller in (nobody, customer, device)]
        assert [answer.status_code for answer in answers] == [401, 403, 401]


def test_two_first_changes_at_once(app: Flask, technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dashboard sends layout and retention side by side; the one that loses the race is written too."""
    commit, refused = db.session.commit, []

    def commit_second() -> None:
        if not refused:
            refused.append(True)
            db.session.rollback()
            service._changed(by, {"dashboard_layout": [TILE]})
            raise IntegrityError("insert", {}, Exception())
        commit()
    with app.app_context():
        by = principal.Principal(kind=principal.USER, user_id=technician_a.user_id)
        monkeypatch.setattr(db.session, "commit", commit_second)
        service.change(by, {"session_history_retention_days": 7})
        kept = queries.of(by)
        assert (kept.dashboard_layout, kept.session_history_retention_days) == ([TILE], 7)


RETENTIONS: list[tuple[int | None, set[str]]] = [
    (None, {"LIVE", "OLD", "NEW", "PAST"}), (0, {"LIVE"}), (7, {"LIVE", "NEW"}), (90, {"LIVE", "OLD", "NEW"})]


def test_the_retention_takes_sessions_off_ones_own_list(app: Flask, technician_a: Caller, admin: Caller) -> None:
    with app.app_context():
        for name, age, life in (("LIVE", 20, 40), ("OLD", 40, 1), ("NEW", 3, 1), ("PAST", 900, 1)):
            made = clock.now() - timedelta(days=age)
            db.session.add(Session(session_id=name, client_id=ACME, created_at=made, updated_at=made, rights=[],
                                   expires_at=made + timedelta(days=life), status="waiting"))
        db.session.commit()
    for days, shown in RETENTIONS:
        put(technician_a, sessionHistoryRetentionDays=days)
        listed = technician_a.get("/api/sessions?all=1&counts=1").json
        assert {each["session_id"] for each in listed["sessions"]} == shown, days
        assert sum(listed["counts"].values()) == len(shown)
        assert [each["session_id"] for each in technician_a.get("/api/sessions").json["sessions"]] == ["LIVE"]
    assert len(admin.get("/api/sessions?all=1").json["sessions"]) == 4
    assert technician_a.get("/api/sessions/PAST").status_code == 200, "nothing is deleted"
    assert technician_a.get("/api/statistics/sessions").json["summary"]["totalSessions"] == 4
