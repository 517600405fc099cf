"""GET /api/monitors/session/<id> and POST …/switch, with a real helper on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import Caller
from tests.features.sittings import JoinedSession, open_session

DISPLAYS = [{"index": 0, "label": "Built-in", "width": 1920, "height": 1080, "primary": True},
            {"index": 1, "label": "DELL\x1b[31m", "width": 2560, "height": 1440, "primary": False}]


@pytest.fixture(scope="module")
def sitting(server) -> Iterator[JoinedSession]:
    with JoinedSession(server, rights=["view"]) as opened:
        opened.helper.call("helper-capabilities", {
            "sessionId": opened.id, "capabilities": {"platform": "linux", "displayCount": 2}, "displays": DISPLAYS,
            "monitorIndex": 1})
        yield opened


def get(sitting: JoinedSession, who: str = "technician_a"):
    return sitting.server.http(who).get(f"/api/monitors/session/{sitting.id}")


def switch(sitting: JoinedSession, index, who: str = "technician_a"):
    return sitting.server.http(who).post(f"/api/monitors/session/{sitting.id}/switch", json={"monitorIndex": index})


def test_the_monitors_are_the_helpers(sitting: JoinedSession) -> None:
    assert get(sitting, "viewer_a").json() == {
        "monitors": [DISPLAYS[0], {**DISPLAYS[1], "label": "DELL [31m"}], "currentMonitor": 1, "allowSwitching": True}


def test_switching_reaches_the_helper(sitting: JoinedSession) -> None:
    answer = switch(sitting, 0)
    assert answer.json() == {"success": True, "monitorIndex": 0}
    assert sitting.helper.heard("switch-monitor") == {"sessionId": sitting.id, "monitorIndex": 0}
    assert get(sitting).json()["currentMonitor"] == 0


@pytest.mark.parametrize("index", [2, -1, "one", 1.5, None, True, [0], 10**30])
def test_a_bad_index_is_refused(sitting: JoinedSession, index) -> None:
    answer = switch(sitting, index)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "VALIDATION_FAILED")
    assert sitting.helper.heard_nothing_of("switch-monitor")


@pytest.mark.parametrize(("who", "read", "act"), [
    ("technician_b", 404, 404), ("viewer_a", 200, 403), ("customer", 403, 403), ("nobody", 401, 401),
    ("device", 401, 401)])
def test_who_may(sitting: JoinedSession, who: str, read: int, act: int) -> None:
    assert (get(sitting, who).status_code, switch(sitting, 0, who).status_code) == (read, act)
    assert sitting.helper.heard_nothing_of("switch-monitor")


def test_without_the_right_to_view_nothing_is_switched(sitting: JoinedSession) -> None:
    sitting.helper.call("consent-revoke", {"sessionId": sitting.id, "rights": ["view"]})
    answer = switch(sitting, 0)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "NOT_CONSENTED")
    assert sitting.helper.heard_nothing_of("switch-monitor")
    sitting.grant(["view"])


@pytest.mark.parametrize("junk", ["none", [{"index": "x"}, 7, None, {"label": "no index"}], {"0": 1}])
def test_junk_from_a_helper_is_left_out(sitting: JoinedSession, junk) -> None:
    sitting.helper.call("helper-capabilities", {"sessionId": sitting.id, "capabilities": {}, "displays": junk,
                                                "monitorIndex": "<script>"})
    assert get(sitting).json() == {"monitors": [], "currentMonitor": 0, "allowSwitching": True}


def test_a_session_without_a_helper(device: Caller, technician_a: Caller) -> None:
    path = f"/api/monitors/session/{open_session(device)}"
    assert technician_a.get(path).json == {"monitors": [], "currentMonitor": 0, "allowSwitching": True}
    assert technician_a.post(f"{path}/switch", json={"monitorIndex": 0}).status_code == 403
    assert technician_a.get("/api/monitors/session/ABC-123-DEF").status_code == 404
