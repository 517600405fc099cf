"""The checks of how a machine is kept: services, event log, updates, software, protection."""

from __future__ import annotations

from typing import Any

from . import thresholds
from .facts import word
from .health import Finding
from .here import HERE
from .records import Event, EventQuery
from .thresholds import ERROR, OK, WARNING, worst

_HOURS = 24
_COUNTED_EVENTS = 500
# Few and short, since this is sent with every report; the tool for the event log shows more.
_SHOWN_EVENTS, _SHOWN_LETTERS = 20, 300
_SHOWN_SERVICES = 100
_SHOWN_PROGRAMS = 500


def services() -> Finding:
    """Which services should run and do not. Raises NotAvailable, NotRun."""
    found = HERE.services.every()
    missed = [{**one.public(), "state": "failed" if one.failed else "stopped"} for one in found if one.missed]
    running = sum(one.running for one in found)
    return Finding(
        status=thresholds.SERVICES.grade(len(missed)),
        value=f"{len(missed)} stopped" if missed else f"{running} running",
        results={"available": True, "stoppedAutoServices": missed[:_SHOWN_SERVICES], "totalRunning": running,
                 "totalStopped": len(found) - running})


def event_log() -> Finding:
    """Errors and worse of the last 24 hours. Raises NotAvailable, NotRun."""
    found = HERE.events.query(EventQuery(level="Error", hours=_HOURS, most=_COUNTED_EVENTS))
    criticals = sum(event.level == "Critical" for event in found)
    errors = len(found) - criticals
    return Finding(
        status=worst(thresholds.CRITICALS.grade(criticals), thresholds.ERRORS.grade(errors)),
        value=f"{criticals} critical, {errors} errors", results={
            "available": True, "entries": [_in_short(event) for event in found[:_SHOWN_EVENTS]], "criticals": criticals,
            "errors": errors, "hours": _HOURS, "truncated": len(found) >= _COUNTED_EVENTS})


def updates() -> Finding:
    """Which updates wait, when the last came, and whether a restart is due. Raises NotAvailable, NotRun."""
    told = HERE.updates.state()
    status = worst(WARNING if told["pendingReboot"] else OK, thresholds.UPDATE_AGE.grade(told["daysSinceLastUpdate"]),
                   thresholds.SECURITY_UPDATES.grade(told["securityCount"]))
    return Finding(status=status, value=_update_words(told), results={"available": True, **told})


def installed_software() -> Finding:
    """What is installed. Raises NotAvailable, NotRun."""
    found = HERE.software.installed()
    return Finding(status=OK, value=f"{len(found)} programs", results={
        "available": True, "software": found[:_SHOWN_PROGRAMS], "total": len(found),
        "truncated": len(found) > _SHOWN_PROGRAMS})


def security() -> Finding:
    """What protects the machine, as far as its user may know.

    Without a firewall or a running antivirus where one is expected, it is an error; an unencrypted disk, a screen
    that never locks and firmware that starts anything are warnings. None, not told, is no fault.
    """
    told = HERE.security.state()
    grave = [words for name, words in _GRAVE.items() if told.get(name) is False]
    light = [words for name, words in _LIGHT.items() if told.get(name) is False]
    return Finding(status=ERROR if grave else WARNING if light else OK, results={**told, "findings": grave + light},
                   value=(grave + light)[0] if grave or light else "Nothing found amiss")


_GRAVE = {"firewall": "The firewall is off", "antivirus": "The antivirus is off"}
_LIGHT = {"diskEncryption": "The disk is not encrypted", "screenLock": "The screen does not lock",
          "secureBoot": "Secure boot is off", "antivirusCurrent": "The antivirus is out of date",
          "systemIntegrity": "System integrity protection is off"}


def _in_short(event: Event) -> dict[str, Any]:
    return {**event.public(), "message": word(event.message, limit=_SHOWN_LETTERS) or ""}


def _update_words(told: dict[str, Any]) -> str:
    if told["pendingReboot"]:
        return "A restart is due"
    if told["pendingCount"] is None:
        days = told["daysSinceLastUpdate"]
        return "Not known" if days is None else f"Last update {days} days ago"
    return f"{told['pendingCount']} waiting"
