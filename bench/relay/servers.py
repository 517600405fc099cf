"""The two servers: ours as it is started for real, and the peer in Node."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import requests

from bench.relay.line import Line
from bench.relay.load import Pair
from tests.live import node
from tests.live.server import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct-horse-battery"
TICKS = os.sysconf("SC_CLK_TCK")


def prepare(core: int | None) -> None:
    """Bind this process to a core and let it open as many sockets as the system allows."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Program:
    """A server process bound to one core."""

    name = ""

    def __init__(self, core: int | None) -> None:
        self.port, self.folder = free_port(), Path(tempfile.mkdtemp(prefix="bench-relay-"))
        with open(self.folder / "log", "wb") as log:
            self._process = subprocess.Popen(self.command(), cwd=ROOT, env={**os.environ, **self.environment()},
                                             stdout=log, stderr=subprocess.STDOUT, preexec_fn=lambda: prepare(core))
        self._wait()

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def _wait(self) -> None:
        for _ in range(400):
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                Line(self.port).socket.close()
                return
            except (OSError, AssertionError):
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    @property
    def process_id(self) -> int:
        return self._process.pid

    def memory(self) -> float:
        """Resident memory in KB."""
        status = Path(f"/proc/{self.process_id}/status").read_text()
        return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def processor(self) -> float:
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self.process_id}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def pairs(self, count: int) -> list[Pair]:
        """So many sessions with a technician and a helper in each."""
        made = [self.pair() for _ in range(count)]
        for pair in made:
            pair.prove()
            pair.let_loose()
        return made

    def pair(self) -> Pair:
        raise NotImplementedError

    def close(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


class Peer(Program):
    """socket.io 4 in Node."""

    name = "peer"

    def command(self) -> list[str]:
        return [node.program(), str(Path(__file__).with_name("peer.mjs")), str(self.port)]

    def pair(self) -> Pair:
        session_id = uuid.uuid4().hex[:11]
        technician, helper = Line(self.port), Line(self.port)
        for line, role in ((technician, "technician"), (helper, "helper")):
            line.call("join-session", {"sessionId": session_id, "role": role})
        return Pair(technician, helper, session_id)


class Ours(Program):
    """`app.py`: a technician who signed in, devices with their secrets, sessions in which a customer said yes."""

    name = "ours"

    def __init__(self, core: int | None, *, engine: str) -> None:
        self.engine, self._staff, self._device = engine, requests.Session(), requests.Session()
        self._staff.trust_env = self._device.trust_env = False
        super().__init__(core)

    def command(self) -> list[str]:
        return [sys.executable, "app.py"]

    def environment(self) -> dict[str, str]:
        values = {"port": self.port, "instance": self.folder / "instance", "downloads": self.folder / "downloads",
                  "async_mode": self.engine, "admin_password": PASSWORD, "rate_limits": "off",
                  "log_level": "WARNING"}
        return {f"CONNECTASSIST_{name.upper()}": str(value) for name, value in values.items()}

    def _post(self, path: str, body: dict[str, Any], *, by: requests.Session | None = None) -> dict[str, Any]:
        answer = (by or self._staff).post(f"http://127.0.0.1:{self.port}{path}", json=body, timeout=60)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def token(self) -> str:
        """A technician's token, for which somebody signed in with a password."""
        if "Authorization" not in self._staff.headers:
            token = self._post("/api/auth/local/login", {"username": "admin", "password": PASSWORD})["token"]
            self._staff.cookies.clear()
            self._staff.headers["Authorization"] = f"Bearer {token}"
        return self._staff.headers["Authorization"].removeprefix("Bearer ")

    def pair(self) -> Pair:
        token, device_id = self.token(), f"BENCH-{uuid.uuid4().hex[:8]}"
        secret = self._post("/api/devices/register", {"deviceId": device_id}, by=self._device)["deviceSecret"]
        session_id = self._post(f"/api/devices/{device_id}/request", {})["sessionId"]
        helper = Line(self.port, {"deviceId": device_id, "deviceSecret": secret})
        technician = Line(self.port, {"token": token})
        helper.call("join-session", {"sessionId": session_id, "role": "helper"})
        technician.call("join-session", {"sessionId": session_id, "role": "technician"})
        asking = threading.Thread(target=self._post, args=(f"/api/sessions/{session_id}/connect",
                                                           {"rights": ["view", "control"]}))
        asking.start()
        helper.wait_for('42["connection-request"')
        helper.call("approval-response", {"sessionId": session_id, "approved": True})
        asking.join(30)
        return Pair(technician, helper, session_id)
