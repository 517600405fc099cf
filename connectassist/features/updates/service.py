"""Which version of a helper is the newest, and the package that a helper updates itself with."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

from packaging.version import InvalidVersion, Version

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import PLATFORMS
from builder.stamp import StampedPackage
from connectassist.core.errors import ClientBuildMissing, NotFound, ValidationFailed
from connectassist.features.installers import service as installers
from connectassist.features.packages import service as packages
from connectassist.features.templates import queries as stock
from connectassist.http.sending import Source, StoredFile

LINUX = "linux-x86_64"
_MACS, _WINDOWS = ("darwin", "mac", "macos"), ("win", "win32", "windows")
_LONGEST_VERSION = 64


class Newest(NamedTuple):
    """The newest helper of a platform: what it is downloaded by, its version, its file's name and bytes."""

    key: str
    version: str
    file_name: str
    source: Source


def info(platform: str, current: str, *, server_url: str) -> dict[str, Any]:
    """Contract 001's update-info: for its own installers (`darwin`; all else is `win` to its helper) and for our
    payloads by their names. Raises ValidationFailed for a version that is none."""
    running = _version(current)
    known = (*PLATFORMS, "linux", *_MACS)
    newest = _newest(platform.lower() if platform.lower() in known else "win")
    newer = newest is not None and stock.version(newest.version) > running
    return {"updateAvailable": newer, "currentVersion": current or "0.0.0",
            "latestVersion": newest.version if newest else current or "0.0.0",
            "downloadUrl": f"{server_url}/api/helper/download/{newest.key}" if newest else None, "releaseNotes": None}


def download(platform: str) -> Newest:
    """The newest installer (`win`, `darwin`) or unstamped payload of a platform. Raises NotFound."""
    newest = _newest(platform)
    if newest is None:
        raise NotFound("There is no helper for this platform here")
    return newest


def package(device_id: str, *, server_url: str) -> StampedPackage:
    """A device's own package, or its installer, with the newest payload of its platform. Raises NotFound."""
    with suppress(NotFound):
        return packages.renewed(device_id)
    return installers.renewed(device_id, server_url=server_url)


def check(device_id: str, current: str) -> dict[str, Any]:
    """Contract 000's update check, for the build that a device was installed with."""
    told = {"updateAvailable": False, "currentVersion": current or "0.0.0"}
    try:
        build = installers.build_of(device_id)
    except (NotFound, ClientBuildMissing):
        return told
    is_newer = stock.version(build.version) > stock.version(current[:_LONGEST_VERSION])
    return told | {"updateAvailable": is_newer, "latestVersion": build.version, "sha256": build.zip_sha256,
                   "downloadUrl": f"/api/updates/download/{build.version}", "fileSize": build.zip_size,
                   "releaseNotes": None}


def build(device_id: str, version: str) -> Newest:
    """The ZIP that `check` tells of, without settings. Raises NotFound, ClientBuildMissing."""
    found = installers.build_of(device_id)
    if found.version != version:
        raise NotFound("There is no such version here")
    return Newest(found.platform, found.version, f"pocket-it-{found.version}.zip",
                  StoredFile(found.zip_path, found.zip_size, found.zip_sha256))


def _newest(platform: str) -> Newest | None:
    if platform in (*PLATFORMS, "linux"):
        return _payload(LINUX if platform == "linux" else platform)
    kind = "dmg" if platform in _MACS else "exe" if platform in _WINDOWS else None
    found = stock.template(kind) if kind else None
    if found is None:
        return None
    return Newest("darwin" if kind == "dmg" else "win", found.payload.version, found.payload.executable, found)


def _payload(platform: str) -> Newest | None:
    try:
        payload = stock.payload(platform)
    except (PayloadMissing, PayloadBroken):
        return None
    return Newest(platform, payload.version, f"ConnectAssist-Helper-{platform}-{payload.version}.zip",
                  StoredFile(payload.zip_path, payload.zip_size, payload.zip_sha256))


def _version(text: str) -> Version:
    try:
        return Version(text[:_LONGEST_VERSION] or "0.0.0")
    except InvalidVersion:
        raise ValidationFailed("currentVersion must look like 1.2.3") from None
