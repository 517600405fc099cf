"""What must not outlive the right to it: sockets after a sign-out, lines after a client is taken away; looks that make
things, strangers who fill the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import RateLimited, Unauthorized
from connectassist.features.devices import service as devices
from connectassist.features.remote_access import service as remote_access
from connectassist.features.remote_access.lines import LINES, Line
from connectassist.features.tickets import service as tickets
from connectassist.http import guard
from connectassist.identity import principal, tokens
from connectassist.identity.models import VIEWER, Login, User
from connectassist.realtime import rescoping
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.questions import Asked
from tests.cast import ACME, BETA, DEVICE_ID, Caller


@pytest.fixture
def dashboard(app: Flask, technician_a: Caller, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """An open socket of client A's technician on /it; what leaves it is thrown away."""
    monkeypatch.setattr(IT, "to_socket", lambda *told: None)
    monkeypatch.setattr(IT, "close", lambda connection: IT.connections.pop(connection.socket_id, None))
    with app.app_context():
        login = db.session.query(Login).filter_by(user_id=technician_a.user_id).first()
        assert login
        by = tokens.principal_of({"login": login.id}, address="127.0.0.1")
    assert by
    connection = IT.connections["the-dashboard"] = Connection("the-dashboard", by, path="/it")
    return connection


def a_terminal(opener: Connection) -> Line:
    line = Line(DEVICE_ID, ACME, "terminal", opener, is_open=True)
    LINES.put(line)
    return line


def test_signing_out_ends_the_dashboards_of_contract_000(dashboard: Connection, technician_a: Caller) -> None:
    assert technician_a.post("/api/auth/logout").status_code == 200
    assert dashboard.socket_id not in IT.connections


def test_a_socket_does_not_outlive_its_sign_in(app: Flask, dashboard: Connection) -> None:
    with app.app_context():
        rescoping.close_ended()
        assert dashboard.socket_id in IT.connections
        login = db.session.get(Login, dashboard.principal.login_id)
        assert login
        login.expires_at = clock.now() - timedelta(seconds=1)
        db.session.commit()
        rescoping.close_ended()
    assert dashboard.socket_id not in IT.connections


@pytest.mark.parametrize("loss", ["client", "role"])
def test_a_terminal_ends_at_the_device_when_its_technician_may_use_it_no_more(
        app: Flask, admin: Caller, dashboard: Connection, monkeypatch: pytest.MonkeyPatch, loss: str) -> None:
    told: list[str] = []
    monkeypatch.setattr(AGENT, "to_device", lambda device_id, name, payload: told.append(name))
    monkeypatch.setattr(rescoping, "_move", lambda connection, now: setattr(connection, "principal", now))
    a_terminal(dashboard)
    user = f"/api/admin/users/{dashboard.principal.user_id}"
    assert admin.put(user, json={"client_ids": []} if loss == "client" else {"role": VIEWER}).status_code == 200
    assert told == [remote_access.STOP_TERMINAL]
    assert LINES.find(DEVICE_ID, "terminal") is None


def test_a_moved_device_answers_nobody_of_its_old_client(app: Flask, admin: Caller, dashboard: Connection,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(AGENT, "to_device", lambda device_id, name, payload: told.append(name))
    a_terminal(dashboard)
    remote_access.QUESTIONS.ask((DEVICE_ID, "script_result", "1"), Asked(dashboard, ACME))
    assert admin.patch(f"/api/devices/{DEVICE_ID}/client", json={"client_id": BETA}).status_code == 200
    assert remote_access.STOP_TERMINAL in told
    assert LINES.find(DEVICE_ID, "terminal") is None
    assert remote_access.QUESTIONS.answered((DEVICE_ID, "script_result", "1")) is None


@pytest.mark.usefixtures("payloads")
def test_a_look_at_an_installer_makes_none_and_no_other_site_has_one_made(app: Flask, admin: Caller) -> None:
    installer = f"/api/clients/{ACME}/installer"
    before = admin.get("/api/enrollment/tokens").json["total"]
    assert admin.open("HEAD", installer).status_code == 405
    with app.app_context():
        login = tokens.issue(db.session.query(User).filter_by(role="admin").first(), address="127.0.0.1")
        db.session.commit()
    browser = app.test_client()
    browser.set_cookie(tokens.COOKIE, login)
    for elsewhere in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.get(installer, headers=elsewhere).status_code == 403
    assert admin.get("/api/enrollment/tokens").json["total"] == before
    assert browser.get(installer, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert admin.get("/api/enrollment/tokens").json["total"] == before + 1


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_no_client_has_a_number_like_that(app: Flask, admin: Caller, number: int) -> None:
    for path in ("/api/clients/{}/installer", "/api/clients/{}/installers", "/clients/{}/installers"):
        assert admin.get(path.format(number)).status_code == 404


@pytest.fixture
def limited(make_app: Callable[..., Flask]) -> Flask:
    return make_app(rate_limits=True)


def test_one_stranger_makes_no_thousands_of_devices(limited: Flask) -> None:
    with limited.test_request_context(), pytest.raises(RateLimited):
        for number in range(31):
            devices.introduce(f"from-nowhere-{number}", by=principal.nobody("203.0.113.9"))


def test_one_device_opens_no_thousands_of_tickets(limited: Flask) -> None:
    with limited.test_request_context():
        by = principal.device(DEVICE_ID)
        with pytest.raises(RateLimited):
            for number in range(11):
                tickets.open_by_device(DEVICE_ID, by=by, title=f"It beeps {number}")


def test_ids_out_of_the_air_make_no_budget_each(limited: Flask) -> None:
    refused = 0
    with limited.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.9"}):
        for number in range(101):
            with pytest.raises((Unauthorized, RateLimited)) as told:
                guard.device_by_secret(f"out-of-the-air-{number}", "x")
            refused += told.type is RateLimited
    assert refused
