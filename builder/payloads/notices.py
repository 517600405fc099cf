"""The notices that the licences of bundled software ask for, gathered from what its packages ship."""

import re
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from email import message_from_string
from email.message import Message
from pathlib import Path

NAME = "THIRD-PARTY-NOTICES.txt"
_LICENCE = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
_RULE = "=" * 78
_INTRODUCTION = """\
This program contains the software listed here, each under its own licence.
Some libraries inside the package "av" (FFmpeg's parts, x264, x265) are under the
GNU GPL, others under the GNU LGPL; their source is published by the projects
named here, and the builder of this program passes it on when asked."""


def write(target: Path, *, libraries: Path, system_files: Iterable[Path] = (), python: bool = True) -> None:
    """Write the notices of all packages in `libraries` and of the system's files, in one order always."""
    sections = [_INTRODUCTION]
    if python:
        sections.append(_section("Python", _python_licence()))
    sections += [_package(folder) for folder in sorted(libraries.glob("*.dist-info"))]
    sections += [_section(f"Debian package {name}", text) for name, text in _system_packages(system_files)]
    target.write_text(f"\n\n{_RULE}\n".join(sections) + "\n", "utf-8")


def _package(folder: Path) -> str:
    """One package's name, version, licence and licence files."""
    about = message_from_string((folder / "METADATA").read_text("utf-8", "replace"))
    licence = about["License-Expression"] or (about["License"] or "").split("\n")[0] or _classified(about)
    head = f"{about['Name']} {about['Version']}: {licence}"
    texts = [_text(path) for path in sorted(folder.rglob("*")) if path.is_file() and _LICENCE.search(path.name)]
    return _section(head, *texts)


def _classified(about: Message) -> str:
    lines = about.get_all("Classifier", [])
    return ", ".join(line.split(" :: ")[-1] for line in lines if line.startswith("License ::")) or "see below"


def _system_packages(files: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """The copyright files of the Debian packages that own some files; nothing where there is no dpkg."""
    names = set()
    for path in {file.resolve() for file in files} | set(files):
        try:
            told = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False)
        except OSError:
            return
        names.update(line.split(":")[0] for line in told.stdout.splitlines())
    for name in sorted(names):
        if (notice := Path("/usr/share/doc", name, "copyright")).is_file():
            yield name, _text(notice)


def _python_licence() -> str:
    path = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    return _text(path) if path.is_file() else "Python Software Foundation License, https://docs.python.org/license.html"


def _section(head: str, *texts: str) -> str:
    return "\n\n".join([head, *texts])


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace").replace("\r\n", "\n").strip()
