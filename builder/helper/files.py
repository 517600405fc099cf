"""The shared folder: everything that a technician's file request can reach, and nothing else."""

from __future__ import annotations

import os
import re
import secrets
import stat
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import BadFile
from .text import DIRECTION_MARKS

_RESERVED = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)
_PARTING = frozenset('/\\:*?"<>|\u2044\u2215\u29f8\u29f9\u2216')
_MAX_NAME = 200
_MAX_ENTRIES = 2_000
PARTIAL = ".connectassist-part"


def check_name(name: object) -> str:
    """Accept one plain file name. Raises BadFile."""
    if not isinstance(name, str) or not name or len(name.encode("utf-8", "replace")) > _MAX_NAME:
        raise BadFile("This file name is empty or too long.")
    # A system that normalises names would read a fullwidth slash as a slash, and ‥ as two dots.
    plain = unicodedata.normalize("NFKC", name)
    if any(c in _PARTING or c in DIRECTION_MARKS or unicodedata.category(c) in ("Cc", "Cs") for c in name + plain):
        raise BadFile("This file name has characters that are not allowed.")
    if not plain.strip(". ") or _RESERVED.match(plain) or name[-1] in ". " or name[0] == " ":
        raise BadFile("This file name is not allowed.")
    if name.endswith(PARTIAL):
        raise BadFile("This file name is not allowed.")
    return name


class SharedFolder:
    """One folder that the customer chose. Paths in requests are relative to it, with `/` between the parts."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        """The folder itself; made when first needed."""
        self._root.mkdir(parents=True, exist_ok=True)
        return self._root.resolve()

    def choose(self, root: Path) -> None:
        """Share another folder."""
        self._root = root

    def resolve(self, path: object) -> Path:
        """Find what a request's path names, inside the folder. Raises BadFile."""
        if not isinstance(path, str) or len(path) > 2_000:
            raise BadFile("This path is not understood.")
        parts = [p for p in path.replace("\\", "/").split("/") if p and p != "."]
        root = here = self.root
        for part in parts:
            here = here / check_name(part)
        real = here.resolve()
        if real != root and root not in real.parents:
            raise BadFile("This path leads out of the shared folder.")
        return real

    def list(self, path: object) -> list[dict[str, Any]]:
        """List a folder as `list-remote-dir-result` carries it, without links that lead outside. Raises BadFile."""
        folder = self.resolve(path)
        if not folder.is_dir():
            raise BadFile("There is no such folder.")
        try:
            with os.scandir(folder) as entries:
                found = [row for e in entries if (row := self._row(Path(e.path))) is not None]
        except OSError:
            raise BadFile("This folder cannot be read.") from None
        return sorted(found, key=lambda r: (not r["isDirectory"], r["name"].casefold()))[:_MAX_ENTRIES]

    def _row(self, path: Path) -> dict[str, Any] | None:
        if path.name.endswith(PARTIAL):
            return None
        try:
            relative = path.relative_to(self.root).as_posix()
            about = self.resolve(relative).stat()
        except (BadFile, OSError, ValueError, UnicodeError):
            return None
        if not (stat.S_ISDIR(about.st_mode) or stat.S_ISREG(about.st_mode)):
            return None
        changed = datetime.fromtimestamp(about.st_mtime, UTC).isoformat(timespec="milliseconds")
        return {"name": path.name, "path": relative, "isDirectory": stat.S_ISDIR(about.st_mode),
                "size": about.st_size, "mtime": changed.replace("+00:00", "Z")}

    def file(self, path: object) -> Path:
        """Find a plain file to hand out. Raises BadFile."""
        found = self.resolve(path)
        try:
            if stat.S_ISREG(found.stat().st_mode):
                return found
        except OSError:
            pass
        raise BadFile("There is no such file.")

    def incoming(self, *, folder: object, name: object) -> Incoming:
        """Open a file for writing, under a temporary name. Raises BadFile."""
        target = self.resolve(folder or "")
        if not target.is_dir():
            raise BadFile("There is no such folder.")
        return Incoming(target, name=check_name(name))


class Incoming:
    """A file being written: it has its own name only once it is whole."""

    def __init__(self, folder: Path, *, name: str) -> None:
        self._folder = folder
        self._name = name
        self._temporary = folder / f".{secrets.token_hex(6)}{PARTIAL}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            self._stream = os.fdopen(os.open(self._temporary, flags, 0o600), "wb")
        except OSError:
            raise BadFile("The shared folder cannot be written.") from None
        self.received = 0

    def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises BadFile when the disk is full."""
        try:
            self._stream.write(chunk)
        except OSError:
            raise BadFile("The file could not be written. Is the disk full?") from None
        self.received += len(chunk)

    def restart(self) -> None:
        """Begin again from the first byte. Raises BadFile."""
        try:
            self._stream.seek(0)
            self._stream.truncate()
        except OSError:
            raise BadFile("The file could not be written.") from None
        self.received = 0

    def finish(self, *, size: int | None = None) -> Path:
        """Give the file its name, ` (2)` added where one lies already. Raises BadFile when bytes are missing."""
        try:
            self._stream.close()
        except OSError:  # what was held back finds no room
            self.abandon()
            raise BadFile("The file could not be written. Is the disk full?") from None
        if size is not None and size != self.received:
            self.abandon()
            raise BadFile("The file did not arrive whole.")
        stem, dot, suffix = self._name.partition(".") if not self._name.startswith(".") else (self._name, "", "")
        for number in range(1, 1000):
            name = self._name if number == 1 else f"{stem} ({number}){dot}{suffix}"
            target = self._folder / name
            try:
                # A link fails where a name is taken; a rename would silently replace the customer's file.
                os.link(self._temporary, target)
            except FileExistsError:
                continue
            except OSError:
                if target.exists():
                    continue
                os.rename(self._temporary, target)
                return target
            self._temporary.unlink()
            return target
        self.abandon()
        raise BadFile("There are too many files of this name.")

    def abandon(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self._stream.close()
        self._temporary.unlink(missing_ok=True)
