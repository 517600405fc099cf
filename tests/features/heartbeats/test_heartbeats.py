"""Contract 003's heartbeat: what is taken, kept, told and shown."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.commands import service as commands
from connectassist.features.heartbeats import beats, queries, service
from connectassist.features.heartbeats.attendance import Attendance
from connectassist.features.heartbeats.beats import Beat
from connectassist.features.heartbeats.models import Heartbeat
from connectassist.features.heartbeats.pace import Pace
from connectassist.features.heartbeats.shapes import Beating
from connectassist.identity import principal
from tests.cast import ACME, DEVICE_ID, DEVICE_OF_B_ID, Caller, Member
from tests.contracts.shape import fits
from tests.live.server import Server

METRICS = {"cpu": 12.5, "memory": 40, "uptime": 3600}


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], None]]:
    """A clock that goes on when it is told to."""
    moment = [1000.0]
    monkeypatch.setattr(clock, "monotonic", lambda: moment[0])
    monkeypatch.setattr(service, "pace", Pace(round_=200))

    def pass_by(seconds: float) -> None:
        moment[0] += seconds
    yield pass_by


def beat(device: Caller, **said: Any) -> Any:
    return device.post("/api/v1/device/heartbeat", json={"status": "online", **said})


def test_a_beat_as_contract_003_writes_it(device: Caller, app: Flask) -> None:
    answer = beat(device, timestamp="2026-01-01T00:00:00.000Z", metrics=METRICS, diagnostics={"disk": ["ok"]})
    assert answer.status_code == 200
    assert fits(answer.json, {"success": True, "nextHeartbeat": 30_000, "pendingCommands": 0})
    assert "commands" not in answer.json, "the agent would run them"
    with app.app_context():
        found = queries.latest(device.device_id)
        assert found is not None
        assert (found.status, found.metrics, found.diagnostics) == ("online", METRICS, {"disk": ["ok"]})
        assert clock.iso(found.said_at) == "2026-01-01T00:00:00.000Z"


def test_staff_see_what_a_device_said_last(device: Caller, technician_a: Caller, technician_b: Caller) -> None:
    path = f"/api/devices/{DEVICE_ID}/heartbeat"
    assert technician_a.get(path).json == {"success": True, "heartbeat": None}
    beat(device, status="busy", metrics=METRICS, diagnostics={"disk": ["ok"]})
    told = technician_a.get(path).json["heartbeat"]
    assert clock.read(told.pop("receivedAt"))
    assert told == {"status": "busy", "metrics": METRICS, "diagnostics": {"disk": ["ok"]}}
    assert technician_b.get(path).status_code == 404


def test_a_device_that_beats_has_no_helper_by_that(device: Caller, technician_a: Caller) -> None:
    beat(device)
    row = technician_a.get(f"/api/devices/{DEVICE_ID}").json
    assert (row["online"], row["has_helper"]) == (True, False), "nobody could be asked for the screen there"
    beat(device, status="offline")


def test_what_is_waiting_counts_as_written(app: Flask, device: Caller, device_b: Caller) -> None:
    beat(device, status="busy", metrics=METRICS)
    with app.app_context():
        beats._beats.flush()
        assert db.session.get(Heartbeat, DEVICE_ID).status == "busy"
        db.session.remove()
    beat(device, status="error")
    beat(device_b, status="healthy")
    with app.app_context():
        found = queries.latest_of([DEVICE_ID, DEVICE_OF_B_ID, "another"])
        assert {device_id: each.status for device_id, each in found.items()} == {
            DEVICE_ID: "error", DEVICE_OF_B_ID: "healthy"}
        beats._beats.flush()
        assert queries.latest_of([DEVICE_ID, DEVICE_OF_B_ID, "another"]) == found, "written or not"
        assert found[DEVICE_ID].metrics is None, "the last beat counts, not what was said before"


def test_every_status_of_the_document_and_of_its_agent(device: Caller) -> None:
    for status in service.STATUSES:
        assert beat(device, status=status).status_code == 200, status
    for wrong in (None, "", "ONLINE", "off", 1, ["online"], {}):
        answer = beat(device, status=wrong)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_FAILED"), wrong
        assert "status" in answer.json["error"]["details"]["fields"]
    assert device.post("/api/v1/device/heartbeat", json={}).status_code == 400


def test_clocks_that_go_wrong(device: Caller) -> None:
    now = clock.now()
    for fine in (clock.iso(now - timedelta(hours=1)), clock.iso(now + timedelta(hours=1)), "1970-01-01T00:00:00Z",
                 "2026-01-01T05:00:00+05:00", "2026-01-01 00:00:00", "2099-12-31T23:59:59.999999Z", 0, None,
                 clock.milliseconds(now)):
        assert beat(device, timestamp=fine).status_code == 200, fine
    assert beat(device).status_code == 200, "none at all"
    for wrong in ("", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 50, True, [], {},
                  1e300):
        answer = beat(device, timestamp=wrong)
        assert answer.status_code == 400, wrong
        assert "timestamp" in answer.json["error"]["details"]["fields"]


def test_what_a_device_says_is_bounded_and_cleaned(app: Flask, device: Caller) -> None:
    for wrong in ("x", 7, ["x"], True):
        assert beat(device, metrics=wrong).status_code == 400, wrong
    deep: Any = "end"
    for _ in range(50):
        deep = {"more": deep}
    assert beat(device, metrics={"cpu": 2**60, "note": "a\x1b[2Jb"}, diagnostics={
        "text": "x" * 200_000, "deep": deep, "nul": "a\x00b", "many": list(range(100_000))}).status_code == 200
    with app.app_context():
        found = queries.latest(DEVICE_ID)
        assert found is not None
        assert found.metrics == {"cpu": None, "note": "a[2Jb"}
        kept = json.dumps(found.diagnostics)
        assert len(kept) <= service.DIAGNOSTICS * 2
        assert "\\u0000" not in kept
        beats._beats.flush()
        assert queries.latest(DEVICE_ID) == found
    assert device.post("/api/v1/device/heartbeat", data="{").status_code == 400
    assert device.post("/api/v1/device/heartbeat", data="[" * 100_000).status_code == 400
    huge = device.post("/api/v1/device/heartbeat", data=b'{"status":"online","diagnostics":"' + b"x" * 2**20 + b'"}')
    assert (huge.status_code, huge.json["error"]["code"]) == (413, "TOO_LARGE")


def test_metrics_with_very_many_names_are_not_looked_at_one_by_one(device: Caller, app: Flask) -> None:
    """With a look at each name, one device's calls of a minute took the server fifty seconds."""
    assert Beating().fields["metrics"].key_field is None
    assert beat(device, metrics={f"n{number}": 1 for number in range(50_000)}).status_code == 200
    with app.app_context():
        found = queries.latest(DEVICE_ID)
        assert found and found.metrics and len(found.metrics) < 400


