"""Uploads of installers, payloads and runtimes: told by their content, put in place whole or not at all."""

from __future__ import annotations

import re
from typing import IO

from packaging.version import InvalidVersion, Version

from builder.errors import UploadRefused
from builder.payloads import uploads
from connectassist.core import audit, foreign, jobs
from connectassist.core.db import db
from connectassist.core.disk import told_when_full
from connectassist.core.errors import ValidationFailed
from connectassist.features.templates import rows
from connectassist.http.context import settings
from connectassist.http.incoming import MEGABYTE, Form
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY

UPDATED = GATEWAY.events.sends("templates-updated", to="staff", fields="templates",
                               doc="An installer or a payload was uploaded.")
_NUMBERS = re.compile(r"(?<![\d.])\d{1,5}(?:\.\d{1,5}){1,3}(?![\d])")
UNKNOWN = "0.0.0"


def upload(stream: IO[bytes], *, boundary: bytes, by: Principal, asked: dict[str, str]) -> str:
    """Take an upload in and put it in its place. `asked` holds what the query says of it. Returns what it is.
    Raises ValidationFailed, BadRequest, TooLarge, DiskFull; then what was there before stays."""
    db.session.rollback()  # no connection is held while bytes come in
    folder = settings().shelf / "incoming"
    with Form(stream, boundary=boundary, folder=folder, largest=settings().max_template_mb * MEGABYTE) as form:
        kind = _kind(form, asked.get("type") or form.fields.get("type") or "")
        version = _version(asked.get("version") or form.fields.get("version") or "", name=form.name)
        with told_when_full():
            done = jobs.run_blocking(_shelve, form, kind=kind, version=version)
    audit.record(by, "template.upload", f"{by.name} uploaded {done} ({form.draft.size} bytes)", size=form.draft.size,
                 file_name=foreign.text(form.name, 200), kind=kind)
    db.session.commit()
    GATEWAY.to_staff(None, UPDATED, {"templates": rows.status()["templates"]})
    return kind


def _kind(form: Form, wanted: str) -> str:
    """What was sent, by its content; a `type` that says otherwise is refused."""
    if wanted and wanted not in uploads.UPLOADS:
        raise ValidationFailed("type must be one of " + ", ".join(uploads.UPLOADS))
    try:
        found = jobs.run_blocking(uploads.recognise, form.draft.path)
    except UploadRefused as problem:
        raise ValidationFailed(_not_a(wanted) or str(problem)) from problem
    if wanted and found != wanted:
        raise ValidationFailed(_not_a(wanted))
    return found


def _not_a(wanted: str) -> str:
    return {"exe": "This isn't a Windows program (EXE)", "dmg": "This isn't a Mac disk image (DMG)",
            "payload": "This isn't a payload bundle; make one with: python -m builder.payloads --bundle",
            "windows-runtime": "This isn't a Python for Windows", "macos-runtime": "This isn't a Python for the Mac",
            }.get(wanted, "")


def _version(given: str, *, name: str) -> str:
    """The version that was told, else the one in the file's name, else none."""
    found = _NUMBERS.search(name)
    text = given.strip() or (found[0] if found else UNKNOWN)
    try:
        return str(Version(text))
    except InvalidVersion:
        raise ValidationFailed("version must look like 1.2.3") from None


def _shelve(form: Form, *, kind: str, version: str) -> str:
    """Put the draft where it belongs; returns what the audit log calls it."""
    shelf, path = form.draft.path.parents[1], form.draft.path
    if kind == uploads.PAYLOAD:
        try:
            payload = uploads.shelve_payload(path, shelf=shelf)
        except UploadRefused as problem:
            raise ValidationFailed(str(problem)) from problem
        return f"payload {payload.platform} {payload.version}"
    if kind in uploads.NAMES:
        uploads.shelve_installer(path, kind=kind, version=version, shelf=shelf)
        return f"{kind.upper()} {version}"
    uploads.shelve_runtime(path, kind=kind, shelf=shelf)
    return kind
