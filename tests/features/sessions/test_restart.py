"""The server dies in the middle of a session and comes back: what was agreed stands, what was held in memory
is taken up again, and nothing has to be done by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.live.server import Server
from tests.live.sitting import Sitting


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def mortal(request: pytest.FixtureRequest, servers: Callable[..., Server]) -> Iterator[Server]:
    """A server that these tests kill, once for each engine."""
    started = servers(async_mode=request.param)
    yield started
    started.stop()


@pytest.fixture
def sitting(mortal: Server) -> Iterator[Sitting]:
    """A session of a test's own on it."""
    made = Sitting(mortal)
    yield made
    made.close()


def test_seats_and_rights_come_back(sitting: Sitting) -> None:
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    sitting.server.kill()
    helper.heard("disconnect")
    technician.heard("disconnect")
    sitting.server.start()

    technician = sitting.technician()
    assert technician.call("remote-mouse", {"type": "mousemove"})["ok"] is False, "no helper yet"
    helper = sitting.socket("device")
    assert helper.join(sitting.session_id, "helper", rights=["view", "control"])["rights"] == ["view", "control"]
    assert helper.heard("technicians-present")["technicians"][0]["technicianSocketId"] == technician.id
    technician.emit("remote-mouse", {"type": "mousemove", "x": 0.1, "y": 0.2})
    assert helper.heard("remote-mouse")["x"] == 0.1
    assert sitting.row()["status"] == "connected"


def test_who_was_admitted_still_is_and_nobody_else(sitting: Sitting) -> None:
    helper = sitting.helper()
    for name in ("technician_a", "admin"):
        sitting.allow(helper, ["view", "control"], name=name)
    tina, admin = sitting.technician(), sitting.technician("admin")
    helper.call("technician-remove", {"technicianId": str(sitting.server.cast["admin"].user_id)})
    admin.heard("technician-removed")
    sitting.server.kill()
    tina.heard("disconnect")
    sitting.server.start()
    sitting.helper(rights=["view", "control"])
    assert sitting.technician().call("remote-mouse", {"type": "mousemove"})["ok"]
    assert sitting.technician("admin").call("remote-mouse", {"type": "mousemove"})["error_code"] == "NOT_CONSENTED"


def test_nobody_is_shown_online_who_is_not(sitting: Sitting) -> None:
    sitting.helper()
    assert sitting.row()["helper_connected"] is True
    sitting.server.kill()
    sitting.server.start()
    row = sitting.row()
    assert (row["helper_connected"], row["active_technicians"]) == (False, 0)
    assert row["status"] == "waiting"
    devices = sitting.server.http("technician_a").get("/api/devices").json()["devices"]
    assert {device["status"] for device in devices} == {"offline"}


def test_a_question_that_was_open_is_no_consent(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.ask(["view"])
    request = helper.heard("connection-request")
    sitting.server.kill()
    sitting.server.start()
    helper = sitting.helper(rights=[])
    answer = {"approved": True, "requestId": request["requestId"]}
    assert helper.call("approval-response", answer)["ok"]
    assert sitting.row()["rights"] == []
    sitting.allow(helper, ["view"])
