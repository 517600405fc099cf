"""The server as the clients of the contracts meet it: with a payload, a code to type, a device that enrolled."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from connectassist.core.db import db
from connectassist.features.packages import tokens
from connectassist.features.packages.models import Package
from tests.cast import Caller, Member
from tests.contracts.gateway import Gateway
from tests.features.packages.conftest import app, code, make_code, payloads

__all__ = ["app", "code", "make_code", "payloads"]


@pytest.fixture
def enrolled(app: Flask, nobody: Caller, code: str) -> dict[str, Any]:
    """What a device was told that enrolled with the code's package."""
    order = nobody.post("/api/customer/installer", json={"support_code": code, "platform": "linux"}).json
    device_id = order["customer_info"]["device_id"]
    with app.app_context():
        token = tokens.token_of(db.session.query(Package).filter_by(device_id=device_id).one())
    answer = nobody.post("/api/enrollment/enroll", json={
        "token": token, "deviceId": device_id, "hostname": "PC", "osVersion": "Windows 10"})
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.fixture
def gateway(app: Flask, cast: dict[str, Member]) -> Gateway:
    """Contract 003's callers."""
    return Gateway(app, cast)