def test_who_may_not(nobody: Caller, customer: Caller, technician_a: Caller) -> None:
    for caller in (nobody, customer, technician_a):
        answer = beat(caller)
        assert answer.status_code == 401
        assert set(answer.json) == {"error"}


def test_a_device_that_is_gone(in_app: None) -> None:
    with pytest.raises(service.DeviceNotFound):
        service.note("nobodys", status="online", metrics=None, diagnostics=None, timestamp=None,
                     by=principal.device("nobodys"))


def test_beats_of_devices_that_went_meanwhile_harm_nobody(in_app: None) -> None:
    for device_id in ("nobodys", DEVICE_ID):
        beats.keep(Beat(device_id, clock.now(), None, "online", None, None))
    beats._beats.flush()
    assert queries.latest("nobodys") is None
    assert queries.latest(DEVICE_ID) is not None


def test_commands_that_wait_are_told_of(app: Flask, device: Caller) -> None:
    with app.test_request_context():
        for _ in range(2):
            commands.enqueue(DEVICE_ID, type="get_status", parameters={}, by=principal.device(DEVICE_ID))
    assert beat(device).json["pendingCommands"] == 2
    device.post("/api/v1/device/commands/claim", json={"limit": 1})
    assert beat(device).json["pendingCommands"] == 1


def attendance_of(device_id: str) -> datetime:
    return service.attendance._seen[device_id]


def test_it_is_online_while_its_beats_come(device: Caller, technician_a: Caller,
                                           ticking: Callable[[float], None]) -> None:
    def online() -> tuple[bool, str]:
        row = technician_a.get(f"/api/devices/{DEVICE_ID}").json
        return row["online"], row["status"]

    assert online() == (False, "offline")
    beat(device)
    assert online() == (True, "online")
    ticking(89)
    service.sweep()
    assert online() == (True, "online")
    beat(device, status="error")
    ticking(89)
    service.sweep()
    assert online() == (True, "online"), "a beat begins its time anew"
    last_beat = attendance_of(DEVICE_ID)
    ticking(2)
    service.sweep()
    assert online() == (False, "offline"), "three are missing"
    assert technician_a.get(f"/api/devices/{DEVICE_ID}").json["last_seen"] == clock.iso(last_beat)
    beat(device)
    assert online() == (True, "online")
    beat(device, status="offline")
    assert online() == (False, "offline"), "it said so"
    assert DEVICE_ID in technician_a.get("/api/devices?status=offline").text


def test_a_server_that_stood_still_hears_what_came_meanwhile_first(device: Caller, technician_a: Caller,
                                                                   ticking: Callable[[float], None]) -> None:
    service.sweep()
    beat(device)
    ticking(300)
    service.sweep()
    assert technician_a.get(f"/api/devices/{DEVICE_ID}").json["online"], "the sweep itself is late"
    ticking(1)
    service.sweep()
    assert not technician_a.get(f"/api/devices/{DEVICE_ID}").json["online"]


