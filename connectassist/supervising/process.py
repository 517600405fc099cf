"""One server process of the site, as its parent sees it."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any

from connectassist.core import clock, standing
from connectassist.core.place import Place
from connectassist.core.settings import ROOT, Settings, environment_with

log = logging.getLogger(__name__)
PROGRAM = ROOT / "app.py"
#: Seconds that a process has to come to its end, and between two questions whether one is ready.
DRAIN, ASK = 30.0, 0.1
#: Seconds before one that died is started again: twice as many each time, until it has lived for a while.
FIRST_PAUSE, LONGEST_PAUSE, STEADY = 0.5, 30.0, 60.0


class Process:
    """A place on a port, and whichever process holds it now. `changed` is called, in any thread, when one gets
    ready."""

    def __init__(self, number: int, settings: Settings, listener: socket.socket, *,
                 changed: Callable[[], None]) -> None:
        self.number, self.port, self._listener = number, settings.port + number, listener
        self._settings, self._changed = settings, changed
        self._running: subprocess.Popen[bytes] | None = None
        self._began = self._due = clock.monotonic()
        self._pause, self._until = FIRST_PAUSE, 0.0
        self.is_ready = self.is_leaving = False
        self.version: str | None = None

    @property
    def is_running(self) -> bool:
        """Is there a process in this place?"""
        return self._running is not None

    def start(self) -> None:
        """Start one."""
        several = self._settings.processes > 1
        self._running = started(self._settings, self.number, port=self.port, listener=self._listener,
                                is_prepared=several, has_company=several)
        self._began = clock.monotonic()
        self.is_ready = self.is_leaving = False
        threading.Thread(target=self._wait_until_ready, args=(self._running,), daemon=True).start()

    def leave(self) -> None:
        """Ask it to end what it does, and to go."""
        self.is_ready, self.is_leaving, self._until = False, True, clock.monotonic() + DRAIN
        self.tell(signal.SIGTERM)

    def tell(self, number: int) -> None:
        """Send it a signal."""
        if self._running is not None:
            self._running.send_signal(number)

    def look(self) -> None:
        """See whether it still runs; kill it when it should have gone long ago."""
        if self._running is None:
            return
        if self._running.poll() is not None:
            self._gone(self._running.returncode)
        elif self.is_leaving and clock.monotonic() > self._until:
            log.error("process %d (%d) did not end within %d s and is killed", self.number, self._running.pid, DRAIN)
            self.tell(signal.SIGKILL)
            self._until += DRAIN

    def revive(self) -> None:
        """Start one again where one died, once its time has come."""
        if self._running is None and clock.monotonic() >= self._due:
            self.start()

    def _gone(self, code: int) -> None:
        lived = clock.monotonic() - self._began
        if not self.is_leaving:
            pause = FIRST_PAUSE if lived > STEADY else self._pause
            self._due, self._pause = clock.monotonic() + pause, min(pause * 2, LONGEST_PAUSE)
            log.error("process %d ended %s after %d s; another one is started in %.1f s", self.number, _how(code),
                      lived, pause)
        self._running, self.is_ready, self.is_leaving = None, False, False
        self._changed()

    def _wait_until_ready(self, running: subprocess.Popen[bytes]) -> None:
        pause = threading.Event()
        while self._running is running and not self.is_leaving and not self._answers():
            pause.wait(ASK)
        if self._running is running and not self.is_leaving:
            self.is_ready = True
            log.info("process %d (%d, version %s) is ready on port %d", self.number, running.pid, self.version,
                     self.port)
            self._changed()

    def _answers(self) -> bool:
        try:
            if self._asked("/readyz")[0] != 200:
                return False
            self.version = json.loads(self._asked("/version")[1]).get("version")
        except (OSError, HTTPException, ValueError):
            return False
        return True

    def _asked(self, path: str) -> tuple[int, bytes]:
        line = HTTPConnection(standing.from_here(self._settings.host), self.port, timeout=2)
        try:
            line.request("GET", path, headers={"Connection": "close"})
            answer = line.getresponse()
            return answer.status, answer.read(100_000)
        finally:
            line.close()

    def shown(self) -> dict[str, Any]:
        """How it stands, for other programs."""
        return {"number": self.number, "pid": self._running.pid if self._running else None, "port": self.port,
                "state": self._state(), "version": self.version if self.is_ready else None}

    def _state(self) -> str:
        if self._running is None:
            return "down"
        return "ready" if self.is_ready else "leaving" if self.is_leaving else "starting"


def started(settings: Settings, number: int, *, port: int, listener: socket.socket | None = None,
            **place: bool) -> subprocess.Popen[bytes]:
    """A new process of the site. It writes where we write, and has a group of its own: Ctrl-C is for the parent."""
    given = Place(listener=listener.fileno() if listener else None, parent=os.getpid(), **place)
    return subprocess.Popen([sys.executable, str(PROGRAM), *given.arguments],
                            env=environment_with(PROCESS=number, PROCESSES=settings.processes, PORT=port),
                            pass_fds=[listener.fileno()] if listener else [], process_group=0)


def _how(code: int) -> str:
    return f"by the signal {signal.Signals(-code).name}" if code < 0 else f"with the code {code}"
