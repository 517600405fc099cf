"""The real server on a real PostgreSQL and a real Redis, on both engines: the way from a code to a case, the queue, and
what happens while one of the two is slow, frozen or away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.live.postgres import Postgres
from tests.live.redis import Redis
from tests.live.server import Server
from tests.live.sitting import Sitting

PATIENCE = 40
QUEUE = "/api/v1/device/commands"


class House:
    """A server with what it leans on."""

    def __init__(self, server: Server, postgres: Postgres, redis: Redis, url: str) -> None:
        self.server, self.postgres, self.redis, self.url = server, postgres, redis, url

    def until_ready(self) -> None:
        until(lambda: self.server.http().get("/readyz").status_code == 200)

    def until_not_ready(self) -> dict[str, Any]:
        until(lambda: self.server.http().get("/readyz").status_code == 503)
        return self.server.http().get("/readyz").json()


def until(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def backstage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postgres, Redis]]:
    """A PostgreSQL and a Redis of this file's own, to be frozen and stopped."""
    postgres, redis = Postgres().start(), Redis(tmp_path_factory.mktemp("redis")).start()
    yield postgres, redis
    postgres.remove()
    redis.stop()


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def house(request: pytest.FixtureRequest, backstage: tuple[Postgres, Redis], copied_to: Callable[[Postgres], str],
          servers: Callable[..., Server]) -> Iterator[House]:
    postgres, redis = backstage
    url = copied_to(postgres)
    redis.flush()
    server = servers(async_mode=request.param, database_url=url, redis_url=redis.url, rate_limits="on",
                     database_connections=3)
    yield House(server, postgres, redis, url)
    server.stop()


def test_from_a_code_to_a_case(house: House) -> None:
    technician = house.server.http("technician_a")
    code = technician.post("/api/support-codes", json={"customer_name": "Jürgen Ünlü", "client_id": 2})
    assert code.status_code in (200, 201), code.text
    assert technician.get("/api/support-codes").json()["support_codes"][0]["customer_name"] == "Jürgen Ünlü"
    sitting = Sitting(house.server)
    try:
        helper, page = sitting.helper(), sitting.technician()
        sitting.allow(helper, ["view", "control"])
        helper.emit("chat-message", {"sessionId": sitting.session_id, "message": "Hello \U0001f600"})
        assert page.heard("chat-message")["message"] == "Hello \U0001f600"
        assert technician.delete(f"/api/sessions/{sitting.session_id}").status_code == 200
        made = technician.post("/api/cases", json={"sessionId": sitting.session_id, "solution": "paper",
                                                   "problemDescription": "prints nothing"})
        assert made.status_code in (200, 201), made.text
        assert technician.get("/api/cases").json()["cases"]
    finally:
        sitting.close()


def test_commands_queued_by_many_are_each_done_once(house: House) -> None:
    """More at a time than there are connections."""
    device = house.server.cast["device"]

    def work(number: int) -> str:
        http = house.server.http(device.name)
        http.post(QUEUE, json={"command": "work", "parameters": {"n": number}}).raise_for_status()
        claimed = http.post(f"{QUEUE}/claim", json={"limit": 1}).json()["commands"][0]
        told = {"claimToken": claimed["claimToken"], "status": "success"}
        assert http.post(f"{QUEUE}/{claimed['id']}/result", json=told).status_code == 200
        assert http.post(f"{QUEUE}/{claimed['id']}/result", json=told).status_code == 409
        return claimed["id"]

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(work, range(16)))
    assert len(set(done)) == 16
    with psycopg.connect(house.url) as looker:
        assert looker.execute("SELECT state, count(*) FROM commands GROUP BY state").fetchall() == [("done", 16)]


def test_a_query_that_waits_holds_nobody_else_up(house: House) -> None:
    """Were the hub held up, /healthz would answer only after the table is free again: never, here."""
    http = house.server.http()
    with ThreadPoolExecutor(1) as pool, psycopg.connect(house.url) as holder:
        holder.execute("LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE")
        waiting = pool.submit(house.server.http("technician_a").get, "/api/tickets")
        with psycopg.connect(house.url, autocommit=True) as looker:
            until(lambda: looker.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0] > 0)
        for _ in range(5):
            assert http.get("/healthz").json()["status"] == "ok"
        assert house.server.http("technician_b").get("/api/devices").status_code == 200
        assert not waiting.done()
        holder.rollback()
        assert waiting.result(PATIENCE).status_code == 200


def test_a_frozen_redis_holds_nobody_up(house: House) -> None:
    house.redis.freeze()
    try:
        assert [house.server.http("technician_a").get("/api/devices").status_code for _ in range(10)] == [200] * 10
        assert house.until_not_ready()["checks"] == {"database": True, "redis": False}
    finally:
        house.redis.thaw()
    house.until_ready()


def test_a_frozen_postgresql_holds_no_probe_up(house: House) -> None:
    house.postgres.freeze()
    try:
        assert house.until_not_ready()["checks"]["database"] is False
        assert [house.server.http().get("/readyz").status_code for _ in range(5)] == [503] * 5
        assert house.server.http().get("/healthz").status_code == 200
    finally:
        house.postgres.thaw()
    house.until_ready()
    assert house.server.http("technician_a").get("/api/devices").status_code == 200


def test_a_postgresql_that_was_away_is_found_again(house: House) -> None:
    """By requests, by the queue and by sockets; nobody starts the server anew."""
    device = house.server.http("device")
    house.postgres.stop()
    try:
        assert house.until_not_ready()["errors"] == ["The database does not answer"]
        refused = device.post(f"{QUEUE}/claim", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "UNAVAILABLE")
        assert str(house.postgres.port) not in refused.text
        assert house.server.http().get("/healthz").status_code == 200
    finally:
        house.postgres.start()
    house.until_ready()
    assert [device.post(f"{QUEUE}/claim", json={}).status_code for _ in range(8)] == [200] * 8
    sitting = Sitting(house.server)
    sitting.helper()
    sitting.close()
