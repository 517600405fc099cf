"""The tools of contract 000's `system_tool_request`: each takes the request's params and returns the result's data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import processes
from .errors import NotAvailable, NotRun, Refused
from .facts import fitting, word
from .here import HERE
from .records import LEVELS, EventQuery

LARGEST_RESULT = 256 * 1024
SERVICE_NAME = re.compile(r"[A-Za-z0-9@._:][A-Za-z0-9@._:-]{0,119}")
_LOGS = ("System", "Application", "Security", "Setup")
_MOST_SERVICES = 1000
_MOST_EVENTS, _SOME_EVENTS = 200, 50
_MOST_HOURS, _SOME_HOURS = 24 * 30, 24


def run(tool: str, params: object = None) -> dict[str, Any]:
    """Run a tool and return its data. Raises Refused with the sentence for the technician, and nothing else."""
    if tool not in TOOLS:
        raise Refused(f"This helper has no tool named {word(tool, limit=60) or 'so'}.")
    try:
        found = TOOLS[tool](params if isinstance(params, Mapping) else {})
    except (NotAvailable, NotRun) as why:
        raise Refused(f"{str(why).rstrip('.')}.") from why
    except Refused:
        raise
    except Exception as problem:
        raise Refused(f"The tool came to nothing: {word(str(problem)) or type(problem).__name__}.") from problem
    return fitting(found, most=LARGEST_RESULT)


def _process_list(params: Mapping[str, Any]) -> dict[str, Any]:
    found = processes.usage()
    return {"processes": found[:processes.MOST], "total": len(found)}


def _process_kill(params: Mapping[str, Any]) -> dict[str, Any]:
    pid = _number(params, "pid", default=0, least=0, most=2 ** 31 - 1)
    return {"pid": pid, "message": processes.kill(pid)}


def _service_list(params: Mapping[str, Any]) -> dict[str, Any]:
    wanted = _choice(params, "filter", ("all", "running", "stopped"), default="all")
    found = [one for one in HERE.services.every() if wanted == "all" or one.running == (wanted == "running")]
    return {"services": [one.public() for one in found[:_MOST_SERVICES]], "total": len(found)}


def _service_action(params: Mapping[str, Any]) -> dict[str, Any]:
    name = params.get("serviceName")
    if not isinstance(name, str) or not SERVICE_NAME.fullmatch(name):
        raise Refused("This is not the name of a service.")
    action = _choice(params, "action", ("start", "stop", "restart"), default="")
    return {"serviceName": name, "action": action, "message": HERE.services.act(name, action)}


def _event_log_query(params: Mapping[str, Any]) -> dict[str, Any]:
    level = _choice(params, "level", ("all", *LEVELS, "info"), default="all")
    asked = EventQuery(
        log=_choice(params, "logName", _LOGS, default="System"),
        level=None if level == "all" else "Information" if level == "info" else level,
        hours=_number(params, "hours", default=_SOME_HOURS, least=1, most=_MOST_HOURS),
        most=_number(params, "maxEvents", default=_SOME_EVENTS, least=1, most=_MOST_EVENTS))
    return {"events": [event.public() for event in HERE.events.query(asked)[:asked.most]]}


TOOLS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "process_list": _process_list, "process_kill": _process_kill, "service_list": _service_list,
    "service_action": _service_action, "event_log_query": _event_log_query,
}


def _choice(params: Mapping[str, Any], name: str, known: tuple[str, ...], *, default: str) -> str:
    """One of the known words, in whatever case it was written. Raises Refused."""
    given = params.get(name)
    if given in (None, "") and default:
        return default
    for one in known:
        if isinstance(given, str) and given.lower() == one.lower():
            return one
    raise Refused(f"{name} must be one of: {', '.join(known)}.")


def _number(params: Mapping[str, Any], name: str, *, default: int, least: int, most: int) -> int:
    """A whole number, brought within its bounds. Raises Refused for anything else."""
    given = params.get(name)
    if given is None:
        return default
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,10}", given):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not float(given).is_integer():
        raise Refused(f"{name} must be a whole number.")
    return max(least, min(most, int(given)))
