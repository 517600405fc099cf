"""The one place that starts programs: a list of words, never a shell, with an end and a bound.

A program gets a fixed PATH and the C locale, so that its words can be read, no input, no window, and nothing of the
helper's own environment on Unix. On Windows it inherits the environment, without which many do not start, and is named
by its full path below the system folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import cache
from typing import IO

from .errors import NotRun

PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec/ApplicationFirewall"
_POWERSHELL = "WindowsPowerShell\\v1.0\\powershell.exe"
_COMPLAINT = 8192
_GRACE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a program ended, what it wrote, and whether that was cut at the bound."""

    status: int
    text: str
    complaint: str = ""
    cut: bool = False


def run(*words: str, seconds: float = 10.0, most: int = 1 << 20) -> Said:
    """Run a program to its end and return at most `most` bytes of what it wrote. Raises NotRun.

    One that writes more is stopped there; one that takes longer than `seconds` is stopped and counts as not run.
    """
    process = _start(words)
    out, complaint = _Reader(process, process.stdout, most), _Reader(process, process.stderr, None)
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        raise NotRun(f"The program {words[0]} did not end within {seconds:g} seconds") from None
    finally:
        _finish(process, out, complaint)
    return Said(status=status, text=out.text(), complaint=complaint.text(), cut=out.cut)


def there_is(program: str) -> bool:
    """Is this program installed?"""
    return _find(program) is not None


def _start(words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    if (program := _find(words[0])) is None:
        raise NotRun(f"The program {words[0]} is not installed")
    try:
        return subprocess.Popen(
            [program, *words[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=_environment(), cwd=os.path.dirname(program), start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0))
    except (OSError, ValueError) as problem:
        raise NotRun(f"The program {words[0]} could not be started") from problem


def _find(program: str) -> str | None:
    if sys.platform != "win32":
        return shutil.which(program, path=PATH)
    path = os.path.join(_system_folder(), _POWERSHELL if program == "powershell" else f"{program}.exe")
    return path if os.path.isfile(path) else None


@cache
def _system_folder() -> str:
    """Windows' own folder of programs, as Windows tells it."""
    import ctypes

    buffer = ctypes.create_unicode_buffer(260)
    ctypes.windll.kernel32.GetSystemDirectoryW(buffer, len(buffer))  # type: ignore[attr-defined]
    return buffer.value


def _environment() -> dict[str, str] | None:
    """The little that programs on Unix get: the user's own bus and home among it, since settings are asked there."""
    if sys.platform == "win32":
        return None
    import pwd

    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        home = "/"
    runtime = f"/run/user/{os.getuid()}"
    bus = {"XDG_RUNTIME_DIR": runtime, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus"}
    return {"PATH": PATH, "LC_ALL": "C" if sys.platform == "darwin" else "C.UTF-8", "HOME": home, "TERM": "dumb",
            "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", **(bus if os.path.isdir(runtime) else {})}


class _Reader(threading.Thread):
    """Reads one of a program's streams, so that it never waits for us; what is beyond the bound is not kept."""

    def __init__(self, process: subprocess.Popen[bytes], stream: IO[bytes] | None, most: int | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._process, self._stream = process, stream
        self._most, self._ends_it = (_COMPLAINT, False) if most is None else (most, True)
        self._kept = bytearray()
        self.cut = False
        self.start()

    def run(self) -> None:
        """Read to the end."""
        while part := os.read(self._stream.fileno(), 65536):
            self._kept += part[:self._most - len(self._kept)]
            if not self.cut and len(self._kept) >= self._most:
                self.cut = True
                if self._ends_it:
                    _kill(self._process)

    def text(self) -> str:
        """What was read so far."""
        return bytes(self._kept).decode("utf-8", "replace").removeprefix("\ufeff")


def _finish(process: subprocess.Popen[bytes], *readers: _Reader) -> None:
    """Let the readers come to their end; a grandchild that still holds a stream is ended too."""
    for reader in readers:
        reader.join(_GRACE_SECONDS)
    if any(reader.is_alive() for reader in readers):
        _kill(process)
        for reader in readers:
            reader.join(_GRACE_SECONDS)
    process.poll()
    for reader, stream in zip(readers, (process.stdout, process.stderr), strict=True):
        if stream and not reader.is_alive():
            stream.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and, on Unix, what it started."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass
