"""The trial start: a new version has to come up beside the old one, on a copy of the data, before that is changed."""

from __future__ import annotations

import http.client
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from connectassist.core import clock
from connectassist.core.settings import Settings, environment_for_deploying
from connectassist.features.deploying import programs, schema
from connectassist.features.deploying.programs import Failed
from connectassist.http import json

TRIAL_SECONDS, FAREWELL_SECONDS, LOOK = 180, 20, 0.2


def start(code: Path, room: Path, settings: Settings) -> str:
    """Start the version that lies in `code` on a free port of this machine alone, with an instance folder of its own in
    `room`, and ask it whether it is ready. The version it says it is. Raises Failed."""
    instance = room / "instance"
    instance.mkdir(mode=0o700)
    schema.copy(settings, instance / "connectassist.db")
    port = _free_port()
    with _running(code, room, _environment(settings, instance, port)) as process:
        return _version(process, port, room / "trial.log")


def _environment(settings: Settings, instance: Path, port: int) -> dict[str, str]:
    """The server's settings, but for everything by which the trial could get in its way. It brings the copy of an
    SQLite database up to date; PostgreSQL takes a migration whole or not at all, so there the trial has an empty
    one."""
    return environment_for_deploying(
        CONNECTASSIST_HOST="127.0.0.1", CONNECTASSIST_PORT=str(port), CONNECTASSIST_INSTANCE=str(instance),
        CONNECTASSIST_DOWNLOADS=str(instance / "downloads"), CONNECTASSIST_PAYLOADS=str(settings.payloads),
        CONNECTASSIST_DATABASE_URL="", CONNECTASSIST_REDIS_URL="", CONNECTASSIST_VNC_LISTEN_PORT="0",
        CONNECTASSIST_PROCESS="", CONNECTASSIST_PROCESSES="",
        CONNECTASSIST_SECRET_KEY="", CONNECTASSIST_ADMIN_PASSWORD=secrets.token_urlsafe(16),
        CONNECTASSIST_TRUST_LOCALHOST="off", CONNECTASSIST_PROXY_HOPS="0", CONNECTASSIST_ACCEL_REDIRECT="off")


@contextmanager
def _running(code: Path, room: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with open(room / "trial.log", "wb") as log:
        process = programs.start(sys.executable, "app.py", folder=code, environment=environment, output=log.fileno())
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(FAREWELL_SECONDS)
        programs.kill(process)
        process.wait()


def _version(process: subprocess.Popen[bytes], port: int, log: Path) -> str:
    deadline = clock.monotonic() + TRIAL_SECONDS
    while process.poll() is None and clock.monotonic() < deadline:
        if is_ready("127.0.0.1", port):
            return str(json.loads(asked("127.0.0.1", port, "/version")[1]).get("version", ""))
        threading.Event().wait(LOOK)
    printed = programs.told(log.read_bytes())
    why = "did not become ready" if process.poll() is None else "ended at once"
    raise Failed(f"The new version {why} in its trial start: {programs.last_line(printed)}", printed)


def is_ready(host: str, port: int) -> bool:
    """Does a server there say that it can serve?"""
    return asked(host, port, "/readyz")[0] == 200


def asked(host: str, port: int, path: str) -> tuple[int, bytes]:
    """What is answered there: status and body; 0 where nobody does."""
    line = http.client.HTTPConnection(host, port, timeout=10)
    try:
        line.request("GET", path, headers={"Connection": "close"})
        answer = line.getresponse()
        return answer.status, answer.read(100_000)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        line.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
