"""Copy the browser files that the pages load from node_modules to static/vendor.

Run after `npm ci`; needs nothing but Python. The lists below are everything the browser gets from others:
a file that is not named here is not served.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

#: (file or folder in node_modules, place in static/vendor)
FILES = (
    ("@tabler/core/dist/css/tabler.min.css", "tabler/tabler.min.css"),
    ("@tabler/core/dist/js/tabler.min.js", "tabler/tabler.min.js"),
    ("socket.io-client/dist/socket.io.esm.min.js", "socket.io/socket.io.esm.min.js"),
    ("socket.io-client/dist/socket.io.min.js", "socket.io/socket.io.min.js"),
    ("socket.io-client/dist/socket.io.js", "socket.io/socket.io.js"),
    ("chart.js/dist/chart.umd.min.js", "chart/chart.umd.min.js"),
    ("swagger-ui-dist/swagger-ui.css", "swagger-ui/swagger-ui.css"),
    ("swagger-ui-dist/swagger-ui-bundle.js", "swagger-ui/swagger-ui-bundle.js"),
    ("redoc/bundles/redoc.standalone.js", "redoc/redoc.standalone.js"),
    ("@novnc/novnc/core", "novnc/core"),
    ("@novnc/novnc/vendor", "novnc/vendor"),
    ("@novnc/novnc/LICENSE.txt", "novnc/LICENSE.txt"),
    ("@fontsource-variable/inter/wght.css", "inter/wght.css"),
    ("@fontsource-variable/inter/files", "inter/files"),
)
#: Italics and optical sizes that no page uses.
UNUSED_FONT = re.compile(r"italic|opsz|standard")
SPRITE = "@tabler/icons-sprite/dist/tabler-sprite.svg"
ICON_LIST = "icons.txt"
SYMBOL = re.compile(r'<symbol id="tabler-([a-z0-9-]+)".*?</symbol>', re.DOTALL)
ELSEWHERE = re.compile(rb"https://cdn\.[a-z0-9./-]+\.(?:svg|png)")
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def copy_file(source: Path, target: Path) -> None:
    """Copy one file, without its pointer to a source map that is not served or to pictures elsewhere."""
    target.parent.mkdir(parents=True, exist_ok=True)
    data = source.read_bytes()
    if source.suffix in {".js", ".css"}:
        data = ELSEWHERE.sub(b"data:,", SOURCE_MAP.sub(b"\n", data))
    target.write_bytes(data)


def copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder of scripts, or one of fonts without the unused ones."""
    if source.is_file():
        copy_file(source, target)
        return
    for entry in sorted(source.rglob("*")):
        if entry.suffix == ".js" or (entry.suffix == ".woff2" and not UNUSED_FONT.search(entry.name)):
            copy_file(entry, target / entry.relative_to(source))


def wanted_icons(listing: Path) -> list[str]:
    """Read the names of the icons that the pages use, one a line, `#` for remarks."""
    lines = (line.partition("#")[0].strip() for line in listing.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line})


def build_sprite(sprite: str, *, names: list[str]) -> str:
    """Cut the named icons out of the whole sprite. Raises SystemExit for a name that it lacks."""
    symbols = {match[1]: match[0] for match in SYMBOL.finditer(sprite)}
    missing = [name for name in names if name not in symbols]
    if missing:
        raise SystemExit(f"no such icon in {SPRITE}: {', '.join(missing)}")
    body = "\n".join(symbols[name].replace(f'id="tabler-{name}"', f'id="{name}"') for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def main(root: Path) -> None:
    """Fill static/vendor afresh; folders there that others make (fonts) stay."""
    modules, vendor = root / "node_modules", root / "static" / "vendor"
    for folder in {target.split("/")[0] for _, target in FILES}:
        shutil.rmtree(vendor / folder, ignore_errors=True)
    for source, target in FILES:
        copy(modules / source, vendor / target)
    names = wanted_icons(root / "scripts" / ICON_LIST)
    sprite = build_sprite((modules / SPRITE).read_text("utf-8"), names=names)
    (vendor / "icons.svg").write_text(sprite, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
