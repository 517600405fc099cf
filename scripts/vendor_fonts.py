"""Copy the fonts that case PDFs are set in from node_modules to static/vendor/fonts.

Run after `npm ci`; needs nothing but Python. Only the weights in use are copied: the packages hold many
more, and fontconfig has to read every file that lies in the folder.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

SCOPE = "@expo-google-fonts"
#: npm package (in package.json with its exact version) → weights of it that the template uses.
FONTS: dict[str, tuple[str, ...]] = {
    "noto-sans": ("400Regular", "600SemiBold", "700Bold"),  # Latin, Greek, Cyrillic, Devanagari
    "noto-sans-arabic": ("400Regular", "600SemiBold"),
    "noto-sans-hebrew": ("400Regular", "600SemiBold"),
    "noto-sans-jp": ("400Regular", "600SemiBold"),
    "noto-sans-kr": ("400Regular", "600SemiBold"),
    "noto-sans-sc": ("400Regular", "600SemiBold"),
    "noto-sans-thai": ("400Regular", "600SemiBold"),
    "noto-sans-symbols-2": ("400Regular",),
    "noto-emoji": ("400Regular",),
}


def wanted(node_modules: Path) -> Iterator[Path]:
    """Name every font file that should be there, whether it is or not."""
    for package, weights in FONTS.items():
        folder = node_modules / SCOPE / package
        stem = package.title().replace("-", "")
        for special in ("Jp", "Kr", "Sc"):
            stem = stem.removesuffix(special) + (special.upper() if stem.endswith(special) else "")
        for weight in weights:
            yield folder / weight / f"{stem}_{weight}.ttf"


def place(source: Path, target: Path) -> None:
    """Put one font in place, as a hard link where the file system allows (the CJK fonts are large)."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def vendor(root: Path) -> list[Path]:
    """Fill static/vendor/fonts. Returns what is there now; raises FileNotFoundError naming what npm lacks."""
    sources = list(wanted(root / "node_modules"))
    missing = [str(path.relative_to(root)) for path in sources if not path.is_file()]
    if missing:
        raise FileNotFoundError(f"run npm ci first; missing: {', '.join(missing)}")
    folder = root / "static" / "vendor" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for stale in set(folder.glob("*.ttf")) - {folder / source.name for source in sources}:
        stale.unlink()
    for source in sources:
        place(source, folder / source.name)
    return sorted(folder.glob("*.ttf"))


def main() -> int:
    """Copy the fonts and say how many."""
    try:
        fonts = vendor(Path(__file__).resolve().parent.parent)
    except FileNotFoundError as error:
        print(f"vendor_fonts: {error}", file=sys.stderr)
        return 1
    print(f"{len(fonts)} fonts in static/vendor/fonts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
