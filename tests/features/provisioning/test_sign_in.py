"""Contract 003: a device signs in at the gateway, and what ends its tokens."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.features.devices import service as devices
from connectassist.features.devices import standing
from connectassist.features.provisioning import service
from connectassist.identity import device_secrets, principal
from connectassist.identity.models import DeviceToken
from connectassist.realtime import websockets
from tests.cast import ACME, DEVICE_ID, Caller, Member
from tests.contracts.shape import fits
from tests.live.server import Server

WEEK = 7 * 24 * 3600
BEAT = {"status": "online"}


def sign_in(caller: Caller, device: Caller | Member, **changes: Any) -> Any:
    return caller.post("/api/v1/device/auth", json={"deviceId": device.device_id,
                                                    "deviceSecret": device.device_secret, **changes})


def beats(caller: Caller, token: str, header: str = "X-Device-Token") -> int:
    return caller.post("/api/v1/device/heartbeat", json=BEAT, headers={header: token}).status_code


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass."""
    real = clock.now
    return lambda span: monkeypatch.setattr(clock, "now", lambda: real() + span)


def test_a_device_that_was_never_announced_signs_in_too(nobody: Caller, device: Caller, app: Flask) -> None:
    answer = sign_in(nobody, device)
    assert answer.status_code == 200
    assert fits(answer.json, {"token": str, "expiresIn": WEEK, "deviceId": DEVICE_ID})
    assert len(answer.json["token"]) == 64
    assert WEEK * 1000 < 2**31, "the agent's timer holds it"
    with app.app_context():
        kept = str(db.session.execute(DeviceToken.__table__.select()).mappings().all())
        assert answer.json["token"] not in kept


def test_wrong_secrets_and_codes_stand_in_the_audit_log(nobody: Caller, device: Caller, customer: Caller,
                                                        app: Flask) -> None:
    """Of devices that are known or expected: ids out of the air would fill it."""
    assert sign_in(nobody, device, deviceSecret="wrong").status_code == 401
    assert sign_in(nobody, device, deviceId="no-such-device").status_code == 401
    customer.post("/api/v1/customer/devices/provision", json={"deviceId": "expected-1", "name": "Till"})
    for device_id, status in (("expected-1", 401), ("no-such-device", 404)):
        answer = nobody.post("/api/v1/device/register", json={"deviceId": device_id, "activationCode": "AAAAA"})
        assert answer.status_code == status
    with app.app_context():
        noted = db.session.execute(select(audit.AuditEntry.action, audit.AuditEntry.device_id,
                                          audit.AuditEntry.client_id, audit.AuditEntry.level).where(
            audit.AuditEntry.action.endswith("_failed"))).all()
    assert noted == [("device.sign_in_failed", DEVICE_ID, ACME, "WARNING"),
                     ("device.activate_failed", "expected-1", ACME, "WARNING")]


def test_every_header_that_carries_a_token(nobody: Caller, device: Caller) -> None:
    token = sign_in(nobody, device).json["token"]
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    for header, prefix in (("X-Device-Token", ""), ("X-Device-Session", ""), ("Authorization", "Bearer ")):
        assert beats(nobody, prefix + token, header) == 200, header
        assert beats(nobody, prefix + wrong, header) == 401, header


def test_who_is_not_let_in(nobody: Caller, device: Caller, device_b: Caller) -> None:
    for changes in ({"deviceSecret": "wrong"}, {"deviceId": "no-such-device"}, {"deviceId": device_b.device_id},
                    {"deviceId": "a/b"}, {"deviceSecret": "x" * 500}):
        answer = sign_in(nobody, device, **changes)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "INVALID_CREDENTIALS"), changes
    for changes in ({"deviceSecret": None}, {"deviceSecret": ""}, {"deviceId": 7}, {"deviceId": "x" * 121},
                    {"deviceId": "a\x00"}, {"deviceSecret": ["x"]}, {"deviceSecret": "x" * 501}):
        answer = sign_in(nobody, device, **changes)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_FAILED"), changes


def test_a_device_with_an_old_token_may_sign_in_and_ask_what_anyone_may(nobody: Caller, device: Caller) -> None:
    old = {"X-Device-Session": "0" * 64}
    assert nobody.post("/api/v1/device/auth", headers=old, json={
        "deviceId": device.device_id, "deviceSecret": device.device_secret}).status_code == 200
    assert nobody.get("/api/health", headers=old).status_code == 200
    refused = nobody.post("/api/v1/device/heartbeat", json=BEAT, headers=old)
    assert (refused.status_code, refused.json["error"]["message"]) == (401, "The device must sign in again")


