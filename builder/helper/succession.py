"""Which version of the helper runs: the one that was started, or a newer one that it fetched and installed.

The customer's own folder is never written to. A newer version lies in the state folder, beside the old one; one small
file names it and is replaced in one step. The version that is started looks there, checks the signature with the key
of its own package, and hands over. A version that runs for the first time is watched: unless it comes up, it is put
aside for good, and the one before runs instead.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import VERSION, integrity
from .errors import HelperError
from .store import Lock

log = logging.getLogger("helper.update")
FOLDER = "ConnectAssist-Helper"
NEW, TRYING, GOOD = "new", "trying", "good"
START_SECONDS = 90.0
_TRIES = 2
_POLL = 0.2
#: Exits that say nothing against a version: closed, refused, removed, running already.
_ORDINARY = (0, 4, 5, 6)


@dataclass(frozen=True)
class Own:
    """What the running package says of itself, signed by its server."""

    folder: Path
    version: str
    platform: str
    package: str
    public_key: str


@dataclass(frozen=True)
class Pointer:
    """Which installed version is to run, and the one before it."""

    version: str
    state: str = NEW
    tries: int = 0
    previous: str = ""


def own(package_dir: Path) -> Own:
    """Read the running package's manifest. Raises Tampered."""
    manifest = integrity.manifest_of(package_dir)
    helper = manifest.get("helper")
    version = str(helper.get("version", "")) if isinstance(helper, dict) else ""
    return Own(package_dir, version if number(version) else VERSION, str(manifest.get("platform", "")),
               str(manifest.get("package", "")), str(manifest["public_key"]))


def number(version: str) -> tuple[int, ...]:
    """A version as numbers to compare; empty when it is not one."""
    parts = version.split(".")
    if not 1 <= len(parts) <= 4 or not all(p.isascii() and p.isdecimal() and len(p) < 10 for p in parts):
        return ()
    numbers = [int(p) for p in parts]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


