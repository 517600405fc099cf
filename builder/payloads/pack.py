"""Packing: a folder in, a ZIP and its index out, byte for byte the same on every run."""

import hashlib
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import zipformat
from builder.errors import PayloadBroken
from builder.payloads.index import FOLDER, FORMAT, refuse_reserved

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_MANY_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Label:
    """What an index says of a payload besides its files."""

    platform: str
    version: str
    executable: str
    source: str
    """SHA-256 of everything that the payload was built from."""
    built_at: str | None = None


def pack(tree: Path, *, out: Path, label: Label, compress: bool = True) -> Path:
    """Pack the files below `tree` into `<platform>.zip` and `<platform>.json` in `out`. Returns the index's path.

    Links to files are packed as files. Raises PayloadBroken for a tree that cannot be stamped.
    """
    paths = _paths(tree)
    refuse_reserved(paths, tree)
    if label.executable not in paths:
        raise PayloadBroken(tree, f"it lacks {label.executable}, which starts it")
    out.mkdir(parents=True, exist_ok=True)
    draft = out / f".{label.platform}.{os.getpid()}.zip"
    try:
        files = _write_zip(tree, paths, draft, zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED)
        return _publish(_index(label, draft, files), draft, out)
    finally:
        draft.unlink(missing_ok=True)


def put_in_place(made: Path, platform: str, *, shelf: Path) -> None:
    """Move a packed payload from a folder of its own, so that two that are packed at once don't mix."""
    shelf.mkdir(parents=True, exist_ok=True)
    for ending in (".zip", ".json"):
        os.replace(made / f"{platform}{ending}", shelf / f"{platform}{ending}")


def _paths(tree: Path) -> list[str]:
    return sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())


def _write_zip(tree: Path, paths: list[str], draft: Path, method: int) -> list[dict[str, Any]]:
    with zipfile.ZipFile(draft, "w", method, compresslevel=_LEVEL) as archive:
        return [_add(archive, tree, path, method) for path in paths]


def _add(archive: zipfile.ZipFile, tree: Path, path: str, method: int) -> dict[str, Any]:
    """Add one file, in pieces, and say what it is."""
    source = tree / path
    entry = zipfile.ZipInfo(f"{FOLDER}/{path}", _FIXED_DATE)
    entry.create_system = 3
    entry.compress_type = method
    entry.file_size = source.stat().st_size
    entry.external_attr = (0o100755 if os.access(source, os.X_OK) else 0o100644) << 16
    digest = hashlib.sha256()
    with source.open("rb") as file, archive.open(entry, "w") as target:
        while block := file.read(_MANY_BYTES):
            digest.update(block)
            target.write(block)
    return {"path": path, "size": entry.file_size, "sha256": digest.hexdigest()}


def _index(label: Label, draft: Path, files: list[dict[str, Any]]) -> dict[str, Any]:
    with draft.open("rb") as file:
        directory = zipformat.find_directory(file)
        file.seek(directory.offset)
        content = file.read(directory.size)
        file.seek(0)
        whole = hashlib.file_digest(file, "sha256")
    archive = {
        "size": draft.stat().st_size, "sha256": whole.hexdigest(), "entries": directory.entries,
        "directory_offset": directory.offset, "directory_size": directory.size,
        "directory_sha256": hashlib.sha256(content).hexdigest(),
    }
    return {"format": FORMAT, **vars(label), "folder": FOLDER, "zip": archive, "files": files}


def _publish(index: dict[str, Any], draft: Path, out: Path) -> Path:
    """Put both files in place by renaming: a package that is being sent keeps the old ZIP open."""
    final = out / f"{index['platform']}.json"
    text = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
    draft_index = draft.with_suffix(".json")
    draft_index.write_text(text, "utf-8")
    os.replace(draft, final.with_suffix(".zip"))
    os.replace(draft_index, final)
    return final
