"""A payload's twin whose files lie at the root of the archive, where contract 000's agents look for their settings.

The compressed bytes are copied as they are, once for each payload; stamping the twin then costs what any stamping does.
"""

import hashlib
import json
import os
import shutil
import uuid
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from builder import manifest, zipformat
from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads.index import Payload, load
from builder.payloads.pack import put_in_place
from builder.zipformat import Directory, NotAZip

_BLOCK = 1 << 20


def flat(payload: Payload, *, shelf: Path) -> Payload:
    """The twin, kept on a shelf of its own and made anew when the payload was replaced. Raises PayloadBroken,
    OSError."""
    found = _kept(payload, shelf)
    if found is None:
        _make(payload, shelf)
    return found or load(shelf, platform=payload.platform)


def _kept(payload: Payload, shelf: Path) -> Payload | None:
    try:
        found = load(shelf, platform=payload.platform)
    except (PayloadMissing, PayloadBroken):
        return None
    return found if found.twin_of == payload.zip_sha256 else None


def _make(payload: Payload, shelf: Path) -> None:
    work = shelf / f".{uuid.uuid4().hex}"
    work.mkdir(parents=True)
    try:
        made = work / f"{payload.platform}.zip"
        with zipfile.ZipFile(payload.zip_path) as archive, payload.zip_path.open("rb") as source, \
                made.open("wb") as target:
            directory = _copy(archive, source, target, prefix=payload.inside(""))
        index = _index(payload, made, directory)
        made.with_suffix(".json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", "utf-8")
        if _kept(payload, shelf) is None:  # nobody made it meanwhile: who stamps that one must find it in place
            put_in_place(work, payload.platform, shelf=shelf)
    except (zipfile.BadZipFile, NotAZip) as problem:
        raise PayloadBroken(payload.zip_path, str(problem)) from problem
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _copy(archive: zipfile.ZipFile, source: BinaryIO, target: BinaryIO, *, prefix: str) -> Directory:
    """Write every file under its name without the folder, then the directory."""
    lines = []
    for entry in archive.infolist():
        file, begin = zipformat.moved(source, entry, name=entry.filename.removeprefix(prefix))
        lines.append(file.central(target.tell()))
        target.write(file.local())
        _pass_on(source, target, begin=begin, length=file.compressed)
    directory = Directory(offset=target.tell(), size=sum(map(len, lines)), entries=len(lines))
    target.write(b"".join([*lines, zipformat.closing(directory)]))
    return directory


def _pass_on(source: BinaryIO, target: BinaryIO, *, begin: int, length: int) -> None:
    source.seek(begin)
    while length:
        block = source.read(min(_BLOCK, length))
        if not block:
            raise NotAZip("it ends too early")
        target.write(block)
        length -= len(block)


def _index(payload: Payload, made: Path, directory: Directory) -> dict[str, Any]:
    """The payload's own index, of the new ZIP."""
    index = json.loads(payload.zip_path.with_suffix(".json").read_bytes())
    with made.open("rb") as file:
        file.seek(directory.offset)
        content = file.read(directory.size)
    return {**index, "folder": "", "twin_of": payload.zip_sha256, "zip": {
        "size": os.path.getsize(made), "sha256": manifest.sha256_of(made), "entries": directory.entries,
        "directory_offset": directory.offset, "directory_size": directory.size,
        "directory_sha256": hashlib.sha256(content).hexdigest()}}
