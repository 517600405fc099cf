"""The limit of calls that have none of their own: strangers by address, devices each by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from connectassist.core.errors import RateLimited
from connectassist.core.settings import Settings
from connectassist.http.limits import Limiter, block_of
from tests.cast import Caller, Member

MOST = 100
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


def test_strangers_share_what_an_address_may_do(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    app = make_app(rate_limits="on", trust_localhost="1")
    stranger = app.test_client(use_cookies=False)
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    found = [stranger.get("/api/version", headers=forwarded).status_code for _ in range(MOST)]
    assert set(found) == {200}
    refused = stranger.get("/api/version", headers=forwarded)
    assert (refused.status_code, refused.json["error_code"]) == (429, "RATE_LIMITED")
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert stranger.get("/api/devices", headers=forwarded).status_code == 429, "whether or not they may"
    assert stranger.get("/pocket-it/api/version", headers=forwarded).json == {"error": refused.json["error"]}

    assert stranger.get("/api/version", environ_overrides=ELSEWHERE).status_code == 200
    assert stranger.get("/login", headers=forwarded).status_code == 200, "pages are no API"
    assert stranger.post("/api/share/doors", json={"support_code": "000000"}, headers=forwarded).status_code == 400, (
        "what has a limit of its own is not counted here")
    for name in ("device", "technician_a", "customer"):
        assert Caller(stranger, cast[name]).get("/api/version").status_code == 200, f"{name} is counted apart"
    assert stranger.get("/api/admin/stats").status_code == 200, "so is a program that this computer trusts"


def test_a_device_that_floods_harms_itself_alone(make_app: Callable[..., Flask], cast: dict[str, Member]) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    device, neighbour = Caller(client, cast["device"]), Caller(client, cast["device_b"])
    found = [device.get("/api/helper/update-info").status_code for _ in range(MOST + 1)]
    assert found == [200] * MOST + [429]
    assert neighbour.get("/api/helper/update-info").status_code == 200
    assert client.get("/api/helper/update-info").status_code == 200


def test_a_network_of_the_new_addresses_counts_as_one_caller() -> None:
    limiter = Limiter(Settings())
    for number in range(10):
        limiter.spend("10/minute", "view", f"2001:db8:1:2::{number:x}")
    with pytest.raises(RateLimited):
        limiter.spend("10/minute", "view", "2001:db8:1:2:ffff::1")
    limiter.spend("10/minute", "view", "2001:db8:1:3::1")
    assert block_of("::ffff:10.1.2.3") == block_of("10.1.2.200") == "10.1.2.0/24"
    assert block_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
