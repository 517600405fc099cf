"""What is known of deployments: a file for each in the instance folder, and the lock that lets one run at a time.

The file is also what a deployment that was killed is put back by: it says how far it came and what was there before.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from connectassist.core import clock, durable
from connectassist.http import json

RUNNING, RESTARTING, DONE, FAILED, INTERRUPTED = "running", "restarting", "done", "failed", "interrupted"
OPEN = (RUNNING, RESTARTING)
KEPT, LONGEST_LOG = 20, 200


class Run:
    """One deployment, as its file tells of it."""

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        self.path, self.facts = path, facts

    @classmethod
    def begin(cls, folder: Path, *, by: str, is_waited_for: bool) -> Run:
        """A new one, by whoever holds the lock. Old ones beyond KEPT are thrown away."""
        for old in sorted(folder.glob("run-*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
            answered(old).unlink(missing_ok=True)
        started = clock.now()
        name = f"run-{started:%Y%m%dT%H%M%S%f}.json"
        run = cls(folder / name, {"state": RUNNING, "step": "start", "begun": [], "by": by,
                                  "is_waited_for": is_waited_for, "started_at": clock.iso(started),
                                  "finished_at": None, "message": "", "changes": "", "git_output": "",
                                  "error": None, "rolled_back": None, "log": []})
        run.write()
        return run

    @classmethod
    def read(cls, path: Path) -> Run | None:
        """What a file says; None where it is none of ours."""
        try:
            facts = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        return cls(path, facts) if isinstance(facts, dict) and "state" in facts else None

    @property
    def is_open(self) -> bool:
        """Has it neither gone well nor failed yet?"""
        return self.facts["state"] in OPEN

    def enter(self, step: str) -> None:
        """From here on this step may have changed something."""
        self.facts["begun"].append(step)
        self.note(step=step)
        self.log(step, "begins")

    def log(self, step: str, text: str) -> None:
        """Add a line to what happened."""
        self.facts["log"] = [*self.facts["log"][-LONGEST_LOG:],
                             {"at": clock.iso(clock.now()), "step": step, "text": text}]
        self.write()

    def note(self, **facts: Any) -> None:
        """Keep facts."""
        self.facts |= facts
        self.write()

    def write(self) -> None:
        """On the disk before anything goes on, and never half of it."""
        durable.write(self.path, json.dumps(self.facts))


def newest(folder: Path, *, limit: int = KEPT) -> list[Run]:
    """The last deployments, newest first."""
    paths = sorted(folder.glob("run-*.json"), reverse=True)[:limit]
    return [run for run in map(Run.read, paths) if run is not None]


def answered(path: Path) -> Path:
    """The mark that whoever asked for this deployment has their answer, so that the server may restart."""
    return path.with_suffix(".answered")


def lock(folder: Path) -> int | None:
    """Take the one place of a running deployment; None when it is taken. It is held until the file is closed, here and
    in every process that it was handed to."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    with suppress(BlockingIOError):
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return held
    os.close(held)
    return None


def is_locked(folder: Path) -> bool:
    """Is a deployment at work? Asked without taking the place from one that is about to begin."""
    with _opened(folder / "lock") as looked_at:
        if looked_at is None:
            return False
        try:
            fcntl.flock(looked_at, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    try:
        found = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return
    try:
        yield found
    finally:
        os.close(found)
