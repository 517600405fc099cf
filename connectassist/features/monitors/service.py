"""Monitors: what the helper says it has, and asking it to show another."""

from __future__ import annotations

from typing import Any

from connectassist.core import foreign
from connectassist.core.errors import Conflict, ValidationFailed
from connectassist.features.sessions import consent, granting
from connectassist.features.sessions import queries as sessions
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

SWITCH = GATEWAY.events.sends("switch-monitor", to="the helper", fields="sessionId monitorIndex",
                              doc="Show this monitor from now on.")
MOST = 32


def shown(session_id: str, *, by: Principal) -> dict[str, Any]:
    """The monitors of a session's machine, as its helper told them, and which one is shown. Raises SessionNotFound."""
    room = rooms.get(sessions.visible_to(by, session_id).session_id)
    told = (room.capabilities if room else None) or {}
    return {"monitors": _monitors(told.get("displays")), "currentMonitor": _index(told.get("monitorIndex")) or 0,
            "allowSwitching": True}


def switch(session_id: str, *, index: int, by: Principal) -> None:
    """Ask the helper for another monitor. Raises SessionNotFound, NotConsented, ValidationFailed, Conflict."""
    session = sessions.live(sessions.visible_to(by, session_id).session_id)
    granting.require(session, consent.VIEW, by=by)
    known = {monitor["index"] for monitor in shown(session_id, by=by)["monitors"]}
    if known and index not in known:
        raise ValidationFailed("There is no such monitor")
    if not GATEWAY.to_helper(session_id, SWITCH, {"sessionId": session_id, "monitorIndex": index}):
        raise Conflict("The customer's helper is not connected")
    _note(session_id, index)


def _note(session_id: str, index: int) -> None:
    """Until the helper says otherwise, it shows what was asked for."""
    room = rooms.get(session_id)
    if room and room.capabilities:
        rooms.show(room, {**room.capabilities, "monitorIndex": index})


def _monitors(displays: Any) -> list[dict[str, Any]]:
    told = displays if isinstance(displays, list) else []
    return [_monitor(each, each["index"]) for each in told[:MOST]
            if isinstance(each, dict) and _index(each.get("index")) is not None]


def _monitor(display: dict[str, Any], index: int) -> dict[str, Any]:
    label = display.get("label")
    return {"index": index, "label": foreign.text(label, 120) if isinstance(label, str) else f"Monitor {index + 1}",
            "width": _index(display.get("width")) or 0, "height": _index(display.get("height")) or 0,
            "primary": display.get("primary") is True}


def _index(value: Any) -> int | None:
    """A small whole number that a helper may say, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else None
