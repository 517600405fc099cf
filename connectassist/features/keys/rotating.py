"""A change of the secret key that can be cut off anywhere and run again.

1. The new key is written beside the old one. From here on both open what is encrypted.
2. The signing key, which was derived from the old key, is kept under the new one.
3. One transaction encrypts everything anew and ends every sign-in.
4. The new key takes the old one's place.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Connection, Table, bindparam, select, update
from sqlalchemy.engine import Engine

from connectassist.core import audit, durable, key_files
from connectassist.core.db import Base
from connectassist.core.key_files import KEY, NAME, NEXT, SIGNING
from connectassist.core.settings import SHORTEST_SECRET, Settings
from connectassist.core.vault import Vault
from connectassist.identity import everybody, principal

AT_ONCE = 500


class Refused(Exception):
    """The key is not changed; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What came of it. `unreadable` were encrypted with a key that nobody has any more; they stay as they are."""

    secrets: int
    unreadable: int
    signed_out: everybody.SignedOut
    goes_on: bool


def next_key(settings: Settings, *, given: Path | None, is_from_environment: bool) -> tuple[str, bool]:
    """The key to change to, and whether a change that was cut off goes on with it. Raises Refused."""
    begun = key_files.read(settings.instance / NEXT)
    goes_on = begun not in ("", settings.secret_key)
    key = key_files.read(given) if given else begun if goes_on else secrets.token_urlsafe(48)
    if is_from_environment and not given and not goes_on:
        raise Refused("The key comes from the environment, so the new one must too: write it into a file "
                      "(`openssl rand -base64 48 > FILE`), name that with --new-key-file, and set "
                      "CONNECTASSIST_SECRET_KEY to it afterwards")
    if goes_on and key != begun:
        raise Refused("A change to another key was cut off. Run the command without --new-key-file, or with that key, "
                      "which is in secret_key.next, to finish it first")
    if len(key) < SHORTEST_SECRET:
        raise Refused(f"A secret key must have {SHORTEST_SECRET} characters or more")
    if key == settings.secret_key:
        raise Refused("That is the key in force")
    return key, goes_on


def change(settings: Settings, key: str, *, engine: Engine, is_from_environment: bool, goes_on: bool,
           new_signing_key: bool) -> Changed:
    """Change to another key. Nobody may serve meanwhile."""
    folder, old = settings.instance, key_files.vault_of(settings)
    seed = Ed25519PrivateKey.generate() if new_signing_key else old.signing_key()
    durable.write(folder / NEXT, key.encode())
    new = Vault(key, other=settings.secret_key)
    durable.write(folder / SIGNING, new.encrypt(seed.private_bytes_raw().hex()).encode())
    with engine.begin() as connection:
        found = _encrypt_anew(connection, old=Vault(settings.secret_key, other=key), new=new)
        signed_out = everybody.sign_out(connection)
        audit.write(connection, principal.system(), "key.change", "The secret key was changed", level="WARNING",
                    signing_key_too=new_signing_key)
    _settle(folder, key, is_from_environment=is_from_environment)
    return Changed(secrets=found[0], unreadable=found[1], signed_out=signed_out, goes_on=goes_on)


def _settle(folder: Path, key: str, *, is_from_environment: bool) -> None:
    """From here on only the new key counts."""
    if is_from_environment:
        durable.write(folder / NAME, Vault(key).name().encode())
        (folder / NEXT).unlink()
    else:
        (folder / NEXT).replace(folder / KEY)
        (folder / NAME).unlink(missing_ok=True)
    durable.flush(folder)


def count(settings: Settings, *, engine: Engine) -> tuple[int, int]:
    """How many secrets can be read with the key in force, and how many can't."""
    vault, read, lost = key_files.vault_of(settings), 0, 0
    with engine.connect() as connection:
        for table, column in _sealed_columns():
            for _, sealed in _rows(connection, table, column):
                read, lost = (read, lost + 1) if vault.decrypt(sealed) is None else (read + 1, lost)
    return read, lost


def _encrypt_anew(connection: Connection, *, old: Vault, new: Vault) -> tuple[int, int]:
    read, lost = 0, 0
    for table, column in _sealed_columns():
        (number,) = table.primary_key.columns
        statement = update(table).where(number == bindparam("of_row")).values({column.name: bindparam("anew")})
        found = [(row, old.decrypt(sealed)) for row, sealed in _rows(connection, table, column)]
        anew = [{"of_row": row, "anew": new.encrypt(plain)} for row, plain in found if plain is not None]
        for at in range(0, len(anew), AT_ONCE):
            connection.execute(statement, anew[at:at + AT_ONCE])
        read, lost = read + len(anew), lost + len(found) - len(anew)
    return read, lost


def _sealed_columns() -> Iterator[tuple[Table, Column]]:
    """Whatever is encrypted says so where it is declared (core/vault.SEALED)."""
    for table in Base.metadata.sorted_tables:
        yield from ((table, column) for column in table.columns if column.info.get("sealed"))


def _rows(connection: Connection, table: Table, column: Column) -> list[tuple]:
    (number,) = table.primary_key.columns
    return [tuple(row) for row in connection.execute(select(number, column).where(column.is_not(None)))]
