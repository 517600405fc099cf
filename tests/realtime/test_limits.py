"""Guessing costs: budgets for wrong ids and for floods, over HTTP and over sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.live.server import Server


@pytest.fixture(scope="module")
def limited(servers: Callable[..., Server]) -> Iterator[Server]:
    """A server with its limits on."""
    return servers(rate_limits="on")


def test_wrong_session_ids_use_a_budget_up(start_server: Callable[..., Server]) -> None:
    server = start_server(rate_limits="on")
    http, answers = server.http("nobody"), []
    for number in range(25):
        answers.append(http.get(f"/api/sessions/AAA-{number:03d}-AAA"))
        if answers[-1].status_code == 429:
            break
    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    refused = answers[-1]
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["error_code"] == "RATE_LIMITED"
    with server.socket("nobody") as socket:
        assert socket.join("AAA-000-AAB", "helper")["error_code"] == "RATE_LIMITED", "one budget for both ways"
    real = server.http("technician_a").post("/api/sessions/create").json()["sessionId"]
    assert http.get(f"/api/sessions/{real}").status_code == 429, "a guess that hits is refused as well"
    assert server.http("technician_a").get(f"/api/sessions/{real}").status_code == 200, "staff go on"


def test_wrong_device_secrets_use_a_budget_up(limited: Server) -> None:
    http = limited.http("nobody")
    headers = {"X-Device-Id": limited.cast["device"].device_id, "X-Device-Secret": "guess"}
    statuses = [http.get("/api/devices/pending/x", headers=headers).status_code for _ in range(25)]
    assert set(statuses[:20]) == {401}
    assert statuses[-1] == 429
    assert limited.http("device_b").get("/api/devices/pending/x").status_code == 404, "no neighbour is locked out"


def test_a_flood_of_costly_events_is_refused(limited: Server) -> None:
    with limited.socket("technician_a") as socket:
        answers = [socket.join("AAA-000-AAA", "technician")["error_code"] for _ in range(70)]
    assert answers[:60] == ["SESSION_NOT_FOUND"] * 60
    assert answers[-1] == "RATE_LIMITED"


def test_guesses_in_a_body_or_query_use_the_same_budget(start_server: Callable[..., Server]) -> None:
    server = start_server(rate_limits="on")
    http = server.http("nobody")
    statuses = [http.post("/api/sessions/assign", json={"deviceId": f"guess-{number}", "sessionId": "AAA-000-AAA"}
                          ).status_code for number in range(21)]
    assert statuses == [200] * 20 + [429], "who is invited nowhere may come all the same, but not try and try"
    for answer in (http.post("/api/share/doors", json={"sessionId": "AAA-000-AAB"}),
                   http.get("/api/turn-servers?sessionId=AAA-000-AAB")):
        assert answer.status_code == 429


def test_all_strangers_together_have_a_budget(make_app: Callable[..., Flask]) -> None:
    """Guesses from ever new addresses: whoever names a session, wherever in the request."""
    client = make_app(rate_limits="on").test_client()

    def ask(number: int, path: str, **options: object) -> int:
        return client.open(path, environ_overrides={"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"},
                           **options).status_code

    for number in range(300):
        assert ask(number, "/api/sessions/AAA-000-AAA") == 404
    named = {"sessionId": "AAA-000-AAA"}
    for number, path in enumerate(("/api/share", "/api/share/doors", "/api/sessions/assign")):
        assert ask(1000 + number, path, method="POST", json={**named, "deviceId": "x"}) == 429, path
    for path in ("/api/websocket/info", "/api/turn-servers"):
        assert ask(2000, path, query_string=named) == 429, path
        assert ask(2000, path) == 200, "who names none is no guesser"
