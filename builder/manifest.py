"""The signed list of a package's files: what it is made of, and how it is checked.

The format is written down in docs/helper-protocol.md §1. The helper has a reader of its own, so that it
carries nothing of the server; the two meet only in that format.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from builder.errors import ManifestBroken

NAME = "manifest.json"
VERSION = 1
_BLOCK = 1 << 20


class Signer:
    """The server's Ed25519 key, which vouches for every package."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()

    @classmethod
    def new(cls) -> "Signer":
        """Make a fresh key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "Signer":
        """The key of a 32-byte seed."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def at(cls, path: Path) -> "Signer":
        """The key in a file, which is made, readable by its owner alone, when it is not there yet."""
        if not path.exists():
            _write_new_seed(path)
        return cls.from_seed(base64.b64decode(path.read_text("ascii")))

    def sign(self, content: bytes) -> str:
        """The signature over some bytes, in base64. The same bytes always give the same signature."""
        return base64.b64encode(self._key.sign(content)).decode()


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """The one way to write a manifest as bytes, so that two programs sign and check the same ones."""
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def file_line(path: str, *, size: int, sha256: str) -> str:
    """One file's part of a manifest, already canonical: joining such lines is quicker than a whole dump."""
    return canonical({"path": path, "size": size, "sha256": sha256}).decode()


def write(lines: list[tuple[str, str]], *, package: str, platform: str, created_at: str, signer: Signer,
          helper: Mapping[str, str]) -> bytes:
    """A signed manifest of `(path, file_line)` pairs, as the bytes of its file. `helper` tells its version and what
    starts it."""
    head = canonical({"created_at": created_at})[:-1].decode()
    files = ",".join(line for _, line in sorted(lines))
    rest = {"helper": dict(helper), "package": package, "platform": platform, "public_key": signer.public_key}
    middle = f'{head},"files":[{files}],{canonical(rest)[1:-1].decode()}'
    version = f'"version":{VERSION}}}'
    signature = signer.sign(f"{middle},{version}".encode())
    return f'{middle},"signature":"{signature}",{version}'.encode()


def check_signature(manifest: Mapping[str, Any]) -> None:
    """Check that a manifest is signed by the key it names. Raises ManifestBroken."""
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(manifest["public_key"], validate=True))
        key.verify(base64.b64decode(manifest["signature"], validate=True), canonical(unsigned))
    except (KeyError, TypeError, ValueError, InvalidSignature) as problem:
        raise ManifestBroken(NAME, "its signature is not right") from problem


def verify_folder(folder: Path, *, public_key: str | None = None) -> dict[str, Any]:
    """Check an unpacked package whole and return its manifest. Raises ManifestBroken, naming the file."""
    manifest = _read(folder / NAME)
    check_signature(manifest)
    if public_key is not None and manifest["public_key"] != public_key:
        raise ManifestBroken(NAME, "it is signed by another server")
    listed = {entry["path"]: entry for entry in manifest["files"]}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {NAME}
    for path in sorted(listed.keys() | present):
        _check_file(folder, path, listed.get(path))
    return manifest


def _read(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise ManifestBroken(NAME, "it cannot be read") from problem
    if not isinstance(manifest, dict):
        raise ManifestBroken(NAME, "it is not a manifest")
    return manifest


def _check_file(folder: Path, path: str, entry: Mapping[str, Any] | None) -> None:
    if entry is None:
        raise ManifestBroken(path, "it is not part of the package")
    file = folder / path
    if not file.is_file():
        raise ManifestBroken(path, "it is missing")
    if file.stat().st_size != entry["size"] or sha256_of(file) != entry["sha256"]:
        raise ManifestBroken(path, "it was changed")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex, read in pieces."""
    with path.open("rb") as file:
        return sha256_of_stream(file)


def sha256_of_stream(file: IO[bytes]) -> str:
    """The SHA-256 of what is left of an open file, in hex."""
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _write_new_seed(path: Path) -> None:
    """Write a seed under a name of its own first: two processes that start together end with one key."""
    seed = Ed25519PrivateKey.generate().private_bytes_raw()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(seed))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
