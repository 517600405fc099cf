"""A backup's file: a tar, compressed, encrypted if wished. `about.json` comes first and says what it is, the database
and the files follow, and `manifest.json` comes last with the size and SHA-256 of everything before it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from connectassist.features.backups import age

ABOUT, MANIFEST, DATABASE, FILES = "about.json", "manifest.json", "database.sqlite", "instance/"
FORMAT = 1
#: Much faster than the usual 9, and hardly larger.
COMPRESSION = 3
GZIP = b"\x1f\x8b"
BLOCK = 1024 * 1024
LONGEST_NAME, LARGEST_ABOUT, LARGEST_MANIFEST = 1024, 1024 * 1024, 512 * 1024 * 1024


class BadArchive(Exception):
    """The file is no backup, is damaged, or does what no backup does; the message says which."""


class Writing:
    """Puts entries into an archive and notes what they were."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.noted: dict[str, dict[str, Any]] = {}
        #: Files that shrank while they were read: what was missing is zeros.
        self.cut: list[str] = []

    def put(self, name: str, source: IO[bytes], *, size: int, changed: float) -> None:
        """Add what a file holds, as long as it was when it was opened."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, int(changed), 0o600
        reading = _Measured(source, size)
        self._tar.addfile(entry, reading)
        self._tar.members.clear()  # a million of them would be a gigabyte
        self.noted[name] = {"size": size, "sha256": reading.hash.hexdigest()}
        if reading.is_short:
            self.cut.append(name)

    def put_json(self, name: str, said: Any, *, changed: float) -> None:
        """Add a document."""
        data = json.dumps(said, indent=1, sort_keys=True).encode()
        self.put(name, io.BytesIO(data), size=len(data), changed=changed)


class _Measured(io.RawIOBase):
    """As many bytes of a file as were promised, hashed on the way."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._source, self._left = source, size
        self.hash, self.is_short = hashlib.sha256(), False

    def read(self, most: int = -1) -> bytes:
        wanted = self._left if most < 0 else min(most, self._left)
        found = self._source.read(wanted)
        if len(found) < wanted:
            self.is_short, found = True, found.ljust(wanted, b"\0")
        self._left -= len(found)
        self.hash.update(found)
        return found


@contextmanager
def writing(target: IO[bytes], keys: age.Keys) -> Iterator[Writing]:
    """An archive into an open file."""
    with ExitStack() as open_ones:
        sealed = open_ones.enter_context(age.Sealing(target, keys)) if keys.closes else target
        packed = open_ones.enter_context(gzip.GzipFile("", "wb", COMPRESSION, sealed, mtime=0))  # type: ignore[arg-type]
        tar = open_ones.enter_context(tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT, bufsize=BLOCK,
                                                    encoding="utf-8"))
        yield Writing(tar)


