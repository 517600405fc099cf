"""The state folder: the device's secret, the lock that keeps one helper per device, the log."""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import sys
import uuid
from pathlib import Path
from typing import IO, Any

from .errors import AlreadyRunning


class Lock:
    """One program at a time holds it; it goes with the program. Raises AlreadyRunning when another one does."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle = open(path, "a+", encoding="utf-8")  # noqa: SIM115 (held until the end)
        try:
            _lock_file(self._handle)
        except OSError:
            self._handle.close()
            raise AlreadyRunning("The helper is already running. Look for its window.") from None

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()


class Store:
    """What one device remembers between two starts; the folder is readable by its user alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock: Lock | None = None

    def lock(self) -> None:
        """Become the only helper of this device. Raises AlreadyRunning."""
        self._lock = Lock(self.folder / "lock")

    def unlock(self) -> None:
        """Let another helper start."""
        if self._lock:
            self._lock.__exit__(None)
            self._lock = None

    def device(self) -> dict[str, str]:
        """The secret and the server's key, empty before enrolment."""
        try:
            data: Any = json.loads((self.folder / "device.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {k: v for k, v in data.items() if isinstance(v, str)} if isinstance(data, dict) else {}

    def save_device(self, **values: str) -> None:
        """Keep the secret, written whole or not at all, for this user's eyes only."""
        temporary = self.folder / "device.json.new"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(values, stream)
        os.replace(temporary, self.folder / "device.json")

    def own_id(self) -> str:
        """The id of a computer whose package names none: made once, and kept from then on."""
        kept = self.device().get("deviceId", "")
        if not kept:
            kept = f"DEV-{uuid.uuid4()}".upper()
            self.save_device(deviceId=kept)
        return kept

    def forget_device(self) -> None:
        """The server removed this device."""
        (self.folder / "device.json").unlink(missing_ok=True)


def start_log(folder: Path, *, verbose: bool) -> None:
    """Write the log into the state folder: three files of half a megabyte, no secrets, no key strokes."""
    handler = logging.handlers.RotatingFileHandler(
        folder / "helper.log", maxBytes=512_000, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("helper").setLevel(logging.DEBUG if verbose else logging.INFO)


def _lock_file(handle: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
