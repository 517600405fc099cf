"""How installers, payloads and runtimes are shown; a path never is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import PLATFORMS, TEMPLATES, Payload
from builder.payloads.uploads import MACOS_RUNTIME, WINDOWS_RUNTIME, runtime
from connectassist.features.templates import queries
from connectassist.http.context import settings

LABELS = {"linux-x86_64": "Linux", "linux-python": "Linux with Python", "windows-x86_64": "Windows",
          "macos-arm64": "Mac"}
_NOTHING = {"available": False, "size": None, "updatedAt": None, "version": None, "sha256": None}


def status() -> dict[str, Any]:
    """Contract 001's template status, and our own payloads and runtimes beside it."""
    return {"templates": {kind: _installer_row(kind) for kind in TEMPLATES},
            "payloads": [_payload_row(platform) for platform in PLATFORMS],
            "runtimes": [_runtime_row(kind) for kind in (WINDOWS_RUNTIME, MACOS_RUNTIME)],
            "largestUpload": settings().max_template_mb * 1024 * 1024}


def _installer_row(kind: str) -> dict[str, Any]:
    found = queries.template(kind)
    if found is None:
        return dict(_NOTHING)
    return _row(found.payload, size=found.size, sha256=found.fingerprint)


def _payload_row(platform: str) -> dict[str, Any]:
    names = {"platform": platform, "label": LABELS[platform]}
    try:
        payload = queries.payload(platform)
    except (PayloadMissing, PayloadBroken):
        return names | _NOTHING | {"uploaded": False}
    uploaded = payload.zip_path.parent == settings().shelf
    return names | _row(payload, size=payload.zip_size, sha256=payload.zip_sha256) | {"uploaded": uploaded}


def _row(payload: Payload, *, size: int, sha256: str) -> dict[str, Any]:
    changed = datetime.fromtimestamp(payload.zip_path.stat().st_mtime, UTC)
    return {"available": True, "size": size, "updatedAt": changed, "version": payload.version, "sha256": sha256}


def _runtime_row(kind: str) -> dict[str, Any]:
    note = runtime(kind, shelf=settings().shelf)
    return {"kind": kind, "available": note is not None, "size": note and note["size"],
            "sha256": note and note["sha256"]}
