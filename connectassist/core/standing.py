"""How the site stands, as `connectassist serve` writes it into the instance folder for other programs: which processes
there are, and how the last restart went."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

NAME = "serving.json"
#: Tells a server process that nobody keeps running to start itself anew.
AGAIN = signal.SIGUSR2


def write(instance: Path, found: dict[str, Any]) -> None:
    """Put it in the place of what was written before."""
    path = instance / NAME
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found, indent=1) + "\n")
    part.replace(path)


def forget(instance: Path) -> None:
    """Nobody serves any more."""
    (instance / NAME).unlink(missing_ok=True)


def read(instance: Path) -> dict[str, Any] | None:
    """How the site stands; None when no parent runs."""
    try:
        found = json.loads((instance / NAME).read_text())
        os.kill(found["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found
