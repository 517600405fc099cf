"""Checks of the folders that the server keeps its things in, and of the disk below them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from connectassist.core import clock
from connectassist.core.settings import PREFIX
from connectassist.features.checkup.findings import Check, Finding, error, hint, ok, warning
from connectassist.features.checkup.grounds import Grounds

ABOUT = "Folders and disk"
#: Less free room than this is an error, and a warning; bytes, and a share of the disk.
TOO_LITTLE, LITTLE = 512 * 1024**2, 0.10
#: File systems on which SQLite's locks don't hold.
REMOTE = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "davfs")
GIGABYTE = 1024**3
#: Days.
OLDEST_BACKUP = 3


def instance(grounds: Grounds) -> Iterator[Finding]:
    """Is the instance folder the server's own?"""
    folder = grounds.settings.instance
    if not folder.is_dir():
        yield hint(f"The instance folder {folder} is not there yet; the first start makes it.",
                   f"If it should be there, {PREFIX}INSTANCE names another one than the server's.")
        return
    found = folder.stat()
    if stat.S_IMODE(found.st_mode) & 0o077:
        yield error(f"Other users of this computer may look into {folder}: the database and the secret key lie there.",
                    f"`chmod 700 {folder}`")
    strangers = [name for name in ("connectassist.db", "secret_key", "uploads", "recordings")
                 if (path := folder / name).exists() and path.stat().st_uid != found.st_uid]
    if strangers:
        yield error(f"In {folder} {', '.join(strangers)} belong to another user than the folder itself.",
                    f"`chown -R {_owner(found.st_uid)} {folder}`")
    if os.geteuid() == 0 != found.st_uid:
        yield hint(f"This runs as root, the server as {_owner(found.st_uid)}; what only root may do isn't noticed.",
                   f"`sudo -u {_owner(found.st_uid)} connectassist doctor`")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield error(f"{folder} can't be written to by this user.", f"`chown -R {_owner(os.geteuid())} {folder}`")
    elif not stat.S_IMODE(found.st_mode) & 0o077 and not strangers:
        yield ok(f"The instance folder {folder} is the server's own.")


def _owner(number: int) -> str:
    try:
        import pwd
        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def room(grounds: Grounds) -> Iterator[Finding]:
    """Is there room on the disk, also for what the quotas allow?"""
    folder = _existing(grounds.settings.instance)
    disk, chosen = shutil.disk_usage(folder), grounds.settings
    free = f"{disk.free / GIGABYTE:.1f} GB of {disk.total / GIGABYTE:.0f} GB are free"
    if disk.free < TOO_LITTLE:
        yield error(f"The disk of {folder} is as good as full: {free}.", "Make room, or lower quotas and days.")
        return
    if disk.free < LITTLE * disk.total:
        yield warning(f"The disk of {folder} fills up: {free}.", "Make room, or lower quotas and days.")
    allowed = (chosen.upload_quota_mb + chosen.recording_quota_mb + chosen.ticket_quota_mb) * 1024**2
    left = allowed - sum(_size(each) for each in (chosen.uploads, chosen.recordings, chosen.attachments))
    if left > disk.free:
        yield hint(f"Files, recordings and attachments may still take {left / GIGABYTE:.0f} GB by their quotas, and "
                   f"{free}.",
                   f"Lower {PREFIX}UPLOAD_QUOTA_MB, {PREFIX}RECORDING_QUOTA_MB and {PREFIX}TICKET_QUOTA_MB.")
    elif disk.free >= LITTLE * disk.total:
        yield ok(f"There is room: {free}.")


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def file_system(grounds: Grounds) -> Finding:
    """Does the database lie where its locks hold?"""
    if not grounds.settings.database.startswith("sqlite"):
        return ok("The database does not lie in the instance folder.")
    kind = kind_of(_existing(grounds.settings.instance).resolve(), _mounts())
    if kind.startswith(REMOTE):
        return error(f"The database lies on a network file system ({kind}), where SQLite's locks don't hold.",
                     "Put the instance folder on a local disk, or use PostgreSQL.")
    return ok(f"The database lies on a local file system{f' ({kind})' if kind else ''}.")


def _mounts() -> str:
    try:
        return Path("/proc/self/mounts").read_text()
    except OSError:
        return ""


def kind_of(path: Path, mounts: str) -> str:
    """Which kind of file system a path lies on, by the system's table."""
    rows = [line.split() for line in mounts.splitlines()]
    found = [(len(row[1]), row[2]) for row in rows
             if len(row) > 2 and path.is_relative_to(row[1].replace("\\040", " "))]
    return max(found, default=(0, ""))[1]


def backups(grounds: Grounds) -> Finding:
    """Is there a backup of late?"""
    folder = grounds.settings.backups
    found = [path.stat().st_mtime for path in folder.glob("connectassist-*.tar.gz*")] if folder.is_dir() else []
    if not found:
        return hint(f"There is no backup in {folder}.", "`connectassist backup`, each night by a timer "
                    "(docs/backup.md); skip this where others back the machine up.")
    days = (clock.now().timestamp() - max(found)) / 86_400
    if days > OLDEST_BACKUP:
        return warning(f"The newest backup is {days:.0f} days old.", "See why `connectassist backup` does not run.")
    return ok(f"The newest backup is {days * 24:.0f} hours old.")


CHECKS: Iterable[Check] = (Check("instance folder", ABOUT, instance), Check("room", ABOUT, room),
                           Check("file system", ABOUT, file_system), Check("backups", ABOUT, backups))
