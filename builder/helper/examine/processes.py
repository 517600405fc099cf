"""Processes: which there are, how much they use, and ending one."""

from __future__ import annotations

import os
import time
from typing import Any

import psutil

from .errors import Refused
from .facts import MISSING, word

MOST = 500
SAMPLE_SECONDS = 0.6
_GENTLE_SECONDS = 3.0
_KILLED_SECONDS = 3.0


def usage(*, seconds: float = SAMPLE_SECONDS) -> list[dict[str, Any]]:
    """Every process {pid, name, cpuPercent, memoryMB, user}, the busiest first; measured over `seconds`.

    100 percent is the whole machine, as Windows' Task Manager counts, not one processor.
    """
    before = {process.pid: (process, cpu) for process in psutil.process_iter() if (cpu := _cpu(process)) is not None}
    started = time.monotonic()
    time.sleep(seconds)
    whole = (time.monotonic() - started) * (psutil.cpu_count() or 1)
    rows = (_row(process, cpu, whole) for process, cpu in before.values())
    return sorted((row for row in rows if row), key=lambda row: (-row["cpuPercent"], -row["memoryMB"], row["pid"]))


def kill(pid: int) -> str:
    """Ask a process to end, and end it when it does not; returns a sentence. Raises Refused.

    The system's first processes, the helper and what started it are never touched.
    """
    if pid <= 1 or (os.name == "nt" and pid <= 4):
        raise Refused("The system's own first process cannot be ended.")
    if pid in _ours():
        raise Refused("This process is the helper itself or what it runs in, so it is not ended.")
    try:
        process = psutil.Process(pid)
        name = word(process.name()) or "without a name"
        _end(process)
    except psutil.NoSuchProcess:
        raise Refused(f"There is no process {pid} (any more).") from None
    except psutil.AccessDenied:
        raise Refused(f"The user at the device may not end the process {pid}: it belongs to somebody else.") from None
    return f"The process {pid} ({name}) was ended."


def _end(process: psutil.Process) -> None:
    process.terminate()
    if _ends(process, within=_GENTLE_SECONDS):
        return
    process.kill()
    if not _ends(process, within=_KILLED_SECONDS):
        raise Refused(f"The process {process.pid} does not end.")


def _ends(process: psutil.Process, *, within: float) -> bool:
    """Does it end in time? One that only waits for its parent to take notice has ended."""
    deadline = time.monotonic() + within
    while process.is_running():
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _ours() -> set[int]:
    """The helper and all that started it."""
    me = psutil.Process()
    try:
        return {me.pid, *(one.pid for one in me.parents())}
    except psutil.Error:
        return {me.pid, os.getppid()}


def _cpu(process: psutil.Process) -> float | None:
    try:
        times = process.cpu_times()
    except MISSING:
        return None
    return float(times.user + times.system)


def _row(process: psutil.Process, before: float, whole: float) -> dict[str, Any] | None:
    """One process; None when it ended meanwhile."""
    after = _cpu(process)
    if after is None:
        return None
    try:
        with process.oneshot():
            name, memory = process.name(), process.memory_info().rss
    except MISSING:
        return None
    percent = max(0.0, min(100.0, (after - before) / whole * 100))
    return {"pid": process.pid, "name": word(name) or "?", "cpuPercent": round(percent, 1),
            "memoryMB": round(memory / (1 << 20), 1), "user": _user(process)}


def _user(process: psutil.Process) -> str | None:
    try:
        return word(process.username())
    except MISSING:
        return None
