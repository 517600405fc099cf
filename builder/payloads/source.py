"""What a payload is built from: the helper's own files, and a hash that tells whether they changed."""

import hashlib
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from builder.errors import BuilderError

_BUILDER = Path(__file__).resolve().parent.parent
TOOLS = _BUILDER / "requirements-build.txt"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "requirements*.txt")


@dataclass(frozen=True)
class Source:
    """The helper's source folder."""

    helper: Path = _BUILDER / "helper"

    @property
    def requirements(self) -> Path:
        """The list of libraries that the helper needs."""
        return self.helper / "requirements.txt"

    def version(self) -> str:
        """The helper's own VERSION. Raises BuilderError when there is no helper."""
        try:
            text = (self.helper / "__init__.py").read_text("utf-8")
        except OSError as problem:
            raise BuilderError(f"There is no helper to build in {self.helper}") from problem
        found = re.search(r'^VERSION\s*=\s*"([^"]+)"', text, re.MULTILINE)
        return found.group(1) if found else "0"

    def fingerprint(self, *extras: str) -> str:
        """SHA-256 over everything that a build depends on, in hex."""
        digest = hashlib.sha256(sys.version.encode())
        for path in self._files():
            digest.update(f"\0{path.relative_to(path.parents[2])}\0".encode() + path.read_bytes())
        digest.update("\0".join(extras).encode())
        return digest.hexdigest()

    def stage(self, into: Path) -> None:
        """Copy the helper into `into` as the package builder.helper, with nothing else of the project."""
        shutil.rmtree(into / "builder", ignore_errors=True)
        shutil.copytree(self.helper, into / "builder" / "helper", ignore=_LEFT_OUT)
        (into / "builder" / "__init__.py").write_text("")

    def _files(self) -> Iterable[Path]:
        yield TOOLS
        yield from sorted(Path(__file__).parent.glob("*.py"))
        wanted = (path for path in self.helper.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        yield from sorted(wanted)
