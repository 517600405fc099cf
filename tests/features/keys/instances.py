"""What a server would make of an instance's keys."""

from __future__ import annotations

from sqlalchemy import NullPool, create_engine, text

from connectassist.core.settings import Settings, load
from connectassist.core.vault import Vault
from tests.cast import DEVICE_ID, PASSWORD


def of_file(site: Settings) -> Settings:
    """The settings as it would now read them, its key in the folder."""
    return load({"CONNECTASSIST_INSTANCE": str(site.instance), "CONNECTASSIST_DOWNLOADS": str(site.downloads),
                 "CONNECTASSIST_DATABASE_URL": site.database_url, "CONNECTASSIST_ADMIN_PASSWORD": PASSWORD,
                 "CONNECTASSIST_ASYNC_MODE": "threading", "CONNECTASSIST_LOG_LEVEL": "ERROR"})


def password_of(site: Settings, vault: Vault) -> str | None:
    """The password of the cast's device, read with these keys."""
    with create_engine(site.database, poolclass=NullPool).connect() as connection:
        return vault.decrypt(connection.scalar(text("SELECT permanent_password FROM devices WHERE device_id = :id"),
                                               {"id": DEVICE_ID}))


def signer(vault: Vault) -> bytes:
    """Who packages are signed by."""
    return vault.signing_key().public_key().public_bytes_raw()
