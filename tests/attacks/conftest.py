"""The desk under attack: with a payload, and one of everything in it."""

from __future__ import annotations

import pytest
from flask import Flask

from connectassist.features.sessions import consent
from tests.attacks.world import World, build
from tests.cast import Caller
from tests.features.packages.conftest import app, payloads

__all__ = ["app", "payloads"]


@pytest.fixture
def world(app: Flask, technician_a: Caller, device: Caller, monkeypatch: pytest.MonkeyPatch) -> World:
    """One of everything, all of client A. Nobody waits long for a customer who doesn't answer."""
    monkeypatch.setattr(consent, "PATIENCE", 0.02)
    return build(app, technician=technician_a, device=device)
