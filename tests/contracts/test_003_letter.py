"""Contract 003 to the letter, where real clients take it loosely: null for what they leave out, 5.0 for 5, half a
character at the end of a text that was cut, a scheme without its capital."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectassist.http.json import loads
from tests.contracts import rows_003 as rows
from tests.contracts.gateway import Caller, Device, Gateway, answer_to


def test_null_is_what_was_left_out(gateway: Gateway) -> None:
    device = gateway.device(name=None, location=None)
    device.queues(priority=None, parameters=None, idempotencyKey=None)
    device.queues(priority=6.0)
    assert device.claims(limit=None, visibilityTimeout=None)["priority"] == 5
    assert device.claims(limit=1.0, visibilityTimeout=60000.0)["priority"] == 6
    device.good(rows.HEARTBEAT, {"timestamp": None, "status": "online", "metrics": None, "diagnostics": None})
    gateway.customer.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "diagnostic", "description": None})


@pytest.mark.parametrize(("row", "body", "field"), [
    (rows.CLAIM, {"limit": 11}, "limit"), (rows.CLAIM, {"visibilityTimeout": -1}, "visibilityTimeout"),
    (rows.EXTEND, {"claimToken": "x", "extensionMs": 300001}, "extensionMs"), (rows.EXTEND, {}, "claimToken"),
    (rows.RESULT, {"claimToken": "x", "status": "fine"}, "status"), (rows.ENQUEUE, {"command": ""}, "type"),
    (rows.ENQUEUE, {"command": "x", "priority": 0}, "priority"),
    (rows.ENQUEUE, {"command": "x", "idempotencyKey": ""}, "idempotencyKey"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_the_details_name_the_wrong_field(gateway: Gateway, row: rows.Row, body: Any, field: str) -> None:
    refusal = gateway.device().refused(400, row, body, command_id="x")
    assert list(refusal["details"]["fields"]) == [field]
    assert refusal["message"].startswith(f"Some fields are missing or wrong: {field}: ")


def test_a_field_within_another_is_named_in_words(gateway: Gateway) -> None:
    refusal = gateway.nobody.refused(400, rows.REGISTER, {
        "deviceId": "till-1", "activationCode": "x", "metadata": {"location": 5}})
    assert refusal["message"] == "Some fields are missing or wrong: metadata.location: Not a valid string."


def test_whoever_is_no_device_is_told_that_no_device_signed_in(gateway: Gateway) -> None:
    """The document's device rows know 401 and no 403 for that, whoever else it is."""
    for person in (gateway.customer, gateway.admin, gateway.acting("viewer_a"), gateway.nobody):
        for row in (rows.HEARTBEAT, rows.CLAIM, rows.EXTEND, rows.RESULT):
            assert person.refused(401, row, {}, command_id="x")["code"] == "UNAUTHORIZED", row.rule


def test_extending_what_is_done(gateway: Gateway) -> None:
    """The document has 409 for results only: here the claim is over."""
    device = gateway.device()
    device.queues()
    claimed = device.claims()
    device.finishes(claimed)
    held = {"claimToken": claimed["claimToken"], "extensionMs": 60000}
    assert device.refused(403, rows.EXTEND, held, command_id=claimed["id"])["code"] == "INVALID_CLAIM"


def test_a_yes_is_true_and_nothing_like_it(gateway: Gateway) -> None:
    device = gateway.device()
    opened = gateway.customer.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "remediation"})["session"]
    order = {"commandId": device.queues("reboot")}
    for word in (1, 0, 1.0, "true", "yes", [], None):
        gateway.customer.refused(400, rows.APPROVE, {**order, "approved": word}, session_id=opened["id"])
    gateway.customer.good(rows.APPROVE, {**order, "approved": True}, session_id=opened["id"])