class _Plain(tarfile.TarInfo):
    """Ordinary files are all that a backup holds. The rest (links, devices, folders, headers that ask for gigabytes of
    memory) is refused before it is looked at."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> _Plain:
        found = super().frombuf(buf, encoding, errors)
        is_long_name = found.type == tarfile.GNUTYPE_LONGNAME and found.size <= LONGEST_NAME
        if found.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) and not is_long_name:
            raise BadArchive("It holds something else than ordinary files")
        return found


class Reading:
    """Goes through an archive from its beginning to its end, once."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.about = self._first()

    def _first(self) -> dict[str, Any]:
        entry = self._tar.next()
        if entry is None or entry.name != ABOUT or entry.size > LARGEST_ABOUT:
            raise BadArchive("It does not begin as a backup does")
        data = self._data(entry).read()
        self.noted = {ABOUT: _note(len(data), hashlib.sha256(data))}
        said = _object(data)
        if said.get("format") != FORMAT or not _is_about(said):
            raise BadArchive("It was made by another version of ConnectAssist that this one does not know")
        return said

    def entries(self) -> Iterator[tuple[str, int, Iterator[bytes]]]:
        """Each entry's name, size and bytes, which must be taken before the next one. The last one, the manifest, is
        compared with what came. Raises BadArchive."""
        while (entry := self._tar.next()) is not None:
            if entry.name == MANIFEST:
                self._compare(entry)
                return
            _require_plain(entry.name)
            if entry.name in self.noted:
                raise BadArchive(f"It holds {entry.name!r} twice")
            yield entry.name, entry.size, self._noting(entry)
            self._tar.members.clear()
        raise BadArchive("It is cut off: its list of contents is missing")

    def _noting(self, entry: tarfile.TarInfo) -> Iterator[bytes]:
        source, count, seen = self._data(entry), 0, hashlib.sha256()
        while block := source.read(BLOCK):
            seen.update(block)
            count += len(block)
            yield block
        if count != entry.size:
            raise BadArchive("It is cut off")
        self.noted[entry.name] = _note(count, seen)

    def _compare(self, entry: tarfile.TarInfo) -> None:
        if entry.size > LARGEST_MANIFEST:
            raise BadArchive("Its list of contents is too long")
        self.manifest = _object(self._data(entry).read())
        if self.manifest.get("files") != self.noted:
            raise BadArchive("What it holds is not what its list of contents says")
        if self._tar.next() is not None:
            raise BadArchive("Something comes after its list of contents")

    def _data(self, entry: tarfile.TarInfo) -> IO[bytes]:
        found = self._tar.extractfile(entry)
        assert found is not None
        return found


@contextmanager
def reading(path: Path, keys: age.Keys) -> Iterator[Reading]:
    """An archive to go through. Raises BadArchive, age.WrongKey, OSError."""
    try:
        with ExitStack() as open_ones:
            source = open_ones.enter_context(path.open("rb"))
            plain = open_ones.enter_context(_plain(source, keys))
            unpacked = open_ones.enter_context(gzip.GzipFile(fileobj=plain, mode="rb"))
            yield Reading(open_ones.enter_context(tarfile.open(
                fileobj=unpacked, mode="r|", tarinfo=_Plain, bufsize=BLOCK, encoding="utf-8")))
            while unpacked.read(BLOCK):
                pass  # the checksum stands at the end
    except (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError, age.Damaged, UnicodeError) as problem:
        raise BadArchive(f"It is damaged or cut off ({problem})") from problem
    except OSError as problem:
        raise problem if problem.errno else BadArchive("It is damaged") from problem


def is_encrypted(path: Path) -> bool:
    """Does this file begin as an encrypted one?"""
    with path.open("rb") as source:
        return source.read(len(age.BEGINS)) == age.BEGINS


def _plain(source: IO[bytes], keys: age.Keys) -> IO[bytes]:
    begins = source.read(len(age.BEGINS))
    source.seek(0)
    if begins == age.BEGINS:
        return age.opened(source, keys)
    if not begins.startswith(GZIP):
        raise BadArchive("It is no backup of ConnectAssist")
    return source


def _require_plain(name: str) -> None:
    if name != DATABASE and not (name.startswith(FILES) and is_plain(name.removeprefix(FILES))):
        raise BadArchive(f"It holds a file of the name {name[:80]!r}, which no backup does")


def is_plain(path: str) -> bool:
    """Is this a path below a folder that can't lead out of it, and whose name says nothing strange to a terminal?"""
    return (all(part not in ("", ".", "..") for part in path.split("/")) and "\\" not in path and path.isprintable()
            and len(path.encode()) <= LONGEST_NAME // 2)


def _note(size: int, seen: Any) -> dict[str, Any]:
    return {"size": size, "sha256": seen.hexdigest()}


def _object(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise BadArchive("One of its documents can't be read") from problem
    if not isinstance(said, dict):
        raise BadArchive("One of its documents can't be read")
    return said


def _is_about(said: dict[str, Any]) -> bool:
    rows = said.get("rows")
    return isinstance(rows, dict) and all(isinstance(count, int) for count in rows.values()) and all(
        isinstance(said.get(name), str) for name in ("version", "revision", "made_at", "key"))


def flushed(target: IO[bytes]) -> None:
    """What was written is on the disk."""
    target.flush()
    os.fsync(target.fileno())
