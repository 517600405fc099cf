"""Scripts of the contracts' real clients, in JavaScript with socket.io-client."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.laws.source import ROOT
from tests.live import node

HERE = Path(__file__).parent


class Node:
    """A script of a real client. Each line that it prints is an event that it heard."""

    def __init__(self, script: str, *arguments: str) -> None:
        self._process = subprocess.Popen([node.program(), str(HERE / script), *arguments], cwd=ROOT, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.heard: list[tuple[str, Any]] = []

    def says(self, line: str) -> None:
        """Write a line to the script, which does what it says."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def until(self, name: str) -> Any:
        """Read on until an event of that name has come."""
        assert self._process.stdout
        for line in self._process.stdout:
            self.heard.append(tuple(json.loads(line)))  # type: ignore[arg-type]
            if self.heard[-1][0] == name:
                return self.heard[-1][1]
        raise AssertionError(f"{name} never came; heard: {self.names()}")

    def rest(self) -> None:
        """Read on until the script ends."""
        assert self._process.stdout
        self.heard += [tuple(json.loads(line)) for line in self._process.stdout]  # type: ignore[misc]

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]

    def of(self, name: str) -> list[Any]:
        return [data for heard, data in self.heard if heard == name]

    def close(self) -> None:
        self._process.kill()
        self._process.wait(40)
