"""Headers that claim to come from a proxy, sent by whoever reaches the server directly (through nginx: tests/proxy)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

CLAIMS = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1;host=evil.example;proto=https",
          "X-Real-IP": "127.0.0.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
          "X-Forwarded-Port": "81", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Server": "evil.example",
          "True-Client-IP": "127.0.0.1", "X-Client-IP": "127.0.0.1", "CF-Connecting-IP": "127.0.0.1"}
STRANGER, HERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "127.0.0.1"}


@pytest.mark.parametrize("hops", [0, 1])
@pytest.mark.parametrize("name", [*CLAIMS, "all"])
def test_none_of_them_gives_rights(make_app: Callable[..., Flask], hops: int, name: str) -> None:
    client = make_app(proxy_hops=hops, trust_localhost="on").test_client()
    claims = CLAIMS if name == "all" else {name: CLAIMS[name]}
    assert client.get("/api/devices", environ_overrides=HERE).status_code == 200  # what there is to be had
    assert client.get("/api/devices", environ_overrides=STRANGER, headers=claims).status_code == 401
    claims = {**claims, "Host": "localhost"}
    assert client.get("/api/devices", environ_overrides=STRANGER, headers=claims).status_code == 401


def test_none_of_them_resets_a_limit_of_a_server_without_a_proxy(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    found = [client.post("/api/auth/local/register", json={}, environ_overrides=STRANGER,
                         headers=dict.fromkeys(CLAIMS, f"203.0.113.{number}")).status_code for number in range(14)]
    assert found == [400] * 10 + [429] * 4


def test_behind_one_proxy_only_the_last_address_counts(make_app: Callable[..., Flask]) -> None:
    """nginx sets it to whoever called; one that merely appends leaves what was claimed in front of it."""
    client = make_app(rate_limits="on", proxy_hops=1).test_client()
    found = [client.post("/api/auth/local/register", json={}, headers={
        "X-Forwarded-For": f"10.0.0.{number}, 203.0.113.7", "Forwarded": f"for=10.0.0.{number}",
        "X-Real-IP": f"10.0.0.{number}"}).status_code for number in range(14)]
    assert found == [400] * 10 + [429] * 4


@pytest.mark.parametrize(("hops", "public", "link"), [
    (0, "", "http://localhost"), (0, "https://desk.example", "https://desk.example"),
    (1, "https://desk.example", "https://desk.example")])
def test_none_of_them_changes_a_link(make_app: Callable[..., Flask], cast: dict, hops: int, public: str,
                                     link: str) -> None:
    client = make_app(proxy_hops=hops, public_url=public).test_client()
    made = client.post("/api/support-code/generate", json={}, headers={**cast["admin"].headers, **CLAIMS})
    assert made.status_code == 200 and link in str(made.json["instructions"]) and "evil" not in made.text, made.text
