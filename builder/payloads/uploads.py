"""What an operator uploads: told by its content, and put on a shelf where stamping finds it.

An installer of another make (EXE, DMG) is stored in a payload of its own, untouched and uncompressed, so that the
very same bytes travel in a package and are served by themselves.
"""

import json
import shutil
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from builder import manifest
from builder.errors import PayloadBroken, UploadRefused
from builder.payloads.index import FOLDER, PLATFORMS, TEMPLATES, Payload, load
from builder.payloads.pack import Label, pack, put_in_place

EXE, DMG, PAYLOAD, WINDOWS_RUNTIME, MACOS_RUNTIME = "exe", "dmg", "payload", "windows-runtime", "macos-runtime"
UPLOADS = (EXE, DMG, PAYLOAD, WINDOWS_RUNTIME, MACOS_RUNTIME)
NAMES = {EXE: "RemoteSupport-Setup-{version}.exe", DMG: "RemoteSupport-{version}.dmg"}
_LARGEST_INDEX = 32 << 20
_LOCAL_HEADER = struct.Struct("<26xHH")
_KOLY = 512
_ZIP, _GZIP, _XZ, _BZIP = b"PK\x03\x04", b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh"


class Span(NamedTuple):
    """Where a file's bytes lie inside another."""

    path: Path
    offset: int
    size: int


def recognise(path: Path) -> str:
    """What an upload is, whatever its name says: one of UPLOADS. Raises UploadRefused."""
    with path.open("rb") as file:
        head = file.read(64)
        if head[:2] == b"MZ" and _is_windows_program(file, head):
            return EXE
        if _has_koly(file):
            return DMG
    if head[:4] == _ZIP:
        return _kind_of_zip(path)
    if head.startswith((_GZIP, _XZ, _BZIP)):
        return MACOS_RUNTIME
    raise UploadRefused("This is no Windows program, no Mac disk image and no payload")


def _is_windows_program(file: BinaryIO, head: bytes) -> bool:
    if len(head) < 64:
        return False
    file.seek(struct.unpack_from("<I", head, 60)[0])
    return file.read(4) == b"PE\0\0"


def _has_koly(file: BinaryIO) -> bool:
    """A disk image ends with a trailer of 512 bytes that says `koly` and its own size."""
    if file.seek(0, 2) < _KOLY:
        return False
    file.seek(-_KOLY, 2)
    trailer = file.read(12)
    return trailer[:4] == b"koly" and struct.unpack_from(">I", trailer, 8)[0] == _KOLY


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise UploadRefused("This ZIP can't be opened") from problem
    if sorted(names) in ([f"{platform}.json", f"{platform}.zip"] for platform in PLATFORMS):
        return PAYLOAD
    if any(name.rpartition("/")[2] == "python.exe" for name in names):
        return WINDOWS_RUNTIME
    if any(name.endswith("bin/python3") for name in names):
        return MACOS_RUNTIME
    raise UploadRefused("This ZIP is neither a payload nor a Python for Windows or the Mac")


def shelve_installer(path: Path, *, kind: str, version: str, shelf: Path) -> Payload:
    """Put an EXE or DMG on the shelf, in place of the one before. `path` is used up. Raises OSError."""
    name = NAMES[kind].format(version=version)
    work = path.with_suffix(".tree")
    (work / "tree").mkdir(parents=True)
    try:
        file = path.rename(work / "tree" / name)
        file.chmod(0o755 if kind == EXE else 0o644)
        pack(work / "tree", out=work, compress=False, label=Label(
            platform=TEMPLATES[kind], version=version, executable=name, source=manifest.sha256_of(file)))
        put_in_place(work, TEMPLATES[kind], shelf=shelf)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return load(shelf, platform=TEMPLATES[kind])


def installer(payload: Payload) -> Span:
    """The bytes of the one file that an installer's payload holds."""
    with payload.zip_path.open("rb") as file:
        name, extra = _LOCAL_HEADER.unpack(file.read(30))
    size = json.loads(payload.lines[0][1])["size"]
    return Span(payload.zip_path, 30 + name + extra, size)


def write_bundle(payload: Payload, path: Path) -> None:
    """Write a payload's two files into one ZIP, as the Packages page takes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for file in (payload.zip_path.with_suffix(".json"), payload.zip_path):
            bundle.write(file, file.name)


def shelve_payload(path: Path, *, shelf: Path) -> Payload:
    """Check a bundle whole and put its payload on the shelf. Raises UploadRefused, OSError."""
    work = path.with_suffix(".tree")
    work.mkdir()
    try:
        platform = _unbundle(path, work)
        _check(load(work, platform=platform))
        put_in_place(work, platform, shelf=shelf)
        return load(shelf, platform=platform)
    except (PayloadBroken, zipfile.BadZipFile, zlib.error, EOFError) as problem:
        raise UploadRefused("This payload is damaged or not one of ours") from problem
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unbundle(path: Path, work: Path) -> str:
    with zipfile.ZipFile(path) as bundle:
        platform = next(name for name in bundle.namelist() if name.endswith(".json")).removesuffix(".json")
        for entry in bundle.infolist():
            is_index = entry.filename.endswith(".json")
            if entry.compress_type != zipfile.ZIP_STORED and not is_index:
                raise UploadRefused("The payload inside must be stored uncompressed")
            if is_index and entry.file_size > _LARGEST_INDEX:
                raise UploadRefused("The payload's index is too large")
            with bundle.open(entry) as source, (work / entry.filename).open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
    return platform


def _check(payload: Payload) -> None:
    """Read every byte of a payload: what is stamped later must be what its index says."""
    payload.verify()
    listed = {path: json.loads(line) for path, line in payload.lines}
    with zipfile.ZipFile(payload.zip_path) as archive:
        if sorted(archive.namelist()) != sorted(f"{FOLDER}/{path}" for path in listed) or payload.folder != FOLDER:
            raise PayloadBroken(payload.zip_path, "it holds other files than its index names")
        if payload.executable not in listed or not _is_version(payload.version):
            raise PayloadBroken(payload.zip_path, "its index doesn't say what starts it, or which version it is")
        for path, line in listed.items():
            _check_file(archive, path, line)


def _check_file(archive: zipfile.ZipFile, path: str, line: dict[str, Any]) -> None:
    if path.startswith("/") or "\\" in path or ":" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise PayloadBroken(path, "its name leads out of the package")
    entry = archive.getinfo(f"{FOLDER}/{path}")
    if entry.file_size != line["size"]:
        raise PayloadBroken(path, "it isn't as long as the index says")
    with archive.open(entry) as file:
        if manifest.sha256_of_stream(file) != line["sha256"]:
            raise PayloadBroken(path, "it isn't what the index says")


def _is_version(text: object) -> bool:
    """Helpers compare versions by their numbers, so a payload's consists of them."""
    parts = text.split(".") if isinstance(text, str) else []
    return 1 <= len(parts) <= 4 and all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts)


def shelve_runtime(path: Path, *, kind: str, shelf: Path) -> None:
    """Keep an operator's Python for the builder, with the hash that pins it. `path` is used up. Raises OSError."""
    shelf.mkdir(parents=True, exist_ok=True)
    note = {"sha256": manifest.sha256_of(path), "size": path.stat().st_size}
    path.replace(shelf / kind)
    (shelf / f"{kind}.note").write_text(json.dumps(note))


def runtime(kind: str, *, shelf: Path) -> dict[str, Any] | None:
    """The hash and size of a kept runtime; None when there is none."""
    try:
        note = json.loads((shelf / f"{kind}.note").read_bytes())
        return note if (shelf / kind).stat().st_size == note["size"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
