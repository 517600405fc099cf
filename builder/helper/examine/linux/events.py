"""The event log of Linux: the journal, or else the text files in /var/log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import NotAvailable
from ..facts import ending, fact, moment, word
from ..records import MESSAGE_LIMIT, Event, EventQuery
from ..running import run, there_is

# Syslog's priorities 0 to 7.
_LEVELS = ("Critical", "Critical", "Critical", "Error", "Warning", "Information", "Information", "Verbose")
# Windows' names for logs, as the journal has them: kernel and systemd, programs, sign-ins.
_MATCHES = {"System": ("_TRANSPORT=kernel", "+", "_PID=1"),
            "Application": ("_TRANSPORT=stdout", "+", "_TRANSPORT=journal", "+", "_TRANSPORT=syslog"),
            "Security": ("SYSLOG_FACILITY=4", "+", "SYSLOG_FACILITY=10", "+", "_TRANSPORT=audit")}
_FILES = {"System": ("kern.log", "messages", "syslog"), "Application": ("syslog", "messages"),
          "Security": ("auth.log", "secure"), "Setup": ("dpkg.log", "dnf.rpm.log", "yum.log", "pacman.log"),
          None: ("syslog", "messages", "kern.log")}
_FOLDER = Path("/var/log")
_LINE = re.compile(
    r"^(?:(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)|(?P<old>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d))\s+(?P<rest>.*)$")
_SENDER = re.compile(r"^\S+ (?P<source>[^\s:\[]+)(?:\[\d+\])?: (?P<message>.*)$")
# Text files keep no level, so the words are all there is to go by.
_SAYS = ((re.compile(r"\b(panic|fatal|critical|emerg\w*|out of memory|oops)\b", re.I), "Critical"),
         (re.compile(r"\b(error|fail(ed|ure)?|segfault|cannot|unable to)\b", re.I), "Error"),
         (re.compile(r"\b(warn(ing)?|deprecated|timed? ?out)\b", re.I), "Warning"))


def query(asked: EventQuery) -> list[Event]:
    """Entries that were asked for, the newest first. Raises NotAvailable, NotRun."""
    if asked.log != "Setup" and there_is("journalctl") and (found := fact(_from_journal, asked)) is not None:
        return found
    return _from_files(asked)


def journal_arguments(asked: EventQuery) -> list[str]:
    """The words for journalctl."""
    worst = {"Critical": "2", "Error": "3", "Warning": "4", "Information": "6", "Verbose": "7", None: "7"}
    return ["--output=json", "--no-pager", "--quiet", "--reverse", f"--since=-{asked.hours}h",
            f"--lines={asked.most}", f"--priority={worst[asked.level]}", *_MATCHES.get(asked.log or "", ())]


def journal(text: str) -> list[Event]:
    """Entries out of the JSON lines of journalctl; a line that is cut off is left out."""
    return [event for line in text.splitlines() if (event := fact(_entry, line))]


def lines(text: str, *, now: datetime, source: str = "log") -> Iterator[Event]:
    """Entries out of the lines of a text log, in either of the two forms that syslog writes."""
    for line in text.splitlines():
        if not (match := _LINE.match(line)):
            continue
        told = fact(_time_of, match, now)
        sender = _SENDER.match(match["rest"])
        message = word(sender["message"] if sender else match["rest"], limit=MESSAGE_LIMIT)
        if told and message:
            level = next((level for pattern, level in _SAYS if pattern.search(message)), "Information")
            yield Event(time=moment(told.timestamp()), level=level, message=message,
                        source=(word(sender["source"]) if sender else None) or source)


def _from_journal(asked: EventQuery) -> list[Event]:
    """Raises NotAvailable when there is no journal, or none that this user may read."""
    said = run("journalctl", *journal_arguments(asked), seconds=20, most=4 << 20)
    found = journal(said.text)
    if not found and not _may_read_journal():
        raise NotAvailable("The journal is not there or may not be read")
    return found


def _may_read_journal() -> bool:
    return bool(run("journalctl", "--quiet", "--no-pager", "--lines=1", "--output=cat", seconds=10).text.strip())


def _entry(line: str) -> Event:
    told: dict[str, Any] = json.loads(line)
    message = told.get("MESSAGE")
    if isinstance(message, list):  # bytes that are not UTF-8
        message = bytes(message[:MESSAGE_LIMIT]).decode("utf-8", "replace")
    return Event(
        time=moment(int(told["__REALTIME_TIMESTAMP"]) / 1e6), level=_LEVELS[int(told.get("PRIORITY", 6))],
        source=word(told.get("SYSLOG_IDENTIFIER") or told.get("_COMM")) or "journal",
        message=word(message, limit=MESSAGE_LIMIT) or "", event_id=None)


def _from_files(asked: EventQuery) -> list[Event]:
    read = {name: text for name in _FILES[asked.log] if (text := ending(_FOLDER / name)) is not None}
    if not read:
        raise NotAvailable("This machine keeps no event log that its user may read.")
    now = datetime.now().astimezone()
    oldest = moment((now - timedelta(hours=asked.hours)).timestamp())
    found = [event for name, text in read.items() for event in lines(text, now=now, source=name.split(".")[0])
             if event.time >= oldest and asked.wants(event.level)]
    return sorted(found, key=lambda event: event.time, reverse=True)[:asked.most]


def _time_of(match: re.Match[str], now: datetime) -> datetime:
    if match["iso"]:
        told = datetime.fromisoformat(match["iso"].rstrip(","))
        return told if told.tzinfo else told.replace(tzinfo=now.tzinfo or UTC)
    # The old form has no year: the latest one that is not in the future.
    told = datetime.strptime(f"{now.year} {match['old']}", "%Y %b %d %H:%M:%S").replace(tzinfo=now.tzinfo)
    return told if told <= now + timedelta(days=1) else told.replace(year=now.year - 1)
