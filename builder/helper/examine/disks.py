"""The machine's own file systems: what is on a disk, not what is in memory, on a network or in an image."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import psutil

from .facts import fact, word

# Read-only images are full by nature, and a look at a network's file system can hang for minutes.
_NOT_DISKS = {"squashfs", "iso9660", "udf", "overlay", "tmpfs", "devtmpfs", "ramfs", "autofs", "erofs", "cramfs",
              "cdfs", "nfs", "nfs4", "cifs", "smb3", "smbfs", "webdav", "fuse.sshfs", "9p", "afpfs", "nullfs"}
_NOT_OPTIONS = {"cdrom", "remote"}
# Parts of one volume that macOS mounts for itself.
_NOT_PLACES = ("/System/Volumes/", "/private/var/vm", "/snap/", "/boot/efi")
_MOST = 32


@dataclass(frozen=True, kw_only=True)
class Disk:
    """One file system; sizes in bytes. `percent` is used of what a user may use."""

    place: str
    total: int
    free: int
    percent: float


def mounted() -> list[Disk]:
    """Each of the machine's own file systems once, by the shortest place where it is mounted."""
    found: dict[str, Disk] = {}
    for partition in sorted(fact(psutil.disk_partitions) or [], key=lambda one: len(one.mountpoint)):
        if partition.device in found or not _is_disk(partition):
            continue
        if (disk := fact(_measure, partition.mountpoint)) is not None:
            found[partition.device] = disk
    return sorted(found.values(), key=lambda disk: disk.place)[:_MOST]


def _is_disk(partition: object) -> bool:
    options = set(str(getattr(partition, "opts", "")).split(","))
    return (getattr(partition, "fstype", "").lower() not in (*_NOT_DISKS, "") and not options & _NOT_OPTIONS
            and not getattr(partition, "mountpoint", "").startswith(_NOT_PLACES))


def _measure(place: str) -> Disk:
    usage = psutil.disk_usage(place)
    if not usage.total:
        raise OSError(errno.ENODEV, "the file system has no size", place)
    return Disk(place=word(place) or place, total=usage.total, free=usage.free, percent=round(usage.percent, 1))
