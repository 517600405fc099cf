"""Puts what is staged in place and dies before the given change of a name: `killed_swap.py INSTANCE NUMBER`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from connectassist.core import swapping

if __name__ == "__main__":
    folder, number, rename, calls = Path(sys.argv[1]), int(sys.argv[2]), Path.rename, iter(range(100))

    def renamed(path: Path, target: Path) -> Path:
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(path, target)

    Path.rename = renamed  # type: ignore[method-assign, assignment]
    swapping.swap(folder, stamp="1", stays=("backups",))
