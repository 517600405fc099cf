"""When a device was seen: gathered in memory, written for many at once, and not lost when the server stops."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql

from connectassist.core.db import db
from connectassist.features.devices import sightings
from connectassist.features.devices.models import Device
from connectassist.realtime.bus import BUS
from tests.cast import Caller
from tests.live.server import Server


def test_it_is_shown_before_it_is_written_and_written_without_other_traces(in_app: None, device: Caller) -> None:
    before = db.session.query(Device).filter_by(device_id=device.device_id).one()
    seen, changed, address = before.last_seen, before.updated_at, before.last_ip
    sightings.note(device.device_id, "203.0.113.7")
    sightings.note(device.device_id)
    noted = sightings.newest(device.device_id, seen)
    assert noted is not None
    assert seen is not None
    assert noted > seen
    sightings._seen.flush()
    db.session.expire_all()
    after = db.session.query(Device).filter_by(device_id=device.device_id).one()
    assert (after.last_seen, after.last_ip, after.updated_at) == (noted, "203.0.113.7", changed)
    assert address != "203.0.113.7", "the address that came first is kept, though the second sighting had none"
    assert sightings.newest(device.device_id, seen) == seen, "nothing waits any more"
    sightings.note("no-such-device")
    sightings._seen.flush()


def test_several_processes_lock_devices_in_one_order(in_app: None, device: Caller, device_b: Caller,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BUS, "is_shared", True)
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *about: said.append(about[2]))
    for each in (device_b, device):
        sightings.note(each.device_id)
    sightings._seen.flush()
    assert "ORDER BY devices.id" in said[0]
    assert said[1].startswith("UPDATE devices")
    assert str(sightings._LOCKED.compile(dialect=postgresql.dialect())).endswith("FOR NO KEY UPDATE")


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
def test_a_server_that_is_told_to_stop_writes_first(start_server: Callable[..., Server], engine: str) -> None:
    server, device_id = start_server(async_mode=engine), f"stop-{uuid.uuid4().hex[:6]}"
    secret = server.http().post("/api/devices/register", json={"deviceId": device_id}).json()["deviceSecret"]
    before = last_seen(server, device_id)
    with server.socket("nobody", namespace="/agent", auth={"deviceId": device_id, "deviceSecret": secret}) as socket:
        socket.heard("ai_status", within=40)
        socket.call("heartbeat", {})
        server.stop()
    assert last_seen(server, device_id) > before


def last_seen(server: Server, device_id: str) -> str:
    return server.sql("SELECT last_seen FROM devices WHERE device_id = :id", id=device_id)[0][0]