class Versions:
    """The versions beside the one that was started, in the state folder of one device."""

    def __init__(self, state_dir: Path) -> None:
        self.folder = state_dir / "updates"

    def path(self, version: str) -> Path:
        """Where an installed version's files lie."""
        return self.folder / version / FOLDER

    def pointer(self) -> Pointer | None:
        """The version that is to run; None when it is the one that was started."""
        try:
            data = json.loads((self.folder / "current.json").read_text("utf-8"))
            found = Pointer(**{k: data[k] for k in ("version", "state", "tries", "previous")})
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if isinstance(found.tries, int) and number(str(found.version)) else None

    def point(self, pointer: Pointer | None) -> None:
        """Name the version that is to run: written whole or not at all."""
        if pointer is None:
            (self.folder / "current.json").unlink(missing_ok=True)
        else:
            _write(self.folder / "current.json", json.dumps(asdict(pointer)))

    def is_refused(self, version: str) -> bool:
        """Did this version fail to start before?"""
        return version in self._refused()

    def refuse(self, pointer: Pointer) -> None:
        """Put a version that did not start aside for good, and go back to the one before."""
        log.warning("version %s did not start; going back", pointer.version)
        _write(self.folder / "refused.json", json.dumps([*self._refused(), pointer.version][-50:]))
        back = Pointer(pointer.previous, GOOD) if number(pointer.previous) else None
        self.point(back)
        shutil.rmtree(self.folder / pointer.version, ignore_errors=True)

    def installed(self, version: str, *, by: Own) -> None:
        """A version's files are in place: it is the next to run."""
        before = self.pointer()
        held = before.version if before and before.state == GOOD and by.folder != self.path(before.version) else ""
        previous = by.version if by.folder == self.path(by.version) else held
        self.point(Pointer(version, NEW, 0, previous))

    def came_up(self, version: str) -> None:
        """The running version works; ones that nobody needs any more go."""
        now = self.pointer()
        if now and now.version == version and now.state != GOOD:
            self.point(replace(now, state=GOOD))
            for path in self.folder.iterdir():
                if path.is_dir() and path.name not in (now.version, now.previous):
                    shutil.rmtree(path, ignore_errors=True)

    def _refused(self) -> list[str]:
        try:
            data = json.loads((self.folder / "refused.json").read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [str(v) for v in data] if isinstance(data, list) else []


def hand_over(own: Own, *, state_dir: Path, argv: list[str]) -> int | None:
    """Run a newer installed version in place of this one; returns its exit status, None when this one shall run.
    Raises AlreadyRunning."""
    versions = Versions(state_dir)
    while (now := versions.pointer()) is not None and number(now.version) > number(own.version):
        status = _run(now, versions, own=own, argv=argv)
        if status is not None:
            return status
    return None


def _run(now: Pointer, versions: Versions, *, own: Own, argv: list[str]) -> int | None:
    """Run one installed version; None when it was put aside."""
    try:
        program = _program(versions.path(now.version), own=own, version=now.version, whole=now.state != GOOD)
    except (HelperError, OSError) as problem:
        log.warning("version %s cannot be used: %s", now.version, problem)
        versions.refuse(now)
        return None
    command = [str(program), *_passed_on(argv)]
    if now.state == GOOD:
        return _become(command)
    with Lock(versions.folder / "trial.lock"):
        now = versions.pointer() or now
        if now.tries >= _TRIES:
            versions.refuse(now)
            return None
        versions.point(replace(now, state=TRYING, tries=now.tries + 1))
        return _try(command, now, versions)


def _program(folder: Path, *, own: Own, version: str, whole: bool) -> Path:
    """What starts an installed version, if it is what this package's server signed. Raises Tampered, OSError."""
    if whole:
        integrity.check(folder)
    manifest = integrity.manifest_of(folder)
    check(manifest, own=own)
    if manifest["helper"]["version"] != version:
        raise integrity.Tampered("This is another version than the one that was installed.")
    return folder / manifest["helper"]["executable"]


def check(manifest: dict[str, Any], *, own: Own) -> None:
    """Accept only the same server's newer helper, of this platform, for this device. Raises Tampered."""
    helper = manifest.get("helper")
    version = helper.get("version") if isinstance(helper, dict) else None
    starter = helper.get("executable") if isinstance(helper, dict) else None
    listed = {f["path"] for f in manifest["files"]}
    if manifest["public_key"] != own.public_key:
        raise integrity.Tampered("The update is not signed by this helper's server.")
    if manifest.get("package") != own.package:
        raise integrity.Tampered("The update was made for another computer.")
    if manifest.get("platform") != own.platform:
        raise integrity.Tampered("The update is for another kind of computer.")
    if not isinstance(version, str) or not number(version) or starter not in listed:
        raise integrity.Tampered("The update does not say which version it is.")
    if number(version) <= number(own.version):
        raise integrity.Tampered(f"The update is not newer: it is version {version}, this is {own.version}.")


def _try(command: list[str], now: Pointer, versions: Versions) -> int | None:
    """Watch a version's first start: its exit status, None when it did not come up."""
    try:
        child = subprocess.Popen(command, env=_environment())
    except OSError as problem:
        log.warning("version %s cannot be started: %s", now.version, problem)
        versions.refuse(now)
        return None
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: child.send_signal(number))
    ends = time.monotonic() + START_SECONDS
    while child.poll() is None and not _is_good(now, versions):
        if time.monotonic() > ends:
            child.kill()
        with suppress(subprocess.TimeoutExpired):
            child.wait(_POLL)
    if _is_good(now, versions):
        return child.wait()
    if child.returncode in _ORDINARY:
        versions.point(replace(now, state=NEW))
        return child.returncode
    versions.refuse(now)
    return None


def _is_good(now: Pointer, versions: Versions) -> bool:
    found = versions.pointer()
    return found is not None and found.version == now.version and found.state == GOOD


def restart() -> None:
    """Begin anew as if the customer had started the helper again; does not return."""
    if getattr(sys, "frozen", False):
        command = [sys.executable, *sys.argv[1:]]
    else:
        command = [sys.executable, *sys.orig_argv[1:]]
    _become(command)


def _become(command: list[str]) -> int:
    if sys.platform == "win32":
        return subprocess.call(command, env=_environment())
    os.execve(command[0], command, _environment())


def _environment() -> dict[str, str]:
    """PyInstaller's loader takes a program that it starts for a part of the one that runs, unless told otherwise."""
    from .settings import environment

    return {**environment(), "PYINSTALLER_RESET_ENVIRONMENT": "1"}


def _passed_on(argv: list[str]) -> list[str]:
    """The command line without the package's folder: an installed version has its own."""
    rest, skip = [], False
    for word in argv:
        if not skip and word != "--package-dir" and not word.startswith("--package-dir="):
            rest.append(word)
        skip = word == "--package-dir" and not skip
    return rest


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


