"""A session in which the customer allows files, and short ways to send and fetch."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Caller
from tests.features.sittings import allow, open_session

Send = Callable[..., TestResponse]


@pytest.fixture
def session_id(app: Flask, device: Caller) -> str:
    opened = open_session(device)
    allow(app, opened, "view", "files")
    return opened


@pytest.fixture
def send(session_id: str) -> Send:
    """`send(technician_a, b"…", name="a.txt")`; the default direction is the document's."""

    def sending(by: Caller, content: bytes = b"hello", *, name: str = "note.txt", **fields: Any) -> TestResponse:
        form = {"sessionId": session_id, **fields, "file": (io.BytesIO(content), name)}
        return by.post("/api/files/upload", data={k: v for k, v in form.items() if v is not None})
    return sending


@pytest.fixture
def uploads(app: Flask) -> Path:
    return app.extensions["settings"].uploads
