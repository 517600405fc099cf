"""All of the site's processes: started, watched, exchanged one after the other, ended.

SIGTERM and Ctrl-C end the site in order, SIGHUP exchanges every process for one that runs what is on the disk now. The
parent holds the sockets that they listen on, so that whoever comes meanwhile waits instead of being turned away.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from connectassist.core import clock, logs, standing
from connectassist.core.settings import Settings
from connectassist.supervising import process
from connectassist.supervising.process import Process

log = logging.getLogger(__name__)
BACKLOG = 2048
#: Seconds between two looks at everything, and that a process has to get ready when all are exchanged.
LOOK, GET_READY = 0.5, 90.0
Plan = Iterator[None]


class Stuck(Exception):
    """A restart can't go on; what it says is why."""


class Site:
    """The parent. `run` returns when everything has ended."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._processes: list[Process] = []
        self._asked: list[int] = []
        self._restart: dict[str, Any] = {"number": 0, "state": "none", "problem": None}
        self._state, self._shown = "starting", None
        self._plan: Plan | None = None

    def run(self) -> int:
        """Serve until asked to end. Returns the exit code."""
        logs.install(self._settings)
        try:
            self._open()
        except OSError as problem:
            print(f"ConnectAssist can't listen: {problem}", file=sys.stderr)
            return 1
        self._plan = self._starting()
        while self._state != "over":
            self._wait()
            self._step()
        standing.forget(self._settings.instance)
        return 0

    def _open(self) -> None:
        self._wakes, self._woken = os.pipe()
        os.set_blocking(self._wakes, False)
        os.set_blocking(self._woken, False)
        listeners = [_listening(self._settings.host, self._settings.port + n) for n in range(self._settings.processes)]
        self._processes = [Process(number, self._settings, listener, changed=self._wake)
                           for number, listener in enumerate(listeners)]
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, frame: self._asked.append(number))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)

    def _wake(self) -> None:
        """Look at once."""
        with suppress(BlockingIOError):
            os.write(self._woken, b"!")

    def _wait(self) -> None:
        if select.select([self._wakes], [], [], LOOK)[0]:
            os.read(self._wakes, 4096)

    # -- one look ---------------------------------------------------------------------------------------

    def _step(self) -> None:
        for each in self._processes:
            each.look()
        self._obey()
        if self._plan is not None:
            self._go_on()
        if self._state == "serving":
            for each in self._processes:
                each.revive()
        self._show()

    def _obey(self) -> None:
        """Do what signals ask for. While the site starts or is exchanged, a restart waits its turn."""
        ends = [number for number in self._asked if number != signal.SIGHUP]
        if ends and self._state != "ending":
            self._plan, self._state = self._ending(), "ending"
            self._asked = [number for number in self._asked if number == signal.SIGHUP]
        elif ends:
            self._asked.clear()
            for each in self._processes:
                each.tell(signal.SIGTERM)  # a second one ends it at once
        elif self._asked and self._plan is None:
            self._asked.clear()
            self._plan = self._restarting()

    def _go_on(self) -> None:
        try:
            next(self._plan)
        except StopIteration:
            self._plan = None

    # -- plans: each `yield` waits for the next look ----------------------------------------------------

    def _starting(self) -> Plan:
        if self._settings.processes > 1:
            pause = process.FIRST_PAUSE
            while (yield from self._prepared(has_company=False)):
                log.error("the site can't start; it is tried again in %.1f s", pause)
                yield from _until(clock.monotonic() + pause)
                pause = min(pause * 2, process.LONGEST_PAUSE)
        for each in self._processes:
            each.start()
        self._state = "serving"

    def _prepared(self, *, has_company: bool) -> Iterator[None]:
        """Bring the database up to date, with the programs on the disk. Returns the exit code."""
        running = process.started(self._settings, 0, port=self._settings.port, only_prepares=True,
                                  has_company=has_company)
        try:
            while running.poll() is None:
                yield
        finally:
            if running.returncode is None:
                running.terminate()
        return running.returncode

    def _restarting(self) -> Plan:
        self._restart = {"number": self._restart["number"] + 1, "state": "running", "problem": None}
        log.info("the site is restarted")
        try:
            if self._settings.processes > 1 and (yield from self._prepared(has_company=True)):
                raise Stuck("the database could not be brought up to date")
            for each in self._processes:
                yield from self._exchanged(each)
        except Stuck as problem:
            log.error("the restart stops: %s", problem)
            self._restart |= {"state": "failed", "problem": str(problem)}
        else:
            log.info("the site is restarted: every process is new")
            self._restart |= {"state": "done"}

    def _exchanged(self, each: Process) -> Plan:
        """Raises Stuck."""
        if each.is_running:
            each.leave()
        while each.is_running:
            yield
        each.start()
        until = clock.monotonic() + GET_READY
        while not each.is_ready:
            if not each.is_running:
                raise Stuck(f"the new process {each.number} ended before it was ready")
            if clock.monotonic() > until:
                raise Stuck(f"the new process {each.number} was not ready within {GET_READY:.0f} s")
            yield

    def _ending(self) -> Plan:
        if self._restart["state"] == "running":
            self._restart |= {"state": "failed", "problem": "the site was ended"}
        for each in self._processes:
            if each.is_running and not each.is_leaving:
                each.leave()
        while any(each.is_running for each in self._processes):
            yield
        self._state = "over"

    # -- what others see --------------------------------------------------------------------------------

    def _show(self) -> None:
        """Write down how the site stands, when that has changed."""
        found = {"pid": os.getpid(), "state": self._state, "restart": dict(self._restart),
                 "processes": [each.shown() for each in self._processes]}
        if found != self._shown:
            self._shown = found
            standing.write(self._settings.instance, found | {"at": clock.iso(clock.now())})


def _until(moment: float) -> Plan:
    while clock.monotonic() < moment:
        yield


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OSError, which names the address."""
    family, kind, number, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, number)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(BACKLOG)
    except OSError as problem:
        made.close()
        raise OSError(problem.errno, f"{problem.strerror}: {host}:{port}") from problem
    return made
