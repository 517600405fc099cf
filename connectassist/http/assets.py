"""The files of static/: each has a second name that holds for ever, by which the pages call it.

`/static/h-<hash of the whole tree>/js/core/dom.js` is the same file as `/static/js/core/dom.js`. The hash stands in
front of the path, so that modules find each other by relative paths, all of one release.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

from connectassist.core import ids
from connectassist.core.settings import ROOT, Settings
from connectassist.http import handover
from connectassist.http.context import settings

STATIC = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"
#: Fonts of the case PDFs: no page asks for them.
_NOT_FOR_PAGES = STATIC / "vendor" / "fonts"
#: nginx reads as the folders' group, which they hand on; the server's unit keeps files from everybody else's eyes.
FOR_THE_GROUP = 0o027
#: How many releases are kept for pages that were opened before the newest.
_KEPT = 3
_HASHED = re.compile(r"(h-[0-9a-f]{16})/(.+)")


def install(app: Flask) -> None:
    """Have `url_for("static")` give the lasting names, and serve both kinds."""
    app.view_functions["static"] = serve

    @app.url_defaults
    def name_for_ever(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = f"{release()}/{values['filename']}"


def serve(filename: str) -> Response:
    """A static file. By a lasting name of another release it is that release's file where nginx still has it, else
    ours: good enough for the page that was opened before the update, and never to be kept."""
    lasting = _HASHED.fullmatch(filename)
    if lasting is None:
        return send_from_directory(STATIC, filename)
    name, path = lasting.groups()
    kept = folder(settings()) / name
    is_ours = name == release()
    response = send_from_directory(STATIC if is_ours or not kept.is_dir() else kept, path)
    if is_ours or kept.is_dir():
        response.headers["Cache-Control"] = FOR_EVER
    return response


@cache
def release() -> str:
    """What the tree is called, as it was when the server started."""
    whole = hashlib.sha256()
    for path in _files():
        whole.update(f"{path.relative_to(STATIC)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return f"h-{whole.hexdigest()[:16]}"


def folder(found: Settings) -> Path:
    """Where nginx finds the trees: the newest and some before it."""
    return found.web_folder / "static"


def publish(found: Settings) -> None:
    """Where nginx serves the site, lay a copy of the tree where it reads, beside those of earlier releases. Several
    processes may come at once: the first is as good as the last."""
    if not found.accel_redirect:
        return
    usual = os.umask(FOR_THE_GROUP)
    try:
        handover.folder(found).mkdir(parents=True, exist_ok=True)
        _lay_out(folder(found) / release())
    finally:
        os.umask(usual)


def _lay_out(place: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    if not place.is_dir():
        made = place.with_name(f".{ids.handle()}")
        for path in _files():
            copy = made / path.relative_to(STATIC)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        with suppress(OSError):
            made.rename(place)
        shutil.rmtree(made, ignore_errors=True)
    place.touch()
    for old in sorted(place.parent.glob("h-*"), key=lambda each: each.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _files() -> list[Path]:
    return sorted(path for path in STATIC.rglob("*") if path.is_file() and _NOT_FOR_PAGES not in path.parents)
