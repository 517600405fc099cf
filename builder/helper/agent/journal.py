"""What this computer has done to itself: kept across restarts, so that no act is done twice for one command."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..gateway import Result

REMEMBERED = 200
CUT_SHORT = Result("failure", error="The helper or the computer stopped in the middle of this. Whether it was done is "
                   "not known: look before you ask for it again.")


class Journal:
    """The newest 200 commands that changed something, each with its result; one that was begun and has none was cut
    short. A command that the server hands out again is answered from here."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "commands.json"
        self._known: dict[str, dict[str, Any] | None] = _read(self._path)

    def result_of(self, command_id: str) -> Result | None:
        """What came of it before; None for a command that was never begun."""
        if command_id not in self._known:
            return None
        told = self._known[command_id]
        return CUT_SHORT if told is None else Result(
            **{name: str(told.get(name) or "") for name in ("status", "output", "error")})

    def begin(self, command_id: str) -> None:
        """It is going to be done now. Raises OSError where that cannot be written down."""
        self._note(command_id, None)

    def finish(self, command_id: str, result: Result) -> None:
        """It was done, or not. Raises OSError."""
        self._note(command_id, asdict(result))

    def _note(self, command_id: str, told: dict[str, Any] | None) -> None:
        known = {**self._known, command_id: told}
        self._known = dict(list(known.items())[-REMEMBERED:])
        draft = self._path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(self._known, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, self._path)


def _read(path: Path) -> dict[str, dict[str, Any] | None]:
    """What an earlier run noted; a journal that cannot be read is an empty one."""
    try:
        data: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {key: told for key, told in data.items() if told is None or isinstance(told, dict)}
