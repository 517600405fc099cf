"""A site of several server processes, as `connectassist serve` runs it, with a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import copy
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import requests

from connectassist.core import standing
from tests.cast import Member
from tests.live.server import PATIENCE, Server, free_port


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on now."""
    while True:
        first = free_port()
        with ExitStack() as probes, suppress(OSError):
            for port in range(first, first + count):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first


class Site(Server):
    """The parent and its processes; as a `Server` it is the first of them. `site.at(1).http("admin")` is the second."""

    def __init__(self, folder: Path, *, cast: dict[str, Member], processes: int = 2, **changes: Any) -> None:
        super().__init__(folder, cast=cast, program=("supervise.py",), processes=processes,
                         port=changes.pop("port", 0) or free_ports(processes), **changes)
        self.ports = [self.port + number for number in range(processes)]
        self.urls = [f"http://127.0.0.1:{port}" for port in self.ports]

    def start(self) -> Site:
        """Start (again) and wait until every process serves."""
        self._launch()
        self.wait_for(lambda: all(self.is_ready(number) for number in range(len(self.ports))), "all are ready")
        return self

    def at(self, number: int) -> Server:
        """One process, as a server to talk to."""
        found = copy.copy(self)
        found.port, found.url = self.ports[number], self.urls[number]
        return found

    def is_ready(self, number: int) -> bool:
        """Does a process say that it can serve?"""
        try:
            return requests.get(f"{self.urls[number]}/readyz", timeout=5, headers={"Connection": "close"}).ok
        except requests.RequestException:
            return False

    @property
    def standing(self) -> dict[str, Any]:
        """What the parent writes of how the site stands."""
        return standing.read(self.folder / "instance") or {}

    def pid(self, number: int) -> int | None:
        """Which process holds a place now."""
        return next((each["pid"] for each in self.standing.get("processes", ()) if each["number"] == number), None)

    def kill_one(self, number: int) -> int:
        """End a process as a crash would; the parent starts another. Which one it was."""
        gone = self.pid(number)
        assert gone
        os.kill(gone, signal.SIGKILL)
        return gone

    def revived(self, number: int, *, after: int) -> int:
        """Wait until another process than the one that was killed serves. Which one it is."""
        self.wait_for(lambda: self.pid(number) not in (None, after) and self.is_ready(number), "another one serves")
        found = self.pid(number)
        assert found
        return found

    def restart(self) -> dict[str, Any]:
        """Exchange every process for a new one, as after an update. How that went."""
        before = self.standing["restart"]["number"]
        os.kill(self.process_id, signal.SIGHUP)
        self.wait_for(lambda: self.standing["restart"]["number"] > before
                      and self.standing["restart"]["state"] != "running", "the restart is over")
        return self.standing["restart"]

    def stop(self) -> None:
        """End it as an operator would. A parent has half a minute to end its processes."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until it is so."""
        assert self._process
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert self._process.poll() is None and time.monotonic() < deadline, \
                f"{what}: not so:\n{self.log.read_text()[-4000:]}"
            time.sleep(0.1)
