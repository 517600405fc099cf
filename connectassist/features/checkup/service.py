"""The check-up from the page: `connectassist doctor` in a process of its own, so that it holds nobody up. What it finds
goes into a file of the instance folder, line by line, and stays there until the next one."""

from __future__ import annotations

import os
import posix
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from flask import request

from connectassist.core import audit, clock, jobs
from connectassist.core.db import db
from connectassist.core.errors import Unauthorized
from connectassist.core.settings import ROOT, environment_for_ours
from connectassist.features.checkup import proof
from connectassist.features.checkup.running import CHECKS
from connectassist.http.context import settings, vault
from connectassist.identity.principal import Principal

FILE = "checkup.jsonl"
#: Seconds that all of it may take.
LONGEST = 180.0
MOST_READ = 256 * 1024
_COMMAND = (sys.executable, "-m", "connectassist.features.checkup.commands", "--json")
#: The one that runs: its process, and since when.
_running: dict[int, float] = {}


def start(*, by: Principal) -> dict[str, Any]:
    """Begin a check-up, unless one is under way. Returns how it stands."""
    if not jobs.run_blocking(_is_running):
        audit.record(by, "checkup.start", f"{by.name} began a check-up of the server")
        db.session.commit()
        jobs.run_blocking(_begin, settings().instance / FILE)
    return state()


def state() -> dict[str, Any]:
    """What the last check-up found, or has found so far."""
    return jobs.run_blocking(_read, settings().instance / FILE)


def seen() -> proof.Seen:
    """What the server sees of this request, for whoever shows that they know its secret key. Raises Unauthorized."""
    if not proof.holds(request.headers.get(proof.HEADER, ""), vault()):
        raise Unauthorized()
    return proof.Seen(address=request.remote_addr or "", scheme=request.scheme, host=request.host,
                      forwarded=request.headers.get("X-Forwarded-For", "")[:1000], hops=settings().proxy_hops)


def _begin(path: Path) -> None:
    """Engines replace Python's subprocess by one that works on their own loop only; this runs in a real thread."""
    nowhere = posix.open(os.devnull, os.O_RDWR)
    found = posix.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    files = [(os.POSIX_SPAWN_DUP2, nowhere, 0), (os.POSIX_SPAWN_DUP2, found, 1), (os.POSIX_SPAWN_DUP2, nowhere, 2)]
    try:
        started = posix.posix_spawn(_COMMAND[0], _COMMAND, environment_for_ours(PYTHONPATH=str(ROOT)),
                                    file_actions=files, setpgroup=0)
    finally:
        posix.close(nowhere)
        posix.close(found)
    _running[started] = clock.monotonic()


def _is_running() -> bool:
    """Is one under way? One that takes too long is ended."""
    for pid, since in list(_running.items()):
        if clock.monotonic() - since > LONGEST:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            if posix.waitpid(pid, os.WNOHANG) == (0, 0):
                continue
        _running.pop(pid, None)
    return bool(_running)


def _read(path: Path) -> dict[str, Any]:
    is_running = _is_running()
    try:
        at, written = path.stat().st_mtime, path.read_bytes()[:MOST_READ]
    except OSError:
        at, written = None, b""
    findings = [orjson.loads(line) for line in written.splitlines(keepends=True) if line.endswith(b"\n")]
    done = len({each["check"] for each in findings})
    return {"running": is_running, "findings": findings,
            "progress": min(1.0, round(done / len(CHECKS), 2)) if is_running else 1.0,
            "at": clock.from_milliseconds(at * 1000) if at is not None and findings else None}
