"""A service and an entry of the event log, said alike by all platforms, with the field names of contract 000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LEVELS = ("Critical", "Error", "Warning", "Information", "Verbose")
MESSAGE_LIMIT = 600


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service. `missed` says that it should run by itself and does not, `failed` that it ended in an error."""

    name: str
    display_name: str = ""
    running: bool = False
    start_type: str = ""
    missed: bool = False
    failed: bool = False

    def public(self) -> dict[str, Any]:
        """The service as a technician's page reads it."""
        return {"name": self.name, "displayName": self.display_name or self.name,
                "status": "Running" if self.running else "Stopped", "startType": self.start_type,
                "failed": self.failed}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry of the event log; `time` is ISO-8601 in UTC, `level` one of LEVELS."""

    time: str
    level: str
    source: str
    message: str
    event_id: int | str | None = None

    def public(self) -> dict[str, Any]:
        """The entry as a technician's page reads it."""
        return {"time": self.time, "level": self.level, "source": self.source, "eventId": self.event_id,
                "message": self.message}


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """What is asked of the event log: `level` is that level and what is worse, None is every level."""

    log: str | None = None
    level: str | None = None
    hours: int = 24
    most: int = 100

    def wants(self, level: str) -> bool:
        """Is an entry of this level asked for?"""
        return self.level is None or LEVELS.index(level) <= LEVELS.index(self.level)
