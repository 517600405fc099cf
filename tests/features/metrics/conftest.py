"""Samples as if they had been taken, for tests of the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.metrics import machine, service
from connectassist.features.metrics.machine import Look
from connectassist.features.metrics.models import MetricSample
from connectassist.features.metrics.rows import system_alert_row
from connectassist.realtime import announce

Feed = Callable[..., list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _nothing_seen_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_looks", [])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What the dashboards were told."""
    said: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(announce, "PACE", announce.Pace(lambda client_id, name, payload: said.append((name, payload))))
    return said


@pytest.fixture
def feed(app: Flask, told: list) -> Feed:
    """Minutes with these figures, the newest last, and what the rules make of each: `feed([99, 99, 99])` is a busy
    processor. Returns the alerts that changed, as they are shown."""
    def minutes(values: list[float], *, column: str = "cpu") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        with app.test_request_context():
            for value in values:
                figures = {"cpu": 1.0, "memory": 1.0, "disk": 1.0, "hub_lag_ms": 0.0} | {column: value}
                for row in db.session.query(MetricSample).order_by(MetricSample.at):
                    row.at -= timedelta(minutes=1)
                    db.session.flush()
                db.session.add(MetricSample(at=minute(), **figures))
                db.session.commit()
                found += map(system_alert_row, service.follow())
        return found
    return minutes


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Look]]:
    """Looks at the machine to come, in their order."""
    coming: list[Look] = []
    monkeypatch.setattr(machine, "look", lambda folder: coming.pop(0))
    yield coming


def minute() -> datetime:
    """The last minute that is over."""
    return clock.now().replace(second=0, microsecond=0) - timedelta(minutes=1)
