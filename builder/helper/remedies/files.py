"""Repairs that free disk space: the user's own temporary files and the copies that their browsers keep."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from ..examine.errors import NotAvailable, Refused
from ..settings import environment
from ..text import human_size
from .plan import Prepared, Snapshot, measured

DAY = 24 * 3600.0
MOST_FILES = 100_000
#: Where each browser keeps its copies, below the folder for caches; the pattern after it picks out the profiles.
_LINUX = {"firefox": ("mozilla/firefox", "*/cache2"), "chrome": ("google-chrome", "*/*Cache*"),
          "chromium": ("chromium", "*/*Cache*"), "brave": ("BraveSoftware/Brave-Browser", "*/*Cache*"),
          "msedge": ("microsoft-edge", "*/*Cache*")}
_MAC = {"firefox": ("Firefox/Profiles", "*/cache2"), "chrome": ("Google/Chrome", "*/*Cache*"),
        "msedge": ("Microsoft Edge", "*/*Cache*"), "safari": ("com.apple.Safari", "WebKitCache")}
_WINDOWS = {"firefox": ("Mozilla/Firefox/Profiles", "*/cache2"),
            "chrome": ("Google/Chrome/User Data", "*/*Cache*"), "msedge": ("Microsoft/Edge/User Data", "*/*Cache*")}


def clear_temp(_: str) -> Prepared:
    """Delete the user's own files in the folder for temporary files that nothing has touched for a day."""
    folder = Path(tempfile.gettempdir())

    def look() -> Snapshot:
        sizes = [size for _, _, size in _own_old(folder)]
        return {"folder": str(folder), "oldFiles": len(sizes), "bytes": sum(sizes), "size": human_size(sum(sizes))}

    def act() -> str:
        in_use, gone, freed = _open_files(), 0, 0
        for handle, name, size in _own_old(folder, skip=in_use):
            try:
                os.unlink(name, dir_fd=handle) if handle is not None else os.unlink(name)
            except OSError:
                continue
            gone, freed = gone + 1, freed + size
        return f"Deleted {gone} old temporary files ({human_size(freed)})." if gone else (
            "There were no old temporary files to delete.")

    return "", lambda: measured(look, act)


def _own_old(folder: Path, *, skip: frozenset[str] = frozenset()) -> Iterator[tuple[int | None, str, int]]:
    """Each file with the open folder that it is in, where the system has such: other people may write to the same
    folder, and what they put in a path's place meanwhile must not be deleted instead."""
    limit, seen = time.time() - DAY, 0
    me = os.getuid() if hasattr(os, "getuid") else None
    for place, folders, names, handle in _walk(folder):
        folders[:] = [f for f in folders if not f.startswith((".", "systemd-", "snap", "ssh-", "tmux-"))]
        for name in names:
            path = os.path.join(place, name)
            if name.startswith(".") or path in skip:
                continue
            try:
                about = os.stat(name, dir_fd=handle, follow_symlinks=False) if handle is not None else os.lstat(path)
            except OSError:
                continue
            seen += 1
            if seen > MOST_FILES:
                return
            is_own = me is None or about.st_uid == me
            if stat.S_ISREG(about.st_mode) and is_own and max(about.st_mtime, about.st_atime) < limit:
                yield handle, name if handle is not None else path, about.st_size


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str], int | None]]:
    if sys.platform == "win32":
        for place, folders, names in os.walk(folder):
            yield place, folders, names, None
    else:
        yield from os.fwalk(folder, follow_symlinks=False)


def _open_files() -> frozenset[str]:
    """The files that this user's programs have open."""
    found: set[str] = set()
    for process in psutil.process_iter():
        try:
            found.update(each.path for each in process.open_files())
        except (psutil.Error, OSError):
            continue
    return frozenset(found)


def clear_browser_cache(_: str) -> Prepared:
    """Delete the copies of web pages that browsers keep. Raises Refused while one of them runs, NotAvailable."""
    caches = _caches()
    if not caches:
        raise NotAvailable("No browser keeps copies of web pages for this user.")
    _must_be_closed(caches)

    def look() -> Snapshot:
        sizes = {browser: sum(size_of(f) for f in folders) for browser, folders in caches.items()}
        return {"bytes": sum(sizes.values()), **{name: human_size(size) for name, size in sizes.items()}}

    def act() -> str:
        _must_be_closed(caches)
        for folder in (f for folders in caches.values() for f in folders):
            for path in list(folder.iterdir()):
                delete(path)
        return f"Emptied the copies that {' and '.join(sorted(caches))} kept."

    return "", lambda: measured(look, act)


def _caches() -> dict[str, list[Path]]:
    table, root = _LINUX, Path(environment().get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if sys.platform == "win32":
        table, root = _WINDOWS, Path(environment().get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        table, root = _MAC, Path.home() / "Library/Caches"
    found = {browser: [path for path in (root / below).glob(pattern) if path.is_dir() and not path.is_symlink()]
             for browser, (below, pattern) in table.items()}
    return {browser: paths for browser, paths in found.items() if paths}


def _must_be_closed(caches: dict[str, list[Path]]) -> None:
    """Raises Refused while a browser runs: it would lose track of what it keeps."""
    for process in psutil.process_iter(["name"]):
        name = str(process.info["name"] or "").lower()
        for browser in caches:
            if name.startswith(browser) and _is_own(process):
                raise Refused(f"Close {browser.capitalize()} first: its copies cannot be emptied while it runs.")


def _is_own(process: psutil.Process) -> bool:
    try:
        return sys.platform == "win32" or process.uids().real == os.getuid()
    except psutil.Error:
        return False


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def delete(path: Path) -> None:
    """Delete a file or a folder, as far as this user may."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            return