def test_too_many_wrong_tries(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    nobody, device, other = Caller(client, cast["nobody"]), cast["device"], cast["device_b"]
    assert [sign_in(nobody, device, deviceSecret="wrong").status_code for _ in range(10)] == [401] * 10
    assert sign_in(nobody, device).status_code == 200, "a right one after a few wrong ones"
    found = [sign_in(nobody, device, deviceSecret="wrong") for _ in range(11)]
    assert [answer.status_code for answer in found] == [401] * 10 + [429]
    assert found[-1].json["error"]["code"] == "RATE_LIMITED"
    assert found[-1].json["error"]["details"]["retryAfter"] == int(found[-1].headers["Retry-After"]) > 0
    assert sign_in(nobody, device).status_code == 200, "a stranger at the same address keeps no device out"
    assert sign_in(nobody, other).status_code == 200, "its neighbour is let in"
    body = {"deviceId": device.device_id, "deviceSecret": device.device_secret}
    assert client.post("/api/v1/device/auth", json=body,
                       environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200
    strangers = [sign_in(nobody, device, deviceId=f"guess-{number}").status_code for number in range(101)]
    assert strangers == [401] * 100 + [429], "ids out of the air share one budget"


def test_tokens_live_while_they_are_used(nobody: Caller, device: Caller, later: Callable[[timedelta], None]) -> None:
    token, unused = sign_in(nobody, device).json["token"], sign_in(nobody, device).json["token"]
    for days in (5, 10, 15):
        later(timedelta(days=days))
        assert beats(nobody, token) == 200, days
    assert beats(nobody, unused) == 401
    later(timedelta(days=23))
    assert beats(nobody, token) == 401


def test_old_tokens_stay_good_up_to_five(nobody: Caller, device: Caller, device_b: Caller,
                                         later: Callable[[timedelta], None]) -> None:
    other = sign_in(nobody, device_b).json["token"]
    made = []
    for second in range(7):
        later(timedelta(seconds=second))
        made.append(sign_in(nobody, device).json["token"])
    assert [beats(nobody, token) for token in made] == [401] * 2 + [200] * 5
    assert beats(nobody, other) == 200


def test_what_is_over_is_forgotten(in_app: None, nobody: Caller, device: Caller,
                                   later: Callable[[timedelta], None]) -> None:
    sign_in(nobody, device)
    assert service.prune_sign_ins() == 0
    later(timedelta(days=8, seconds=1))
    assert service.prune_sign_ins() == 1
    assert db.session.scalar(select(func.count()).select_from(DeviceToken)) == 0


def test_a_new_secret_ends_every_token(app: Flask, nobody: Caller, device: Caller) -> None:
    token = sign_in(nobody, device).json["token"]
    with app.app_context():
        device_secrets.give(device.device_id, confirmed=True)
        db.session.commit()
    assert beats(nobody, token) == 401
    assert sign_in(nobody, device).status_code == 401


def test_a_removed_device_is_out(nobody: Caller, device: Caller, technician_a: Caller) -> None:
    token = sign_in(nobody, device).json["token"]
    assert technician_a.delete(f"/api/devices/{device.device_id}").status_code == 200
    assert beats(nobody, token) == 401
    assert sign_in(nobody, device).status_code == 401


def test_staff_sign_a_device_out(nobody: Caller, device: Caller, technician_a: Caller) -> None:
    token = sign_in(nobody, device).json["token"]
    assert technician_a.post(f"/api/devices/{device.device_id}/sign-out").json == {"success": True}
    assert beats(nobody, token) == 401
    assert sign_in(nobody, device).status_code == 200, "its secret is still good"


def test_a_suspended_device(app: Flask, nobody: Caller, device: Caller, technician_a: Caller) -> None:
    about = f"/api/devices/{device.device_id}"
    token = sign_in(nobody, device).json["token"]
    assert beats(nobody, token) == 200
    assert technician_a.get(about).json["suspended"] is False
    answer = technician_a.post(f"{about}/suspend", json={"reason": "stolen\x1b[1m"})
    assert (answer.status_code, answer.json) == (200, {"success": True, "suspended": True})
    assert technician_a.get(about).json["suspended"] is True
    assert technician_a.get(about).json["online"] is False, "it is offline at once"
    rows = technician_a.get("/api/devices").json["devices"]
    assert {row["device_id"]: row["suspended"] for row in rows}[device.device_id] is True
    for refused in (sign_in(nobody, device), device.get(f"/api/devices/pending/{device.device_id}"),
                    device.post("/api/v1/device/heartbeat", json=BEAT)):
        assert refused.status_code == 403, refused.text
        assert "DEVICE_SUSPENDED" in refused.text
    assert beats(nobody, token) == 401
    assert sign_in(nobody, device, deviceSecret="wrong").status_code == 401, "strangers learn nothing of it"
    assert technician_a.post(f"{about}/resume").json == {"success": True, "suspended": False}
    assert beats(nobody, token) == 401, "it signs in anew"
    assert sign_in(nobody, device).status_code == 200
    with app.app_context():
        found = {entry.action: entry for entry in db.session.scalars(select(audit.AuditEntry).where(
            audit.AuditEntry.action.in_(("device.suspend", "device.resume"))))}
    assert found["device.suspend"].message == f"Device {DEVICE_ID} suspended: stolen [1m"
    assert (found["device.suspend"].client_id, found["device.suspend"].level) == (ACME, "WARNING")
    assert found["device.resume"].message == f"Device {DEVICE_ID} may work again"


def test_a_token_made_while_the_device_is_suspended_counts_for_nothing(app: Flask, nobody: Caller, device: Caller,
                                                                       technician_a: Caller) -> None:
    token = sign_in(nobody, device).json["token"]
    with app.app_context():
        kept = db.session.execute(DeviceToken.__table__.select()).mappings().one()
        technician_a.post(f"/api/devices/{device.device_id}/suspend")
        db.session.execute(DeviceToken.__table__.insert(), [dict(kept)])
        db.session.commit()
    assert beats(nobody, token) == 403


def test_sockets_that_another_process_left_open_are_closed(in_app: None, device: Caller, device_b: Caller,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    class Line:
        def __init__(self, by: principal.Principal) -> None:
            self.principal = by

    ids = [device.device_id, device_b.device_id, "removed-meanwhile"]
    people = [principal.nobody(), *(principal.device(each) for each in ids)]
    monkeypatch.setattr(websockets, "OPEN", {Line(each) for each in people})
    cut: list[str] = []
    monkeypatch.setattr(devices, "cut_off", cut.append)
    device_secrets.suspend(device_b.device_id)
    db.session.commit()
    standing.sweep()
    assert sorted(cut) == sorted([device_b.device_id, "removed-meanwhile"])


def test_who_may_suspend(technician_b: Caller, viewer_a: Caller, customer: Caller, technician_a: Caller,
                         device: Caller) -> None:
    for verb in ("suspend", "resume", "sign-out"):
        path = f"/api/devices/{device.device_id}/{verb}"
        assert [caller.post(path).status_code for caller in (technician_b, viewer_a, customer)] == [404, 403, 403]
        assert technician_a.post(f"/api/devices/nobodys/{verb}").status_code == 404
        assert technician_a.post(path, json={"reason": "x" * 201}).status_code == 400
    assert device.get(f"/api/devices/pending/{device.device_id}").status_code == 200


def test_a_bare_id_is_suspended_too(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    client = make_app(trust_bare_device_ids="1").test_client(use_cookies=False)
    nobody, technician = Caller(client, cast["nobody"]), Caller(client, cast["technician_a"])
    nobody.post("/api/devices/register", json={"deviceId": "bare"})
    admin = Caller(client, cast["admin"])
    assert nobody.get("/api/devices/pending/bare").status_code == 200
    assert technician.post("/api/devices/bare/suspend").status_code == 404, "it belongs to nobody yet"
    assert admin.post("/api/devices/bare/suspend").status_code == 200
    assert nobody.get("/api/devices/pending/bare").status_code == 403
    assert nobody.post("/api/sessions/assign", json={"deviceId": "bare"}).status_code == 403


@pytest.mark.parametrize("verb", ["suspend", "sign-out", "remove"])
def test_open_sockets_close_at_once(engine_server: Server, verb: str) -> None:
    device_id = f"shut-{uuid.uuid4().hex[:8]}"
    made = engine_server.http("technician_a").post("/api/devices/provision", json={
        "clientId": ACME, "deviceId": device_id}).json()
    secret = engine_server.http().post("/api/v1/device/register", json={
        "deviceId": device_id, "activationCode": made["device"]["activationCode"]}).json()["deviceSecret"]
    proof = {"deviceId": device_id, "deviceSecret": secret}
    technician = engine_server.http("technician_a")
    with engine_server.socket("nobody", auth=proof) as plain, \
            engine_server.socket("nobody", namespace="/agent", auth=proof) as agent:
        agent.heard("ai_status", within=40)
        if verb == "remove":
            technician.delete(f"/api/devices/{device_id}")
        else:
            technician.post(f"/api/devices/{device_id}/{verb}")
        for socket in (plain, agent):
            socket.heard("disconnect", within=40)
    again = engine_server.http().post("/api/v1/device/auth", json=proof).status_code
    assert again == {"suspend": 403, "sign-out": 200, "remove": 401}[verb]
