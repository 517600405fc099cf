"""Makes a backup while the server runs: the database in one moment, then the files, which are therefore at least as
new as the rows that speak of them."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from connectassist import VERSION
from connectassist.core import clock, durable, occupancy, standing, swapping
from connectassist.core.settings import Settings
from connectassist.core.vault import Vault
from connectassist.features.backups import age, archive, retention, snapshot
from connectassist.features.backups.archive import DATABASE, FILES

#: Kept by folders of their own, so that they can be left out.
PARTS = ("uploads", "attachments", "recordings", "payloads")
#: What can be made again, is of this process only, or is half there. The database is in the archive as its own file.
LEFT_OUT = {occupancy.LOCK, standing.NAME, swapping.STAGING, "backups", "fontcache", ".gitkeep",
            *(f"connectassist.db{ending}" for ending in ("", "-wal", "-shm", "-journal"))}
WORKING = ".backup-"
UNFINISHED = (".part", ".tmp")
#: How many vanished files are named in the manifest; the rest is counted.
NAMED = 1000


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that is on the disk."""

    path: Path
    size: int
    rows: dict[str, int]
    files: int
    missing: list[str]
    has_key: bool


class Busy(Exception):
    """Another backup is being written into the same folder."""


def make(settings: Settings, folder: Path, *, keys: age.Keys, without: tuple[str, ...] = ()) -> Made:
    """Write one backup into a folder. Raises Busy, NoSnapshot, OSError; then nothing of it is left there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone_in(folder, settings.instance), _working(settings.instance) as room:
        retention.drop_parts(folder)
        moment = clock.now()
        taken = snapshot.take(settings, room / DATABASE)
        path = _free(folder, moment, encrypted=keys.closes)
        part = folder / f".{path.name}.part"
        try:
            made = _written(part, settings, taken, keys=keys, without=without, about={
                "format": archive.FORMAT, "version": VERSION, "revision": taken.revision, "rows": taken.rows,
                "made_at": clock.iso(moment), "database": settings.database.partition(":")[0].partition("+")[0],
                "without": sorted(without), "key": Vault(settings.secret_key).name()})
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        with suppress(OSError):  # not every place for backups can
            durable.flush(folder)
    return Made(path=path, size=path.stat().st_size, rows=taken.rows, **made)


def _written(part: Path, settings: Settings, taken: snapshot.Snapshot, *, keys: age.Keys, without: tuple[str, ...],
             about: dict[str, Any]) -> dict[str, Any]:
    gone: list[str] = []
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        with archive.writing(target, keys) as into:
            changed = clock.now().timestamp()
            into.put_json(archive.ABOUT, about, changed=changed)
            _add(into, DATABASE, taken.path)
            for path in _files(settings.instance, but={*without, *_names_in(settings.instance, part.parent)}):
                name = f"{FILES}{path.relative_to(settings.instance)}"
                if not archive.is_plain(name) or not _add(into, name, path):
                    gone.append(name)
            wanted = {f"{FILES}{name}" for name in snapshot.referenced(taken.path) if name.split("/")[0] not in without}
            missing = sorted(wanted - set(into.noted) | set(into.cut))
            into.put_json(archive.MANIFEST, {
                "files": into.noted, "vanished": sorted(gone)[:NAMED], "missing": missing[:NAMED],
                "missing_count": len(missing)}, changed=changed)
            count = sum(name.startswith(FILES) for name in into.noted)
            has_key = f"{FILES}secret_key" in into.noted
        archive.flushed(target)
    return {"files": count, "missing": missing, "has_key": has_key}


def _add(into: archive.Writing, name: str, path: Path) -> bool:
    """Put a file in; False for one that has gone since it was found, or is none."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with open(opened, "rb") as source:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode):
            return False
        into.put(name, source, size=found.st_size, changed=found.st_mtime)
    return True


def _files(instance: Path, *, but: set[str]) -> Iterator[Path]:
    """Every file below the instance folder that belongs into a backup, in order."""
    skipped = LEFT_OUT | but
    for entry in sorted(instance.iterdir()):
        if entry.name in skipped or entry.name.startswith((swapping.ASIDE, WORKING)) or entry.is_symlink():
            continue
        yield from _below(entry) if entry.is_dir() else [entry]


def _names_in(instance: Path, folder: Path) -> set[str]:
    """Where backups lie in the instance folder: they are no part of the next one."""
    resolved = folder.resolve()
    return {resolved.relative_to(instance.resolve()).parts[0]} if resolved.is_relative_to(instance.resolve()) else set()


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "incoming")
        yield from (Path(here) / name for name in sorted(names) if not name.endswith(UNFINISHED))


@contextmanager
def _working(instance: Path) -> Iterator[Path]:
    """A folder for the copy of the database, on the instance's own disk: it is not encrypted yet."""
    for left in instance.glob(f"{WORKING}*"):
        shutil.rmtree(left, ignore_errors=True)
    room = Path(tempfile.mkdtemp(prefix=WORKING, dir=instance))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def _alone_in(*folders: Path) -> Iterator[None]:
    """One backup at a time. The folders themselves are locked, so nothing is left behind in them."""
    with ExitStack() as held:
        for folder in dict.fromkeys(each.resolve() for each in folders):
            opened = os.open(folder, os.O_RDONLY)
            held.callback(os.close, opened)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise Busy(f"Another backup is being made ({folder} is in use)") from problem
        yield


def _free(folder: Path, moment: datetime, *, encrypted: bool) -> Path:
    number = 0
    while (path := folder / retention.name_of(moment, number=number, encrypted=encrypted)).exists():
        number += 1
    return path
