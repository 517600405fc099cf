"""Makes or restores a backup and dies at the worst moment: `killed.py backup|restore FILE`, with the settings in the
environment. A backup dies when its file is nearly whole, a restore when the rows are in the database and the files are
not in place yet."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import connectassist.factory  # noqa: F401  (with it all tables are known)
from connectassist.core import settings, swapping
from connectassist.features.backups import archive, making, restoring
from connectassist.features.backups.age import Keys


def dies(*arguments: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    found, what, path = settings.load(), sys.argv[1], Path(sys.argv[2])
    if what == "backup":
        archive.flushed = dies
        making.make(found, path, keys=Keys())
    else:
        swapping.swap = dies
        restoring.restore(found, path, keys=Keys(), key_is_given=True)
