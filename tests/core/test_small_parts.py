"""Clock, ids, vault: the parts everything stands on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import column

from connectassist.core import clock, ids
from connectassist.core.db import contains
from connectassist.core.vault import Vault, digest, same


def test_times_are_utc_with_milliseconds_and_z() -> None:
    moment = datetime(2026, 1, 1, 1, 0, 0, 1999, tzinfo=timezone(timedelta(hours=1)))
    assert clock.iso(moment) == "2026-01-01T00:00:00.001Z"
    assert clock.iso(None) is None
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("value", [-1e300, 0, 1e300, float(2**63)])
def test_far_off_moments_stay_in_the_calendar(value: float) -> None:
    assert 1970 <= clock.from_milliseconds(value).year <= 9999


def test_seconds_between() -> None:
    start = clock.now()
    assert clock.seconds_between(start, start + timedelta(seconds=90, milliseconds=900)) == 90
    assert clock.seconds_between(start, start - timedelta(seconds=1)) == clock.seconds_between(None, start) == 0


def test_ids_have_their_shapes() -> None:
    assert all(ids.SESSION_ID.fullmatch(ids.session_id()) for _ in range(200))
    assert all(ids.SUPPORT_CODE.fullmatch(ids.support_code()) for _ in range(200))
    assert not set("IO01") & set("".join(part for _ in range(200) for part in ids.session_id().split("-")[::2]))
    assert len({ids.handle() for _ in range(100)}) == 100
    assert len(ids.handle()) == 32


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "123–456", "1 2 3 4 5 6", "123.456"])
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert ids.clean_support_code(typed) == "123456"


def test_the_vault_keeps_and_gives_back() -> None:
    vault = Vault("secret")
    sealed = vault.encrypt("pässword")
    assert "pässword" not in sealed
    assert vault.decrypt(sealed) == "pässword"
    assert Vault("another").decrypt(sealed) is None
    assert vault.decrypt(None) is vault.decrypt("") is None


def test_each_use_of_the_secret_has_a_key_of_its_own() -> None:
    vault = Vault("secret")
    assert vault.mac("a", "message") != vault.mac("b", "message")
    assert vault.mac("a", "message") == Vault("secret").mac("a", "message")
    assert vault.jwt_key() not in (vault.mac("staff tokens", ""), vault.signing_key().private_bytes_raw().hex())


def test_secrets_compare() -> None:
    assert same("ä", "ä")
    assert not same("a", "b")
    assert digest("a") != "a"


def test_percent_and_underscore_are_ordinary_characters() -> None:
    text = str(contains(column("name"), "50%_\\").compile(compile_kwargs={"literal_binds": True}))
    assert "50\\%\\_\\\\" in text
