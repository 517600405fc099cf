"""Files at tickets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connectassist.features.tickets import attaching
from connectassist.identity import principal
from tests.cast import Caller

Make = Callable[..., dict[str, Any]]


def put(caller: Caller, ticket: dict[str, Any], name: str = "shot.png", data: bytes = b"hello", **fields: str) -> Any:
    return caller.post(f"/api/tickets/{ticket['id']}/attachments",
                       data={**fields, "file": (BytesIO(data), name, "image/png")})


def lying(app: Flask) -> set[str]:
    folder: Path = app.extensions["settings"].attachments
    return {path.name for path in folder.iterdir() if path.is_file()}


def test_a_file_comes_and_goes(app: Flask, hers: dict, customer: Caller, technician_a: Caller,
                               technician_b: Caller) -> None:
    answer = put(customer, hers)
    assert (answer.status_code, answer.json["name"], answer.json["size"]) == (201, "shot.png", 5)
    fetched = technician_a.get(answer.json["url"])
    assert (fetched.data, fetched.headers["X-Content-Type-Options"]) == (b"hello", "nosniff")
    assert fetched.headers["Content-Disposition"] == 'attachment; filename="shot.png"'
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    assert technician_b.get(answer.json["url"]).status_code == 404
    assert technician_a.delete(answer.json["url"]).status_code == 403
    assert customer.delete(answer.json["url"]).json == {"success": True}
    assert customer.get(answer.json["url"]).status_code == 404 and not lying(app)
    assert [line["kind"] for line in customer.get(f"/api/tickets/{hers['id']}/history").json] == [
        "detached", "attached", "opened"]


def test_internal_files_are_staffs(hers: dict, customer: Caller, technician_a: Caller) -> None:
    path, before = f"/api/tickets/{hers['id']}", customer.get(f"/api/tickets/{hers['id']}").json
    hidden = put(technician_a, hers, is_internal="true").json
    assert hidden["is_internal"] and technician_a.get(path).json["attachments"] == [hidden]
    assert customer.get(path).json == before and customer.get(f"{path}/attachments").json == []
    assert customer.get(hidden["url"]).status_code == 404
    assert customer.delete(hidden["url"]).status_code == 404


def test_hostile_names(hers: dict, technician_a: Caller) -> None:
    for name, kept in {"../../etc/passwd": "passwd", "a\u202egpj.exe": "agpj.exe", "CON": "_CON",
                       "x" * 400 + ".txt": "x" * 251 + ".txt", "<b>.html": "_b_.html"}.items():
        answer = put(technician_a, hers, name)
        assert (answer.status_code, answer.json["name"]) == (201, kept)
        assert technician_a.get(answer.json["url"]).data == b"hello"


def test_limits(make_app: Callable[..., Flask], cast: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(ticket_file_mb=1)
    technician = Caller(app.test_client(use_cookies=False), cast["technician_a"])
    ticket = technician.post("/api/tickets", json={"title": "x", "description": "y"}).json
    assert put(technician, ticket, data=b"x" * 1_200_000).status_code == 413
    assert put(technician, ticket, data=b"x" * (1024 * 1024 + 5)).status_code == 413
    assert technician.post(f"/api/tickets/{ticket['id']}/attachments", data={"no": "file"}).status_code == 400
    assert technician.post(f"/api/tickets/{ticket['id']}/attachments", data=b"broken",
                           content_type="multipart/form-data; boundary=x").status_code == 400
    monkeypatch.setattr(attaching, "MOST_FILES", 1)
    assert [put(technician, ticket).status_code for _ in range(2)] == [201, 413]
    assert len(lying(app)) == 1
    assert not list((app.extensions["settings"].attachments / "incoming").iterdir())


def test_a_deleted_ticket_leaves_nothing_on_the_disk(app: Flask, make: Make, technician_a: Caller,
                                                     admin: Caller) -> None:
    ticket = make()
    put(technician_a, ticket)
    assert len(lying(app)) == 1
    admin.delete(f"/api/tickets/{ticket['id']}")
    assert not lying(app)


def test_what_a_crash_left_is_swept(app: Flask, make: Make, technician_a: Caller) -> None:
    ticket = make()
    kept = put(technician_a, ticket).json["id"]
    folder = app.extensions["settings"].attachments
    for name in ("orphan", "young", "incoming/half.part"):
        (folder / name).write_bytes(b"x")
    old = time.time() - 2 * attaching.STALE_SECONDS
    for name in (kept, "orphan", "incoming/half.part"):
        os.utime(folder / name, (old, old))
    with app.app_context():
        assert attaching.sweep() == 2
    assert lying(app) == {kept, "young"}


def test_the_server_and_devices_attach_by_themselves(app: Flask, device: Caller, technician_a: Caller) -> None:
    ticket = device.post("/api/tickets", json={"title": "Help"}).json
    with app.test_request_context():
        for by in (principal.device(device.device_id), principal.system()):
            attaching.attach(ticket["id"], by=by, name="shot.png", stream=BytesIO(b"abc"), media_type="image/png")
    assert [each["size"] for each in technician_a.get(f"/api/tickets/{ticket['id']}/attachments").json] == [3, 3]
