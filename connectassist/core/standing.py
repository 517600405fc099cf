"""How the site stands, as `connectassist serve` writes it into the instance folder for other programs: which processes
there are, and how the last restart went."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import psutil

NAME = "serving.json"
#: Tells a server process that nobody keeps running to start itself anew.
AGAIN = signal.SIGUSR2
_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


def from_here(host: str) -> str:
    """By which address a program on the same machine reaches a server that listens on this one."""
    return _EVERYWHERE.get(host, host)


def write(instance: Path, found: dict[str, Any]) -> None:
    """Put it in the place of what was written before."""
    path = instance / NAME
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found | {"began": began(found["pid"])}, indent=1) + "\n")
    part.replace(path)


def forget(instance: Path) -> None:
    """Nobody serves any more."""
    (instance / NAME).unlink(missing_ok=True)


def read(instance: Path) -> dict[str, Any] | None:
    """How the site stands; None when no parent runs. One that was killed leaves its file behind, and the system gives
    its number to somebody else in time, who must not be taken for it."""
    try:
        found = json.loads((instance / NAME).read_text())
        return found if found["began"] and began(found["pid"]) == found["began"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def began(pid: int) -> float:
    """When a process began; 0 where there is none. Counted from the machine's own start where the system tells, so that
    it stays the same when somebody sets the clock."""
    try:
        state, *more = Path(f"/proc/{pid:d}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return 0.0 if state in "ZX" else float(more[18])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0 if Path("/proc/self/stat").exists() else _created(pid)


def _created(pid: int) -> float:
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return 0.0
