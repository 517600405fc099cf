"""Small scripts for systems that no helper runs on, as payloads: they register by HTTP and open the chat page."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads.index import Payload, load
from builder.payloads.pack import Label, pack, put_in_place

_HERE = Path(__file__).parent
_STARTERS = {"scripts-windows": "connect.bat", "scripts-unix": "connect.sh"}
_VERSION = "1.0.0"


def payload(kind: str, *, shelf: Path) -> Payload:
    """One system's scripts, packed when they aren't on the shelf yet as they are here."""
    try:
        if json.loads((shelf / f"{kind}.json").read_bytes())["source"] == _source(kind):
            return load(shelf, platform=kind)
    except (OSError, ValueError, KeyError, PayloadMissing, PayloadBroken):
        pass
    shelf.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf) as folder, tempfile.TemporaryDirectory() as tree:
        pack(_tree(kind, Path(tree)), out=Path(folder), label=Label(
            platform=kind, version=_VERSION, executable=_STARTERS[kind], source=_source(kind)))
        put_in_place(Path(folder), kind, shelf=shelf)
    return load(shelf, platform=kind)


def _scripts(kind: str) -> list[Path]:
    return sorted(path for path in (_HERE / kind.removeprefix("scripts-")).iterdir() if path.is_file())


def _source(kind: str) -> str:
    parts = (path.name.encode() + b"\0" + path.read_bytes() for path in _scripts(kind))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _tree(kind: str, tree: Path) -> Path:
    """The scripts with the line ends and modes of their system."""
    for path in _scripts(kind):
        if kind == "scripts-windows":
            (tree / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        else:
            shutil.copy(path, tree / path.name)
            (tree / path.name).chmod(0o755)
    return tree
