"""A small payload, an order and a key for the builder's tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder.manifest import Signer
from builder.payloads import Payload, load
from builder.payloads.pack import Label, pack
from builder.stamp import Order

PLATFORM = "linux-x86_64"
PROGRAM = "#!/bin/sh\necho \"helper in $(pwd)\"\n"


def _write_tree(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "connectassist-helper").write_text(PROGRAM)
    (folder / "connectassist-helper").chmod(0o755)
    return folder


def _pack_tree(tree: Path, out: Path) -> Payload:
    pack(tree, out=out, label=Label(
        platform=PLATFORM, version="0.1.0", executable="connectassist-helper", source="0" * 64))
    return load(out, platform=PLATFORM)


@pytest.fixture
def write_tree() -> Callable[[Path, dict[str, bytes]], Path]:
    """Write files and a program that starts into a folder."""
    return _write_tree


@pytest.fixture
def pack_tree() -> Callable[[Path, Path], Payload]:
    """Pack a folder as the payload of PLATFORM and load it."""
    return _pack_tree


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return _write_tree(tmp_path / "tree", {
        "lib/a.bin": bytes(range(256)) * 2000, "lib/empty": b"", "größe/日本 😀.txt": "ünï".encode()})


@pytest.fixture
def payload(tree: Path, tmp_path: Path) -> Payload:
    return _pack_tree(tree, tmp_path / "payloads")


@pytest.fixture
def signer() -> Signer:
    return Signer.from_seed(b"s" * 32)


@pytest.fixture
def order() -> Order:
    return Order(
        device_id="SUPP-123456-1720012345", settings={"Device": {"CustomerName": "Zoë </script> 日本"}},
        readme="Hello\n", created_at=datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC))
