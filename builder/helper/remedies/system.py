"""Repairs of the system itself: its files, the updates that it keeps, its desktop."""

from __future__ import annotations

import sys
from pathlib import Path

from ..examine import running
from ..examine.errors import NotAvailable, NotRun
from ..text import human_size, printable
from .files import delete, size_of
from .plan import Outcome, Prepared, Snapshot, measured, must

_SLOW = 1500.0
_LISTED = 20
_APT, _WINDOWS_UPDATES = Path("/var/cache/apt/archives"), Path("C:/Windows/SoftwareDistribution/Download")


def sfc_scan(_: str) -> Prepared:
    """Check the files of the system. On Linux and the Mac this reads only. Raises NotAvailable."""
    if sys.platform == "win32":
        return "", lambda: _windows_repair("sfc", "/scannow")
    if sys.platform == "darwin":
        return "", lambda: _verified("diskutil", "verifyVolume", "/")
    return "", _changed_files


def dism_repair(_: str) -> Prepared:
    """Repair the store that system files come from; on Linux, check whether packages were left half installed.
    Raises NotAvailable."""
    if sys.platform == "win32":
        return "", lambda: _windows_repair("dism", "/Online", "/Cleanup-Image", "/RestoreHealth")
    if sys.platform == "linux" and running.there_is("dpkg"):
        return "", lambda: _verified("dpkg", "--audit")
    if sys.platform == "linux" and running.there_is("rpm"):
        return "", lambda: _verified("rpm", "--verifydb")
    raise NotAvailable("There is nothing like it on this platform.")


def _windows_repair(*words: str) -> Outcome:
    must(*words, seconds=_SLOW)
    return Outcome(True, "Windows checked its files and repaired what was broken.", {"checked": False},
                   {"checked": True})


def _verified(*words: str) -> Outcome:
    """A check whose silence means that all is well."""
    said = running.run(*words, seconds=_SLOW)
    lines = [printable(line, limit=160) for line in said.text.splitlines() if line.strip()]
    is_well = said.status == 0 and (not lines or words[0] == "diskutil")
    message = "The check found nothing wrong." if is_well else f"The check found {len(lines)} things to look at."
    found = {"found": 0} if is_well else {"found": len(lines), "lines": lines[:_LISTED]}
    return Outcome(said.status == 0, message, {"checked": False}, {"checked": True, **found})


def _changed_files() -> Outcome:
    """Files that are not as their packages brought them; settings, which people change, are left out."""
    if running.there_is("dpkg"):
        said = running.run("dpkg", "--verify", seconds=_SLOW)
    elif running.there_is("rpm"):
        said = running.run("rpm", "-Va", seconds=_SLOW)
    else:
        raise NotAvailable("This system keeps no list of its files.")
    rows = [line.split() for line in said.text.splitlines()]
    changed = [row[-1] for row in rows if len(row) >= 2 and "c" not in row[1:-1] and "5" in row[0]]
    gone = [row[-1] for row in rows if row and row[0] == "missing" and "c" not in row[1:-1]]
    message = f"{len(changed)} files of the system differ from their packages and {len(gone)} are missing."
    listed = [printable(name, limit=160) for name in (changed + gone)[:_LISTED]]
    after = {"checked": True, "changed": len(changed), "missing": len(gone), "files": listed}
    well = "Every file of the system is as its package brought it."
    return Outcome(True, message if changed or gone else well, {"checked": False}, after)


def clear_update_cache(_: str) -> Prepared:
    """Delete downloaded updates; they are fetched again when needed. Raises NotAvailable."""
    if sys.platform == "win32":
        return "", lambda: measured(lambda: _kept(_WINDOWS_UPDATES), _clean_windows)
    for program, words, folder in (("apt-get", ("apt-get", "clean"), _APT),
                                   ("dnf", ("dnf", "clean", "packages"), Path("/var/cache/dnf"))):
        if sys.platform == "linux" and running.there_is(program):
            return "", lambda w=words, f=folder: measured(lambda: _kept(f), lambda: _clean(w))
    raise NotAvailable("There is nothing like it on this platform.")


def _kept(folder: Path) -> Snapshot:
    size = size_of(folder)
    return {"folder": str(folder), "bytes": size, "size": human_size(size)}


def _clean(words: tuple[str, ...]) -> str:
    must(*words, seconds=120)
    return "The downloaded updates were deleted."


def _clean_windows() -> str:
    must("net", "stop", "wuauserv", "/y")
    try:
        for path in list(_WINDOWS_UPDATES.iterdir()):
            delete(path)
    except OSError as problem:
        raise NotRun(f"The folder could not be emptied: {problem.strerror}") from None
    finally:
        must("net", "start", "wuauserv")
    return "The downloaded updates were deleted."


def restart_explorer(_: str) -> Prepared:
    """Restart the desktop and its task bar. Raises NotAvailable."""
    if sys.platform == "win32":
        return "", lambda: measured(lambda: _desktop("explorer.exe"), _restart_windows_desktop)
    if sys.platform == "darwin":
        return "", lambda: measured(lambda: _desktop("Finder"), _restart_finder)
    raise NotAvailable("The desktop cannot be restarted on this platform: log out and in again instead.")


def _restart_windows_desktop() -> str:
    must("taskkill", "/f", "/im", "explorer.exe")  # it comes back by itself
    return "The desktop was restarted."


def _restart_finder() -> str:
    must("killall", "Finder")  # it comes back by itself
    return "The Finder was restarted."


def _desktop(name: str) -> Snapshot:
    import psutil

    return {name: [p.pid for p in psutil.process_iter(["name"]) if p.info["name"] == name][:5]}
