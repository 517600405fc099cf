"""The two Linux payloads: one that needs nothing installed, and a small one that uses the machine's Python."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from builder.errors import BuilderError
from builder.payloads import notices
from builder.payloads.source import Source
from builder.payloads.toolbox import Toolbox, call, copy_libraries

NAME = "connectassist-helper"
_START = Path(__file__).with_name("frozen_start.py")
# A fixed seed and date: equal sources give equal bytes.
_SAME_EVERY_TIME = {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "315532800"}
# Xlib loads its extensions by name, cffi's modules need their backend, and neither says so where it can be seen.
_NOT_FOUND_BY_ITSELF = ("--collect-submodules", "Xlib", "--hidden-import", "_cffi_backend",
                        "--collect-submodules", "builder.helper")
# readline is under the GPL and nothing here reads lines.
_NEVER_USED = ("readline", "pytest", "setuptools", "pip", "IPython", "tkinter.test", "numpy.tests", "numpy.f2py")
# Parts of the C library and the compiler: every desktop has them, and the build machine's would not go with an older
# C library.
_THE_MACHINES_OWN = ("libmvec.so.1", "libgcc_s.so.1", "libstdc++.so.6", "libexpat.so.1")
# Wheels patch libraries whose names carry a hash; stripping would break those.
_PATCHED = re.compile(r"-[0-9a-f]{8}[.-]|\.libs/")

_STARTER = """\
#!/bin/sh
# Starts the helper with a Python of the version that its libraries were built for.
here=$(cd "$(dirname "$0")" && pwd)
SHIV_ROOT=${{XDG_CACHE_HOME:-$HOME/.cache}}/connectassist
export SHIV_ROOT
for python in python{version} python3 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != ({comma_version}))' 2>/dev/null; then
        exec "$python" "$here/{name}.pyz" "$@"
    fi
done
echo "This helper needs Python {version}, which was not found here." >&2
echo "Please ask for the full helper for Linux: it needs nothing installed." >&2
exit 4
"""


def build_frozen(source: Source, *, toolbox: Toolbox, tree: Path) -> str:
    """Build the helper with its own Python into `tree`. Returns the name of what starts it."""
    if not shutil.which("objcopy"):
        raise BuilderError("The full helper for Linux is built with objcopy: install the package binutils")
    libraries = toolbox.install(source.requirements)
    stage, work = tree.parent / "stage", toolbox.work / "pyinstaller"
    source.stage(stage)
    # A copy: started from inside a package, PyInstaller would take that package for the one to freeze.
    start = shutil.copy(_START, stage / "start.py")
    folders = ("--distpath", tree.parent / "frozen", "--workpath", work, "--specpath", work, "--paths", stage)
    toolbox.run(
        "PyInstaller", "--noconfirm", "--onedir", "--name", NAME, *folders, *_NOT_FOUND_BY_ITSELF,
        *(word for module in _NEVER_USED for word in ("--exclude-module", module)), start,
        env={**_SAME_EVERY_TIME, "PYTHONPATH": str(libraries), "PYINSTALLER_CONFIG_DIR": str(work / "cache")})
    shutil.rmtree(tree, ignore_errors=True)
    (tree.parent / "frozen" / NAME).rename(tree)
    for name in _THE_MACHINES_OWN:
        (tree / "_internal" / name).unlink(missing_ok=True)
    _strip(tree)
    notices.write(tree / notices.NAME, libraries=libraries, system_files=_of_the_system(work / NAME, libraries))
    # A helper that cannot even say its version is never packed.
    call([tree / NAME, "--version"])
    return NAME


def build_zipped(source: Source, *, toolbox: Toolbox, tree: Path) -> str:
    """Build the helper as one .pyz with a starter beside it into `tree`. Returns the starter's name."""
    libraries = toolbox.install(source.requirements)
    site = tree.parent / "site"
    copy_libraries(libraries, site)
    _strip(site)
    source.stage(site)
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    archive = tree / f"{NAME}.pyz"
    toolbox.run("shiv", "--site-packages", site, "--entry-point", "builder.helper.__main__:main", "--reproducible",
                "--compressed", "--output-file", archive, "--python", "/usr/bin/env python3", env=_SAME_EVERY_TIME)
    _write_starter(tree / "start-helper")
    notices.write(tree / notices.NAME, libraries=libraries, python=False)
    call([sys.executable, archive, "--version"], env={"SHIV_ROOT": str(toolbox.work / "shiv")})
    return "start-helper"


def _write_starter(path: Path) -> None:
    major, minor = sys.version_info[:2]
    path.write_text(_STARTER.format(name=NAME, version=f"{major}.{minor}", comma_version=f"{major}, {minor}"))
    path.chmod(0o755)


def _strip(tree: Path) -> None:
    """Take debugging symbols out, where the machine can: it saves a fifth of the download."""
    if not shutil.which("strip"):
        return
    wanted = [path for path in tree.rglob("*.so*") if not _PATCHED.search(str(path.relative_to(tree)))]
    for path in wanted:
        subprocess.run(["strip", "--strip-debug", path], check=False, stderr=subprocess.DEVNULL)


def _of_the_system(work: Path, libraries: Path) -> Iterator[Path]:
    """The files that PyInstaller took from the machine itself, as its own list tells."""
    ours = (str(libraries), sys.base_prefix, str(work))
    for toc in work.glob("COLLECT-*.toc"):
        for _, origin, kind in _entries(toc):
            taken = kind == "BINARY" and os.path.basename(origin) not in _THE_MACHINES_OWN
            if taken and os.path.isabs(origin) and not origin.startswith(ours):
                yield Path(origin)


def _entries(toc: Path) -> list[tuple[str, str, str]]:
    parts = ast.literal_eval(toc.read_text("utf-8"))
    return [entry for part in parts if isinstance(part, list) for entry in part if len(entry) == 3]
