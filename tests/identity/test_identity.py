"""Who asks: passwords, principals, sign-ins, devices' secrets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import ValidationFailed
from connectassist.identity import device_secrets, passwords, principal, tokens
from connectassist.identity.models import Login, User
from tests.cast import ACME, DEVICE_ID, Caller, Member


def test_a_password_is_kept_as_argon2() -> None:
    kept = passwords.hashed("correct-horse")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "correct-horse")
    assert not passwords.matches(kept, "correct-horsE")
    assert not passwords.matches(None, "no account has this password")
    assert not passwords.matches("not a hash", "x")
    assert not passwords.matches(kept, "x" * 100_000)


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_has_a_sensible_length(password: str) -> None:
    with pytest.raises(ValidationFailed):
        passwords.hashed(password)


def test_what_each_may_see(app: Flask, cast: dict[str, Member]) -> None:
    with app.app_context():
        of = {name: principal.of_user(db.session.get(User, cast[name].user_id))
              for name in ("admin", "technician_a", "viewer_a", "customer")}
    assert of["admin"].client_ids is None
    for name in ("technician_a", "viewer_a", "customer"):
        assert of[name].client_ids == {ACME}, name
    assert [name for name in of if of[name].is_technician] == ["admin", "technician_a"]
    assert [name for name in of if of[name].is_staff] == ["admin", "technician_a", "viewer_a"]
    assert principal.nobody().client_ids == frozenset()
    assert not principal.device("x").is_staff


def test_a_sign_in_ends_after_a_day(app: Flask, technician_a: Caller) -> None:
    with app.app_context():
        for login in db.session.query(Login).filter_by(user_id=technician_a.user_id):
            assert timedelta(hours=23) < login.expires_at - clock.now() <= timedelta(hours=24)
            login.expires_at = clock.now()
        db.session.commit()
    assert technician_a.get("/api/auth/me").status_code == 401


def test_a_role_that_changed_counts_at_once(app: Flask, technician_a: Caller) -> None:
    with app.app_context():
        user = db.session.get(User, technician_a.user_id)
        user.role = "viewer"
        user.assignments.clear()
        db.session.commit()
    assert technician_a.post("/api/sessions/create").status_code == 403
    assert technician_a.get("/api/devices").json["devices"] == []


def test_a_revoked_sign_in_is_not_renewed(app: Flask, technician_a: Caller) -> None:
    with app.app_context():
        login = db.session.query(Login).filter_by(user_id=technician_a.user_id).one()
        by = principal.of_user(login.user, login_id=login.id)
        assert tokens.renewed(by) is not None
        tokens.revoke(login.id)
        db.session.commit()
        assert tokens.renewed(by) is None
        assert tokens.renewed(principal.nobody()) is None


def test_a_devices_secret_binds_when_it_was_shown(app: Flask) -> None:
    with app.app_context():
        secret = device_secrets.give("new", confirmed=False)
        db.session.commit()
        assert not device_secrets.is_binding("new")
        assert not device_secrets.fits("new", "wrong")
        assert not device_secrets.is_binding("new"), "a wrong guess binds nothing"
        assert device_secrets.fits("new", secret)
        assert device_secrets.is_binding("new")
        again = device_secrets.give("new", confirmed=True)
        assert not device_secrets.fits("new", secret)
        assert device_secrets.fits("new", again)
        device_secrets.forget("new")
        db.session.commit()
        assert not device_secrets.fits("new", again)


def whole_database(app: Flask) -> bytes:
    """SQLite's file with all that is left in it; every row of PostgreSQL's."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return (app.extensions["settings"].instance / "connectassist.db").read_bytes()
        rows = [row for table in db.metadata.sorted_tables for row in db.session.execute(db.select(table))]
    return repr(rows).encode()


def test_secrets_are_not_in_the_database(app: Flask, cast: dict[str, Member]) -> None:
    database = whole_database(app)
    for secret in (cast["device"].device_secret, cast["technician_a"].token, "correct-horse"):
        assert secret.encode() not in database
    assert DEVICE_ID.encode() in database
