"""The Windows and macOS payloads, put together on Linux: wheels for that platform beside a runtime.

No registry serves those runtimes, so the operator supplies one and pins its SHA-256. Its files are not
changed: what Windows or a Mac knows of their signatures stays true.
"""

import re
import shutil
import stat
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from builder import manifest
from builder.errors import RuntimeRefused
from builder.payloads import notices
from builder.payloads.source import Source
from builder.payloads.toolbox import Toolbox, copy_libraries

# -B: a compiled file beside the sources would be a file that the manifest does not know.
_WINDOWS_STARTER = """\
@echo off\r
"%~dp0{interpreter}" -B -I "%~dp0app\\start.py" --package-dir "%~dp0." %*\r
if errorlevel 1 pause\r
"""
_MACOS_STARTER = """\
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/{interpreter}" -B -I "$here/app/start.py" --package-dir "$here" "$@"
"""
_START = """\
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here / "libraries")]

from builder.helper.__main__ import main

sys.exit(main())
"""


@dataclass(frozen=True)
class Runtime:
    """The operator's file: a Python for another platform, as ZIP or tar, and the hash it must have."""

    path: Path
    sha256: str

    def check(self) -> None:
        """Refuse a file that is absent or is not the pinned one. Raises RuntimeRefused."""
        if not self.path.is_file():
            raise RuntimeRefused(f"The runtime {self.path} is not there")
        found = manifest.sha256_of(self.path)
        if found != self.sha256.strip().lower():
            raise RuntimeRefused(f"The runtime {self.path} has the SHA-256 {found}, not the pinned {self.sha256}")


@dataclass(frozen=True)
class Target:
    """What differs between the platforms that are not built on themselves."""

    wheels: str
    interpreters: tuple[str, ...]
    version_mark: str
    starter: str
    starter_name: str
    separator: str


WINDOWS = Target("x86_64-pc-windows-msvc", ("python.exe",), r"python3(\d+)\.dll", _WINDOWS_STARTER,
                 "connectassist-helper.cmd", "\\")
MACOS = Target("aarch64-apple-darwin", ("bin/python3",), r"python3\.(\d+)", _MACOS_STARTER,
               "connectassist-helper.command", "/")


def check(runtime: Runtime | None) -> None:
    """Refuse a runtime that was not given, is absent or is not the pinned one. Raises RuntimeRefused."""
    if runtime is None:
        raise RuntimeRefused(
            "This platform needs a Python runtime that you supply: give --runtime FILE and --runtime-sha256 HEX")
    runtime.check()


def build(source: Source, *, toolbox: Toolbox, tree: Path, target: Target, runtime: Runtime) -> str:
    """Put a helper for another platform together in `tree`. Returns the starter's name. Raises RuntimeRefused."""
    shutil.rmtree(tree, ignore_errors=True)
    _unpack(runtime.path, tree / "runtime")
    interpreter, version = _interpreter(tree, target)
    libraries = toolbox.install(source.requirements, platform=target.wheels, python=version)
    copy_libraries(libraries, tree / "app" / "libraries")
    source.stage(tree / "app")
    (tree / "app" / "start.py").write_text(_START)
    starter = tree / target.starter_name
    starter.write_text(target.starter.format(interpreter=interpreter.replace("/", target.separator)), newline="")
    starter.chmod(0o755)
    notices.write(tree / notices.NAME, libraries=libraries)
    return target.starter_name


def _interpreter(tree: Path, target: Target) -> tuple[str, str]:
    """The interpreter's path below `tree` and its Python version, told by the names in the runtime."""
    names = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())
    for name in names:
        if name.endswith(tuple(f"/{ending}" for ending in target.interpreters)):
            versions = {match.group(1) for match in map(re.compile(f".*/{target.version_mark}$").match, names) if match}
            if len(versions) == 1:
                return name, f"3.{versions.pop()}"
    raise RuntimeRefused(f"The runtime holds no {target.interpreters[0]} whose Python version can be told")


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the runtime; nothing in it may leave `folder`. Raises RuntimeRefused."""
    folder.mkdir(parents=True)
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, folder)
        else:
            _unpack_tar(archive, folder)
    except (tarfile.TarError, zipfile.BadZipFile, OSError) as problem:
        raise RuntimeRefused(f"The runtime {archive} cannot be unpacked: {problem}") from problem


def _unpack_tar(archive: Path, folder: Path) -> None:
    """Unpack a tar. Python before 3.11.4, as Debian 12 has it, knows no filter, so each member is looked at here."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            path = folder / member.name
            leads = path.parent / member.linkname if member.issym() else folder / member.linkname
            inside = all(each.resolve().is_relative_to(folder.resolve()) for each in (path, leads))
            if not inside or not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
                raise RuntimeRefused(f"The runtime's {member.name} leads out of it")
        tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))


def _unpack_zip(archive: Path, folder: Path) -> None:
    """Unpack a ZIP with the modes and links that Unix tools put into it."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path, mode = Path(opened.extract(entry, folder)), entry.external_attr >> 16
            if stat.S_ISLNK(mode):
                _make_link(path, opened.read(entry).decode(), folder)
            elif mode & 0o111 and path.is_file():
                path.chmod(0o755)


def _make_link(path: Path, to: str, folder: Path) -> None:
    if not (path.parent / to).resolve().is_relative_to(folder.resolve()):
        raise RuntimeRefused(f"The runtime's link {path.name} leads out of it")
    path.unlink()
    path.symlink_to(to)
