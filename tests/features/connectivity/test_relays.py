"""Who is told of relays, and the credentials that coturn checks."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.settings import BadSetting, load
from tests.cast import DEVICE_ID, Caller, Member

SECRET = "the relay's secret"
URLS = ("turn:relay.example:3478?transport=udp", "turns:relay.example:5349")


@pytest.fixture
def call(make_app: Callable[..., Flask], template: Any) -> Callable[[str], Caller]:
    """Members of the cast at a server that has a relay and a STUN server."""
    app = make_app(turn_urls=",".join((*URLS, "stun:stun.example:3478")), turn_secret=SECRET)
    return lambda name: Caller(app.test_client(), template.cast[name])


def _relay(answer: Any) -> dict[str, Any]:
    return next((s for s in answer["servers"] if "credential" in s), {})


@pytest.mark.parametrize("name", ["admin", "technician_a", "device"])
def test_whoever_proves_something_gets_credentials_that_coturn_takes(call: Callable[[str], Caller], name: str) -> None:
    answer = call(name).get("/api/turn-servers").json
    relay = _relay(answer)
    assert tuple(relay["urls"]) == URLS
    until, _, who = relay["username"].partition(":")
    left = int(until) - clock.now().timestamp()
    assert answer["ttl"] - 60 < left <= answer["ttl"]
    assert who.startswith("device-" if name == "device" else "staff-") and DEVICE_ID not in who
    proof = hmac.new(SECRET.encode(), relay["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(relay["credential"]) == proof
    assert _relay({"servers": call(name).get("/api/websocket/info").json["iceServers"]})["urls"] == list(URLS)


@pytest.mark.parametrize("name", ["nobody", "customer", "viewer_a"])
def test_others_get_the_documented_fields_and_no_relay(call: Callable[[str], Caller], name: str) -> None:
    assert call(name).get("/api/turn-servers").json == {"servers": [{"urls": ["stun:stun.example:3478"]}]}
    assert set(call(name).get("/api/websocket/info").json) == {"websocketPort", "vncListenerPort", "protocol", "path"}


def test_a_live_session_is_a_proof_and_a_wrong_one_is_none(call: Callable[[str], Caller]) -> None:
    session_id = call("technician_a").post("/api/sessions/create", json={}).json["sessionId"]
    for path in ("/api/turn-servers", "/api/websocket/info"):
        told = call("nobody").get(f"{path}?sessionId={session_id}")
        assert SECRET not in told.text and session_id not in told.text
        assert "credential" in told.text
        assert call("nobody").get(f"{path}?sessionId=AAA-111-AAA").status_code == 404


def test_a_relay_without_its_secret_is_told_to_nobody(make_app: Callable[..., Flask], template: Any) -> None:
    member: Member = template.cast["admin"]
    app = make_app(turn_urls=URLS[0])
    assert Caller(app.test_client(), member).get("/api/turn-servers").json == {"servers": []}


def test_an_address_that_no_browser_takes_is_refused_at_the_start() -> None:
    with pytest.raises(BadSetting, match="TURN_URLS"):
        load({"CONNECTASSIST_TURN_URLS": "relay.example:3478"})