def test_a_full_batch_is_told_in_the_envelope(device: Caller, technician_a: Caller,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beats._beats, "_most", 0)
    answer = beat(device)
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.json["error"]["details"]["retryAfter"] == int(answer.headers["Retry-After"]) > 0
    assert technician_a.get(f"/api/devices/{DEVICE_ID}").json["online"], "it lives all the same"


def test_who_wants_to_hear_of_beats_hears_of_them(device: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(service, "on_beat", [lambda *said: heard.append(said)])
    beat(device, status="busy", metrics=METRICS)
    assert heard == [(DEVICE_ID, ACME, "busy", METRICS)]


def test_a_device_has_a_hundred_calls_a_minute_and_a_customer_a_thousand(make_app: Callable[..., Flask],
                                                                         cast: dict[str, Member]) -> None:
    app = make_app(rate_limits="on")
    client, limiter = app.test_client(use_cookies=False), app.extensions["limiter"]
    device, other, customer = (Caller(client, cast[name]) for name in ("device", "device_b", "customer"))
    for _ in range(98):
        limiter.spend("100/minute", "gateway", DEVICE_ID)
    for _ in range(998):
        limiter.spend("1000/minute", "gateway", str(ACME))
    found = [beat(device) for _ in range(3)]
    assert [answer.status_code for answer in found] == [200, 200, 429]
    assert found[-1].json["error"]["code"] == "RATE_LIMITED"
    assert found[-1].json["error"]["details"]["retryAfter"] == int(found[-1].headers["Retry-After"]) > 0
    assert beat(other).status_code == 200
    asked = [customer.get("/api/v1/customer/devices/provisions").status_code for _ in range(3)]
    assert asked == [200, 200, 429]


def test_ten_thousand_devices_are_looked_after_without_a_look_at_each(ticking: Callable[[float], None]) -> None:
    found = Attendance()
    for number in range(10_000):
        found.note(f"d{number}", seconds=30 + number / 1000)
    for _ in range(3):
        ticking(10)
        assert found.missing() == []
    for number in range(5_000):
        found.note(f"d{number}", seconds=30)
    ticking(76)
    late = found.missing()
    assert 0 < len(late) < 1_000
    assert late[0][0] == "d5000", "those with the least time first"
    ticking(60)
    assert len(late) + len(found.missing()) == 10_000
    assert len(found) == len(found._heap) == 0
    found.note("d1", seconds=30)
    assert found.forget("d1")
    assert not found.forget("d1")
    ticking(100)
    assert found.missing() == []


def test_the_pace_follows_the_load(ticking: Callable[[float], None]) -> None:
    pace = Pace()
    assert {pace.next("d1", of=count) for count in (1, 50, 100)} == {30.0}, "few need not be told apart"
    told = [pace.next(f"d{number}", of=5_000) for number in range(200)]
    assert all(27 <= seconds <= 33 for seconds in told)
    assert len(set(told)) > 190, "they don't march in step"
    assert pace.next("d1", of=5_001) == pace.next("d1", of=4_000) == told[1], "and are told the same again"
    assert 45 <= pace.next("d1", of=10_000) <= 55
    for _ in range(30):
        ticking(1.5)
        pace.look()
    assert pace.next("d1", of=1) > 60, "the loop lags"
    for _ in range(40):
        ticking(60)
        pace.look()
    assert max(pace.next(f"d{number}", of=1_000) for number in range(50)) == 300.0, "five minutes at most"
    for _ in range(80):
        ticking(1)
        pace.look()
    assert pace.next("d1", of=1) == 30.0, "and back"


def test_forty_devices_beat_at_once(engine_server: Server) -> None:
    technician, mark = engine_server.http("technician_a"), uuid.uuid4().hex[:6]

    def come(number: int) -> list[int]:
        caller, device_id = engine_server.http(), f"many-{mark}-{number}"
        secret = caller.post("/api/devices/register", json={"deviceId": device_id}).json()["deviceSecret"]
        token = caller.post("/api/v1/device/auth", json={"deviceId": device_id, "deviceSecret": secret}).json()["token"]
        return [caller.post("/api/v1/device/heartbeat", headers={"X-Device-Session": token}, json={
            "status": "online", "metrics": METRICS}).status_code for _ in range(3)]

    with ThreadPoolExecutor(8) as machines:
        assert {status for found in machines.map(come, range(40)) for status in found} == {200}
    listed = engine_server.http("admin").get(f"/api/devices?search=many-{mark}&limit=500").json()["devices"]
    assert len(listed) == 40
    assert all(row["online"] for row in listed)
    assert technician.get(f"/api/devices?search=many-{mark}").json()["devices"] == []
