"""POST and GET /api/v1/customer/sessions: opened, listed, told, ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.device_sessions import queries, service
from connectassist.features.device_sessions.models import DeviceSession
from tests.cast import DEVICE_ID, DEVICE_OF_B_ID, Caller

SESSIONS = "/api/v1/customer/sessions"


def opened(customer: Caller, kind: str = "diagnostic", **more: object) -> dict:
    answer = customer.post(SESSIONS, json={"deviceId": DEVICE_ID, "type": kind, **more})
    assert answer.status_code == 201, answer.json
    return answer.json["session"]


def outlived(session_id: str) -> None:
    """Let an hour go by for a session."""
    db.session.execute(update(DeviceSession).where(DeviceSession.session_id == session_id).values(
        expires_at=clock.now() - timedelta(seconds=1)))
    db.session.commit()


def test_a_session_is_opened_for_an_hour(customer: Caller) -> None:
    made = opened(customer, description="The printer — 打印机 — says no 🖨")
    assert made["deviceId"] == DEVICE_ID
    assert made["status"] == "active"
    assert made["expiresAt"][:13] != made["createdAt"][:13]
    told = customer.get(f"{SESSIONS}/{made['id']}").json["session"]
    assert told["commands"] == []
    assert told["description"] == "The printer — 打印机 — says no 🖨"
    status = customer.get(f"/api/v1/customer/devices/{DEVICE_ID}/status").json["device"]
    assert status["activeSession"] == made["id"]
