"""An instance whose key lies in its folder, and whose devices have passwords."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from connectassist.core.settings import Settings
from connectassist.core.vault import Vault
from tests.cast import DEVICE_ID, SECRET_KEY


@pytest.fixture
def site(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    (found.instance / "secret_key").write_text(SECRET_KEY)
    with create_engine(found.database, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE devices SET permanent_password = :sealed WHERE device_id = :id"),
                           {"sealed": Vault(SECRET_KEY).encrypt("pässword"), "id": DEVICE_ID})
    return found
