"""A release: the version is written wherever it stands, the changelog gets its heading, and git its commit and tag."""

from __future__ import annotations

import difflib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from connectassist.core import clock

CHANGELOG, UNRELEASED = "CHANGELOG.md", "## Unreleased"
#: Where the version stands, each as `VERSION = "1.2.3"`; everything else reads it there. The helper is a program of its
#: own, which updates itself by it.
PLACES = ("connectassist/__init__.py", "builder/helper/__init__.py")
_STAMP = re.compile(r'^(VERSION = ")([^"]+)(")$', re.MULTILINE)
_PLAIN = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}", re.ASCII)


class NotReady(Exception):
    """There is something in the way of a release; the message says what."""


@dataclass(frozen=True)
class Release:
    """A version to be, and every file as it will stand."""

    version: str
    folder: Path
    before: dict[str, str]
    after: dict[str, str]

    @property
    def changes(self) -> str:
        """What is different, for people."""
        return "".join(line for name in self.after for line in difflib.unified_diff(
            self.before[name].splitlines(True), self.after[name].splitlines(True), name, name, n=1))

    def make(self) -> None:
        """Write, commit and tag; if git refuses, everything is as it was. Raises NotReady."""
        try:
            self._write(self.after)
            _git(self.folder, "commit", "--quiet", "-m", f"Release {self.version}", "--", *self.after)
        except NotReady:
            self._write(self.before)
            raise
        _git(self.folder, "tag", "--annotate", "-m", f"ConnectAssist {self.version}", f"v{self.version}")

    def _write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(text)


def plan(version: str, *, folder: Path) -> Release:
    """What a release of this version changes in a checkout. Raises NotReady."""
    if not _PLAIN.fullmatch(version):
        raise NotReady("A version is three numbers, such as 1.2.3")
    if _git(folder, "status", "--porcelain", "--untracked-files=no"):
        raise NotReady("There are changes that are not committed. Commit them, or put them aside, first")
    if _git(folder, "tag", "--list", f"v{version}"):
        raise NotReady(f"There is a tag v{version} already")
    before = {name: (folder / name).read_text() for name in (*PLACES, CHANGELOG)}
    after = {name: _stamped(name, before[name], version) for name in PLACES}
    if after[PLACES[0]] == before[PLACES[0]]:
        raise NotReady(f"This is {version} already")
    return Release(version, folder, before, after | {CHANGELOG: _headed(before[CHANGELOG], version)})


def _stamped(name: str, text: str, version: str) -> str:
    """A version only ever goes up: devices take no older helper than the one they have."""
    found = _STAMP.search(text)
    if found is None:
        raise NotReady(f"There is no version in {name}")
    if Version(found[2]) > Version(version):
        raise NotReady(f"{name} is at {found[2]} already. Choose a version that is not below it")
    return _STAMP.sub(rf"\g<1>{version}\g<3>", text, count=1)


def _headed(text: str, version: str) -> str:
    """What was not released yet is now of this version."""
    head, mark, rest = text.partition(f"{UNRELEASED}\n")
    if not mark or not rest.partition("\n## ")[0].strip():
        raise NotReady(f"{CHANGELOG} tells of nothing new: there is nothing below “{UNRELEASED}”")
    return f"{head}{UNRELEASED}\n\n## {version} ({clock.now():%Y-%m-%d})\n{rest}"


def _git(folder: Path, *words: str) -> str:
    """What git prints, in the name of whoever releases. Raises NotReady."""
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, errors="replace")
    except OSError as problem:
        raise NotReady("git is not installed here") from problem
    if done.returncode:
        raise NotReady(f"git {words[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()
