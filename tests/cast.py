"""The fixed cast of the tests. Acme is client A, Beta is client B; B's people must never see A's things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connectassist.core.db import db
from connectassist.features.clients.models import Client
from connectassist.features.devices import service as devices
from connectassist.features.devices.models import Device
from connectassist.identity import device_secrets, principal, tokens
from connectassist.identity.models import ADMIN, CUSTOMER, TECHNICIAN, VIEWER, StaffClient, User

PASSWORD = "correct-horse"
SECRET_KEY = "a secret key of the tests, long enough for everything"
ACME, BETA = 2, 3
DEVICE_ID = "SUPP-111111-1720000001"
DEVICE_OF_B_ID = "SUPP-222222-1720000002"

#: name -> (user name, full name, role, client)
PEOPLE = {
    "technician_a": ("tina", "Tina Acme", TECHNICIAN, ACME),
    "technician_b": ("bert", "Bert Beta", TECHNICIAN, BETA),
    "viewer_a": ("vera", "Vera Acme", VIEWER, ACME),
    "customer": ("carl", "Carl Customer", CUSTOMER, ACME),
}


@dataclass(frozen=True)
class Member:
    """Who a member of the cast is, and the headers that prove it."""

    name: str
    headers: dict[str, str]
    username: str = ""
    user_id: int | None = None
    token: str = ""
    device_id: str = ""
    device_secret: str = ""
    client_id: int | None = None

    @property
    def socket_auth(self) -> dict[str, str]:
        """What this member's socket sends as `auth`."""
        if self.device_id:
            return {"deviceId": self.device_id, "deviceSecret": self.device_secret}
        return {"token": self.token} if self.token else {}


class Caller:
    """A member of the cast with a test client: `technician_a.get("/api/devices")`."""

    def __init__(self, client: FlaskClient, member: Member) -> None:
        self.client, self.member = client, member
        self.headers, self.token, self.user_id = member.headers, member.token, member.user_id
        self.username, self.client_id = member.username, member.client_id
        self.device_id, self.device_secret = member.device_id, member.device_secret

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """Send a request with the member's proof; `headers=` adds to it."""
        options["headers"] = {**self.headers, **options.get("headers", {})}
        return self.client.open(path, method=method, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.open("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.open("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self.open("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self.open("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.open("DELETE", path, **options)


def engage(app: Flask) -> dict[str, Member]:
    """Write the cast into a fresh database and sign everyone in."""
    with app.app_context():
        db.session.add_all([Client(id=ACME, name="Acme", slug="acme"), Client(id=BETA, name="Beta", slug="beta")])
        admin = db.session.query(User).filter_by(username="admin").one()
        db.session.flush()
        cast = {"admin": _signed_in("admin", admin, None)}
        for name, (username, full_name, role, client_id) in PEOPLE.items():
            cast[name] = _signed_in(name, _person(username, full_name, role, client_id, admin.password_hash), client_id)
        cast["device"] = _enrolled("device", DEVICE_ID, ACME)
        cast["device_b"] = _enrolled("device_b", DEVICE_OF_B_ID, BETA)
        cast["nobody"] = Member("nobody", {})
        db.session.commit()
        return cast


def _person(username: str, full_name: str, role: str, client_id: int, password_hash: str | None) -> User:
    user = User(username=username, email=f"{username}@example.com", full_name=full_name, role=role,
                password_hash=password_hash)
    if role == CUSTOMER:
        user.client_id = client_id
    else:
        user.assignments = [StaffClient(client_id=client_id)]
    db.session.add(user)
    db.session.flush()
    return user


def _signed_in(name: str, user: User, client_id: int | None) -> Member:
    assert user.role == ADMIN or client_id
    token = tokens.issue(user, address="127.0.0.1")
    return Member(name, {"Authorization": f"Bearer {token}"}, username=user.username, user_id=user.id, token=token,
                  client_id=client_id)


def _enrolled(name: str, device_id: str, client_id: int) -> Member:
    by = principal.device(device_id, "127.0.0.1")
    device, _ = devices.register(device_id, by=by, hostname=f"{name}-host", os="Linux", arch="x86_64")
    assert isinstance(device, Device)
    device.client_id, device.customer_name = client_id, f"Customer of {name}"
    secret = device_secrets.give(device_id, confirmed=True)
    return Member(name, {"X-Device-Id": device_id, "X-Device-Secret": secret}, device_id=device_id,
                  device_secret=secret, client_id=client_id)
