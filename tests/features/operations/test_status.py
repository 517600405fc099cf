"""/api/status, health, version and the small public facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from connectassist import VERSION
from connectassist.core import clock
from connectassist.core.reachable import Readiness
from connectassist.features.operations import status
from connectassist.realtime.gateway import GATEWAY
from tests.cast import Caller

UP = {"database": "connected", "rustdesk_relay": "running", "client_builder": "available"}


def test_all_is_well(nobody: Caller) -> None:
    found = nobody.get("/api/status").json
    assert found["online"] is True
    assert found["server"] == "localhost"
    assert found["version"] == VERSION
    assert found["services"] == UP
    assert found["timestamp"].endswith("Z")


def test_without_payloads_the_builder_is_not_available(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    found = make_app(payloads=tmp_path / "none").test_client().get("/api/status").json
    assert found["services"] == UP | {"client_builder": "unavailable"}
    assert found["online"] is True


def test_a_database_that_fails_is_said(app: Flask, nobody: Caller, tmp_path: Path) -> None:
    away = replace(app.extensions["settings"], database_url=f"sqlite:///{tmp_path}/away.db")
    app.extensions["readiness"] = Readiness(away)
    found = nobody.get("/api/status")
    assert found.status_code == 200
    assert found.json["online"] is False
    assert found.json["services"]["database"] == "unavailable"
    assert "away" not in found.text


def test_a_relay_that_stopped_is_said(nobody: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GATEWAY.socketio, "server", None)
    found = nobody.get("/api/status").json
    assert (found["online"], found["services"]["rustdesk_relay"]) == (False, "stopped")


def test_the_answer_is_kept_for_a_moment_only(nobody: Caller, payloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: at)
    nobody.get("/api/status")
    (payloads / "linux-x86_64.json").unlink()
    assert nobody.get("/api/status").json["services"] == UP
    monkeypatch.setattr(clock, "monotonic", lambda: at + status.KEPT_SECONDS + 0.1)
    assert nobody.get("/api/status").json["services"]["client_builder"] == "unavailable"


def test_the_server_is_the_public_one_when_set(make_app: Callable[..., Flask]) -> None:
    app = make_app(public_url="https://support.example:8443")
    assert app.test_client().get("/api/status").json["server"] == "support.example"
    assert app.test_client().get("/api/websocket/info").json == {
        "websocketPort": 8443, "vncListenerPort": None, "protocol": "wss", "path": "/websockify"}


@pytest.mark.parametrize("path", ["/api/status", "/api/websocket/info"])
@pytest.mark.parametrize("host", ["[::1", "a b", "localhost:99999", "%%%", "[zz]:1"])
def test_hostile_hosts_break_nothing(nobody: Caller, path: str, host: str) -> None:
    assert nobody.get(path, headers={"Host": host}).status_code in (200, 400)


def test_health_and_version(nobody: Caller) -> None:
    health = nobody.get("/api/health").json
    assert health["status"] == "ok"
    assert set(health) == {"status", "timestamp"}
    assert nobody.get("/api/version").json == {"version": VERSION, "name": "ConnectAssist"}


def test_socket_and_turn_facts(nobody: Caller) -> None:
    assert nobody.get("/api/websocket/info").json == {
        "websocketPort": 80, "vncListenerPort": None, "protocol": "ws", "path": "/websockify"}
    assert nobody.get("/api/turn-servers").json == {"servers": []}


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "less than a minute"), (59, "less than a minute"), (60, "1 minute"), (3_599, "59 minutes"),
    (3_600, "1 hour, 0 minutes"), (7_260, "2 hours, 1 minute"), (475_200, "5 days, 12 hours"),
    (86_400, "1 day, 0 hours")])
def test_uptime_in_words(seconds: float, words: str) -> None:
    assert status.in_words(seconds) == words
