"""Is this package what the server signed? Checked before anything else is believed."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .errors import Tampered

_AGAIN = "Please download the helper again from your support page."
# Kinds of files that an interpreter or loader would pick up beside the program without being asked.
_LOADABLE = {".dll", ".so", ".dylib", ".pyd", ".py", ".pyc", ".pth"}


def check(package_dir: Path) -> str:
    """Check the manifest's signature and every file; returns the signer's public key. Raises Tampered."""
    manifest = manifest_of(package_dir)
    listed = _listed(manifest)
    for path, (size, digest) in sorted(listed.items()):
        _check_file(package_dir, path=path, size=size, digest=digest)
    if "appsettings.json" not in listed:
        raise Tampered(f"appsettings.json is not part of the signed package. {_AGAIN}")
    _refuse_extra(package_dir, listed=set(listed))
    return manifest["public_key"]


def manifest_of(package_dir: Path) -> dict[str, Any]:
    """A package's manifest, its signature checked and its files not. Raises Tampered."""
    try:
        return proved((package_dir / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise Tampered(f"manifest.json is missing. {_AGAIN}") from None
    except OSError:
        raise Tampered(f"manifest.json cannot be read. {_AGAIN}") from None


def proved(raw: bytes) -> dict[str, Any]:
    """A manifest's content, once its signature is right and its files can be listed. Raises Tampered."""
    manifest = _read(raw)
    _check_signature(manifest)
    _listed(manifest)
    return manifest


def executable_hash(package_dir: Path) -> str:
    """The SHA-256 of the program that the package starts, as its manifest names it; "" when it names none."""
    manifest = manifest_of(package_dir)
    helper = manifest.get("helper")
    program = helper.get("executable") if isinstance(helper, dict) else None
    listed = {f["path"]: f["sha256"] for f in manifest["files"]}
    return str(listed.get(program, ""))


def inside(folder: Path, path: str) -> Path:
    """The file that a manifest names, below the package's folder. Raises Tampered."""
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or ":" in path or ".." in parts or "" in parts:
        raise Tampered(f"manifest.json names a file outside the package. {_AGAIN}")
    return folder.joinpath(*parts)


def same_signer(public_key: str, *, server_key: str) -> None:
    """Compare the package's signer with the key that the server itself names. Raises Tampered."""
    if server_key and server_key != public_key:
        raise Tampered(f"manifest.json was not signed by this server. {_AGAIN}")


def canonical(manifest: dict[str, Any]) -> bytes:
    """The bytes that are signed: the manifest without its signature."""
    body = {k: v for k, v in manifest.items() if k != "signature"}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _read(raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise Tampered(f"manifest.json cannot be read. {_AGAIN}") from None
    if not isinstance(manifest, dict) or manifest.get("version") != 1:
        raise Tampered(f"manifest.json is not understood. {_AGAIN}")
    return manifest


def _check_signature(manifest: dict[str, Any]) -> None:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(manifest["public_key"], validate=True))
        key.verify(base64.b64decode(manifest["signature"], validate=True), canonical(manifest))
    except (KeyError, TypeError, ValueError, InvalidSignature):
        raise Tampered(f"manifest.json was changed: its signature is wrong. {_AGAIN}") from None


def _listed(manifest: dict[str, Any]) -> dict[str, tuple[int, str]]:
    try:
        return {f["path"]: (int(f["size"]), str(f["sha256"])) for f in manifest["files"]}
    except (KeyError, TypeError, ValueError):
        raise Tampered(f"manifest.json is not understood. {_AGAIN}") from None


def _check_file(folder: Path, *, path: str, size: int, digest: str) -> None:
    file = inside(folder, path)
    try:
        if file.is_symlink() or file.stat().st_size != size or _sha256(file) != digest:
            raise Tampered(f"{path} was changed or is damaged. {_AGAIN}")
    except OSError:
        raise Tampered(f"{path} is missing. {_AGAIN}") from None


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refuse_extra(folder: Path, *, listed: set[str]) -> None:
    """Refuse what could be loaded though nobody signed it.

    A folder that the package brought may hold nothing else. Beside the program itself other files may lie (people
    unpack into Downloads), but none of a kind that is loaded unasked.
    """
    own_folders = {path.split("/")[0] for path in listed if "/" in path}
    for top in sorted(folder.iterdir()):
        if top.name in own_folders and top.is_dir() and not top.is_symlink():
            for file in sorted(top.rglob("*")):
                _refuse_unlisted(file, folder=folder, listed=listed)
        elif _is_loadable(top):
            _refuse_unlisted(top, folder=folder, listed=listed)


def _is_loadable(path: Path) -> bool:
    return path.suffix.lower() in _LOADABLE or ".so." in path.name.lower()


def _refuse_unlisted(file: Path, *, folder: Path, listed: set[str]) -> None:
    if file.is_dir() and not file.is_symlink():
        return
    name = file.relative_to(folder).as_posix()
    if name not in listed:
        raise Tampered(
            f"{name} does not belong to the package. Unpack the download into a folder of its own, "
            "or download it again from your support page."
        )
