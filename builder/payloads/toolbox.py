"""The build tools, in a virtual environment of their own, and the helper's libraries for each platform.

Both are kept under names that hold the hash of their lists, so a changed list makes a fresh folder.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError
from builder.payloads.source import TOOLS

_SHOWN_OF_A_FAILURE = 3000
# What is in wheels only to build upon them or to test them.
_NOT_FOR_RUNNING = ("__pycache__", "bin", "tests", "*.pyx", "*.pxd", "*.pyi", "*.h", "*.lib")
# The oldest macOS for which all of the helper's libraries have wheels.
_MACOS = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}


@dataclass(frozen=True)
class Toolbox:
    """Where the build tools are and where they may work."""

    python: Path
    work: Path

    def run(self, tool: str, *arguments: object, env: Mapping[str, str] | None = None) -> None:
        """Run a build tool as a Python module. Raises BuilderError with the end of what it said."""
        call([self.python, "-m", tool, *arguments], env=env)

    def install(self, requirements: Path, *, platform: str = "", python: str = "") -> Path:
        """A folder with the libraries of a list, for this machine or for another `platform`; wheels only."""
        chosen = [f"--python-platform={platform}", f"--python-version={python}"] if platform else []
        name = _short_hash(requirements.read_bytes(), sys.version, *chosen, *_MACOS.values())
        folder = self.work / f"libraries-{name}"
        if not folder.exists():
            draft = _empty(folder.with_suffix(".draft"))
            self.run("uv", "pip", "install", "--quiet", "--target", draft, "--python", self.python,
                     "--only-binary", ":all:", *chosen, "-r", requirements, env=_MACOS)
            draft.rename(folder)
        return folder


def copy_libraries(libraries: Path, into: Path) -> None:
    """Copy what running the helper takes of its libraries into a fresh folder."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(libraries, into, ignore=shutil.ignore_patterns(*_NOT_FOR_RUNNING))


def open_toolbox(work: Path) -> Toolbox:
    """The build tools of requirements-build.txt, installed when they are not there yet."""
    folder = work / f"tools-{_short_hash(TOOLS.read_bytes(), sys.version)}"
    toolbox = Toolbox(folder / "bin" / "python", work)
    if not (folder / "ready").exists():
        _empty(folder)
        call([sys.executable, "-m", "venv", folder])
        toolbox.run("pip", "install", "--quiet", "--disable-pip-version-check", "-r", TOOLS)
        (folder / "ready").touch()
    return toolbox


def call(command: Sequence[object], *, env: Mapping[str, str] | None = None) -> None:
    """Run a program quietly. Raises BuilderError with the end of what it said when it fails."""
    words = [str(word) for word in command]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        words, env={**clean, **(env or {})}, stdin=subprocess.DEVNULL, check=False, text=True,
        errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout[-_SHOWN_OF_A_FAILURE:]
        raise BuilderError(f"{' '.join(words[:4])} … failed with status {done.returncode}:\n{said}")


def _short_hash(content: bytes, *others: str) -> str:
    return hashlib.sha256(b"\0".join([content, *(other.encode() for other in others)])).hexdigest()[:12]


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
