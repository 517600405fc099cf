"""Settings: read once, named when wrong, the secret key made and kept."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from connectassist.core.settings import BadSetting, Settings, load


def given(folder: Path, **values: str) -> Settings:
    return load({"CONNECTASSIST_INSTANCE": str(folder), "CONNECTASSIST_DOWNLOADS": str(folder / "downloads"),
                 **{f"CONNECTASSIST_{name.upper()}": value for name, value in values.items()}})


def test_defaults(tmp_path: Path) -> None:
    settings = given(tmp_path)
    assert (settings.host, settings.port, settings.async_mode) == ("127.0.0.1", 5001, "eventlet")
    assert settings.rate_limits is True
    assert settings.trust_bare_device_ids is False
    assert settings.database == f"sqlite:///{tmp_path}/connectassist.db"


def test_an_empty_value_counts_as_absent(tmp_path: Path) -> None:
    assert given(tmp_path, port="").port == 5001


@pytest.mark.parametrize(("text", "value"), [("1", True), ("On", True), (" yes ", True), ("off", False), ("0", False),
                                             ("FALSE", False)])
def test_flags(tmp_path: Path, text: str, value: bool) -> None:
    assert given(tmp_path, rate_limits=text).rate_limits is value


@pytest.mark.parametrize(("name", "value"), [("port", "high"), ("rate_limits", "ture"), ("async_mode", "twisted"),
                                             ("proxy_hops", "1.5")])
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"CONNECTASSIST_{name.upper()}"):
        given(tmp_path, **{name: value})


def test_lists_are_split(tmp_path: Path) -> None:
    assert given(tmp_path, cors_origins="https://a.example, https://b.example,").cors_origins == (
        "https://a.example", "https://b.example")


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = given(tmp_path).secret_key
    assert len(first) >= 40
    assert given(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert given(tmp_path, secret_key="mine").secret_key == "mine"


def test_folders_are_private(tmp_path: Path) -> None:
    settings = given(tmp_path / "new")
    assert stat.S_IMODE(settings.uploads.stat().st_mode) == 0o700


SUPABASE = "https://abc.supabase.co/auth/v1/.well-known/jwks.json"


@pytest.mark.parametrize(("values", "named"), [
    ({"supabase_jwt_secret": "short"}, "SUPABASE_JWT_SECRET"),
    ({"supabase_jwt_secret": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD"}, "SUPABASE_JWT_SECRET"),
    ({"supabase_jwks_url": SUPABASE.replace("https", "http")}, "SUPABASE_JWKS_URL"),
    ({"supabase_jwks_url": "abc.supabase.co/keys"}, "SUPABASE_JWKS_URL"),
    ({"supabase_jwks_url": "https://abc.supabase.co/keys"}, "SUPABASE_ISSUER is needed"),
    ({"supabase_issuer": "https://abc.supabase.co/auth/v1"}, "SUPABASE_ISSUER"),
    ({"supabase_link_by_email": "on"}, "SUPABASE_LINK_BY_EMAIL"),
], ids=str)
def test_half_a_supabase_project_stops_the_start(tmp_path: Path, values: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        given(tmp_path, **values)


def test_a_supabase_project(tmp_path: Path) -> None:
    assert given(tmp_path, supabase_jwks_url=SUPABASE).supabase_link_by_email is False
    keys = "https://abc.supabase.co/keys"
    assert given(tmp_path, supabase_jwks_url=keys, supabase_issuer="https://abc.supabase.co").supabase_jwks_url == keys
    assert given(tmp_path, supabase_jwt_secret="s" * 32, supabase_link_by_email="on").supabase_link_by_email is True
