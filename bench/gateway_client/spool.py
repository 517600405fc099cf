"""Answers that the server has not confirmed yet, kept where a restart finds them."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from bench.gateway_client.answers import Outcome


class Spool:
    """Outcomes by command, in memory, or in a folder that survives a power cut. Of so many at most, the oldest go
    first: their commands are long given to somebody else or dead."""

    def __init__(self, folder: Path | None = None, *, most: int = 1000) -> None:
        self._folder, self._most, self._lock = folder, most, threading.Lock()
        self._kept: dict[str, Outcome] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime):
                row = json.loads(path.read_text())
                command_id = row.pop("command")
                self._kept[command_id] = Outcome(**row)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, command_id: str) -> Outcome | None:
        """What came of a command, if it was done before and the server does not know yet."""
        return self._kept.get(command_id)

    def keep(self, command_id: str, outcome: Outcome) -> None:
        """Keep an outcome; it is on the disk when this returns."""
        with self._lock:
            self._kept[command_id] = outcome
            self._write(command_id, outcome)
            for oldest in list(self._kept)[:-self._most]:
                self._drop(oldest)

    def drop(self, command_id: str) -> None:
        """The server has the outcome, or another's."""
        with self._lock:
            self._drop(command_id)

    def _drop(self, command_id: str) -> None:
        self._kept.pop(command_id, None)
        if self._folder is not None:
            self._path(command_id).unlink(missing_ok=True)

    def _path(self, command_id: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{quote(command_id, safe='')}.json"

    def _write(self, command_id: str, outcome: Outcome) -> None:
        if self._folder is None:
            return
        path = self._path(command_id)
        with open(path.with_suffix(".part"), "w") as file:
            json.dump({"command": command_id, **asdict(outcome)}, file)
            file.flush()
            os.fsync(file.fileno())
        path.with_suffix(".part").replace(path)
