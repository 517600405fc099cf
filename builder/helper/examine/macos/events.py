"""The event log of a Mac: the unified log."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ..facts import fact, moment, word
from ..records import MESSAGE_LIMIT, Event, EventQuery
from ..running import run

_LEVELS = {"Fault": "Critical", "Error": "Error", "Default": "Information", "Info": "Information", "Debug": "Verbose"}
# The unified log has no warnings, so who asks for them and worse gets errors and faults.
_TYPES = {"Critical": "messageType == fault", "Error": "messageType == error OR messageType == fault",
          "Warning": "messageType == error OR messageType == fault"}
_LOGS = {"System": 'process == "kernel" OR process == "launchd"',
         "Security": 'process == "securityd" OR process == "loginwindow" OR process == "sudo"',
         "Setup": 'process == "installd" OR process == "softwareupdated"'}
# Searching the log takes seconds for each hour of it.
_LONGEST_HOURS = 24


def query(asked: EventQuery) -> list[Event]:
    """Entries that were asked for, the newest first. Raises NotRun."""
    said = run("log", *arguments(asked), seconds=40, most=8 << 20)
    return sorted(entries(said.text), key=lambda event: event.time, reverse=True)[:asked.most]


def arguments(asked: EventQuery) -> list[str]:
    """The words for `log`."""
    conditions = [f"({found})" for found in (_TYPES.get(asked.level or ""), _LOGS.get(asked.log or "")) if found]
    wanted = ["--predicate", " AND ".join(conditions)] if conditions else []
    return ["show", "--style", "ndjson", "--last", f"{min(asked.hours, _LONGEST_HOURS)}h", *wanted]


def entries(text: str) -> list[Event]:
    """Entries out of the JSON lines of `log show`; its last line, a count, is left out."""
    return [event for line in text.splitlines() if (event := fact(_entry, line))]


def _entry(line: str) -> Event:
    told: dict[str, Any] = json.loads(line)
    when = datetime.strptime(told["timestamp"], "%Y-%m-%d %H:%M:%S.%f%z").astimezone(UTC)
    program = str(told.get("processImagePath") or "").rpartition("/")[2]
    return Event(time=moment(when.timestamp()), level=_LEVELS[told["messageType"]], event_id=None,
                 source=word(program) or word(told.get("subsystem")) or "log",
                 message=word(told.get("eventMessage"), limit=MESSAGE_LIMIT) or "")
