"""Rate limits that several processes count together, in a real Redis, and what they do while it is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from connectassist.core.errors import RateLimited
from connectassist.core.settings import Settings
from connectassist.http import counting
from connectassist.http.limits import Limiter
from tests.live.redis import Redis

PATIENCE = 40


def limiter(url: str, *, site: str = "a site's own key") -> Limiter:
    return Limiter(Settings(redis_url=url, secret_key=site))


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Redis]:
    started = Redis(tmp_path).start()
    yield started
    started.stop()


def test_processes_count_together(redis_url: str) -> None:
    one, another = limiter(redis_url), limiter(redis_url)
    for each in (one, another, one):
        each.spend("3/hour", "knocks", "192.0.2.1")
    with pytest.raises(RateLimited) as refusal:
        another.spend("3/hour", "knocks", "192.0.2.1")
    assert 3500 < refusal.value.retry_after <= 3601
    another.spend("3/hour", "knocks", "192.0.2.2")
    limiter(redis_url, site="another site's key").spend("3/hour", "knocks", "192.0.2.1")
    one.forgive("3/hour", "knocks", "192.0.2.1")
    another.require("3/hour", "knocks", "192.0.2.1")


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_without_redis_each_process_counts_for_itself(own_redis: Redis, monkeypatch: pytest.MonkeyPatch,
                                                      trouble: str) -> None:
    monkeypatch.setattr(counting, "PAUSE", 0.2)
    limits = limiter(own_redis.url)
    limits.spend("2/hour", "knocks")
    getattr(own_redis, trouble)()
    limits.spend("2/hour", "knocks")
    limits.spend("2/hour", "knocks")
    with pytest.raises(RateLimited):
        limits.spend("2/hour", "knocks")
    if trouble == "stop":
        own_redis.start()
    else:
        own_redis.thaw()
    deadline = time.monotonic() + PATIENCE
    while not own_redis.client().keys("connectassist*another*"):
        assert time.monotonic() < deadline
        limits.spend("1000000/hour", "another")
        time.sleep(0.05)


def test_a_redis_that_is_away_is_asked_now_and_then_only(own_redis: Redis) -> None:
    """A frozen one would else hold up each request for as long as it may take."""
    limits = limiter(own_redis.url)
    own_redis.freeze()
    limits.spend("1000/hour", "knocks")
    began = time.monotonic()
    for _ in range(200):
        limits.spend("1000/hour", "knocks")
    assert time.monotonic() - began < 200 * counting.PATIENCE
    assert limits._counts._is_away
    own_redis.thaw()


def test_a_server_that_never_reaches_its_redis_serves(make_app: Callable[..., Flask]) -> None:
    client = make_app(redis_url="redis://:secret@127.0.0.1:1/0", rate_limits="on").test_client()
    assert client.get("/api/version").status_code == 200
    found = client.get("/readyz")
    assert (found.status_code, found.json["errors"]) == (503, ["Redis does not answer"])
    assert "secret" not in found.text
