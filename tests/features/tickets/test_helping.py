"""“I need help”: a call from a computer is one ticket, with a picture that is painted anew and checks that people can
read; and no one else may add to it."""

from __future__ import annotations

import io
import uuid
import zlib
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.tickets.models import Ticket
from tests.cast import ACME, DEVICE_ID, DEVICE_OF_B_ID, Caller

HELP = f"/api/devices/{DEVICE_ID}/help"
CHECKS = [{"checkType": "memory", "label": "Memory", "status": "warning", "value": "91 % in use",
           "results": {"totalGB": 8, "hogs": [{"name": "<b>\x1b[31mhog</b>", "memoryMB": 700}]}}, "nonsense"]


def call(by: Caller, request_id: str = "", **told: Any) -> Any:
    return by.post(HELP, json={"request_id": request_id or str(uuid.uuid4()), "problem": "My printer is mute",
                               "contact": "Ann", "hostname": "ANN-PC", "username": "ann", **told})


def jpeg(width: int = 320, height: int = 200, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 40)).save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A small PNG that claims to be huge."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 999))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def files(by: Caller, ticket_id: int) -> dict[str, bytes]:
    found = by.get(f"/api/tickets/{ticket_id}").json["attachments"]
    return {each["name"]: by.get(f"/api/tickets/{ticket_id}/attachments/{each['id']}").data for each in found}


def test_a_call_is_one_ticket_however_often_it_is_sent(device: Caller, technician_a: Caller) -> None:
    request_id = str(uuid.uuid4())
    first, again = call(device, request_id), call(device, request_id)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["ticket_id"] == again.json["ticket_id"]
    ticket = technician_a.get(f"/api/tickets/{first.json['ticket_id']}").json
    assert (ticket["title"], ticket["device_id"], ticket["client_id"], ticket["requested_by"]) == (
        "My printer is mute", DEVICE_ID, ACME, "Ann")
    assert "Computer: ANN-PC" in ticket["description"] and "Signed in there: ann" in ticket["description"]
    assert len(technician_a.get("/api/tickets").json) == 1


def test_a_picture_is_painted_anew_and_hangs_there_once(device: Caller, technician_a: Caller) -> None:
    request_id = str(uuid.uuid4())
    ticket_id = call(device, request_id).json["ticket_id"]
    sent = jpeg(4000, 1000) + b"<script>hidden()</script>"
    for _ in range(2):
        assert device.put(f"{HELP}/{request_id}/screenshot", data=sent).status_code == 200
    found = files(technician_a, ticket_id)
    assert list(found) == ["screenshot.jpg"] and b"script" not in found["screenshot.jpg"]
    with Image.open(io.BytesIO(found["screenshot.jpg"])) as image:
        assert image.size == (2560, 640) and image.format == "JPEG"


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", jpeg()[:400], jpeg(kind="GIF"),
                                  bomb()], ids=["empty", "svg", "torn", "gif", "bomb"])
def test_what_is_no_picture_is_refused(device: Caller, technician_a: Caller, data: bytes) -> None:
    request_id = str(uuid.uuid4())
    ticket_id = call(device, request_id).json["ticket_id"]
    refused = device.put(f"{HELP}/{request_id}/screenshot", data=data)
    assert refused.status_code == 400 and "picture" in refused.json["error"]
    assert files(technician_a, ticket_id) == {}


def test_a_picture_of_many_megabytes_is_too_large(device: Caller) -> None:
    request_id = str(uuid.uuid4())
    call(device, request_id)
    assert device.put(f"{HELP}/{request_id}/screenshot", data=b"x" * (7 * 1024 * 1024)).status_code == 413


def test_checks_are_text_that_people_can_read(device: Caller, technician_a: Caller) -> None:
    request_id = str(uuid.uuid4())
    ticket_id = call(device, request_id).json["ticket_id"]
    assert device.put(f"{HELP}/{request_id}/checks", json={"checks": CHECKS}).status_code == 200
    text = files(technician_a, ticket_id)["diagnostics.txt"].decode()
    assert text.startswith("Memory: warning. 91 % in use\n  totalGB: 8\n") and "name: <b>" in text
    assert "\x1b" not in text and "nonsense" not in text


def test_the_caller_learns_who_has_taken_it(device: Caller, technician_a: Caller) -> None:
    request_id = str(uuid.uuid4())
    ticket_id = call(device, request_id).json["ticket_id"]
    assert device.get(f"{HELP}/{request_id}").json | {"status": "open", "taken_by": None} == {
        "success": True, "ticket_id": ticket_id, "status": "open", "taken_by": None}
    technician_a.patch(f"/api/tickets/{ticket_id}", json={
        "status": "in_progress", "assigned_to": technician_a.user_id})
    told = device.get(f"{HELP}/{request_id}").json
    assert (told["status"], told["taken_by"]) == ("in_progress", "Tina Acme")


def test_nobody_else_adds_to_it(device: Caller, device_b: Caller, nobody: Caller, technician_a: Caller) -> None:
    request_id = str(uuid.uuid4())
    call(device, request_id)
    theirs = f"/api/devices/{DEVICE_OF_B_ID}/help/{request_id}"
    assert device_b.put(f"{theirs}/screenshot", data=jpeg()).status_code == 404
    assert device_b.get(theirs).status_code == 404
    assert device_b.post(f"/api/devices/{DEVICE_OF_B_ID}/help", json={
        "request_id": request_id, "problem": "mine"}).status_code == 404
    for by in (device_b, nobody, technician_a):
        assert by.put(f"{HELP}/{request_id}/screenshot", data=jpeg()).status_code in (401, 403)
        assert call(by).status_code in (401, 403)


def test_a_day_later_nothing_is_added(app: Flask, device: Caller) -> None:
    request_id = str(uuid.uuid4())
    ticket_id = call(device, request_id).json["ticket_id"]
    with app.app_context():
        db.session.get(Ticket, ticket_id).created_at = clock.now() - timedelta(hours=25)
        db.session.commit()
    assert device.put(f"{HELP}/{request_id}/screenshot", data=jpeg()).status_code == 409


@pytest.mark.parametrize("told", [{"problem": ""}, {"problem": " \n"}, {"problem": "x" * 5001}, {"problem": 7},
                                  {"request_id": "mine"}, {"contact": "x" * 121}],
                         ids=["nothing", "blank", "long", "number", "id", "name"])
def test_what_is_no_call(device: Caller, told: dict[str, Any]) -> None:
    assert call(device, **told).status_code == 400


def test_a_customer_opens_one_about_a_device_of_theirs(customer: Caller, technician_a: Caller) -> None:
    body = {"device_id": DEVICE_ID, "title": "It beeps", "description": "All day"}
    made = customer.post("/api/tickets", json=body)
    assert made.status_code == 201 and made.json["device_id"] == DEVICE_ID
    assert customer.get(f"/api/tickets/{made.json['id']}").json["hostname"] == "device-host"
    foreign = customer.post("/api/tickets", json={**body, "device_id": DEVICE_OF_B_ID})
    assert foreign.status_code in (403, 404)
    assert len(technician_a.get("/api/tickets").json) == 1
