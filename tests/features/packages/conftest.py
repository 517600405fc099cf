"""An app that has payloads, and a code to order with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.cast import Caller
from tests.features.packages.payload import write_payload


@pytest.fixture
def payloads(tmp_path: Path) -> Path:
    """A folder with a payload for Linux."""
    return write_payload(tmp_path / "payloads")


@pytest.fixture
def app(make_app: Callable[..., Flask], payloads: Path) -> Flask:
    return make_app(payloads=payloads)


@pytest.fixture
def make_code(technician_a: Caller) -> Callable[..., dict[str, Any]]:
    """Make a support code as the technician of client A."""
    def make(**order: Any) -> dict[str, Any]:
        answer = technician_a.post("/api/support-codes", json={"customer_name": "John Smith", **order})
        assert answer.status_code == 200, answer.text
        return answer.json
    return make


@pytest.fixture
def code(make_code: Callable[..., dict[str, Any]]) -> str:
    return make_code()["support_code"]
