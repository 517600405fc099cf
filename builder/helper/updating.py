"""The helper's own update: asked for, offered, fetched, verified, and installed beside the running version.

Nothing is written outside the state folder, and nothing is believed before its signature and hash were checked with the
key of the running package. During a session nothing happens unless the customer chose "now".
"""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from . import integrity, succession
from .api import Api
from .board import Board, Update
from .errors import Refused, Removed, Tampered, Unreachable
from .succession import FOLDER, Own, Versions, number
from .text import human_size, raw

log = logging.getLogger("helper.update")
ASK_AGAIN_SECONDS = 6 * 3600.0
IDLE_LOOK_SECONDS = 1.0
PAUSES = (1.0, 3.0, 10.0, 30.0)
_CHUNK = 256 * 1024
_LARGEST_MANIFEST = 16 << 20
_LARGEST = 2 << 30


class NotUpdated(Exception):
    """Why an update was not installed, in a sentence for the customer."""


class Updates:
    """Offers newer versions and installs the one that the customer wants; `restart` ends this version for the next."""

    def __init__(self, *, api: Api, board: Board, own: Own, state_dir: Path, restart: Callable[[], None]) -> None:
        self._api, self._board, self._own, self._restart = api, board, own, restart
        self.versions = Versions(state_dir)
        self._wanted = asyncio.Event()
        self._now = False

    async def run(self) -> None:
        """Look for newer versions, now and every few hours, and do what the customer wants with them."""
        await asyncio.to_thread(self.versions.came_up, self._own.version)
        while self._own.platform:
            version = await self._newer()
            if version:
                await self._offer(version)
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    def want(self, *, now: bool) -> None:
        """The customer chose: now, or at the next start."""
        update = self._board.read().update
        if update and update.phase == "ready" and now:
            self._restart()
        elif update and update.phase in ("offered", "failed", "later"):
            self._now = now
            self._show(replace(update, phase="later", error=""))
            self._wanted.set()

    async def _newer(self) -> str:
        """The version that the server has and this one should become; empty when there is none."""
        try:
            told = await self._api.update_info(platform=self._own.platform, version=self._own.version)
        except (Unreachable, Refused, Removed) as problem:
            log.info("no news of updates: %s", problem)
            return ""
        version = raw(told, "latestVersion", limit=40)
        is_newer = number(version) > number(self._own.version) and told.get("updateAvailable") is True
        return version if is_newer and not self.versions.is_refused(version) else ""

    async def _offer(self, version: str) -> None:
        pointer = self.versions.pointer()
        if pointer and pointer.version == version:
            self._show(Update(version=version, phase="ready"))
            return
        self._show(Update(version=version, phase="offered"))
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                installed = await self._fetch_and_install(version)
            except NotUpdated as problem:
                log.warning("not updated: %s", problem)
                self._show(Update(version=version, phase="failed", error=str(problem)))
                continue
            self._show(Update(version=installed, phase="ready"))
            if self._now:
                self._restart()
            return

    async def _fetch_and_install(self, version: str) -> str:
        """Fetch and install; returns the version that came. Raises NotUpdated."""
        await self._until_it_may()
        try:
            archive = await self._fetch(version)
            return await asyncio.to_thread(install, archive, own=self._own, versions=self.versions)
        except Tampered as problem:
            self._forget()
            raise NotUpdated(f"{problem} Nothing was changed.") from None
        except (Refused, Removed) as problem:
            raise NotUpdated(f"The server does not hand out the update: {problem}") from None
        except OSError as problem:
            self._forget()
            raise _told(problem) from None

    async def _until_it_may(self) -> None:
        """During a session wait for its end, unless the customer chose now."""
        while not self._now and is_busy(self._board):
            await asyncio.sleep(IDLE_LOOK_SECONDS)

    async def _fetch(self, version: str) -> Path:
        """The package on the disk; a download that was cut goes on where it broke off. Raises NotUpdated, Tampered."""
        for pause in (*PAUSES, None):
            try:
                return await self._fetch_once(version)
            except (Unreachable, aiohttp.ClientError, TimeoutError) as problem:
                log.info("the download broke off: %s", problem)
                if pause is None:
                    raise NotUpdated("The download broke off. Check the connection and try again.") from None
                await asyncio.sleep(pause)
        raise AssertionError("not reached")

    async def _fetch_once(self, version: str) -> Path:
        self.versions.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part, note = self._part
        have, size, mark = _so_far(part, note)
        if have and have == size:
            return part
        async with self._api.update_package(start=have, mark=mark) as answer:
            if answer.status == 416:  # what is there is longer than what there is now
                self._forget()
                raise Unreachable("the update was replaced")
            if answer.status != 206:
                have = 0
            size = have + int(answer.headers.get("Content-Length", 0))
            if size > _LARGEST:
                raise NotUpdated("The update is larger than any helper should be.")
            await asyncio.to_thread(_begin, part, note, have=have, mark=answer.headers.get("ETag", ""), size=size)
            with part.open("ab") as file:
                while chunk := await answer.content.read(_CHUNK):
                    have += len(chunk)
                    if have > size:  # without a length it might never end
                        raise Tampered("The update is larger than the server had said.")
                    await asyncio.to_thread(file.write, chunk)
                    self._show(Update(version=version, phase="fetching", received=have, size=size))
                    await self._until_it_may()
        if have != size:
            raise Unreachable("the download broke off")
        return part

    @property
    def _part(self) -> tuple[Path, Path]:
        return self.versions.folder / "package.part", self.versions.folder / "package.note"

    def _forget(self) -> None:
        for path in self._part:
            path.unlink(missing_ok=True)

    def _show(self, update: Update) -> None:
        self._board.update(update=update)


