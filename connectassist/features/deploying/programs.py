"""Programs that a deployment runs: each has its time, and ends with the deployment, however that ends."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

LONGEST_OUTPUT = 8000
_PR_SET_PDEATHSIG = 1
_WITH_SIGN_IN = re.compile(r"(?<=://)[^/@\s]+(?=@)")


class Failed(Exception):
    """A program that did not do its work. `sentence` says why, `output` what it printed."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.output = sentence, output


def run(*command: str, folder: Path, environment: dict[str, str], seconds: float) -> str:
    """What a program prints. It is given no input, and killed with all that it started when its time is over. Raises
    Failed."""
    process = start(*command, folder=folder, environment=environment)
    try:
        printed, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        printed, _ = process.communicate()
        raise Failed(f"{_name(command)} took longer than {seconds:.0f} seconds", told(printed)) from None
    if process.returncode:
        why = last_line(told(printed)) or f"it ended with code {process.returncode}"
        raise Failed(f"{_name(command)} failed: {why}", told(printed))
    return told(printed)


def start(*command: str, folder: Path, environment: dict[str, str],
          output: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Start a program in a folder, as the head of a group of its own. Raises Failed."""
    try:
        return subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_us)
    except OSError as problem:
        raise Failed(f"{_name(command)} can't be started: {problem.strerror}") from None


def start_for_good(*command: str, folder: Path, environment: dict[str, str], log: Path) -> None:
    """Start a program that outlives us; what it prints goes to a file. Raises Failed."""
    try:
        with open(log, "ab") as printed:
            subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=printed,
                             stderr=subprocess.STDOUT, start_new_session=True)
    except OSError as problem:
        raise Failed(f"{_name(command)} can't be started: {problem.strerror}") from None


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and its group at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def told(printed: bytes) -> str:
    """The end of what a program printed, without control characters and without sign-ins in addresses."""
    text = printed[-4 * LONGEST_OUTPUT:].decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)
    return _WITH_SIGN_IN.sub("***", plain).strip()[-LONGEST_OUTPUT:]


def last_line(output: str) -> str:
    """The line that says what went wrong, as most programs end with it."""
    return next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "")[:300]


def _die_with_us() -> None:
    """A deployment that is killed leaves no half-started server behind. Only Linux knows how."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _name(command: tuple[str, ...]) -> str:
    """What people know a program by: `git fetch`, `pip install`, `app.py`."""
    words = [Path(command[0]).name, *(word for word in command[1:] if not word.startswith("-") and "=" not in word)]
    return " ".join(words[1:3] if command[0] == sys.executable and len(words) > 1 else words[:2])
