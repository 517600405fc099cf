"""A real server process on a free port, and what a test does with one."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import NullPool, create_engine, text

from connectassist.core.settings import driver_url
from tests.cast import PASSWORD, SECRET_KEY, Member
from tests.live.sockets import Socket

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


def free_port() -> int:
    """A TCP port that nobody listens on now. It lies below those that the system gives to connections, so that none
    of them takes it before the server does, or while the server is down."""
    while True:
        port = random.SystemRandom().randrange(12_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Http:
    """A member of the cast over HTTP: `server.http("admin").get("/api/devices")`."""

    def __init__(self, url: str, member: Member) -> None:
        self._url, self._session = url, requests.Session()
        self._session.headers.update(member.headers)
        self._session.trust_env = False

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        return self._session.request(method, self._url + path, timeout=45, allow_redirects=False, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> requests.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.request("DELETE", path, **options)


class Server:
    """`app.py` in a process of its own. The cast's tokens and secrets hold here."""

    def __init__(self, folder: Path, *, cast: dict[str, Member], program: tuple[str, ...] = ("app.py",),
                 **changes: Any) -> None:
        self.folder, self.cast, self.port = folder, cast, changes.pop("port", 0) or free_port()
        self._program = program
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        values = {"port": self.port, "instance": folder / "instance", "downloads": folder / "downloads",
                  "async_mode": "eventlet", "secret_key": SECRET_KEY, "admin_password": PASSWORD,
                  "rate_limits": "off", "vnc_listen_port": 0, **changes}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTASSIST_")}
        self.database_url = str(values.get("database_url") or "")
        self._database = driver_url(self.database_url or f"sqlite:///{folder}/instance/connectassist.db")
        self._environment = inherited | {f"CONNECTASSIST_{n.upper()}": str(v) for n, v in values.items()}
        self._process: subprocess.Popen | None = None

    def start(self) -> Server:
        """Start (again) and wait until it answers."""
        self._launch()
        assert self._process
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                requests.get(self.url + "/login", timeout=30, headers={"Connection": "close"})
                return self
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError(f"The server did not start:\n{self.log.read_text()[-4000:]}")

    def _launch(self) -> None:
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([sys.executable, *self._program], cwd=ROOT, env=self._environment,
                                             stdout=log, stderr=subprocess.STDOUT)

    @property
    def process_id(self) -> int:
        """The server's process."""
        assert self._process
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut would: no farewell, nothing flushed."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(40)

    def stop(self) -> None:
        """End it as an operator would."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(40)

    def sql(self, statement: str, **values: Any) -> list[tuple]:
        """The rows that the server's database answers with, past the server. What it changes is kept."""
        engine = create_engine(self._database, poolclass=NullPool)
        with engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return [tuple(row) for row in found] if found.returns_rows else []

    def http(self, name: str = "nobody") -> Http:
        """A member of the cast over HTTP."""
        return Http(self.url, self.cast[name])

    def socket(self, name: str = "nobody", **options: Any) -> Socket:
        """A member of the cast over Socket.IO, connected. `auth=` and `headers=` replace the member's proof."""
        return Socket(self.url, **{"auth": self.cast[name].socket_auth, **options})
