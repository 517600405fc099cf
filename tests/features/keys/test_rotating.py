"""The secret key changes: what it encrypted is still read, everybody signs in anew, devices stay. On both databases."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import create_engine, text

from connectassist.core import key_files
from connectassist.core.db import db
from connectassist.core.settings import Settings
from connectassist.core.vault import Vault
from tests.cast import DEVICE_ID, PASSWORD, SECRET_KEY, Caller, Member
from tests.features.keys.instances import of_file, password_of, signer
from tests.live.operator import Operator


def test_secrets_come_along_and_everybody_signs_in_anew(site: Settings, app: Flask, cast: dict[str, Member],
                                                        make_app: Callable[..., Flask]) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    operator = Operator(site, secret_key="")
    assert "1 secrets would be encrypted anew; 0 can't be read" in operator.runs("rotate-keys", "--dry-run")
    assert (site.instance / "secret_key").read_text() == SECRET_KEY
    assert operator.tries("rotate-keys", typed="n\n").exit_code == 1
    said = operator.runs("rotate-keys", "--yes")
    assert "1 secrets are encrypted anew, 0 could not be read. 5 sign-ins of people" in said
    now = of_file(site)
    vault = key_files.vault_of(now)
    assert now.secret_key != SECRET_KEY and (site.instance / "secret_key").stat().st_mode & 0o777 == 0o600
    assert password_of(site, vault) == "pässword" and password_of(site, Vault(SECRET_KEY)) is None
    assert signer(vault) == signer(Vault(SECRET_KEY)) and not (site.instance / "secret_key.next").exists()
    there = make_app(instance=site.instance, database_url=site.database_url, secret_key=now.secret_key).test_client()
    for name in ("technician_a", "admin", "customer"):
        assert Caller(there, cast[name]).get("/api/auth/me").status_code == 401
    answer = Caller(there, cast["device"]).get(f"/api/enrollment/status/{DEVICE_ID}")
    assert answer.json == {"enrolled": True, "deviceId": DEVICE_ID}
    assert there.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD}).status_code == 200
    logged = there.application.extensions["settings"].database
    with create_engine(logged).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_entries WHERE action = 'key.change'")) == 1
