"""How the running server learns that there is a new version of it, and how one sees that it came up.

Each server process leaves a note of itself in the instance folder. One that `connectassist serve` keeps is replaced by
its parent, which is told by SIGHUP; one that was started by itself starts itself anew.
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from connectassist.core import clock
from connectassist.features.deploying import trial
from connectassist.features.deploying.programs import Failed
from connectassist.http import json

RESTART_SECONDS, LOOK = 180, 0.25
_LOCAL = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
AGAIN = signal.SIGUSR2


@dataclass(frozen=True, kw_only=True)
class Note:
    """A server process: who keeps it (0: nobody), where it listens, since when, by its own word and the system's."""

    pid: int
    parent: int
    host: str
    port: int
    started_at: str
    created: float

    @property
    def is_alive(self) -> bool:
        """Is it still that process, and not another one of the same number?"""
        return created(self.pid) == self.created

    @property
    def is_ready(self) -> bool:
        """Does it answer, and can it serve?"""
        return self.is_alive and trial.is_ready(_LOCAL.get(self.host, self.host), self.port)


def leave_note(folder: Path, *, host: str, port: int, parent: int) -> None:
    """Tell later deployments of this process."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pid = os.getpid()
    note = Note(pid=pid, parent=parent, host=host, port=port, started_at=clock.iso(clock.now()) or "",
                created=created(pid))
    draft = folder / f"serving-{port}.part"
    draft.write_bytes(json.dumps(asdict(note)))
    draft.replace(folder / f"serving-{port}.json")


def notes(folder: Path) -> list[Note]:
    """The server processes that live."""
    return [note for note in map(_read, sorted(folder.glob("serving-*.json"))) if note is not None and note.is_alive]


def restart(folder: Path, running: list[Note]) -> None:
    """Have every server process replaced by one of the code that now lies there, and wait until all of them are ready.
    Raises Failed."""
    for target, number in sorted({(note.parent, signal.SIGHUP) if note.parent else (note.pid, AGAIN)
                                  for note in running}):
        os.kill(target, number)
    deadline = clock.monotonic() + RESTART_SECONDS * max(1, len(running))
    while clock.monotonic() < deadline:
        if all(_came_back(folder, note) for note in running):
            return
        if not any(_may_come_back(note) for note in running):
            raise Failed("The server did not come back with the new version")
        threading.Event().wait(LOOK)
    raise Failed("The server did not become ready with the new version in time")


@dataclass(frozen=True)
class Start:
    """How a server that nobody keeps was started, so that it can be once more."""

    command: list[str]
    folder: str
    environment: dict[str, str]


def starts(running: list[Note]) -> list[Start]:
    """How to start those again that nobody keeps. What they were told stays in memory: there are secrets in it."""
    alone = [psutil.Process(note.pid) for note in running if not note.parent]
    return [Start(each.cmdline(), each.cwd(), each.environ()) for each in alone]


def created(pid: int) -> float:
    """When a process began, by the system; 0 where there is none."""
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return 0.0


def _came_back(folder: Path, old: Note) -> bool:
    new = _read(folder / f"serving-{old.port}.json")
    return new is not None and new.started_at != old.started_at and new.is_ready


def _may_come_back(note: Note) -> bool:
    """A parent starts another one; whoever starts itself anew stays the same process."""
    return created(note.parent) > 0 if note.parent else note.is_alive


def _read(path: Path) -> Note | None:
    try:
        return Note(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
