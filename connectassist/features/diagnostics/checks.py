"""The checks that a device runs, and the score that their findings make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The eight that count, by the name that contract 000 gives them, as a person calls them.
SCORED = {
    "cpu": "Processor", "memory": "Memory", "disk": "Disks", "network": "Network", "top_processes": "Busiest programs",
    "event_log": "Event log", "windows_update": "Updates", "services": "Services",
}
#: A check under another name that answers the same question.
SAME_AS = {"updates": "windows_update"}
KNOWN = {*SCORED, *SAME_AS, "installed_software", "security", "battery"}
ALL = "all"
POINTS = {"ok": 100, "warning": 50, "error": 0}
FOR_ANYTHING_ELSE = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, as short as the score needs it."""

    check_type: str
    status: str
    label: str = ""
    value: str = ""

    @property
    def points(self) -> int:
        return POINTS.get(self.status, FOR_ANYTHING_ELSE)


def slot(check_type: str) -> str:
    """The name under which a check counts."""
    return SAME_AS.get(check_type, check_type)


def score(newest: Mapping[str, Finding]) -> int | None:
    """The rounded mean of the points of the newest finding of each scored check; None before there is one."""
    counted = [finding.points for name, finding in newest.items() if name in SCORED]
    return int(sum(counted) / len(counted) + 0.5) if counted else None


def reasons(newest: Mapping[str, Finding]) -> list[dict[str, Any]]:
    """What costs points, worst first."""
    costly = [(name, finding) for name, finding in newest.items() if name in SCORED and finding.points < 100]
    return [{"check_type": finding.check_type, "status": finding.status, "label": finding.label or SCORED[name],
             "value": finding.value, "points": finding.points}
            for name, finding in sorted(costly, key=lambda pair: (pair[1].points, pair[0]))]
