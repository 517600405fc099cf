"""A program run for one answer: text goes in, lines come out, and it ends when its time is up.

Server engines replace Python's subprocess by one that works on their own loop only, and this runs in a real thread. So
it uses what they leave alone, as builder/pdf_worker.py does: the C socket, and the spawn and wait of `posix`.
"""

from __future__ import annotations

import _socket
import os
import posix
import signal
from collections.abc import Iterator
from contextlib import suppress

from connectassist.core import clock
from connectassist.features.assistant.providers.trouble import ProviderTrouble

#: posix_spawn has no folder to start in, so a shell steps there first; the words after it are no shell's business.
_IN_FOLDER = ["/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh"]
_CHUNK = 65536


class Program:
    """A running program, with a group of processes of its own. Use it in a `with`: it is over behind that."""

    def __init__(self, command: list[str], *, folder: str, environment: dict[str, str], seconds: float) -> None:
        self._ends_at = clock.monotonic() + seconds
        self._ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        nowhere = posix.open(os.devnull, os.O_WRONLY)
        files = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0), (os.POSIX_SPAWN_DUP2, theirs.fileno(), 1),
                 (os.POSIX_SPAWN_DUP2, nowhere, 2)]
        try:
            self._pid = posix.posix_spawn(_IN_FOLDER[0], [*_IN_FOLDER, folder, *command], environment,
                                          file_actions=files, setpgroup=0)
        except OSError as error:
            self._ours.close()
            raise ProviderTrouble("the program can't be started") from error
        finally:
            theirs.close()
            posix.close(nowhere)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exception: object) -> None:
        self._ours.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            posix.waitpid(self._pid, 0)

    def tell(self, text: str) -> None:
        """All that it is told. Raises ProviderTrouble."""
        try:
            self._hurry()
            self._ours.sendall(text.encode())
            self._ours.shutdown(_socket.SHUT_WR)
        except OSError:
            raise ProviderTrouble("the program ended at once") from None

    def lines(self, *, longest: int, most: int) -> Iterator[bytes]:
        """What it says, line by line. Raises ProviderTrouble when that is too much, or takes too long."""
        rest, taken = b"", 0
        while chunk := self._read():
            taken += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            if taken > most or len(rest) > longest:
                raise ProviderTrouble("the answer is too long")
            yield from lines

    def _read(self) -> bytes:
        try:
            self._hurry()
            return self._ours.recv(_CHUNK)
        except TimeoutError:
            raise ProviderTrouble("the answer took too long") from None
        except OSError:
            return b""

    def _hurry(self) -> None:
        """Whatever it waits for, it waits no longer than there is time left."""
        left = self._ends_at - clock.monotonic()
        if left <= 0:
            raise TimeoutError
        self._ours.settimeout(left)
