"""People who work with a server while a test does something to it, and note how that went."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import requests

from tests.live.server import Http

#: What a proxy in front would mend too: nothing was answered, or "not now".
TRIES, PAUSE = 100, 0.1


class Writers:
    """Some who make tickets, one after the other, each with a title of its own. `acknowledged` are the titles of those
    that were answered with 201, `failures` what did not work at first, `lasting` what no retry within ten seconds
    mended."""

    def __init__(self, https: list[Callable[[], Http]], *, body: Callable[[str], dict[str, Any]]) -> None:
        self._body, self._numbers = body, itertools.count()
        self.acknowledged: list[str] = []
        self.failures: list[str] = []
        self.lasting: list[str] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(http,), daemon=True) for http in https]
        for thread in self._threads:
            thread.start()

    def _work(self, http: Callable[[], Http]) -> None:
        caller = http()
        while not self._over.is_set():
            self._write(caller, f"Ticket {next(self._numbers)}")

    def _write(self, caller: Http, title: str) -> None:
        problem = ""
        for _ in range(TRIES):
            problem = self._try(caller, title)
            if not problem:
                return
            self.failures.append(f"{time.strftime('%X')} {problem}")
            if self._over.wait(PAUSE):
                return
        self.lasting.append(problem)

    def _try(self, caller: Http, title: str) -> str:
        try:
            answer = caller.post("/api/tickets", json=self._body(title))
        except requests.RequestException as problem:
            return repr(problem)
        if answer.status_code == 201:
            self.acknowledged.append(title)
        return "" if answer.status_code == 201 else f"{answer.status_code} {answer.text[:200]}"

    def wait_for(self, more: int) -> None:
        """Wait until so many more are acknowledged."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, self.failures[-5:]
            time.sleep(0.02)

    def stop(self) -> None:
        """Let them finish."""
        self._over.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()
