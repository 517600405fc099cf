"""The tools that a device has, and what each may be told. Whatever isn't named here never travels."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from connectassist.core.errors import ValidationFailed

#: These change something on the device, so they are written into the audit log.
ACTING = {"process_kill", "service_action"}
LARGEST_PID, MOST_HOURS, MOST_EVENTS = 2**31 - 1, 24 * 30, 500
_SERVICE = re.compile(r"[A-Za-z0-9@._:][A-Za-z0-9@._: -]{0,119}")
_LOGS = ("System", "Application", "Security", "Setup")
_LEVELS = ("all", "Critical", "Error", "Warning", "Information", "Info", "Verbose")


def checked(tool: Any, params: Any) -> dict[str, Any] | None:
    """The params of a tool as they may travel; None for none. Raises ValidationFailed."""
    check = TOOLS.get(tool) if isinstance(tool, str) else None
    if check is None:
        raise ValidationFailed("There is no such tool", known=sorted(TOOLS))
    if params is not None and not isinstance(params, dict):
        raise ValidationFailed("The params of a tool are an object")
    return check(params or {}) or None


def _process_list(params: dict[str, Any]) -> dict[str, Any]:
    return {}


def _process_kill(params: dict[str, Any]) -> dict[str, Any]:
    pid = _number(params, "pid", most=LARGEST_PID)
    if pid is None:
        raise ValidationFailed("Say which process: pid is a number above 0")
    return {"pid": pid}


def _service_list(params: dict[str, Any]) -> dict[str, Any]:
    return {"filter": _choice(params, "filter", ("all", "running", "stopped")) or "all"}


def _service_action(params: dict[str, Any]) -> dict[str, Any]:
    name, action = params.get("serviceName"), _choice(params, "action", ("start", "stop", "restart"))
    if not isinstance(name, str) or not _SERVICE.fullmatch(name):
        raise ValidationFailed("Say which service: serviceName")
    if action is None:
        raise ValidationFailed("Say what to do: action is start, stop or restart")
    return {"serviceName": name, "action": action}


def _event_log_query(params: dict[str, Any]) -> dict[str, Any]:
    found = {"logName": _choice(params, "logName", _LOGS) or "System", "level": _choice(params, "level", _LEVELS),
             "hours": _number(params, "hours", most=MOST_HOURS),
             "maxEvents": _number(params, "maxEvents", most=MOST_EVENTS)}
    return {name: value for name, value in found.items() if value is not None}


def _choice(params: dict[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    """One of the known words, in whatever case it came; None when it is left out."""
    given = params.get(name)
    if given in (None, ""):
        return None
    for word in known:
        if isinstance(given, str) and given.lower() == word.lower():
            return word
    raise ValidationFailed(f"{name} must be one of {', '.join(known)}")


def _number(params: dict[str, Any], name: str, *, most: int) -> int | None:
    """A whole number above 0, also as digits; None when it is left out."""
    given = params.get(name)
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,10}", given):
        given = int(given)
    if given in (None, ""):
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given <= most:
        raise ValidationFailed(f"{name} must be a whole number from 1 to {most}")
    return given


TOOLS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "process_list": _process_list, "process_kill": _process_kill, "service_list": _service_list,
    "service_action": _service_action, "event_log_query": _event_log_query,
}
