"""Services of Windows: listed by psutil, started and stopped by sc.exe, whose status is Windows' own error number."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import psutil

from ..errors import Refused
from ..facts import fact, word
from ..records import Service
from ..running import run
from . import registry

_START_TYPES = {"automatic": "Automatic", "manual": "Manual", "disabled": "Disabled"}
_NO_SUCH, _DENIED, _RUNS_ALREADY, _RUNS_NOT, _DISABLED, _OTHERS_NEED_IT = 1060, 5, 1056, 1062, 1058, 1051
_FINE = {"start": (0, _RUNS_ALREADY), "stop": (0, _RUNS_NOT)}
_STOPS_WITHIN_SECONDS = 30.0
# Updaters that start by themselves, look for news and end.
_END_BY_THEMSELVES = ("edgeupdate", "gupdate", "googleupdater", "brave", "dbupdate", "clr_optimization", "sppsvc",
                      "bits", "mapsbroker", "tiledatamodelsvc", "remoteregistry")
_TRIGGERS = r"SYSTEM\CurrentControlSet\Services\{}\TriggerInfo"


def every() -> list[Service]:
    """All services. Raises NotRun."""
    told = (fact(lambda one=one: one.as_dict()) for one in psutil.win_service_iter())  # type: ignore[attr-defined]
    return sorted((service(one) for one in told if one), key=lambda one: one.name.lower())


def service(told: Mapping[str, Any]) -> Service:
    """One service out of what psutil tells of it."""
    name, start = str(told.get("name") or ""), _START_TYPES.get(str(told.get("start_type")), "")
    is_stopped = told.get("status") == "stopped"
    is_expected = start == "Automatic" and not name.lower().startswith(_END_BY_THEMSELVES) and not registry.exists(
        "HKLM", _TRIGGERS.format(name))  # one with triggers waits for an occasion
    return Service(name=name, display_name=word(told.get("display_name")) or name, start_type=start,
                   running=told.get("status") in ("running", "start_pending", "continue_pending"),
                   missed=is_stopped and is_expected)


def act(name: str, action: str) -> str:
    """Start, stop or restart a service; returns a sentence. Raises Refused, NotRun."""
    for step in ("stop", "start") if action == "restart" else (action,):
        status = run("sc", step, name, seconds=45).status
        if status not in _FINE[step]:
            raise Refused(why_not(status, name))
        if step == "stop":
            _wait_until_stopped(name)
    return f"The service {name} was told to {action}."


def why_not(status: int, name: str) -> str:
    """The sentence for an error number of sc.exe."""
    return {
        _DENIED: f"The user at the device may not do this to the service {name}: it needs an administrator.",
        _NO_SUCH: f"There is no service named {name}.",
        _DISABLED: f"The service {name} is disabled.",
        _OTHERS_NEED_IT: f"Other services that are running need {name}, so it was not stopped.",
    }.get(status, f"Windows refused with the error {status}.")


def _wait_until_stopped(name: str) -> None:
    deadline = time.monotonic() + _STOPS_WITHIN_SECONDS
    while psutil.win_service_get(name).status() != "stopped":  # type: ignore[attr-defined]
        if time.monotonic() > deadline:
            raise Refused(f"The service {name} did not stop within {_STOPS_WITHIN_SECONDS:g} seconds.")
        time.sleep(0.25)
