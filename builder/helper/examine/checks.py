"""The checks of contract 000, each as the server stores it: {checkType, status, results, label, value}.

| check | what it looks at | what makes a warning or an error |
|---|---|---|
| `cpu`, `memory`, `disk`, `top_processes`, `battery` | psutil | `thresholds.py` |
| `network` | the adapters, and the way to the helper's own server | an adapter, the name, the way, the time |
| `services`, `event_log`, `windows_update` | the platform's own tools | `thresholds.py` |
| `installed_software` | packages, programs | nothing |
| `security` | firewall, antivirus, encryption, locks | `upkeep.security` |
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from . import health, upkeep
from .errors import NotAvailable, NotRun, Unknown
from .facts import fitting, word
from .health import Finding
from .thresholds import ERROR, OK

log = logging.getLogger("helper.examine")
T = TypeVar("T")
LARGEST_RESULT = 48 * 1024
ALL = "all"
#: What the server's health score is made of: all that a report which nobody asked for needs to look at.
SCORED = ("cpu", "top_processes", "memory", "disk", "network", "services", "event_log", "windows_update")
#: Names that mean one of the checks below.
ALSO = {"updates": "windows_update"}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check: what people read as its name, what it does, and how many seconds it may take."""

    label: str
    look: Callable[[], Finding]
    seconds: float = 20.0


# In the order in which "all" runs them: what is measured comes before what keeps the machine busy.
CHECKS: dict[str, Check] = {
    "cpu": Check(label="Processor", look=health.cpu),
    "top_processes": Check(label="Busiest processes", look=health.top_processes),
    "memory": Check(label="Memory", look=health.memory),
    "disk": Check(label="Disks", look=health.disk),
    "network": Check(label="Network", look=lambda: health.look_at_network("")),
    "battery": Check(label="Battery", look=health.battery),
    "services": Check(label="Services", look=upkeep.services, seconds=60),
    "event_log": Check(label="Event log", look=upkeep.event_log, seconds=60),
    "security": Check(label="Protection", look=upkeep.security, seconds=90),
    "installed_software": Check(label="Installed software", look=upkeep.installed_software, seconds=60),
    "windows_update": Check(label="Updates", look=upkeep.updates, seconds=120),
}


def names(check_type: str | None) -> tuple[str, ...]:
    """The checks that a request means: one, or every one for `all` and for nothing. Raises Unknown."""
    wanted = ALSO.get(check_type or ALL, check_type or ALL)
    if wanted == ALL:
        return tuple(CHECKS)
    if wanted not in CHECKS:
        raise Unknown(f"There is no check named {word(wanted, limit=60) or 'so'}.")
    return (wanted,)


def run(check_type: str | None, *, server: str = "") -> list[dict[str, Any]]:
    """Run one check, or all; `server` is the URL of the helper's own server, for `network`. Raises Unknown.

    Nothing else is raised: a check that fails or does not end says so in its result.
    """
    return [_result(name, server=server) for name in names(check_type)]


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do some work in a thread of its own and wait at most so long. Raises NotRun, and what the work raises."""
    done: list[T] = []
    failed: list[BaseException] = []

    def do() -> None:
        try:
            done.append(work())
        except BaseException as problem:
            failed.append(problem)

    worker = threading.Thread(target=do, daemon=True, name="examine")
    worker.start()
    worker.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise NotRun(f"It did not end within {seconds:g} seconds")
    return done[0]


def _result(name: str, *, server: str) -> dict[str, Any]:
    check = CHECKS[name]
    finding = _find(check, look=(lambda: health.look_at_network(server)) if name == "network" else check.look)
    return {"checkType": name, "status": finding.status, "results": fitting(finding.results, most=LARGEST_RESULT),
            "label": check.label, "value": word(finding.value, limit=120) or ""}


def _find(check: Check, *, look: Callable[[], Finding]) -> Finding:
    try:
        return within(check.seconds, look)
    except NotAvailable as why:
        return Finding(status=OK, value="Not available here", results={"available": False, "reason": str(why)})
    except NotRun as why:
        return _failed(check, f"{why}.")
    except Exception as problem:
        log.warning("the check %s failed", check.label, exc_info=True)
        return _failed(check, f"The check came to nothing: {word(str(problem), limit=200) or type(problem).__name__}.")


def _failed(check: Check, sentence: str) -> Finding:
    return Finding(status=ERROR, value="Could not be checked", results={"available": False, "error": sentence})
