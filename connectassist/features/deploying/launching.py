"""Starting the worker, so that it outlives the server: in a session of its own, nobody's child, with the lock in hand.

Server engines replace Python's subprocess by one that works on their own loop only, so this goes by the spawn of
`posix`.
"""

from __future__ import annotations

import os
import posix
import sys
from pathlib import Path

from connectassist.core.settings import ROOT, environment_for_deploying

#: The shell goes at once and leaves the worker behind; the words after it are no shell's business.
_LEFT_ALONE = ["/bin/sh", "-c", 'cd "$1" && shift && { "$@" & }', "sh"]

#: By this file number the worker holds the lock, for as long as it lives.
LOCK = 9


def launch(run: Path, *, held: int) -> None:
    """Have the deployment of this file carried out. The worker holds the lock from now on. Raises OSError."""
    log = posix.open(run.parent / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = posix.open(os.devnull, os.O_RDONLY)
    try:
        shell = posix.posix_spawn(
            _LEFT_ALONE[0], [*_LEFT_ALONE, str(ROOT), sys.executable, "-m", f"{__package__}.worker", str(run)],
            environment_for_deploying(), setsid=True,
            file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, log, 1),
                          (os.POSIX_SPAWN_DUP2, log, 2), (os.POSIX_SPAWN_DUP2, held, LOCK)])
    finally:
        posix.close(log)
        posix.close(nothing)
    posix.waitpid(shell, 0)
