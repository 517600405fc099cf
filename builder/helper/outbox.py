"""Calls for help on their way: each a file in the state folder until the server has all of it, so that none is lost
while there is no connection or the power goes."""

from __future__ import annotations

import json
import os
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONGEST_PROBLEM, LONGEST_NAME = 5000, 80
MOST_KEPT = 5


@dataclass(frozen=True)
class Call:
    """What somebody at this computer wants help with. `picture` is a JPEG of the screen that they have looked at and
    want to send, `with_checks` says whether the helper's checks go along."""

    problem: str
    contact: str = ""
    picture: bytes = b""
    with_checks: bool = False
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Outbox:
    """The folder of the calls. Several programs may use it at once: the window's helper, and one that was started to
    call for help."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, call: Call) -> None:
        """Keep a call until it is sent; the oldest goes when there are very many. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in self.all()[:1 - MOST_KEPT]:
            self.drop(old["requestId"])
        if call.picture:
            _write(self._picture(call.request_id), call.picture)
        _write(self._letter(call.request_id), json.dumps({
            "requestId": call.request_id, "problem": call.problem[:LONGEST_PROBLEM], "at": time.time(),
            "contact": call.contact[:LONGEST_NAME], "picture": bool(call.picture), "checks": call.with_checks,
        }).encode())

    def all(self) -> list[dict[str, Any]]:
        """What is kept, oldest first."""
        found = [_read(path) for path in self._folder.glob("*.json")] if self._folder.is_dir() else []
        return sorted((each for each in found if each), key=lambda each: each["at"])

    def picture(self, request_id: str) -> bytes:
        """The picture of a call. Raises OSError."""
        return self._picture(request_id).read_bytes()

    def note(self, letter: dict[str, Any]) -> None:
        """Remember how far a call has got. Raises OSError."""
        if not letter["picture"]:
            self._picture(letter["requestId"]).unlink(missing_ok=True)
        _write(self._letter(letter["requestId"]), json.dumps(letter).encode())

    def drop(self, request_id: str) -> None:
        """It is done with: nothing of it stays."""
        self._letter(request_id).unlink(missing_ok=True)
        self._picture(request_id).unlink(missing_ok=True)

    def _letter(self, request_id: str) -> Path:
        return self._folder / f"{request_id}.json"

    def _picture(self, request_id: str) -> Path:
        return self._folder / f"{request_id}.jpg"


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all, for this user's eyes only."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(data)
    os.replace(draft, path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        data: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(data, dict) and data.get("requestId") == path.stem and isinstance(data.get("at"), float)
    return data if is_whole and isinstance(data.get("problem"), str) else None
