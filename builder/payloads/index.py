"""A built payload as stamping sees it: one ZIP, and one index that says what is in it.

The index holds every file's hash, so that stamping reads none of them again.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import manifest, zipformat
from builder.errors import PayloadBroken, PayloadMissing

FORMAT = 1
FOLDER = "ConnectAssist-Helper"
"""The one folder in a package, so that unpacking never litters the customer's Downloads."""
RESERVED = ("appsettings.json", "config.json", "manifest.json", "README.txt")
"""Names that stamping adds; a payload must not hold them."""
PLATFORMS = ("linux-x86_64", "linux-python", "windows-x86_64", "macos-arm64")
TEMPLATES = {"exe": "template-exe", "dmg": "template-dmg"}
"""Installers of other makes, as their operator uploaded them: one untouched file each."""
SCRIPTS = ("scripts-windows", "scripts-unix")
"""For systems that no helper runs on."""
KINDS = (*PLATFORMS, *TEMPLATES.values(), *SCRIPTS)


@dataclass(frozen=True)
class Payload:
    """One platform's helper, ready to be stamped."""

    platform: str
    version: str
    executable: str
    zip_path: Path
    zip_size: int
    zip_sha256: str
    mark: tuple[int, ...]
    directory: zipformat.Directory
    directory_bytes: bytes
    lines: tuple[tuple[str, str], ...]
    """`(path, canonical manifest line)` of every file."""
    folder: str = FOLDER
    """The folder in the ZIP in which all files lie; empty for none."""
    twin_of: str = ""
    """For a payload that was made of another one: that one's `zip_sha256`."""

    def inside(self, name: str) -> str:
        """The name in the ZIP of a file beside the program."""
        return f"{self.folder}/{name}" if self.folder else name

    def verify(self) -> None:
        """Read the whole ZIP and compare its hash: slow, for operators. Raises PayloadBroken."""
        if manifest.sha256_of(self.zip_path) != self.zip_sha256:
            raise PayloadBroken(self.zip_path, "its bytes are not those that were built")


_loaded: dict[Path, Payload] = {}


def load(folder: Path, *, platform: str) -> Payload:
    """The payload of a platform, kept in memory until its files change. Raises PayloadMissing, PayloadBroken."""
    index_path = Path(folder) / f"{platform}.json"
    if platform not in KINDS:
        raise PayloadMissing(platform)
    mark = _mark(index_path, platform)
    known = _loaded.get(index_path)
    if known is None or known.mark != mark:
        known = _loaded[index_path] = _read(index_path, platform, mark)
    return known


def available(folder: Path) -> list[str]:
    """The platforms whose payload can be stamped right now, in the order of PLATFORMS."""
    return [platform for platform in PLATFORMS if _is_usable(folder, platform)]


def zip_mark(path: Path) -> tuple[int, ...]:
    """What changes when a file is replaced or written to, at the price of one look."""
    state = path.stat()
    return state.st_ino, state.st_size, state.st_mtime_ns


def _is_usable(folder: Path, platform: str) -> bool:
    try:
        load(folder, platform=platform)
    except (PayloadMissing, PayloadBroken):
        return False
    return True


def _mark(index_path: Path, platform: str) -> tuple[int, ...]:
    try:
        return (*zip_mark(index_path), *zip_mark(index_path.with_suffix(".zip")))
    except OSError as problem:
        raise PayloadMissing(platform) from problem


def _read(index_path: Path, platform: str, mark: tuple[int, ...]) -> Payload:
    try:
        index = json.loads(index_path.read_bytes())
        if index["format"] != FORMAT or index["platform"] != platform or index["folder"] not in (FOLDER, ""):
            raise PayloadBroken(index_path, "its index is of another kind")
        return _payload(index, index_path.with_suffix(".zip"), mark)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise PayloadBroken(index_path, f"its index cannot be read ({problem})") from problem


def _payload(index: dict[str, Any], zip_path: Path, mark: tuple[int, ...]) -> Payload:
    archive = index["zip"]
    directory = zipformat.Directory(archive["directory_offset"], archive["directory_size"], archive["entries"])
    content = _directory_bytes(zip_path, archive, directory)
    return Payload(
        platform=index["platform"], version=index["version"], executable=index["executable"],
        zip_path=zip_path, zip_size=archive["size"], zip_sha256=archive["sha256"], mark=mark,
        directory=directory, directory_bytes=content, lines=_lines(index, zip_path),
        folder=index["folder"], twin_of=index.get("twin_of", ""),
    )


def _directory_bytes(zip_path: Path, archive: dict[str, Any], directory: zipformat.Directory) -> bytes:
    """Read the central directory and compare it: a payload cut short or half-written shows itself here."""
    with zip_path.open("rb") as file:
        size = file.seek(0, 2)
        if size != archive["size"]:
            raise PayloadBroken(zip_path, f"it has {size} bytes instead of {archive['size']}")
        file.seek(directory.offset)
        content = file.read(directory.size)
    if hashlib.sha256(content).hexdigest() != archive["directory_sha256"]:
        raise PayloadBroken(zip_path, "its directory is not the one that was built")
    return content


def _lines(index: dict[str, Any], zip_path: Path) -> tuple[tuple[str, str], ...]:
    refuse_reserved((entry["path"] for entry in index["files"]), zip_path)
    return tuple(
        (entry["path"], manifest.file_line(entry["path"], size=entry["size"], sha256=entry["sha256"]))
        for entry in index["files"]
    )


def refuse_reserved(paths: Any, where: object) -> None:
    """Refuse a payload that holds a file which stamping adds, whatever the case of its letters."""
    reserved = {name.casefold() for name in RESERVED}
    for path in paths:
        if path.casefold() in reserved:
            raise PayloadBroken(where, f"it holds {path}, a name kept for stamping")
