"""How the running server learns that there is a new version of it, and how one sees that it came up.

What `connectassist serve` keeps running is exchanged by it on SIGHUP, one process after the other. A server that was
started by itself leaves a note in the instance folder, and starts itself anew on SIGUSR2.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from connectassist.core import clock, durable, standing
from connectassist.core.settings import Settings
from connectassist.features.deploying import programs, trial
from connectassist.features.deploying.programs import Failed
from connectassist.http import json

FOLDER, NOTE = "deploy", "alone.json"
RESTART_SECONDS, LOOK = 240, 0.25
NEVER_CAME = "The server did not become ready with the new version in time"


@dataclass(frozen=True, kw_only=True)
class Alone:
    """A server process that nobody keeps running: where it listens, since when, by its own word and the system's."""

    pid: int
    host: str
    port: int
    started_at: str
    created: float

    @property
    def is_alive(self) -> bool:
        """Is it still that process, and not another one of the same number?"""
        return standing.began(self.pid) == self.created != 0


def leave_note(settings: Settings) -> None:
    """Let later deployments know of this process."""
    folder, pid = settings.instance / FOLDER, os.getpid()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = Alone(pid=pid, host=settings.host, port=settings.port, started_at=clock.iso(clock.now()) or "",
                 created=standing.began(pid))
    durable.write(folder / NOTE, json.dumps(asdict(note)))


class Serving:
    """Whatever serves from an instance folder now."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._alone = _note(instance)
        self._parent: int | None = (standing.read(instance) or {}).get("pid")
        process = psutil.Process(self._alone.pid) if self._alone and not self._parent else None
        #: How to start it once more. What it was told stays in memory: there are secrets in it.
        self._start = process and (process.cmdline(), Path(process.cwd()), process.environ())

    @property
    def is_there(self) -> bool:
        """Does a server run?"""
        return bool(self._parent or self._alone)

    def restart(self) -> None:
        """Have all of it replaced by what lies on the disk now, and wait until that is ready. Raises Failed."""
        if self._parent:
            self._restart_kept(self._parent)
        elif self._alone:
            self._restart_alone(self._alone)

    def revive(self) -> None:
        """The same again after a restart that failed, also where nothing runs any more. Raises Failed."""
        if self._parent or _note(self._instance):
            self._alone = _note(self._instance)
            self.restart()
        elif self._start:
            command, folder, environment = self._start
            programs.start_for_good(*command, folder=folder, environment=environment,
                                    log=self._instance / FOLDER / "server.log")
            _wait(lambda: _note(self._instance) is not None)

    def _restart_kept(self, parent: int) -> None:
        before = (standing.read(self._instance) or {}).get("restart", {}).get("number", 0)
        _tell(parent, signal.SIGHUP)

        def came_back() -> bool:
            found = standing.read(self._instance)
            if found is None:
                raise Failed("The server is gone")
            restart = found["restart"]
            if restart["number"] > before and restart["state"] == "failed":
                raise Failed(f"The server did not come back with the new version: {restart['problem']}")
            return restart["number"] > before and restart["state"] == "done"
        _wait(came_back)

    def _restart_alone(self, before: Alone) -> None:
        _tell(before.pid, standing.AGAIN)

        def came_back() -> bool:
            found = _note(self._instance)
            if found is None:
                raise Failed("The server did not come back with the new version")
            return found.started_at != before.started_at and trial.is_ready(
                standing.from_here(found.host), found.port)
        _wait(came_back)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = clock.monotonic() + RESTART_SECONDS
    while not condition():
        if clock.monotonic() > deadline:
            raise Failed(NEVER_CAME)
        threading.Event().wait(LOOK)


def _tell(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        raise Failed("The server can't be told to restart") from None


def _note(instance: Path) -> Alone | None:
    """The server process that lives and that nobody keeps running."""
    try:
        found = Alone(**json.loads((instance / FOLDER / NOTE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return found if found.is_alive else None
