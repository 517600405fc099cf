"""What devices find out about themselves: kept, scored, listed and summed up."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.errors import EventRefused, RateLimited
from connectassist.features.diagnostics import arriving, checks, queries, rows, service
from connectassist.features.diagnostics.checks import Finding
from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Caller

CHECKS = ("cpu", "memory", "disk", "network", "top_processes", "event_log", "windows_update", "services")


def found(check_type: str = "cpu", status: str = "ok", *, device_id: str = DEVICE_ID, results: Any = None,
          **more: Any) -> arriving.Arrived:
    return arriving.read(device_id, {"checkType": check_type, "status": status, "results": results or {}, **more})


def keep(app: Flask, *items: arriving.Arrived) -> None:
    with app.app_context():
        service.keep(list(items))


def test_a_score_is_the_rounded_mean_of_the_newest_findings() -> None:
    newest = {name: Finding(name, "ok") for name in CHECKS}
    assert checks.score(newest) == 100
    newest["cpu"], newest["disk"] = Finding("cpu", "warning"), Finding("disk", "error")
    assert checks.score(newest) == 81, "650 / 8 = 81.25"
    newest["network"] = Finding("network", "completed")
    assert checks.score(newest) == 75, "anything else counts 50"
    newest["battery"] = Finding("battery", "error")
    assert checks.score(newest) == 75, "battery is none of the eight"
    assert checks.score({}) is None
    assert checks.score({"cpu": Finding("cpu", "warning"), "disk": Finding("disk", "ok")}) == 75
    assert checks.score({**{name: Finding(name, "ok") for name in CHECKS[:3]}, "x": Finding("x", "error")}) == 100


def test_reasons_say_what_costs_points_worst_first() -> None:
    newest = {"cpu": Finding("cpu", "warning", "Processor", "91 %"), "disk": Finding("disk", "error", "C:", "1 GB"),
              "memory": Finding("memory", "ok"), "battery": Finding("battery", "error")}
    assert checks.reasons(newest) == [
        {"check_type": "disk", "status": "error", "label": "C:", "value": "1 GB", "points": 0},
        {"check_type": "cpu", "status": "warning", "label": "Processor", "value": "91 %", "points": 50}]


def test_results_are_listed_newest_first_with_data_as_json_text(app: Flask, technician_a: Caller) -> None:
    keep(app, found("network", "ok", results={"pingMs": 3, "adapters": [{"name": "eth0"}]}, label="Network"),
         found("disk", "warning", value=91))
    rows_ = technician_a.get(f"/api/devices/{DEVICE_ID}/diagnostics").json
    assert [row["check_type"] for row in rows_] == ["disk", "network"]
    assert json.loads(rows_[1]["data"]) == {"pingMs": 3, "adapters": [{"name": "eth0"}]}
    assert (rows_[0]["status"], rows_[0]["value"], rows_[0]["health_score"]) == ("warning", "91", 75)
    assert set(rows_[0]) >= {"id", "device_id", "check_type", "status", "data", "created_at"}
    assert rows_[0]["created_at"].endswith("Z")
    only = technician_a.get(f"/api/devices/{DEVICE_ID}/diagnostics?check_type=network&limit=1").json
    assert [row["check_type"] for row in only] == ["network"]
    assert technician_a.get(f"/pocket-it/api/devices/{DEVICE_ID}/diagnostics?offset=1").json == [rows_[1]]
    keep(app, *[found() for _ in range(60)])
    assert len(technician_a.get(f"/api/devices/{DEVICE_ID}/diagnostics").json) == 50


def test_a_devices_health_has_its_reasons_and_its_course(app: Flask, technician_a: Caller, viewer_a: Caller) -> None:
    assert technician_a.get(f"/api/devices/{DEVICE_ID}/health").json["health_score"] is None
    keep(app, found("cpu"), found("disk", "error", label="Disk C:", value="full"))
    keep(app, found("disk", "warning", label="Disk C:", value="1 GB"))
    health = viewer_a.get(f"/api/devices/{DEVICE_ID}/health").json
    assert (health["health_score"], [r["label"] for r in health["reasons"]]) == (75, ["Disk C:"])
    assert health["examined_at"]
    assert [(point["score"], point["lowest"]) for point in health["points"]] == [(75, 50)]
    assert viewer_a.get(f"/api/devices/{DEVICE_ID}/health?days=0").status_code == 400


def test_the_chart_has_hours_for_days_and_days_for_weeks() -> None:
    begin = clock.now().replace(hour=10, minute=5)
    course = [(begin, 50), (begin + timedelta(minutes=20), 100), (begin + timedelta(hours=2), 75)]
    assert [(p["score"], p["lowest"]) for p in rows.points(course, days=1)] == [(100, 50), (75, 75)]
    assert [(p["score"], p["lowest"]) for p in rows.points(course, days=30)] == [(75, 50)]


def test_updates_by_either_name_count_once(app: Flask, in_app: None) -> None:
    keep(app, found("windows_update", "error"), found("updates", "ok"))
    assert queries.newest_findings({DEVICE_ID})[DEVICE_ID]["windows_update"].status == "ok"
    keep(app, found("cpu", "ok"))
    assert queries.newest_by_check(DEVICE_ID)["cpu"].health_score == 100


def test_the_fleet_is_summed_up_within_the_scope(app: Flask, admin: Caller, technician_a: Caller,
                                                 technician_b: Caller) -> None:
    empty = technician_a.get("/api/devices/health/summary").json
    assert (empty["avgScore"], empty["breakdown"]["unscanned"]) == (None, 1)
    keep(app, found("cpu", "error"), found("cpu", device_id=DEVICE_OF_B_ID),
         found("memory", "warning", device_id=DEVICE_OF_B_ID))
    everything = admin.get("/api/devices/health/summary").json
    assert everything["avgScore"] == 37.5
    assert everything["breakdown"] == {"healthy": 1, "warning": 0, "critical": 1, "unscanned": 0}
    assert {row["device_id"]: row["health_score"] for row in everything["devices"]} == {
        DEVICE_ID: 0, DEVICE_OF_B_ID: 75}
    assert set(everything["devices"][0]) >= {"device_id", "hostname", "health_score", "cpu_model", "total_ram_gb",
                                             "total_disk_gb", "processor_count", "last_seen", "status"}
    theirs = technician_b.get("/api/devices/health/summary?limit=1").json
    assert (theirs["avgScore"], [row["device_id"] for row in theirs["devices"]]) == (75.0, [DEVICE_OF_B_ID])


@pytest.mark.parametrize("path", ["diagnostics", "health"])
def test_the_other_tenant_gets_nothing(app: Flask, technician_b: Caller, path: str) -> None:
    keep(app, found())
    assert technician_b.get(f"/api/devices/{DEVICE_ID}/{path}").status_code == 404
    assert technician_b.get(f"/api/devices/no-such-device/{path}").status_code == 404


def test_asking_over_http(technician_a: Caller, technician_b: Caller, viewer_a: Caller) -> None:
    path = f"/api/devices/{DEVICE_ID}/diagnostics"
    refused = technician_a.post(path, json={"checkType": "cpu"})
    assert (refused.status_code, refused.json["error_code"]) == (409, "DEVICE_OFFLINE")
    assert technician_a.post(path, json={"checkType": "rm -rf"}).status_code == 400
    assert technician_b.post(path, json={"checkType": "cpu"}).status_code == 404
    assert viewer_a.post(path, json={"checkType": "cpu"}).status_code == 403


def test_asking_has_a_limit_of_ten_a_minute(make_app: Any, cast: Any) -> None:
    technician = Caller(make_app(rate_limits="on").test_client(use_cookies=False), cast["technician_a"])
    codes = [technician.post(f"/api/devices/{DEVICE_ID}/diagnostics", json={}).status_code for _ in range(12)]
    assert codes == [409] * 10 + [429] * 2


@pytest.mark.parametrize("said", [
    {}, {"checkType": None}, {"checkType": 5}, {"checkType": ["cpu"]}, {"checkType": "cpu\x00"},
    {"checkType": "all"}, {"checkType": "x" * 1_000_000}, {"checkType": {"$ne": 1}}], ids=range(8))
def test_a_result_of_no_check_is_refused(said: dict) -> None:
    with pytest.raises(EventRefused):
        arriving.read(DEVICE_ID, said)


def test_a_device_that_lies_in_every_field_is_kept_small_and_plain(app: Flask, technician_a: Caller) -> None:
    nasty = "<script>\x1b]0;x\x07\x00\ud800\u202e" + "A" * 1_000_000
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"in": deep}
    for lie in (nasty, 10**400, float("nan"), True, [nasty] * 50, {nasty: nasty, "deep": deep}, None, b"\xff"):
        keep(app, found("cpu", lie, results=lie, label=lie, value=lie))
    listed = technician_a.get(f"/api/devices/{DEVICE_ID}/diagnostics").json
    assert len(listed) == 8
    for row in listed:
        assert row["status"] == "unknown" and len(row["label"]) <= 200 and len(row["value"]) <= 200
        assert len(row["data"]) <= arriving.LARGEST_RESULT + 100
        assert not {c for c in row["data"] + row["label"] + row["value"] if ord(c) < 32 or c in "\u202e\ud800"}
    assert technician_a.get(f"/api/devices/{DEVICE_ID}/health").json["health_score"] == 50


def test_a_flood_is_let_in_at_a_pace() -> None:
    pace = arriving.Pace()
    for _ in range(arriving.MOST_AN_HOUR):
        pace.spend("flooding", 100)
    with pytest.raises(RateLimited):
        pace.spend("flooding", 100)
    pace.spend("another", arriving.BYTES_AN_HOUR)
    with pytest.raises(RateLimited):
        pace.spend("another", 1)


def test_a_busy_device_keeps_its_newest_results_only(app: Flask, in_app: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_ROWS", 30)
    monkeypatch.setattr(service, "LOOK_EVERY", 20)
    keep(app, *[found(value=number) for number in range(120)])
    left = queries.page(_admin(), DEVICE_ID, limit=500)
    assert len(left) < 60
    assert left[0].value == "119"


def test_results_of_a_device_that_is_no_more_hold_nothing_up(app: Flask, in_app: None) -> None:
    keep(app, found(device_id="gone"), found("memory"))
    assert set(queries.newest_by_check(DEVICE_ID)) == {"memory"}
    keep(app, found(device_id="gone"))


def test_old_results_are_pruned(app: Flask, in_app: None, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(app, found("cpu"))
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=29))
    assert service.prune() == 0
    keep(app, found("disk"))
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=31))
    assert service.prune() == 1
    assert set(queries.newest_by_check(DEVICE_ID)) == {"disk"}


def test_with_no_days_set_everything_is_kept(make_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(diagnostic_days="0")
    with app.app_context():
        keep(app, found("cpu"))
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=4000))
        assert service.prune() == 0


def _admin() -> Any:
    from connectassist.identity import principal
    return principal.system()


def test_who_comes_when_too_many_tell_waits_for_room(app: Flask, in_app: None, monkeypatch: pytest.MonkeyPatch) -> None:
    waited, batch = [], service._arrived
    monkeypatch.setattr(batch, "_most", 3)
    monkeypatch.setattr(batch, "_is_due", True)  # it is written when we say so
    monkeypatch.setattr(service.GATEWAY.socketio, "sleep", lambda seconds: (waited.append(seconds), batch.flush()))
    for name in ("cpu", "disk", "memory", "network", "battery", "services", "security"):
        service.receive(DEVICE_ID, {"checkType": name, "status": "ok"})
    batch.flush()
    assert len(waited) >= 2
    assert len(queries.newest_by_check(DEVICE_ID)) == 7, "none is lost"
