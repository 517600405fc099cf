"""Who works in the instance folder: any number of servers together, or one command alone that changes it from the
ground up. The locks are the system's, so those of a process that was killed are gone with it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectassist.core import standing

LOCK = "serving.lock"
#: While a restore works on a database outside this folder, this file is in the folder that it unpacks to.
STAGING, PREPARED = ".restoring", "prepared"
#: Held to the end of the process, by the lock's path.
_held: dict[Path, int] = {}


class Occupied(Exception):
    """The instance folder is in other hands; the message says in whose."""


def share(instance: Path) -> None:
    """From here to the end of this process it serves from this folder. Raises Occupied while a command works there
    alone, or after a restore that broke off."""
    path = instance / LOCK
    if path in _held:
        return
    held = _locked(path, fcntl.LOCK_SH, "A command works on this instance folder (a restore, or a change of keys). "
                   "Start the server when it is done.")
    if (instance / STAGING / PREPARED).exists():
        os.close(held)
        raise Occupied("A restore broke off in the middle. Run `connectassist restore` again, with --replace, then "
                       "start the server.")
    _held[path] = held


@contextmanager
def alone(instance: Path) -> Iterator[None]:
    """Nobody else serves from this folder meanwhile. Raises Occupied while a server does."""
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    reason = f"A server, or another such command, works in {instance}. Stop it first."
    if standing.read(instance):
        raise Occupied(reason)
    held = _locked(instance / LOCK, fcntl.LOCK_EX, reason)
    try:
        yield
    finally:
        os.close(held)


def _locked(path: Path, kind: int, reason: str) -> int:
    """To lock it, it need only be readable: whoever made it."""
    held = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(held, kind | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        os.close(held)
        raise Occupied(reason) from problem
    return held
