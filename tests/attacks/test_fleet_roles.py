"""Every event of `/it`, sent by everyone who gets in, about client A's device; on both engines.

Who doesn't get in at all stands in tests/realtime/test_namespaces.py. A new event fails this test until somebody has
said who may send it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connectassist.realtime.namespaces import IT
from tests.live.fleet import PATIENCE, Fleet
from tests.live.sockets import Socket

TABLE = Path(__file__).with_name("fleet_roles.txt")
CALLERS = ("technician_b", "viewer_a", "technician_a", "admin")
#: What each event carries when all is well, besides the device.
GOOD: dict[str, Any] = {
    "add_device_note": {"content": "a note"}, "delete_device_note": {"noteId": 2_000_000},
    "set_custom_fields": {"fields": {"Asset": "5"}}, "set_custom_field": {"fieldName": "Asset", "fieldValue": "5"},
    "delete_custom_field": {"fieldName": "no such field"}, "chat_to_device": {"content": "Hello"},
    "set_device_ai": {"mode": "enabled"}, "request_diagnostic": {"checkType": "cpu"},
    "system_tool_request": {"tool": "process_list"}}


def expected() -> dict[str, list[str]]:
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {event: codes for event, *codes in lines}


def said(socket: Socket, event: str, device_id: str, number: int) -> str:
    """How the server takes an event: OK, or the code of its refusal."""
    answer = socket.call(event, {"deviceId": device_id, "requestId": f"request-{number}", **GOOD.get(event, {})})
    return "OK" if answer["ok"] else answer["error_code"]


@pytest.fixture
def quiet(fleet: Fleet) -> Fleet:
    """A fleet with the device there; whatever it is told by itself has been said."""
    fleet.agent.call("no-such-event", {})
    fleet.agent.forget()
    return fleet


def test_everyone_is_told_what_the_table_says(app: Flask, quiet: Fleet) -> None:
    found = {event: [said(quiet.it(name), event, quiet.device_id, number) for number, name in enumerate(CALLERS)]
             for event in sorted(IT.events.incoming)}
    table = expected()
    wrong = [f"{event:<24} " + " ".join(f"{code:<18}" for code in codes) for event, codes in found.items()
             if codes != table.get(event)]
    assert not wrong, "\n" + "\n".join(wrong)
    assert set(table) == set(found), "the table names events that are no more"


def test_nothing_of_the_others_reaches_the_device_or_comes_back(app: Flask, quiet: Fleet) -> None:
    stranger, viewer = quiet.it("technician_b"), quiet.it("viewer_a")
    for number, event in enumerate(sorted(IT.events.incoming)):
        said(stranger, event, quiet.device_id, number)
        if event not in ("watch_device", "unwatch_device"):
            said(viewer, event, quiet.device_id, number)
    quiet.agent.call("no-such-event", {})
    assert not quiet.agent.names()
    heard = [stranger.heard(name) for name in stranger.names()]
    assert not [one for one in heard if any(secret in str(one) for secret in ("device-host", "a note", "Tina", "Vera"))]
    assert quiet.it("technician_a").call("request_diagnostic", {"deviceId": quiet.device_id})["ok"]
    quiet.agent.heard("diagnostic_request", within=PATIENCE)
