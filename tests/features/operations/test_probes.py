"""/healthz, /readyz and /version: what load balancers ask."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from connectassist import VERSION
from connectassist.http import limits
from tests.cast import Caller
from tests.live.redis import Redis

PATIENCE = 40


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    started = Redis(tmp_path).start()
    yield started
    started.stop()


def until(client: FlaskClient, status: int) -> dict:
    """The answer of /readyz once it has this status."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = client.get("/readyz")
        if found.status_code == status or time.monotonic() > deadline:
            assert found.status_code == status, found.json
            return found.json
        time.sleep(0.05)


def test_it_lives(client: FlaskClient) -> None:
    found = client.get("/healthz")
    assert (found.status_code, found.json["status"]) == (200, "ok")
    assert found.json["timestamp"].endswith("Z")
    assert found.headers["Cache-Control"] == "no-store"


def test_it_tells_its_version_and_nothing_else(client: FlaskClient) -> None:
    assert client.get("/version").json == {"version": VERSION}


def test_it_is_ready(client: FlaskClient) -> None:
    found = client.get("/readyz")
    assert (found.status_code, found.headers["Cache-Control"]) == (200, "no-store")
    assert found.json == {"ready": True, "checks": {"database": True, "redis": None}}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_who_only_looks_at_the_head_gets_it(client: FlaskClient, path: str) -> None:
    found = client.head(path)
    assert (found.status_code, found.data) == (200, b"")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/version"])
def test_a_wrong_method_is_told_so_in_the_gateways_words(client: FlaskClient, path: str) -> None:
    found = client.post(path)
    assert (found.status_code, found.json["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_nobodys_sign_in_is_looked_at(client: FlaskClient) -> None:
    """It would need the database, which may be away."""
    for headers in ({"Authorization": "Bearer nonsense"}, {"X-Device-Id": "x", "X-Device-Secret": "wrong"},
                    {"X-Device-Token": "0" * 64}):
        assert client.get("/readyz", headers=headers).status_code == 200


def test_load_balancers_may_ask_often_and_not_without_end(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    most = int(limits.PROBES.split("/")[0])
    found = [client.get("/healthz").status_code for _ in range(most + 1)]
    assert set(found[:300]) == {200}
    assert found[-1] == 429


def test_a_sqlite_file_that_is_gone_is_told_and_not_made_anew(make_app: Callable[..., Flask]) -> None:
    app = make_app(database_url="")
    client, path = app.test_client(), Path(app.extensions["settings"].database.removeprefix("sqlite:///"))
    assert client.get("/readyz").status_code == 200
    path.rename(path.with_suffix(".away"))
    found = until(client, 503)
    assert found == {"ready": False, "checks": {"database": False, "redis": None},
                     "errors": ["The database does not answer"]}
    assert client.get("/healthz").status_code == 200
    assert not path.exists()
    path.with_suffix(".away").rename(path)
    assert until(client, 200)["ready"] is True


def test_a_sqlite_file_that_somebody_holds_is_told(make_app: Callable[..., Flask]) -> None:
    app = make_app(database_url="")
    client = app.test_client()
    with closing(sqlite3.connect(app.extensions["settings"].database.removeprefix("sqlite:///"),
                                 isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert client.get("/readyz").status_code == 503
        holder.execute("ROLLBACK")
    assert until(client, 200)


def test_a_redis_that_is_away_is_told_and_found_again(make_app: Callable[..., Flask], own_redis: Redis) -> None:
    client = make_app(redis_url=own_redis.url, rate_limits="on").test_client()
    assert client.get("/readyz").json == {"ready": True, "checks": {"database": True, "redis": True}}
    assert own_redis.client().keys() == [], "a probe that is counted in Redis waits for Redis twice"
    own_redis.freeze()
    assert until(client, 503)["errors"] == ["Redis does not answer"]
    own_redis.thaw()
    assert until(client, 200)["checks"]["redis"] is True
    own_redis.stop()
    assert until(client, 503)["checks"] == {"database": True, "redis": False}
    own_redis.start()
    assert until(client, 200)


def test_the_desk_is_told_of_the_database_too(technician_a: Caller) -> None:
    assert technician_a.get("/api/status").json["services"]["database"] == "connected"
