"""Tell fontconfig which fonts case PDFs are set in, before anything loads it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

VENDORED = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts"
#: Searched after the vendored fonts, so that a script we do not ship may still be found on the machine.
SYSTEM = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "WINDOWSFONTDIR",
)
#: The order in which glyphs are looked for when no language says better.
FAMILIES = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Symbols 2",
    "Noto Sans SC",
    "Noto Sans JP",
    "Noto Sans KR",
    "Noto Emoji",
    "DejaVu Sans",
)
_state: dict[str, Path] = {}


def configuration(folder: Path, *, cache: Path, system: tuple[str, ...] = SYSTEM) -> str:
    """Write out a fontconfig file: `folder` first, the machine's own fonts after it, nothing else.

    The machine's own fonts.conf is left out on purpose: one order should look alike on every machine.
    """
    here = (path for path in system if os.name == "nt" or path.startswith("/"))
    folders = "".join(f"<dir>{escape(str(path))}</dir>\n" for path in (folder, *here))
    families = "".join(f"<family>{family}</family>" for family in FAMILIES)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"{folders}<cachedir>{escape(str(cache))}</cachedir>\n"
        f"<alias binding=\"strong\"><family>sans-serif</family><prefer>{families}</prefer></alias>\n"
        "</fontconfig>\n"
    )


def configure(
    *, folder: Path = VENDORED, cache: Path | None = None, system: tuple[str, ...] = SYSTEM
) -> Path:
    """Point this process's fontconfig at `folder`. Call it before WeasyPrint is imported.

    `cache` keeps fontconfig's index between processes (worth half a second); without it a private
    folder is used that goes when the process ends. Returns the file that was written.
    """
    if cache is None:
        cache = Path(tempfile.mkdtemp(prefix="connectassist-fonts-"))
        atexit.register(shutil.rmtree, cache, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = cache / "fonts.conf"
    draft = cache / f".fonts.{os.getpid()}"
    draft.write_text(configuration(folder, cache=cache, system=system), encoding="utf-8")
    draft.replace(target)
    os.environ["FONTCONFIG_FILE"] = str(target)  # the only way to tell fontconfig; never read here
    _state["file"] = target
    return target


def configured() -> Path | None:
    """Return the file that `configure` wrote for this process, if it did."""
    return _state.get("file")