def is_busy(board: Board) -> bool:
    """Is somebody connected, or asking to be?"""
    now = board.read()
    return bool(now.technicians or now.rights or now.asks)


def install(archive: Path, *, own: Own, versions: Versions) -> str:
    """Check a package whole and put it beside the running version; returns its version. Raises Tampered, OSError.

    The files come into a draft folder, which gets its name once every hash was right; the pointer turns last. So a
    power failure at any moment leaves the old version or the new one.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            manifest = _manifest_in(opened, own=own)
            version = manifest["helper"]["version"]
            draft = versions.folder / f".draft-{version}"
            shutil.rmtree(draft, ignore_errors=True)
            try:
                _unpack(opened, manifest, draft / FOLDER)
                _same_settings(draft / FOLDER, own=own)
                integrity.check(draft / FOLDER)
                if hasattr(os, "sync"):
                    os.sync()  # once for all files: one by one they would take seconds
                shutil.rmtree(versions.folder / version, ignore_errors=True)
                draft.rename(versions.folder / version)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, AttributeError, RuntimeError):
        raise Tampered("The update is damaged.") from None
    _flush(versions.folder)
    versions.installed(version, by=own)
    for left in (archive, archive.with_name("package.note")):
        left.unlink(missing_ok=True)
    return version


def _manifest_in(opened: zipfile.ZipFile, *, own: Own) -> dict[str, Any]:
    """The package's manifest, proved before any file is unpacked. Raises Tampered."""
    entry = opened.getinfo(f"{FOLDER}/manifest.json")
    if entry.file_size > _LARGEST_MANIFEST:
        raise Tampered("The update is damaged.")
    manifest = integrity.proved(opened.read(entry))
    succession.check(manifest, own=own)
    listed = sorted(f"{FOLDER}/{f['path']}" for f in manifest["files"])
    if sorted([*listed, entry.filename]) != sorted(opened.namelist()):
        raise Tampered("The update holds other files than were signed.")
    return manifest


def _unpack(opened: zipfile.ZipFile, manifest: dict[str, Any], folder: Path) -> None:
    """Unpack what the manifest names, no byte more. Raises Tampered, OSError."""
    needed = sum(int(f["size"]) for f in manifest["files"])
    folder.mkdir(parents=True, mode=0o700)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(errno.ENOSPC, f"{human_size(needed)} needed, {human_size(free)} free")
    for path in ("manifest.json", *(f["path"] for f in manifest["files"])):
        target = integrity.inside(folder, path)
        entry = opened.getinfo(f"{FOLDER}/{path}")
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(entry) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file, _CHUNK)
        target.chmod(0o755 if entry.external_attr >> 16 & 0o111 else 0o644)


def _same_settings(folder: Path, *, own: Own) -> None:
    """An update changes the program, never whom it talks to or what it allows. Raises Tampered."""
    before, after = (json.loads((each / "appsettings.json").read_text("utf-8-sig")) for each in (own.folder, folder))
    for section, key in (("Server", "Url"), ("Device", "Id"), ("Support", "AllowUnattended")):
        if before.get(section, {}).get(key) != after.get(section, {}).get(key):
            raise Tampered("The update would change this helper's settings.")


def _so_far(part: Path, note: Path) -> tuple[int, int, str]:
    """How much of a cut download is there, how long it will be, and which bytes it is a part of."""
    try:
        known = json.loads(note.read_text("utf-8"))
        return part.stat().st_size, int(known["size"]), str(known["mark"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0, ""


def _begin(part: Path, note: Path, *, have: int, mark: str, size: int) -> None:
    """Go on with what is there, or begin anew. Raises OSError when it won't fit."""
    if have == 0:
        part.unlink(missing_ok=True)
        note.write_text(json.dumps({"mark": mark, "size": size}), "utf-8")
    free = shutil.disk_usage(part.parent).free
    if size - have > free:
        raise OSError(errno.ENOSPC, f"{human_size(size - have)} needed, {human_size(free)} free")


def _told(problem: OSError) -> NotUpdated:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return NotUpdated("There is not enough room on this computer for the update. Free some and try again.")
    return NotUpdated(f"The update could not be written: {problem.strerror or problem}.")


def _flush(folder: Path) -> None:
    """Let a rename outlive a power failure, where a folder can be flushed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


