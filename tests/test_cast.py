"""The cast is what it says it is; every other test rests on this."""

from __future__ import annotations

import pytest

from tests.cast import Caller
from tests.live.server import Server


def test_each_member_is_known(admin: Caller, technician_a: Caller, viewer_a: Caller, customer: Caller) -> None:
    roles = {who.get("/api/auth/me").json["role"] for who in (admin, technician_a, viewer_a, customer)}
    assert roles == {"admin", "support_agent", "viewer", "customer"}


def test_nobody_is_nobody(nobody: Caller) -> None:
    assert nobody.get("/api/auth/me").status_code == 401


def test_the_device_is_a_s(technician_a: Caller, technician_b: Caller, device: Caller) -> None:
    seen_by_a = [d["device_id"] for d in technician_a.get("/api/devices").json["devices"]]
    seen_by_b = [d["device_id"] for d in technician_b.get("/api/devices").json["devices"]]
    assert device.device_id in seen_by_a
    assert device.device_id not in seen_by_b


@pytest.mark.parametrize("name", ["admin", "technician_a"])
def test_the_cast_holds_on_a_real_server(engine_server: Server, name: str) -> None:
    assert engine_server.http(name).get("/api/auth/me").json()["username"] == engine_server.cast[name].username
    with engine_server.socket(name) as socket:
        assert socket.is_open
