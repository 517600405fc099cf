"""The event log of Windows, by Get-WinEvent."""

from __future__ import annotations

from typing import Any

from ..facts import fact, word
from ..records import LEVELS, MESSAGE_LIMIT, Event, EventQuery
from .powershell import ask

# Windows counts 0 (always logged) and 4 as information.
_NUMBERS = {"Critical": (1,), "Error": (1, 2), "Warning": (1, 2, 3), "Information": (0, 1, 2, 3, 4)}
_LOGS = ("System", "Application", "Security", "Setup")


def query(asked: EventQuery) -> list[Event]:
    """Entries that were asked for, the newest first. Raises NotRun, ValueError.

    The Security log answers only administrators; for others it is empty.
    """
    return entries(ask(script(asked), seconds=30))


def script(asked: EventQuery) -> str:
    """The question for PowerShell; what goes into it comes from lists of ours or is a number."""
    logs = asked.log if asked.log in _LOGS else "System','Application"
    levels = f"Level={','.join(map(str, _NUMBERS[asked.level]))};" if asked.level in _NUMBERS else ""
    return (f"Get-WinEvent -MaxEvents {asked.most:d} -FilterHashtable @{{LogName='{logs}';{levels}"
            f"StartTime=(Get-Date).AddHours(-{asked.hours:d})}}|Select-Object Id,Level,ProviderName,"
            "@{n='Time';e={$_.TimeCreated.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffZ')}},"
            f"@{{n='Text';e={{\"$($_.Message)\".Substring(0,[Math]::Min({MESSAGE_LIMIT},\"$($_.Message)\".Length))}}}}")


def entries(told: list[dict[str, Any]]) -> list[Event]:
    """Entries out of PowerShell's answer, the newest first; what lacks its time is left out."""
    found = [event for row in told if (event := fact(_entry, row))]
    return sorted(found, key=lambda event: event.time, reverse=True)


def _entry(row: dict[str, Any]) -> Event:
    level = int(row.get("Level") or 4)
    return Event(time=str(row["Time"])[:24], level=LEVELS[min(level, 5) - 1], event_id=int(row["Id"]),
                 source=word(row.get("ProviderName")) or "", message=word(row.get("Text"), limit=MESSAGE_LIMIT) or "")
