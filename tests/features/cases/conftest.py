"""A session with a story: asked, allowed, talked, a file sent, a right taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from connectassist.core.db import db
from connectassist.features.chat import service as chat
from connectassist.features.sessions import queries, timeline
from tests.cast import Caller
from tests.features.sittings import allow, open_session


@pytest.fixture
def session_id(app: Flask, device: Caller, technician_a: Caller) -> str:
    opened = open_session(device)
    with app.app_context():
        session = queries.live(opened)
        session.technician_id, session.technician_name = technician_a.user_id, "Tina Acme"
        session.viewing_seconds = 90
        session.client_info = {"os": "Windows 11", "hostname": "ANN-PC", "username": "ann", "arch": "x64"}
        timeline.note(opened, "consent_asked", who="Tina", rights=["view", "control"], text="The printer is stuck")
        timeline.note(opened, "consent_given", rights=["view", "control"], text="Tina")
        timeline.note(opened, "consent_revoked", rights=["control"])
        db.session.commit()
        chat.post(opened, role="user", sender="", text="It prints <b>blank</b> pages")
    allow(app, opened, "view", "files")
    sent = technician_a.post("/api/files/upload", data={"sessionId": opened, "file": (io.BytesIO(b"12345"), "fix.txt")})
    assert sent.status_code == 200
    return opened


Write = Callable[..., dict[str, Any]]


@pytest.fixture
def write(session_id: str, technician_a: Caller) -> Write:
    """`write(title="…")` writes the session's case and returns its row."""

    def writing(by: Caller = technician_a, **fields: Any) -> dict[str, Any]:
        answer = by.post("/api/cases", json={"sessionId": session_id, "problemDescription": "Blank pages", **fields})
        assert answer.status_code == 200, answer.text
        return answer.json["case"]
    return writing
