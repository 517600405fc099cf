"""A real Redis server in a folder of its own, started by the tests and gone with them."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from tests.live.server import PATIENCE, free_port


class Redis:
    """A server on a free port of 127.0.0.1. It keeps nothing when it stops, unless it is `durable`."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._options = ("--appendonly", "yes", "--appendfsync", "always") if durable else ()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Redis:
        """Start (again) and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: scripts/system_packages.sh test installs it"
        with open(self.folder / "redis.log", "ab") as log:
            self._process = subprocess.Popen(
                [program, "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder),
                 *self._options], stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self.client().ping()
                return self
            except redis.ConnectionError:
                time.sleep(0.05)
        raise AssertionError(f"Redis did not start:\n{(self.folder / 'redis.log').read_text()[-4000:]}")

    def client(self) -> redis.Redis:
        """A connection to look into it."""
        return redis.Redis.from_url(self.url, decode_responses=True)

    def flush(self) -> None:
        """Empty it."""
        self.client().flushall()

    def freeze(self) -> None:
        """Make it stand still: connections stay open, and nothing answers."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop it at once."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait(20)
