"""/metrics: who may read it, what it tells, and what it costs."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from connectassist.core.db import db
from connectassist.core.settings import BadSetting, read
from connectassist.features.commands import queries as commands
from connectassist.features.prometheus import taking
from connectassist.features.prometheus.declared import FIGURES, PREFIX
from connectassist.identity import principal
from connectassist.realtime import presence
from tests.cast import Caller
from tests.live.server import Server
from tests.live.sitting import Sitting

TOKEN = "a token of twenty or more"
#: Figures that a small site without Redis or operator's jobs has no sample of.
SOMETIMES = {"redis_up", "last_success_timestamp_seconds", "limits_refused_total", "limits_spent_total", "events_total"}


def figures(said: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """The samples by name and labels, as Prometheus itself would read them."""
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(said):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_only_the_token_and_administrators_may_read(make_app: Callable[..., Flask], cast: dict) -> None:
    client = make_app(metrics_token=TOKEN).test_client(use_cookies=False)
    assert client.get("/metrics", headers=bearer(TOKEN)).status_code == 200
    assert client.get("/metrics", headers=cast["admin"].headers).status_code == 200
    for headers in ({}, bearer(TOKEN[:-1]), bearer(TOKEN + "x"), bearer(""), bearer("\xe9"), {"Authorization": TOKEN},
                    cast["technician_a"].headers, cast["device"].headers):
        answer = client.get("/metrics", headers=headers)
        assert (answer.status_code, answer.json["error_code"]) == (401, "UNAUTHORIZED")


def test_without_a_token_it_is_not_open(nobody: Caller, admin: Caller) -> None:
    for headers in ({}, bearer(""), bearer("None")):
        assert nobody.get("/metrics", headers=headers).status_code == 401
    answer = admin.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")


def test_a_short_token_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="METRICS_TOKEN"):
        read({"CONNECTASSIST_METRICS_TOKEN": "too short"})


def test_everything_declared_is_told_and_explained(admin: Caller) -> None:
    admin.get("/api/devices")
    admin.get("/metrics")
    told = figures(admin.get("/metrics").get_data(as_text=True))
    names = {re.sub(r"_(bucket|sum|count)$", "", name) if name.startswith(PREFIX) else name for name in told}
    assert {PREFIX + name for name in FIGURES.keys() - SOMETIMES} <= names
    assert {name for name in names if name.startswith(PREFIX)} <= {PREFIX + name for name in FIGURES}
    assert {"process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"} <= names
    page = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text()
    assert set(re.findall(r"^\| `connectassist_(\w+)`", page, re.M)) == set(FIGURES)


def test_routes_are_counted_by_their_rules_alone(admin: Caller, nobody: Caller) -> None:
    for path in ("/api/devices/ABC", "/api/devices/DEF", "/no/such/page", "/another", "/static/css/app.css"):
        admin.get(path)
    nobody.open("PROPFIND", "/x")
    told = figures(admin.get("/metrics").get_data(as_text=True))[PREFIX + "http_requests_total"]
    counted = {(dict(labels)["route"], dict(labels)["method"], dict(labels)["status"]): n for labels, n in told.items()}
    assert counted["/api/devices/<device_id>", "GET", "4xx"] == 2
    assert counted["unknown", "GET", "4xx"] == 2
    assert counted["unknown", "OTHER", "4xx"] == 1
    assert sum(n for (route, *_), n in counted.items() if route == "static") == 1
    assert not [key for key in counted if "ABC" in key[0]]


def test_the_last_backup_is_told(app: Flask, admin: Caller) -> None:
    folder = app.extensions["settings"].backups
    folder.mkdir(parents=True)
    for name, at in (("connectassist-20260101T000000Z.tar.gz", 1000), ("connectassist-20260102T000000Z.tar.gz", 2000)):
        (folder / name).touch()
        os.utime(folder / name, (at, at))
    told = figures(admin.get("/metrics").get_data(as_text=True))
    assert told[PREFIX + "last_success_timestamp_seconds"] == {(("job", "backup"),): 2000}


def test_guesses_and_refusals_are_counted(make_app: Callable[..., Flask], cast: dict) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    for _ in range(7):
        client.post("/api/auth/login", json={"username": "admin", "password": "wrong"})
    told = figures(client.get("/metrics", headers=cast["admin"].headers).get_data(as_text=True))
    assert told[PREFIX + "limits_spent_total"][("limit", "wrong password"),] == 5
    assert told[PREFIX + "limits_refused_total"][("limit", "wrong password"),] == 2


def test_a_look_costs_the_hub_little(app: Flask, count_queries: Callable) -> None:
    """With ten thousand devices online and every route called: what runs in the hub is copying."""
    for number in range(10_000):
        presence.presence.arrive(f"device-{number}", f"socket-{number}")
    for rule in app.url_map.iter_rules():
        for status in (200, 404):
            app.extensions["requests"].add(rule.rule, "GET", status, 0.01)
    with app.test_request_context():
        taking.taken()
        assert count_queries(taking.taken) <= 1, "the queue is counted anew after ten seconds, and nothing else is"


def test_the_queue_is_counted_by_its_index_and_seldom(app: Flask, admin: Caller, count_queries: Callable) -> None:
    admin.get("/metrics")
    assert count_queries(lambda: admin.get("/metrics")) <= 3, "who asks is looked up, the queue is not counted again"
    if db_name(app) != "sqlite":
        return
    with app.app_context():
        sent = "EXPLAIN QUERY PLAN SELECT state, count(*) FROM commands WHERE state IN ('a', 'b') GROUP BY state"
        assert "COVERING INDEX ix_commands_state" in str(db.session.execute(text(sent)).all())
        assert set(commands.counts(principal.system())) >= {"queued", "claimed", "dead"}


def test_the_relay_and_sockets_are_counted(engine_server: Server, sitting: Sitting) -> None:
    def told() -> dict:
        return figures(engine_server.http("admin").get("/metrics").text)

    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    before = told()
    for number in range(5):
        technician.emit("remote-mouse", {"sessionId": sitting.session_id, "type": "move", "x": number, "y": 0})
    deadline = time.monotonic() + 40
    frames = (("event", "remote-mouse"), ("to", "helper"))
    while time.monotonic() < deadline:
        after = told()
        if after[PREFIX + "relay_frames_total"][frames] - before[PREFIX + "relay_frames_total"][frames] >= 5:
            break
        time.sleep(0.1)
    assert after[PREFIX + "relay_frames_total"][frames] - before[PREFIX + "relay_frames_total"][frames] == 5
    assert after[PREFIX + "relay_bytes_total"][frames] > before[PREFIX + "relay_bytes_total"][frames]
    assert after[PREFIX + "sockets"][("kind", "default"),] >= 2
    assert after[PREFIX + "sessions_live"][()] >= 1
    assert after[PREFIX + "seats"][("role", "helper"),] >= 1
    assert after[PREFIX + "hub_lag_seconds_count"][()] > 0
    assert after[PREFIX + "database_up"][()] == 1


def db_name(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name