def test_a_wish_said_twice_by_a_customer_is_one_command(gateway: Gateway) -> None:
    """By the header too, as by the device and by staff."""
    device, carl = gateway.device(), gateway.customer
    opened = carl.good(rows.SESSIONS, {"deviceId": device.device_id, "type": "diagnostic"})["session"]
    keyed = Caller(gateway.app, {**carl.headers, "Idempotency-Key": "k-1"})
    order = {"type": "look", "parameters": {"at": 1}}
    first = keyed.good(rows.SESSION_COMMAND, order, session_id=opened["id"])["command"]["id"]
    again = keyed.call(rows.SESSION_COMMAND, order, session_id=opened["id"])
    assert (again.status_code, again.json["command"]["id"]) == (200, first)
    said = carl.call(rows.SESSION_COMMAND, order | {"idempotencyKey": "k-1"}, session_id=opened["id"])
    assert (said.status_code, said.json["command"]["id"]) == (200, first)
    other = keyed.refused(409, rows.SESSION_COMMAND, order | {"parameters": {}}, session_id=opened["id"])
    assert other["code"] == "IDEMPOTENCY_MISMATCH"


def test_staff_queue_where_the_originals_tests_do(gateway: Gateway) -> None:
    device = gateway.device()
    order = {"deviceId": device.device_id, "command": "ping", "parameters": {"n": 1}, "priority": 2}
    queued = gateway.acting("technician_a").good(rows.ENQUEUE_FOR, order)
    claimed = device.claims()
    assert (claimed["id"], claimed["type"], claimed["parameters"]) == (queued["id"], "ping", {"n": 1})
    assert gateway.acting("technician_b").refused(404, rows.ENQUEUE_FOR, order)["code"] == "DEVICE_NOT_FOUND"
    gateway.admin.refused(400, rows.ENQUEUE_FOR, {"command": "ping"})


def test_a_scheme_is_a_name_without_case(gateway: Gateway) -> None:
    token = gateway.customer.headers["Authorization"].removeprefix("Bearer ")
    for scheme in ("bearer", "BEARER"):
        Caller(gateway.app, {"Authorization": f"{scheme} {token}"}).good(rows.SYSTEM_INFO)
        Caller(gateway.app, {"authorization": f"{scheme} {gateway.device().token}"}).good(rows.CLAIM, {}, holds=False)


def test_a_text_that_was_cut_within_a_character(gateway: Gateway) -> None:
    """As `text.slice(0, 10000)` leaves it in JavaScript. The command is done: its answer must not be refused."""
    device = gateway.device()
    device.queues()
    claimed = device.claims()
    assert raw(device, f"/commands/{claimed['id']}/result", answer_to(claimed, output="all well \ud83d")) == 200
    assert device.good(rows.COMMAND, command_id=claimed["id"])["result"]["output"] == "all well \ufffd"
    assert raw(device, "/heartbeat", {"status": "online", "diagnostics": {"title": "\udc00"}}) == 200


def raw(device: Device, path: str, body: Any) -> int:
    """As JSON.stringify writes it: Python's own `json` knows half characters, too."""
    return device.app.test_client(use_cookies=False).post(
        f"/api/v1/device{path}", data=json.dumps(body), headers=device.headers).status_code


@pytest.mark.parametrize(("written", "read"), [
    (rb'"\ud83d\ude00"', "😀"), (rb'"a\ud83d"', "a\ufffd"), (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
    (rb'"\ud83d\ud83d\ude00\ude00"', "\ufffd😀\ufffd"), (rb'"\\ud83d \ud83d"', "\\ud83d \ufffd"),
    (rb'"\\\ud83d"', "\\\ufffd"), (rb'"\n\uDBFF\n"', "\n\ufffd\n"),
    (b'\xef\xbb\xbf"a"', "a")], ids=range(8))
def test_half_characters(written: bytes, read: str) -> None:
    assert loads(written) == loads(written.decode()) == read


@pytest.mark.parametrize("written", [rb'"\ud83"', rb'{"a":"\ud83d"', b'"\xff\xff \\ud83d"', b'"\\x"', b"NaN"],
                         ids=range(5))
def test_what_is_no_json_stays_none(written: bytes) -> None:
    with pytest.raises(ValueError):
        loads(written)
